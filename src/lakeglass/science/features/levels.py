"""Encoders of categories: codes by frequency, one column for each level, or means of the target."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.table import MISSING, Codes, Floats, Levels, Table

_INNER_FOLDS = 5


class _Encoder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _codes_in(column: Levels, known: tuple[str, ...], otherwise: int) -> Codes:
    """Places in `known`; -1 where missing, `otherwise` for a level that is not known."""
    place = {level: number for number, level in enumerate(known)}
    table = np.array([place.get(level, otherwise) for level in column.levels] + [MISSING], dtype=np.int32)
    return table[column.codes]


def _levels(table: Table, name: str) -> Levels:
    column = table.column(name)
    if isinstance(column, Levels):
        return column
    # a column of texts may come back as numbers (postcodes, for one); they are told apart as text all the same
    values, codes = np.unique(column.values, return_inverse=True)
    texts = tuple(f"{value:.15g}" for value in values)
    return Levels(name, np.where(np.isnan(column.values), MISSING, codes).astype(np.int32), texts)


class LevelCodes(_Encoder):
    """Levels numbered from the most frequent on; NaN where missing, the number of levels where unknown.

    `native` asks the booster to split on sets of codes rather than on their order.
    """

    kind: Literal["codes"] = "codes"
    column: str
    levels: tuple[str, ...]
    native: bool

    @classmethod
    def fit(cls, table: Table, name: str, *, native: bool) -> LevelCodes:
        """Number the levels that `table` has."""
        column = _levels(table, name)
        return cls(column=name, levels=_by_frequency(column), native=native)

    def names(self) -> tuple[str, ...]:
        """One output, named as the column."""
        return (self.column,)

    def transform(self, table: Table) -> Floats:
        """(rows, 1) codes."""
        codes = _codes_in(_levels(table, self.column), self.levels, len(self.levels)).astype(np.float64)
        codes[codes == MISSING] = np.nan
        if self.native:
            codes[codes == len(self.levels)] = np.nan
        return codes[:, None]


class LevelColumns(_Encoder):
    """A 0/1 column for each level with enough rows, one for the rare and unknown ones, one for missing."""

    kind: Literal["columns"] = "columns"
    column: str
    levels: tuple[str, ...]

    @classmethod
    def fit(cls, table: Table, name: str, *, most: int) -> LevelColumns:
        """Take the `most` frequent levels that have at least max(3, 0.2 % of the rows)."""
        column = _levels(table, name)
        fewest = max(3, round(0.002 * table.rows))
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
        frequent = {column.levels[code] for code in np.flatnonzero(counts >= fewest)}
        return cls(column=name, levels=tuple(x for x in _by_frequency(column) if x in frequent)[:most])

    def names(self) -> tuple[str, ...]:
        """`column = level` for each, then the rest and the missing."""
        return tuple(f"{self.column} = {level}" for level in (*self.levels, "(other)", "(missing)"))

    def transform(self, table: Table) -> Floats:
        """(rows, levels + 2) of 0 and 1."""
        codes = _codes_in(_levels(table, self.column), self.levels, len(self.levels))
        codes = np.where(codes == MISSING, len(self.levels) + 1, codes)
        return np.eye(len(self.levels) + 2)[codes]


class LevelMeans(_Encoder):
    """The target's mean for each level, drawn towards the overall mean where rows are few.

    `means[level][class]`; `fit` returns values of the training rows that leave each row's own part out.
    """

    kind: Literal["means"] = "means"
    column: str
    levels: tuple[str, ...]
    means: tuple[tuple[float, ...], ...]
    overall: tuple[float, ...]

    @classmethod
    def fit(
        cls, table: Table, name: str, *, wanted: Floats, strength: float, seed: int
    ) -> tuple[LevelMeans, Floats]:
        """Means of `wanted` (rows, outputs); also the training rows' values, each without its own part."""
        column = _levels(table, name)
        part = np.random.default_rng(seed).permutation(table.rows) % _INNER_FOLDS
        known = _by_frequency(column)
        codes = _codes_in(column, known, MISSING)
        places = np.where(codes == MISSING, len(known), codes)
        own = np.empty((table.rows, wanted.shape[1]))
        for number in range(_INNER_FOLDS):
            others = part != number
            means, _ = _smoothed(places[others], wanted[others], len(known) + 1, strength)
            own[~others] = means[places[~others]]
        means, overall = _smoothed(places, wanted, len(known) + 1, strength)
        fitted = cls(
            column=name,
            levels=known,
            means=tuple(tuple(float(v) for v in row) for row in means),
            overall=tuple(float(v) for v in overall),
        )
        return fitted, own

    def names(self) -> tuple[str, ...]:
        """`mean by column`, numbered when the target has several classes."""
        if len(self.overall) == 1:
            return (self.column,)
        return tuple(f"{self.column} ({number})" for number in range(len(self.overall)))

    def transform(self, table: Table) -> Floats:
        """(rows, outputs) means; the overall mean for unknown levels."""
        codes = _codes_in(_levels(table, self.column), self.levels, len(self.levels) + 1)
        codes = np.where(codes == MISSING, len(self.levels), codes)
        return np.vstack([np.array(self.means), np.array([self.overall])])[codes]


def _smoothed(places: Codes, wanted: Floats, size: int, strength: float) -> tuple[Floats, Floats]:
    overall = wanted.mean(axis=0)
    count = np.bincount(places, minlength=size)[:, None]
    total = np.stack([np.bincount(places, weights=one, minlength=size) for one in wanted.T], axis=1)
    return (total + strength * overall) / (count + strength), overall


def _by_frequency(column: Levels) -> tuple[str, ...]:
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    order = sorted(np.flatnonzero(counts), key=lambda code: (-int(counts[code]), column.levels[code]))
    return tuple(column.levels[code] for code in order)
