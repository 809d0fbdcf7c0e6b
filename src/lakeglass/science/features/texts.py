"""Free text as a few topics: words and word pairs, weighed by rarity, pressed into a handful of directions."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.table import Floats, Levels, Table

if TYPE_CHECKING:
    from scipy import sparse

_WORD = re.compile(r"\w{2,40}")
_MOST_TERMS = 3000
_MOST_WORDS = 300
"""Words of one text that count; a book in a cell must not cost minutes."""


def _terms(text: str) -> Iterator[str]:
    words = _WORD.findall(text.lower())[:_MOST_WORDS]
    yield from words
    yield from (f"{one} {two}" for one, two in itertools.pairwise(words))


class TextTopics(BaseModel):
    """Topics of a text column: `weights[term]` and `directions[term][topic]`; also its length in letters and words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["topics"] = "topics"
    column: str
    terms: tuple[str, ...]
    weights: tuple[float, ...]
    directions: tuple[tuple[float, ...], ...]

    @classmethod
    def fit(cls, table: Table, name: str, *, topics: int, seed: int) -> TextTopics:
        """Learn terms that stand in at least two rows (and not in nearly all), and their main directions."""
        column = _texts(table, name)
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
        rows_with: Counter[str] = Counter()
        for code in np.flatnonzero(counts):
            for term in set(_terms(column.levels[code])):
                rows_with[term] += int(counts[code])
        present = int(counts.sum())
        kept = sorted((-n, term) for term, n in rows_with.items() if 2 <= n <= 0.98 * present)[:_MOST_TERMS]
        terms = tuple(term for _, term in kept)
        weights = tuple(float(np.log((1 + present) / (1 - minus)) + 1) for minus, _ in kept)
        bare = cls(column=name, terms=terms, weights=weights, directions=())
        if len(terms) < 3:
            return bare.model_copy(update={"terms": (), "weights": ()})
        # a text that stands in n rows weighs as n rows would
        from scipy import sparse  # not before a text is met: no start of a server has to wait for it

        matrix = sparse.csr_array(
            sparse.diags_array(np.sqrt(counts.astype(np.float64))) @ bare._matrix(column)
        )
        found = _directions(matrix, min(topics, len(terms) - 1, matrix.shape[0] - 1), seed)
        return bare.model_copy(update={"directions": tuple(tuple(float(v) for v in row) for row in found)})

    def names(self) -> tuple[str, ...]:
        """`column topic i`, then letters and words."""
        topics = len(self.directions[0]) if self.directions else 0
        return (
            *(f"{self.column} topic {i + 1}" for i in range(topics)),
            f"{self.column} letters",
            f"{self.column} words",
        )

    def transform(self, table: Table) -> Floats:
        """(rows, topics + 2); zeros where missing."""
        column = _texts(table, self.column)
        sizes = np.array(
            [[len(level), len(level.split())] for level in column.levels] + [[0, 0]], dtype=np.float64
        )
        outputs = np.log1p(sizes)
        if self.directions:
            topics = np.asarray(self._matrix(column) @ np.array(self.directions))
            outputs = np.hstack([np.vstack([topics, np.zeros((1, topics.shape[1]))]), outputs])
        return outputs[column.codes]

    def _matrix(self, column: Levels) -> sparse.csr_array:
        """(levels, terms) weights, each row of length 1."""
        place = {term: number for number, term in enumerate(self.terms)}
        rows: list[int] = []
        columns: list[int] = []
        for number, level in enumerate(column.levels):
            mine = [place[term] for term in _terms(level) if term in place]
            rows += [number] * len(mine)
            columns += mine
        weight = np.array(self.weights, dtype=np.float64)[columns] if columns else np.zeros(0)
        shape = (len(column.levels), len(self.terms))
        from scipy import sparse  # not before a text is met: no start of a server has to wait for it

        matrix = sparse.coo_array((weight, (rows, columns)), shape=shape).tocsr()
        length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        return sparse.csr_array(sparse.diags_array(1 / np.where(length > 0, length, 1.0)) @ matrix)


def _texts(table: Table, name: str) -> Levels:
    column = table.column(name)
    if isinstance(column, Levels):
        return column
    return Levels(name, np.full(table.rows, -1, dtype=np.int32), ())


def _directions(matrix: sparse.csr_array, topics: int, seed: int) -> Floats:
    """The first right singular vectors, by a random projection and two power steps (Halko et al., 2011)."""
    draw = np.random.default_rng(seed)
    sketch = matrix @ draw.normal(size=(matrix.shape[1], topics + 8))
    for _ in range(2):
        basis, _ = np.linalg.qr(sketch)
        sketch = matrix @ (matrix.T @ basis)
    basis, _ = np.linalg.qr(sketch)
    _, _, right = np.linalg.svd(np.asarray((matrix.T @ basis).T), full_matrices=False)
    turned = right[:topics].T
    return np.asarray(turned * np.sign(turned[np.abs(turned).argmax(axis=0), np.arange(turned.shape[1])]))
