"""Whether the last row of a table adds up the rows above it."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_NO_NUMBER = re.compile(r"[^\d.,\-]")


def adds_up(total: Sequence[str], rows: Path) -> bool:
    """True when most numbers of `total` are the sum or the mean of their column in `rows`, a regular CSV file."""
    wanted = {place: list(_readings(cell)) for place, cell in enumerate(total)}
    sums = {(place, mark): 0.0 for place, readings in wanted.items() for mark, _ in readings}
    if not sums:
        return False
    count = 0
    with rows.open(encoding="utf-8", newline="") as stream:
        for cells in csv.reader(stream):
            count += 1
            for place, readings in wanted.items():
                if readings:
                    for mark, value in _readings(cells[place]):
                        if (place, mark) in sums:
                            sums[place, mark] += value
    if count < 2:
        return False
    hits = [
        any(
            _near(value, sums[place, mark]) or _near(value, sums[place, mark] / count)
            for mark, value in readings
        )
        for place, readings in wanted.items()
        if readings
    ]
    return sum(hits) * 2 > len(hits)


def _readings(cell: str) -> Iterator[tuple[str, float]]:
    """The cell as a number, with a decimal point and with a decimal comma."""
    if not any(sign.isdigit() for sign in cell):
        return
    plain = _NO_NUMBER.sub("", cell)
    for mark, text in ((".", plain.replace(",", "")), (",", plain.replace(".", "").replace(",", "."))):
        try:
            yield mark, float(text)
        except ValueError:
            continue


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-4, abs_tol=0.006)
