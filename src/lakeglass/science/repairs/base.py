"""What a repair is: something that looks at a table and names the steps that are right beyond doubt.

A repair never changes anything itself: it gives steps out of a closed set, which `actions.py` does. It leaves alone the
columns that the question is about (target, time, group, sensitive column) and those with personal data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.science.checks import Finding, Subject
from lakeglass.science.repairs.actions import applied, as_text, in_one
from lakeglass.science.repairs.steps import DropColumn, DropRepeats, Step
from lakeglass.science.table import MISSING, Levels


@dataclass(frozen=True)
class Texts:
    """The different texts of a column and how many rows have each."""

    levels: tuple[str, ...]
    counts: npt.NDArray[np.int64]


@dataclass
class Sight:
    """The table as a repair sees it: what the checks found, and whole columns after the steps so far."""

    path: Path
    subject: Subject
    findings: tuple[Finding, ...]
    kept: frozenset[str]
    """Columns that no repair may touch."""
    steps: list[Step] = field(default_factory=list)

    def found(self, code: str) -> Iterator[Finding]:
        """Findings of a check about columns that may be touched, or about the table."""
        for finding in self.findings:
            if finding.code == code and not set(finding.columns) & self.untouchable:
                yield finding

    @property
    def untouchable(self) -> frozenset[str]:
        """Columns that are kept, dropped already, or hold personal data."""
        personal = (column.name for column in self.subject.statistics.columns if column.pii)
        gone = (step.column for step in self.steps if isinstance(step, DropColumn))
        return self.kept.union(personal, gone)

    def categories(self) -> Iterator[str]:
        """Columns of texts that repeat, which a repair may touch."""
        for column in self.subject.table.columns:
            role = self.subject.roles[column.name].role
            if isinstance(column, Levels) and role == "category" and column.name not in self.untouchable:
                yield column.name

    def column(self, name: str) -> pa.Table:
        """The whole column, as a table, after the steps so far; rows that were dropped are still there."""
        data = pq.read_table(self.path, columns=[name])
        return applied(data, [step for step in self.steps if not isinstance(step, DropRepeats)])

    def texts(self, name: str) -> Texts:
        """The texts of the whole column after the steps so far; none when they are not texts any more."""
        data = self.column(name).column(name)
        if not (pa.types.is_large_string(data.type) or pa.types.is_string(data.type)):
            return Texts((), np.zeros(0, dtype=np.int64))
        coded = in_one(as_text(data)).dictionary_encode()
        codes = coded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
        levels = tuple(str(level) for level in coded.dictionary.to_pylist())
        return Texts(levels, np.bincount(codes[codes >= 0], minlength=len(levels)))


class Repair(Protocol):
    """One kind of repair. One file, one line in the registry."""

    name: str
    reason: str
    """Why it is right to do it."""
    settles: str | None
    """The code of the check whose finding is over with it."""

    def find(self, sight: Sight) -> Iterator[Step]:
        """The steps that are right beyond doubt; nothing where there is one."""
        ...
