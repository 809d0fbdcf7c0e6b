"""What checks compute from a column that is sorted once is what others compute from its values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lakeglass.science.checks.correlation import Measured, correlation
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
