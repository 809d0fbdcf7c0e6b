"""Numbers as people read them: thousands separators, units, and exactly the rounding that was asked for."""

from __future__ import annotations

from lakeglass.ask.plan import AnalysisPlan, Measure
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.result import Value, as_number

_BEFORE = {"$", "€", "£"}
_UNIT_WORDS = {
    "usd": "$", "dollars": "$", "dollar": "$", "eur": "€", "euro": "€", "euros": "€", "knots": "knots", "kts": "knots",
    "kg": "kg", "km": "km", "mph": "mph", "cm": "cm", "mm": "mm", "celsius": "°C", "fahrenheit": "°F", "miles": "miles",
    "minutes": "minutes", "seconds": "seconds", "feet": "feet", "pct": "%", "percent": "%",
}  # fmt: skip


def unit_of(column: str) -> str:
    """The unit that a column's name states: '$' for 'Cost Total $', 'knots' for 'Speed IAS in knots'."""
    for mark in ("$", "€", "£", "%"):
        if mark in column:
            return mark
    words = "".join(c if c.isalnum() else " " for c in column.lower()).split()
    if len(words) < 2:
        return ""
    return _UNIT_WORDS.get(words[-1], "")


def unit_in(plan: AnalysisPlan, column: str) -> str:
    """The unit of a column of the plan: a made one has that of what it is made from, or none ('tip_pct' is a ratio)."""
    made = next((d for d in plan.derive if d.name == column), None)
    if made is None:
        return unit_of(column)
    if made.kind == "percent":
        return "%"
    return unit_of(made.columns[0]) if made.kind in {"+", "-", "mean", "abs"} else ""


def unit_of_measure(measure: Measure, plan: AnalysisPlan) -> str:
    """The unit of a measure's numbers."""
    if measure.aggregate == "share" or measure.of_total:
        return "%"
    if (
        measure.aggregate
        in {"count", "distinct", "variance", "skewness", "kurtosis", "variation", "mode", "ratio"}
        or measure.column is None
    ):
        return ""
    return unit_in(plan, measure.column)


def number_text(value: float, *, decimals: int | None = None, unit: str = "") -> str:
    """A number for the eye: '12,090.53', '$1,204', '4.83 %'. With `decimals`, exactly that many."""
    if decimals is not None:
        text = f"{value:,.{decimals}f}"
    elif value == int(value) and abs(value) < 1e15:
        text = f"{int(value):,}"
    elif abs(value) >= 1:
        text = f"{value:,.2f}"
    elif abs(value) >= 1e-4:
        text = f"{value:.4g}"
    else:
        text = f"{value:.3g}"
    if unit in _BEFORE:
        return f"-{unit}{text[1:]}" if text.startswith("-") else f"{unit}{text}"
    return f"{text} {unit}" if unit else text


def value_text(value: Value, *, decimals: int | None = None, unit: str = "") -> str:
    """Any cell for the eye."""
    number = as_number(value)
    if number is not None:
        return number_text(number, decimals=decimals, unit=unit)
    return "no value" if value is None else plain(_date(str(value)))


def _date(text: str) -> str:
    return (
        text[:10] if text[10:] in {"T00:00:00", " 00:00:00", "T00:00:00.000", "T00:00:00.000000000"} else text
    )
