"""The typed AnalysisPlan: the one language of planners, approval, code generation and verification."""

from lakeglass.ask.plan.context import TableContext, table_of
from lakeglass.ask.plan.model import (
    Aggregate,
    AnalysisPlan,
    ChartKind,
    Clean,
    Derive,
    Filter,
    Grain,
    Group,
    Measure,
    Operator,
    Scalar,
    Sort,
    Source,
    Statistic,
)
from lakeglass.ask.plan.validate import problems

__all__ = [
    "Aggregate",
    "AnalysisPlan",
    "ChartKind",
    "Clean",
    "Derive",
    "Filter",
    "Grain",
    "Group",
    "Measure",
    "Operator",
    "Scalar",
    "Sort",
    "Source",
    "Statistic",
    "TableContext",
    "problems",
    "table_of",
]
