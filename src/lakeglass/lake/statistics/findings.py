"""What the owner of a table should know: rules over its figures, each with its reason and what to do.

A finding names columns and counts, never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lakeglass.lake.figures import Association, ColumnStatistics, Finding, Severity, Statistics

MOST = 100
_MANY = 0.5
_SOME = 0.05
_NEARLY_ALL = 0.9
_SAME = 0.999
# Fewer rows say nothing about what is usual.
_ROWS = 20

ColumnRule = Callable[[ColumnStatistics, int], Finding | None]


def findings(statistics: Statistics) -> tuple[Finding, ...]:
    """What the rules find, warnings first, then by the rows that are concerned."""
    found = [*_of_the_table(statistics)]
    for column in statistics.columns:
        found += [each for rule in _RULES if (each := rule(column, statistics.rows)) is not None]
    found.sort(key=lambda each: (each.severity != "warning", -(each.share or 0.0)))
    return tuple(found[:MOST])


def _of_the_table(statistics: Statistics) -> Iterator[Finding]:
    if not statistics.rows:
        yield _finding("no-rows", "warning", None, "No rows", "The table has columns and no rows.")
    if repeated := statistics.duplicate_rows:
        yield _finding(
            "duplicate-rows",
            "warning",
            None,
            "Repeated rows",
            f"{repeated:,} rows equal an earlier one in every column.",
            why="Sums and counts take them in twice.",
            fix="Drop them, unless the same thing can really happen twice.",
            count=repeated,
            rows=statistics.rows,
        )
    for each in statistics.associations:
        if abs(each.strength) >= _SAME:
            yield _same(each)


def _same(pair: Association) -> Finding:
    return _finding(
        "same-column",
        "notice",
        pair.left,
        "Says the same as another column",
        f"{pair.left} and {pair.right} go together almost perfectly ({pair.strength:.3f}, {pair.rows:,} rows).",
        why="One of them adds nothing, and models take both for independent.",
        fix="Keep one of the two where that matters.",
    )


def _empty(column: ColumnStatistics, rows: int) -> Finding | None:
    if not rows or column.nulls < rows:
        return None
    return _finding(
        "empty-column",
        "warning",
        column.name,
        "Empty column",
        "No row has a value.",
        why="Nothing can be told from it.",
        fix="Leave it out, or look whether the file was cut or read wrongly.",
        count=column.nulls,
        rows=rows,
    )


def _missing(column: ColumnStatistics, rows: int) -> Finding | None:
    if column.nulls == rows or column.null_share < _SOME:
        return None
    return _finding(
        "missing-values",
        "warning" if column.null_share >= _MANY else "notice",
        column.name,
        "Missing values",
        f"{column.nulls:,} of {rows:,} rows have no value.",
        why="Means and shares are of the other rows only, which may not be typical.",
        fix="Find out why they are missing before filling or dropping them.",
        count=column.nulls,
        rows=rows,
    )


def _constant(column: ColumnStatistics, rows: int) -> Finding | None:
    if rows < 2 or column.distinct != 1 or not column.distinct_is_exact or column.nulls:
        return None
    return _finding(
        "constant-column",
        "notice",
        column.name,
        "One value only",
        f"All {rows:,} rows have the same value.",
        why="It tells no rows apart.",
        fix="Leave it out of comparisons and models.",
    )


def _numbers_as_text(column: ColumnStatistics, rows: int) -> Finding | None:
    text = column.text
    present = rows - column.nulls
    if text is None or present < _ROWS or not _NEARLY_ALL * present <= text.numeric < present:
        return None
    return _finding(
        "numbers-as-text",
        "warning",
        column.name,
        "Numbers kept as text",
        f"{text.numeric:,} of {present:,} values are numbers; {present - text.numeric:,} others keep them text.",
        why="Text can't be summed, and sorts 10 before 9.",
        fix="Correct the other values, or read the column again with a type of your choice.",
        count=present - text.numeric,
        rows=rows,
    )


def _padded(column: ColumnStatistics, rows: int) -> Finding | None:
    if column.text is None or not column.text.padded:
        return None
    return _finding(
        "outer-blanks",
        "notice",
        column.name,
        "Blanks around values",
        f"{column.text.padded:,} values begin or end with blanks.",
        why="The same value with and without blanks counts as two, and joins miss it.",
        fix="Trim the column.",
        count=column.text.padded,
        rows=rows,
    )


def _spellings(column: ColumnStatistics, _rows: int) -> Finding | None:
    if column.text is None or not column.text.case_variants:
        return None
    return _finding(
        "spellings",
        "notice",
        column.name,
        "Spellings that differ in case or blanks alone",
        f"{column.text.case_variants:,} of {column.distinct:,} values are written in more than one way.",
        why="Groups of the same thing are counted apart.",
        fix="Bring them to one spelling before grouping.",
    )


def _not_finite(column: ColumnStatistics, rows: int) -> Finding | None:
    odd = column.numbers.infinities + column.numbers.nans if column.numbers else 0
    if not odd:
        return None
    return _finding(
        "not-finite",
        "warning",
        column.name,
        "Infinite or not a number",
        f"{odd:,} values are infinite or NaN; mean and quantiles leave them out.",
        why="They usually come from a division by zero before the file was written.",
        fix="Correct them where the file comes from, or treat them as missing.",
        count=odd,
        rows=rows,
    )


def _outliers(column: ColumnStatistics, rows: int) -> Finding | None:
    numbers = column.numbers
    present = rows - column.nulls
    outside = numbers.below_fence + numbers.above_fence if numbers else 0
    if not outside or present < _ROWS or column.distinct <= 2:
        return None
    return _finding(
        "outliers",
        "notice",
        column.name,
        "Values far from the rest",
        f"{outside:,} values lie beyond Tukey's fences (1.5 interquartile ranges outside of the quartiles).",
        why="They pull means and fits; they may be errors, or what matters most.",
        fix="Look at these rows, and compare the median with the mean.",
        count=outside,
        rows=rows,
    )


def _gaps(column: ColumnStatistics, _rows: int) -> Finding | None:
    times = column.times
    if times is None or not times.missing or not times.periods or times.periods < _ROWS:
        return None
    return _finding(
        "time-gaps",
        "notice",
        column.name,
        "Gaps in time",
        f"{times.missing:,} of {times.missing + times.periods:,} {times.period}s between the first and the last "
        "value have none.",
        why="A line through them invents what was not measured.",
        fix="Tell whether nothing happened then, or nothing was recorded.",
        count=times.missing,
    )


def _personal(column: ColumnStatistics, _rows: int) -> Finding | None:
    if not column.pii:
        return None
    kinds = ", ".join(mark.title for mark in column.pii)
    by = "its name" if all(mark.by_name for mark in column.pii) else "the pattern of its values"
    return _finding(
        "personal-data",
        "notice",
        column.name,
        "Personal data",
        f"{kinds}, told by {by}.",
        why="Laws and your own rules may restrict who sees it and where it is sent.",
        fix="Leave it out of exports and answers that don't need it.",
    )


def _finding(
    rule: str,
    severity: Severity,
    column: str | None,
    title: str,
    detail: str,
    *,
    why: str = "",
    fix: str = "",
    count: int | None = None,
    rows: int = 0,
) -> Finding:
    share = count / rows if count is not None and rows else None
    return Finding(
        rule=rule,
        severity=severity,
        column=column,
        title=title,
        detail=detail,
        why=why,
        fix=fix,
        count=count,
        share=share,
    )


_RULES: tuple[ColumnRule, ...] = (
    _empty,
    _missing,
    _constant,
    _numbers_as_text,
    _padded,
    _spellings,
    _not_finite,
    _outliers,
    _gaps,
    _personal,
)
