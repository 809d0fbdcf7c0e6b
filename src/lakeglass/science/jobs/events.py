"""What an analysis says while it runs; its state and stages are those of its run, told by the room `runs`."""

from __future__ import annotations

from typing import Literal

from lakeglass.events.model import EventBody
from lakeglass.science.jobs.model import ClarifyCard
from lakeglass.science.pipeline.model import AnsweredBy, QuestionName, StageName, Verdict
from lakeglass.science.search.progress import Progress


class AnalysisSaid(EventBody):
    """A line of the log."""

    type: Literal["analysis.said"] = "analysis.said"
    stage: StageName
    text: str


class AnalysisFindings(EventBody):
    """The table was examined: how many findings of each severity."""

    type: Literal["analysis.findings"] = "analysis.findings"
    high: int
    medium: int
    low: int


class AnalysisAsked(EventBody):
    """The analysis waits for answers."""

    type: Literal["analysis.asked"] = "analysis.asked"
    card: ClarifyCard


class AnalysisAnswered(EventBody):
    """The answers are there: a person's, or, once the time was over, the defaults."""

    type: Literal["analysis.answered"] = "analysis.answered"
    by: AnsweredBy
    answers: dict[QuestionName, str]


class AnalysisProgress(EventBody):
    """Where the search stands."""

    type: Literal["analysis.progress"] = "analysis.progress"
    progress: Progress


class AnalysisEnded(EventBody):
    """The critique's verdict; the report can be read."""

    type: Literal["analysis.ended"] = "analysis.ended"
    verdict: Verdict
