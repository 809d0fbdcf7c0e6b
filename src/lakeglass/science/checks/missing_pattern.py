"""Whether values are missing by chance: together with others, or depending on what another column says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from lakeglass.science.checks.base import About, Figure, Seen
from lakeglass.science.checks.skill import bins_of
from lakeglass.science.checks.subject import Subject, named
from lakeglass.science.table import Floats, Rows

_LEAST_ROWS = 20
_TOGETHER = 0.9
_DEPENDS = 0.3
_LEVELS = 20
Gaps = dict[str, npt.NDArray[np.bool_]]


class MissingPattern:
    """Gaps that come together, and gaps that another column foretells."""

    about = About(
        code="missing-pattern",
        name="Values are not missing by chance",
        area="completeness",
        why="Dropping such rows, or filling them with a mean, changes the answer.",
        fix="Treat 'missing' as information of its own, and compare rows with and without the value.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs columns that are partly empty."""
        return None if _gaps(subject) else "no column has enough missing and present values"

    def look(self, subject: Subject) -> Iterable[Seen]:
        """Groups of columns that are empty in the same rows, then columns whose gaps depend on another."""
        gaps = _gaps(subject)
        yield from _together(gaps)
        yield from _dependent(subject, gaps)


def _gaps(subject: Subject) -> Gaps:
    found = {column.name: column.missing() for column in subject.table.columns}
    return {name: gap for name, gap in found.items() if _LEAST_ROWS <= gap.sum() <= gap.size - _LEAST_ROWS}


def _together(gaps: Gaps) -> Iterator[Seen]:
    left = dict(gaps)
    while left:
        name, gap = left.popitem()
        group = [other for other, theirs in left.items() if _overlap(gap, theirs) >= _TOGETHER]
        if group:
            rows = int(gap.sum())
            members = tuple(sorted([name, *group]))
            yield Seen(
                "low",
                members,
                f"{named(members)} are empty in nearly the same rows ({rows:,}).",
                {
                    "rows": rows,
                    "columns": len(members),
                    "overlap": min(_overlap(gap, left[g]) for g in group),
                },
            )
        for other in group:
            del left[other]


def _overlap(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    return float(np.sum(one & other) / np.sum(one | other))


def _dependent(subject: Subject, gaps: Gaps) -> Iterator[Seen]:
    """The strongest foreteller of each column's gaps, by Cramér's V over at most 20 bins.

    One that is told by its own gaps is left out: that is what `_together` says.
    """
    binned = {
        column.name: bins_of(column, most=8)
        for column in subject.table.columns
        if subject.roles[column.name].role not in {"identifier", "text"}
    }
    binned = {name: bins for name, bins in binned.items() if bins.max() <= _LEVELS}
    sizes = {name: np.bincount(bins) for name, bins in binned.items()}
    for name, gap in gaps.items():
        empty = np.flatnonzero(gap)
        best, strength = "", 0.0
        shares: tuple[tuple[int, ...], tuple[float, ...]] = ((), ())
        for other, bins in binned.items():
            if other == name:
                continue
            counts, missing = _counted(sizes[other], bins[empty])
            value = _cramers_v(counts, missing)
            if value > strength:
                best, strength, shares = other, value, _shares(counts, missing)
        if strength >= _DEPENDS:
            picture = Figure(
                kind="bars",
                title=f"Share of rows without {name}, along {best}",
                x_title=f"{best}, from low to high or by its levels",
                y_title="share missing",
                x=shares[0],
                y=shares[1],
            )
            yield Seen(
                "medium",
                (name, best),
                f"Whether {name} is missing depends on {best} (Cramér's V {strength:.2f}).",
                {"strength": strength, "missing_rows": int(gap.sum())},
                picture,
            )


def _counted(sizes: Rows, bins: Rows) -> tuple[Floats, Floats]:
    """How many rows each bin has, and how many of those whose bins are given; rows without a bin (0) are left out."""
    missing = np.bincount(bins, minlength=sizes.size)
    used = sizes[1:] > 0
    return sizes[1:][used].astype(np.float64), missing[1:][used].astype(np.float64)


def _shares(counts: Floats, missing: Floats) -> tuple[tuple[int, ...], tuple[float, ...]]:
    return tuple(range(1, counts.size + 1)), tuple(map(float, missing / counts))


def _cramers_v(counts: Floats, missing: Floats) -> float:
    """Bias-corrected (Bergsma 2013), for two columns of which one has two values."""
    size, gaps = int(counts.sum()), int(missing.sum())
    if size < 2 * _LEAST_ROWS or not 0 < gaps < size:
        return 0.0
    share = gaps / size
    chi2 = float(np.sum((missing - counts * share) ** 2 / (counts * share * (1 - share))))
    levels = counts.size
    phi2 = max(0.0, chi2 / size - (levels - 1) / (size - 1))
    least = min(levels - (levels - 1) ** 2 / (size - 1), 2 - 1 / (size - 1)) - 1
    return float(np.sqrt(phi2 / least)) if least > 0 else 0.0
