"""The catalogue of failures: what a provider does, after which pauses it is asked again, and how it ends.

Pauses are those of a clock that only the test moves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.model_server import ModelServer, Say
from tests.unit.llm.conftest import KEY, FakeClock

from lakeglass.core.errors import LakeglassError
from lakeglass.llm.gateway import Gateway
from lakeglass.llm.ledger import Ledger
from lakeglass.llm.model import Message, Options
from lakeglass.tenants.model import Principal

WHO = Principal(tenant_id="t1", user_id="u1")
LONG = Say(status=400, error={"message": "too long", "code": "context_length_exceeded"})
BUSY, DOWN = Say(status=429), Say(status=503)
WELL = Say("Well.")


@dataclass(frozen=True)
class Case:
    """A script, and what comes of it; `ends` is the answer, or the code and status of the failure."""

    name: str
    script: tuple[Say, ...]
    ends: str | tuple[str, int]
    pauses: tuple[float, ...] = ()
    asked: int = 1


CASES = (
    Case("a good answer", (WELL,), "Well."),
    Case("429, then well", (BUSY, WELL), "Well.", (1,), 2),
    Case("429 four times, then well", (BUSY,) * 4 + (WELL,), "Well.", (1, 2, 4, 8), 5),
    Case("429 for ever", (BUSY,), ("RATE_LIMITED", 429), (1, 2, 4, 8), 5),
    Case("429 that says when", (Say(status=429, headers={"retry-after": "11"}), WELL), "Well.", (11,), 2),
    Case("429 that says too late", (Say(status=429, headers={"retry-after": "900"}),), ("RATE_LIMITED", 429)),
    Case("503 for ever", (DOWN,), ("UNAVAILABLE", 503), (1, 2, 4, 8), 5),
    Case("503, 429, well", (DOWN, BUSY, WELL), "Well.", (1, 2), 3),
    Case("401", (Say(status=401, error={"message": KEY}),), ("CONFIGURATION_ERROR", 500)),
    Case("403", (Say(status=403),), ("CONFIGURATION_ERROR", 500)),
    Case("a model that nobody knows", (Say(status=404),), ("CONFIGURATION_ERROR", 500)),
    Case("too long, then cut", (LONG, WELL), "Well.", (), 2),
    Case("too long even when cut", (LONG,), ("TOO_LARGE", 413), (), 2),
    Case("a cut stream, then well", (Say("half of it, then", cut=True), WELL), "Well.", (1,), 2),
    Case(
        "a stream that is always cut", (Say("half of it", cut=True),), ("UNAVAILABLE", 503), (1, 2, 4, 8), 5
    ),
    Case("an error inside the stream", (Say(broken={"message": "x", "code": "502"}), WELL), "Well.", (1,), 2),
    Case("a refusal", (Say("", refusal="I will not."),), "I will not."),
)


# req: E11
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_failure_ends_as_the_catalogue_says(
    open_one: Callable[..., Gateway], model: ModelServer, ledger: Ledger, clock: FakeClock, case: Case
) -> None:
    model.say(*case.script)
    gateway = open_one(cache_s=0)
    messages = [
        Message(key="h", role="user", part="history", content="what was said before " * 200),
        Message(key="q", role="user", part="question", content="well?"),
    ]
    said = ""
    try:
        told = asyncio.run(gateway.complete(WHO, "ses_1", messages, options=Options(purpose="plan")))
        ended: str | tuple[str, int] = told.text
    except LakeglassError as error:
        ended = (error.code, error.status)
        said = error.message
    assert ended == case.ends
    assert KEY not in said
    assert tuple(clock.slept) == case.pauses
    assert len(model.heard) == case.asked
    (call,) = ledger.calls("t1", "ses_1")
    assert call.outcome == (case.ends[0] if isinstance(case.ends, tuple) else call.outcome)
    assert call.outcome != "started"
