"""Figures as sentences and tables show them."""

from __future__ import annotations


def shown(value: float) -> str:
    """Four digits that count; whole numbers from a thousand on, never an exponent for large ones."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def share_shown(share: float) -> str:
    """A share in percent with one decimal; small ones with the first digit that counts, never 0.0% for something."""
    return f"{share:.1%}" if share == 0 or share >= 0.001 else f"{100 * share:.1g}%"
