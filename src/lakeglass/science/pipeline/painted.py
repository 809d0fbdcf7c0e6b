"""Figures of the report as PNG, painted from their SVG: the same marks in the same places, without browser."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_SCALE, _FINER = 3, 2
"""Pixels a unit of the SVG, and how much finer lines are drawn before they are made smooth."""
_HEAD, _EDGE = 24, 6
_TEXT, _SMALL = 12.0, 10.5
_INK, _QUIET, _GRID, _PAPER = "#16202a", "#52606d", "#dbe2e8", "#ffffff"
_DASH = (5.0, 3.0)
# What a browser passes over in a name and XML does not allow.
_UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Point = tuple[float, float]
Colour = tuple[int, int, int]


class _Canvas:
    """Marks at finer resolution; texts wait until it was made smooth, so that they stay sharp."""

    def __init__(self, width: float, height: float, accent: Colour) -> None:
        self.accent = accent
        self._factor = _SCALE * _FINER
        finer = (round(width * _SCALE) * _FINER, round((height + _HEAD) * _SCALE) * _FINER)
        self.image = Image.new("RGB", finer, _PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.texts: list[tuple[Point, str, str, float, str]] = []

    def at(self, x: float, y: float) -> Point:
        return x * self._factor, (y + _HEAD) * self._factor

    def width(self, units: float) -> int:
        return max(1, round(units * self._factor))

    def write(self, where: Point, text: str, *, anchor: str, size: float, colour: str) -> None:
        self.texts.append((where, _UNREADABLE.sub("\ufffd", " ".join(text.split())), anchor, size, colour))

    def finished(self) -> Image.Image:
        smooth = self.image.reduce(_FINER)
        draw = ImageDraw.Draw(smooth)
        for (x, y), text, anchor, size, colour in self.texts:
            place = (x * _SCALE, (y + _HEAD) * _SCALE)
            draw.text(place, text, font=_font(size), fill=colour, anchor=anchor)
        return smooth


def painted(svg: str, *, title: str, accent: str) -> bytes:
    """The PNG of a figure that `drawn` or `foretold` made, on white paper, with its title above.

    Raises ValueError for a mark that they do not make.
    """
    root = ET.fromstring(_UNREADABLE.sub("\ufffd", svg))  # noqa: S314  our own SVG, made a moment ago
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    canvas = _Canvas(width, height, _colour(accent))
    for element in root:
        if element.tag not in _MARKS:
            raise ValueError(f"no way to paint <{element.tag}>")
        _MARKS[element.tag](canvas, element.attrib, element.text or "")
    room = int((width - 2 * _EDGE) / (_TEXT * 0.56))
    short = title if len(title) <= room else title[: room - 1] + "…"
    canvas.write((_EDGE, 4 - _HEAD), short, anchor="la", size=_TEXT, colour=_INK)
    stream = io.BytesIO()
    canvas.finished().save(stream, "PNG")
    return stream.getvalue()


def _rect(canvas: _Canvas, mark: Mapping[str, str], _: str) -> None:
    left, top = float(mark["x"]), float(mark["y"])
    right, bottom = left + float(mark["width"]), top + float(mark["height"])
    canvas.draw.rectangle((*canvas.at(left, top), *canvas.at(right, bottom)), fill=canvas.accent)


def _circle(canvas: _Canvas, mark: Mapping[str, str], _: str) -> None:
    x, y, radius = (float(mark[name]) for name in ("cx", "cy", "r"))
    box = (*canvas.at(x - radius, y - radius), *canvas.at(x + radius, y + radius))
    canvas.draw.ellipse(box, fill=_mixed(canvas.accent, 0.6))


def _grid_line(canvas: _Canvas, mark: Mapping[str, str], _: str) -> None:
    ends = [canvas.at(float(mark[f"x{end}"]), float(mark[f"y{end}"])) for end in "12"]
    canvas.draw.line(ends, fill=_GRID, width=canvas.width(1))


def _polyline(canvas: _Canvas, mark: Mapping[str, str], _: str) -> None:
    points = _points(mark)
    pieces = _dashes(points) if "ahead" in mark["class"].split() else [points]
    for piece in pieces:
        on_canvas = [canvas.at(*point) for point in piece]
        if len(on_canvas) == 1:
            on_canvas *= 2
        canvas.draw.line(on_canvas, fill=canvas.accent, width=canvas.width(2), joint="curve")


def _polygon(canvas: _Canvas, mark: Mapping[str, str], _: str) -> None:
    points = [canvas.at(*point) for point in _points(mark)]
    # A band over a band is darker, as on the page.
    mask = Image.new("L", canvas.image.size, 0)
    ImageDraw.Draw(mask).polygon(points, fill=round(255 * 0.16))
    canvas.image.paste(canvas.accent, mask=mask)


def _text(canvas: _Canvas, mark: Mapping[str, str], text: str) -> None:
    classes = mark["class"].split()
    anchor = "rs" if "end" in classes else "ms" if "middle" in classes else "ls"
    canvas.write((float(mark["x"]), float(mark["y"])), text, anchor=anchor, size=_SMALL, colour=_QUIET)


_MARKS: dict[str, Callable[[_Canvas, Mapping[str, str], str], None]] = {
    "rect": _rect, "circle": _circle, "line": _grid_line, "polyline": _polyline, "polygon": _polygon, "text": _text,
}  # fmt: skip


def _points(mark: Mapping[str, str]) -> list[Point]:
    pairs = (pair.split(",") for pair in mark["points"].split())
    return [(float(x), float(y)) for x, y in pairs]


def _dashes(points: list[Point]) -> list[list[Point]]:
    """The line cut into dashes, bends kept."""
    pieces: list[list[Point]] = [[points[0]]]
    left, drawing = _DASH[0], True
    for start, end in pairwise(points):
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        done = 0.0
        while length - done > left:
            done += left
            here = tuple(a + (b - a) * done / length for a, b in zip(start, end, strict=True))
            pieces[-1].append((here[0], here[1])) if drawing else pieces.append([(here[0], here[1])])
            drawing = not drawing
            left = _DASH[0] if drawing else _DASH[1]
        left -= length - done
        if drawing:
            pieces[-1].append(end)
    return [piece for piece in pieces if len(piece) > 1]


def _colour(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _mixed(colour: Colour, share: float) -> Colour:
    red, green, blue = (round(255 - (255 - part) * share) for part in colour)
    return red, green, blue


@lru_cache(maxsize=4)
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """DejaVu Sans out of Matplotlib's files, which has most alphabets; else what Pillow brings."""
    spec = find_spec("matplotlib")
    if spec is not None and spec.origin is not None:
        file = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if file.exists():
            return ImageFont.truetype(file, size * _SCALE)
    return ImageFont.load_default(size * _SCALE)
