"""The language model of questions without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lakeglass.core.settings import Settings
from lakeglass.llm import local
from lakeglass.llm.local import LocalModel


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[LocalModel | None]:
    """The configured model until the end of the context; None also where only the built-in planner is wanted."""
    if settings.ask.planner == "builtin":
        yield None
        return
    async with local.open_model(settings) as model:
        yield model
