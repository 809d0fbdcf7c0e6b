"""Figures as sentences and tables show them."""

from __future__ import annotations

import math


def shown(value: float) -> str:
    """Four digits that count; whole numbers from a thousand on, never an exponent for large ones."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def measured(measure: str, value: float) -> str:
    """A measure's value; R² has no unit, so that a hair's breadth beside nothing is nothing."""
    return "0" if measure == "r2" and abs(value) < 5e-5 else shown(value)


def share_shown(share: float) -> str:
    """A share in percent with one decimal, and with as many as it takes never to say none or all of what is neither."""
    size = abs(share)
    if 0 < size < 0.001:
        return f"{100 * share:.1g}%"
    if 0.9995 <= size < 1 - 1e-9:
        return f"{100 * share:.{max(1, math.ceil(-math.log10(100 * (1 - size)) - 1e-6))}f}%"
    return f"{share:.1%}"


def between(low: str, high: str) -> str:
    """Where a figure lies by the ends of its interval as they are shown; one figure where both read the same."""
    return f"between {low} and {high}" if low != high else f"practically at {low}"
