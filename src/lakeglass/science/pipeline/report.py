"""The report: one page that needs no network and no script, made from the artifacts and from nothing else."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from lakeglass.lake.model import Statistics
from lakeglass.science.checks import Figure
from lakeglass.science.clusters.model import Clustering
from lakeglass.science.explain.model import Dependence, Explanation
from lakeglass.science.forecast.model import Forecasting, SeriesForecast
from lakeglass.science.metrics import MeasuredValue
from lakeglass.science.model import Modeling, Standing
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, Manifest, Result, shown
from lakeglass.science.pipeline.pictures import drawn, foretold
from lakeglass.science.pipeline.theme import Theme
from lakeglass.science.pipeline.words import in_words
from lakeglass.science.repairs.model import Repairs

_SHOWN_CELLS = 24


def render(
    *,
    manifest: Manifest,
    statistics: Statistics,
    eda: Eda,
    clarification: Clarification,
    modeling: Modeling | None,
    explanation: Explanation | None,
    forecasting: Forecasting | None = None,
    clustering: Clustering | None = None,
    repairs: Repairs | None = None,
    critique: Critique,
    result: Result,
    theme: Theme | None = None,
) -> str:
    """The page as HTML; whatever comes from the data is escaped."""
    # A template of ours, filled once: names and values of the data only ever go through its escaping.
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {
        "figure": _figure,
        "n": _number,
        "percent": _percent,
        "clause": in_words,
        "cell": _cell,
        "foretold": _foretold,
        "sentence": _sentence,
    }
    template = page.from_string(files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8"))
    return template.render(
        manifest=manifest,
        statistics=statistics,
        eda=eda,
        clarification=clarification,
        modeling=modeling,
        critique=critique,
        result=result,
        theme=theme or Theme(),
        explanation=explanation,
        forecasting=forecasting,
        clustering=clustering,
        repairs=repairs,
        importance=_importance(explanation) if explanation else None,
        dependences=_dependences(explanation, statistics) if explanation else [],
        folds=_folds(modeling) if modeling else None,
        baseline=_baseline(modeling) if modeling else {},
        beside=_beside(modeling) if modeling else {},
        version=version("lakeglass"),
    )


def _folds(modeling: Modeling) -> Figure | None:
    """The losses of the finished configurations, the best first."""
    finished = [each for each in modeling.leaderboard if each.state == "finished"][:12]
    if not finished:
        return None
    return Figure(
        kind="bars",
        title="Loss of each finished configuration",
        x_title="configuration, the best first (lower is better)",
        y_title="loss",
        x=tuple(_name(each) for each in finished),
        y=tuple(each.loss for each in finished),
    )


def _importance(explanation: Explanation) -> Figure:
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


def _dependences(explanation: Explanation, statistics: Statistics) -> list[Figure]:
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


def _baseline(modeling: Modeling) -> dict[str, MeasuredValue]:
    return {each.measure: each for each in modeling.baseline}


def _beside(modeling: Modeling) -> dict[str, MeasuredValue]:
    return {each.measure: each for each in modeling.baseline_holdout}


def _name(standing: Standing) -> str:
    return standing.candidate


def _figure(figure: Figure | None) -> Markup:
    # `drawn` escapes every text that it takes from the data.
    return Markup(drawn(figure)) if figure is not None else Markup("")  # noqa: S704


def _foretold(one: SeriesForecast) -> Markup:
    # `foretold` escapes every text that it takes from the data.
    return Markup(foretold(one))  # noqa: S704


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else shown(value)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _cell(value: float | str | bool | None) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value)
    text = "" if value is None else str(value)
    return text if len(text) <= _SHOWN_CELLS else text[: _SHOWN_CELLS - 1] + "…"
