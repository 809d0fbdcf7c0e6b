"""What the first screen says: in figures that a person can picture, beside those of no model."""

from __future__ import annotations

import pytest

from lakeglass.science.checks import Examination, alike
from lakeglass.science.checks.base import Finding
from lakeglass.science.explain.model import Explanation, Importance
from lakeglass.science.figures import measured, share_shown
from lakeglass.science.forecast.model import Ahead, Forecasting, Held, Method, SeriesForecast
from lakeglass.science.metrics import MEASURES, MeasuredValue, title_of
from lakeglass.science.model import Modeling, Standing
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, Remark, Result
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


def test_an_r2_of_nearly_nothing_is_nothing_and_a_small_error_is_not() -> None:
    assert (measured("r2", -7.279e-06), measured("r2", -0.07194)) == ("0", "-0.07194")
    assert measured("rmse", 7.279e-06) == "7.279e-06"


def told_of(
    judged: tuple[MeasuredValue, ...],
    without: tuple[MeasuredValue, ...] = (),
    *,
    weights: dict[str, float] | None = None,
    explanation: Explanation | None = None,
) -> Result:
    """What is said of a model of prices that is judged so."""
    modeling = Modeling.model_construct(
        task=TaskChoice(task="regression", target="price", reason=""),
        holdout=judged,
        baseline_holdout=without,
        leaderboard=tuple(
            Standing.model_construct(candidate=name, weight=weight)
            for name, weight in (weights or {"linear": 1.0}).items()
        ),
    )
    eda = Eda.model_construct(rows=2000, columns=3, examination=Examination.model_construct(findings=()))
    remark = Remark.model_construct(code="small", severity="warn", do_this="Look again.")
    return summary(
        "prices.csv",
        eda,
        Clarification.model_construct(chosen_by="you", reason=""),
        modeling,
        Critique.model_construct(verdict="pass with warnings", remarks=(remark,)),
        explanation=explanation,
        stages=(),
        files=(),
    )


def test_columns_that_the_model_leans_on_beyond_chance_are_named() -> None:
    importance = tuple(
        Importance(column=name, loss_added=added, error=1.0)
        for name, added in (("size", 9.0), ("noise", 1.9), ("floor", 30.0), ("age", 4.0), ("lift", 3.0))
    )
    explanation = Explanation.model_construct(importance=importance)
    judged = (_measured("mae", 2.0, higher=False),)
    found = told_of(judged, explanation=explanation).found
    assert "It leans most on floor, size and age. The checks" in found
    assert "leans" not in told_of(judged, weights={"baseline": 1.0}, explanation=explanation).found
    alone = Explanation.model_construct(importance=importance[:2])
    assert "It leans most on size. " in told_of(judged, explanation=alone).found


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
            "it ranks the right one higher in 86.0% of cases (without a model: 50.0%). It is a straight-line",
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
    told = told_of(judged, without)
    assert found in told.found
    assert sure in told.sure
    assert "The critique has 1 warning." in told.sure


@pytest.mark.parametrize(
    ("low", "high", "rows", "said"),
    [
        # no row was wrong: three in so many may be, in 95 of 100 cases
        (1.0, 1.0, 120, "would lie between 97.5% and 100.0% in 95 of 100 cases (120 rows judged)"),
        (0.9997, 1.0, 9000, "would lie between 99.97% and 100.0%"),
        (0.9041, 0.9042, 9000, "would lie practically at 90.4% in 95 of 100"),
    ],
)
def test_an_interval_never_has_two_ends_that_read_the_same(
    low: float, high: float, rows: int, said: str
) -> None:
    value = MeasuredValue(
        measure="accuracy", better="higher", value=high, low=low, high=high, error=0, rows=rows
    )
    assert said in told_of((value,)).sure
    assert "between 100.0% and 100.0%" not in told_of((value,)).sure


def test_shares_near_all_and_near_nothing_are_neither() -> None:
    shares = (0.0, 0.00004, 0.5, 0.9994, 0.9996, 0.99997, 1.0, -0.3)
    assert [share_shown(each) for each in shares] == [
        "0.0%", "0.004%", "50.0%", "99.9%", "99.96%", "99.997%", "100.0%", "-30.0%",
    ]  # fmt: skip


def test_models_are_named_in_plain_words_the_one_that_counts_most_first() -> None:
    value = (_measured("mae", 1.0, higher=False),)
    weights = {"linear": 0.2, "lightgbm": 0.5, "baseline": 0.0}
    found = told_of(value, weights=weights).found
    assert "It blends boosted trees (many small decision trees, each mending" in found
    assert "got wrong) and a straight-line model (each column" in found
    many = told_of(value, weights=weights | {"forest": 0.1, "ebm": 0.1, "neighbours": 0.1}).found
    assert "of its own) and 3 other kinds of model." in many
    assert not {"lightgbm", "ebm", "linear,"} & set(found.split() + many.split())


def test_what_one_check_says_of_many_columns_is_one_thing() -> None:
    def about(code: str, severity: str, *columns: str) -> Finding:
        return Finding.model_construct(code=code, severity=severity, columns=columns)

    findings = [
        about("skew", "low", "a"),
        about("pair", "low", "a", "b"),
        about("skew", "low", "b"),
        about("skew", "high", "c"),
        about("pair", "low", "c", "d"),
    ]
    assert [[each.columns for each in several] for several in alike(findings)] == [
        [("a",), ("b",)], [("a", "b")], [("c",)], [("c", "d")],
    ]  # fmt: skip


def test_what_the_critique_has_taken_up_is_not_advised_again() -> None:
    finding = Finding.model_construct(
        code="leak-copy", name="Knows the answer", severity="high", columns=("a",), fix="Leave it out."
    )
    eda = Eda.model_construct(rows=9, columns=5, examination=Examination.model_construct(findings=(finding,)))
    leak = Remark.model_construct(code="leak", severity="fail", do_this="Leave out a.")
    told = {
        remarks: summary(
            "prices.csv",
            eda,
            Clarification.model_construct(chosen_by="you", reason=""),
            None,
            Critique.model_construct(verdict="pass", remarks=remarks),
            stages=(),
            files=(),
        ).do
        for remarks in ((leak,), ())
    }
    assert told == {(leak,): ("Leave out a.",), (): ("Knows the answer (a): Leave it out.",)}


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
            "It comes from a smoothed level with half of the trend. Tried from 8 earlier moments on, it was off",
        ),
        (
            "seasonal naive",
            "from repeating the past. Tried from 8 earlier moments on, it was off by 16.3% on average; no other",
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
        forecasting=Forecasting.model_construct(
            horizon=2,
            step="month",
            target="price",
            methods=methods,
            coverage=tuple(Held(level=level, held=level - 0.02, values=16) for level in (0.8, 0.9)),
            forecasts=(
                SeriesForecast.model_construct(
                    history=(("2023-12", 100.0), ("2024-01", 1.0), ("2024-02", 3.0)),
                    ahead=tuple(
                        Ahead.model_construct(when=when, value=value)
                        for when, value in (("2024-03", 4.0), ("2024-04", 6.0))
                    ),
                ),
            ),
        ),
        stages=(),
        files=(),
    )
    assert (
        "Over the next 2 months, up to 2024-04, price is expected to be 5 on average; it was 2 over"
        in told.found
    )
    assert "meant to hold 90% of what comes; at earlier moments they held 88% of 16 values." in told.sure
    assert said in told.found
