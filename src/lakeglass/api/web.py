"""The page itself: static files that the build made, and the same page for every address it routes."""

from __future__ import annotations

import hmac
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from lakeglass.api.security import COOKIE
from lakeglass.core.errors import NotFound
from lakeglass.core.settings import Settings

STATIC = Path(__file__).parent.parent / "web" / "static"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Lakeglass</title>
<body style="font:16px system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>The service runs; its page was not built.</h1>
<p>The API works: see <a href="/api/openapi.json">its description</a>. To build the page, run
<code>make web</code> in the source folder with a reachable npm registry, then start again.</p></body></html>"""


def install(app: FastAPI, settings: Settings) -> None:
    """Serve the page from `app`, after every route of the API."""
    if (STATIC / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=STATIC / "assets"), name="assets")
    router = APIRouter(include_in_schema=False)
    expected = settings.auth.token.get_secret_value() if settings.auth.token else None

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    def page(path: str, request: Request, token: str | None = None) -> Response:
        if path == "api" or path.startswith("api/"):
            raise NotFound("There is no such address in the API; see /api/openapi.json for those that exist.")
        if (
            expected is not None
            and token is not None
            and hmac.compare_digest(token.encode(), expected.encode())
        ):
            return _signed_in(request, expected)
        return _file(path)

    app.include_router(router)


def _signed_in(request: Request, token: str) -> Response:
    """Move the token from the address into a cookie that scripts can't read."""
    answer = RedirectResponse(request.url.path or "/", status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, max_age=30 * 86400)
    return answer


def _file(path: str) -> Response:
    try:
        candidate = (STATIC / path).resolve()
        found = bool(path) and candidate.is_file() and candidate.is_relative_to(STATIC.resolve())
    except OSError:  # a name too long for a file: an address of the page like any other
        found = False
    if found:
        return FileResponse(candidate)
    index = STATIC / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=503)
    # The page names its scripts by content hash: it must be asked for again, they need not.
    return FileResponse(index, headers={"cache-control": "no-cache"})
