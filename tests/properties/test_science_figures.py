"""What checks compute from a column that is sorted once is what others compute from its values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lakeglass.science.checks.correlation import Measured, correlation
from lakeglass.science.checks.drift import _distance
from lakeglass.science.checks.missing_pattern import _counted, _cramers_v
from lakeglass.science.checks.skill import bins_of
from lakeglass.science.table import Floats, Numbers

_NUMBER = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 3.0]),
    st.integers(-50, 50).map(float),
    st.floats(-1e6, 1e6),
)
_COLUMN = st.lists(st.one_of(_NUMBER, st.just(np.nan)), min_size=1, max_size=300)


def _binned(values: Floats, most: int) -> Floats:
    """Bins as the definition has them: places among the different values, or among the quantiles that occur."""
    present = values[~np.isnan(values)]
    cuts = np.unique(present)
    if cuts.size > most:
        cuts = np.unique(np.quantile(present, np.linspace(0, 1, most + 1)[1:-1], method="lower"))
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(cuts, values, side="left"))


# req: D8
@given(cells=_COLUMN)
def test_a_sorted_column_is_its_different_values_their_counts_and_where_they_are(cells: list[float]) -> None:
    column = Numbers("x", np.array(cells))
    present = column.values[~np.isnan(column.values)]
    different, counts = np.unique(present, return_counts=True)
    np.testing.assert_array_equal(column.order.different, different)
    np.testing.assert_array_equal(column.order.counts, counts)
    np.testing.assert_array_equal(np.append(different, np.nan)[column.order.places], column.values)
    assert column.distinct() == different.size


# req: D8
@given(cells=_COLUMN, most=st.sampled_from([2, 8, 64]))
def test_bins_are_quantiles_of_the_values(cells: list[float], most: int) -> None:
    column = Numbers("x", np.array(cells))
    np.testing.assert_array_equal(bins_of(column, most=most), _binned(column.values, most))


# req: D8
@given(cells=_COLUMN, seed=st.integers(0, 9))
def test_ranks_are_those_of_the_chosen_rows_among_themselves(cells: list[float], seed: int) -> None:
    column = Numbers("x", np.array(cells))
    rows = ~np.isnan(column.values) & (np.random.default_rng(seed).random(len(cells)) < 0.7)
    ranks = stats.rankdata(column.values[rows]) - 1
    np.testing.assert_array_equal(column.order.ranks(rows), ranks)


# req: D8
@settings(max_examples=60)
@given(
    rows=st.integers(5, 200),
    ties=st.sampled_from([3, 20, 10_000]),
    gaps=st.sampled_from([0.0, 0.3]),
    seed=st.integers(0, 999),
)
def test_the_stronger_of_two_correlations_is_that_of_the_textbooks(
    rows: int, ties: int, gaps: float, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    one = dice.integers(0, ties, rows).astype(np.float64)
    other = np.exp(one / ties * dice.integers(-3, 4)) + dice.normal(0, 0.2, rows).round(2)
    one[dice.random(rows) < gaps] = np.nan
    other[dice.random(rows) < gaps] = np.nan
    both = np.isfinite(one) & np.isfinite(other)
    found = correlation(Measured(Numbers("x", one)), Measured(Numbers("y", other)), both)
    if both.sum() < 2 or min(np.ptp(one[both]), np.ptp(other[both])) == 0:
        assert found == 0
        return
    known = [float(test(one[both], other[both]).statistic) for test in (stats.pearsonr, stats.spearmanr)]
    assert found == pytest.approx(max(known, key=abs), abs=1e-9)


# req: D8
@given(cells=_COLUMN)
def test_values_in_order_are_the_finite_ones_sorted(cells: list[float]) -> None:
    values = np.array([*cells, np.inf])
    np.testing.assert_array_equal(Numbers("x", values).order.values(), np.sort(values[np.isfinite(values)]))


# req: D8
@settings(max_examples=60)
@given(rows=st.integers(60, 400), levels=st.integers(2, 12), pull=st.floats(0, 1), seed=st.integers(0, 999))
def test_what_gaps_depend_on_is_told_by_the_counts_of_a_table(
    rows: int, levels: int, pull: float, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    bins = dice.integers(0, levels + 1, rows)
    gap = dice.random(rows) < 0.2 + pull * 0.7 * (bins == 1)
    counts, missing = _counted(np.bincount(bins), bins[gap])
    known = np.array([[(bins == b).sum(), (gap & (bins == b)).sum()] for b in np.unique(bins[bins > 0])])
    np.testing.assert_array_equal(np.stack([counts, missing], axis=1), known)
    table = np.stack([missing, counts - missing])
    if table.shape[1] < 2 or min(table.sum(axis=1)) == 0 or counts.sum() < 40:
        return
    size, width = float(counts.sum()), table.shape[1]
    chi2 = float(stats.chi2_contingency(table, correction=False).statistic)
    phi2 = max(0.0, chi2 / size - (width - 1) / (size - 1))
    least = min(width - (width - 1) ** 2 / (size - 1), 2 - 1 / (size - 1)) - 1
    assert _cramers_v(counts, missing) == pytest.approx(np.sqrt(phi2 / least) if least > 0 else 0.0, abs=1e-9)


# req: D8
@settings(max_examples=60)
@given(
    rows=st.integers(60, 400),
    ties=st.sampled_from([2, 9, 5_000]),
    shift=st.floats(0, 2),
    seed=st.integers(0, 999),
)
def test_the_distance_of_two_halves_is_that_of_kolmogorov_and_smirnov(
    rows: int, ties: int, shift: float, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    order = dice.permutation(rows)
    values = np.empty(rows)
    values[order] = (dice.normal(size=rows) + shift * np.linspace(0, 1, rows) * ties / 9).round(2) % ties
    values[dice.random(rows) < 0.2] = np.nan
    found = _distance(Numbers("x", values), order)
    halves = [values[half][np.isfinite(values[half])] for half in (order[: rows // 2], order[rows // 2 :])]
    if min(half.size for half in halves) < 25:
        assert found is None
        return
    assert found == pytest.approx(float(stats.ks_2samp(*halves, method="asymp").statistic), abs=1e-12)
