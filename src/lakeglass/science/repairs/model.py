"""The artifact of repairs: what was changed before modelling, how much, why, and how to have it back."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from lakeglass.science.repairs.steps import Step

Policy = Literal["none", "safe"]
"""'safe' makes the repairs that can be told to be right from the table alone; 'none' makes none."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Example(_Frozen):
    """A cell before and after; never of a column with personal data."""

    before: str
    after: str | None


class Made(_Frozen):
    """One repair: `rows` that it touched or dropped, `cells` that changed, and what it takes to go without it.

    `settles` is the code of a finding that is over with it, if one is.
    """

    id: str
    repair: str
    column: str | None
    what: str
    reason: str
    rows: int
    cells: int
    examples: tuple[Example, ...]
    undo: str
    settles: str | None
    step: Step


class Repairs(_Frozen):
    """The artifact `repairs.json`. The table itself stays as it was given; models are shown it after these steps."""

    version: Literal[1] = 1
    policy: Literal["safe"] = "safe"
    rows_before: int
    rows_after: int
    columns_before: int
    columns_after: int
    made: tuple[Made, ...]
    left_out: tuple[str, ...]
    looked_for: tuple[str, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done, in its order."""
        return tuple(each.step for each in self.made)

    def settles(self, code: str, columns: tuple[str, ...]) -> bool:
        """Whether a repair has done what the finding of this check says to do."""
        return any(
            each.settles == code and columns == (() if each.column is None else (each.column,))
            for each in self.made
        )
