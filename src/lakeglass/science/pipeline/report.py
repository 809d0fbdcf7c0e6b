"""The report: one page that needs no network and no script, made from the artifacts and from nothing else."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from lakeglass.lake.model import Statistics
from lakeglass.science.checks import Figure, alike
from lakeglass.science.figures import measured, shown
from lakeglass.science.forecast.model import SeriesForecast
from lakeglass.science.metrics import MeasuredValue, title_of
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.contents import Contents
from lakeglass.science.pipeline.figures import dependences, importance, losses
from lakeglass.science.pipeline.model import Result
from lakeglass.science.pipeline.pictures import drawn, foretold
from lakeglass.science.pipeline.theme import Theme
from lakeglass.science.pipeline.words import in_words

_SHOWN_CELLS = 24


def render(*, statistics: Statistics, known: Contents, result: Result, theme: Theme | None = None) -> str:
    """The page as HTML; whatever comes from the data or from a model is escaped."""
    # A template of ours, filled once: names and values of the data only ever go through its escaping.
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {
        "figure": _figure,
        "n": _number,
        "measured": measured,
        "percent": _percent,
        "clause": in_words,
        "cell": _cell,
        "foretold": _foretold,
        "measure": title_of,
        "sentence": _sentence,
    }
    template = page.from_string(files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8"))
    modeling, explanation = known.modeling, known.explanation
    return template.render(
        manifest=known.manifest,
        statistics=statistics,
        eda=known.eda,
        clarification=known.clarification,
        modeling=modeling,
        critique=known.critique,
        result=result,
        findings=alike(known.eda.examination.findings),
        theme=theme or Theme(),
        explanation=explanation,
        forecasting=known.forecasting,
        clustering=known.clustering,
        repairs=known.repairs,
        importance=importance(explanation) if explanation else None,
        dependences=dependences(explanation, statistics) if explanation else [],
        folds=losses(modeling) if modeling else None,
        baseline=_baseline(modeling) if modeling else {},
        beside=_beside(modeling) if modeling else {},
        version=version("lakeglass"),
    )


def _baseline(modeling: Modeling) -> dict[str, MeasuredValue]:
    return {each.measure: each for each in modeling.baseline}


def _beside(modeling: Modeling) -> dict[str, MeasuredValue]:
    return {each.measure: each for each in modeling.baseline_holdout}


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
