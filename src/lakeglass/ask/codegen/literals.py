"""Names and values of a dataset as Python source: everything hostile ends up inside a literal."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from lakeglass.ask.plan import Scalar
from lakeglass.ask.plan.naming import plain


def literal(value: Scalar) -> str:
    """`value` as a Python literal; text in double quotes where that needs no escape."""
    if isinstance(value, str):
        quoted = repr(value)
        if quoted.startswith("'") and '"' not in quoted and "\\'" not in quoted:
            return f'"{quoted[1:-1]}"'
        return quoted
    if isinstance(value, float) and not isfinite(value):
        return f'float("{value}")'
    return repr(value)


def listing(values: Iterable[Scalar]) -> str:
    """Several values as a list literal."""
    return "[" + ", ".join(literal(v) for v in values) + "]"


def comment(text: str) -> str:
    """One comment line: no line break, of any alphabet, can leave it."""
    return "# " + plain(text, limit=160)


def shown(text: str) -> str:
    """`text` as the literal of a chart's title or label, where Plotly reads HTML tags."""
    return literal(plain(text, limit=90).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
