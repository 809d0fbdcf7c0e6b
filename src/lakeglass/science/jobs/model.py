"""The nouns of analyses as their owner sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from lakeglass.runs.model import Failure, RunState, StageState
from lakeglass.science.assess.threshold import Costs
from lakeglass.science.clusters.model import Clustering
from lakeglass.science.explain.model import Explanation
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.model import (
    AnalysisRequest,
    AnsweredBy,
    Clarification,
    Critique,
    Eda,
    Question,
    QuestionName,
    Result,
    StageName,
    Verdict,
)
from lakeglass.science.repairs.model import Policy, Repairs
from lakeglass.science.search.progress import Progress
from lakeglass.science.tasks import Task

CLARIFY = "clarify-1"
"""The id of the one card that an analysis may show."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wanted(_Frozen):
    """An analysis to make: `fits` instead of `budget_s` counts fits, which gives the same result every time.

    The default budget (seconds of the search) lets a table of 10,000 rows be uploaded and reported in half a minute.

    `repairs` 'safe' or 'none' overrides the setting; `without_repairs` names repairs to leave out.

    `prose` says whether a configured model words the result, and overrides the setting.

    With clarify 'ask' it waits for a person where something is unclear; with 'default' it never does.
    """

    dataset_id: str = Field(max_length=40)
    title: str | None = Field(default=None, min_length=1, max_length=200)
    target: str | None = Field(default=None, max_length=1000)
    task: Task | None = None
    time: str | None = Field(default=None, max_length=1000)
    group: str | None = Field(default=None, max_length=1000)
    leave_out: tuple[str, ...] = Field(default=(), max_length=10_000)
    sensitive: str | None = Field(default=None, max_length=1000)
    costs: Costs | None = None
    horizon: int | None = Field(default=None, ge=1, le=1_000)
    budget_s: float = Field(default=15.0, gt=0, le=86_400)
    fits: int | None = Field(default=None, gt=0, le=1_000_000)
    seed: int = Field(default=0, ge=0, le=1 << 31)
    clarify: Literal["ask", "default"] = "ask"
    repairs: Policy | None = None
    without_repairs: tuple[str, ...] | None = Field(default=None, max_length=1_000)
    prose: bool | None = None

    def request(self, *, repairs: Policy = "none") -> AnalysisRequest:
        """The same as the pipeline takes it; `repairs` is what holds when nothing was said of them."""
        asked = self.model_dump(exclude={"dataset_id", "title", "clarify", "prose"})
        asked |= {"repairs": self.repairs or repairs, "without_repairs": self.without_repairs or ()}
        return AnalysisRequest.model_validate(asked)


class StageView(_Frozen):
    """One station: its times, and `seconds` that it took, or has taken so far."""

    name: StageName
    title: str
    state: StageState
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float | None = None


class FindingCounts(_Frozen):
    """How many findings there are of each severity."""

    high: int
    medium: int
    low: int


class ClarifyCard(_Frozen):
    """Questions that wait for a person; at `deadline` (UTC) the defaults are taken."""

    id: str
    questions: tuple[Question, ...]
    deadline: datetime
    answered_by: AnsweredBy | None = None
    answers: dict[QuestionName, str] | None = None


class LogLine(_Frozen):
    """Something that was said on the way."""

    at: datetime
    stage: StageName
    text: str


class JobFile(_Frozen):
    """A file that can be downloaded, by its name in the job's folder."""

    name: str
    size_bytes: int
    media_type: str
    what: str


class JobSummary(_Frozen):
    """An analysis in a list; `seconds` from its creation to its end, or until now."""

    id: str
    title: str
    dataset_id: str
    dataset_name: str
    state: RunState
    stage: StageName | None
    target: str | None
    verdict: Verdict | None
    created_at: datetime
    ended_at: datetime | None
    seconds: float


class JobView(JobSummary):
    """An analysis with everything that is known of it while it runs."""

    stages: tuple[StageView, ...]
    request: Wanted
    heartbeat_at: datetime | None
    log: tuple[LogLine, ...]
    findings: FindingCounts | None
    clarification: ClarifyCard | None
    progress: Progress | None
    failure: Failure | None
    files: tuple[JobFile, ...]


class JobStatus(_Frozen):
    """How far an analysis is, for whoever polls."""

    id: str
    state: RunState
    stage: StageName | None
    heartbeat_at: datetime | None
    seconds: float
    stages: tuple[StageView, ...]
    progress: Progress | None


class JobResult(_Frozen):
    """Every artifact of an analysis that is over, and its report as a page."""

    job: JobSummary
    result: Result
    critique: Critique
    eda: Eda
    clarification: Clarification
    repairs: Repairs | None
    modeling: Modeling | None
    explanation: Explanation | None
    clustering: Clustering | None
    forecasting: Forecasting | None
    report_html: str


class Answers(_Frozen):
    """A person's answers to a card; a question that is left out, or null, takes its default."""

    job_id: str = Field(max_length=80)
    clarify_id: str = Field(max_length=80)
    answers: dict[str, str | None] = Field(max_length=20)


Payload = dict[str, JsonValue]
