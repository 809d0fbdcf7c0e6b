"""Measures agree with scikit-learn's; intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from lakeglass.science.metrics import MEASURES, as_probabilities, loss, measured, measures_of

DRAW = np.random.default_rng(5)
N = 300


def test_measures_of_two_classes_are_those_of_the_reference_ties_included() -> None:
    truth = DRAW.integers(0, 2, N) * 1.0
    score = np.round(np.clip(0.3 * truth + DRAW.random(N) * 0.7, 0.01, 0.99), 1)
    both, one = np.stack([1 - score, score], axis=1), np.ones(N)
    expected = {
        "roc_auc": reference.roc_auc_score(truth, score),
        "log_loss": reference.log_loss(truth, both),
        "average_precision": reference.average_precision_score(truth, score),
        "accuracy": reference.accuracy_score(truth, both.argmax(axis=1)),
        "balanced_accuracy": reference.balanced_accuracy_score(truth, both.argmax(axis=1)),
        "brier": reference.brier_score_loss(truth, score),
    }
    assert {m.name: m.of(truth, both, one) for m in measures_of("binary")} == pytest.approx(expected)


def test_measures_of_many_classes_and_amounts_are_those_of_the_reference() -> None:
    truth = DRAW.integers(0, 3, N) * 1.0
    chances = as_probabilities("multiclass", DRAW.random((N, 3)) + np.eye(3)[truth.astype(int)])
    one = np.ones(N)
    assert MEASURES["log_loss"].of(truth, chances, one) == pytest.approx(reference.log_loss(truth, chances))
    assert MEASURES["roc_auc"].of(truth, chances, one) == pytest.approx(
        reference.roc_auc_score(truth, chances, multi_class="ovr")
    )
    counts, expected = DRAW.poisson(3, N) * 1.0, DRAW.uniform(1, 5, N)
    assert MEASURES["poisson_deviance"].of(counts, expected, one) == pytest.approx(
        reference.mean_poisson_deviance(counts, expected)
    )
    assert MEASURES["r2"].of(counts, expected, one) == pytest.approx(reference.r2_score(counts, expected))
    assert MEASURES["rmse"].of(counts, expected, one) == pytest.approx(
        reference.root_mean_squared_error(counts, expected)
    )


def test_a_weight_of_two_is_the_row_twice() -> None:
    truth, score = DRAW.integers(0, 2, 60) * 1.0, np.round(DRAW.random(60), 1)
    both, twice = np.stack([1 - score, score], axis=1), DRAW.integers(0, 3, 60)
    for measure in measures_of("binary"):
        assert measure.of(truth, both, twice * 1.0) == pytest.approx(
            measure.of(np.repeat(truth, twice), np.repeat(both, twice, axis=0), np.ones(twice.sum()))
        )


def test_losses_point_down_and_undefined_ones_never_win() -> None:
    truth, good = np.array([0.0, 1.0]), np.array([[0.9, 0.1], [0.2, 0.8]])
    assert loss(MEASURES["roc_auc"], truth, good) == 0.0
    assert loss(MEASURES["roc_auc"], np.zeros(2), good) == 1.0
    told = [one.measure for one in measured("binary", np.zeros(2), good)]
    assert "roc_auc" not in told
    assert "brier" in told
    assert loss(MEASURES["rmse"], truth, truth) == 0.0


def test_intervals_cover_the_true_value_about_as_often_as_they_say() -> None:
    hits = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        truth = draw.normal(size=150)
        found = {m.measure: m for m in measured("regression", truth, np.zeros(150), seed=seed, draws=100)}[
            "mae"
        ]
        assert found.low <= found.value <= found.high
        hits += found.low <= np.sqrt(2 / np.pi) <= found.high
    assert 50 <= hits <= 60


def test_intervals_repeat_with_their_seed() -> None:
    truth = DRAW.normal(size=80)
    assert measured("regression", truth, truth * 0.5, seed=1) == measured(
        "regression", truth, truth * 0.5, seed=1
    )


def test_a_large_table_has_the_narrow_intervals_of_all_its_rows_though_a_sample_is_drawn() -> None:
    truth = np.random.default_rng(1).normal(size=120_000)
    found = {m.measure: m for m in measured("regression", truth, np.zeros(truth.size), seed=0)}["mae"]
    assert found.value == pytest.approx(np.abs(truth).mean())
    assert found.error == pytest.approx(np.abs(truth).std() / np.sqrt(truth.size), rel=0.3)
    assert found.low < found.value < found.high
