"""The FastAPI application: routers, envelope, security, page. Which rooms it talks to is `app.py`'s business."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

import lakeglass
from lakeglass.api import (
    analyses,
    datasets,
    descriptions,
    errors,
    language_models,
    live_sessions,
    predictions,
    runs,
    sessions,
    streams,
    system,
    web,
    words,
)
from lakeglass.api.events import AnyEvent, EventEnvelope
from lakeglass.api.security import SecurityMiddleware
from lakeglass.core.settings import Settings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_REF = "#/components/schemas/{model}"


class Application(FastAPI):
    """FastAPI with the stream's event types and the error envelope in its description."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; streamed bodies are a typed union, so that clients can be generated."""
        if self.openapi_schema is None:
            document = super().openapi()
            _, extra = models_json_schema(
                [(model, "serialization") for model in (AnyEvent, EventEnvelope, errors.ErrorEnvelope)],
                ref_template=_REF,
            )
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name, schema in extra["$defs"].items():
                schemas.setdefault(name, schema)
            for path in document["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
                    operation["responses"]["default"] = {
                        "description": "Anything that went wrong.",
                        "content": {
                            "application/json": {"schema": {"$ref": _REF.format(model="ErrorEnvelope")}}
                        },
                    }
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            self.openapi_schema = document
        return self.openapi_schema


def create_application(settings: Settings, lifespan: Lifespan) -> FastAPI:
    """Build the application; `lifespan` opens the rooms and puts them on `app.state.services`."""
    app = Application(
        title="Lakeglass",
        version=lakeglass.__version__,
        description="Ask your data anything, with every step in plain sight.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityMiddleware, settings=settings),
            Middleware(GZipMiddleware, minimum_size=1024),
        ],
    )
    errors.install(app)
    for room in (
        system,
        language_models,
        datasets,
        descriptions,
        sessions,
        words,
        live_sessions,
        runs,
        analyses,
        predictions,
        streams,
    ):
        app.include_router(room.router, prefix="/api")
    app.include_router(language_models.transcripts, prefix="/api")
    web.install(app, settings)
    return app
