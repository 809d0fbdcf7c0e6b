"""Every failure as the same envelope: {error: {code, message, details, timestamp, request_id}}."""

from __future__ import annotations

import http
import logging
from collections.abc import Mapping
from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, JsonValue
from starlette.exceptions import HTTPException

from lakeglass.api.model import MAX_JSON_BYTES
from lakeglass.core.clock import now
from lakeglass.core.errors import InvalidInput, LakeglassError, NotFound, TooLarge

_log = logging.getLogger(__name__)
_UNEXPECTED = (
    "Something went wrong on our side. Nothing of yours was changed; try again, and quote the request id."
)

TOO_LARGE = f"A request may hold at most {MAX_JSON_BYTES >> 20} MB; files go to /api/upload."
# The framework's own refusals, in the words of the error tree.
_OURS = {
    400: (
        InvalidInput.code,
        "The body can't be read as JSON. Send UTF-8 text as /api/openapi.json describes it.",
    ),
    404: (NotFound.code, "There is no such file here. Reload the page: a newer version may be running."),
    405: ("METHOD_NOT_ALLOWED", "This address does not take that method."),
    413: (TooLarge.code, TOO_LARGE),
}


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
    status: int,
    code: str,
    message: str,
    details: dict[str, JsonValue],
    *,
    request_id: str,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer for one failure."""
    body = ErrorBody(code=code, message=message, details=details, timestamp=now(), request_id=request_id)
    if "retry_after_s" in details:
        headers = {**(headers or {}), "retry-after": str(details["retry_after_s"])}
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
            "reason": item["msg"].removeprefix("Value error, "),
        }
        for item in error.errors()
    ]
    first = fields[0] if fields else None
    reason = f" {first['field']}: {first['reason']}." if isinstance(first, dict) else ""
    message = f"The request is not as expected.{reason} See details; /api/openapi.json describes every field."
    return envelope(400, "INVALID_INPUT", message, {"fields": fields}, request_id=request_id(request))


def _http(request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses by itself: unknown methods, bodies that are no JSON or too long."""
    assert isinstance(error, HTTPException)
    status, headers = error.status_code, error.headers
    code, message = _OURS.get(status, (http.HTTPStatus(status).name, str(error.detail)))
    allowed = (headers or {}).get("Allow")
    said = message if allowed is None else f"{message} Use {allowed}."
    return envelope(status, code, said, {}, request_id=request_id(request), headers=headers)


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
