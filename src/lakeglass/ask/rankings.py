"""Sentences of what follows along time, and of the first places within each group."""

from __future__ import annotations

from lakeglass.ask.formats import unit_of_measure
from lakeglass.ask.model import KeyNumber
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.plan.naming import key_names, measure_names, measure_words, ordinal, plain, series_name
from lakeglass.ask.result import TableData, as_number
from lakeglass.ask.wording import key_of, key_text, label_of, measure_key, where_of

Stated = tuple[str, tuple[KeyNumber, ...]]
_SHOWN = 3
_MANY = 8


def along_time(plan: AnalysisPlan, table: TableData, labels: list[str]) -> Stated:
    """What follows along time: the latest value, the lowest and the highest."""
    series, measure = plan.series, plan.measures[0]
    assert series is not None
    name = series_name(plan)
    unit = "%" if series.kind == "growth" else unit_of_measure(measure, plan)
    counted = series.kind in {"cumulative", "change"} and measure.aggregate in {"count", "distinct"}
    known = [
        (n, row) for row in range(len(table.rows)) if (n := as_number(table.cell(name, row))) is not None
    ]
    title = (
        f"{name[:1].upper()}{name[1:]} by {' and '.join(plain(k) for k in key_names(plan))}{where_of(plan)}"
    )
    if not known or not table.complete:
        return f"{title}: {table.total:,} lines, in the table.", ()

    def key(which: str, row: int) -> KeyNumber:
        return key_of(plan, f"{which}, {labels[row]}", table.cell(name, row), unit, count=counted)

    low, high = key("lowest", min(known)[1]), key("highest", max(known)[1])
    last = key("latest", known[-1][1])
    if len(plan.groups) > 1:
        return (
            f"{title}: lowest {low.text} ({labels[min(known)[1]]}), highest {high.text} ({labels[max(known)[1]]}).",
            (
                low,
                high,
            ),
        )
    told = (
        f"{title}: {last.text} for {labels[known[-1][1]]}, the latest; lowest {low.text} ({labels[min(known)[1]]}), "
        f"highest {high.text} ({labels[max(known)[1]]})."
    )
    return told, (last, low, high)


def places_within(plan: AnalysisPlan, table: TableData) -> Stated:
    """'Per Region: West: California (457,687.63), …; East: …'."""
    outer, *inner = key_names(plan)
    name, measure = measure_names(plan)[0], plan.measures[0]
    told: dict[str, list[KeyNumber]] = {}
    for row in range(len(table.rows)):
        label = label_of(row, table, tuple(inner))
        key = measure_key(plan, measure, label, table.cell(name, row))
        told.setdefault(key_text(table.cell(outer, row)), []).append(key)
    which = "highest" if plan.sort is None or plan.sort.descending else "lowest"
    which = f"{ordinal(plan.nth)} {which}" if plan.nth is not None else which
    listed = "; ".join(
        f"{group}: {', '.join(f'{k.label} ({k.text})' for k in keys[:_SHOWN])}{', …' if len(keys) > _SHOWN else ''}"
        for group, keys in list(told.items())[:_SHOWN]
    )
    more = f"; … ({len(told):,} in all)" if len(told) > _SHOWN else ""
    said = f"{which[:1].upper()}{which[1:]} {measure_words(measure)} in each {plain(outer)}{where_of(plan)}"
    keys = tuple(
        k.model_copy(update={"label": f"{group}, {k.label}"})
        for group, some in told.items()
        for k in some[:1]
    )
    return f"{said}: {listed}{more}.", keys[:_MANY]
