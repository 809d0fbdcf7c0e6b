"""What happens after what in a turn; deterministic, so that it can be resumed after a crash."""

from __future__ import annotations

from typing import cast

from pydantic import JsonValue

from lakeglass.runs.kinds import RunContext
from lakeglass.runs.model import ApprovalRequest

DECLINED = "You declined this plan, so nothing was run. Change the question, or ask it again."
DECLINED_CORRECTION = (
    "You declined the corrected code, so it was not run. Change the question, or ask it again."
)

Facts = dict[str, JsonValue]


async def ask(context: RunContext, payload: Facts) -> JsonValue:
    """A turn from question to answer: plan, (approve), execute, (correct and execute again), answer."""
    planned = cast("Facts", await context.run("plan", payload))
    if not planned["planned"]:
        return None
    here: Facts = {
        "turn_id": payload["turn_id"],
        "attempt_id": planned["attempt_id"],
        "dataset_ids": payload["dataset_ids"],
    }
    if planned["approval"] is not None:
        decision = await context.approve(ApprovalRequest.model_validate(planned["approval"]))
        if decision.verdict == "decline":
            return await context.run("answer", {**here, "message": DECLINED})
        if decision.instead is not None:
            here |= {"attempt_id": decision.instead, "edited": True}
    ran, executed = await _run_code(context, here)
    # Each round is one correction; the stage itself says when there is no further one.
    while executed.get("fault") is not None and not ran.get("edited"):
        again = {**ran, "review": payload.get("review", False)}
        told = {"fault": executed["fault"], "printed": executed.get("printed", "")}
        mended = cast("Facts", await context.run("correct", {**again, **told}))
        if mended.get("attempt_id") is None:
            executed = {**executed, "message": mended.get("message") or executed.get("message")}
            break
        ran = {**ran, "attempt_id": mended["attempt_id"]}
        if mended.get("fault") is not None:  # the linter refused it: it never runs
            executed = {
                "message": mended.get("message"),
                "base": None,
                "fault": mended["fault"],
                "printed": "",
            }
            continue
        if mended.get("approval") is not None:
            decision = await context.approve(ApprovalRequest.model_validate(mended["approval"]))
            if decision.verdict == "decline":
                return await context.run("answer", {**ran, "message": DECLINED_CORRECTION})
            if decision.instead is not None:
                ran |= {"attempt_id": decision.instead, "edited": True}
        ran, executed = await _run_code(context, ran)
    opinion = planned.get("opinion")
    if planned.get("second") is not None and not ran.get("edited") and not executed.get("message"):
        opinion = await context.run("compare", {**ran, "second": planned["second"]})
    return await context.run("answer", {**ran, **executed, "opinion": opinion})


async def execute(context: RunContext, payload: Facts) -> JsonValue:
    """Edited code: run it, nothing else; what it brought back stands beside the turn."""
    _, executed = await _run_code(context, payload)
    return executed


async def _run_code(context: RunContext, here: Facts) -> tuple[Facts, Facts]:
    """Execute an attempt, asking first for packages that it needs: what ran in the end, and what came of it."""
    while True:
        executed = cast("Facts", await context.run("execute", here))
        if executed.get("approval") is None:
            return here, executed
        decision = await context.approve(ApprovalRequest.model_validate(executed["approval"]))
        if decision.instead is not None:  # other code, which may need other packages
            here = {**here, "attempt_id": decision.instead, "edited": True}
            continue
        allowed: Facts = {
            "files": executed["files"],
            "verdict": decision.verdict,
            "by": decision.by,
        }
        executed = cast("Facts", await context.run("execute", {**here, "packages": allowed}))
        return here, executed
