"""Trend, season and forecast: one number a period, then functions that the code carries with it."""

from __future__ import annotations

from lakeglass.ask.codegen.literals import literal, shown
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.library import source_of
from lakeglass.ask.plan import AnalysisPlan, Statistic, TableContext, Timeline
from lakeglass.ask.plan.analyses import SeriesAggregate, SeriesGrain
from lakeglass.ask.plan.naming import plain, series_words

FREQUENCY: dict[SeriesGrain, str] = {"year": "Y", "quarter": "Q", "month": "M", "week": "W", "day": "D"}
_SMALLEST = 4
_REDUCED: dict[SeriesAggregate, str] = {
    "count": "size()",
    "distinct": "nunique()",
    "sum": "sum()",
    "mean": "mean()",
    "median": "median()",
    "min": "min()",
    "max": "max()",
}
_PLACES = {
    ("month", 12): ("month", "%B"),
    ("day", 7): ("day_of_week", "%A"),
    ("quarter", 4): ("quarter", "Q%q"),
}


def write_series(
    script: Script, plan: AnalysisPlan, statistic: Statistic, table: TableContext, *, frame: str
) -> None:
    """Write `series` and the analysis of it."""
    timeline = statistic.timeline
    assert timeline is not None
    _series(script, plan, statistic, table, frame=frame)
    match statistic.kind:
        case "trend":
            _trend(script, timeline, statistic.level)
        case "seasonality":
            _season(script, timeline)
        case _:
            _forecast(script, timeline)


def _series(
    script: Script, plan: AnalysisPlan, statistic: Statistic, table: TableContext, *, frame: str
) -> None:
    timeline = statistic.timeline
    assert timeline is not None
    name, frequency = statistic.columns[0], FREQUENCY[timeline.grain]
    needed = ", ".join(literal(c) for c in statistic.columns)
    column = table.column(name)
    period = f'rows[{literal(name)}].dt.to_period("{frequency}")'
    if column is not None and column.kind == "integer":
        period = f'pd.PeriodIndex(rows[{literal(name)}].astype(int).astype("str"), freq="{frequency}")'
    of = f"[{literal(statistic.columns[1])}]" if timeline.aggregate != "count" else ""
    first, last = "series.index.min()", "series.index.max()"
    if timeline.gaps == "zero" and plan.conditions and all(f.column != name for f in plan.conditions):
        first, last = (
            f"df[{literal(name)}].{edge}()" for edge in ("min", "max")
        )  # no rows kept is 0, not unknown
    script.block(
        f"{series_words(statistic)} by {timeline.grain}",
        f"rows = {frame}.dropna(subset=[{needed}])",
        f"period = {period}",
        f"series = rows.groupby(period){of}.{_REDUCED[timeline.aggregate]}",
        f'every = pd.period_range({first}, {last}, freq="{frequency}")',
    )
    if timeline.gaps == "zero":
        script.block(
            f"A {timeline.grain} without rows counts 0", "series = series.reindex(every, fill_value=0)"
        )
    elif statistic.kind == "trend":
        script.block(f"A {timeline.grain} without rows has no value", "series = series.reindex(every)")
    else:
        script.block(
            f"A {timeline.grain} without rows lies on the line between its neighbours",
            'series = series.reindex(every).astype("float64").interpolate()',
        )


def _carry(script: Script, *names: str) -> None:
    script.need("import numpy as np")
    for name in names:
        lines = source_of("time_series", name)
        script.block(f"Carried with the code: {name}", *lines)


def _trend(script: Script, timeline: Timeline, level: float) -> None:
    script.need("import numpy as np")
    script.need("from scipy import stats")
    script.block(
        "A straight line through the series",
        "known = series.dropna()",
        "x = np.flatnonzero(series.notna())",
        'fit = stats.linregress(x, known.astype("float64"))',
        "result = pd.DataFrame(",
        "    {",
        f"        {literal('slope per ' + timeline.grain)}: [fit.slope],",
        '        "r squared": [fit.rvalue**2],',
        '        "p-value": [fit.pvalue],',
        f'        "significant": [bool(fit.pvalue < {level!r})],',
        '        "first": [known.iloc[0]],',
        '        "last": [known.iloc[-1]],',
        '        "periods": [len(known)],',
        "    }",
        ")",
    )


def _season(script: Script, timeline: Timeline) -> None:
    length = timeline.season or 1
    script.block(
        f"A season of {length} {timeline.grain}s shows in three of them at least",
        f"if len(series) < {3 * length}:",
        f'    raise ValueError(f"The season needs {3 * length} {timeline.grain}s, there are {{len(series)}}.")',
    )
    _carry(script, "seasonal_parts", "seasonal_strength")
    script.block(
        "How far each place of the season lies above or below the trend, on average",
        f"parts = seasonal_parts(series, {length})",
        f'effects = parts["season"].iloc[:{length}]',
    )
    part, form = _PLACES.get((timeline.grain, length), ("", ""))
    if part:
        heading = {"month": "month", "day_of_week": "weekday"}.get(part, part)
        script.block(
            "By name, in the order of the calendar",
            f"result = pd.DataFrame({{{literal(heading)}: effects.index.strftime({literal(form)}), "
            '"effect": effects.to_numpy()})',
            f"result = result.iloc[effects.index.{part}.argsort()].reset_index(drop=True)",
        )
    else:
        script.block(
            "By place, from the first period of the series on",
            f'result = pd.DataFrame({{"place": range(1, {length} + 1), "effect": effects.to_numpy()}})',
        )
    script.block("Strength: 0 is none, 1 is nothing else", 'result["strength"] = seasonal_strength(parts)')


def _forecast(script: Script, timeline: Timeline) -> None:
    ahead, season, certainty = timeline.ahead or 1, timeline.season or 1, repr(timeline.certainty)
    steps, skip, first = str(ahead), "", "series.index[-1] + 1"
    if timeline.until is not None:
        script.block(
            f"The last {timeline.grain} is not over on {timeline.until}, where the data end: it is left out",
            f'over = series.index < pd.Period({literal(timeline.until)}, freq="{FREQUENCY[timeline.grain]}")',
            "series, unfinished = series[over], int((~over).sum())",
        )
        steps, skip = f"{ahead} + unfinished", ".iloc[unfinished:].reset_index(drop=True)"
        first += " + unfinished"
    script.need("from scipy import stats")
    script.block(
        "A forecast needs some past",
        f"if len(series) < {_SMALLEST}:",
        f'    raise ValueError(f"A forecast needs {_SMALLEST} {timeline.grain}s at least, there are {{len(series)}}.")',
    )
    if timeline.method == "line":
        _carry(script, "straight_line")
        call, used = f"straight_line(series, {steps}, {certainty})", "1"
    elif timeline.method == "seasonal naive":
        _carry(script, "seasonal_naive")
        call = f"seasonal_naive(series, season, {steps}, {certainty})"
        used = f"{season} if len(series) >= {2 * season} else 1"
    else:
        script.need("from scipy import optimize, stats")
        _carry(script, "smooth", "holt_winters")
        call = f"holt_winters(series, season, {steps}, {certainty})"
        used = f"{season} if len(series) >= {2 * season} else 1" if season > 1 else "1"
    named = (
        'next_periods.start_time.strftime("%Y-%m-%d")'
        if timeline.grain == "week"
        else 'next_periods.astype("str")'
    )
    script.block(
        (f"The next {ahead} {timeline.grain}s" if ahead != 1 else f"The next {timeline.grain}")
        + (f"; a season of {season} is learnt from two of them at least" if season > 1 else ""),
        f"season = {used}",
        f"result = {call}{skip}",
        f'next_periods = pd.period_range({first}, periods={ahead}, freq="{FREQUENCY[timeline.grain]}")',
        f"result.insert(0, {literal(timeline.grain)}, {named})",
        'result["season"] = season',
    )


def write_series_figure(script: Script, statistic: Statistic, *, title: str) -> None:
    """Write `fig`: the series with its line or forecast, or the season's effects."""
    timeline = statistic.timeline
    assert timeline is not None
    name = series_words(statistic)
    if statistic.kind == "seasonality":
        script.need("import plotly.express as px")
        script.block(
            "Chart: above and below the trend",
            "fig = px.bar(",
            "    result,",
            "    x=result.columns[0],",
            '    y="effect",',
            f'    labels={{"effect": {shown("effect on " + plain(name))}}},',
            f"    title={shown(title)},",
            '    template="plotly_white",',
            ")",
            'fig.update_xaxes(type="category")',
        )
        return
    script.need("import plotly.graph_objects as go")
    script.block(
        "Chart: what is known",
        "fig = go.Figure()",
        'fig.add_scatter(x=series.index.to_timestamp(), y=series, mode="lines", name="known")',
    )
    if statistic.kind == "trend":
        script.block(
            "… and the line",
            "line = fit.intercept + fit.slope * np.arange(len(series))",
            'fig.add_scatter(x=series.index.to_timestamp(), y=line, mode="lines", name="trend")',
        )
    else:
        script.block(
            f"… and what is expected, with the interval of {100 * timeline.certainty:g} %",
            "later = next_periods.to_timestamp()",
            'fig.add_scatter(x=later, y=result["upper"], mode="lines", line={"width": 0}, showlegend=False)',
            "fig.add_scatter(",
            "    x=later,",
            '    y=result["lower"],',
            '    mode="lines",',
            '    line={"width": 0},',
            '    fill="tonexty",',
            '    fillcolor="rgba(99, 110, 250, 0.2)",',
            f'    name="{100 * timeline.certainty:g} % interval",',
            ")",
            'fig.add_scatter(x=later, y=result["forecast"], mode="lines+markers", name="forecast")',
        )
    script.block(
        "Title and axes",
        f'fig.update_layout(title={shown(title)}, template="plotly_white", hovermode="x")',
        'fig.update_layout(legend={"orientation": "h"})',
        f"fig.update_yaxes(title={shown(name)})",
    )
