"""The next attempt at code that failed, or why there is none: the same for the service and without one."""

from __future__ import annotations

from dataclasses import dataclass

from lakeglass.ask.faults import RETRIES, gave_up, may_retry
from lakeglass.ask.model import CodeContract
from lakeglass.ask.plan import TableContext
from lakeglass.ask.writer import CodeWriter, Failed, Mended
from lakeglass.core.clock import now
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.replies import NO_MODEL, Asker

_REPEATED = "The model had nothing new to try."
_ENOUGH = f"After {RETRIES} corrections it was given up. Rephrase the question, or edit the code yourself."
_NO_MORE = (
    "Trying again would take as long, so it was given up. Simplify the question, or filter the data first."
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A question whose code failed: every attempt so far, oldest first, and what the code had promised."""

    question: str
    tables: tuple[TableContext, ...]
    contract: CodeContract | None
    tried: tuple[Failed, ...]


async def mend(access: ModelAccess | None, asker: Asker, broken: Broken) -> Mended | str:
    """Other code, or the honest stop in words for the person who asked."""
    kinds = [one.fault.kind for one in broken.tried]
    if not may_retry(kinds):
        return _stopped(broken, _ENOUGH if len(kinds) > RETRIES else _NO_MORE)
    try:
        gateway = None if access is None else await access.gateway()
        if access is None or gateway is None:
            return _stopped(broken, _REPEATED)
        mended = await CodeWriter(gateway, asker, values=access.send_samples).correct(
            broken.question,
            broken.tables,
            now().date(),
            contract=broken.contract,
            failed=broken.tried,
        )
    except NO_MODEL as error:
        return _stopped(broken, f"No model could correct it: {error.message}")
    return _stopped(broken, _REPEATED) if mended is None else mended


def _stopped(broken: Broken, why: str) -> str:
    return gave_up([(one.fault.kind, one.fault.message) for one in broken.tried], why)
