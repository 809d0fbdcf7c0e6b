"""Properties of seed 004 that belong to a language model: its code, its corrections, and the door that it is behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import httpx
import openai
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue
from tests.model_server import ModelServer
from tests.unit.ask.analyst_tables import context_of
from tests.unit.ask.correction_bench import CONTRACT, GOOD, HEAD, Bench, Scripted, orders
from tests.unit.llm.conftest import KEY, FakeClock, settings_for

from lakeglass.ask import orchestration
from lakeglass.ask.answer import Titles
from lakeglass.ask.events import CodeWritten, OutputWritten
from lakeglass.ask.execution import Executor
from lakeglass.ask.faults import RETRIES, of_error
from lakeglass.ask.writer import CodeWriter, Failed, same_code
from lakeglass.core.clock import now
from lakeglass.core.errors import LakeglassError, RateLimited, Unavailable
from lakeglass.events.model import EventBody
from lakeglass.llm.gateway import Gateway, open_gateway
from lakeglass.llm.layers.base import Call
from lakeglass.llm.layers.retry import Retry
from lakeglass.llm.ledger import Ledger
from lakeglass.llm.model import Message, ModelRef, Options, Reply
from lakeglass.llm.providers.wire import translated
from lakeglass.llm.replies import Asker
from lakeglass.runs.model import Decision
from lakeglass.sandbox.base import CodeError, Execution, OutputChunk
from lakeglass.store import migrate
from lakeglass.store.database import Database
from lakeglass.tenants import audit
from lakeglass.tenants.model import Principal

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WHO = Principal(tenant_id="t1", user_id="u1")
TABLE = context_of("orders", orders())
COLUMNS = tuple(column.name for column in TABLE.statistics.columns)
WRONG = st.builds(
    lambda name, place, letter: name[:place] + letter + name[place:],
    st.sampled_from(COLUMNS),
    st.integers(0, 3),
    st.sampled_from("xyzq"),
)
CHANGES = st.lists(st.sampled_from(["", "# a comment\n", "x = 1\n", "y = 2\n", "z = [1]\n"]), max_size=3).map(
    "".join
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('properties') / 'lakeglass.db'}")
    migrate.upgrade(opened)
    yield opened
    opened.close()


# Feature: glassbox-analyst, Property 6: Error analysis and correction
# req: E6
@given(wrong=WRONG, changes=CHANGES, back=st.booleans())
@MANY
def test_property_6_a_correction_differs_and_addresses_the_error(
    wrong: str, changes: str, back: bool
) -> None:
    broken = HEAD + f'result = orders.groupby("city")["{wrong}"].sum().reset_index(name="total")\n'
    fault = of_error(
        CodeError(name="KeyError", value=f"'Column not found: {wrong}'", traceback="", line=5), (TABLE,)
    )
    mended = (broken if back else GOOD) + changes
    model = Scripted(lambda _number: json.dumps({"why": "as told", "code": mended}))
    writer = CodeWriter(model, Asker(WHO, "s", None), values=True)  # type: ignore[arg-type]
    kept = asyncio.run(
        writer.correct(
            "total by city", (TABLE,), now().date(), contract=CONTRACT, failed=[Failed(broken, fault)]
        )
    )
    assert fault.kind == "missing column"
    assert f"there is no column '{wrong}'; the nearest are" in model.heard[0]
    assert any(name in fault.hints[0] for name in COLUMNS)
    if same_code(mended, broken):
        assert kept is None
    else:
        assert kept is not None
        assert kept.code == mended
        assert not same_code(kept.code, broken)
        assert [line for line in kept.diff.splitlines() if line.startswith(("+", "-"))][2:]


class _Stages:
    """A run whose stages end as `verdicts` say, one after the other."""

    run_id, tenant_id, subject = "run_1", "t1", "ses_1"

    def __init__(self, verdicts: Sequence[str]) -> None:
        self._verdicts = list(verdicts)
        self.executed: list[str] = []
        self.corrected: list[str] = []
        self.refused: list[str] = []

    async def run(self, stage_name: str, args: dict[str, JsonValue]) -> JsonValue:
        if stage_name == "plan":
            return {"planned": True, "attempt_id": "exe_0", "approval": None}
        verdict = self._verdicts.pop(0) if self._verdicts else "good"
        if stage_name == "execute":
            self.executed.append(str(args["attempt_id"]))
            return {"message": None, "base": None, "fault": None if verdict == "good" else {"kind": "type"}}
        if stage_name == "correct":
            if len(self.corrected) == RETRIES:
                return {"attempt_id": None, "message": "given up"}
            self.corrected.append(f"exe_{len(self.corrected) + 1}")
            refused = verdict == "refused"
            self.refused += self.corrected[-1:] if refused else []
            return {"attempt_id": self.corrected[-1], "fault": {"kind": "syntax"} if refused else None}
        return args.get("message")

    async def approve(self, _request: object) -> Decision:
        raise AssertionError("nobody is asked")


# Feature: glassbox-analyst, Property 7: Retry execution
# req: E6
@given(verdicts=st.lists(st.sampled_from(["good", "bad", "refused"]), max_size=12))
@MANY
def test_property_7_corrected_code_is_run_again_by_itself(verdicts: list[str]) -> None:
    stages = _Stages(verdicts)
    said = asyncio.run(orchestration.ask(stages, {"turn_id": "t", "dataset_ids": []}))  # type: ignore[arg-type]
    runnable = [one for one in stages.corrected if one not in stages.refused]
    assert stages.executed == ["exe_0", *runnable]
    assert len(stages.corrected) <= RETRIES
    if said == "given up":
        assert len(stages.corrected) == RETRIES


class _Printing:
    """A sandbox that prints, and runs nothing."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    async def execute(self, *_where: object, **how: object) -> Execution:
        sink = how["on_output"]
        for line in self._lines:
            await sink(OutputChunk(stream="stdout", text=line))  # type: ignore[operator]
        return Execution(status="ok", seconds=0.1)


# Feature: glassbox-analyst, Property 8: Code visibility
# req: A3
@given(
    code=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200),
    lines=st.lists(st.text(max_size=20), max_size=4),
)
@MANY
def test_property_8_the_whole_code_is_told_before_and_while_it_runs(
    database: Database, tmp_path: Path, code: str, lines: list[str]
) -> None:
    Bench(database, tmp_path)._begin(code, None)
    told: list[EventBody] = []

    async def emit(body: EventBody, *, key: str) -> None:
        assert key
        told.append(body)

    context = SimpleNamespace(tenant_id="t1", subject="ses_1", run_id="run_1", stage="execute", emit=emit)
    executor = Executor(database, None, _Printing(lines))  # type: ignore[arg-type]
    running = executor.run(
        context,  # type: ignore[arg-type]
        "exe_1", turn_id="trn_1", inputs=[], titles=Titles(chart="c", table="t"), judge=lambda _ended: None,
    )  # fmt: skip
    asyncio.run(running)
    assert isinstance(told[0], CodeWritten)
    assert (told[0].attempt.code, told[0].attempt.state) == (code, "running")
    printed = "".join(line.text for body in told if isinstance(body, OutputWritten) for line in body.lines)
    assert printed == "".join(lines)


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def gateway(database: Database, model: ModelServer) -> Gateway:
    opened = open_gateway(settings_for(model, retries=0, cache_s=0), Ledger(database), FakeClock().timing())
    assert opened is not None
    return opened


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


PURPOSES = st.sampled_from(["profile", "plan", "code", "correct", "answer", "test"])
WORDS = st.lists(
    st.sampled_from(["total", "of", "city", "größte", "12", "?", "id;x"]), min_size=1, max_size=6
).map(" ".join)


# Feature: glassbox-analyst, Property 24: Unified API gateway
# req: E11
@given(purpose=PURPOSES, words=WORDS)
@MANY
def test_property_24_every_request_goes_through_the_one_endpoint(
    gateway: Gateway, model: ModelServer, loop: asyncio.Runner, database: Database, purpose: str, words: str
) -> None:
    model.heard.clear()
    scope = f"ses_{abs(hash((purpose, words))) % 10**9}"
    message = Message(key="q", role="user", part="question", content=words)
    options = Options.model_validate({"purpose": purpose})
    told = loop.run(gateway.complete(WHO, scope, [message], options=options))
    (heard,) = model.heard
    assert heard.path == "/v1/chat/completions"
    assert {name.lower(): value for name, value in heard.headers.items()}["authorization"] == f"Bearer {KEY}"
    assert told.call_id in {call.id for call in Ledger(database).calls("t1", scope)}


MAILS = st.lists(
    st.from_regex(r"[a-z]{3,8}@[a-z]{3,8}\.(com|org|de)", fullmatch=True), max_size=4, unique=True
)


# Feature: glassbox-analyst, Property 18: Redaction audit logging
# req: E3
@given(mails=MAILS, words=WORDS)
@MANY
def test_property_18_every_redaction_has_an_entry_with_type_and_time(
    gateway: Gateway, loop: asyncio.Runner, database: Database, mails: list[str], words: str
) -> None:
    began = now()
    who = Principal(
        tenant_id=f"t_{abs(hash((tuple(mails), words))) % 10**9}_{began.timestamp()}", user_id="u1"
    )
    message = Message(key="q", role="user", part="question", content=f"{words} {' and '.join(mails)}")
    loop.run(gateway.complete(who, "ses_1", [message], options=Options(purpose="plan")))
    with database.transaction() as session:
        found = audit.entries(session, who)
    assert [(one.action, one.details) for one in found] == [("model.redacted", {"type": "EMAIL"})] * len(
        mails
    )
    assert all(began <= one.at <= now() for one in found)
    assert not any(mail in str(found) for mail in mails)


# Feature: glassbox-analyst, Property 25: Rate limit handling
# req: E11
@given(
    pauses=st.lists(st.one_of(st.none(), st.floats(0, 60)), max_size=7),
    retries=st.integers(0, 4),
    chance=st.floats(0, 1, exclude_max=True),
    busy=st.sampled_from([RateLimited, Unavailable]),
)
@MANY
def test_property_25_a_busy_model_is_asked_again_after_growing_pauses(
    pauses: list[float | None], retries: int, chance: float, busy: type[LakeglassError]
) -> None:
    clock, left = FakeClock(), list(pauses)
    call = Call("t1", None, ModelRef(provider="p", name="m"), Options(purpose="plan"))  # type: ignore[arg-type]

    async def provider(asked: Call) -> Reply:
        if left:
            pause = left.pop(0)
            raise busy("busy", details={} if pause is None else {"retry_after_s": pause})
        return Reply(text="there", model=asked.model)

    handled = Retry(retries, sleep=clock.sleep, random=lambda: chance).handle(call, provider)
    if len(pauses) > retries:
        with pytest.raises(busy):
            asyncio.run(handled)
    else:
        assert asyncio.run(handled).attempts == len(pauses) + 1
    expected = [
        max(2.0**number, pause or 0.0) * (1 + 0.1 * chance) for number, pause in enumerate(pauses[:retries])
    ]
    assert clock.slept == pytest.approx(expected)


# Feature: glassbox-analyst, Property 26: API key security
# req: E11
@given(
    key=st.from_regex(r"sk-(or-v1-)?[A-Za-z0-9]{20,40}", fullmatch=True),
    status=st.sampled_from([400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529]),
    words=st.text(max_size=40),
)
@MANY
def test_property_26_no_error_of_a_provider_shows_the_key(key: str, status: int, words: str) -> None:
    message = f"{words} Incorrect API key provided: {key} {words}"
    request = httpx.Request("POST", "https://model.test/v1", headers={"authorization": f"Bearer {key}"})
    response = httpx.Response(status, request=request, json={"error": {"message": message, "code": key}})
    with pytest.raises(LakeglassError) as caught, translated():
        raise openai.APIStatusError(message, response=response, body={"message": message, "code": key})
    error = caught.value
    shown = f"{error} {error!r} {error.message} {error.details} {error.__cause__!r}"
    assert key not in shown
    assert key[-12:] not in shown
