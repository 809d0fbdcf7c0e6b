"""A result in sentences that need no statistics: what was asked, what was found, how sure that is, what to do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from lakeglass.science.checks import alike
from lakeglass.science.clusters.model import Clustering, Group
from lakeglass.science.explain.model import Explanation
from lakeglass.science.figures import between, share_shown, shown
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.metrics import MeasuredValue, title_of
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, Result, StageTime
from lakeglass.science.prose.model import Wording
from lakeglass.science.repairs.model import Repairs
from lakeglass.science.tasks import TaskChoice

_MEASURES = {
    "roc_auc": "of two rows, one of each class, it ranks the right one higher in {} of cases",
    "log_loss": "its probabilities are off by a log loss of {}",
    "accuracy": "it names the right class for {} of rows",
    "rmse": "it is off by {} (root of the mean squared error)",
    "mae": "it is off by {} on average",
    "r2": "it explains {} of the variance",
}
MEASURE_NAMES = {
    "roc_auc": "the share of pairs that it ranks rightly",
    "log_loss": "the log loss",
    "brier": "the Brier score",
    "accuracy": "the share of rightly named classes",
    "rmse": "the error (root of the mean squared one)",
    "mae": "the mean error",
    "r2": "the share of the variance that it explains",
}
SHARES = frozenset({"roc_auc", "accuracy", "r2"})
# What a model is chosen by is not always what a person can picture; then this one is told first.
_PLAINER = {"log_loss": "accuracy", "rmse": "mae", "poisson_deviance": "mae"}
REPEATED = "seasonal naive"
# Candidates as the first screen names them, each explained where it is named.
_MODELS = {
    "linear": "a straight-line model (each column counts with a weight of its own)",
    "lightgbm": "boosted trees (many small decision trees, each mending what those before it got wrong)",
    "ebm": "a sum of curves (one curve for each column)",
    "forest": "a forest (many decision trees that vote)",
    "trees": "a forest of random cuts (many decision trees that vote)",
    "neighbours": "nearest neighbours (the rows known that are most alike)",
}
FORECASTERS = {
    "theta": "a smoothed level with half of the trend",
    "exponential smoothing": "a level, a trend and a season that follow the latest values",
    "autoregression": "what changes were followed by before",
    "boosted lags": "boosted trees (many small decision trees) over earlier values and the calendar",
    "mean of three": "the mean of three methods",
    "season of the year": "the season of the year and what the latest values say beside it",
}
_MOST_ADVICE, _MOST_NAMED, _MOST_MODELS, _MOST_GROUPS = 5, 3, 2, 4
_THREE = 3
"""Rows without a fault: in 95 of 100 cases at most three in so many are wrong (the rule of three)."""


def summary(
    name: str,
    eda: Eda,
    clarification: Clarification,
    modeling: Modeling | None,
    critique: Critique,
    *,
    explanation: Explanation | None = None,
    forecasting: Forecasting | None = None,
    clustering: Clustering | None = None,
    repairs: Repairs | None = None,
    stages: tuple[StageTime, ...],
    files: tuple[str, ...],
    wording: Wording | None = None,
) -> Result:
    """The artifact `result.json`; every number in it comes from the other artifacts."""
    return Result(
        name=name,
        asked=_asked(name, eda, clarification, modeling),
        found=_foretold(forecasting)
        + _grouped(clustering)
        + _found(eda, modeling, leaning_on(explanation), beside=forecasting is not None)
        + _repaired(repairs),
        sure=_held(forecasting) + _sure(modeling, critique, beside=forecasting is not None),
        do=tuple(each.text for each in advice(eda, critique, repairs)),
        verdict=critique.verdict,
        stages=stages,
        files=files,
        wording=wording,
    )


def _grouped(clustering: Clustering | None) -> str:
    if clustering is None:
        return ""
    if not clustering.groups:
        return f"{clustering.reason[:1].upper()}{clustering.reason[1:]}. "
    told = "; ".join(
        f"group {each.number} has {each.share:.0%} of the rows" + (f", {_trait(each)}" if each.traits else "")
        for each in clustering.groups[:_MOST_GROUPS]
    )
    more = len(clustering.groups) - _MOST_GROUPS
    others = f"; and {counted(more, 'smaller group')}" if more > 0 else ""
    return (
        f"The rows fall into {counted(len(clustering.groups), 'group')}, further apart than chance makes them, and "
        f"halves of the rows give the same ones: {told}{others}. "
    )


def _trait(group: Group) -> str:
    """What sets a group apart most."""
    trait = group.traits[0]
    if trait.kind == "mean":
        return f"{trait.column} {shown(trait.here)} on average ({shown(trait.overall)} over all rows)"
    return f"{trait.column} {trait.value} for {share_shown(trait.here)} ({share_shown(trait.overall)} of all rows)"


def _repaired(repairs: Repairs | None) -> str:
    if repairs is None or not repairs.made:
        return ""
    many = len(repairs.made)
    were = "was" if many == 1 else "were"
    return f" {counted(many, 'repair')} {were} made to what models saw; the table itself is as it was given."


def _foretold(forecasting: Forecasting | None) -> str:
    if forecasting is None:
        return ""
    best = forecasting.methods[0]
    naive = next((each for each in forecasting.methods if each.name == REPEATED), best)
    beside = (
        "no other method did better than that"
        if best.name == REPEATED
        else f"repeating the past was off by {share_shown(naive.smape / 100)}"
    )
    return (
        f"{_expected(forecasting)} It comes from "
        f"{'repeating the past' if best.name == REPEATED else FORECASTERS.get(best.name, best.name)}. Tried from "
        f"{counted(best.origins, 'earlier moment')} on, it was off by {share_shown(best.smape / 100)} on average; "
        f"{beside}. "
    )


def _expected(forecasting: Forecasting) -> str:
    """What comes, beside what was last, where one series is told ahead."""
    steps = counted(forecasting.horizon, forecasting.step)
    if len(forecasting.forecasts) != 1 or not forecasting.forecasts[0].history:
        return f"The next {steps} of {forecasting.target} were looked at for {counted(forecasting.series, 'series')}."
    (one,) = forecasting.forecasts
    last = [value for _, value in one.history[-len(one.ahead) :]]
    mean, before = sum(each.value for each in one.ahead) / len(one.ahead), sum(last) / len(last)
    return (
        f"Over the next {steps}, up to {one.ahead[-1].when}, {forecasting.target} is expected to be {shown(mean)} on "
        f"average; it was {shown(before)} over the {len(last):,} before."
    )


def _held(forecasting: Forecasting | None) -> str:
    """How far the ranges of a forecast can be believed."""
    widest = max(forecasting.coverage, key=lambda each: each.level, default=None) if forecasting else None
    if widest is None:
        return ""
    return (
        f"The forecast's ranges are meant to hold {widest.level:.0%} of what comes; at earlier moments they held "
        f"{widest.held:.0%} of {counted(widest.values, 'value')}. "
    )


def in_words(measured: MeasuredValue) -> str:
    """A measure as a clause."""
    return _MEASURES.get(measured.measure, f"its {title_of(measured.measure)} is {{}}").format(
        _value(measured)
    )


def _asked(name: str, eda: Eda, clarification: Clarification, modeling: Modeling | None) -> str:
    size = f"{eda.rows:,} rows and {eda.columns:,} columns"
    if modeling is None:
        return f"What is in {name} ({size}), and what is wrong with it? {clarification.reason}"
    told = "" if clarification.chosen_by == "you" else f" {clarification.reason}"
    return f"{_task(modeling.task)} from the other columns of {name} ({size}).{told}"


def _task(choice: TaskChoice) -> str:
    if choice.task == "forecast":
        return f"Tell {choice.target} ahead along {choice.time}, and predict it"
    if choice.task == "binary":
        return f"Predict whether {choice.target} is {choice.positive}"
    return f"Predict {choice.target}" + (f", one of {len(choice.classes)} classes," if choice.classes else "")


def leaning_on(explanation: Explanation | None) -> list[str]:
    """The columns without which the model is worse by more than chance, the one that matters most first; a few."""
    if explanation is None:
        return []
    telling = [each for each in explanation.importance if each.loss_added > 2 * each.error]
    return [each.column for each in sorted(telling, key=lambda each: -each.loss_added)[:_MOST_NAMED]]


def _found(eda: Eda, modeling: Modeling | None, leaning: list[str], *, beside: bool) -> str:
    table = _findings(eda)
    judged = judged_by(modeling)
    if modeling is None or not judged:
        return table
    kinds = kinds_of(modeling)
    if kinds == ["baseline"]:
        return (
            f"No model did better than saying the same for every row: {in_words(pictured(judged))}. {table}"
        )
    without = modeling.baseline_holdout if modeling.holdout else modeling.baseline
    first = pictured(judged)
    where = "rows kept back for the purpose" if modeling.holdout else "rows that it had not seen"
    what = "a model that predicts it from the other columns" if beside else "the model"
    told = f"On {where}, {what} was tried: {in_words(first)}{_beside(first, without)}."
    if beside:  # the forecast is what was asked for; what the other model is made of stands in its own part
        return f"{told} {table}"
    if first is not judged[0]:
        told += f" It was chosen by {_name(judged[0])}: {_value(judged[0])}{_beside(judged[0], without)}."
    leans = f"It leans most on {_listed(leaning)}. " if leaning else ""
    return f"{told} {made_of(kinds)}{leans}{table}"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def kinds_of(modeling: Modeling) -> list[str]:
    """The candidates that the model is made of, the one that counts most first."""
    weights: defaultdict[str, float] = defaultdict(float)
    for each in modeling.leaderboard:
        if each.weight > 0:
            weights[each.candidate] += each.weight
    return sorted(weights, key=lambda kind: -weights[kind])


def made_of(kinds: list[str]) -> str:
    """What the model is, for somebody who knows none of the kinds."""
    named = [_MODELS.get(kind, kind) for kind in kinds if kind != "baseline"]
    if not named:
        return ""
    first, more = named[:_MOST_MODELS], len(named) - _MOST_MODELS
    others = f" and {more} other {'kind' if more == 1 else 'kinds'} of model" if more > 0 else ""
    joined = (", " if others else " and ").join(first)
    return f"It {'blends' if len(named) > 1 else 'is'} {joined}{others}. "


def _findings(eda: Eda) -> str:
    severities = [each[0].severity for each in alike(eda.examination.findings)]
    told = [f"{severities.count(each)} {each}" for each in ("high", "medium", "low") if each in severities]
    if not told:
        return "The checks found nothing to remark in the table itself."
    return f"The checks remark {counted(len(severities), 'thing')} in the table itself: {', '.join(told)}."


def judged_by(modeling: Modeling | None) -> tuple[MeasuredValue, ...]:
    """The measures of the rows kept back, else of those that fits had not seen; none without a model."""
    return modeling.holdout or modeling.out_of_fold if modeling is not None else ()


def pictured(judged: tuple[MeasuredValue, ...]) -> MeasuredValue:
    """The measure that a sentence tells: the first, or a plainer one that goes with it."""
    plainer = _PLAINER.get(judged[0].measure)
    return next((each for each in judged if each.measure == plainer), judged[0])


def _beside(measured: MeasuredValue, without: tuple[MeasuredValue, ...]) -> str:
    """What saying the same for every row comes to."""
    base = next((each for each in without if each.measure == measured.measure), None)
    return f" (without a model: {_value(base)})" if base is not None else ""


def _value(measured: MeasuredValue) -> str:
    return figure_of(measured.measure, measured.value)


def figure_of(measure: str, value: float) -> str:
    """A measure's value as a sentence shows it."""
    return share_shown(value) if measure in SHARES else shown(value)


def _name(measured: MeasuredValue) -> str:
    return MEASURE_NAMES.get(measured.measure, title_of(measured.measure))


def _sure(modeling: Modeling | None, critique: Critique, *, beside: bool) -> str:
    verdict = {
        "pass": "The critique found nothing to object to.",
        "pass with warnings": f"The critique has {counted(len(critique.remarks), 'warning')}.",
        "fail": "The critique rejects the result: it must not be used as it is.",
    }[critique.verdict]
    judged = judged_by(modeling)
    if not judged:
        return verdict
    first = pictured(judged)
    ends = between(figure_of(first.measure, least_of(first)), figure_of(first.measure, first.high))
    whose = " of the model beside the forecast" if beside else ""
    return (
        f"With other rows of the same kind, {_name(first)}{whose} would lie {ends} in 95 of 100 cases "
        f"({counted(first.rows, 'row')} judged). {verdict}"
    )


def least_of(measured: MeasuredValue) -> float:
    """The lower end of a measure's interval; rows without a fault have one, too."""
    faultless = measured.measure == "accuracy" and measured.low >= 1
    return max(0.0, 1 - _THREE / max(measured.rows, 1)) if faultless else measured.low


def counted(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to do, and in words of ours alone what it is about: `text` names columns."""

    text: str
    about: str


def advice(eda: Eda, critique: Critique, repairs: Repairs | None) -> list[Advice]:
    """What to do, the gravest first."""
    told = [
        Advice(each.do_this, f"what to do about this objection: {each.code.replace('-', ' ')}")
        for each in sorted(critique.remarks, key=lambda each: each.severity != "fail")
    ]
    same: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    leaks = any(each.code == "leak" for each in critique.remarks)
    for each in eda.examination.findings:
        if leaks and each.code.startswith("leak-") and each.severity == "high":
            continue  # the critique has taken it up
        if each.severity != "low" and not (repairs and repairs.settles(each.code, each.columns)):
            same[each.name, each.fix].extend(each.columns)
    for (name, fix), columns in same.items():
        named = list(dict.fromkeys(columns))
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        where = f" ({', '.join(named[:_MOST_NAMED])}{more})" if named else ""
        told.append(Advice(f"{name}{where}: {fix}", f"what to do about this finding: {name}"))
    if not told:
        told = [Advice("Use it as it is, and look again when new rows come.", "that it may be used as it is")]
    return list({each.text: each for each in told}.values())[:_MOST_ADVICE]
