"""A second look at a finished result, by somebody who did not make it: what would a careful reviewer object to?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from lakeglass.science.checks import alike
from lakeglass.science.explain.model import Explanation
from lakeglass.science.figures import shown
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.metrics import MeasuredValue, title_of
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.model import Critique, Eda, Remark, Remedy, Verdict

_PERFECT = {"roc_auc": 0.995, "accuracy": 0.995, "r2": 0.995}
_FEW = 50
_ERRORS = 2.0
_TOLD = 3
_UNEQUAL, _FOUR_FIFTHS = 0.1, 0.8

_CHECKED = {
    "leak": "Ask when the values of that column are written down; leave it out if that is after the answer.",
    "luck": "Do not use the model: rows with shuffled answers give one that is nearly as good.",
    "overfit": "Believe the rows kept back, not the rows that were learned from.",
}
Objection = Callable[[Eda, Modeling], Iterator[Remark]]


def criticise(
    eda: Eda,
    modeling: Modeling | None,
    explanation: Explanation | None,
    forecasting: Forecasting | None = None,
) -> Critique:
    """Every objection asked; without a model only what the table itself gives reason for."""
    remarks: list[Remark] = []
    asked: list[str] = []
    if modeling is not None:
        for objection in _OBJECTIONS:
            asked.append((objection.__doc__ or objection.__name__).splitlines()[0])
            remarks += objection(eda, modeling)
    if explanation is not None:
        asked.append("Does the model lean on one column, on luck, or on its own rows?")
        remarks += _explained(explanation)
    if explanation is not None and explanation.slices is not None:
        asked.append(f"Does the model treat groups by {explanation.slices.column} differently?")
        remarks += _unequal(explanation)
    if forecasting is not None:
        asked.append("Is the forecast better than the last season once more, and do its intervals hold?")
        remarks = [*_foretold(forecasting), *map(_beside_forecast, remarks)]
    verdict: Verdict = "pass"
    if remarks:
        verdict = "fail" if any(each.severity == "fail" for each in remarks) else "pass with warnings"
    return Critique(verdict=verdict, remarks=tuple(remarks), asked=tuple(asked))


def _leaks(eda: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Was a column used that knows the answer?"""
    used = {role.name for role in modeling.roles}
    given = [each for each in eda.examination.findings if used.intersection(each.columns)]
    for several in alike(given):
        first, more = several[0], len(several) - _TOLD
        leaking = [name for each in several for name in each.columns if name in used]
        if first.code.startswith("leak-") and first.severity == "high":
            told = " ".join(each.detail for each in several[:_TOLD])
            others = f" The same holds for {more} more." if more > 0 else ""
            yield Remark(
                code="leak",
                severity="fail",
                detail=f"The model was given {', '.join(leaking)}: {told}{others}",
                do_this=f"Leave out what is not known before the answer: {', '.join(leaking)}.",
                remedy=Remedy(field="leave_out", columns=tuple(leaking)),
            )


def _explained(explanation: Explanation) -> Iterator[Remark]:
    for check in explanation.checks:
        if check.verdict in {"warn", "fail"} and check.name != "learning curve":
            yield Remark(
                code=f"model-{check.name}",
                severity="warning",
                detail=f"{check.text[:1].upper()}{check.text[1:]}.",
                do_this=_CHECKED[check.name],
            )


def _unequal(explanation: Explanation) -> Iterator[Remark]:
    slices = explanation.slices
    apart = [
        gap
        for gap in (slices.gaps if slices is not None else ())
        if gap.sure
        and (gap.value >= _UNEQUAL or (gap.ratio or 1.0) < _FOUR_FIFTHS)
        # in the unit of the target: told in the report
        and gap.name not in {"mean error", "absolute error"}
    ]
    if slices is None or not apart:
        return
    told = "; ".join(
        f"the {gap.about} is lower for {gap.lowest} than for {gap.highest} by {100 * gap.value:.1f} percentage points "
        f"(at least {100 * gap.low:.1f})"
        for gap in sorted(apart, key=lambda each: -each.value)
    )
    yield Remark(
        code="groups-apart",
        severity="warning",
        detail=f"By {slices.column}, with 95 % certainty: {told}.",
        do_this="Find out where the difference comes from, and whether it may be there, before the model "
        "decides on people.",
    )


def _beside_forecast(remark: Remark) -> Remark:
    """A model of the other columns that does not hold is no reason against the forecast, which does not rest on it."""
    if remark.code in {"worse-than-guessing", "no-better-than-guessing"}:
        told = "Do not use the model beside the forecast; take the forecast, which does not rest on it."
        return remark.model_copy(update={"severity": "warning", "do_this": told})
    if remark.severity == "fail":
        return remark
    told = f"For the model beside the forecast: {remark.do_this[0].lower()}{remark.do_this[1:]}"
    return remark.model_copy(update={"do_this": told})


def _foretold(forecasting: Forecasting) -> Iterator[Remark]:
    best = forecasting.methods[0]
    naive = next(each for each in forecasting.methods if each.name == "seasonal naive")
    # the latest moment alone is few values: what did better by far over all of them is believed
    gained = naive.mase - best.mase
    if best.last_mase >= naive.last_mase and gained <= _ERRORS * float(np.hypot(best.error, naive.error)):
        yield Remark(
            code="forecast-no-better",
            severity="warning",
            detail=f"At the latest moment that it was tried from, {best.name} has an error of {shown(best.last_mase)}, "
            f"and the last season once more {shown(naive.last_mase)} (MASE); over all of them it gains no more than "
            "chance may give.",
            do_this="Take the forecast for no more than the last values continued, and read its intervals.",
        )
    for held in forecasting.coverage:
        off = _ERRORS * float(np.sqrt(held.level * (1 - held.level) / max(1, best.origins * best.series)))
        if held.held < held.level - max(0.05, off):
            yield Remark(
                code="forecast-intervals",
                severity="warning",
                detail=f"Intervals of {held.level:.0%} held {held.held:.0%} of {held.values:,} values.",
                do_this="Take the intervals for narrower than they should be.",
            )


def _luck(_: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Is the model better than no model?"""
    if not modeling.holdout and not modeling.out_of_fold:
        return
    found, base = _first(modeling.out_of_fold), _first(modeling.baseline)
    if found is None or base is None:
        return
    gain = found.value - base.value if found.better == "higher" else base.value - found.value
    if gain <= _ERRORS * float(np.hypot(found.error, base.error)):
        yield Remark(
            code="no-better-than-guessing",
            severity="warning",
            detail=f"{title_of(found.measure)} of {shown(found.value)} against {shown(base.value)} without a model: "
            "the difference is inside of what chance does.",
            do_this="Do not use it to decide anything; look for columns that have to do with the question.",
        )
        return
    held, beside = _first(modeling.holdout), _first(modeling.baseline_holdout)
    if held is None or beside is None:
        return
    gain = held.value - beside.value if held.better == "higher" else beside.value - held.value
    if gain <= 0:
        yield Remark(
            code="worse-than-guessing",
            severity="fail",
            detail=f"On the rows kept back {title_of(held.measure)} is {shown(held.value)}, "
            f"and {shown(beside.value)} without a model.",
            do_this="Do not use it: what it learned does not hold for other rows. Along time, forecast instead.",
        )
    elif held.low <= beside.value <= held.high:
        yield Remark(
            code="not-surely-better",
            severity="warning",
            detail=f"On the rows kept back {title_of(held.measure)} may lie anywhere from {shown(held.low)} to "
            f"{shown(held.high)}; {shown(beside.value)} is reached without a model.",
            do_this="Judge again with more rows before it decides anything.",
        )


def _too_good(_: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Is it too good to be true?"""
    for each in modeling.out_of_fold:
        if each.value >= _PERFECT.get(each.measure, np.inf) and each.measure != "accuracy":
            yield Remark(
                code="too-good",
                severity="warning",
                detail=f"{title_of(each.measure)} of {shown(each.value)} is seldom reached with columns that are known "
                "beforehand.",
                do_this="Go through the most important columns and ask of each when its value is written down.",
            )


def _small(_: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Are there enough rows to judge by?"""
    rows = modeling.split.holdout_rows
    # that none were held out, and why, the split itself says
    if rows < _FEW and (rows or not modeling.split.warnings):
        yield Remark(
            code="small-test",
            severity="warning",
            detail=f"{rows} rows were held out to judge the model." if rows else "No rows were held out.",
            do_this="Trust the estimate of all rows and its interval, and judge again with more rows.",
        )


def _unstable(_: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Does it do about as well on every part of the rows?"""
    best = next((each for each in modeling.leaderboard if each.state == "finished"), None)
    baseline = next((each for each in modeling.leaderboard if each.candidate == "baseline"), None)
    if best is None or baseline is None or len(best.fold_losses) < 3:
        return
    gain = baseline.loss - best.loss
    spread = float(np.std(best.fold_losses, ddof=1))
    if gain > 0 and spread > gain:
        yield Remark(
            code="unstable-folds",
            severity="warning",
            detail=f"From one part of the rows to another its loss moves by {spread:.3g}, more than it gains "
            f"over no model ({gain:.3g}).",
            do_this="Take the interval seriously, and collect more rows.",
        )


def _optimism(_: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Does the estimate hold on rows that were kept back?"""
    found, held = _first(modeling.out_of_fold), _first(modeling.holdout)
    if found is None or held is None:
        return
    worse = found.value - held.value if found.better == "higher" else held.value - found.value
    if worse > _ERRORS * float(np.hypot(found.error, held.error)):
        yield Remark(
            code="optimistic",
            severity="warning",
            detail=f"{title_of(found.measure)} is {shown(held.value)} on the rows kept back, "
            f"{shown(found.value)} where the search tried it.",
            do_this="Believe the rows kept back, and look for what differs between them and the others.",
        )


def _split(eda: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Does the split fit the data?"""
    codes = {each.code for each in eda.examination.findings}
    if modeling.split.strategy in {"stratified", "random"} and "groups" in codes:
        grouped = next(each.columns[0] for each in eda.examination.findings if each.code == "groups")
        yield Remark(
            code="groups-torn-apart",
            severity="warning",
            detail=f"Rows of the same {grouped} may be on both sides of the split.",
            do_this=f"Keep rows of the same {grouped} together.",
            remedy=Remedy(field="group", columns=(grouped,)),
        )
    for warning in modeling.split.warnings:
        yield Remark(
            code="split",
            severity="warning",
            detail=f"{warning[:1].upper()}{warning[1:]}.",
            do_this="Read the estimate with its interval, and judge again with more rows.",
        )


def _unfinished(_: Eda, modeling: Modeling) -> Iterator[Remark]:
    """Was there time enough?"""
    if modeling.state != "complete" or not any(each.state == "finished" for each in modeling.leaderboard[1:]):
        yield Remark(
            code="short-search",
            severity="warning",
            detail="The time was over before more than the simplest models had been tried.",
            do_this="Give the search more time.",
            remedy=Remedy(field="budget_s"),
        )


_OBJECTIONS: tuple[Objection, ...] = (
    _leaks, _luck, _too_good, _small, _unstable, _optimism, _split, _unfinished,
)  # fmt: skip


def _first(values: tuple[MeasuredValue, ...]) -> MeasuredValue | None:
    return values[0] if values else None
