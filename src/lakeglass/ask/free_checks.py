"""Is the result of code that a model wrote possible at all? Nothing is taken from its word that can be looked up.

Columns are judged by what the contract says that they hold, and by what their own names say: a name that speaks of a
count, a share or a mean is held to it whatever the contract says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isclose

from lakeglass.ask.formats import unit_of
from lakeglass.ask.model import Check, CodeContract, ResultColumn
from lakeglass.ask.plan import TableContext
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.result import TableData
from lakeglass.lake.model import ColumnStatistics

_TOLERANCE = 1e-6
_CHANGE = re.compile(
    r"change|growth|diff|delta|gain|loss|return|increase|decrease|error|vs|over|z.?score|margin|yoy|mom"
)
_NAMES: tuple[tuple[str, str], ...] = (
    ("p", r"(^|_)p([ _-]?val(ue)?)?$"),
    ("correlation", r"(^|_)(corr(elation)?|pearson|spearman|kendall|rho)(_|$)"),
    ("share", r"%|(^|_)(percent(age)?|pct|share|proportion|fraction)(_|$)"),
    ("count", r"(^|_)(n|count|counts|rows|num|number_of\w*|n_\w+|\w+_count|frequency)$|^(count|number)_"),
    ("deviation", r"(^|_)(std(ev|_dev)?|deviation|variance|var|iqr)(_|$)"),
    ("mean", r"(^|_)(mean|avg|average)(_|$)"),
    ("median", r"(^|_)median(_|$)"),
    ("min", r"(^|_)(min(imum)?|lowest|smallest)(_|$)"),
    ("max", r"(^|_)(max(imum)?|highest|largest)(_|$)"),
    ("sum", r"(^|_)(sum|total)(_|$)"),
)


def check_free(
    contract: CodeContract, result: TableData, tables: Sequence[TableContext]
) -> tuple[Check, ...]:
    """Every check that applies, in the order of the result's columns."""
    known = {column.name: column for table in tables for column in table.statistics.columns}
    rows = sum(table.statistics.rows for table in tables)
    promised = {column.name: column for column in contract.columns}
    checks = [*_promise(contract, result, known)]
    for name in result.columns:
        column = promised.get(name, ResultColumn(name=name, holds="value"))
        checks += _column(column, result, known, rows=rows)
        if contract.unfiltered:
            checks += _agrees(column, result, known, rows=rows, tables=tables)
    checks += _ordered(result)
    return tuple(checks)


def _check(name: str, passed: bool, detail: str) -> Check:
    return Check(name=name, passed=passed, detail=detail)


def _promise(
    contract: CodeContract, result: TableData, known: Mapping[str, ColumnStatistics]
) -> Iterator[Check]:
    lacking = [plain(column.name) for column in contract.columns if column.name not in result.columns]
    detail = f"the result lacks {', '.join(lacking)}" if lacking else "the result has the promised columns"
    yield _check("shape", not lacking, detail)
    made = [
        plain(column.of) for column in contract.columns if column.of is not None and column.of not in known
    ]
    if made:
        yield _check("columns exist", False, f"no table has a column {', '.join(made)}")
    fits = result.total == 1 if contract.rows == "one" else result.total > 0
    yield _check("rows", fits, f"{result.total:,} rows; {contract.rows} promised")


def _column(
    column: ResultColumn, result: TableData, known: Mapping[str, ColumnStatistics], *, rows: int
) -> Iterator[Check]:
    numbers = result.numbers(column.name)
    name, shown = _key(column.name), plain(column.name)
    kinds = {kind for kind, pattern in _NAMES if re.search(pattern, name)} | {column.holds}
    change = bool(_CHANGE.search(name))
    source = _source(column, known)
    if column.name in known and column.holds in {"key", "value"}:
        yield from _known_values(column.name, result, known[column.name])
    if not numbers:
        return
    if source is not None and column.unit and unit_of(source.name) and column.unit != unit_of(source.name):
        yield _check(
            "unit", False, f"{shown} is said to be in {plain(column.unit)}, {plain(source.name)} is not"
        )
    low, high = min(numbers), max(numbers)
    told = f"{shown} lies between {low:,.6g} and {high:,.6g}"
    if "count" in kinds and not change and not kinds & {"mean", "median", "share", "deviation"}:
        whole = all(number.is_integer() for number in numbers)
        yield _check(
            "counts possible",
            low >= 0 and whole and high <= max(rows, 1),
            f"{told}; the data has {rows:,} rows",
        )
    if "share" in kinds and not change and not kinds & {"mean", "deviation", "median"}:
        negative = source is not None and isinstance(source.minimum, int | float) and source.minimum < 0
        inside = negative or (low >= -_TOLERANCE and high <= 100 + _TOLERANCE)
        yield _check("shares between 0 and 100", inside, told)
    if "p" in kinds:
        yield _check("p-value between 0 and 1", low >= 0 and high <= 1, told)
    if "correlation" in kinds and not change:
        yield _check("correlation between -1 and 1", low >= -1 - _TOLERANCE and high <= 1 + _TOLERANCE, told)
    if "deviation" in kinds and not change:
        yield _check("spread not negative", low >= 0, told)
    if "sum" in kinds and source is not None and not change and not kinds & {"mean", "count", "share"}:
        yield from _sums_possible(shown, low, high, source, rows)
    if kinds & {"mean", "median", "min", "max"} and source is not None and not change:
        yield from _inside(shown, low, high, source)


def _known_values(name: str, result: TableData, source: ColumnStatistics) -> Iterator[Check]:
    """Values under a column's own name are values of that column."""
    if source.kind in {"integer", "number"}:
        numbers = result.numbers(name)
        if numbers:
            yield from _inside(plain(name), min(numbers), max(numbers), source)
        return
    values = {top.value for top in source.top_values}
    if not values or len(values) < source.distinct or not source.distinct_is_exact:
        return
    known = {str(value) for value in values}
    strange = [value for value in result.values(name) if value is not None and str(value) not in known]
    said = f"{len(strange)} of its values are not in the data" if strange else "every value is in the data"
    yield _check("values exist", not strange, f"{plain(name)}: {said}")


def _inside(shown: str, low: float, high: float, source: ColumnStatistics) -> Iterator[Check]:
    least, most = source.minimum, source.maximum
    if not isinstance(least, int | float) or not isinstance(most, int | float):
        return
    slack = 0.005 * max(abs(least), abs(most)) if least != most else _TOLERANCE * max(abs(least), 1)
    slack = min(slack, 0.5)  # results are rounded
    fits = least - slack <= low and high <= most + slack
    yield _check(
        "within the column's range",
        fits,
        f"{shown} lies between {low:,.6g} and {high:,.6g}, {plain(source.name)} between {least:,.6g} and {most:,.6g}",
    )


def _sums_possible(
    shown: str, low: float, high: float, source: ColumnStatistics, rows: int
) -> Iterator[Check]:
    """No sum of some rows leaves what their least and most values allow."""
    least, most = source.minimum, source.maximum
    if not isinstance(least, int | float) or not isinstance(most, int | float):
        return
    slack = 0.5 if max(abs(least), abs(most)) >= 1 else 0.005
    fits = min(0, least * rows) - slack <= low and high <= max(0, most * rows) + slack
    yield _check("sums possible", fits, f"{shown} lies between {low:,.6g} and {high:,.6g}")


def _agrees(
    column: ResultColumn,
    result: TableData,
    known: Mapping[str, ColumnStatistics],
    *,
    rows: int,
    tables: Sequence[TableContext],
) -> Iterator[Check]:
    """Figures over all rows are those that another engine computed when the data came in."""
    numbers = result.numbers(column.name)
    source = _source(column, known)
    if not numbers or not result.complete:
        return
    if column.holds == "count" and column.of is None and len(tables) == 1:
        fits = sum(numbers) <= rows if result.total > 1 else numbers[0] <= rows
        yield _check(
            "no row counted twice", fits, f"{sum(numbers):,.0f} rows counted, the table has {rows:,}"
        )
    if source is None or source.mean is None:
        return
    whole = next(t.statistics.rows for t in tables if any(c is source for c in t.statistics.columns))
    total = source.mean * (whole - source.nulls)
    expected = {"sum": total, "mean": source.mean, "min": source.minimum, "max": source.maximum}.get(
        column.holds
    )
    if not isinstance(expected, int | float):
        return
    if result.total == 1:
        same = isclose(
            numbers[0], float(expected), rel_tol=1e-4, abs_tol=0.5 if abs(expected) >= 100 else 0.005
        )
        said = f"{plain(column.name)} is {numbers[0]:,.6g}, the profile says {float(expected):,.6g}"
        yield _check("agrees with profile", same, said)
    elif column.holds == "sum" and isinstance(source.minimum, int | float) and source.minimum >= 0:
        fits = sum(numbers) <= total * (1 + 1e-4) + 0.5
        said = f"the sums add up to {sum(numbers):,.6g}, the whole column to {total:,.6g}"
        yield _check("sums add up", fits, said)


def _ordered(result: TableData) -> Iterator[Check]:
    """Minimum, mean and maximum of one row are in that order."""
    by_kind: dict[tuple[str, str], list[float]] = {}
    for name in result.columns:
        key = _key(name)
        for kind, pattern in _NAMES:
            found = re.search(pattern, key)
            if kind in {"min", "mean", "median", "max"} and found and not _CHANGE.search(key):
                rest = (key[: found.start()] + "_" + key[found.end() :]).strip("_")
                values = result.numbers(name)
                if len(values) == len(result.rows):
                    by_kind[rest, kind] = values
    for rest in {rest for rest, _ in by_kind}:
        for low, high in (
            ("min", "mean"),
            ("mean", "max"),
            ("min", "median"),
            ("median", "max"),
            ("min", "max"),
        ):
            first, second = by_kind.get((rest, low)), by_kind.get((rest, high))
            if first is not None and second is not None:
                fits = all(a <= b + _TOLERANCE * max(abs(b), 1) for a, b in zip(first, second, strict=True))
                if not fits:
                    yield _check("numbers in order", False, f"a {low} is above its {high}")


def _source(column: ResultColumn, known: Mapping[str, ColumnStatistics]) -> ColumnStatistics | None:
    """The dataset column that a result column is about: the one it says, or the one its name holds."""
    if column.of is not None and column.of in known:
        return known[column.of]
    key = _key(column.name)
    inside = [one for name, one in known.items() if re.search(rf"(^|_){re.escape(_key(name))}(_|$)", key)]
    return max(inside, key=lambda one: len(one.name)) if inside else None


def _key(name: str) -> str:
    """Lower case words with underscores between them; the percent sign stays."""
    return re.sub(r"[^a-z0-9%]+", "_", name.lower()).strip("_")
