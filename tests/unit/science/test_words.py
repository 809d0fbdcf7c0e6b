"""What the first screen says: in figures that a person can picture, beside those of no model."""

from __future__ import annotations

import pytest

from lakeglass.science.checks import Examination
from lakeglass.science.checks.base import Finding
from lakeglass.science.forecast.model import Forecasting, Method
from lakeglass.science.metrics import MEASURES, MeasuredValue, title_of
from lakeglass.science.model import Modeling, Standing
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, Remark
from lakeglass.science.pipeline.words import summary
from lakeglass.science.tasks import TaskChoice


def _measured(measure: str, value: float, *, higher: bool) -> MeasuredValue:
    better = "higher" if higher else "lower"
    return MeasuredValue(
        measure=measure,
        better=better,
        value=value,
        low=0.9 * value,
        high=1.05 * value,
        error=0.01,
        rows=2000,
    )


@pytest.mark.parametrize(
    ("judged", "without", "found", "sure"),
    [
        (
            (_measured("log_loss", 0.3372, higher=False), _measured("accuracy", 0.904, higher=True)),
            (_measured("log_loss", 0.4511, higher=False), _measured("accuracy", 0.894, higher=True)),
            (
                "it names the right class for 90.4% of rows (without a model: 89.4%). "
                "It was chosen by the log loss: 0.3372 (without a model: 0.4511)."
            ),
            "the share of rightly named classes would lie between 81.4% and 94.9% in 95 of 100 cases",
        ),
        (
            (_measured("roc_auc", 0.86, higher=True), _measured("accuracy", 0.9, higher=True)),
            (_measured("roc_auc", 0.5, higher=True),),
            "it ranks the right one higher in 86.0% of cases (without a model: 50.0%). The checks found nothing",
            "the share of pairs that it ranks rightly would lie between 77.4% and 90.3%",
        ),
        (
            (_measured("rmse", 2100, higher=False), _measured("mae", 1500, higher=False)),
            (_measured("rmse", 4000, higher=False), _measured("mae", 3000, higher=False)),
            (
                "it is off by 1,500 on average (without a model: 3,000). It was chosen by "
                "the error (root of the mean squared one): 2,100 (without a model: 4,000)."
            ),
            "the mean error would lie between 1,350 and 1,575",
        ),
    ],
)
def test_a_figure_that_one_can_picture_comes_first(
    judged: tuple[MeasuredValue, ...], without: tuple[MeasuredValue, ...], found: str, sure: str
) -> None:
    best = Standing.model_construct(candidate="linear", weight=1.0)
    modeling = Modeling.model_construct(
        task=TaskChoice(task="regression", target="price", reason=""),
        holdout=judged,
        baseline_holdout=without,
        leaderboard=(best,),
    )
    eda = Eda.model_construct(rows=2000, columns=3, examination=Examination.model_construct(findings=()))
    remark = Remark.model_construct(severity="warn", do_this="Look again.")
    told = summary(
        "prices.csv",
        eda,
        Clarification.model_construct(chosen_by="you", reason=""),
        modeling,
        Critique.model_construct(verdict="pass with warnings", remarks=(remark,)),
        stages=(),
        files=(),
    )
    assert found in told.found
    assert sure in told.sure
    assert "The critique has 1 warning." in told.sure


def test_what_many_columns_need_is_advised_once() -> None:
    findings = tuple(
        Finding.model_construct(
            code="far", name="Far from all others", severity="medium", columns=(name,), fix="Look."
        )
        for name in "abcde"
    )
    told = summary(
        "prices.csv",
        Eda.model_construct(rows=9, columns=5, examination=Examination.model_construct(findings=findings)),
        Clarification.model_construct(chosen_by="you", reason=""),
        None,
        Critique.model_construct(verdict="pass", remarks=()),
        stages=(),
        files=(),
    )
    assert told.do == ("Far from all others (a, b, c and 2 more): Look.",)


def test_no_measure_is_called_by_the_name_that_programs_have_for_it() -> None:
    assert {title_of(name) for name in MEASURES} >= {"ROC AUC", "log loss", "Poisson deviance", "R²"}
    assert not any("_" in title_of(name) for name in MEASURES)


@pytest.mark.parametrize(
    ("best", "said"),
    [
        (
            "theta",
            "by theta: tried from 8 earlier moments on, it was off by 12.1% (sMAPE); repeating the past was",
        ),
        (
            "seasonal naive",
            "by repeating the past: tried from 8 earlier moments on, it was off by 16.3% (sMAPE); no",
        ),
    ],
)
def test_a_forecast_is_held_against_repeating_the_past(best: str, said: str) -> None:
    scores = {"theta": 12.1, "seasonal naive": 16.3}
    methods = tuple(
        Method.model_construct(name=name, smape=scores[name], mase=1.0, origins=8)
        for name in sorted(scores, key=lambda name: name != best)
    )
    told = summary(
        "prices.csv",
        Eda.model_construct(rows=9, columns=5, examination=Examination.model_construct(findings=())),
        Clarification.model_construct(chosen_by="you", reason=""),
        None,
        Critique.model_construct(verdict="pass", remarks=()),
        forecasting=Forecasting.model_construct(horizon=1, step="month", target="price", methods=methods),
        stages=(),
        files=(),
    )
    assert "The next 1 month of price were told ahead" in told.found
    assert said in told.found
