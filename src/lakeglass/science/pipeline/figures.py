"""The figures of a report beside those that findings carry, and all of them as PNG."""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.lake.model import Statistics
from lakeglass.science.checks import Figure
from lakeglass.science.explain.model import Dependence, Explanation
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.model import Eda
from lakeglass.science.pipeline.painted import painted
from lakeglass.science.pipeline.pictures import drawn, foretold

PLOTS = "plots"
"""The folder of the PNGs."""
# Findings whose figures are painted, the gravest first: a wide table may have thousands, and nobody looks at them all.
_MOST_FINDINGS = 100


def plots(
    *,
    statistics: Statistics,
    eda: Eda,
    modeling: Modeling | None,
    explanation: Explanation | None,
    forecasting: Forecasting | None,
    accent: str,
) -> Iterator[tuple[str, bytes]]:
    """Each figure of the report as a PNG under its name; names hold nothing of the data."""
    for name, title, svg in _figures(statistics, eda, modeling, explanation, forecasting):
        if svg:
            yield f"{PLOTS}/{name}.png", painted(svg, title=title, accent=accent)


def _figures(
    statistics: Statistics,
    eda: Eda,
    modeling: Modeling | None,
    explanation: Explanation | None,
    forecasting: Forecasting | None,
) -> Iterator[tuple[str, str, str]]:
    """Name, title and SVG of each."""
    for number, one in enumerate(forecasting.forecasts if forecasting else (), start=1):
        told = f"{forecasting.target} told ahead" if forecasting else ""
        yield f"forecast-{number:02}", f"{told}: {one.series}" if one.series else told, foretold(one)
    named: list[tuple[str, Figure | None]] = []
    if modeling is not None:
        named.append(("losses", losses(modeling)))
    if explanation is not None:
        named.append(("importance", importance(explanation)))
        several = dependences(explanation, statistics)
        named += [(f"dependence-{number:02}", each) for number, each in enumerate(several, start=1)]
    for number, finding in enumerate(eda.examination.findings[:_MOST_FINDINGS], start=1):
        named.append((f"finding-{number:02}-{finding.code}", finding.figure))
    for name, figure in named:
        if figure is not None:
            yield name, figure.title, drawn(figure)


def losses(modeling: Modeling) -> Figure | None:
    """The losses of the finished configurations, the best first."""
    finished = [each for each in modeling.leaderboard if each.state == "finished"][:12]
    if not finished:
        return None
    return Figure(
        kind="bars",
        title="Loss of each finished configuration",
        x_title="configuration, the best first (lower is better)",
        y_title="loss",
        x=tuple(each.candidate for each in finished),
        y=tuple(each.loss for each in finished),
    )


def importance(explanation: Explanation) -> Figure:
    """The columns that matter most, by the loss that shuffling them adds."""
    shown = [each for each in explanation.importance if each.loss_added > 0][:12]
    return Figure(
        kind="bars",
        title="Loss added when a column is shuffled",
        x_title="column, the one that matters most first",
        y_title="loss added",
        x=tuple(each.column for each in shown),
        y=tuple(each.loss_added for each in shown),
    )


def dependences(explanation: Explanation, statistics: Statistics) -> list[Figure]:
    """Predictions along the columns that matter most, without those whose values are personal."""
    personal = {column.name for column in statistics.columns if column.pii}
    return [_dependence(each) for each in explanation.dependence if each.column not in personal][:4]


def _dependence(dependence: Dependence) -> Figure:
    return Figure(
        kind="bars" if any(each.number is None for each in dependence.points) else "line",
        title=f"Mean prediction of {dependence.of} along {dependence.column}",
        x_title=f"{dependence.column} (mean prediction of {dependence.of})",
        y_title=dependence.of,
        x=tuple(each.value for each in dependence.points),
        y=tuple(each.prediction for each in dependence.points),
    )
