"""One sentence for each kind of result. It repeats what the result says and claims nothing beyond it."""

from __future__ import annotations

from typing import assert_never

from lakeglass.ask.findings import finding
from lakeglass.ask.formats import number_text, unit_in
from lakeglass.ask.model import KeyNumber
from lakeglass.ask.plan import AnalysisPlan, Measure
from lakeglass.ask.plan.naming import (
    FIVE_NUMBERS,
    GROUPS,
    ROWS,
    SHARE,
    filter_words,
    key_names,
    measure_names,
    measure_words,
    ordinal,
    plain,
    where_words,
)
from lakeglass.ask.rankings import along_time, one_place, places_within, taken_together
from lakeglass.ask.result import TableData, Value, as_number, part_of
from lakeglass.ask.wording import (
    beside,
    chance_text,
    key_of,
    key_text,
    label_of,
    measure_key,
    text_of,
    where_of,
)
from lakeglass.lake.model import Statistics

Stated = tuple[str, tuple[KeyNumber, ...]]
_SHOWN = 3
_MANY = 8


def state(plan: AnalysisPlan, table: TableData, statistics: Statistics) -> Stated:
    """The sentence and its key numbers; of several tasks, one after the other."""
    return (_several if plan.also else _state)(plan, table, statistics)


def _state(plan: AnalysisPlan, table: TableData, statistics: Statistics) -> Stated:
    if not table.rows:
        return "The result is empty: no row has all the values that are needed.", ()
    if plan.statistic is None:
        return _measured(plan, table)
    if plan.groups and plan.statistic.kind in {"correlation", "describe", "outliers", "missing"}:
        return _for_each(plan, table)
    match plan.statistic.kind:
        case "distribution":
            return _distribution(plan, table)
        case "correlation":
            return _correlation(plan, table)
        case "missing":
            return _missing(plan, table)
        case "describe":
            return _describe(plan, table)
        case "overview":
            return _overview(table, statistics)
        case "duplicates":
            number = key_of(plan, "duplicate rows", table.cell("duplicate rows"))
            return f"{number.text} of {text_of(plan, table.cell(ROWS))} rows repeat an earlier row.", (
                number,
            )
        case (
            "test"
            | "normality"
            | "outliers"
            | "regression"
            | "difference"
            | "model"
            | "trend"
            | "seasonality"
            | "forecast"
        ):
            return finding(plan, table)
        case "rows":
            return _rows(plan, table, statistics)
        case _:
            assert_never(plan.statistic.kind)


def _measured(plan: AnalysisPlan, table: TableData) -> Stated:
    if plan.across is not None:
        return taken_together(plan, table)
    if plan.place_of is not None:
        return one_place(plan, table)
    return _grouped(plan, table) if plan.groups else _scalar(plan, table)


def _several(plan: AnalysisPlan, table: TableData, statistics: Statistics) -> Stated:
    parts = plan.tasks
    told = [state(t, part_of(table, n, len(parts)), statistics) for n, t in enumerate(parts, start=1)]
    return " ".join(sentence for sentence, _ in told), tuple(key for _, keys in told for key in keys)


def _scalar(plan: AnalysisPlan, table: TableData) -> Stated:
    keys = [
        measure_key(plan, measure, _said(measure, table.cell(name)), table.cell(name))
        for name, measure in zip(measure_names(plan), plan.measures, strict=True)
    ]
    if len(keys) == 1 and plan.measures[0].aggregate == "count":
        verb = "row matches" if keys[0].value == 1 else "rows match"
        if plan.conditions:
            return f"{keys[0].text} {verb}: {where_words(plan)}.", tuple(keys)
        return f"The table has {keys[0].text} rows.", tuple(keys)
    if len(keys) == 1 and plan.measures[0].aggregate == "share" and plan.measures[0].column is None:
        part = " and ".join(filter_words(f) for f in plan.measures[0].where)
        return f"In {keys[0].text} of the rows{where_of(plan)}, {part}.", tuple(keys)
    parts = [f"the {k.label} is {k.text}" for k in keys]
    said = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return f"{said[:1].upper()}{said[1:]}{where_of(plan)}.", tuple(keys)


def _said(measure: Measure, value: Value) -> str:
    """Dates are early and late, not low and high."""
    words = measure_words(measure)
    if isinstance(value, str) and measure.aggregate in {"min", "max"}:
        return ("earliest " if measure.aggregate == "min" else "latest ") + words.split(" ", 1)[1]
    return words


def _grouped(plan: AnalysisPlan, table: TableData) -> Stated:
    if plan.having is not None:
        return _kept_groups(plan, table)
    first, measure = measure_names(plan)[0], plan.measures[0]
    labels = [label_of(row, table, key_names(plan)) for row in range(len(table.rows))]
    keys = tuple(
        measure_key(plan, measure, label, table.cell(first, row)) for row, label in enumerate(labels[:_MANY])
    )
    words = measure_words(measure)
    if plan.per is not None and (plan.limit is not None or plan.nth is not None):
        return places_within(plan, table)
    if plan.series is not None:
        return along_time(plan, table, labels)
    if plan.picks_one:
        return _winner(plan, table, labels, keys)
    if plan.nth is not None:
        which = "highest" if plan.sort is None or plan.sort.descending else "lowest"
        return (
            f"{labels[0]} has the {ordinal(plan.nth)} {which} {words}{where_of(plan)}: {keys[0].text}.",
            keys[:1],
        )
    if plan.limit is not None:
        which = "highest" if plan.sort is None or plan.sort.descending else "lowest"
        listed = ", ".join(f"{k.label} ({k.text})" for k in keys[: min(5, len(keys))])
        return f"By {words}, the {which} are {listed}{where_of(plan)}.", keys
    return _spread(plan, table, labels, keys)


def _kept_groups(plan: AnalysisPlan, table: TableData) -> Stated:
    """'13 City have a number of rows > 100'."""
    assert plan.having is not None
    per = " and ".join(plain(k) for k in key_names(plan))
    limit = f"{measure_words(plan.measures[0])} {plan.having.operator} {number_text(plan.having.value)}"
    if plan.having.tells == "count":
        number = key_of(plan, "groups", table.cell(GROUPS), count=True)
        return f"{number.text} groups by {per} have a {limit}{where_of(plan)}.", (number,)
    name = measure_names(plan)[0]
    keys = tuple(
        measure_key(plan, plan.measures[0], label_of(r, table, key_names(plan)), table.cell(name, r))
        for r in range(min(len(table.rows), _MANY))
    )
    listed = ", ".join(f"{k.label} ({k.text})" for k in keys[:5])
    return (
        f"{table.total:,} groups by {per} have a {limit}{where_of(plan)}: {listed}{', …' if table.total > 5 else ''}.",
        keys,
    )


def _winner(plan: AnalysisPlan, table: TableData, labels: list[str], keys: tuple[KeyNumber, ...]) -> Stated:
    which = "highest" if plan.sort is None or plan.sort.descending else "lowest"
    words = measure_words(plan.measures[0])
    if plan.measures[0].aggregate in {"min", "max"}:
        words = words.removeprefix("highest ").removeprefix("lowest ")
    if len(labels) > 1:
        tied = ", ".join(labels[:5]) + (" and others" if len(labels) > 5 else "")
        return f"{table.total} share the {which} {words}, {keys[0].text}: {tied}.", keys
    extra = [
        f"its {measure_words(m)} is {measure_key(plan, m, '', table.cell(n)).text}"
        for n, m in zip(measure_names(plan)[1:], plan.measures[1:], strict=True)
    ]
    more = "; " + "; ".join(extra) if extra else ""
    return f"{labels[0]} has the {which} {words}: {keys[0].text}{where_of(plan)}{more}.", keys


def _spread(plan: AnalysisPlan, table: TableData, labels: list[str], keys: tuple[KeyNumber, ...]) -> Stated:
    """From where to where the groups go."""
    measure = plan.measures[0]
    name = measure_names(plan)[0]
    known = [(as_number(table.cell(name, row)), row) for row in range(len(table.rows))]
    numbers = [(n, row) for n, row in known if n is not None]
    per = " and ".join(plain(k) for k in key_names(plan))
    words = measure_words(measure)
    words = words[:1].upper() + words[1:]
    if not numbers:
        return f"{words} by {per}: no group has a value.", ()
    if not table.complete:
        return f"{words} by {per}: {table.total:,} groups, in the table.", keys
    if len(numbers) <= _SHOWN:
        listed = ", ".join(beside(k.label, k.text) for k in keys)
        return f"{words} by {per}{where_of(plan)}: {listed}.", keys
    low, high = min(numbers, key=lambda n: n[0]), max(numbers, key=lambda n: n[0])
    low_text = measure_key(plan, measure, "", table.cell(name, low[1])).text
    high_text = measure_key(plan, measure, "", table.cell(name, high[1])).text
    if low[0] == high[0]:
        return (
            f"{words} is {high_text} in each of the {len(numbers):,} groups by {per}{where_of(plan)}.",
            keys,
        )
    if len(numbers) > _MANY:
        # The first few of many say nothing; the edges do, and of a series its last point.
        edges = [("lowest", low), ("highest", high)]
        if plan.groups[0].grain is not None:
            edges.append(("latest", numbers[-1]))
        keys = tuple(
            measure_key(plan, measure, f"{which}, {labels[row]}", table.cell(name, row))
            for which, (_, row) in edges
        )
    lowest, highest = f"{labels[low[1]]} ({low_text})", f"{labels[high[1]]} ({high_text})"
    return f"{words} by {per}{where_of(plan)} is lowest for {lowest} and highest for {highest}.", keys


def _distribution(plan: AnalysisPlan, table: TableData) -> Stated:
    assert plan.statistic is not None
    name = plain(plan.statistic.columns[0])
    unit = unit_in(plan, plan.statistic.columns[0])
    if plan.groups:
        key = key_names(plan)[0]
        pairs = [(key_text(table.cell(key, r)), table.cell("median", r)) for r in range(len(table.rows))]
        keys = tuple(key_of(plan, f"median, {label}", value, unit) for label, value in pairs[:_MANY])
        listed = ", ".join(beside(k.label.removeprefix("median, "), k.text) for k in keys[:_SHOWN])
        return f"Median {name} by {plain(key)}: {listed}{', …' if len(pairs) > _SHOWN else ''}.", keys
    if "from" in table.columns:
        counts = table.numbers(ROWS)
        place = counts.index(max(counts))
        low, high = table.cell("from", place), table.cell("to", place)
        keys = (key_of(plan, "rows in the fullest interval", table.cell(ROWS, place), count=True),)
        sentence = (
            f"{name} is most often between {text_of(plan, low, unit)} and {text_of(plan, high, unit)}: "
            f"{keys[0].text} rows, {number_text(table.numbers(SHARE)[place], decimals=1)} %{where_of(plan)}."
        )
        return sentence, keys
    labels = [key_text(v) for v in table.values(table.columns[0])]
    shares = table.numbers(SHARE)
    keys = tuple(
        key_of(plan, label, table.cell(ROWS, row), count=True) for row, label in enumerate(labels[:_MANY])
    )
    listed = ", ".join(
        f"{label} {number_text(share, decimals=1 if plan.decimals is None else plan.decimals)} %"
        for label, share in zip(labels[:_SHOWN], shares, strict=False)
    )
    more = f", and {table.total - _SHOWN:,} more" if table.total > _SHOWN else ""
    return f"{name}{where_of(plan)}: {listed}{more}.", keys


def _correlation(plan: AnalysisPlan, table: TableData) -> Stated:
    assert plan.statistic is not None
    method = (plan.statistic.method or "pearson").title()
    value = as_number(table.cell("correlation"))
    first, second = (key_text(table.cell(c)) for c in ("first column", "second column"))
    if value is None:
        return (
            f"There is no correlation of {first} and {second}: one of them does not vary, or too few rows.",
            (),
        )
    number = key_of(plan, f"{method} correlation", table.cell("correlation"))
    text = number.text if plan.decimals is not None else f"{value:.3f}"
    number = number.model_copy(update={"text": text})
    if "p-value" not in table.columns:
        return (
            f"The strongest {method} correlation is between {first} and {second}: {text}{where_of(plan)}.",
            (number,),
        )
    chance = as_number(table.cell("p-value"))
    keys = (
        number,
        KeyNumber(label="p-value", value=chance, text=chance_text(plan, chance)),
        key_of(plan, "rows", table.cell(ROWS), count=True),
    )
    sentence = (
        f"The {method} correlation of {first} and {second} is {text} ({chance_text(plan, chance)}) over "
        f"{keys[2].text} rows that have both{where_of(plan)}: {_strength(value)}. This says nothing about cause."
    )
    return sentence, keys


def _strength(value: float) -> str:
    size = abs(value)
    word = (
        "practically none" if size < 0.1 else "weak" if size < 0.3 else "moderate" if size < 0.6 else "strong"
    )
    return word if size < 0.1 else f"{word} and {'positive' if value > 0 else 'negative'}"


def _for_each(plan: AnalysisPlan, table: TableData) -> Stated:
    """An analysis of each group: its figure, one after the other."""
    statistic = plan.statistic
    assert statistic is not None
    name = {"describe": "mean"}.get(statistic.kind, statistic.kind)
    key = key_names(plan)[0]
    keys = tuple(
        key_of(plan, key_text(table.cell(key, r)), table.cell(name, r), count=name in {"outliers", "missing"})
        for r in range(min(len(table.rows), _MANY))
    )
    of = " and ".join(plain(c) for c in statistic.columns[:2])
    what = f"{name[:1].upper()}{name[1:]}" + (f" of {of}" if of else "")
    listed = ", ".join(beside(k.label, k.text) for k in keys[:_SHOWN])
    return f"{what} by {plain(key)}{where_of(plan)}: {listed}{', …' if table.total > _SHOWN else ''}.", keys


def _missing(plan: AnalysisPlan, table: TableData) -> Stated:
    rows = [
        (plain(str(c)), int(n))
        for c, n in zip(table.values("column"), table.numbers("missing"), strict=False)
    ]
    gaps = [(name, count) for name, count in rows if count]
    keys = tuple(
        KeyNumber(label=name, value=count, text=f"{count:,}") for name, count in (gaps or rows)[:_MANY]
    )
    if not gaps:
        what = rows[0][0] if len(rows) == 1 else f"any of the {len(rows)} columns"
        return f"No value is missing in {what}{where_of(plan)}.", keys[:1]
    share = table.numbers(SHARE)
    listed = ", ".join(
        f"{name} {count:,} ({number_text(share[row], decimals=1)} %)"
        for row, (name, count) in enumerate(gaps[:_SHOWN])
    )
    more = ", …" if len(gaps) > _SHOWN else ""
    if plan.limit == 1:
        return f"Most values are missing{where_of(plan)} in {listed}.", keys
    if len(rows) == 1:
        return f"Missing values{where_of(plan)}: {listed}.", keys
    return (
        f"{len(gaps)} of {len(rows)} columns have missing values{where_of(plan)}: {listed}{more}.",
        keys,
    )


def _describe(plan: AnalysisPlan, table: TableData) -> Stated:
    assert plan.statistic is not None
    name, unit = plain(plan.statistic.columns[0]), unit_in(plan, plan.statistic.columns[0])
    keys = [key_of(plan, "mean", table.cell("mean"), unit)]
    keys += [key_of(plan, label, table.cell(label), unit) for label in FIVE_NUMBERS]
    keys.append(key_of(plan, "standard deviation", table.cell("standard deviation"), unit))
    text = {k.label: k.text for k in keys}
    sentence = (
        f"{name}{where_of(plan)} goes from {text['minimum']} to {text['maximum']}; the mean is {text['mean']}, "
        f"the median {text['median']}."
    )
    return sentence, tuple(keys)


def _overview(table: TableData, statistics: Statistics) -> Stated:
    keys = (
        KeyNumber(label="rows", value=statistics.rows, text=f"{statistics.rows:,}"),
        KeyNumber(label="columns", value=table.total, text=f"{table.total:,}"),
    )
    gaps = sum(1 for n in table.numbers("missing") if n)
    names = ", ".join(plain(str(v), limit=30) for v in table.values("column")[:5])
    more = ", …" if table.total > 5 else ""
    sentence = (
        f"The table has {keys[0].text} rows and {keys[1].text} columns ({names}{more}); "
        f"{gaps or 'none'} of the columns {'has' if gaps == 1 else 'have'} missing values."
    )
    return sentence, keys


def _rows(plan: AnalysisPlan, table: TableData, statistics: Statistics) -> Stated:
    count = f"{table.total:,} row{'' if table.total == 1 else 's'}"
    column = plan.sort.column if plan.sort is not None else None
    if column is None:
        return _looked_up(plan, table, count)
    best = key_of(plan, column, table.cell(column), unit_in(plan, column))
    if plan.sort is not None and plan.sort.near is not None:
        found = _name_column(table, statistics, other=column)
        label = f" ({key_text(table.cell(found))})" if found else ""
        return f"The {plain(column)} nearest to {plan.sort.near:g}{where_of(plan)} is {best.text}{label}.", (
            best,
        )
    which = "highest" if plan.sort is not None and plan.sort.descending else "lowest"
    if plan.per is not None:
        which, count = f"{which} {plain(column)}", f"{plan.limit} rows of each {plain(plan.per)}"
        return f"The {count} with the {which}{where_of(plan)}: {table.total:,} in all, in the table.", ()
    which = f"{ordinal(plan.nth)} {which}" if plan.nth is not None else which
    name = _name_column(table, statistics, other=column)
    if plan.limit != 1 and plan.nth is None:
        first = f" ({key_text(table.cell(name))})" if name else ""
        return f"The {count} with the {which} {plain(column)}{where_of(plan)}, from {best.text}{first} on.", (
            best,
        )
    if table.total > 1:
        listed = ", ".join(key_text(v) for v in table.values(name)[:5]) if name else f"{table.total:,} rows"
        more = " and others" if name and table.total > 5 else ""
        return (
            f"{table.total:,} rows share the {which} {plain(column)}{where_of(plan)}, {best.text}: {listed}{more}.",
            (best,),
        )
    if name is None:
        return f"The row with the {which} {plain(column)}{where_of(plan)} has {best.text}.", (best,)
    label = key_text(table.cell(name))
    return f"{label} ({plain(name)}) has the {which} {plain(column)}{where_of(plan)}: {best.text}.", (best,)


def _looked_up(plan: AnalysisPlan, table: TableData, count: str) -> Stated:
    """A value that a condition picks: 'wind is 6.50 where date on 2013-05-04'."""
    assert plan.statistic is not None
    if not plan.statistic.columns or table.total != 1 or not plan.filters:
        return f"{count}{where_of(plan)}, in the order of the table.", ()
    wanted = plan.statistic.columns[-1]
    number = key_of(plan, wanted, table.cell(wanted), unit_in(plan, wanted))
    return f"{plain(wanted)} is {number.text}{where_of(plan)}.", (number,)


def _name_column(table: TableData, statistics: Statistics, *, other: str) -> str | None:
    """The column that tells rows apart for a reader: a name where there is one, else a date."""
    shown = [c for c in statistics.columns if c.name in table.columns and c.name != other]
    texts = [c for c in shown if c.kind == "text" and c.distinct * 2 >= statistics.rows - c.nulls]
    named = [
        c
        for c in shown
        if c.kind == "text" and {"name", "title"} & set(c.name.lower().replace("_", " ").split())
    ]
    dates = [c for c in shown if c.kind in {"date", "datetime"}]
    found = next(iter([*texts, *named, *dates]), None)
    return found.name if found else None
