"""Measure a planner: closed-form questions over tables, scored field by field; a report; two runs compared."""

from lakeglass.ask.evaluation.progress import Progress
from lakeglass.ask.evaluation.questions import Field, Question, read_questions
from lakeglass.ask.evaluation.runner import Outcome, evaluate
from lakeglass.ask.evaluation.summary import Comparison, Run, Summary, compare, summarise

__all__ = [
    "Comparison",
    "Field",
    "Outcome",
    "Progress",
    "Question",
    "Run",
    "Summary",
    "compare",
    "evaluate",
    "read_questions",
    "summarise",
]
