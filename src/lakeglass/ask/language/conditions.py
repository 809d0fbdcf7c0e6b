"""What all conditions share: the words that may stand between their parts, and their negation."""

from __future__ import annotations

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Operator

SMALL = {
    "is",
    "are",
    "was",
    "were",
    "the",
    "a",
    "an",
    "of",
    "in",
    "with",
    "value",
    "values",
    "be",
    "where",
    "at",
    "from",
    "as",
    "on",
    "to",
    "that",
}
NEAR = 3


def negated(draft: Draft, place: int, column: str = "") -> list[Item]:
    """The negation just before this place, over small words and other values of `column` that it covers."""
    for back in range(place - 1, max(place - 1 - NEAR, -1), -1):
        other = draft.items[back]
        if other.has("negation") and (other.free or other.used == "negation"):
            return [other]
        joined = other.has("conjunction") or (other.used == "filter" and other.target == column)
        if other.text.lower() not in SMALL and not joined and not other.has("slot"):
            break
    return []


_LEADING = {"rows", "row", "records", "entries", "those", "any", "all", "cases"}
INVERSE: dict[Operator, Operator] = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">": "<=",
    ">=": "<",
    "<=": ">",
    "between": "!=",
}


def excluded(draft: Draft, place: int) -> list[Item]:
    """'excluding the rows where …', 'drop rows with …' before a condition: the word that turns it round."""
    for back in range(place - 1, max(place - 8, -1), -1):
        other = draft.items[back]
        if other.free and (other.has("negation") or other.has("clean", "drop")):
            rows = any(i.rows or i.text.lower() in _LEADING for i in draft.items[back + 1 : place])
            return [other] if rows else []
        if not (
            other.rows
            or other.columns
            or other.text.lower() in SMALL
            or other.has("which")
            or other.has("slot")
        ):
            return []
    return []


def text_of(items: list[Item]) -> str:
    """The items' words in the order of the question."""
    return " ".join(i.text for i in sorted(items, key=lambda i: i.tokens[0].start))


def use(items: list[Item], column: str) -> None:
    """These items have become a condition on the column."""
    for item in items:
        item.used, item.target = "filter", column
