"""Which columns go together: candidates from an even sample of rows, measured over all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lakeglass.lake.figures import Association, ColumnStatistics
from lakeglass.lake.statistics.arrays import numbers
from lakeglass.lake.statistics.arrow import Array, encoded, joined, numpy

Measure = Literal["pearson", "spearman", "cramers_v", "correlation_ratio"]
Doubles = NDArray[np.float64]
Codes = NDArray[np.int64]
# A column as doubles (NaN where there is none) or as codes of categories (-1).
Side = Doubles | Codes

MOST = 20
_CANDIDATES = 30
_NUMBERS = 150
_CATEGORIES = 40
# More categories than this say little, and fewer rows than that nothing.
_FEW = 50
_ROWS = 10
_WEAK = 0.1
# How much stronger ranks must go together than the numbers themselves to be told instead.
_CURVED = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two columns by their places, and how they are to be compared."""

    left: int
    right: int
    measure: Measure
    strength: float


def takes_part(column: ColumnStatistics) -> bool:
    """Whether a column can go together with others: it varies, and is no running number."""
    if column.distinct < 2:
        return False
    if column.kind in {"text", "boolean"}:
        return column.distinct_is_exact and column.distinct <= _FEW
    if column.kind == "nested":
        return False
    order = column.numbers.order if column.numbers else None
    return not (order == "strictly rising" and column.kind == "integer" and column.nulls == 0)


def side_of(chunks: Sequence[Array], *, category: bool) -> Side:
    """A column for comparison, one entry a row."""
    if not chunks:
        return np.empty(0)
    if category:
        _, codes = encoded(joined(pa.chunked_array(chunks)))
        return codes
    return np.concatenate([_doubles(chunk) for chunk in chunks])


def candidates(columns: Sequence[ColumnStatistics], sides: dict[int, Side]) -> list[Candidate]:
    """The pairs that seem to go together most strongly."""
    measured = [place for place in sides if _is_number(columns[place])][:_NUMBERS]
    named = [place for place in sides if not _is_number(columns[place])][:_CATEGORIES]
    found = [*_correlated(measured, sides), *_categories(named, sides), *_mixed(named, measured, sides)]
    rows = max((side.size for side in sides.values()), default=0)
    least = max(_WEAK, 3 / math.sqrt(max(rows, 1)))
    strong = [each for each in found if abs(each.strength) >= least]
    return sorted(strong, key=lambda each: (-abs(each.strength), each.left, each.right))[:_CANDIDATES]


def associate(
    columns: Sequence[ColumnStatistics], chosen: Sequence[Candidate], side: Callable[[int], Side]
) -> tuple[Association, ...]:
    """The candidates measured; `side` gives a column with every row that counts."""
    found: list[Association] = []
    for each in sorted(chosen, key=lambda each: (each.left, each.right)):
        strength, rows = compare(side(each.left), side(each.right), each.measure)
        if strength is not None and abs(strength) >= _WEAK and rows >= _ROWS:
            left, right = columns[each.left].name, columns[each.right].name
            found.append(
                Association(left=left, right=right, measure=each.measure, strength=strength, rows=rows)
            )
    return tuple(sorted(found, key=lambda each: -abs(each.strength))[:MOST])


def compare(left: Side, right: Side, measure: Measure) -> tuple[float | None, int]:
    """The strength over the rows that have both, and how many these are."""
    both = _present(left) & _present(right)
    if not both.all():
        left, right = left[both], right[both]
    if left.size < 2:
        return None, left.size
    match measure:
        case "pearson":
            return _pearson(left, right), left.size
        case "spearman":
            return _pearson(_ranks(left), _ranks(right)), left.size
        case "cramers_v":
            return _cramers_v(_table(left, right)), left.size
        case "correlation_ratio":
            return _correlation_ratio(left, right), left.size


def _is_number(column: ColumnStatistics) -> bool:
    return column.kind not in {"text", "boolean"}


def _correlated(places: Sequence[int], sides: dict[int, Side]) -> Iterator[Candidate]:
    """All pairs of numbers at once, by products of matrices over the rows that have both."""
    if len(places) < 2:
        return
    plain = _matrix([sides[place] for place in places])
    ranked = _matrix([_ranks_where_present(sides[place]) for place in places])
    for (i, left), (j, right) in combinations(enumerate(places), 2):
        straight, curved = plain[i, j], ranked[i, j]
        if abs(curved) > abs(straight) + _CURVED:
            yield Candidate(left, right, "spearman", float(curved))
        elif straight:
            yield Candidate(left, right, "pearson", float(straight))


def _matrix(columns: Sequence[Side]) -> Doubles:
    """Pairwise-complete correlations; 0 where there is none."""
    values = np.stack(columns, axis=1).astype(np.float64)
    there = np.isfinite(values).astype(np.float64)
    counts = np.maximum(there.sum(axis=0), 1)
    values = np.where(there > 0, values, 0.0)
    largest = np.abs(values).max(axis=0, initial=0.0)
    values /= np.where(largest > 0, largest, 1.0)
    values = (values - values.sum(axis=0) / counts) * there
    rows = there.T @ there
    sums, squares = values.T @ there, (values * values).T @ there
    with np.errstate(divide="ignore", invalid="ignore"):
        together = values.T @ values - sums * sums.T / rows
        apart = squares - sums * sums / rows
        found: Doubles = together / np.sqrt(apart * apart.T)
    return np.where(np.isfinite(found) & (rows >= _ROWS), np.clip(found, -1, 1), 0.0)


def _categories(places: Sequence[int], sides: dict[int, Side]) -> Iterator[Candidate]:
    for left, right in combinations(places, 2):
        strength, rows = compare(sides[left], sides[right], "cramers_v")
        if strength is not None and rows >= _ROWS:
            yield Candidate(left, right, "cramers_v", strength)


def _mixed(named: Sequence[int], measured: Sequence[int], sides: dict[int, Side]) -> Iterator[Candidate]:
    for left in named:
        groups = int(sides[left].max(initial=0)) + 1
        for right in measured:
            strength, rows = compare(sides[left], sides[right], "correlation_ratio")
            # Groups of random rows differ too, the more the smaller they are.
            if strength is not None and rows > 2 * groups:
                by_chance = (groups - 1) / (rows - 1)
                if strength**2 > 2 * by_chance:
                    yield Candidate(left, right, "correlation_ratio", strength)


def _present(side: Side) -> NDArray[np.bool_]:
    return np.isfinite(side) if side.dtype.kind == "f" else side >= 0


def _pearson(left: Side, right: Side) -> float | None:
    first, second = (_centred(side.astype(np.float64)) for side in (left, right))
    if first is None or second is None:
        return None
    return float(np.clip((first * second).sum(), -1.0, 1.0))


def _centred(values: Doubles) -> Doubles | None:
    """Distances from the mean with a length of 1; None where all are the same."""
    largest = float(np.abs(values).max(initial=0.0))
    if not largest:
        return None
    values = values / largest
    values -= values.mean()
    values -= values.mean()
    # No product of vectors by BLAS: its threads cost more than they save here.
    length = math.sqrt(float((values * values).sum()))
    return values / length if length > 1e-13 * math.sqrt(values.size) else None


def _ranks(values: Side) -> Doubles:
    """Ranks from 1; equal values share the mean of theirs."""
    order = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ends = np.append(starts[1:], values.size)
    ranks = np.empty(values.size)
    ranks[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    return ranks


def _ranks_where_present(side: Side) -> Doubles:
    there = _present(side)
    ranks = np.full(side.size, np.nan)
    ranks[there] = _ranks(side[there])
    return ranks


def _table(left: Side, right: Side) -> Doubles:
    """How many rows have each pair of categories."""
    width = int(right.max()) + 1
    pairs = np.bincount(left * width + right, minlength=(int(left.max()) + 1) * width)
    table = pairs.reshape(-1, width).astype(np.float64)
    seen: Doubles = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    return seen


def _cramers_v(table: Doubles) -> float | None:
    """Bias-corrected (W. Bergsma 2013)."""
    rows, columns = table.shape
    total = table.sum()
    if rows < 2 or columns < 2:
        return None
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    phi = float(((table - expected) ** 2 / expected).sum() / total)
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (total - 1))
    least = min(side - (side - 1) ** 2 / (total - 1) for side in (rows, columns)) - 1
    return min(1.0, math.sqrt(phi / least)) if least > 0 else None


def _correlation_ratio(codes: Side, values: Side) -> float | None:
    """The share of the deviation that lies between the groups."""
    centred = _centred(values.astype(np.float64))
    if centred is None:
        return None
    counts = np.bincount(codes)
    sums = np.bincount(codes, weights=centred)
    there = counts > 0
    between = float((sums[there] ** 2 / counts[there]).sum())
    return math.sqrt(min(1.0, between))


def _doubles(chunk: Array) -> Doubles:
    """Present values as doubles, NaN for the others (and for what is not finite)."""
    doubles = np.full(len(chunk), np.nan)
    present = numbers(chunk)
    if chunk.null_count:
        doubles[numpy(chunk.is_valid())] = present.astype(np.float64)
    else:
        doubles[:] = present
    doubles[~np.isfinite(doubles)] = np.nan
    return doubles
