"""What a check of a table is: what it looks at, what it tells, and with which evidence.

A check says why it matters and what to do about what it finds; each finding carries its numbers and, where a picture
says more, the figure's data. A check that does not apply says why not. Nothing here draws, and nothing asks a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from lakeglass.lake.model import Cell
from lakeglass.science.checks.subject import Subject

# high: what is built on the table without looking at this is wrong. medium: it may mislead. low: good to know.
Severity = Literal["high", "medium", "low"]
Area = Literal[
    "types", "completeness", "values", "repetition", "relations", "target", "time", "size", "privacy"
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Frozen):
    """What a picture of the evidence shows: at most 200 points, `y` beside `x`; dates are ISO text."""

    kind: Literal["bars", "line", "points"]
    title: str
    x_title: str
    y_title: str
    x: tuple[Cell, ...]
    y: tuple[float | None, ...]


class About(_Frozen):
    """A check's card: its code, its name, why its findings matter and what to do about them."""

    code: str
    name: str
    area: Area
    why: str
    fix: str


class Finding(_Frozen):
    """Something that a check found, with its numbers; shares in `evidence` are 0..1."""

    code: str
    name: str
    severity: Severity
    columns: tuple[str, ...]
    detail: str
    why: str
    fix: str
    evidence: dict[str, Cell]
    figure: Figure | None = None


def alike(findings: Sequence[Finding]) -> list[tuple[Finding, ...]]:
    """What one check found about one column each, and equally grave, together; in the order of the first of each."""
    together: dict[tuple[object, ...], list[Finding]] = {}
    for number, each in enumerate(findings):
        lone = len(each.columns) == 1
        together.setdefault((each.code, each.severity, None if lone else number), []).append(each)
    return [tuple(each) for each in together.values()]


@dataclass(frozen=True, slots=True)
class Seen:
    """What `look` gives: the registry adds the check's card to it."""

    severity: Severity
    columns: tuple[str, ...]
    detail: str
    evidence: dict[str, Cell]
    figure: Figure | None = None


class Check(Protocol):
    """One question to a table, asked by `findings_of` when nothing keeps it from being asked."""

    about: About

    def obstacle(self, subject: Subject) -> str | None:
        """Why the check says nothing about this table, as a clause; None when it applies."""

    def look(self, subject: Subject) -> Iterable[Seen]:
        """What there is to say; called only when there is no obstacle."""
