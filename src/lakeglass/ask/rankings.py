"""Sentences of what follows along time, and of the first places within each group."""

from __future__ import annotations

from lakeglass.ask.formats import unit_of_measure
from lakeglass.ask.model import KeyNumber
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.plan.naming import (
    GROUPS,
    across_words,
    key_names,
    measure_names,
    measure_words,
    ordinal,
    place_names,
    plain,
    series_name,
)
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


def taken_together(plan: AnalysisPlan, table: TableData) -> Stated:
    """'The average of total Sales per State is 46,881.65, over 49 of them.'"""
    name, keys = measure_names(plan)[0], key_names(plan)
    words, unit = across_words(plan), unit_of_measure(plan.measures[0], plan)
    if not keys:
        number, groups = key_of(plan, words, table.cell(name), unit), key_of(plan, GROUPS, table.cell(GROUPS))
        return f"The {words} is {number.text}{where_of(plan)}, over {groups.text} of them.", (number, groups)
    labels = [label_of(row, table, keys) for row in range(len(table.rows))]
    told = [key_of(plan, label, table.cell(name, row), unit) for row, label in enumerate(labels)]
    known = [(n, row) for row in range(len(told)) if (n := as_number(told[row].value)) is not None]
    title = f"{words[:1].upper()}{words[1:]} by {' and '.join(plain(k) for k in keys)}{where_of(plan)}"
    if plan.picks_one or plan.nth is not None:
        which = "highest" if plan.sort is None or plan.sort.descending else "lowest"
        which = f"{ordinal(plan.nth)} {which}" if plan.nth is not None else which
        tied = ", ".join(labels[:_SHOWN]) + (" and others" if len(labels) > _SHOWN else "")
        verb = "have" if len(labels) > 1 else "has"
        return f"{tied} {verb} the {which} {words}{where_of(plan)}: {told[0].text}.", tuple(told[:1])
    if len(told) <= _MANY or not known or not table.complete:
        listed = ", ".join(f"{k.label} ({k.text})" for k in told[:_MANY])
        more = f", … ({table.total:,} in all)" if table.total > _MANY else ""
        return f"{title}: {listed}{more}.", tuple(told[:_MANY])
    low, high = told[min(known)[1]], told[max(known)[1]]
    return f"{title}: lowest for {low.label} ({low.text}), highest for {high.label} ({high.text}).", (
        low,
        high,
    )


def one_place(plan: AnalysisPlan, table: TableData) -> Stated:
    """'California takes place 1 of 49 by total Sales, highest first: 457,687.63.'"""
    (key, *_), name, (place, places) = key_names(plan), measure_names(plan)[0], place_names(plan)
    number = measure_key(plan, plan.measures[0], measure_words(plan.measures[0]), table.cell(name))
    at, many = (key_of(plan, label, table.cell(label), count=True) for label in (place, places))
    order = "highest" if plan.sort is None or plan.sort.descending else "lowest"
    who = key_text(table.cell(key))
    return (
        f"{who} takes place {at.text} of {many.text} by {number.label}{where_of(plan)}, {order} first: {number.text}.",
        (at, number),
    )
