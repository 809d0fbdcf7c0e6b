"""Boxes and violins: how the numbers of a column spread, as a whole or in each group."""

from __future__ import annotations

from lakeglass.ask import charts
from lakeglass.ask.codegen.express import express, labels_of
from lakeglass.ask.codegen.literals import listing, literal, shown
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.plan.naming import ROWS, key_names

POINTS = 5_000


def write_box(script: Script, plan: AnalysisPlan, column: str, *, title: str, long: bool) -> None:
    """Boxes from five numbers, whiskers from minimum to maximum; of many groups those with the most rows."""
    script.need("import plotly.graph_objects as go")
    if not plan.groups:
        script.block(
            "Chart: a box from the five numbers, whiskers from minimum to maximum",
            "five = values.quantile([0, 0.25, 0.5, 0.75, 1]).to_list()",
            "fig = go.Figure(",
            "    go.Box(",
            f"        x=[{shown(column)}],",
            "        lowerfence=five[:1],",
            "        q1=five[1:2],",
            "        median=five[2:3],",
            "        q3=five[3:4],",
            "        upperfence=five[4:],",
            "    )",
            ")",
            f'fig.update_layout(title={shown(title)}, template="plotly_white")',
            f"fig.update_yaxes(title={shown(column)})",
        )
        return
    key = key_names(plan)[0]
    lines = ', autorange="reversed", dtick=1' if long else ""
    script.block(
        f"Chart: boxes from the five numbers, whiskers from minimum to maximum; {charts.MANY_BARS} at most",
        *_most_rows(plan),
        "fig = go.Figure(",
        "    go.Box(",
        f'        {"y" if long else "x"}=boxes[{literal(key)}].astype("str"),',
        '        lowerfence=boxes["minimum"],',
        '        q1=boxes["lower quartile"],',
        '        median=boxes["median"],',
        '        q3=boxes["upper quartile"],',
        '        upperfence=boxes["maximum"],',
        *(['        orientation="h",'] if long else []),
        "    )",
        ")",
        f'fig.update_layout(title={shown(title)}, template="plotly_white")',
        f"fig.update_{'x' if long else 'y'}axes(title={shown(column)})",
        f'fig.update_{"y" if long else "x"}axes(title={shown(key)} + shown_of, type="category"{lines})',
    )


def _most_rows(plan: AnalysisPlan) -> list[str]:
    """Lines that set `boxes`: of many groups those with the most rows, of periods the latest."""
    timeline = plan.groups[0].grain is not None
    some = (
        f"result.tail({charts.MANY_BARS})" if timeline else f'result.nlargest({charts.MANY_BARS}, "{ROWS}")'
    )
    which = "the last" if timeline else "the most frequent"
    return [
        f"boxes = result if len(result) <= {charts.MANY_BARS} else {some}",
        "shown_of = (",
        f'    "" if len(boxes) == len(result) else f": {which} {{len(boxes)}} of {{len(result):,}}"',
        ")",
    ]


def write_violin(script: Script, plan: AnalysisPlan, column: str, *, title: str, frame: str) -> None:
    """Violins from the values themselves, a sample of many."""
    if not plan.groups:
        script.block(
            f"The chart draws at most {POINTS:,} values, taken at random with a fixed seed",
            f"points = values.sample(min(len(values), {POINTS}), random_state=0).to_frame()",
        )
        express(
            script, "violin", "points", title=title, y=literal(column), box="True", labels=labels_of(column)
        )
        return
    key = key_names(plan)[0]
    source = plan.groups[0].column
    script.block(
        f"The chart draws {charts.MANY_SERIES} groups and {POINTS:,} values at most, taken at random with a fixed seed",
        f'frequent = result.nlargest({charts.MANY_SERIES}, "{ROWS}")[{literal(key)}]',
        f"points = {frame}[{listing([source, column])}].dropna()",
        f"points = points[points[{literal(source)}].isin(frequent)]",
        f"points = points.sample(min(len(points), {POINTS}), random_state=0).sort_values({literal(source)})",
        f'points[{literal(source)}] = points[{literal(source)}].astype("str")',
        'shown_of = "" if len(frequent) == len(result) else f": {len(frequent)} of {len(result):,}"',
    )
    express(
        script,
        "violin",
        "points",
        title=title,
        x=literal(source),
        y=literal(column),
        box="True",
        labels=labels_of(source, column),
    )
    script.block("What the groups are", f'fig.update_xaxes(type="category", title={shown(key)} + shown_of)')
