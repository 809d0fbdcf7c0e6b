"""What happens after what in an analysis; deterministic, so that it can be resumed after a crash."""

from __future__ import annotations

from typing import cast

from pydantic import JsonValue

from lakeglass.core.errors import Rejected
from lakeglass.runs.kinds import RunContext
from lakeglass.science.jobs.events import AnalysisAnswered, AnalysisAsked, AnalysisEnded
from lakeglass.science.jobs.model import ClarifyCard, Payload


async def analyse(context: RunContext, payload: Payload) -> JsonValue:
    """Ingest, examine, clarify (waiting for a person where needed), model, explain, criticise, report."""
    await context.run("ingest", payload)
    seen = cast("Payload", await context.run("eda", payload))
    answers: Payload | None = None
    if seen["card"] is not None:
        card = ClarifyCard.model_validate(seen["card"])
        answers = await context.consult(
            card.id, AnalysisAsked(card=card), timeout_s=cast("float", seen["wait_s"])
        )
        if answers is None:
            defaults = {question.id: question.default for question in card.questions}
            await context.emit(AnalysisAnswered(by="default", answers=defaults), key="answered")
    await context.run("clarify", {**payload, "answers": answers})
    for stage in ("modeling", "explain", "qa"):
        await context.run(stage, payload)
    told = cast("Payload", await context.run("report", payload))
    ended = AnalysisEnded.model_validate(told)
    await context.emit(ended, key="ended")
    if ended.verdict == "fail":
        raise Rejected(
            "The critique rejects this result: it must not be used as it is. Its report says what to change."
        )
    return None
