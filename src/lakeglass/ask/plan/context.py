"""What a plan is made for: tables as a planner, the generator and the linter know them."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from lakeglass.ask.plan.model import AnalysisPlan, Join
from lakeglass.lake.model import ColumnStatistics, Statistics


class TaughtWord(BaseModel):
    """What a user calls a column, or (`formula`, words over quoted names of `columns`) a calculation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrase: str
    columns: tuple[str, ...]
    formula: str = ""


class Meaning(BaseModel):
    """What a model said of a column, checked against what was measured: words, and a unit where its name has none."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    meaning: str = ""
    unit: str = ""


class TableContext(BaseModel):
    """A dataset version: `name` is its Python identifier, `file` where a session finds it ('data/sales.parquet').

    `meanings` are a model's words about its columns. `contents` is the index of its rarer values (`lake.contents`),
    once it is there.
    With `joins` it is the first of two tables, with the other one's columns looked up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    file: str
    statistics: Statistics
    dataset_version: str = ""
    taught: tuple[TaughtWord, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    contents: Path | None = None
    joins: tuple[Join, ...] = ()

    def column(self, name: str) -> ColumnStatistics | None:
        """The column of this name, if there is one."""
        return next((c for c in self.statistics.columns if c.name == name), None)


def table_of(plan: AnalysisPlan, tables: tuple[TableContext, ...]) -> TableContext:
    """The table that the plan analyses; the first one when it names none of them."""
    return next((t for t in tables if t.name == plan.source.name), tables[0])
