"""Encoders of numbers and moments: as they are for trees; filled, scaled and bent for linear models."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.table import Floats, Levels, Table

_DAY = 86_400.0
_YEAR = 365.2425
MOMENT_PARTS = ("day number", "year", "month", "day", "weekday", "hour", "day of year")


class _Encoder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _values(table: Table, name: str) -> Floats:
    """The numbers of a column; texts where numbers were learned count as missing."""
    column = table.column(name)
    if isinstance(column, Levels):
        return (
            np.full(table.rows, np.nan)
            if not column.truth
            else np.where(column.codes < 0, np.nan, column.codes)
        )
    return column.values


class PlainNumber(_Encoder):
    """A number as it is, NaN where missing."""

    kind: Literal["plain"] = "plain"
    column: str

    def names(self) -> tuple[str, ...]:
        """One output, named as the column."""
        return (self.column,)

    def transform(self, table: Table) -> Floats:
        """(rows, 1)."""
        return _values(table, self.column)[:, None]


class BentNumber(_Encoder):
    """A number for linear models: filled with the median, cut at the outer 0.5 %, scaled, and bent at quantiles.

    The bends are hats over `knots` (each 1 at its knot, 0 at its neighbours), so that a straight model can follow a
    curve; `marked` adds a column that says where the value was missing.
    """

    kind: Literal["bent"] = "bent"
    column: str
    low: float
    high: float
    fill: float
    center: float
    scale: float
    knots: tuple[float, ...]
    marked: bool

    @classmethod
    def fit(cls, table: Table, name: str, *, bends: int) -> BentNumber:
        """Learn range, middle and knots from `table`; fewer than two different knots mean no bends."""
        values = _values(table, name)
        known = values[~np.isnan(values)]
        if known.size == 0:
            known = np.zeros(1)
        low, fill, high = (float(v) for v in np.quantile(known, [0.005, 0.5, 0.995]))
        cut = np.clip(known, low, high)
        knots = np.unique(np.quantile(cut, np.linspace(0, 1, bends))) if bends >= 3 else np.zeros(0)
        return cls(
            column=name, low=low, high=high, fill=fill, center=float(cut.mean()), scale=float(cut.std()) or 1.0,
            knots=tuple(float(k) for k in knots) if knots.size >= 3 else (), marked=bool(np.isnan(values).any()),
        )  # fmt: skip

    def names(self) -> tuple[str, ...]:
        """The column, its bends, and whether it was missing."""
        bends = tuple(f"{self.column} near {knot:.6g}" for knot in self.knots)
        return (self.column, *bends, *((f"{self.column} missing",) if self.marked else ()))

    def transform(self, table: Table) -> Floats:
        """(rows, 1 + knots + marked)."""
        values = _values(table, self.column)
        gaps = np.isnan(values)
        filled = np.clip(np.where(gaps, self.fill, values), self.low, self.high)
        parts = [((filled - self.center) / self.scale)[:, None]]
        if self.knots:
            place = np.interp(filled, self.knots, np.arange(len(self.knots), dtype=np.float64))
            parts.append(np.clip(1 - np.abs(place[:, None] - np.arange(len(self.knots))), 0, 1))
        if self.marked:
            parts.append(gaps[:, None] * 1.0)
        return np.hstack(parts)


class MomentParts(_Encoder):
    """A moment as day number, year, month, day, weekday, hour and day of the year, as far as they change."""

    kind: Literal["moment"] = "moment"
    column: str
    parts: tuple[str, ...]

    @classmethod
    def fit(cls, table: Table, name: str) -> MomentParts:
        """Keep the parts that differ between the rows of `table`."""
        every = _moment_parts(_values(table, name))
        differing = [np.unique(part[~np.isnan(part)]).size > 1 for part in every.T]
        kept = tuple(part for part, differs in zip(MOMENT_PARTS, differing, strict=True) if differs)
        return cls(column=name, parts=kept or MOMENT_PARTS[:1])

    def names(self) -> tuple[str, ...]:
        """`column part` for each part kept."""
        return tuple(f"{self.column} {part}" for part in self.parts)

    def transform(self, table: Table) -> Floats:
        """(rows, parts), NaN where missing."""
        return _moment_parts(_values(table, self.column))[
            :, [MOMENT_PARTS.index(part) for part in self.parts]
        ]


class MomentWaves(_Encoder):
    """A moment for linear models: a scaled day number, waves of year, week and day, and whether it was missing."""

    kind: Literal["waves"] = "waves"
    column: str
    center: float
    scale: float

    @classmethod
    def fit(cls, table: Table, name: str) -> MomentWaves:
        """Learn the middle and spread of the day number."""
        days = _values(table, name) / _DAY
        known = days[~np.isnan(days)]
        if known.size == 0:
            return cls(column=name, center=0.0, scale=1.0)
        return cls(column=name, center=float(known.mean()), scale=float(known.std()) or 1.0)

    def names(self) -> tuple[str, ...]:
        """The day number, sine and cosine of each wave, and whether it was missing."""
        waves = (
            f"{self.column} {wave} {part}" for wave in ("year", "week", "day") for part in ("sine", "cosine")
        )
        return (self.column, *waves, f"{self.column} missing")

    def transform(self, table: Table) -> Floats:
        """(rows, 8)."""
        days = _values(table, self.column) / _DAY
        gaps = np.isnan(days)
        filled = np.where(gaps, self.center, days)
        outputs = [(filled - self.center) / self.scale]
        for length in (_YEAR, 7.0, 1.0):
            turn = 2 * np.pi * filled / length
            outputs += [np.sin(turn), np.cos(turn)]
        return np.stack([*outputs, gaps * 1.0], axis=1)


def _moment_parts(seconds: Floats) -> Floats:
    gaps = np.isnan(seconds)
    moments = np.where(gaps, 0, seconds).astype("int64").astype("datetime64[s]")
    days = moments.astype("datetime64[D]")
    months, years = moments.astype("datetime64[M]"), moments.astype("datetime64[Y]")
    parts = np.stack(
        [
            np.where(gaps, 0, seconds) / _DAY,
            years.astype("int64") + 1970,
            months.astype("int64") % 12 + 1,
            (days - months.astype("datetime64[D]")).astype("int64") + 1,
            (days.astype("int64") + 3) % 7,
            (moments - days).astype("int64") // 3600,
            (days - years.astype("datetime64[D]")).astype("int64") + 1,
        ],
        axis=1,
    ).astype(np.float64)
    parts[gaps] = np.nan
    return parts
