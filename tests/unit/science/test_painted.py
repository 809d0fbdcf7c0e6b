"""Figures as PNG: the marks of the SVG in the same places, whatever the values."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from lakeglass.science.checks import Figure
from lakeglass.science.forecast.model import Ahead, SeriesForecast
from lakeglass.science.pipeline.painted import painted
from lakeglass.science.pipeline.pictures import drawn, foretold

ACCENT = "#c01060"
FIGURES = {
    "bars": (("a", "b", "ключ"), (1.0, 3.0, 2.0)),
    "line": ((1.0, 2.0, 3.0), (5.0, -2.0, 4.0)),
    "points": ((1.0, 2.0, 3.0), (5.0, 2.0, 4.0)),
}


def figure(kind: str) -> Figure:
    x, y = FIGURES[kind]
    return Figure.model_validate({"kind": kind, "title": "t", "x_title": "x", "y_title": "y", "x": x, "y": y})


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def painted_columns(picture: Image.Image) -> list[int]:
    """Across the picture, how many pixels of each column are about as colourful as the accent."""
    pixels = np.asarray(picture).astype(int)
    counts: list[int] = (pixels[:, :, 0] - pixels[:, :, 1] > 90).sum(axis=0).tolist()
    return counts


# req: D8 D10
@pytest.mark.parametrize("kind", list(FIGURES))
def test_each_kind_of_figure_is_painted_in_the_accent_and_always_the_same(kind: str) -> None:
    svg = drawn(figure(kind))
    png = painted(svg, title="A title " * 40, accent=ACCENT)
    picture = opened(png)
    assert picture.size == (1380, 642)
    assert sum(painted_columns(picture)) > 200
    assert png == painted(svg, title="A title " * 40, accent=ACCENT)
    assert png != painted(svg, title="A title " * 40, accent="#0b6b62")


def test_bars_stand_where_the_svg_has_them_and_as_high() -> None:
    svg = drawn(figure("bars"))
    columns = painted_columns(opened(painted(svg, title="t", accent=ACCENT)))
    for x, width, height in re.findall(
        r'<rect class="mark" x="([\d.]+)" width="([\d.]+)" y="[\d.]+" height="([\d.]+)"', svg
    ):
        middle = round((float(x) + float(width) / 2) * 3)
        assert columns[middle] == pytest.approx(float(height) * 3, abs=4)
        assert columns[round((float(x) + float(width)) * 3) + 6] == 0


def test_a_forecast_has_bands_and_dashes() -> None:
    ahead = tuple(
        Ahead(when=f"2025-0{n}", value=n, low80=n - 1, high80=n + 1, low90=n - 2, high90=n + 2)
        for n in (4, 5, 6)
    )
    one = SeriesForecast(
        series="", history=(("2025-01", 1.0), ("2025-02", 2.0), ("2025-03", 3.0)), ahead=ahead
    )
    picture = opened(painted(foretold(one), title="t", accent=ACCENT))
    shades = {picture.getpixel((x, y)) for x in range(900, 1300, 5) for y in range(100, 420, 5)}
    assert len(shades) > 3  # paper, two bands, line


def test_whatever_a_name_holds_it_is_painted() -> None:
    told = "a\x1b[31m\x07\n\tb <&> \ufffe \u202e 漢字 😀"
    named = figure("bars").model_copy(update={"x": (told, "\x00", ""), "x_title": told})
    assert opened(painted(drawn(named), title=told, accent=ACCENT)).size == (1380, 642)


def test_a_mark_without_a_painter_is_refused() -> None:
    with pytest.raises(ValueError, match="no way to paint <path>"):
        painted('<svg viewBox="0 0 10 10"><path d="M0 0"/></svg>', title="t", accent=ACCENT)
