"""What texts look like: shapes, stray spaces, numbers in disguise, spellings that differ in case alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lakeglass.lake.figures import TextPattern
from lakeglass.lake.statistics.arrow import (
    Array,
    Flags,
    buffers,
    encoded,
    lowered,
    matches,
    octets,
    same,
    take,
    texts,
    trimmed,
    value_counts,
)
from lakeglass.lake.statistics.words import Words, frequent

# As many different values are looked at, half of them the most frequent ones.
MOST = 20_000
_PATTERNS = 10
_LONGEST = 64
# A number as people write it: signs, currencies, groups, percent; the whole text must be one.
NUMERIC = (
    r"^\s*[-+(]?\s*[$€£¥]?\s*[-+]?(\d+|\d{1,3}([.,'  ]\d{3})+)?([.,]\d+)?([eE][-+]?\d{1,3})?\s*[%$€£¥)]?\s*$"
)
_DIGIT = r"\d"


@dataclass(frozen=True, slots=True)
class Sample:
    """Different values of a column: all of them, or the frequent ones and some of the rest.

    `weights` are the rows that each stands for: its own, or its share of those of the rest.
    """

    values: Array
    weights: NDArray[np.float64]
    rows: int
    whole: bool

    def rows_of(self, chosen: Flags) -> int:
        """How many rows the chosen values stand for."""
        return round(float(self.weights[chosen].sum()))


@dataclass(frozen=True, slots=True)
class Looks:
    """What was seen, in rows (`case_variants` in values)."""

    empty: int
    blank: int
    padded: int
    numeric: int
    case_variants: int
    patterns: tuple[TextPattern, ...]


def sampled(words: Words, *, most: int = MOST) -> Sample:
    """Values to look at closely; the same ones every time."""
    rows = words.rows
    if len(words) <= most:
        return Sample(words.values, words.counts.astype(np.float64), rows, whole=True)
    half = most // 2
    order = np.argpartition(words.counts, len(words) - half)
    often, rest = order[-half:], order[:-half]
    some = np.random.default_rng(0).choice(rest, most - half, replace=False)
    weights = np.concatenate((words.counts[often], words.counts[some])).astype(np.float64)
    weights[half:] *= (rows - int(words.counts[often].sum())) / weights[half:].sum()
    return Sample(take(words.values, np.concatenate((often, some))), weights, rows, whole=False)


def look(sample: Sample) -> Looks:
    """Look at every value of a sample."""
    values = sample.values
    bare_values = trimmed(values)
    empty, bare = octets(values) == 0, octets(bare_values) == 0
    numeric = matches(values, NUMERIC) & matches(values, _DIGIT)
    return Looks(
        empty=sample.rows_of(empty),
        blank=sample.rows_of(bare & ~empty),
        padded=sample.rows_of(~same(bare_values, values) & ~bare),
        numeric=sample.rows_of(numeric),
        case_variants=_variants(bare_values) if sample.whole else 0,
        patterns=_patterns(sample),
    )


def _variants(bare_values: Array) -> int:
    """Values that are the same as another one but for case and outer spaces."""
    _, counts = value_counts(lowered(bare_values))
    return int(counts[counts > 1].sum())


def _patterns(sample: Sample) -> tuple[TextPattern, ...]:
    short = np.flatnonzero(octets(sample.values) <= _LONGEST)
    weights = sample.weights[short]
    if not short.size or weights.sum() < sample.rows / 2:
        return ()  # prose has no shape
    found, codes = encoded(shapes(take(sample.values, short)))
    rows = np.rint(np.bincount(codes, weights=weights)).astype(np.int64)
    best = frequent(Words(found, rows), top=_PATTERNS)
    return tuple(
        TextPattern(shape=str(shape), count=int(count), share=min(1.0, int(count) / sample.rows))
        for shape, count in zip(best.values.to_pylist(), best.counts, strict=True)
        if count
    )


def _classes() -> tuple[NDArray[np.uint8], Flags]:
    """For each byte: the sign that stands for it, and whether runs of it are told as one."""
    marks = np.arange(256, dtype=np.uint8)
    runs = np.zeros(256, dtype=bool)
    for first, last, sign in (("0", "9", "9"), ("A", "Z", "A"), ("a", "z", "a")):
        marks[ord(first) : ord(last) + 1] = ord(sign)
        runs[ord(first) : ord(last) + 1] = True
    # Letters beyond ASCII: every byte of theirs is part of a run of letters.
    marks[128:] = ord("a")
    runs[128:] = True
    return marks, runs


_SIGN, _RUNS = _classes()
_PLUS = ord("+")


def shapes(values: Array) -> Array:
    """The shape of each text: `9` a digit, `A` and `a` a letter, `+` after runs of them; other signs as they are.

    A letter beyond ASCII counts as `a`.
    """
    ends, text = buffers(values)
    if not text.size:
        return texts(ends, text)
    signs = _SIGN[text]
    first = np.ones(text.size, dtype=bool)
    first[1:] = (signs[1:] != signs[:-1]) | ~_RUNS[text[1:]]
    starts = ends[:-1]
    first[starts[starts < text.size]] = True
    # The second sign of a run becomes its plus.
    second = np.zeros(text.size, dtype=bool)
    second[1:] = first[:-1] & ~first[1:]
    kept = first | second
    written = np.where(second, np.uint8(_PLUS), signs)[kept]
    return texts(np.concatenate(([0], np.cumsum(kept)))[ends], written)
