"""The second half of a script: the figure, drawn from `result` so that chart and table agree."""

from __future__ import annotations

from lakeglass.ask import charts
from lakeglass.ask.codegen.literals import literal, shown
from lakeglass.ask.codegen.model_figure import write_model_figure
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.codegen.series import write_series_figure
from lakeglass.ask.plan import AnalysisPlan, ChartKind, TableContext
from lakeglass.ask.plan.naming import ROWS, SHARE, key_names, measure_names, series_name

SCATTER_POINTS = 5_000


def write_figure(script: Script, plan: AnalysisPlan, table: TableContext) -> bool:
    """Write `fig` if a chart fits; says whether it did."""
    kind = charts.chart_kind(plan, table)
    if kind == "none":
        return False
    if plan.statistic is not None:
        _statistic_figure(script, plan, kind)
    elif plan.per is not None and plan.limit is not None:
        _places_within(script, plan)
    elif len(plan.groups) == 1:
        _one_key(script, plan, table, kind)
    else:
        _two_keys(script, plan, kind)
    return True


def _express(script: Script, call: str, data: str, *, title: str, **arguments: str) -> None:
    script.need("import plotly.express as px")
    lines = [f"fig = px.{call}(", f"    {data},"]
    lines += [f"    {name}={value}," for name, value in arguments.items()]
    lines += [f"    title={shown(title)},", '    template="plotly_white",', ")"]
    script.block("Chart", *lines)


def _labels(*names: str) -> str:
    return "{" + ", ".join(f"{literal(n)}: {shown(n)}" for n in dict.fromkeys(names)) + "}"


def _told(plan: AnalysisPlan) -> str:
    """The column that the chart is about: what follows along time, otherwise the first measure."""
    return series_name(plan) if plan.series is not None else measure_names(plan)[0]


def _one_key(script: Script, plan: AnalysisPlan, table: TableContext, kind: ChartKind) -> None:
    key, name = key_names(plan)[0], _told(plan)
    group = plan.groups[0]
    column = table.column(group.column)
    timeline = group.grain in charts.TIMELINE
    distinct = column.distinct if column is not None and group.grain is None else 0
    data, title = "result", charts.title(plan)
    if plan.picks_one:
        data = "ranking.head(10)"
        title = charts.title(plan.model_copy(update={"limit": None}))
    elif distinct > charts.MANY_BARS and plan.limit is None and kind in {"bar", "pie"}:
        script.block(
            f"The chart shows {charts.MANY_BARS} of them, the table all",
            f"chart_rows = result.head({charts.MANY_BARS})",
        )
        data, title = "chart_rows", f"{title} (first {charts.MANY_BARS})"
    if kind == "pie":
        _express(script, "pie", data, title=title, names=literal(key), values=literal(name))
        return
    labels = _labels(key, name)
    if kind == "line":
        _express(
            script, "line", data, title=title, x=literal(key), y=literal(name), markers="True", labels=labels
        )
        script.block("Counts and sums start at zero", 'fig.update_yaxes(rangemode="tozero")')
        return
    if kind == "scatter":
        _express(script, "scatter", data, title=title, x=literal(key), y=literal(name), labels=labels)
        return
    many = min(distinct, charts.MANY_BARS, plan.limit or distinct)
    if not timeline and group.grain is None and (many > charts.LONG_BARS or plan.picks_one):
        _express(
            script,
            "bar",
            data,
            title=title,
            x=literal(name),
            y=literal(key),
            orientation='"h"',
            labels=labels,
        )
        script.block(
            "Bars in the order of the table, one label each",
            'fig.update_yaxes(type="category", autorange="reversed", dtick=1)',
        )
        return
    _express(script, "bar", data, title=title, x=literal(key), y=literal(name), labels=labels)
    script.block("One label a bar", 'fig.update_xaxes(type="category")')


def _places_within(script: Script, plan: AnalysisPlan) -> None:
    outer, *inner = key_names(plan)
    measure = measure_names(plan)[0]
    label = ' + " · " + '.join(f'chart_rows[{literal(k)}].astype("str")' for k in (outer, *inner))
    script.block(
        f"The chart shows {charts.MANY_BARS} of them, the table all",
        f"chart_rows = result.head({charts.MANY_BARS})",
        f"chart_rows = chart_rows.assign(place={label})",
    )
    _express(
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
        'fig.update_yaxes(categoryorder="array", categoryarray=chart_rows["place"], autorange="reversed", dtick=1)',
    )


def _two_keys(script: Script, plan: AnalysisPlan, kind: ChartKind) -> None:
    names, measure = key_names(plan), _told(plan)
    time = next((i for i, g in enumerate(plan.groups) if g.grain in charts.TIMELINE), 0)
    across, series = names[time], names[1 - time]
    title = charts.title(plan)
    if kind == "heatmap":
        script.need("import plotly.express as px")
        script.block(
            "Chart: one field for each pair, the rows with the highest values at the top",
            f"grid = result.pivot(index={literal(names[0])}, columns={literal(names[1])}, values={literal(measure)})",
            f"grid = grid.loc[grid.max(axis=1).sort_values(ascending=False).index].iloc[:{charts.MANY_BARS}, :40]",
            "fig = px.imshow(",
            "    grid,",
            '    aspect="auto",',
            '    color_continuous_scale="Teal",',
            f'    labels={{"x": {shown(names[1])}, "y": {shown(names[0])}, "color": {shown(measure)}}},',
            f"    title={shown(title)},",
            '    template="plotly_white",',
            ")",
        )
        return
    weight = f"result.groupby({literal(series)})[{literal(measure)}].max()"
    script.block(
        f"The chart shows at most {charts.MANY_SERIES} of {series}, the table all",
        f"largest = {weight}.nlargest({charts.MANY_SERIES}).index",
        f"chart_rows = result[result[{literal(series)}].isin(largest)]",
    )
    arguments = {"x": literal(across), "y": literal(measure), "color": literal(series)}
    if kind == "bar":
        arguments["barmode"] = '"group"'
    if kind == "line":
        arguments["markers"] = "True"
    _express(script, kind, "chart_rows", title=title, **arguments, labels=_labels(across, series, measure))
    if kind == "bar":
        script.block("One label a group", 'fig.update_xaxes(type="category")')
    else:
        script.block("The axis starts at zero", 'fig.update_yaxes(rangemode="tozero")')


def _statistic_figure(script: Script, plan: AnalysisPlan, kind: ChartKind) -> None:
    statistic = plan.statistic
    assert statistic is not None
    title = charts.title(plan)
    if statistic.kind == "model":
        write_model_figure(script, statistic, title=title)
    elif statistic.timeline is not None:
        write_series_figure(script, statistic, title=title)
    elif statistic.kind == "correlation":
        _correlation_figure(script, statistic.columns, title=title)
    elif statistic.kind == "missing":
        script.block("The chart leaves out complete columns", 'gaps = result[result["missing"] > 0].head(30)')
        _express(script, "bar", "gaps", title=title, x='"missing"', y='"column"', orientation='"h"')
        script.block(
            "Most gaps at the top", 'fig.update_yaxes(type="category", autorange="reversed", dtick=1)'
        )
    elif plan.groups:
        _box(script, plan, statistic.columns[0], title=title)
    elif kind == "histogram":
        name = statistic.columns[0]
        script.block("Middle of each interval", 'middle = (result["from"] + result["to"]) / 2')
        labels = f'{{"x": {shown(name)}, "rows": "rows"}}'
        _express(script, "bar", "result", title=title, x="middle", y='"rows"', labels=labels)
        script.block("A histogram has no gaps between its bars", "fig.update_layout(bargap=0)")
    else:
        name = (
            statistic.columns[0]
            if statistic.columns[0] not in {ROWS, SHARE}
            else f"{statistic.columns[0]} value"
        )
        data = f"result.head({charts.MANY_BARS})"
        if kind == "pie":
            _express(script, "pie", data, title=title, names=literal(name), values=literal(ROWS))
            return
        _express(
            script,
            "bar",
            data,
            title=title,
            x=literal(ROWS),
            y=literal(name),
            orientation='"h"',
            labels=_labels(name),
        )
        script.block(
            "Most frequent at the top", 'fig.update_yaxes(type="category", autorange="reversed", dtick=1)'
        )


def _correlation_figure(script: Script, columns: tuple[str, ...], *, title: str) -> None:
    if len(columns) == 2:
        first, second = columns
        script.block(
            f"The chart shows at most {SCATTER_POINTS} points, drawn at random with a fixed seed",
            f"points = pairs.sample(min(len(pairs), {SCATTER_POINTS}), random_state=0)",
        )
        _express(
            script,
            "scatter",
            "points",
            title=title,
            x=literal(first),
            y=literal(second),
            opacity="0.5",
            labels=_labels(first, second),
        )
        return
    script.need("import plotly.express as px")
    script.block(
        "Chart: the matrix, from -1 (opposed) over 0 to 1 (together)",
        "fig = px.imshow(",
        "    matrix.rename(index=str, columns=str),",
        "    zmin=-1,",
        "    zmax=1,",
        '    color_continuous_scale="RdBu",',
        '    aspect="auto",',
        f"    title={shown(title)},",
        '    template="plotly_white",',
        ")",
    )


def _box(script: Script, plan: AnalysisPlan, column: str, *, title: str) -> None:
    script.need("import plotly.graph_objects as go")
    key = key_names(plan)[0]
    script.block(
        "Chart: boxes from the five numbers, whiskers from minimum to maximum",
        f'shown = result.sort_values("rows", ascending=False).head({charts.MANY_BARS})',
        "fig = go.Figure(",
        "    go.Box(",
        f'        x=shown[{literal(key)}].astype("str"),',
        '        lowerfence=shown["minimum"],',
        '        q1=shown["lower quartile"],',
        '        median=shown["median"],',
        '        q3=shown["upper quartile"],',
        '        upperfence=shown["maximum"],',
        "    )",
        ")",
        f'fig.update_layout(title={shown(title)}, template="plotly_white")',
        f"fig.update_yaxes(title={shown(column)})",
        f'fig.update_xaxes(title={shown(key)}, type="category")',
    )
