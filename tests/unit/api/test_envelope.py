from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from lakeglass.api.application import create_application
from lakeglass.core.errors import LakeglassError, RateLimited, StorageFull, TooLarge
from lakeglass.core.settings import Settings


class Amount(BaseModel):
    amount: int


@asynccontextmanager
async def nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield


def failing(error: Exception) -> FastAPI:
    app = create_application(Settings(_env_file=None), nothing)
    # The page answers every address that no route took, so the test's routes go first.
    pages = app.router.routes[:]
    app.router.routes.clear()

    @app.post("/api/fail")
    def fail(_amount: Amount) -> None:
        raise error

    app.router.routes.extend(pages)
    return app


def post(app: FastAPI, body: object) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/api/fail", json=body)

    return asyncio.run(send())


@pytest.mark.parametrize(
    "error", [TooLarge("got 3 MB, at most 2"), StorageFull("full", details={"need_mb": 4})]
)
def test_an_error_of_the_tree_keeps_its_status_code_and_details(error: LakeglassError) -> None:
    answer = post(failing(error), {"amount": 1})
    body = answer.json()["error"]
    assert answer.status_code == error.status
    assert (body["code"], body["message"], body["details"]) == (error.code, error.message, error.details)
    assert body["request_id"] == answer.headers["x-request-id"]


def test_when_to_come_back_is_also_a_header() -> None:
    answer = post(failing(RateLimited("slow down", details={"retry_after_s": 7})), {"amount": 1})
    assert answer.headers["retry-after"] == "7"


def test_a_bug_says_nothing_about_its_inside() -> None:
    answer = post(failing(RuntimeError("password=hunter2 in /srv/secret.py")), {"amount": 1})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL_ERROR"
    assert "hunter2" not in answer.text
    assert "secret" not in answer.text


def test_a_malformed_request_names_the_field_but_not_the_value() -> None:
    answer = post(failing(RuntimeError()), {"amount": "4111-1111-secret"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "INVALID_INPUT")
    assert error["details"]["fields"][0]["field"] == "amount"
    assert "secret" not in answer.text
