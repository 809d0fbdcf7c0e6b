"""What a repair does to a table: a closed set of steps that are data, so that they can be read, kept and done again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Step(BaseModel):
    """`id` is what the step is left out by; `told` says in plain words what it did."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    told: str = ""


class DropRepeats(_Step):
    """Of rows that are equal in every column, keep the first."""

    action: Literal["drop-repeats"] = "drop-repeats"


class DropColumn(_Step):
    """Leave the column out."""

    action: Literal["drop-column"] = "drop-column"
    column: str


class Rewrite(_Step):
    """Texts that become others; None makes them missing."""

    action: Literal["rewrite"] = "rewrite"
    column: str
    to: dict[str, str | None]


class Blanks(_Step):
    """No blanks around a text, and one where several stand inside it."""

    action: Literal["blanks"] = "blanks"
    column: str


class NullNumbers(_Step):
    """Numbers that become missing."""

    action: Literal["null-numbers"] = "null-numbers"
    column: str
    values: tuple[float, ...]


class ParseNumbers(_Step):
    """Text that is numbers: without `sign` (a currency or %) and `grouping`; `decimal` begins the fraction."""

    action: Literal["parse-numbers"] = "parse-numbers"
    column: str
    decimal: Literal[".", ","]
    grouping: Literal["", ",", ".", "'", " "]
    sign: Literal["", "$", "€", "£", "¥", "%"]


Step = Annotated[
    DropRepeats | DropColumn | Rewrite | Blanks | NullNumbers | ParseNumbers, Field(discriminator="action")
]
TextStep = Rewrite | Blanks | ParseNumbers
