"""What the first screen of a result says, as single facts: all that a model which words it is told.

Every number is one of the first screen. The table's own words (names of columns, classes and files, advice about
columns) are `Name`s, which no model sees.
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.science.checks import alike
from lakeglass.science.clusters.model import Clustering
from lakeglass.science.figures import share_shown, shown
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.metrics import MeasuredValue, title_of
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.contents import Contents
from lakeglass.science.pipeline.model import Critique, Eda
from lakeglass.science.pipeline.words import (
    FORECASTERS,
    MEASURE_NAMES,
    REPEATED,
    SHARES,
    advice,
    figure_of,
    judged_by,
    kinds_of,
    leaning_on,
    least_of,
    made_of,
    pictured,
)
from lakeglass.science.prose.model import Claim, Fact, Kept, Name, Number, Part
from lakeglass.science.repairs.model import Repairs
from lakeglass.science.tasks import TaskChoice

_WITHOUT = Kept("without a model", leads=True)
_SAME = "saying the same for every row"
_REPEATING = "repeating the past"
_MEASURED: dict[str, tuple[str | Kept, ...]] = {
    "roc_auc": (Kept("of two rows, one of each class,"), "it", Kept("ranks the right one higher"), "in"),
    "accuracy": ("it names the", Kept("right class"), "for"),
    "r2": ("it explains",),
    "mae": ("it is", Kept("off by")),
    "rmse": ("it is", Kept("off by")),
}
"""How a measure is said before its number; then comes its end."""
_ENDS: dict[str, tuple[str | Kept, ...]] = {
    "roc_auc": ("of cases",),
    "accuracy": ("of rows",),
    "r2": (Kept("of the variance"),),
    "mae": (Kept("on average"),),
    "rmse": (Kept("root of the mean squared error"),),
}


def facts_of(known: Contents) -> tuple[Fact, ...]:
    """The facts of a result by its parts, numbered."""
    drafts = [
        *_asked(known),
        *_found(known),
        *_sure(known),
        *_to_do(known),
    ]
    return tuple(
        Fact(id=f"F{number}", part=part, claims=claims, required=required)
        for number, (part, claims, required) in enumerate(drafts, start=1)
    )


Draft = tuple[Part, tuple[Claim, ...], bool]


def _asked(known: Contents) -> Iterator[Draft]:
    modeling = known.modeling
    if modeling is None:
        what = Kept("what is in the table and what is wrong with it")
        yield "asked", (("the question was", what),), True
    else:
        yield "asked", _task(modeling.task), True
        if known.clarification.chosen_by == "default":
            unnamed = Kept("nobody named what to predict")
            yield "asked", ((unnamed, "and the likeliest column was proposed and taken"),), True
    eda = known.eda
    size: tuple[Claim, ...] = (
        ("the table has", _count(eda.rows, "row")),
        (_count(eda.columns, "column"),),
    )
    yield "asked", size, False


def _task(choice: TaskChoice) -> tuple[Claim, ...]:
    target = Name(choice.target or "", "the column that is predicted")
    if choice.task == "forecast":
        time = Name(choice.time or "", "the column that says when")
        return (("the question was to tell", target, "ahead along", time),)
    if choice.task == "binary":
        asked: Claim = (
            "the question was to predict from the other columns whether",
            target,
            "is",
            Name(choice.positive or "", "one of its two values"),
        )
        return (asked,)
    if choice.classes:
        return (
            ("the question was to predict", target, "from the other columns"),
            ("one of", _count(len(choice.classes), "class")),
        )
    return (("the question was to predict", target, "from the other columns"),)


def _found(known: Contents) -> Iterator[Draft]:
    if known.forecasting is not None:
        yield "found", _expected(known.forecasting), True
        yield "found", _foretold(known.forecasting), True
    if known.clustering is not None:
        yield "found", _grouped(known.clustering), True
    if known.modeling is not None and judged_by(known.modeling):
        yield from _scored(known.modeling, beside_forecast=known.forecasting is not None)
        if (leaning := leaning_on(known.explanation)) and kinds_of(known.modeling) != ["baseline"]:
            columns = [Name(name, "a column that the model leans on") for name in leaning]
            between = [piece for column in columns for piece in (",", column)][1:]
            yield "found", ((Kept("the model leans most on"), *between),), True
    yield "found", _findings(known.eda), False
    if known.repairs is not None and known.repairs.made:
        yield "found", _repaired(known.repairs), False


def _scored(modeling: Modeling, *, beside_forecast: bool) -> Iterator[Draft]:
    """The measure that one can picture, beside that of no model, and which of the two is better."""
    judged = judged_by(modeling)
    first = pictured(judged)
    rows = "on rows kept back for the purpose" if modeling.holdout else "on rows that it had not seen"
    said = (*_MEASURED.get(first.measure, ("its", Kept(title_of(first.measure)), "is")), _number(first))
    what = "a model that predicts it from the other columns" if beside_forecast else "the model"
    score: Claim = (Kept(rows), f"{what} was tried:", *said, *_ENDS.get(first.measure, ()))
    kinds = kinds_of(modeling)
    if kinds == ["baseline"]:
        yield "found", ((Kept(f"no model did better than {_SAME}"),),), True
        return
    beside = modeling.baseline_holdout if modeling.holdout else modeling.baseline
    base = next((each for each in beside if each.measure == first.measure), None)
    if base is None:
        yield "found", (score,), True
        return
    yield "found", (score, (_WITHOUT, "it would be", _number(base))), True
    which = "the model beside the forecast" if beside_forecast else "the model"
    yield "found", ((Kept(f"{which} {_compared(first, base)} {_SAME}"),),), True
    parts = "" if beside_forecast else made_of(kinds).strip().rstrip(".")
    if parts:
        yield "found", ((Kept(parts),),), False


def _compared(first: MeasuredValue, base: MeasuredValue) -> str:
    gain = first.value - base.value if first.better == "higher" else base.value - first.value
    if gain <= 0:
        return "does no better than"
    return "may do no better than" if first.low <= base.value <= first.high else "does better than"


def _expected(forecasting: Forecasting) -> tuple[Claim, ...]:
    """What comes, beside what was last, where one series is told ahead."""
    target = Name(forecasting.target, "the column that is told ahead")
    steps = _count(forecasting.horizon, forecasting.step)
    if len(forecasting.forecasts) != 1 or not forecasting.forecasts[0].history:
        many = Number(float(forecasting.series), f"{forecasting.series:,}")
        return (("the next", steps, "of", target, "were looked at for", many, Kept("series")),)
    (one,) = forecasting.forecasts
    last = [value for _, value in one.history[-len(one.ahead) :]]
    mean, before = sum(each.value for each in one.ahead) / len(one.ahead), sum(last) / len(last)
    length = Number(float(len(last)), f"{len(last):,}")
    comes = Kept("is expected to be")
    return (
        ("in the next", steps, target, comes, Number(mean, shown(mean)), Kept("on average")),
        (Kept("it was", leads=True), Number(before, shown(before)), Kept("over the"), length, Kept("before")),
    )


def _foretold(forecasting: Forecasting) -> tuple[Claim, ...]:
    best = forecasting.methods[0]
    naive = next((each for each in forecasting.methods if each.name == REPEATED), best)
    by = Kept(_REPEATING if best.name == REPEATED else FORECASTERS.get(best.name, best.name))
    off = Kept("off by")
    tried: Claim = (
        "tried from",
        _count(best.origins, "moment"),
        "on it was",
        off,
        _percent(best.smape),
        Kept("on average"),
    )
    if best.name == REPEATED:
        return (("it comes from", by), tried, (Kept("no other method did better"),))
    past: Claim = (Kept(_REPEATING, leads=True), "was", off, _percent(naive.smape))
    return (("it comes from", by), tried, past)


def _grouped(clustering: Clustering) -> tuple[Claim, ...]:
    if not clustering.groups:
        return ((Kept("no groups of alike rows were found"),),)
    first: Claim = ("rows fall into", _count(len(clustering.groups), "group"), "of alike rows")
    shares: Claim = (
        "they hold",
        *(Number(100 * each.share, f"{each.share:.0%}", "%") for each in clustering.groups),
        "of the rows",
    )
    return (first, shares)


def _findings(eda: Eda) -> tuple[Claim, ...]:
    severities = [each[0].severity for each in alike(eda.examination.findings)]
    if not severities:
        return ((Kept("the checks found nothing to remark"), "in the table itself"),)
    things = Number(float(len(severities)), str(len(severities)), "thing", ("finding",))
    counts = {name: severities.count(name) for name in ("high", "medium", "low")}
    told = ((Number(float(count), str(count)), Kept(name)) for name, count in counts.items() if count)
    return (("the checks of the table remark", things), *told)


def _repaired(repairs: Repairs) -> tuple[Claim, ...]:
    made = _count(len(repairs.made), "repair")
    return ((made, "made to what models saw"), (Kept("the table itself is as it was given"),))


def _sure(known: Contents) -> Iterator[Draft]:
    covered = known.forecasting.coverage if known.forecasting is not None else ()
    widest = max(covered, key=lambda each: each.level, default=None)
    if widest is not None:
        meant: Claim = (
            "the forecast's ranges",
            Kept("are meant to hold"),
            _whole(widest.level),
            "of what comes",
        )
        held = Kept("at earlier moments they held", leads=True)
        yield "sure", (meant, (held, _whole(widest.held), "of", _count(widest.values, "value"))), True
    judged = judged_by(known.modeling)
    if judged:
        first = pictured(judged)
        whose = " of the model beside the forecast" if known.forecasting is not None else ""
        name = Kept(MEASURE_NAMES.get(first.measure, title_of(first.measure)) + whose)
        low, high = _end(first, least_of(first)), _end(first, first.high)
        ends: Claim = ("between", low, "and", high) if low.shown != high.shown else ("practically at", low)
        sure = Kept("in 95 of 100 cases")
        yield "sure", (("with other rows of the same kind", name, "would lie", *ends, sure),), True
    yield "sure", _verdict(known.critique), True


def _verdict(critique: Critique) -> tuple[Claim, ...]:
    match critique.verdict:
        case "pass":
            return ((Kept("the critique found nothing to object to"),),)
        case "pass with warnings":
            return ((Kept("the critique has"), _count(len(critique.remarks), "warning")),)
        case "fail":
            rejected = Kept("the critique rejects the result: it must not be used as it is")
            return ((rejected,),)


def _to_do(known: Contents) -> Iterator[Draft]:
    for each in advice(known.eda, known.critique, known.repairs):
        yield "do", ((Name(each.text, each.about, is_passage=True),),), True


def _count(count: int, noun: str) -> Number:
    return Number(float(count), f"{count:,}", noun)


def _percent(value: float) -> Number:
    return Number(value, share_shown(value / 100), "%")


def _whole(share: float) -> Number:
    return Number(100 * share, f"{share:.0%}", "%")


def _number(measured: MeasuredValue) -> Number:
    return _end(measured, measured.value)


def _end(measured: MeasuredValue, value: float) -> Number:
    text = figure_of(measured.measure, value)
    return Number(100 * value, text, "%") if measured.measure in SHARES else Number(value, text)
