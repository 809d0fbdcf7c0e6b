"""Every failure as the same envelope: {error: {code, message, details, timestamp, request_id}}."""

from __future__ import annotations

import http
import logging
from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, JsonValue
from starlette.exceptions import HTTPException

from lakeglass.core.clock import now
from lakeglass.core.errors import LakeglassError

_log = logging.getLogger(__name__)
_UNEXPECTED = (
    "Something went wrong on our side. Nothing of yours was changed; try again, and quote the request id."
)


class ErrorBody(BaseModel):
    """What happened, in words for a person and a code for a program."""

    code: str
    message: str
    details: dict[str, JsonValue]
    timestamp: datetime
    request_id: str


class ErrorEnvelope(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorBody


def request_id(request: Request) -> str:
    """The id that the security layer gave this request."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def envelope(
    status: int, code: str, message: str, details: dict[str, JsonValue], *, request_id: str
) -> JSONResponse:
    """The answer for one failure."""
    body = ErrorBody(code=code, message=message, details=details, timestamp=now(), request_id=request_id)
    headers = {"retry-after": str(details["retry_after_s"])} if "retry_after_s" in details else None
    return JSONResponse(
        ErrorEnvelope(error=body).model_dump(mode="json"), status_code=status, headers=headers
    )


def _expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LakeglassError)
    if error.status >= 500:
        _log.warning("%s: %s", error.code, error.message)
    return envelope(error.status, error.code, error.message, error.details, request_id=request_id(request))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Name the fields and what was expected of them, never the values that were sent."""
    assert isinstance(error, RequestValidationError)
    fields: list[JsonValue] = [
        {
            "field": ".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]),
            "reason": item["msg"],
        }
        for item in error.errors()
    ]
    first = fields[0] if fields else None
    reason = f" {first['field']}: {first['reason']}." if isinstance(first, dict) else ""
    message = f"The request is not as expected.{reason} See details; /api/openapi.json describes every field."
    return envelope(400, "INVALID_INPUT", message, {"fields": fields}, request_id=request_id(request))


def _http(request: Request, error: Exception) -> JSONResponse:
    """Routes that don't exist and methods that aren't allowed."""
    assert isinstance(error, HTTPException)
    code = http.HTTPStatus(error.status_code).name
    return envelope(error.status_code, code, str(error.detail), {}, request_id=request_id(request))


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """A bug: the log has the trace, the caller gets the id to find it by."""
    _log.error("unexpected failure", exc_info=error, extra={"request_id": request_id(request)})
    return envelope(500, LakeglassError.code, _UNEXPECTED, {}, request_id=request_id(request))


def install(app: FastAPI) -> None:
    """Make every failure of `app` an envelope."""
    app.add_exception_handler(LakeglassError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
