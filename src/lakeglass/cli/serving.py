"""`serve` and `demo`: the service in this process."""

from __future__ import annotations

import logging
import socket
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from rich.text import Text

from lakeglass.api.services import Services
from lakeglass.app import create_app
from lakeglass.cli import logs
from lakeglass.cli.terminal import err
from lakeglass.core.errors import ConfigurationError, LakeglassError
from lakeglass.core.settings import Settings
from lakeglass.tenants.identity import check_binding

_SAMPLE = "wildlife_strikes"


class _Server(uvicorn.Server):
    """uvicorn that says when it really listens."""

    def __init__(self, config: uvicorn.Config, *, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Announce once the address answers."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(
    settings: Settings, *, open_page: bool, prepare: Callable[[Services], Awaitable[None]] | None
) -> None:
    """Listen until interrupted.

    Raises ConfigurationError for an address that can't or must not be used, and whatever keeps the rooms from
    opening: a data folder or a database that can't be used, a data folder that another process works on.
    """
    check_binding(settings)
    logs.configure(settings.log)
    listener = _listen(settings.server.host, settings.server.port)
    port = listener.getsockname()[1]
    url = f"http://{_shown(settings.server.host)}:{port}/"

    def ready() -> None:
        hint = f" (data in {settings.home_dir}; Ctrl-C stops it)"
        err.print(Text.assemble("Lakeglass is ready at ", (url, "bold"), hint), soft_wrap=True)
        if settings.auth.token is not None:
            err.print(f"Sign in once with {url}?token=<LAKEGLASS_AUTH__TOKEN>")
        if open_page:
            webbrowser.open(url)

    app = create_app(settings, prepare=prepare)
    failures = _caught(app)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        # Live streams end only when they are told to: nothing that takes longer is lost by not waiting for it.
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, ready=ready)
    # Ctrl-C is how a server is stopped: uvicorn raises it again once everything is closed.
    try:
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    except SystemExit:
        if not failures:
            raise
    if failures:
        raise failures[0]
    if not server.started:
        raise ConfigurationError("The service could not start; the lines above say why.")


def _caught(app: FastAPI) -> list[LakeglassError]:
    """What keeps `app` from starting, once it did: to be told in a sentence, where the server has a traceback."""
    failures: list[LakeglassError] = []
    opened = app.router.lifespan_context

    @asynccontextmanager
    async def watched(app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        try:
            async with opened(app) as state:
                yield state or {}
        except LakeglassError as error:
            failures.append(error)
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            raise

    app.router.lifespan_context = watched
    return failures


def _shown(host: str) -> str:
    """A host as it stands in an address."""
    if host in {"127.0.0.1", "::1"}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


async def load_sample(services: Services) -> None:
    """Put the shipped data set into the lake; it stays the same one however often this is called."""
    services.uploads.add_sample(services.owner.tenant_id, _SAMPLE)


def _listen(host: str, port: int) -> socket.socket:
    """Bind first, so that a taken port is told before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"Can't listen on {host}:{port} ({error.strerror}). Stop what uses it, or choose another one with --port."
        ) from error
    return listener


def describe_api(settings: Settings) -> dict[str, object]:
    """The API's description as a JSON document; nothing is opened for it."""
    return create_app(settings).openapi()
