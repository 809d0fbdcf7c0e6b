"""Has a model word a result before it is reported. Whatever becomes of that, the report stands, and says why.

The call is made where the analysis was asked for: the process that its stages work in reaches no network.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from pydantic_core import to_json

from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import Settings
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.ledger import CallView
from lakeglass.llm.local import open_model
from lakeglass.llm.replies import Asker
from lakeglass.llm.use import used
from lakeglass.science.pipeline.contents import contents_of, made
from lakeglass.science.pipeline.facts import facts_of
from lakeglass.science.pipeline.folder import JobFolder
from lakeglass.science.pipeline.model import Tell
from lakeglass.science.prose.model import WORDING, Fact, Wording
from lakeglass.science.prose.write import Written, sentences, statement, write

CALLS = "model-calls.json"
"""Word for word what a model was sent, and what it said."""
_NOT_CONFIGURED = "No model is configured, so the rules word the result."
_MOST_FAULTS = 3


async def worded(folder: JobFolder, *, access: ModelAccess, asker: Asker, timeout_s: float) -> Wording:
    """The wording of the result in `folder`, made by the model behind `access` within `timeout_s` seconds.

    One that a model made before is kept. Raises nothing but what cancels it.
    """
    before = await asyncio.to_thread(_made_before, folder)
    if before is not None:
        return before
    if not access.send_samples:
        return _unasked(
            folder, "No figure may leave this machine (LAKEGLASS_MODEL__SEND_SAMPLES), no model was asked."
        )
    facts: tuple[Fact, ...] = ()
    written: Written | None = None
    reason = ""
    try:
        async with asyncio.timeout(timeout_s):
            facts = facts_of(await asyncio.to_thread(contents_of, folder))
            written = await _written(facts, access=access, asker=asker)
    except TimeoutError:
        reason = f"The model had not worded the result after {timeout_s:g} s."
    except LakeglassError as error:
        reason = f"No model was heard. {error.message}"
    except Exception as error:  # noqa: BLE001  whatever a model or its client does, the analysis has its report
        reason = f"The model could not be asked ({type(error).__name__})."
    calls = await asyncio.to_thread(access.ended, asker.who.tenant_id, asker.scope)
    if calls:
        await asyncio.to_thread(folder.write_bytes, CALLS, to_json(calls, indent=1))
    return _noted(folder, _wording(written, facts, calls, reason))


def locally(settings: Settings, tell: Tell, *, wished: bool | None) -> Callable[[JobFolder], None] | None:
    """What words a result without a server: in this thread, or beside the loop of a notebook; None where nobody is to.

    `wished` overrides the setting; whoever wished for it is told where no model is configured.
    """
    if not (settings.analysis.prose if wished is None else wished):
        return None

    def word(folder: JobFolder) -> None:
        work = _locally(folder, settings, insisted=wished is True)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            wording = asyncio.run(work)
        else:
            with ThreadPoolExecutor(1) as thread:
                wording = thread.submit(asyncio.run, work).result()
        if wording is not None:
            tell("report", wording.reason)

    return word


async def _locally(folder: JobFolder, settings: Settings, *, insisted: bool) -> Wording | None:
    try:
        async with open_model(settings) as model:
            if model is None:
                return (_made_before(folder) or _unasked(folder)) if insisted else None
            # The same result in the same folder is the same conversation: its replies are paid for once.
            facts = facts_of(contents_of(folder))
            about = "\n".join(
                (str(folder.path.absolute()), *(f"{fact.id} {statement(fact)}" for fact in facts))
            )
            scope = f"analysis-{hashlib.sha256(about.encode()).hexdigest()[:24]}"
            asker = Asker(model.who, scope, None)
            limit = settings.analysis.prose_timeout_s
            return await worded(folder, access=model.access, asker=asker, timeout_s=limit)
    except LakeglassError as error:
        return _unasked(folder, f"No model was heard. {error.message}")


def _made_before(folder: JobFolder) -> Wording | None:
    """What a model worded in this folder; one of another version is made anew."""
    with suppress(LakeglassError):
        before = made(folder, WORDING, Wording)
        return before if before is not None and before.by == "model" else None
    return None


def _unasked(folder: JobFolder, reason: str = _NOT_CONFIGURED) -> Wording:
    """Note that no model is asked, and why."""
    return _noted(folder, Wording(by="rules", reason=reason))


async def _written(facts: Sequence[Fact], *, access: ModelAccess, asker: Asker) -> Written | None:
    """What came of asking; None where no model is configured (any more). Raises what opening and asking raise."""
    gateway = await access.gateway()
    if gateway is None:
        return None
    calls = await asyncio.to_thread(access.calls, asker.who.tenant_id, asker.scope)
    # Replies that a process which was stopped had heard, and not come to use.
    heard = [call for call in calls if call.outcome in {"ok", "length", "refused"}]
    return await write(facts, gateway=gateway, asker=asker, kept=heard)


def _wording(
    written: Written | None, facts: Sequence[Fact], calls: Sequence[CallView], reason: str
) -> Wording:
    spent = used(calls)
    cost = {
        "calls": spent.calls,
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "cost_usd": None if spent.unpriced else spent.cost_usd,
    }
    if written is None:
        return Wording.model_validate({"by": "rules", "reason": reason or _NOT_CONFIGURED, **cost})
    told = {fact.id: statement(fact) for fact in facts}
    if written.draft is None:
        more = len(written.faults) - _MOST_FAULTS
        faults = "; ".join(written.faults[:_MOST_FAULTS]) + (f"; and {more} more" if more > 0 else "")
        why = f"What {written.model} wrote was not used, since the result does not bear it out: {faults}."
        return Wording.model_validate(
            {"by": "rules", "reason": why, "model": written.model, "facts": told, **cost}
        )
    parts = {part: sentences(written.draft, part, facts) for part in ("asked", "found", "sure", "do")}
    why = f"Worded by {written.model}; every sentence was checked against its fact of the result."
    return Wording.model_validate(
        {"by": "model", "reason": why, "model": written.model, "facts": told, **parts, **cost}
    )


def _noted(folder: JobFolder, wording: Wording) -> Wording:
    """Keep it, and tell the log of the folder."""
    folder.write(WORDING, wording)
    folder.tell(
        "worded",
        stage="report",
        by=wording.by,
        model=wording.model,
        calls=wording.calls,
        cost_usd=None if wording.cost_usd is None else float(wording.cost_usd),
    )
    return wording
