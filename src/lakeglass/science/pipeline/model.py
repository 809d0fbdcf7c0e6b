"""The nouns of an analysis: its request, its stages, and what each of them leaves in the job's folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.science.assess.threshold import Costs
from lakeglass.science.checks import Examination
from lakeglass.science.prose.model import Wording
from lakeglass.science.repairs.model import Policy
from lakeglass.science.tasks import Task

StageName = Literal["ingest", "eda", "clarify", "modeling", "explain", "report", "qa"]
STAGES: tuple[StageName, ...] = ("ingest", "eda", "clarify", "modeling", "explain", "qa", "report")
"""In their order: the critique comes before the report is written, which shows it."""
Verdict = Literal["pass", "pass with warnings", "fail"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnalysisRequest(_Frozen):
    """What to find out. Without a target the likeliest one is proposed and taken; `budget_s` is for the search.

    `horizon` is the number of steps to tell a series ahead, one season without it; `costs` price the two errors.
    `repairs` says whether conservative repairs are made before modelling, `without_repairs` which of them are not.
    """

    target: str | None = None
    task: Task | None = None
    time: str | None = None
    group: str | None = None
    leave_out: tuple[str, ...] = ()
    sensitive: str | None = None
    costs: Costs | None = None
    budget_s: float = Field(default=60.0, gt=0, le=86_400)
    fits: int | None = Field(default=None, gt=0)
    horizon: int | None = Field(default=None, ge=1, le=1_000)
    threads: int = Field(default=2, ge=1, le=64)
    seed: int = Field(default=0, ge=0)
    repairs: Policy = "none"
    without_repairs: tuple[str, ...] = ()


class Manifest(_Frozen):
    """The artifact `manifest.json`: what was given, so that the same folder goes on with the same work only."""

    version: Literal[1] = 1
    name: str
    sha256: str
    size_bytes: int
    rows: int
    columns: tuple[str, ...]
    decisions: tuple[tuple[str, str, str], ...]
    request: AnalysisRequest


class TargetOption(_Frozen):
    """A column that may be what is asked for, with the reason; `score` orders the options, 0..1."""

    column: str
    task: Task
    reason: str
    score: float


class LikelyTarget(_Frozen):
    """A column that is probably asked for, by the figures of its table alone; `score` orders them, 0..1."""

    column: str
    reason: str
    score: float


QuestionName = Literal["target", "task", "time", "group", "cost"]
AnsweredBy = Literal["you", "default"]


class Choice(_Frozen):
    """An answer that may be chosen; the empty value says 'none of them'."""

    value: str
    label: str
    reason: str


class Question(_Frozen):
    """Something that only a person knows: `options` ranked, `default` is what is taken when nobody answers."""

    id: QuestionName
    question: str
    why: str
    options: tuple[Choice, ...]
    default: str


class Clarification(_Frozen):
    """The artifact `clarify.json`: which target was taken, by whom, and what else it might have been.

    `questions` are those that only a person can answer; `answers` is None until the stage is over.
    """

    version: Literal[1] = 1
    question: str
    options: tuple[TargetOption, ...]
    chosen: str | None
    chosen_by: AnsweredBy
    reason: str
    questions: tuple[Question, ...] = ()
    answers: dict[QuestionName, str] | None = None
    answered_by: AnsweredBy | None = None


class Eda(_Frozen):
    """The artifact `eda.json`."""

    version: Literal[1] = 1
    rows: int
    columns: int
    target: str | None
    time: str | None
    examination: Examination


class Remedy(_Frozen):
    """What to ask for otherwise in the next run: a field of the request, with columns where it takes them.

    Each surface names it as it offers it: the page by the field's label, the command line by its option.
    """

    field: Literal["leave_out", "group", "budget_s"]
    columns: tuple[str, ...] = ()


class Remark(_Frozen):
    """Something that the critique has to say about a result; `do_this` names no surface, `remedy` is what it takes."""

    code: str
    severity: Literal["fail", "warning"]
    detail: str
    do_this: str
    remedy: Remedy | None = None


class Critique(_Frozen):
    """The artifact `critique.json`; a verdict of 'fail' keeps a result from being called done."""

    version: Literal[1] = 1
    verdict: Verdict
    remarks: tuple[Remark, ...]
    asked: tuple[str, ...]


class StageTime(_Frozen):
    """A stage and the seconds that it took; `skipped` when an earlier run of the same work had finished it."""

    name: StageName
    seconds: float
    skipped: bool


class Result(_Frozen):
    """The artifact `result.json`: the whole in a few sentences, and where the rest is.

    `asked`, `found`, `sure` and `do` are made by rules; `wording` is the same in the words of a model, or says why not,
    where one was to be asked.
    """

    version: Literal[1] = 1
    name: str
    asked: str
    found: str
    sure: str
    do: tuple[str, ...]
    verdict: Verdict
    stages: tuple[StageTime, ...]
    files: tuple[str, ...]
    wording: Wording | None = None


Tell = Callable[[StageName, str], None]
Ask = Callable[[tuple[Question, ...]], Mapping[str, str | None]]
"""Puts questions to a person; one that is left out, or None, takes its default."""
