"""Measures over everything or per group."""

from __future__ import annotations

from typing import assert_never

from lakeglass.ask.codegen.frame import condition
from lakeglass.ask.codegen.literals import listing, literal
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import Aggregate, AnalysisPlan, Grain, Group, Measure, TableContext
from lakeglass.ask.plan.naming import (
    GROUPS,
    counts_rows,
    inner_plan,
    key_names,
    measure_names,
    measure_words,
    ordinal,
    place_names,
    plain,
    rows_name,
    series_name,
)

_WEEKDAYS = '["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]'
_MONTHS = (
    '["January", "February", "March", "April", "May", "June", "July", '
    '"August", "September", "October", "November", "December"]'
)
_PERIODS: dict[Grain, str] = {"quarter": "Q", "month": "M", "week": "W", "day": "D"}


def write_measures(script: Script, plan: AnalysisPlan, table: TableContext, *, frame: str) -> None:
    """Write `result`; where only the first groups are wanted, `ranking` holds all of them."""
    if plan.across is not None:
        _write_across(script, plan, table, frame=frame)
        return
    marks = _marks(plan, table)
    frame = _write_shares(script, plan, marks, frame=frame)
    if not plan.groups:
        _write_scalar(script, plan, marks, frame=frame)
        return
    keys = write_keys(script, plan, frame=frame)
    names = measure_names(plan)
    title = " and ".join(measure_words(m) for m in plan.measures)
    per = " and ".join(plain(k) for k in key_names(plan))
    whole = f".groupby(level={literal(key_names(plan)[0])}).transform('sum')" if plan.per else ".sum()"
    entries = [
        f"{literal(name)}: {_grouped(measure, mark, whole)}"
        for name, measure, mark in zip(names, plan.measures, marks, strict=True)
    ]
    if counts_rows(plan):
        entries.append(f"{literal(rows_name(plan))}: grouped.size()")
    target = "ranking" if plan.limit is not None or plan.nth is not None else "result"
    lines = [
        f"grouped = {frame}.groupby({keys}, observed=True)",
        f"{target} = pd.DataFrame({{{', '.join(entries)}}}).reset_index()",
        *_readable_periods(plan, target),
    ]
    script.block(f"{title[:1].upper()}{title[1:]} for each {per}; rows without {per} are left out", *lines)
    if _may_lack(plan, table):
        script.block(
            "Groups without any value are left out",
            f'{target} = {target}.dropna(subset={listing(names)}, how="all")',
        )
    _write_order(script, plan, target)
    _write_having(script, plan)
    _write_series(script, plan)
    if plan.place_of is not None:
        _write_place(script, plan)


def _write_across(script: Script, plan: AnalysisPlan, table: TableContext, *, frame: str) -> None:
    """The measure of each group first, then the groups of the last key taken together."""
    inner = inner_plan(plan)
    write_measures(script, inner, table, frame=frame)
    name, made, keys = measure_names(inner)[0], measure_names(plan)[0], key_names(plan)
    reduce = _REDUCED.get(plan.across or "mean", "{0}.mean()")
    target = "ranking" if plan.limit is not None or plan.nth is not None else "result"
    if keys:
        grouped = f"result.groupby({listing(list(keys))}, observed=True)[{literal(name)}]"
        whole = f"{literal(made)}: {reduce.replace('{0}', grouped)}, {literal(GROUPS)}: {grouped}.size()"
        lines = [f"{target} = pd.DataFrame({{{whole}}}).reset_index()"]
    else:
        values = f"result[{literal(name)}]"
        whole = f"{literal(made)}: [{reduce.replace('{0}', values)}], {literal(GROUPS)}: [len(result)]"
        lines = [f"result = pd.DataFrame({{{whole}}})"]
    script.block(f"Taken together: {made}", *lines)
    if keys:
        _write_order(script, plan, target)
        _write_having(script, plan)


def _write_place(script: Script, plan: AnalysisPlan) -> None:
    """The place of one group: 1 is the first, equals share a place."""
    name, place, places = measure_names(plan)[0], *place_names(plan)
    high = plan.sort is None or plan.sort.descending
    rank = f'result[{literal(name)}].rank(ascending={not high}, method="min")'
    script.block(
        f"The place of {plain(str(plan.place_of))} among them; equals share a place",
        f'result[{literal(place)}] = {rank}.astype("Int64")',
        f"result[{literal(places)}] = len(result)",
        f"result = result[result[{literal(key_names(plan)[0])}] == {literal(plan.place_of or '')}]",
    )


def _may_lack(plan: AnalysisPlan, table: TableContext) -> bool:
    """True when a group may have rows and still no value: gaps, or a spread of a single row."""
    if plan.series is not None or any(m.aggregate in {"count", "distinct", "share"} for m in plan.measures):
        return False
    spread = {"deviation", "variance", "skewness", "kurtosis", "variation"}
    columns = [table.column(m.column) for m in plan.measures if m.column is not None]
    return any(c is None or c.nulls for c in columns) or any(m.aggregate in spread for m in plan.measures)


def _write_having(script: Script, plan: AnalysisPlan) -> None:
    if plan.having is None:
        return
    name, per = measure_names(plan)[0], " and ".join(plain(k) for k in key_names(plan))
    operator = "==" if plan.having.operator == "=" else plan.having.operator
    script.block(
        f"Only groups whose {plain(name)} is {plan.having.operator} {plan.having.value:g}",
        f"result = result[result[{literal(name)}] {operator} {plan.having.value!r}]",
    )
    if plan.having.tells == "count":
        script.block(
            f"How many {per} they are", f"result = pd.DataFrame({{{literal(GROUPS)}: [len(result)]}})"
        )


def _write_series(script: Script, plan: AnalysisPlan) -> None:
    if plan.series is None:
        return
    name, made = f"result[{literal(measure_names(plan)[0])}]", f"result[{literal(series_name(plan))}]"
    if len(plan.groups) == 2:
        _write_series_within(script, plan)
        return
    match plan.series.kind:
        case "growth":
            lines = [f"{made} = 100 * {name}.pct_change(fill_method=None)", "result = result.iloc[1:]"]
        case "change":
            lines = [f"{made} = {name}.diff()", "result = result.iloc[1:]"]
        case "cumulative":
            lines = [f"{made} = {name}.cumsum()"]
        case "rolling":
            lines = [f"{made} = {name}.rolling({plan.series.window}).{plan.series.of}()"]
    why = {
        "growth": "Each period against the one before, in percent",
        "change": "Each period less the one before",
    }
    script.block(why.get(plan.series.kind, series_name(plan)), *lines)


def _write_series_within(script: Script, plan: AnalysisPlan) -> None:
    """The same along time for each value of the other key."""
    series = plan.series
    assert series is not None
    time, other = key_names(plan)
    value = f"result.groupby({literal(other)}, observed=True)[{literal(measure_names(plan)[0])}]"
    made = {
        "growth": f"{value}.pct_change(fill_method=None) * 100",
        "change": f"{value}.diff()",
        "cumulative": f"{value}.cumsum()",
        "rolling": f"{value}.transform(lambda part: part.rolling({series.window}).{series.of}())",
    }[series.kind]
    script.block(
        f"{series_name(plan)}, for each {plain(other)} along {plain(time)}",
        f"result = result.sort_values({listing([time, other])})",
        f"result[{literal(series_name(plan))}] = {made}",
    )


def _marks(plan: AnalysisPlan, table: TableContext) -> tuple[str, ...]:
    """For each measure the name of a column that the table does not have, to mark what a share counts."""
    taken = {c.name for c in table.statistics.columns}
    names: list[str] = []
    for _ in plan.measures:
        name = f"matches {len(names) + 1}" if names else "matches"
        while name in taken:
            name += "_"
        names.append(name)
    return tuple(names)


def _write_shares(script: Script, plan: AnalysisPlan, marks: tuple[str, ...], *, frame: str) -> str:
    for measure, mark in zip(plan.measures, marks, strict=True):
        if measure.aggregate != "share":
            continue
        matching = " & ".join(f"({condition(f, frame)})" for f in measure.where)
        if measure.column is not None:
            matching = f"{frame}[{literal(measure.column)}].where({matching}, 0)"
        script.block(
            "Mark what is counted: " + measure_words(measure),
            f"data = {frame}.assign(**{{{literal(mark)}: {matching}}})",
        )
        frame = "data"
    return frame


def _write_scalar(script: Script, plan: AnalysisPlan, marks: tuple[str, ...], *, frame: str) -> None:
    entries = [
        f"{literal(name)}: [{_scalar(measure, mark, frame)}]"
        for name, measure, mark in zip(measure_names(plan), plan.measures, marks, strict=True)
    ]
    if counts_rows(plan):
        entries.append(f"{literal(rows_name(plan))}: [len({frame})]")
    title = " and ".join(measure_words(m) for m in plan.measures)
    script.block(title[:1].upper() + title[1:], f"result = pd.DataFrame({{{', '.join(entries)}}})")


def _scalar(measure: Measure, mark: str, frame: str) -> str:
    if measure.aggregate == "count":
        return f"len({frame})"
    if measure.aggregate == "share":
        marked = f"{frame}[{literal(mark)}]"
        if measure.column is None:
            return f"100 * {marked}.mean()"
        return f"100 * {marked}.sum() / {frame}[{literal(measure.column)}].sum()"
    return _reduce(measure, f"{frame}[{literal(measure.column or '')}]", grouped=False)


def _grouped(measure: Measure, mark: str, whole: str) -> str:
    if measure.aggregate == "count":
        return f"100 * grouped.size() / grouped.size(){whole}" if measure.of_total else "grouped.size()"
    if measure.aggregate == "share":
        marked = f"grouped[{literal(mark)}]"
        if measure.column is None:
            return f"100 * {marked}.mean()"
        return f"100 * {marked}.sum() / grouped[{literal(measure.column)}].sum()"
    series = f"grouped[{literal(measure.column or '')}]"
    if measure.of_total:
        return f"100 * {series}.sum() / {series}.sum(){whole}"
    return _reduce(measure, series, grouped=True)


# How one column becomes one number; {0} is the column.
_REDUCED: dict[Aggregate, str] = {
    "sum": "{0}.sum(min_count=1)",
    "mean": "{0}.mean()",
    "median": "{0}.median()",
    "min": "{0}.min()",
    "max": "{0}.max()",
    "distinct": "{0}.nunique()",
    "range": "{0}.max() - {0}.min()",
    "deviation": "{0}.std()",
    "variance": "{0}.var()",
    "iqr": "{0}.quantile(0.75) - {0}.quantile(0.25)",
    "variation": "{0}.std() / {0}.mean()",
    "skewness": "{0}.skew()",
    "kurtosis": "{0}.kurt()",
    "mode": "{0}.mode().min()",
}
_GROUPED: dict[Aggregate, str] = {
    "kurtosis": "{0}.agg(pd.Series.kurt)",
    "mode": "{0}.agg(lambda values: values.mode().min())",
}


def _reduce(measure: Measure, series: str, *, grouped: bool) -> str:
    if measure.aggregate == "ratio":
        return f"{series}.sum() / {series.partition('[')[0]}[{literal(measure.over or '')}].sum()"
    if measure.aggregate == "quantile":
        return f"{series}.quantile({measure.quantile!r})"
    written = (_GROUPED.get(measure.aggregate) if grouped else None) or _REDUCED.get(measure.aggregate)
    if written is None:
        raise ValueError(f"{measure.aggregate} is no reduction of one column")
    return written.replace("{0}", series)


def write_keys(script: Script, plan: AnalysisPlan, *, frame: str) -> str:
    """The groupby keys as source: column names, and variables for periods."""
    names = key_names(plan)
    if all(g.grain is None for g in plan.groups):
        columns = [g.column for g in plan.groups]
        return literal(columns[0]) if len(columns) == 1 else listing(columns)
    parts: list[str] = []
    for position, (group, name) in enumerate(zip(plan.groups, names, strict=True)):
        if group.grain is None:
            parts.append(literal(group.column))
            continue
        variable = f"period_{position + 1}" if sum(g.grain is not None for g in plan.groups) > 1 else "period"
        series = f"{frame}[{literal(group.column)}].dt"
        script.block(
            f"The {group.grain} of {plain(group.column)}",
            f"{variable} = {_period(series, group)}.rename({literal(name)})",
        )
        parts.append(variable)
    return parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"


def _period(series: str, group: Group) -> str:
    match group.grain:
        case "year":
            return f'{series}.year.astype("Int64")'
        case "hour":
            return f'{series}.hour.astype("Int64")'
        case "weekday":
            return f"{series}.day_name().astype(pd.CategoricalDtype({_WEEKDAYS}, ordered=True))"
        case "month of year":
            return f"{series}.month_name().astype(pd.CategoricalDtype({_MONTHS}, ordered=True))"
        case "quarter" | "month" | "week" | "day":
            return f'{series}.to_period("{_PERIODS[group.grain]}")'
        case None:
            raise ValueError("a group without a grain has no period")
        case _:
            assert_never(group.grain)


def _readable_periods(plan: AnalysisPlan, target: str) -> list[str]:
    """Periods as text that sorts ('1995-03'); weeks by their Monday."""
    lines: list[str] = []
    cut = {d.name for d in plan.derive if d.kind in {"bin", "bins", "edges"}}
    for group, name in zip(plan.groups, key_names(plan), strict=True):
        cell = f"{target}[{literal(name)}]"
        if group.grain == "week":
            lines.append(f'{cell} = {cell}.dt.start_time.dt.strftime("%Y-%m-%d")')
        elif group.grain in _PERIODS or group.grain in {"weekday", "month of year"} or group.column in cut:
            lines.append(f'{cell} = {cell}.astype("str")')
    return lines


def _write_places_within(script: Script, plan: AnalysisPlan, target: str) -> None:
    """The first places within each value of the outer key, best first."""
    name, keys = measure_names(plan)[0], key_names(plan)
    high = plan.sort is None or plan.sort.descending
    flags = [True, not high, *(True for _ in keys[1:])]
    per = f"ranking.groupby({literal(keys[0])}, observed=True)"
    script.block(
        f"{'Highest' if high else 'Lowest'} first within each {plain(keys[0])}",
        f"{target} = {target}.sort_values({listing([keys[0], name, *keys[1:]])}, ascending={listing(flags)})",
    )
    if plan.nth is not None:
        script.block(f"Only the {ordinal(plan.nth)} of each", f"result = {per}.nth({plan.nth - 1})")
    elif plan.limit == 1:
        best = f"{per}[{literal(name)}].transform({literal('max' if high else 'min')})"
        script.block(
            "Keep the best of each, with ties", f"result = ranking[ranking[{literal(name)}] == {best}]"
        )
    elif plan.limit is not None:
        script.block(f"Keep the first {plan.limit} of each", f"result = {per}.head({plan.limit})")


def _write_order(script: Script, plan: AnalysisPlan, target: str) -> None:
    names, keys = measure_names(plan), key_names(plan)
    sort = plan.sort
    if plan.per is not None:
        _write_places_within(script, plan, target)
        return
    if sort is not None and sort.by == "measure":
        flags = [not sort.descending] + [True] * len(keys)
        why = f"{'Highest' if sort.descending else 'Lowest'} first"
        script.block(
            why, f"{target} = {target}.sort_values({listing([names[0], *keys])}, ascending={listing(flags)})"
        )
    elif sort is not None and sort.by == "group" and sort.descending:
        script.block(
            "Last key first", f"{target} = {target}.sort_values({literal(keys[0])}, ascending=False)"
        )
    if plan.nth is not None:
        script.block(
            f"Only the {ordinal(plan.nth)} of them", f"result = ranking.iloc[{plan.nth - 1} : {plan.nth}]"
        )
    if plan.limit is None:
        return
    if plan.picks_one and sort is not None and sort.by == "measure":
        best = "max" if sort.descending else "min"
        series = f"ranking[{literal(names[0])}]"
        script.block("Keep the best, with ties", f"result = ranking[{series} == {series}.{best}()]")
    else:
        script.block(f"Keep the first {plan.limit}", f"result = ranking.head({plan.limit})")
