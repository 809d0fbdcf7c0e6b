"""Charts of fitted models: predicted against actual, what was taken for what, weights, clusters."""

from __future__ import annotations

from lakeglass.ask import charts
from lakeglass.ask.codegen.literals import literal, shown
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import Statistic
from lakeglass.ask.plan.naming import plain

POINTS = 5_000


def write_model_figure(script: Script, statistic: Statistic, *, title: str) -> None:
    """Write `fig` for the model of a statistic."""
    script.need("import plotly.express as px")
    model = statistic.model
    assert model is not None
    if model.tells == "features":
        _weights(script, statistic, title=title)
    elif model.task == "clusters":
        _clusters(script, statistic, title=title)
    elif model.task == "numbers":
        _predicted(script, statistic, title=title)
    else:
        _confusion(script, title=title)


def _weights(script: Script, statistic: Statistic, *, title: str) -> None:
    model = statistic.model
    assert model is not None
    name, what = ("feature", "importance") if model.kind in {"tree", "forest"} else ("term", "coefficient")
    data = "result" if name == "feature" else 'result[result["term"] != "intercept"]'
    color = ['    color="class",', '    barmode="group",'] if model.kind == "logistic" else []
    script.block(
        f"Chart: the {charts.MANY_BARS} largest, the table has all",
        f"weights = {data}.sort_values({literal(what)}, key=abs, ascending=False).head({charts.MANY_BARS})",
        "fig = px.bar(",
        "    weights,",
        f"    x={literal(what)},",
        f"    y={literal(name)},",
        '    orientation="h",',
        *color,
        f"    title={shown(title)},",
        '    template="plotly_white",',
        ")",
        'fig.update_yaxes(type="category", autorange="reversed", dtick=1)',
    )


def _predicted(script: Script, statistic: Statistic, *, title: str) -> None:
    script.block(
        f"Chart: predicted against actual for at most {POINTS:,} held-out rows; on the line they agree",
        'points = pd.DataFrame({"actual": y_test.to_numpy(), "predicted": predicted})',
        f"points = points.sample(min(len(points), {POINTS}), random_state=0)",
        "fig = px.scatter(",
        "    points,",
        '    x="actual",',
        '    y="predicted",',
        "    opacity=0.6,",
        '    render_mode="svg",',
        f'    labels={{"actual": {shown("actual " + plain(statistic.columns[0]))}, '
        f'"predicted": {shown("predicted " + plain(statistic.columns[0]))}}},',
        f"    title={shown(title)},",
        '    template="plotly_white",',
        ")",
        'low, high = points["actual"].min(), points["actual"].max()',
        'fig.add_shape(type="line", x0=low, y0=low, x1=high, y1=high, line={"dash": "dot", "width": 1})',
    )


def _confusion(script: Script, *, title: str) -> None:
    script.block(
        "Chart: how many held-out rows of each class were taken for which",
        'confusion = pd.crosstab(y_test.to_numpy(), predicted, rownames=["actual"], colnames=["predicted"])',
        "fig = px.imshow(",
        "    confusion.rename(index=str, columns=str),",
        "    text_auto=True,",
        '    aspect="auto",',
        '    color_continuous_scale="Teal",',
        '    labels={"x": "predicted", "y": "actual", "color": "rows"},',
        f"    title={shown(title)},",
        '    template="plotly_white",',
        ")",
        'fig.update_xaxes(type="category")',
        'fig.update_yaxes(type="category")',
    )


def _clusters(script: Script, statistic: Statistic, *, title: str) -> None:
    first, second = statistic.columns[:2]
    script.block(
        "Chart: the first two columns, one colour for each cluster in the order of the table",
        f'order = rows.groupby(model.labels_)[{literal(first)}].mean().rank(method="first").astype(int)',
        "points = rows.assign(cluster=pd.Series(model.labels_, index=rows.index).map(order).astype(str))",
        f'points = points.sample(min(len(points), {POINTS}), random_state=0).sort_values("cluster")',
        "fig = px.scatter(",
        "    points,",
        f"    x={literal(first)},",
        f"    y={literal(second)},",
        '    color="cluster",',
        "    opacity=0.7,",
        '    render_mode="svg",',
        f"    labels={{{literal(first)}: {shown(first)}, {literal(second)}: {shown(second)}}},",
        f"    title={shown(title)},",
        '    template="plotly_white",',
        ")",
    )
