"""The typed AnalysisPlan: the one language of planners, approval, code generation and verification."""

from lakeglass.ask.plan.analyses import Model, Timeline
from lakeglass.ask.plan.context import TableContext, TaughtWord, table_of
from lakeglass.ask.plan.model import (
    Across,
    Aggregate,
    AnalysisPlan,
    ChartKind,
    Clean,
    Derive,
    Filter,
    Grain,
    Group,
    Having,
    Join,
    Measure,
    Operator,
    Scalar,
    Series,
    Sort,
    Source,
    Statistic,
    Top,
)
from lakeglass.ask.plan.validate import problems

__all__ = [
    "Across",
    "Aggregate",
    "AnalysisPlan",
    "ChartKind",
    "Clean",
    "Derive",
    "Filter",
    "Grain",
    "Group",
    "Having",
    "Join",
    "Measure",
    "Model",
    "Operator",
    "Scalar",
    "Series",
    "Sort",
    "Source",
    "Statistic",
    "TableContext",
    "TaughtWord",
    "Timeline",
    "Top",
    "problems",
    "table_of",
]
