"""What can be wrong with a table, or good to know of it: one class a check, each with evidence and a severity."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from lakeglass.lake.model import Cell
from lakeglass.science.checks.base import About, Check, Figure, Finding, Seen, Severity, alike
from lakeglass.science.checks.cardinality import HighCardinality, RareLevels
from lakeglass.science.checks.collinear import Collinear
from lakeglass.science.checks.constant import Constant
from lakeglass.science.checks.disguised import CodedCategory, DisguisedTruth
from lakeglass.science.checks.disguised_missing import DisguisedMissing
from lakeglass.science.checks.drift import Drift
from lakeglass.science.checks.duplicates import Duplicates
from lakeglass.science.checks.encoding import Encoding
from lakeglass.science.checks.groups import Groups
from lakeglass.science.checks.identifier import Identifier
from lakeglass.science.checks.impossible import Impossible
from lakeglass.science.checks.inconsistent import Inconsistent
from lakeglass.science.checks.leakage import LeakByGaps, OrderLeak, TargetCopy, TargetSum
from lakeglass.science.checks.missing import Missing
from lakeglass.science.checks.missing_pattern import MissingPattern
from lakeglass.science.checks.mixed_types import MixedTypes
from lakeglass.science.checks.mixed_units import MixedUnits
from lakeglass.science.checks.near_duplicates import Contradictions, NearDuplicates
from lakeglass.science.checks.outliers import Capped, Outliers, Skew
from lakeglass.science.checks.privacy import Personal
from lakeglass.science.checks.series import Gaps, RepeatedTimes, SeriesHints
from lakeglass.science.checks.subject import Subject, examine, of_table
from lakeglass.science.checks.target import Imbalance, SampleSize

__all__ = [
    "CHECKS",
    "About",
    "Check",
    "Examination",
    "Figure",
    "Finding",
    "Severity",
    "Skipped",
    "Subject",
    "alike",
    "examine",
    "findings_of",
    "of_table",
]

CHECKS: tuple[Callable[[], Check], ...] = (
    SampleSize, Constant, Identifier, Missing, MissingPattern, DisguisedMissing, MixedTypes, MixedUnits, Encoding,
    Inconsistent, Impossible, Outliers, Skew, Capped, HighCardinality, RareLevels, DisguisedTruth, CodedCategory,
    Duplicates, NearDuplicates, Groups, Collinear, Contradictions, TargetCopy, TargetSum, LeakByGaps, OrderLeak,
    Imbalance, Drift, Gaps, RepeatedTimes, SeriesHints, Personal,
)  # fmt: skip
_ORDER: dict[Severity, int] = {"high": 0, "medium": 1, "low": 2}


class Skipped(BaseModel):
    """A check that says nothing about this table, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    reason: str


class Examination(BaseModel):
    """What all checks say: findings, the gravest first; checks that do not apply; seconds of each check."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    looked_at: int
    rows: int
    seconds: dict[str, float]


def findings_of(subject: Subject) -> Examination:
    """Ask every check; `looked_at` is the number of rows that were looked at one by one."""
    found: list[Finding] = []
    skipped: list[Skipped] = []
    seconds: dict[str, float] = {}
    for make in CHECKS:
        check = make()
        began = time.perf_counter()
        if (reason := check.obstacle(subject)) is not None:
            skipped.append(Skipped(code=check.about.code, name=check.about.name, reason=reason))
            continue
        found += [_told(check.about, seen) for seen in check.look(subject)]
        seconds[check.about.code] = round(time.perf_counter() - began, 4)
    found.sort(key=lambda each: _ORDER[each.severity])
    return Examination(
        findings=tuple(found),
        skipped=tuple(skipped),
        looked_at=subject.table.rows,
        rows=subject.rows,
        seconds=seconds,
    )


def _told(about: About, seen: Seen) -> Finding:
    return Finding(
        code=about.code,
        name=about.name,
        severity=seen.severity,
        columns=seen.columns,
        detail=seen.detail,
        why=about.why,
        fix=about.fix,
        evidence={name: _finite(value) for name, value in seen.evidence.items()},
        figure=_drawable(seen.figure) if seen.figure else None,
    )


def _finite(value: Cell) -> Cell:
    """Figures of values near the largest double may overflow, and JSON has no word for that."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _drawable(figure: Figure) -> Figure:
    points = [
        (x, y)
        for x, y in zip(figure.x, figure.y, strict=True)
        if _finite(x) is not None and _finite(y) is not None
    ]
    return figure.model_copy(update={"x": tuple(x for x, _ in points), "y": tuple(y for _, y in points)})
