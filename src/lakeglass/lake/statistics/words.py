"""Columns of words: every different value with its number of rows, and what those say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lakeglass.lake.figures import Bin, TopValue
from lakeglass.lake.statistics.arrays import Scale
from lakeglass.lake.statistics.arrow import (
    Array,
    Chunked,
    characters,
    encoded,
    is_text,
    least,
    ranking,
    take,
    value_counts,
)
from lakeglass.lake.statistics.bars import edges_of

TOP = 200
_SHOWN = 300
Weights = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """Different values (string or binary), each once, and how many rows have each."""

    values: Array
    counts: Weights

    @property
    def rows(self) -> int:
        """Rows that have a value."""
        return int(self.counts.sum())

    def __len__(self) -> int:
        return len(self.values)

    def at(self, places: NDArray[np.int64]) -> Words:
        """Some of them."""
        return Words(take(self.values, places), self.counts[places])


def count_words(pieces: Iterable[Chunked], *, most: int) -> Words | None:
    """Count every value; None as soon as there are more than `most` different ones."""
    settled: list[Words] = []
    for piece in pieces:
        settled.append(_counted(piece))
        # Merging costs as much as what is merged: small heaps wait until they weigh as much as the one before.
        while len(settled) > 1 and len(settled[-1]) * 2 > len(settled[-2]):
            settled[-2:] = [_merged(settled[-2:])]
        if len(settled[0]) > most:
            return None
    if not settled:
        return Words(pa.nulls(0, pa.string()), np.zeros(0, dtype=np.int64))  # of a table without rows
    whole = settled[0] if len(settled) == 1 else _merged(settled)
    return whole if len(whole) <= most else None


def frequent(words: Words, *, top: int = TOP) -> Words:
    """The most frequent ones, most frequent first; equally frequent ones in their own order."""
    counts = words.counts
    if len(words) > top:
        rarest = np.partition(counts, -top)[-top]
        above = np.flatnonzero(counts > rarest)
        equal = np.flatnonzero(counts == rarest)
        first = least(take(words.values, equal), top - above.size)
        words = words.at(np.concatenate((above, equal[first])))
    return words.at(ranking(words.values, words.counts))


def top_values(words: Words, *, top: int = TOP) -> tuple[TopValue, ...]:
    """The most frequent texts as a profile shows them."""
    if not len(words):
        return ()
    rows, best = words.rows, frequent(words, top=top)
    return tuple(
        TopValue(value=shortened(str(value)), count=int(count), share=int(count) / rows)
        for value, count in zip(best.values.to_pylist(), best.counts, strict=True)
    )


def shortened(text: str) -> str:
    """A text that fits into a list."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long the texts of a column are, row by row, in characters."""

    least: int
    most: int
    mean: float
    median: float
    bars: tuple[Bin, ...]


def lengths(words: Words) -> Lengths | None:
    """None for a column without any text."""
    if not len(words):
        return None
    sizes = characters(words.values)
    order = np.argsort(sizes)
    sizes, counts = sizes[order], words.counts[order]
    upto = np.cumsum(counts)
    rows = int(upto[-1])
    middle = [int(sizes[np.searchsorted(upto, rank, "right")]) for rank in ((rows - 1) // 2, rows // 2)]
    shortest, longest = int(sizes[0]), int(sizes[-1])
    edges = edges_of(shortest, longest, Scale(whole=True))
    places = np.concatenate(([0], upto))[np.searchsorted(sizes, edges[1:-1], "left")]
    filled = np.diff([0, *places.tolist(), rows])
    return Lengths(
        least=shortest,
        most=longest,
        mean=int(np.dot(sizes, counts)) / rows,
        median=sum(middle) / 2,
        bars=tuple(
            Bin(low=float(low), high=float(high), count=int(count))
            for low, high, count in zip(edges[:-1], edges[1:], filled, strict=True)
        ),
    )


def _counted(column: Chunked) -> Words:
    if pa.types.is_dictionary(column.type):
        parts = [_of_dictionary(chunk) for chunk in column.chunks or [column.combine_chunks()]]
        return parts[0] if len(parts) == 1 else _merged(parts)
    if column.nbytes > 1 << 30:
        column = column.cast(pa.large_string() if is_text(column.type) else pa.large_binary())
    return Words(*value_counts(column))


def _of_dictionary(chunk: Array) -> Words:
    values, codes = encoded(chunk)
    # Rows without a value count for one that is left out, the first.
    counts = np.bincount(codes + 1, minlength=len(values) + 1)[1:].astype(np.int64)
    present = np.flatnonzero(counts)
    found = Words(values, counts)
    return found if present.size == counts.size else found.at(present)


def _merged(parts: Sequence[Words]) -> Words:
    kinds = [part.values.type for part in parts]
    wide = next((kind for kind in kinds if kind in (pa.large_string(), pa.large_binary())), kinds[0])
    values, codes = encoded(pa.concat_arrays([part.values.cast(wide) for part in parts]))
    # Sums of doubles are exact up to 2^53 rows.
    weights = np.bincount(codes, weights=np.concatenate([part.counts for part in parts]))
    return Words(values, weights.astype(np.int64))
