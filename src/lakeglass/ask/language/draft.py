"""The plan while it is being understood, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from lakeglass.ask.language.columns import ColumnMatch, ColumnModel
from lakeglass.ask.language.lexicon import Lexicon
from lakeglass.ask.language.link import Item, Schema
from lakeglass.ask.plan import (
    Across,
    Aggregate,
    ChartKind,
    Clean,
    Derive,
    Filter,
    Grain,
    Group,
    Having,
    Measure,
    Series,
    Sort,
    Statistic,
    Top,
)
from lakeglass.ask.plan.naming import plain

ProblemKind = Literal["not_found", "ambiguous", "unsupported", "incomplete", "unclear"]
Want = Literal["measure", "key", "date", "any"]


Lost = Literal[
    "number", "quoted text", "value", "column", "aggregate", "superlative", "frequency", "period", "comparison"
]  # fmt: skip


@dataclass(frozen=True)
class Unheard:
    """A word of the question that nothing in the plan stands for."""

    kind: Lost
    text: str


@dataclass(frozen=True)
class Problem:
    """Why the question can't become a plan; `choices` are columns or operations that would do."""

    kind: ProblemKind
    message: str
    words: str = ""
    choices: tuple[str, ...] = ()


@dataclass
class Draft:
    """What the passes of the grammar fill in, one after the other."""

    schema: Schema
    items: list[Item]
    today: date
    filters: list[Filter] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    clean: list[Clean] = field(default_factory=list)
    derive: list[Derive] = field(default_factory=list)
    pending: list[Clean] = field(default_factory=list)
    cleaned: list[ColumnModel] = field(default_factory=list)
    statistic: Statistic | None = None
    top: Top | None = None
    having: Having | None = None
    series: Series | None = None
    sort: Sort | None = None
    limit: int | None = None
    limit_text: str = ""
    per: str | None = None
    fill_per: str | None = None
    window_grain: Grain | None = None
    nth: int | None = None
    any_of: list[Filter] = field(default_factory=list)
    twice: bool = False
    years: tuple[int, int] | None = None
    form: Literal["difference", "percent", "ratio"] | None = None
    chart: ChartKind | None = None
    chart_wanted: bool = False
    decimals: int | None = None
    p_decimals: int | None = None
    share: bool = False
    pick_one: bool = False
    high: bool | None = None
    assumptions: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    confidence: float = 1.0
    words: dict[str, str] = field(default_factory=dict)
    part: bool = False
    text: str = ""
    bare: list[Aggregate] = field(default_factory=list)
    across: Across | None = None
    across_item: Item | None = None
    place_of: str | None = None
    per_grain: Grain | None = None
    summed: set[str] = field(default_factory=set)
    lost: tuple[Unheard, ...] = ()

    @property
    def lexicon(self) -> Lexicon:
        """The language."""
        return self.schema.lexicon

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return self.schema.table.statistics.rows

    def fail(
        self, kind: ProblemKind, message: str, *, words: str = "", choices: tuple[str, ...] = ()
    ) -> None:
        """Note a problem; the first one is told."""
        self.problems.append(Problem(kind, message, words, choices))

    def assume(self, text: str, *, cost: float = 1.0) -> None:
        """Note a reading that was not the only one."""
        if text not in self.assumptions:
            self.assumptions.append(text)
            self.confidence *= cost

    def note(self, key: str, words: str) -> None:
        """Remember which words a part of the plan came from."""
        self.words[key] = f"{self.words[key]} {words}" if key in self.words else words

    def add_filter(self, each: Filter, words: str) -> None:
        """Keep a filter; several values of one column are joined to 'in'."""
        self.note(f"filter:{each.column}", words)
        for place, other in enumerate(self.filters):
            if each.against or other.against:
                continue
            if other.column == each.column and {other.operator, each.operator} <= {"=", "in"}:
                values = tuple(dict.fromkeys((*other.values, *each.values)))
                self.filters[place] = Filter(
                    column=each.column, operator="in" if len(values) > 1 else "=", values=values
                )
                return
            if other.column == each.column and {other.operator, each.operator} <= {"!=", "not in"}:
                values = tuple(dict.fromkeys((*other.values, *each.values)))
                self.filters[place] = Filter(
                    column=each.column, operator="not in" if len(values) > 1 else "!=", values=values
                )
                return
        self.filters.append(each)
        nulls = self.column_nulls(each.column)
        if nulls and each.operator in {"!=", "not in", "not contains", "not period"}:
            self.assume(f"rows without {plain(each.column)} are left out: it is not known what they are")

    def column_nulls(self, name: str) -> int:
        """Empty cells of a column."""
        column = self.schema.table.column(name)
        return column.nulls if column else 0

    def rows_are(self, item: Item) -> bool:
        """True for the unit that the table's rows stand for ('how many days …'), already counted."""
        return any(m.aggregate == "count" for m in self.measures) and item.has("grain")

    def choose(self, item: Item, want: Want) -> ColumnModel | None:
        """The one column that the item means in this place, or None with a problem noted."""
        matches = item.columns
        fitting = [m for m in matches if fits(m.column, want)] or list(matches)
        if not fitting:
            return None
        best = fitting[0].score
        close = [m for m in fitting if m.score >= best - 0.04] if best < 1.0 else [fitting[0]]
        if len(close) > 1 or (len(fitting) > 1 and best < 0.9):
            return self._tie(item, fitting, want)
        self._cost(item, close[0])
        return close[0].column

    def _tie(self, item: Item, matches: list[ColumnMatch], want: Want) -> ColumnModel | None:
        whole = self.lexicon.words("column_roles", "whole")
        made_of = {name for d in self.derive for name in d.columns}
        known = [m for m in matches if m.column.name in made_of]
        if len(known) == 1 and known[0].score >= matches[0].score - 0.04:
            return known[0].column
        totals = [m for m in matches if set(m.column.words) & whole]
        wordier = [m for m in matches if m.score >= matches[0].score - 0.04]
        pick: ColumnMatch | None = None
        if len(wordier) == 1 and matches[0].score - matches[1].score >= 0.08:
            pick = wordier[0]
        elif want == "measure" and len(totals) == 1:
            pick = totals[0]
        if pick is None:
            names = tuple(m.column.name for m in matches[:3])
            self.fail(
                "ambiguous",
                f"“{plain(item.text)}” can mean several columns: {', '.join(plain(n) for n in names)}.",
                words=item.text,
                choices=names,
            )
            return None
        others = ", ".join(plain(m.column.name) for m in matches if m is not pick)
        self.assume(
            f"“{plain(item.text)}” is read as {plain(pick.column.name)} (there is also {others})", cost=0.92
        )
        return pick.column

    def _cost(self, item: Item, match: ColumnMatch) -> None:
        if match.fuzzy:
            self.assume(f"“{plain(item.text)}” is read as {plain(match.column.name)}", cost=0.9)
        elif match.score < 0.6:
            self.confidence *= 0.95

    def derived(self, name: str) -> Derive | None:
        """How a column that the question makes is made; None for the table's own."""
        return next((d for d in self.derive if d.name == name), None)

    def usable(self, column: ColumnModel) -> str:
        """The column's name, with the cleaning that its values need to be numbers."""
        step = Clean(column=column.name, kind="to_number")
        if column.text_numbers and step not in self.clean:
            self.clean.insert(0, step)
            self.assume(f"{plain(column.name)} holds numbers as text; they are read as numbers")
        return column.name


def fits(column: ColumnModel, want: Want) -> bool:
    """Can the column stand in such a place?"""
    if want == "measure":
        return column.is_measure
    if want == "key":
        return column.is_key
    if want == "date":
        return column.role == "date"
    return True


def aggregate_of(item: Item) -> Aggregate | None:
    """The aggregate that an item names."""
    name = item.name_of("aggregate")
    return name or None  # type: ignore[return-value]


def grain_of(item: Item) -> Grain | None:
    """The time grain that an item names."""
    name = item.name_of("grain")
    return name or None  # type: ignore[return-value]
