"""Is what a model planned what was asked? Conditions that the question does not speak of are left out, and said so.

A model reads names and values that others wrote. Whatever a text among them talks it into, a condition, a cut or a
rounding counts only when the user's own words speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rapidfuzz import fuzz

from lakeglass.ask.plan import AnalysisPlan, Filter, TableContext
from lakeglass.ask.plan.model import BINNING, Derive
from lakeglass.ask.plan.naming import clean_words, filter_words, plain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,.  ']*\d|(?<![\w.])[-−]?\d")
_ALIKE = 82
_FLAGS = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f", "0", "1"})
_COUNTED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
            "ten": 10, "dozen": 12, "twenty": 20, "fifty": 50, "hundred": 100, "thousand": 1000, "half": 0.5,
            "positive": 0, "negative": 0, "zero": 0, "adult": 18, "adults": 18}  # fmt: skip
_TIMES = _words(
    """today yesterday tomorrow week weeks month months quarter quarters year years day days last this previous since
    before after until past recent recently latest ago spring summer autumn fall winter january february march april may
    june july august september october november december q1 q2 q3 q4 weekend hour hours morning evening decade
    century"""
)
FEW = _words(
    """top best worst highest lowest most least largest smallest biggest longest shortest first last oldest newest
    maximum minimum max min leading fastest slowest cheapest fewest greatest rank ranking few example examples sample
    head"""
)
_FAMILIES: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (_words("total sum totals sums altogether"), ("sum",)),
    (_words("average mean avg averages means"), ("mean",)),
    (_words("median medians"), ("median",)),
    (_words("minimum"), ("min",)),
    (_words("maximum"), ("max",)),
)
_AGGREGATES = frozenset({"count", "sum", "mean", "median", "min", "max"})
# Factors that units and calendars bring along.
USUAL = frozenset(
    {0, 1, 2, 3, 4, 7, 10, 12, 24, 28, 30, 31, 52, 60, 90, 100, 180, 360, 365, 365.25, 1000, 3600, 86400, 1e6}
)
_ENDLESS = 1e300
_ROUNDED = frozenset(
    {"round", "rounded", "decimal", "decimals", "places", "digits", "whole", "nearest", "integer"}
)
_CLEANED = frozenset(
    {
        "without",
        "ignore",
        "ignoring",
        "exclude",
        "excluding",
        "remove",
        "removing",
        "drop",
        "outlier",
        "outliers",
    }
    | {
        "missing",
        "fill",
        "filled",
        "impute",
        "clean",
        "duplicate",
        "duplicates",
        "unique",
        "distinct",
        "gaps",
        "valid",
    }
)


class Said:
    """The words of a question, and of those before it that still count."""

    def __init__(self, *texts: str) -> None:
        self._text = " ".join(texts).casefold()
        self.words = frozenset(_WORD.findall(self._text))
        self.numbers = frozenset(_numbers(self._text)) | {_COUNTED[w] for w in self.words if w in _COUNTED}

    def value(self, column: str, value: str | int | float | bool) -> bool:
        """Whether the words name this value of a column."""
        text = str(value).casefold().strip()
        if text and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", self._text):
            return True
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = abs(float(value))
            scaled = any(
                abs(number - abs(n) * k) < 1e-9 for n in self.numbers for k in (1, 0.01, 100, 1e3, 1e6)
            )
            return scaled or (number in (0, 1) and self.column(column))
        if text in _FLAGS or isinstance(value, bool):
            return self.column(column)
        return any(self._word(part) for part in _WORD.findall(text))

    def column(self, name: str) -> bool:
        """Whether the words speak of a column."""
        return any(self._word(part) for part in _WORD.findall(name.casefold().replace("_", " ")))

    def exactly(self, name: str) -> bool:
        """Whether every word of a column's name is said."""
        parts = _WORD.findall(name.casefold().replace("_", " "))
        return bool(parts) and all(part in self.words or f"{part}s" in self.words for part in parts)

    def groups_by(self, name: str) -> bool:
        """Whether the words say 'by' or 'per' a column of this very name."""
        spoken = re.escape(" ".join(name.casefold().replace("_", " ").split()))
        return re.search(rf"\b(by|per|for each|for every|in each) {spoken}s?(?!\w)", self._text) is not None

    def any_of(self, words: frozenset[str]) -> bool:
        """Whether one of these words occurs."""
        return bool(self.words & words)

    @property
    def in_time(self) -> bool:
        """Whether the words speak of a stretch of time."""
        return self.any_of(_TIMES) or any(1000 <= abs(n) <= 3000 for n in self.numbers)

    def _word(self, part: str) -> bool:
        if part in self.words:
            return True
        if len(part) < 2 or part.isdigit():
            return False
        return any(
            (len(part) >= 3 and len(word) >= 3 and fuzz.ratio(part, word) >= _ALIKE)
            or (len(part) >= 2 and len(word) >= 4 and word.startswith(part))
            or (len(word) >= 4 and part.startswith(word))
            for word in self.words
        )


def faults(plan: AnalysisPlan, tables: Sequence[TableContext], said: Said) -> tuple[str, ...]:
    """What is against the question's own words and no plan can leave out: the condition of a share, other columns or
    another figure than it names."""
    read = {name for task in plan.tasks for name in task.columns_read()}
    found = [
        f"the question does not say {filter_words(one)}"
        for task in plan.tasks
        for measure in task.measures
        for one in measure.where
        if not _spoken_of(one, said)
    ]
    found += [*swapped(read, tables, said), *_ungrouped(read, tables, said)]
    found += [text for task in plan.tasks for derive in task.derive for text in _made_up(derive, said)]
    if any(task.joins for task in plan.tasks):
        found.append("tables are joined by the word of a person only; plan over one of them")
    asked = asked_aggregate(said)
    for measure in plan.measures if asked and len(plan.measures) == 1 else ():
        if measure.aggregate in _AGGREGATES and measure.aggregate != asked:
            found.append(f"the question asks for the {asked}, not the {measure.aggregate}")
    return tuple(found)


def asked_aggregate(said: Said) -> str | None:
    """The one aggregate that the words name, None where they name several or none."""
    asked = [aggregate for words, (aggregate, *_) in _FAMILIES if said.any_of(words)]
    return asked[0] if len(asked) == 1 else None


def _made_up(derive: Derive, said: Said) -> Iterator[str]:
    """Numbers that a new column is made with, and that the words do not speak of; how finely it is cut is told."""
    for edge in derive.edges:
        if abs(edge) < _ENDLESS and edge not in said.numbers:
            yield f"the question does not speak of {edge:g}"
    number = derive.number
    if (
        number is not None
        and derive.kind not in BINNING
        and number not in USUAL
        and number not in said.numbers
    ):
        yield f"the question does not speak of {number:g}"


def swapped(read: Collection[str], tables: Sequence[TableContext], said: Said) -> tuple[str, ...]:
    """A column of numbers that the question names, and another one read in its place."""
    numbers = {
        column.name: said.exactly(column.name)
        for table in tables
        for column in table.statistics.columns
        if column.kind in {"integer", "number"}
    }
    named = [name for name, spoken in numbers.items() if spoken]
    left = [name for name in named if name not in read]
    instead = [
        name for name, spoken in numbers.items() if name in read and not spoken and not said.column(name)
    ]
    if not left or not instead:
        return ()
    return (f"the question speaks of {plain(left[0])!r}, not of {plain(instead[0])!r}",)


def _ungrouped(read: Collection[str], tables: Sequence[TableContext], said: Said) -> tuple[str, ...]:
    """Columns that the question groups by ('by city') and the plan does not read."""
    names = [column.name for table in tables for column in table.statistics.columns]
    return tuple(
        f"the question groups by {plain(name)!r}"
        for name in names
        if name not in read and said.groups_by(name)
    )


def grounded(plan: AnalysisPlan, said: Said) -> tuple[AnalysisPlan, tuple[str, ...]]:
    """The plan without what the question does not speak of, and that in words."""
    first, *others = [_grounded(task, said) for task in plan.tasks]
    left = tuple(dict.fromkeys(words for _, part in (first, *others) for words in part))
    return first[0].beside(task for task, _ in others), left


def _grounded(plan: AnalysisPlan, said: Said) -> tuple[AnalysisPlan, tuple[str, ...]]:
    update: dict[str, object] = {}
    left: list[str] = []
    filters = tuple(one for one in plan.filters if _spoken_of(one, said))
    if len(filters) < len(plan.filters):
        update["filters"] = filters
        left += [filter_words(one) for one in plan.filters if one not in filters]
    if plan.any_of and not any(_spoken_of(one, said) for one in plan.any_of):
        update["any_of"] = ()
        left.append(" or ".join(filter_words(one) for one in plan.any_of))
    cleaned = said.any_of(_CLEANED)
    clean = tuple(one for one in plan.clean if one.kind == "to_number" or cleaned)
    if len(clean) < len(plan.clean):
        update["clean"] = clean
        left += [clean_words(one) for one in plan.clean if one not in clean]
    if plan.limit is not None and not (said.any_of(FEW) or plan.limit in said.numbers):
        update |= {"limit": None, "per": None if plan.statistic is not None else plan.per}
        left.append(f"only the first {plan.limit:,}")
    if plan.having is not None and not any(abs(plan.having.value - n) < 1e-9 for n in said.numbers):
        update["having"] = None
        left.append(f"only groups {plan.having.operator} {plan.having.value:g}")
    if plan.top is not None and not said.any_of(FEW) and plan.top.count not in said.numbers:
        update["top"] = None
        left.append(f"only the {plan.top.count:,} rows with the highest {plain(plan.top.column)}")
    if plan.decimals is not None and not said.any_of(_ROUNDED) and plan.decimals not in said.numbers:
        update["decimals"] = None
    return (plan.model_copy(update=update) if update else plan), tuple(left)


def _spoken_of(one: Filter, said: Said) -> bool:
    if one.operator in {"period", "not period"} or is_date(one.values):
        return said.in_time or any(said.value(one.column, value) for value in one.values)
    if one.against is not None or one.operator in {"missing", "present"}:
        return said.column(one.column) or said.any_of(_CLEANED)
    return bool(one.values) and all(said.value(one.column, value) for value in one.values)


def is_date(values: Sequence[object]) -> bool:
    """Whether all of these values are dates as text."""
    return bool(values) and all(re.match(r"\d{4}-\d\d", str(value)) for value in values)


def _numbers(text: str) -> Iterator[float]:
    for match in _NUMBER.findall(text):
        bare = re.sub(r"[,\s  ']", "", match.replace("−", "-")).rstrip(".")
        try:
            yield float(bare)
        except ValueError:
            continue
