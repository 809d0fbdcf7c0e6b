"""The columns of a table made into one matrix, in a style that a kind of model takes."""

from __future__ import annotations

from typing import Annotated, Literal, assert_never

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from lakeglass.core.errors import InvalidInput
from lakeglass.science.features.levels import LevelCodes, LevelColumns, LevelMeans
from lakeglass.science.features.numbers import BentNumber, MomentParts, MomentWaves, PlainNumber
from lakeglass.science.features.texts import TextTopics
from lakeglass.science.roles import USED, ColumnRole
from lakeglass.science.table import Floats, Table

Encoder = Annotated[
    PlainNumber
    | BentNumber
    | MomentParts
    | MomentWaves
    | LevelCodes
    | LevelColumns
    | LevelMeans
    | TextTopics,
    Field(discriminator="kind"),
]
_TOPICS = 20
_MEANS_FROM = 20
"""Levels from which on the linear style takes means of the target beside columns of the frequent levels."""


class Style(BaseModel):
    """How columns are prepared. Trees take numbers as they are; linear models want them filled, scaled and bent.

    The shape `none` prepares nothing, for models that look at no column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: Literal["trees", "linear", "none"]
    categories: Literal["native", "codes", "means", "columns"] = "codes"
    bends: int = 5
    most_levels: int = 50


class Preparation(BaseModel):
    """Fitted encoders; `transform` gives the same outputs for any table with these columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: Style
    encoders: tuple[Encoder, ...]

    def names(self) -> tuple[str, ...]:
        """The name of every output, in order."""
        return tuple(name for encoder in self.encoders for name in encoder.names())

    def sources(self) -> tuple[str, ...]:
        """The column that each output comes from."""
        return tuple(encoder.column for encoder in self.encoders for _ in encoder.names())

    def native(self) -> tuple[int, ...]:
        """The places of outputs that hold codes to be split as sets."""
        flags = [isinstance(e, LevelCodes) and e.native for e in self.encoders for _ in e.names()]
        return tuple(place for place, flag in enumerate(flags) if flag)

    def transform(self, table: Table) -> Floats:
        """(rows, outputs). Raises InvalidInput when a column is absent."""
        if not self.encoders:
            return np.zeros((table.rows, 1))
        return np.hstack([encoder.transform(table) for encoder in self.encoders])


def prepare(
    table: Table, roles: tuple[ColumnRole, ...], style: Style, *, wanted: Floats, seed: int
) -> tuple[Preparation, Floats]:
    """Fit encoders on `table` and give its matrix.

    `wanted` (rows, outputs) is the target as models see it (a 0/1 column for each class but the first, or the amount):
    means of categories need it, and the matrix of the training rows leaves each row's own target out of them.
    """
    encoders: list[Encoder] = []
    blocks: list[Floats] = []
    for role in roles:
        if role.role not in USED or style.shape == "none":
            continue
        for encoder, block in _encoded(table, role, style, wanted, seed):
            encoders.append(encoder)
            blocks.append(encoder.transform(table) if block is None else block)
    fitted = Preparation(style=style, encoders=tuple(encoders))
    return fitted, np.hstack(blocks) if blocks else np.zeros((table.rows, 1))


def usable(roles: tuple[ColumnRole, ...]) -> tuple[str, ...]:
    """The columns that models learn from. Raises InvalidInput when there is none."""
    names = tuple(role.name for role in roles if role.role in USED)
    if not names:
        raise InvalidInput(
            "no column to learn from: all are constant, empty or identifiers; add columns that vary"
        )
    return names


def _encoded(
    table: Table, role: ColumnRole, style: Style, wanted: Floats, seed: int
) -> list[tuple[Encoder, Floats | None]]:
    name = role.name
    match role.role:
        case "number" | "truth":
            return [(PlainNumber(column=name) if style.shape == "trees" else _bent(table, role, style), None)]
        case "moment":
            trees = style.shape == "trees"
            return [(MomentParts.fit(table, name) if trees else MomentWaves.fit(table, name), None)]
        case "text":
            return [(TextTopics.fit(table, name, topics=_TOPICS, seed=seed), None)]
        case "category":
            return _categories(table, role, style, wanted, seed)
        case "identifier" | "constant" | "empty" | "target":
            return []
        case _:
            assert_never(role.role)


def _bent(table: Table, role: ColumnRole, style: Style) -> BentNumber:
    return BentNumber.fit(
        table, role.name, bends=style.bends if role.role == "number" and role.distinct > 4 else 0
    )


def _categories(
    table: Table, role: ColumnRole, style: Style, wanted: Floats, seed: int
) -> list[tuple[Encoder, Floats | None]]:
    if style.categories == "columns":
        found: list[tuple[Encoder, Floats | None]] = [
            (LevelColumns.fit(table, role.name, most=style.most_levels), None)
        ]
        if role.distinct > _MEANS_FROM:
            found.append(LevelMeans.fit(table, role.name, wanted=wanted, strength=20.0, seed=seed))
        return found
    if style.categories == "means" and role.distinct > 2:
        return [LevelMeans.fit(table, role.name, wanted=wanted, strength=10.0, seed=seed)]
    return [(LevelCodes.fit(table, role.name, native=style.categories == "native"), None)]
