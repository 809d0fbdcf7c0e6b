"""Calibration, intervals and thresholds do what they say on rows that they were not learned from."""

from __future__ import annotations

import numpy as np
import pytest

from lakeglass.science.assess.calibration import Calibrator, calibration_of, reliability
from lakeglass.science.assess.intervals import Intervals, coverage_of, crossed_coverage, intervals_of
from lakeglass.science.assess.threshold import Costs, threshold_of


def chances(seed: int, rows: int, *, stretch: float) -> tuple[np.ndarray, np.ndarray]:
    """Chances whose log-odds are `stretch` times what they should be, and what came true."""
    draw = np.random.default_rng(seed)
    odds = draw.normal(size=rows) * 1.5
    truth = (draw.random(rows) < 1 / (1 + np.exp(-odds))) * 1.0
    told = 1 / (1 + np.exp(-stretch * odds))
    return np.stack([1 - told, told], axis=1), truth


# req: D9
@pytest.mark.parametrize("stretch", [0.3, 3.0])
def test_chances_that_are_off_are_corrected_and_the_correction_holds_on_new_rows(stretch: float) -> None:
    learned, truth = chances(1, 6000, stretch=stretch)
    made = calibration_of(learned, truth, seed=0)
    fresh, other = chances(2, 6000, stretch=stretch)
    before, after = reliability(fresh, other).error, reliability(made.calibrator.apply(fresh), other).error
    assert before > 0.1
    assert after < 0.03
    assert made.after.error < 0.03
    np.testing.assert_allclose(made.calibrator.apply(fresh).sum(axis=1), 1)


def test_chances_that_are_right_are_left_alone() -> None:
    learned, truth = chances(1, 3000, stretch=1.0)
    made = calibration_of(learned, truth, seed=0)
    assert made.calibrator == Calibrator(kind="none")
    np.testing.assert_array_equal(made.calibrator.apply(learned), learned)


def test_a_correction_keeps_the_order_of_rows() -> None:
    learned, truth = chances(3, 3000, stretch=3.0)
    for kind in ("scaled", "isotonic"):
        from lakeglass.science.assess import calibration

        made = calibration._fitted(kind, learned, truth)  # type: ignore[arg-type]
        corrected = made.apply(learned)[np.argsort(learned[:, 1]), 1]
        assert (np.diff(corrected) >= -1e-12).all()
        assert 0 < corrected.min() < corrected.max() < 1


def test_many_classes_are_stretched_together() -> None:
    draw = np.random.default_rng(0)
    odds = draw.normal(size=(4000, 3)) * 1.5
    right = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    truth = (draw.random((4000, 1)) > right.cumsum(axis=1)).sum(axis=1) * 1.0
    sure = right**3 / (right**3).sum(axis=1, keepdims=True)
    made = calibration_of(sure, truth, seed=0)
    assert made.before.error > 0.1
    assert made.after.error < 0.03
    assert made.calibrator.stretch == pytest.approx(1 / 3, abs=0.05)


# req: D9
@pytest.mark.parametrize("seed", range(4))
def test_intervals_hold_the_truth_as_often_as_they_say_where_noise_grows(seed: int) -> None:
    draw = np.random.default_rng(seed)
    predicted = draw.uniform(0, 10, 4000)
    truth = predicted + draw.normal(size=4000) * (0.2 + 0.3 * predicted)
    made = intervals_of(predicted[:2000], truth[:2000])
    found = {one.level: one.held for one in coverage_of(made, predicted[2000:], truth[2000:])}
    assert found[0.9] == pytest.approx(0.9, abs=0.03)
    assert found[0.5] == pytest.approx(0.5, abs=0.05)
    low = predicted[2000:] < 2
    start, end = made.of(predicted[2000:], 0.9)
    held = (truth[2000:] >= start) & (truth[2000:] <= end)
    assert held[low].mean() == pytest.approx(0.9, abs=0.06)
    assert (end - start)[low].mean() < 0.4 * (end - start)[~low].mean()
    crossed = {one.level: one.held for one in crossed_coverage(predicted, truth, seed=0)}
    assert crossed[0.9] == pytest.approx(0.9, abs=0.02)


def test_intervals_of_counts_end_at_zero_and_those_of_few_rows_are_wide_not_wrong() -> None:
    draw = np.random.default_rng(0)
    predicted = draw.uniform(0, 3, 300)
    made = intervals_of(predicted, draw.poisson(predicted) * 1.0, lowest=0.0)
    assert made.of(predicted, 0.95)[0].min() == 0
    assert Intervals.model_validate_json(made.model_dump_json()) == made
    held = []
    for seed in range(200):
        few = np.random.default_rng(seed)
        truth = few.normal(size=31)
        one = intervals_of(np.zeros(30), truth[:30])
        low, high = one.of(np.zeros(1), 0.9)
        held.append(low[0] <= truth[30] <= high[0])
    assert 0.85 <= np.mean(held) <= 0.97


def test_the_threshold_follows_the_costs_and_is_cheaper_than_half() -> None:
    learned, truth = chances(5, 5000, stretch=1.0)
    dear_miss = threshold_of(learned[:, 1], truth, Costs(false_alarm=1, miss=9))
    assert dear_miss.threshold == pytest.approx(0.1, abs=0.05)
    assert dear_miss.cost < dear_miss.cost_at_half
    assert dear_miss.cost < min(dear_miss.cost_always, dear_miss.cost_never)
    dear_alarm = threshold_of(learned[:, 1], truth, Costs(false_alarm=9, miss=1))
    assert dear_alarm.recall < dear_miss.recall
    assert dear_alarm.precision > dear_miss.precision
    assert dear_miss.found + dear_miss.missed == truth.sum()
    assert "clearly cheaper" in threshold_of(learned[:, 1] ** 4, truth, Costs(false_alarm=1, miss=1)).reason
