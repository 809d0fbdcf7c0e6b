"""Small tables of every kind that models meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lakeglass.science.roles import roles_of
from lakeglass.science.splits import Split, choose_split
from lakeglass.science.table import Table, from_arrow
from lakeglass.science.tasks import TaskChoice, detect_task, target_values

WORDS = (
    "late",
    "broken",
    "kind",
    "fast",
    "refund",
    "again",
    "thanks",
    "parcel",
    "never",
    "happy",
    "cold",
    "wrong",
)


def mixed(rows: int = 400, seed: int = 0) -> pa.Table:
    """Numbers, gaps, categories, a date, free text, an id; and four targets that depend on them."""
    draw = np.random.default_rng(seed)
    x, z = draw.normal(size=rows), draw.normal(size=rows)
    city = draw.choice(["Rome", "Oslo", "Lima", "Kyiv"], size=rows)
    days = draw.integers(0, 900, size=rows)
    text = [" ".join(draw.choice(WORDS, size=8)) + f" {n}" for n in range(rows)]
    signal = 2 * x + np.abs(z) + (city == "Oslo") * 1.5 + np.array(["refund" in one for one in text]) * 1.0
    moments = np.datetime64("2024-01-01T08:00:00") + days.astype("timedelta64[D]")
    return pa.table(
        {
            "id": np.arange(rows) + 1000,
            "x": np.where(draw.random(rows) < 0.1, np.nan, x),
            "z": z,
            "city": pa.array([None if n % 17 == 0 else c for n, c in enumerate(city)]),
            "when": pa.array(moments),
            "note": text,
            "member": pa.array(draw.random(rows) < 0.5),
            "same": ["a"] * rows,
            "amount": signal + draw.normal(scale=0.5, size=rows),
            "visits": draw.poisson(np.exp(np.clip(signal / 3, -2, 2))),
            "bought": np.where(signal + draw.normal(size=rows) > 1.2, "yes", "no"),
            "grade": np.array(["low", "mid", "high"])[np.digitize(signal, [0.5, 2.5])],
        }
    )


@pytest.fixture
def prepared() -> Callable[..., tuple[Table, TaskChoice, Split]]:
    """A table of `mixed` with one target kept, its task and its split."""

    def build(target: str, rows: int = 400, **options: Any) -> tuple[Table, TaskChoice, Split]:
        others = {"amount", "visits", "bought", "grade"} - {target}
        table = from_arrow(mixed(rows)).without(others)
        roles = roles_of(table, target)
        choice = detect_task(table, roles, target=target)
        split = choose_split(table, choice, target=target_values(table, choice), roles=roles, **options)
        return table, choice, split

    return build
