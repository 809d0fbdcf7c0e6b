"""Figures as SVG: well formed, with honest axes, whatever the values."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakeglass.science.checks import Figure
from lakeglass.science.pipeline.pictures import drawn

_NUMBERS = st.floats(-1e300, 1e300, allow_nan=False)


def figure(kind: str, x: tuple[object, ...], y: tuple[float | None, ...]) -> Figure:
    return Figure.model_validate(
        {"kind": kind, "title": '<t> & "q"', "x_title": "x", "y_title": "y", "x": x, "y": y}
    )


@pytest.mark.parametrize("kind", ["bars", "line", "points"])
@settings(max_examples=60)
@given(
    points=st.lists(
        st.tuples(
            st.one_of(_NUMBERS, st.text(max_size=20).filter(str.isprintable)), st.one_of(st.none(), _NUMBERS)
        ),
        max_size=30,
    )
)
def test_whatever_is_drawn_is_well_formed(kind: str, points: list[tuple[object, float | None]]) -> None:
    svg = drawn(figure(kind, tuple(x for x, _ in points), tuple(y for _, y in points)))
    if not any(y is not None for _, y in points):
        assert svg == ""
        return
    assert ET.fromstring(svg).attrib["aria-label"] == '<t> & "q"'


def test_bars_begin_at_zero() -> None:
    svg = drawn(figure("bars", ("a", "b"), (90.0, 100.0)))
    heights = [float(each.attrib["height"]) for each in ET.fromstring(svg).iter("rect")]
    assert heights[0] / heights[1] == pytest.approx(0.9, abs=0.01)
