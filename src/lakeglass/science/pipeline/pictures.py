"""Figures of findings as SVG that needs no script: bars, a line, or points, with axes that begin where they should."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from lakeglass.lake.model import Cell
from lakeglass.science.checks import Figure
from lakeglass.science.forecast.model import SeriesForecast

_WIDTH, _HEIGHT = 460, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 12, 10, 44
_TICKS = 4
_LABELS = 12
_LONGEST = 14


def drawn(figure: Figure) -> str:
    """The figure as an SVG element with its title as text for screen readers; empty when there is nothing to draw."""
    points = [(x, y) for x, y in zip(figure.x, figure.y, strict=True) if y is not None]
    if not points:
        return ""
    values = [y for _, y in points]
    low, high = _range(values, from_zero=figure.kind == "bars")
    marks = {"bars": _bars, "line": _line, "points": _points}[figure.kind](points, low, high)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(figure.title, quote=True)}">'
        f"{_grid(low, high)}{marks}{_below(figure, [x for x, _ in points])}"
        f'<text class="axis" x="{_LEFT}" y="{_HEIGHT - 4}">{escape(figure.x_title[:70])}</text></svg>'
    )


def foretold(one: SeriesForecast) -> str:
    """A series as SVG: its past as a line, what comes as a dashed one inside its bands of 80 and 90 %."""
    past = [value for _, value in one.history]
    each = [(step.value, step.low80, step.high80, step.low90, step.high90) for step in one.ahead]
    low, high = _range([*past, *(value for step in each for value in step)], from_zero=False)
    width, total = _WIDTH - _LEFT - _RIGHT, max(len(past) + len(each) - 1, 1)

    def path(first: int, values: Sequence[float]) -> list[str]:
        return [
            f"{_LEFT + width * (first + place) / total:.1f},{_y(value, low, high):.1f}"
            for place, value in enumerate(values)
        ]

    def band(lower: int, upper: int) -> str:
        top = path(len(past), [step[upper] for step in each])
        bottom = path(len(past), [step[lower] for step in each])[::-1]
        return f'<polygon class="band" points="{" ".join([*top, *bottom])}"/>'

    told = f"{one.series or 'the series'}: {len(past)} values and {len(each)} told ahead"
    ahead = " ".join(path(len(past) - 1, [past[-1], *(step[0] for step in each)]))
    ends = (one.history[0][0], one.ahead[-1].when)
    y = _HEIGHT - _BOTTOM + 15
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(told, quote=True)}">'
        f"{_grid(low, high)}{band(3, 4)}{band(1, 2)}"
        f'<polyline class="line" points="{" ".join(path(0, past))}"/><polyline class="line ahead" points="{ahead}"/>'
        f'<text class="axis" x="{_LEFT}" y="{y}">{escape(ends[0])}</text>'
        f'<text class="axis end" x="{_WIDTH - _RIGHT}" y="{y}">{escape(ends[1])}</text>'
        f'<text class="axis" x="{_LEFT}" y="{_HEIGHT - 4}">{escape(_cut(told, 70))}</text></svg>'
    )


def number(value: float) -> str:
    """A number as an axis shows it."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _range(values: Sequence[float], *, from_zero: bool) -> tuple[float, float]:
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    # Values so near to each other that their difference is lost have one place, in the middle.
    room = max(0.5, abs(low) * 1e-6)
    return (low, high) if high - low > abs(low) * 1e-12 and high - low > 1e-300 else (low - room, high + room)


def _y(value: float, low: float, high: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - (value - low) / (high - low))


def _grid(low: float, high: float) -> str:
    parts = []
    for value in _ticks(low, high):
        y = _y(value, low, high)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="axis end" x="{_LEFT - 6}" y="{y + 4:.1f}">{number(value)}</text>')
    return "".join(parts)


def _ticks(low: float, high: float) -> list[float]:
    raw = (high - low) / _TICKS
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
    first = math.ceil(low / step)
    return [place * step for place in range(first, first + 2 * _TICKS + 2) if place * step <= high]


def _bars(points: Sequence[tuple[Cell, float]], low: float, high: float) -> str:
    step = (_WIDTH - _LEFT - _RIGHT) / len(points)
    zero = _y(max(low, 0.0), low, high)
    return "".join(
        f'<rect class="mark" x="{_LEFT + place * step:.1f}" width="{max(step * 0.86, 0.8):.1f}" '
        f'y="{min(_y(y, low, high), zero):.1f}" height="{abs(_y(y, low, high) - zero):.1f}">'
        f"<title>{escape(_label(x))}: {number(y)}</title></rect>"
        for place, (x, y) in enumerate(points)
    )


def _line(points: Sequence[tuple[Cell, float]], low: float, high: float) -> str:
    width = _WIDTH - _LEFT - _RIGHT
    path = " ".join(
        f"{_LEFT + width * place / max(len(points) - 1, 1):.1f},{_y(y, low, high):.1f}"
        for place, (_, y) in enumerate(points)
    )
    return f'<polyline class="line" points="{path}"/>'


def _points(points: Sequence[tuple[Cell, float]], low: float, high: float) -> str:
    across = [float(x) for x, _ in points if isinstance(x, (int, float))]
    if len(across) != len(points):
        return _line(points, low, high)
    left, right = _range(across, from_zero=False)
    width = _WIDTH - _LEFT - _RIGHT
    return "".join(
        f'<circle class="mark" r="2.4" cx="{_LEFT + width * (x - left) / (right - left):.1f}" '
        f'cy="{_y(y, low, high):.1f}"/>'
        for x, (_, y) in zip(across, points, strict=True)
    )


def _below(figure: Figure, labels: Sequence[Cell]) -> str:
    """Labels below bars where there is room for all of them, else the first and the last."""
    y = _HEIGHT - _BOTTOM + 15
    if figure.kind == "points":
        numbers = [float(x) for x in labels if isinstance(x, (int, float))]
        labels = [min(numbers), max(numbers)] if numbers else []
    width = _WIDTH - _LEFT - _RIGHT
    if figure.kind == "bars" and len(labels) <= _LABELS:
        step = width / len(labels)
        return "".join(
            f'<text class="axis middle" x="{_LEFT + (place + 0.43) * step:.1f}" y="{y}">{escape(label)}</text>'
            for place, label in enumerate(_apart([_label(each) for each in labels], max(3, int(step / 6.5))))
        )
    if not labels:
        return ""
    return (
        f'<text class="axis" x="{_LEFT}" y="{y}">{escape(_cut(_label(labels[0]), _LONGEST))}</text>'
        f'<text class="axis end" x="{_WIDTH - _RIGHT}" y="{y}">{escape(_cut(_label(labels[-1]), _LONGEST))}</text>'
    )


def _label(value: Cell) -> str:
    return (
        number(float(value))
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else str(value)
    )


def _apart(labels: Sequence[str], room: int) -> list[str]:
    """Labels cut to the room that there is, before their end where that is all that tells them apart."""
    cut = [_cut(each, room) for each in labels]
    if len(set(cut)) == len(set(labels)):
        return cut
    return [each if len(each) <= room else "…" + each[1 - room :] for each in labels]


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(room - 1, 1)] + "…"
