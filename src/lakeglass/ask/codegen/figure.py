"""The second half of a script: the figure, drawn from `result` so that chart and table agree."""

from __future__ import annotations

from lakeglass.ask import charts
from lakeglass.ask.codegen.express import express, express_pie, labels_of, write_largest
from lakeglass.ask.codegen.group_figure import write_group_figure
from lakeglass.ask.codegen.literals import literal, shown
from lakeglass.ask.codegen.model_figure import write_model_figure
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.codegen.series import write_series_figure
from lakeglass.ask.codegen.spread_figure import write_box, write_violin
from lakeglass.ask.plan import AnalysisPlan, ChartKind, TableContext
from lakeglass.ask.plan.naming import ROWS, SHARE

SCATTER_POINTS = 5_000


def write_figure(script: Script, plan: AnalysisPlan, table: TableContext, *, frame: str) -> bool:
    """Write `fig` if a chart fits; says whether it did."""
    kind = charts.chart_kind(plan, table)
    if kind == "none":
        return False
    if plan.statistic is not None:
        _statistic_figure(script, plan, table, kind, frame=frame)
    else:
        write_group_figure(script, plan, table, kind)
    return True


def _statistic_figure(
    script: Script, plan: AnalysisPlan, table: TableContext, kind: ChartKind, *, frame: str
) -> None:
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
        express(script, "bar", "gaps", title=title, x='"missing"', y='"column"', orientation='"h"')
        script.block(
            "Most gaps at the top", 'fig.update_yaxes(type="category", autorange="reversed", dtick=1)'
        )
    elif kind == "violin":
        write_violin(script, plan, statistic.columns[0], title=title, frame=frame)
    elif kind == "box":
        write_box(script, plan, statistic.columns[0], title=title, long=charts.is_long(plan, table))
    elif kind == "histogram":
        name = statistic.columns[0]
        script.block("Middle of each interval", 'middle = (result["from"] + result["to"]) / 2')
        labels = f'{{"x": {shown(name)}, "rows": "rows"}}'
        express(script, "bar", "result", title=title, x="middle", y='"rows"', labels=labels)
        script.block("A histogram has no gaps between its bars", "fig.update_layout(bargap=0)")
    else:
        _frequencies(script, statistic.columns[0], kind, title=title)


def _frequencies(script: Script, column: str, kind: ChartKind, *, title: str) -> None:
    """How often each value occurs: bars or slices, the rare ones together."""
    name = column if column not in {ROWS, SHARE} else f"{column} value"
    most = charts.SLICES if kind == "pie" else charts.MANY_BARS
    heading = write_largest(
        script, name, ROWS, most=most, word="largest", others="always" if kind == "pie" else "small"
    )
    if kind == "pie":
        express_pie(script, "chart_rows", title=title, names=name, values=ROWS)
        return
    axis = {"x": literal(ROWS), "y": literal(name), "orientation": '"h"'}
    express(script, "bar", "chart_rows", title=title, **axis, labels=labels_of(name))
    script.block(
        "Most frequent at the top",
        f'fig.update_yaxes(type="category", autorange="reversed", dtick=1, title={heading})',
    )


def _correlation_figure(script: Script, columns: tuple[str, ...], *, title: str) -> None:
    if len(columns) == 2:
        first, second = columns
        script.block(
            f"The chart shows at most {SCATTER_POINTS} points, drawn at random with a fixed seed",
            f"points = pairs.sample(min(len(pairs), {SCATTER_POINTS}), random_state=0)",
        )
        express(
            script,
            "scatter",
            "points",
            title=title,
            x=literal(first),
            y=literal(second),
            opacity="0.5",
            labels=labels_of(first, second),
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
