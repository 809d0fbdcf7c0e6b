"""What a turn of the conversation is made of, as the page, the command line and the log see it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lakeglass.runs.model import Estimate, Failure

TurnState = Literal["running", "waiting", "done", "failed", "cancelled"]
StepState = Literal["pending", "running", "done", "failed"]
# 'skipped' never ran: it was declined, stopped before its time came, or edited code took its place.
AttemptState = Literal[
    "pending", "running", "ok", "error", "timeout", "interrupted", "memory", "died", "lost", "skipped"
]
# Why a turn ended without an answer: it can mean several things, the data can't tell, its code failed, a person said
# no, or it is work for Build.
StopReason = Literal["ambiguous", "unanswerable", "failed", "refused", "build"]
# What was wrong with an execution, as whoever corrects it is told.
ErrorClass = Literal[
    "missing column",
    "type",
    "empty result",
    "timeout",
    "memory",
    "missing package",
    "wrong shape",
    "syntax",
    "implausible",
    "not allowed",
    "other",
]
# Who wrote code: the generator from a plan, a person, or a language model.
Origin = Literal["planner", "edited", "model"]
ChipRole = Literal["measure", "aggregate", "group", "filter", "period", "sort", "limit", "statistic", "chart"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Chip(_Frozen):
    """One understood part of the question; `words` is what the user wrote for it. Removable ones can be
    dropped and the question is planned again without them."""

    id: str
    role: ChipRole
    label: str
    words: str = ""
    removable: bool = True


class Understanding(_Frozen):
    """What was understood, in plain words, and what was not.

    `confidence` is 0..1; `ignored` are words of the question that no part of the plan uses.
    """

    restatement: str
    chips: tuple[Chip, ...]
    assumptions: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    confidence: float = 1.0


class PlanStep(_Frozen):
    """One step of the plan in words."""

    id: str
    title: str
    detail: str = ""


class ResultColumn(_Frozen):
    """A column that free code promises in its `result`; `of` is the dataset column that it was computed from."""

    name: str
    holds: Literal["key", "count", "sum", "mean", "median", "min", "max", "share", "value"]
    of: str | None = None
    unit: str = ""


class CodeContract(_Frozen):
    """What code that a model wrote promises to bring back, and why no plan could say it.

    `rows` is 'one' for a single figure. `unfiltered` means that every row of the table is in the result's figures.
    """

    reason: str
    rows: Literal["one", "many"]
    columns: tuple[ResultColumn, ...]
    unfiltered: bool = False
    figure: bool = False


class KeyNumber(_Frozen):
    """A figure of the answer: `value` exact, `text` as shown."""

    label: str
    value: float | int | str | None
    text: str


class Check(_Frozen):
    """One verification of the executed result against the plan and the known statistics."""

    name: str
    passed: bool
    detail: str


class SecondOpinion(_Frozen):
    """What the other planner makes of a question: the same plan, one with the same values, or something else.

    `sentence` and `numbers` are what its own result says, empty for the same plan.
    """

    verdict: Literal["same plan", "same values", "differs"]
    restatement: str
    sentence: str = ""
    numbers: tuple[KeyNumber, ...] = ()


class Answer(_Frozen):
    """The stated result: one sentence with its base, key numbers, the checks that it passed.

    `stated_by` says whose sentence it is; a model's stands there only after it was checked against the result, and
    `notice` says so where one was replaced.
    """

    sentence: str
    base: str = ""
    numbers: tuple[KeyNumber, ...] = ()
    checks: tuple[Check, ...] = ()
    followups: tuple[str, ...] = ()
    stated_by: Literal["rule", "model"] = "rule"
    notice: str = ""
    second: SecondOpinion | None = None


class ArtifactView(_Frozen):
    """Something that an execution brought back; its content is fetched by id."""

    id: str
    execution_id: str
    kind: Literal["chart", "table", "image", "html", "text", "file"]
    title: str
    mime: str
    size_bytes: int
    rows: int | None = None


class Attempt(_Frozen):
    """One execution of code: where it came from, what it read, how it ended.

    A correction names the attempt that it `corrects`, with the unified `diff` to that one's code and, in the model's
    own words, `why`. `error_class` says what was wrong with this attempt, once that is known.
    """

    id: str
    turn_id: str
    run_id: str
    number: int
    origin: Origin
    code: str
    state: AttemptState
    dataset_versions: tuple[str, ...]
    started_at: datetime | None = None
    seconds: float | None = None
    error_name: str | None = None
    error_message: str | None = None
    error_line: int | None = None
    error_class: ErrorClass | None = None
    corrects: str | None = None
    diff: str | None = None
    why: str = ""
    artifacts: tuple[ArtifactView, ...] = ()


class OutputLine(_Frozen):
    """A piece of an execution's stdout or stderr."""

    execution_id: str
    stream: Literal["stdout", "stderr"]
    text: str
    late: bool = False


class BuildOffer(_Frozen):
    """An analysis that Build would make of a question: `target` is None where the question names no column.

    `job_id` is the id that it has once it is `started`.
    """

    dataset_id: str
    dataset_name: str
    target: str | None
    job_id: str
    started: bool = False


class TurnView(_Frozen):
    """A question and everything that came of it. `reason` says of which kind a `message` is; with 'ambiguous' the
    `near_questions` are the readings to choose from, with 'build' there is an `offer`. `contract` stands in place of a
    plan where a model wrote code.
    """

    id: str
    run_id: str
    question: str
    state: TurnState
    created_at: datetime
    planner: str
    understanding: Understanding | None = None
    plan_json: str | None = None
    steps: tuple[PlanStep, ...] = ()
    estimate: Estimate | None = None
    answer: Answer | None = None
    message: str | None = None
    reason: StopReason | None = None
    near_questions: tuple[str, ...] = ()
    offer: BuildOffer | None = None
    contract: CodeContract | None = None
    failure: Failure | None = None
    attempts: tuple[Attempt, ...] = ()


class SessionView(_Frozen):
    """A conversation in the list."""

    id: str
    title: str
    dataset_ids: tuple[str, ...]
    turns: int
    archived: bool
    created_at: datetime
    updated_at: datetime


class SessionDetail(_Frozen):
    """A whole conversation; its event stream goes on after `last_seq`, with all that unfinished runs have said."""

    session: SessionView
    turns: tuple[TurnView, ...]
    last_seq: int


class Asked(_Frozen):
    """A question or an edited piece of code was taken; its run goes on by itself."""

    session_id: str
    turn_id: str
    run_id: str


class SourceView(_Frozen):
    """What an execution read: a dataset version, and the original file behind it."""

    dataset_id: str
    dataset_name: str
    version_id: str
    version_number: int
    snapshot_id: str
    original_name: str
    original_sha256: str


class ExecutionDetail(_Frozen):
    """An execution and everything that it can be traced to."""

    attempt: Attempt
    session_id: str
    question: str
    sources: tuple[SourceView, ...]


class TaughtWordView(_Frozen):
    """A word that a user taught for a dataset: `meaning` in words. `usable` is False while a column is gone."""

    id: str
    dataset_id: str
    phrase: str
    meaning: str
    usable: bool
    created_at: datetime
