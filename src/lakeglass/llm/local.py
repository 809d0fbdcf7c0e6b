"""The language model without a server: the same door, and the ledger of the service, so that a day's budget counts for
both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass

from lakeglass.core.settings import Settings
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.configuration import Configuration
from lakeglass.llm.gateway import provider_name
from lakeglass.llm.ledger import CallView
from lakeglass.store.database import Database
from lakeglass.store.folder import make_private_folder
from lakeglass.store.migrate import upgrade
from lakeglass.tenants.local import ensure_local_owner
from lakeglass.tenants.model import Principal


@dataclass(frozen=True)
class LocalModel:
    """The way to the model, and for whom it is asked."""

    access: ModelAccess
    who: Principal

    def ended(self, scope: str) -> tuple[CallView, ...]:
        """The calls of a conversation that is over; the values behind its placeholders are forgotten with that."""
        return tuple(self.access.ended(self.who.tenant_id, scope))


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[LocalModel | None]:
    """The configured model until the end of the context; None without one, and nothing is opened then."""
    configuration = Configuration(settings.model, settings.home_dir)
    if provider_name(configuration.current) is None:
        yield None
        return
    make_private_folder(settings.home_dir)
    async with AsyncExitStack() as stack:
        database = stack.enter_context(closing(Database(settings.resolved_database_url)))
        await asyncio.to_thread(database.check)
        await asyncio.to_thread(upgrade, database)
        who = await asyncio.to_thread(ensure_local_owner, database)
        access = ModelAccess(configuration, database)
        stack.push_async_callback(access.aclose)
        yield LocalModel(access, who)
