"""Figures as sentences tell them: as precise as was asked for, never more certain than they are."""

from __future__ import annotations

import pytest

from lakeglass.ask.plan import AnalysisPlan, Measure, Source
from lakeglass.ask.wording import chance_text


@pytest.mark.parametrize(
    ("decimals", "p_decimals", "chance", "told"),
    [
        (None, None, 0.0412, "p = 0.041"),
        (None, None, 0.0004, "p < 0.001"),
        (None, None, None, "unknown"),
        (2, None, 0.87, "p = 0.87"),
        (2, 4, 0.0031, "p = 0.0031"),
        (2, None, 0.0, "p < 0.005"),  # 0.004 was rounded to it: that it is below 0.001 is not known
        (None, 4, 0.0, "p < 0.00005"),
    ],
)
def test_a_p_value_is_told_as_asked(
    decimals: int | None, p_decimals: int | None, chance: float | None, told: str
) -> None:
    plan = AnalysisPlan(
        sources=(Source(name="strikes", file="data/strikes.parquet"),),
        measures=(Measure(aggregate="count"),),
        decimals=decimals,
        p_decimals=p_decimals,
    )
    assert chance_text(plan, chance) == told
