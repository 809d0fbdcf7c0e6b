"""Does the executed result agree with the plan and with what the table's statistics already know?

Nothing here trusts the code: every check compares the result with the plan, with itself, or with the
statistics that were computed by another engine when the data came in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose

from pydantic import JsonValue

from lakeglass.ask.model import Check
from lakeglass.ask.model_checks import model_checks
from lakeglass.ask.plan import AnalysisPlan, Filter, Measure, Statistic, TableContext, table_of
from lakeglass.ask.plan.naming import (
    GROUPS,
    ROWS,
    SHARE,
    counts_rows,
    key_names,
    measure_names,
    plain,
    rows_name,
)
from lakeglass.ask.result import TableData, as_number, part_of, read_base
from lakeglass.ask.series_findings import series_checks
from lakeglass.lake.model import ColumnStatistics, Statistics

__all__ = ["TableData", "verify"]

_TOLERANCE = 1e-6


def verify(
    plan: AnalysisPlan,
    table: TableData,
    tables: tuple[TableContext, ...],
    *,
    base: Mapping[str, JsonValue] | None = None,
) -> tuple[Check, ...]:
    """Every check that applies to this plan, in a fixed order. `table` is the result of the plan's code, `base`
    the variable of that name if it was collected too: it allows sharper checks of filters and lost rows."""
    if plan.also:
        parts = plan.tasks
        first = verify(parts[0], part_of(table, 1, len(parts)), tables, base=base)
        rest = (
            check
            for number, task in enumerate(parts[1:], start=2)
            for check in verify(task, part_of(table, number, len(parts)), tables)
        )
        return (*first, *rest)
    statistics = table_of(plan, tables).statistics
    counts = read_base(base)
    known = {c.name: c for c in statistics.columns}
    checks = [*_shape(plan, table, counts), *_base_checks(plan, counts, statistics, known)]
    if plan.statistic is None:
        checks += _measure_checks(plan, table, statistics, known, counts)
    else:
        checks += _statistic_checks(plan, table, statistics, known, counts)
    return tuple(checks)


def _check(name: str, passed: bool, detail: str) -> Check:
    return Check(name=name, passed=passed, detail=detail)


def _close(first: float, second: float, decimals: int | None = None) -> bool:
    slack = 0.0 if decimals is None else 0.5 * 10.0**-decimals
    return isclose(first, second, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE + slack)


def _shape(plan: AnalysisPlan, table: TableData, counts: Mapping[str, int]) -> Iterator[Check]:
    wanted = (*key_names(plan), *measure_names(plan))
    if plan.having is not None and plan.having.tells == "count":
        wanted = (GROUPS,)
    missing = [name for name in wanted if plan.statistic is None and name not in table.columns]
    named = ", ".join(plain(m) for m in missing)
    yield _check(
        "shape", not missing, f"the result lacks {named}" if missing else "the result has the planned columns"
    )
    if plan.limit is not None and plan.limit > 1 and plan.per is None:
        yield _check(
            "limit", table.total <= plan.limit, f"{table.total:,} rows, at most {plan.limit:,} were asked for"
        )
    if plan.conditions and plan.having is None:
        found = table.total > 0 and counts.get("kept") != 0 and not _all_zero(plan, table)
        yield _check(
            "filter finds rows", found, "rows match the filter" if found else "no row matches the filter"
        )


def _all_zero(plan: AnalysisPlan, table: TableData) -> bool:
    if plan.statistic is not None or plan.groups:
        return (
            plan.statistic is not None and plan.statistic.kind == "describe" and not any(table.numbers(ROWS))
        )
    counted = table.numbers(rows_name(plan)) if counts_rows(plan) else table.numbers(ROWS)
    return bool(counted) and not any(counted)


def _base_checks(
    plan: AnalysisPlan,
    counts: Mapping[str, int],
    statistics: Statistics,
    known: Mapping[str, ColumnStatistics],
) -> Iterator[Check]:
    if "rows" in counts:
        same = counts["rows"] == statistics.rows
        yield _check(
            "every row read", same, f"{counts['rows']:,} rows read, the table has {statistics.rows:,}"
        )
    if "kept" in counts:
        fits = counts["kept"] <= statistics.rows and counts.get("used", 0) <= counts["kept"]
        yield _check("filters only remove rows", fits, f"{counts['kept']:,} of {statistics.rows:,} rows kept")
        expected = None if plan.clean or plan.top or plan.any_of else _known_count(plan.filters, known)
        if expected is not None:
            same = counts["kept"] == expected
            yield _check(
                "filter agrees with profile",
                same,
                f"{counts['kept']:,} rows kept, the profile counts {expected:,}",
            )


def _known_count(filters: tuple[Filter, ...], known: Mapping[str, ColumnStatistics]) -> int | None:
    """What the profile says a single filter keeps, where it knows every value."""
    if len(filters) != 1 or filters[0].column not in known:
        return None
    each, column = filters[0], known[filters[0].column]
    if each.operator == "missing":
        return column.nulls
    if each.operator not in {"=", "in"}:
        return None
    counts = {t.value: t.count for t in column.top_values}
    if not all(v in counts for v in each.values):
        return None
    return sum(counts[v] for v in dict.fromkeys(each.values))


def _measure_checks(
    plan: AnalysisPlan,
    table: TableData,
    statistics: Statistics,
    known: Mapping[str, ColumnStatistics],
    counts: Mapping[str, int],
) -> Iterator[Check]:
    if plan.across is not None or plan.place_of is not None:
        return
    yield from _rows_conserved(plan, table, statistics, known, counts)
    for name, measure in zip(measure_names(plan), plan.measures, strict=True):
        numbers = table.numbers(name)
        if not numbers:
            continue
        if (measure.aggregate == "share" or measure.of_total) and plan.having is None:
            yield _share_range(plan, table, numbers, measure)
        column = known.get(measure.column or "")
        if (
            column is not None
            and not plan.clean
            and measure.aggregate in {"mean", "median", "min", "max", "quantile"}
        ):
            yield from _within_range(plan, name, numbers, column)
        if column is not None and measure.aggregate == "distinct":
            top = max(numbers)
            fits = top <= column.distinct or not column.distinct_is_exact
            yield _check(
                "distinct within bounds",
                fits,
                f"{top:,.0f}, the column has {column.distinct:,} different values",
            )
        if (
            column is not None
            and not plan.groups
            and not plan.conditions
            and not plan.clean
            and plan.top is None
        ):
            yield from _agrees(plan, name, measure, numbers[0], column, statistics)
    yield from _ordered(plan, table)


def _rows_conserved(
    plan: AnalysisPlan,
    table: TableData,
    statistics: Statistics,
    known: Mapping[str, ColumnStatistics],
    counts: Mapping[str, int],
) -> Iterator[Check]:
    """Groups hold every row once: their counts add up to the rows that have all keys."""
    name = rows_name(plan) if counts_rows(plan) else _count_name(plan)
    numbers = table.numbers(name) if name else []
    if not numbers:
        return
    total = sum(numbers)
    limit = counts.get("kept", statistics.rows)
    yield _check(
        "counts within the table", total <= limit, f"{total:,.0f} rows in the result, {limit:,} rows to count"
    )
    if (
        plan.limit is not None
        or plan.nth is not None
        or not table.complete
        or plan.having is not None
        or plan.series is not None
    ):
        return
    expected: int | None = None
    if not plan.groups:
        every = not (plan.conditions or plan.top or any(c.drops for c in plan.clean))
        expected = counts.get("kept", statistics.rows if every else None)
    elif len(plan.groups) == 1 and not plan.conditions and not plan.clean and plan.groups[0].column in known:
        gaps = any(known[m.column].nulls for m in plan.measures if m.column and m.column in known)
        whole = statistics.rows - known[plan.groups[0].column].nulls
        expected = None if gaps else whole
    if expected is not None:
        yield _check(
            "no row lost or doubled",
            total == expected,
            f"{total:,.0f} rows in the result, {expected:,} expected",
        )


def _count_name(plan: AnalysisPlan) -> str | None:
    for name, measure in zip(measure_names(plan), plan.measures, strict=True):
        if measure.aggregate == "count" and not measure.of_total:
            return name
    return None


def _share_range(plan: AnalysisPlan, table: TableData, numbers: list[float], measure: Measure) -> Check:
    inside = all(-_TOLERANCE <= n <= 100 + _TOLERANCE for n in numbers)
    if measure.column is not None and not inside:
        return _check("shares add up", True, "amounts below zero occur, so shares may leave 0 to 100")
    if measure.of_total and plan.per is None and plan.limit is None and plan.nth is None and table.complete:
        slack = 0.5 * 10.0 ** -(plan.decimals or 0) * len(numbers) if plan.decimals is not None else 1e-6
        total = sum(numbers)
        return _check(
            "shares add up", inside and abs(total - 100) <= slack + 1e-6, f"shares add up to {total:.6g} %"
        )
    return _check("shares between 0 and 100", inside, f"from {min(numbers):.6g} to {max(numbers):.6g} %")


def _within_range(
    plan: AnalysisPlan, name: str, numbers: list[float], column: ColumnStatistics
) -> Iterator[Check]:
    low, high = column.minimum, column.maximum
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return
    slack = _TOLERANCE * max(abs(low), abs(high), 1) + (
        0.0 if plan.decimals is None else 0.5 * 10.0**-plan.decimals
    )
    inside = all(low - slack <= n <= high + slack for n in numbers)
    yield _check(
        "within the column's range", inside, f"{plain(name)} lies between {low:,.6g} and {high:,.6g}"
    )


def _agrees(
    plan: AnalysisPlan,
    name: str,
    measure: Measure,
    number: float,
    column: ColumnStatistics,
    statistics: Statistics,
) -> Iterator[Check]:
    """A second engine's word: the profile computed the same number when the data came in."""
    expected: float | str | None = None
    match measure.aggregate:
        case "mean":
            expected = column.mean
        case "sum":
            expected = None if column.mean is None else column.mean * (statistics.rows - column.nulls)
        case "min":
            expected = column.minimum
        case "max":
            expected = column.maximum
        case "distinct":
            expected = column.distinct if column.distinct_is_exact else None
        case "deviation":
            expected = column.deviation
        case _:
            expected = None
    if isinstance(expected, int | float):
        same = _close(number, float(expected), plan.decimals)
        yield _check(
            "agrees with profile", same, f"{plain(name)} is {number:,.6g}, the profile says {expected:,.6g}"
        )


def _ordered(plan: AnalysisPlan, table: TableData) -> Iterator[Check]:
    if plan.sort is None or plan.sort.by != "measure" or not plan.measures:
        return
    if plan.per is not None or plan.decimals is not None:
        return
    numbers = table.numbers(measure_names(plan)[0])
    ordered = sorted(numbers, reverse=plan.sort.descending)
    yield _check("in order", numbers == ordered, "highest first" if plan.sort.descending else "lowest first")


def _statistic_checks(
    plan: AnalysisPlan,
    table: TableData,
    statistics: Statistics,
    known: Mapping[str, ColumnStatistics],
    counts: Mapping[str, int],
) -> Iterator[Check]:
    assert plan.statistic is not None
    kind = plan.statistic.kind
    if kind == "correlation":
        numbers = table.numbers("correlation")
        inside = all(-1 - _TOLERANCE <= n <= 1 + _TOLERANCE for n in numbers)
        yield _check("correlation between -1 and 1", inside, f"{len(numbers)} value(s)")
        chances = table.numbers("p-value")
        if chances:
            inside = all(0 <= n <= 1 for n in chances)
            yield _check("p-value between 0 and 1", inside, f"p = {chances[0]:.3g}")
    elif plan.statistic.model is not None or plan.statistic.timeline is not None:
        yield from _set_analysis_checks(plan.statistic, table, counts)
    elif kind in {"test", "normality", "regression", "outliers", "difference"}:
        yield from _inference_checks(table, statistics)
    elif kind == "distribution" and not plan.groups:
        yield from _distribution_checks(plan, table, statistics, known)
    elif kind == "missing" and not plan.conditions and not plan.clean and not plan.groups:
        for name, count in zip(table.values("column"), table.numbers("missing"), strict=False):
            column = known.get(str(name))
            if column is not None and int(count) != column.nulls:
                yield _check(
                    "agrees with profile",
                    False,
                    f"{plain(str(name))}: {count:,.0f}, profile {column.nulls:,}",
                )
                return
        yield _check("agrees with profile", True, "every column's gaps equal the profile's")
    elif kind == "overview":
        same = table.total == len(statistics.columns)
        yield _check("every column listed", same, f"{table.total} of {len(statistics.columns)} columns")
    elif kind == "describe":
        order = [
            as_number(table.cell(n))
            for n in ("minimum", "lower quartile", "median", "upper quartile", "maximum")
        ]
        known_order = [n for n in order if n is not None]
        yield _check("numbers in order", known_order == sorted(known_order), "minimum ≤ quartiles ≤ maximum")
    if kind == "duplicates":
        found = sum(table.numbers("duplicate rows"))
        limit = counts.get("kept", statistics.rows)
        yield _check("counts within the table", found <= limit, f"{found:,.0f} of {limit:,} rows")


def _set_analysis_checks(
    statistic: Statistic, table: TableData, counts: Mapping[str, int]
) -> Iterator[Check]:
    """Those of analyses with settings of their own."""
    if statistic.model is not None:
        yield from model_checks(statistic, table, counts)
    else:
        yield from series_checks(statistic, table)


def _inference_checks(table: TableData, statistics: Statistics) -> Iterator[Check]:
    chances = table.numbers("p-value")
    if chances:
        inside = all(0 <= n <= 1 for n in chances)
        yield _check("p-value between 0 and 1", inside, f"p = {chances[0]:.3g}")
    for explained in table.numbers("r squared")[:1]:
        inside = -_TOLERANCE <= explained <= 1 + _TOLERANCE
        yield _check("share explained between 0 and 1", inside, f"r squared = {explained:.3g}")
    found, rows = sum(table.numbers("outliers")), sum(table.numbers(ROWS))
    fits = found <= rows <= statistics.rows
    yield _check("counts within the table", fits, f"{rows:,.0f} of {statistics.rows:,} rows used")


def _distribution_checks(
    plan: AnalysisPlan, table: TableData, statistics: Statistics, known: Mapping[str, ColumnStatistics]
) -> Iterator[Check]:
    assert plan.statistic is not None
    column = known.get(plan.statistic.columns[0])
    if column is None or not table.complete or plan.clean:
        return
    total = sum(table.numbers(ROWS))
    if not plan.conditions:
        expected = statistics.rows - column.nulls
        yield _check(
            "no row lost or doubled", total == expected, f"{total:,.0f} rows shown, {expected:,} expected"
        )
    share = sum(table.numbers(SHARE))
    if total:
        slack = 1e-6 if plan.decimals is None else 0.5 * 10.0**-plan.decimals * table.total
        yield _check("shares add up", abs(share - 100) <= slack + 1e-6, f"shares add up to {share:.6g} %")
