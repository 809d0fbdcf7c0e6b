"""Figures, labels and conditions as the sentences of an answer say them."""

from __future__ import annotations

from lakeglass.ask.formats import unit_of_measure, value_text
from lakeglass.ask.model import KeyNumber
from lakeglass.ask.plan import AnalysisPlan, Measure
from lakeglass.ask.plan.naming import plain, where_words
from lakeglass.ask.result import TableData, Value, as_number


def text_of(plan: AnalysisPlan, value: Value, unit: str = "") -> str:
    """A cell for the eye: whole numbers as they are, others rounded as the plan says."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer() and unit == "")
    return value_text(value, decimals=None if whole and plan.decimals is None else plan.decimals, unit=unit)


def count_text(value: Value) -> str:
    """A count for the eye."""
    return value_text(value)


def key_of(plan: AnalysisPlan, label: str, value: Value, unit: str = "", *, count: bool = False) -> KeyNumber:
    """A figure of the answer."""
    text = count_text(value) if count else text_of(plan, value, unit)
    return KeyNumber(label=plain(label), value=value, text=text)


def chance_text(plan: AnalysisPlan, chance: float | None) -> str:
    """A p-value for the eye, with three decimals or as many as were asked for.

    What was rounded to zero may have been anything below half of its last place, and is told so.
    """
    places = plan.p_decimals if plan.p_decimals is not None else plan.decimals
    if chance is None:
        return "unknown"
    if places is None:
        return "p < 0.001" if chance < 0.001 else f"p = {chance:.3f}"
    return f"p = {chance:.{places}f}" if chance else f"p < {0.5 * 10.0**-places:.{places + 1}f}"


def measure_key(plan: AnalysisPlan, measure: Measure, label: str, value: Value) -> KeyNumber:
    """A measure's figure, with its unit."""
    counted = measure.aggregate in {"count", "distinct"} and not measure.of_total
    return key_of(plan, label, value, unit_of_measure(measure, plan), count=counted)


def where_of(plan: AnalysisPlan) -> str:
    """The conditions on rows, as the end of a phrase; empty without any."""
    return f" where {where_words(plan)}" if plan.conditions else ""


def label_of(row: int, table: TableData, keys: tuple[str, ...]) -> str:
    """A group's name in a row of the result."""
    return " · ".join(key_text(table.cell(k, row)) for k in keys)


def key_text(value: Value) -> str:
    """A key is a name even when it is a number: 1995, not 1,995."""
    number = as_number(value)
    if number is not None:
        return f"{number:.10g}"
    return value_text(value)


def beside(label: str, text: str) -> str:
    """A group and its figure; two numbers side by side would be taken for one or for a list."""
    return f"{label} ({text})" if label[-1:].isdigit() else f"{label} {text}"
