"""Charts of measures by one or two keys: bars, lines, areas, pies, heatmaps, at three groups and at three hundred."""

from __future__ import annotations

from typing import Literal

from lakeglass.ask import charts
from lakeglass.ask.codegen.express import express, express_pie, labels_of, write_largest
from lakeglass.ask.codegen.literals import literal, shown
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import AnalysisPlan, ChartKind, TableContext
from lakeglass.ask.plan.naming import key_names, measure_names, series_name


def write_group_figure(script: Script, plan: AnalysisPlan, table: TableContext, kind: ChartKind) -> None:
    """Write `fig` for the groups of a plan."""
    if plan.per is not None and plan.limit is not None:
        _places_within(script, plan)
    elif len(plan.groups) == 1:
        _one_key(script, plan, table, kind)
    elif kind == "heatmap":
        _heatmap(script, plan)
    else:
        _two_keys(script, plan, table, kind)


def _told(plan: AnalysisPlan) -> str:
    """The column that the chart is about: what follows along time, otherwise the first measure."""
    return series_name(plan) if plan.series is not None else measure_names(plan)[0]


def _one_key(script: Script, plan: AnalysisPlan, table: TableContext, kind: ChartKind) -> None:
    key, name = key_names(plan)[0], _told(plan)
    group, title = plan.groups[0], charts.title(plan)
    labels = labels_of(key, name)
    if kind in {"line", "area", "scatter"}:
        more = {"markers": "True"} if kind == "line" else {}
        express(script, kind, "result", title=title, x=literal(key), y=literal(name), **more, labels=labels)
        if kind != "scatter":
            script.block("Counts and sums start at zero", 'fig.update_yaxes(rangemode="tozero")')
        return
    data, heading = "result", shown(key)
    several = charts.most_groups(plan, table)
    if plan.picks_one:
        data, title = "ranking.head(10)", charts.title(plan.model_copy(update={"limit": None}))
    elif kind == "pie" or (several > charts.MANY_BARS and not charts.along_numbers(plan, table)):
        data = "chart_rows"
        ranked = plan.sort is not None and plan.sort.by == "measure"
        lowest = ranked and plan.sort is not None and not plan.sort.descending
        word = "smallest" if lowest else "first" if plan.limit is not None else "largest"
        heading = write_largest(
            script,
            key,
            name,
            most=charts.SLICES if kind == "pie" else charts.MANY_BARS,
            word=word,
            others=_others(plan, kind, ranked=ranked),
        )
    if kind == "pie":
        express_pie(script, data, title=title, names=key, values=name)
        return
    many = min(several, charts.MANY_BARS, plan.limit or several)
    if (
        group.grain is None
        and not charts.along_numbers(plan, table)
        and (many > charts.LONG_BARS or plan.picks_one)
    ):
        axis = {"x": literal(name), "y": literal(key), "orientation": '"h"'}
        express(script, "bar", data, title=title, **axis, labels=labels)
        script.block(
            "Bars in the order of the table, one label each",
            f'fig.update_yaxes(type="category", autorange="reversed", dtick=1, title={heading})',
        )
        return
    express(script, "bar", data, title=title, x=literal(key), y=literal(name), labels=labels)
    if several <= charts.MANY_BARS or not charts.along_numbers(plan, table):
        script.block("One label a bar", 'fig.update_xaxes(type="category")')


def _others(plan: AnalysisPlan, kind: ChartKind, *, ranked: bool) -> Literal["never", "small", "always"]:
    """Whether what a chart leaves out is one more bar or slice: only amounts add up."""
    highest = plan.sort is None or plan.sort.descending or not ranked
    if not charts.adds_up(plan) or not highest:
        return "never"
    return "always" if kind == "pie" else "small"


def _places_within(script: Script, plan: AnalysisPlan) -> None:
    outer, *inner = key_names(plan)
    measure = measure_names(plan)[0]
    label = ' + " · " + '.join(f'chart_rows[{literal(k)}].astype("str")' for k in (outer, *inner))
    script.block(
        f"The chart shows {charts.MANY_BARS} lines at most, the table all",
        f"chart_rows = result.head({charts.MANY_BARS})",
        f"chart_rows = chart_rows.assign(place={label})",
        f'chart_rows[{literal(outer)}] = chart_rows[{literal(outer)}].astype("str")',
        "shown_of = '' if len(chart_rows) == len(result) else f'first {len(chart_rows)} of {len(result):,}'",
    )
    express(
        script,
        "bar",
        "chart_rows",
        title=charts.title(plan),
        x=literal(measure),
        y='"place"',
        color=literal(outer),
        orientation='"h"',
        labels=f'{{"place": "", {literal(measure)}: {shown(measure)}, {literal(outer)}: {shown(outer)}}}',
    )
    script.block(
        "In the order of the table, one label each",
        "fig.update_yaxes(",
        '    categoryorder="array", categoryarray=chart_rows["place"], autorange="reversed", dtick=1, title=shown_of',
        ")",
        "fig.update_layout(showlegend=False)  # the labels say it",
    )


def _heatmap(script: Script, plan: AnalysisPlan) -> None:
    """One field for each pair; of many rows and columns those with the highest values."""
    names, measure = key_names(plan), _told(plan)
    script.need("import plotly.express as px")
    lines = [
        f"grid = result.pivot(index={literal(names[0])}, columns={literal(names[1])}, values={literal(measure)})"
    ]
    why = "Chart: one field for each pair"
    rows, columns = charts.MANY_BARS, charts.MANY_FIELDS
    for axis, group, most in ((1, plan.groups[0], rows), (0, plan.groups[1], columns)):
        side = "index" if axis == 1 else "columns"
        if group.grain is None:
            lines.append(
                f'best = grid.max(axis={axis}).sort_values(ascending=False, kind="stable").index[:{most}]'
            )
        else:
            lines.append(f"best = grid.{side}[-{most}:]")
        lines.append(
            f"shown_{side} = '' if len(best) == len(grid.{side}) else f': {{len(best)}} of {{len(grid.{side}):,}}'"
        )
        lines.append("grid = grid.loc[best]" if axis == 1 else "grid = grid[best]")
    script.block(f"{why}, {rows} rows and {columns} columns at most; the table has all", *lines)
    script.block(
        "Drawn",
        "fig = px.imshow(",
        "    grid.rename(index=str, columns=str),",
        '    aspect="auto",',
        '    color_continuous_scale="Teal",',
        "    labels={",
        f'        "x": {shown(names[1])} + shown_columns,',
        f'        "y": {shown(names[0])} + shown_index,',
        f'        "color": {shown(measure)},',
        "    },",
        f"    title={shown(charts.title(plan))},",
        '    template="plotly_white",',
        ")",
        'fig.update_xaxes(type="category")',
        'fig.update_yaxes(type="category", dtick=1)',
    )


def _two_keys(script: Script, plan: AnalysisPlan, table: TableContext, kind: ChartKind) -> None:
    names, measure = key_names(plan), _told(plan)
    time = charts.along(plan, table)
    ordered = plan.groups[time].grain is not None or charts.is_number(plan.groups[time].column, table)
    across, series = names[time], names[1 - time]
    whole = kind in {"stacked", "area"} and charts.adds_up(plan)
    _series(script, plan, across, series, measure, whole=whole)
    if kind in {"bar", "stacked"}:
        _bars(script, plan, table, kind, across=across, series=series, ordered=ordered)
    else:
        more = {"markers": "True"} if kind == "line" else {}
        axis = {"x": literal(across), "y": literal(measure), "color": literal(series)}
        labels = labels_of(across, series, measure)
        express(script, kind, "chart_rows", title=charts.title(plan), **axis, **more, labels=labels)
        script.block("The axis starts at zero", 'fig.update_yaxes(rangemode="tozero")')
    script.block(
        "What the colours are",
        f'legend = {{"orientation": "h", "y": -0.2, "yanchor": "top", "title": {shown(series)} + shown_of}}',
        "fig.update_layout(legend=legend)",
    )


def _bars(
    script: Script,
    plan: AnalysisPlan,
    table: TableContext,
    kind: ChartKind,
    *,
    across: str,
    series: str,
    ordered: bool,
) -> None:
    """Bars side by side or on top of each other; many of them lie, so that each label has a line."""
    measure, by = _told(plan), "sum" if charts.adds_up(plan) else "max"
    place = key_names(plan).index(across)
    alone = plan.model_copy(update={"groups": (plan.groups[place],)})
    long = not ordered and charts.is_long(alone, table)
    axis = {"x": literal(across), "y": literal(measure), "color": literal(series)}
    if long:
        axis = {"x": literal(measure), "y": literal(across), "color": literal(series), "orientation": '"h"'}
    if not ordered:
        weights = f"result.groupby({literal(across)})[{literal(measure)}].{by}()"
        script.block(
            f"At most {charts.MANY_BARS} of {across}, those with the highest values",
            f"widest = {weights}.nlargest({charts.MANY_BARS}).index",
            f"chart_rows = chart_rows[chart_rows[{literal(across)}].isin(widest)]",
            f"every = result[{literal(across)}].nunique()",
            "across_of = '' if len(widest) == every else f': the {len(widest)} largest of {every:,}'",
        )
    mode = '"relative"' if kind == "stacked" else '"group"'
    labels = labels_of(across, series, measure)
    express(script, "bar", "chart_rows", title=charts.title(plan), **axis, barmode=mode, labels=labels)
    side = "y" if long else "x"
    more = f", title={shown(across)} + across_of" if not ordered else ""
    if long:
        more += ', autorange="reversed", dtick=1, categoryorder="array", categoryarray=widest'
    script.block("One label a group", f'fig.update_{side}axes(type="category"{more})')


def _series(
    script: Script, plan: AnalysisPlan, across: str, series: str, measure: str, *, whole: bool
) -> None:
    """`chart_rows`: the largest of many series; where parts are stacked, the others as one more."""
    by = "sum" if charts.adds_up(plan) else "max"
    most = charts.MANY_SERIES - 1 if whole else charts.MANY_SERIES
    weight = f"result.groupby({literal(series)})[{literal(measure)}].{by}()"
    lines = [
        f"weight = {weight}",
        f"largest = weight.nlargest({most}).index",
        f"chart_rows = result[result[{literal(series)}].isin(largest)]",
        "shown_of = '' if len(largest) == len(weight) else f': {len(largest)} of {len(weight):,}'",
    ]
    if whole:
        lines += [
            f"rest = result[~result[{literal(series)}].isin(largest)]",
            "if len(rest):",
            f"    others = rest.groupby({literal(across)}, as_index=False)[{literal(measure)}].sum()",
            f'    others[{literal(series)}] = "all others"',
            "    chart_rows = pd.concat([chart_rows, others], ignore_index=True)",
        ]
    script.block(f"The chart shows at most {most} of {series}, the table all", *lines)
