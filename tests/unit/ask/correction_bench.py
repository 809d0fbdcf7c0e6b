"""A turn whose code fails, with everything real but two: code runs in this process, and the model speaks a script.

The orchestration, the classification of faults, the prompts, the checks of what a model says and the rows that are kept
are those of the product.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pandas as pd
from pydantic import JsonValue
from sqlalchemy import delete
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask import correcting, orchestration
from lakeglass.ask.contexts import SessionTable
from lakeglass.ask.correcting import Corrections
from lakeglass.ask.execution import Executor
from lakeglass.ask.model import CodeContract, ResultColumn, SourceView
from lakeglass.ask.plan import TableContext
from lakeglass.ask.stating import judged
from lakeglass.ask.tables import AttemptRow, SessionRow, TurnRow
from lakeglass.core.clock import now
from lakeglass.core.settings import AskSettings
from lakeglass.events.model import EventBody
from lakeglass.llm.aliases import Aliases
from lakeglass.llm.gateway import Told
from lakeglass.llm.model import Message, ModelRef, Reply
from lakeglass.runs.model import ApprovalRequest, Decision, Estimate
from lakeglass.sandbox.base import TABLE_MIME, CodeError, Execution, InputFile, RichResult
from lakeglass.store.database import Database

HEAD = 'import numpy as np\nimport pandas as pd\n\norders = pd.read_parquet("data/orders.parquet")\n'
GOOD = HEAD + 'result = orders.groupby("city")["amount"].sum().reset_index(name="total")\n'
QUESTION = "What is the total amount of each city?"
CONTRACT = CodeContract(
    reason="a test",
    rows="many",
    columns=(
        ResultColumn(name="city", holds="key", of="city"),
        ResultColumn(name="total", holds="sum", of="amount"),
    ),
    unfiltered=True,
)
_TENANT, _TURN, _SESSION, _FIRST = "t1", "trn_1", "ses_1", "exe_1"


def orders() -> pd.DataFrame:
    """A small shop with a gap, two kinds of text and a date."""
    return pd.DataFrame(
        {
            "city": ["Rome", "Oslo", "Rome", "Lima"] * 6,
            "amount": [float(n % 7) + 0.5 for n in range(24)],
            "units": [n % 5 + 1 for n in range(24)],
            "note": ["late", "n/a", "12", None] * 6,
            "day": pd.date_range("2026-01-01", periods=24),
        }
    )


def execute(code: str, folder: Path) -> tuple[Execution, str]:
    """What a session would say of `code`, in this process; loops and floods are told by their first words."""
    if code.startswith("# takes for ever"):
        return Execution(status="timeout", seconds=60), ""
    if code.startswith("# takes all memory"):
        return Execution(status="memory", seconds=1), ""
    if code.startswith("# ends the interpreter"):
        return Execution(status="died", seconds=1), ""
    names: dict[str, object] = {"__name__": "generated"}
    printed = io.StringIO()
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
            exec(compile(code, "generated.py", "exec"), names)
    except Exception as error:  # noqa: BLE001  any failure of generated code is what is looked at
        frames = reversed(traceback.extract_tb(error.__traceback__))
        line = next((frame.lineno for frame in frames if "generated" in frame.filename), None)
        told = CodeError(name=type(error).__name__, value=str(error), traceback="", line=line)
        return Execution(status="error", seconds=0.1, error=told), printed.getvalue()
    result = names.get("result")
    if not isinstance(result, pd.DataFrame):
        return Execution(status="ok", seconds=0.1), printed.getvalue()
    table: dict[str, JsonValue] = {
        "columns": [str(name) for name in result.columns],
        "dtypes": [],
        "rows": json.loads(result.to_json(orient="values", date_format="iso")),
        "total": len(result),
    }
    return Execution(
        status="ok", seconds=0.1, results=(RichResult(data={TABLE_MIME: table}, name="result"),)
    ), printed.getvalue()


@dataclass
class Scripted:
    """A model that answers each request by what `answer` makes of its number, 1 first."""

    answer: Callable[[int], str]
    heard: list[str] = field(default_factory=list)

    async def complete(self, _who: object, _scope: str, messages: Sequence[Message], **_more: object) -> Told:
        self.heard.append("\n".join(message.content for message in messages))
        text = self.answer(len(self.heard))
        reply = Reply(text=text, model=ModelRef(provider="test", name="scripted"))
        return Told(call_id="llm_1", reply=reply, text=text, aliases=Aliases())


@dataclass
class Access:
    """Where the scripted model is."""

    model: Scripted
    samples: bool = True

    configured = True

    @property
    def send_samples(self) -> bool:
        return self.samples

    async def gateway(self) -> Scripted:
        return self.model


@dataclass
class Outcome:
    """How a turn ended: its attempts in order, what it said, every event, and what the model was told."""

    attempts: list[AttemptRow]
    message: str | None
    events: list[EventBody]
    heard: list[str]
    runs: list[str]

    @property
    def corrected(self) -> bool:
        return self.message is None


class _Stage:
    run_id, tenant_id, subject, stage = "run_1", _TENANT, _SESSION, "correct"

    def __init__(self, events: list[EventBody]) -> None:
        self._events = events

    async def emit(self, body: EventBody, *, key: str) -> None:
        assert key
        self._events.append(body)


class Bench:
    """Turns over one table in one database; `table` is what the tables' statistics say."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.table: TableContext = context_of("orders", orders())
        save("orders", orders(), folder)

    def turn(
        self,
        code: str,
        answer: Callable[[int], str],
        *,
        contract: CodeContract | None = CONTRACT,
        samples: bool = True,
        review: bool = False,
    ) -> Outcome:
        """Run `code`, and correct it as the product does."""
        model = Scripted(answer)
        access = Access(model, samples)
        corrections = Corrections(
            self.database,
            cast("correcting.Lake", None),
            executor=Executor(self.database, cast("object", None), cast("object", None)),  # type: ignore[arg-type]
            access=access,  # type: ignore[arg-type]
            settings=AskSettings(),
        )
        run = _Run(self, corrections)
        with _tables(self.table):
            self._begin(code, contract)
            message = asyncio.run(
                orchestration.ask(run, {"turn_id": _TURN, "dataset_ids": ["d"], "review": review})
            )  # type: ignore[arg-type]
        with self.database.transaction() as session:
            rows = session.query(AttemptRow).order_by(AttemptRow.number).all()
            session.expunge_all()
        said = cast("dict[str, JsonValue]", message)["message"]
        return Outcome(rows, cast("str | None", said), run.events, model.heard, run.ran)

    def _begin(self, code: str, contract: CodeContract | None) -> None:
        estimate = Estimate(seconds_low=0, seconds_high=1).model_dump(mode="json")
        with self.database.transaction() as session:
            for table in (AttemptRow, TurnRow, SessionRow):
                session.execute(delete(table))
            session.add(
                SessionRow(
                    id=_SESSION, tenant_id=_TENANT, user_id="u", title="t", dataset_ids=["d"],
                    created_at=now(), updated_at=now(),
                )
            )  # fmt: skip
            session.flush()
            session.add(
                TurnRow(
                    id=_TURN, tenant_id=_TENANT, session_id=_SESSION, number=1, run_id="run_1", question=QUESTION,
                    planner="model", steps=[], near_questions=[], estimate=estimate, created_at=now(),
                    contract=contract.model_dump(mode="json") if contract else None,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                AttemptRow(
                    id=_FIRST, tenant_id=_TENANT, turn_id=_TURN, run_id="run_1", number=1, origin="model", code=code,
                    state="pending", dataset_versions=["v"], created_at=now(),
                )
            )  # fmt: skip


class _Run:
    """The run of a turn: `plan` and `answer` are nothing here, `execute` is in this process, `correct` is real."""

    run_id, tenant_id, subject = "run_1", _TENANT, _SESSION

    def __init__(self, bench: Bench, corrections: Corrections) -> None:
        self._bench = bench
        self._corrections = corrections
        self.events: list[EventBody] = []
        self.ran: list[str] = []
        self.approvals: list[ApprovalRequest] = []

    async def run(self, stage_name: str, args: dict[str, JsonValue]) -> JsonValue:
        match stage_name:
            case "plan":
                return {"planned": True, "attempt_id": _FIRST, "approval": None}
            case "execute":
                return self._execute(str(args["attempt_id"]))
            case "correct":
                return await self._corrections.correct(_Stage(self.events), args)
            case _:
                return {"message": args.get("message")}

    async def approve(self, request: ApprovalRequest) -> Decision:
        self.approvals.append(request)
        return Decision(verdict="approve", by="u")

    def _execute(self, attempt_id: str) -> JsonValue:
        with self._bench.database.transaction() as session:
            row = session.get_one(AttemptRow, attempt_id)
            self.ran.append(row.code)
            execution, printed = execute(row.code, self._bench.folder)
            turn = session.get_one(TurnRow, row.turn_id)
            fault = judged(execution, (self._bench.table,), correcting.contract_of(turn))
            row.state = execution.status
            row.error_class = fault.kind if fault else None
            row.error_message = fault.message if fault else None
        message = fault.message if fault else None
        return {
            "message": message,
            "fault": fault.model_dump(mode="json") if fault else None,
            "printed": printed,
        }


@contextlib.contextmanager
def _tables(table: TableContext) -> Iterator[None]:
    """The one table, in place of a lake."""
    source = SourceView(
        dataset_id="d", dataset_name="orders", version_id="v", version_number=1, snapshot_id="s",
        original_name="orders.csv", original_sha256="0",
    )  # fmt: skip
    one = SessionTable(table, InputFile(source=Path("/"), name="orders.parquet"), source)
    kept = correcting.session_tables
    correcting.session_tables = lambda *_a, **_k: (one,)  # type: ignore[assignment]
    try:
        yield
    finally:
        correcting.session_tables = kept


def mends(*codes: str) -> Callable[[int], str]:
    """A model that gives these in turn, the last one ever after."""
    return lambda number: json.dumps({"why": f"attempt {number}", "code": codes[min(number, len(codes)) - 1]})
