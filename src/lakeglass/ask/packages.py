"""Packages that code needs: read from the code, asked for before it runs, installed when a person allowed them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pydantic import JsonValue

from lakeglass.ask.repository import AskRepository
from lakeglass.core.settings import SandboxSettings
from lakeglass.runs.kinds import StageContext
from lakeglass.runs.model import ApprovalRequest, Estimate, PackageRequest
from lakeglass.sandbox.base import PackageFile
from lakeglass.sandbox.packages.need import NeededPackage
from lakeglass.sandbox.service import SandboxService
from lakeglass.store.database import Database
from lakeglass.tenants.audit import record
from lakeglass.tenants.model import Principal

_WHY = (
    "The code imports what its Python session does not have. Allowed packages are installed for this session only, "
    "from this server's own folder, and run within the same walls as the code."
)


class Packages:
    """Between a piece of code and its session: what is missing, and how it gets there."""

    def __init__(self, database: Database, sandbox: SandboxService, settings: SandboxSettings) -> None:
        self._database = database
        self._sandbox = sandbox
        self._timeout_s = settings.timeout_s

    async def needed(self, context: StageContext, attempt_id: str) -> tuple[NeededPackage, ...]:
        """What the attempt's code imports beyond its session; raises what `SandboxService.needed_packages` raises."""
        with self._database.transaction() as session:
            code = AskRepository(session, context.tenant_id).attempt_row(attempt_id).code
        return await self._sandbox.needed_packages(context.tenant_id, context.subject, code)

    def request(
        self, context: StageContext, turn_id: str, needed: Sequence[NeededPackage]
    ) -> ApprovalRequest:
        """What a person is asked; the time is that of the turn's plan, or all that an execution may take."""
        with self._database.transaction() as session:
            known = AskRepository(session, context.tenant_id).turn_row(turn_id).estimate
        estimate = Estimate(seconds_low=0, seconds_high=self._timeout_s)
        return package_request(needed, estimate=Estimate.model_validate(known) if known else estimate)

    async def install(self, context: StageContext, packages: Sequence[PackageFile], *, by: str) -> None:
        """Put allowed packages into the session, and what was installed into the audit trail.

        Raises what `SandboxService.install` raises.
        """
        installed = await self._sandbox.install(context.tenant_id, context.subject, packages)
        if installed:
            await asyncio.to_thread(self._audit, context, installed, by=by)

    def _audit(self, context: StageContext, packages: Sequence[PackageFile], *, by: str) -> None:
        told: list[JsonValue] = [
            one.model_dump(mode="json", include={"name", "version", "sha256", "size_bytes"})
            for one in packages
        ]
        with self._database.transaction() as session:
            record(
                session,
                Principal(tenant_id=context.tenant_id, user_id=by),
                action="sandbox.install",
                subject=context.subject,
                details={"run": context.run_id, "packages": told},
            )


def package_request(needed: Sequence[NeededPackage], *, estimate: Estimate) -> ApprovalRequest:
    """The question whether these packages may be installed."""
    names = ", ".join(f"{one.file.name} {one.file.version}" for one in needed)
    packages = tuple(
        PackageRequest(
            name=one.file.name,
            version=one.file.version,
            sha256=one.file.sha256,
            size_bytes=one.file.size_bytes,
            why=one.why,
        )
        for one in needed
    )
    return ApprovalRequest(
        title=f"Install {names}?", steps=(), estimate=estimate, reason=_WHY, packages=packages
    )


def declined(names: Sequence[str]) -> str:
    """Why code did not run whose packages were not allowed."""
    one = len(names) == 1
    return (
        f"You declined to install {', '.join(names)}, so the code that needs {'it' if one else 'them'} was not run. "
        "Change the code so that it does without, or run it again."
    )
