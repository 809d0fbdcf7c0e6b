"""What no part of the plan uses. A word that could change the answer stops it; others cost confidence."""

from __future__ import annotations

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan.naming import plain

_TELLING = (
    "negation",
    "compare",
    "superlative",
    "aggregate",
    "quartile",
    "months",
    "statistic",
    "order",
    "grain",
)
_HARMLESS_COMPARE = {"between", "from", "over", "under", "like", "include", "up to"}
_UNKNOWN_COST = 0.8


def look_at_leftovers(draft: Draft) -> None:
    """Note problems for what must not be dropped, and lower the confidence for the rest."""
    for place, item in enumerate(draft.items):
        if item.free:
            _look(draft, place, item)
            if draft.problems:
                return


def ignored_words(draft: Draft) -> tuple[str, ...]:
    """Words that no part of the plan uses, in their order."""
    words = [i.text for i in draft.items if i.used == "ignored"]
    return tuple(dict.fromkeys(plain(w, limit=40) for w in words))


def _look(draft: Draft, place: int, item: Item) -> None:
    word = item.tokens[0].word
    filler = all(t.word in draft.lexicon.filler for t in item.tokens)
    if item.values and not item.keywords and not filler:
        draft.fail(
            "unclear",
            f"It is not clear what “{plain(item.text)}” should do in this question.",
            words=item.text,
        )
    elif item.columns and not filler and not item.rows:
        _column(draft, item)
    elif item.number is not None or (item.has("numbers") and word not in {"one", "a"}):
        draft.fail(
            "unclear", f"It is not clear what the number {plain(item.text)} is about.", words=item.text
        )
    elif item.quoted:
        draft.fail("not_found", f"“{plain(item.text)}” is no column and no known value.", words=item.text)
    elif item.keywords or item.rows:
        _keyword(draft, item, filler=filler)
    elif not filler and item.tokens[0].kind == "word":
        _unknown(draft, place, item)


def _column(draft: Draft, item: Item) -> None:
    strong = item.columns[0].score >= 0.75
    if strong and not item.keywords:
        draft.fail(
            "unclear",
            f"It is not clear what {plain(item.columns[0].column.name)} should do in this question.",
            words=item.text,
            choices=(item.columns[0].column.name,),
        )
        return
    item.used = "ignored"
    draft.confidence *= _UNKNOWN_COST


def _keyword(draft: Draft, item: Item, *, filler: bool) -> None:
    telling = [k for k in item.keywords if k.role in _TELLING]
    if not telling or filler or item.rows:
        return
    text = item.text.lower()
    if item.has("grain") and (text in {"date", "dates", "day", "days"} or draft.rows_are(item)):
        return
    if item.has("compare") and (text in _HARMLESS_COMPARE or len(telling) < len(item.keywords)):
        return
    if item.has("aggregate", "count", "distinct") or text in {"total", "record"}:
        return
    if draft.statistic is not None and item.has("statistic"):
        return
    if item.has("statistic") and draft.groups and item.name_of("statistic") in {"distribution", "trend"}:
        return
    draft.fail(
        "unclear", f"It is not clear what “{plain(item.text)}” refers to in this question.", words=item.text
    )


def _unknown(draft: Draft, place: int, item: Item) -> None:
    """A word that is nowhere in the table: fatal where a column or a value is expected."""
    before = draft.items[place - 1] if place else None
    noun_of_value = before is not None and before.used == "filter"
    kind_of_rows = place + 1 < len(draft.items) and draft.items[place + 1].rows
    if not noun_of_value and (kind_of_rows or _opens_slot(draft, place)):
        word = item.tokens[0].word
        draft.fail(
            "not_found",
            f"“{plain(item.text)}” is neither a column nor a known value of this table.",
            words=item.text,
            choices=draft.schema.index.nearest([word]),
        )
        return
    item.used = "ignored"
    draft.confidence *= 0.95 if noun_of_value else _UNKNOWN_COST


def _opens_slot(draft: Draft, place: int) -> bool:
    for back in range(place - 1, max(place - 4, -1), -1):
        other = draft.items[back]
        if other.text.lower() in {"the", "a", "an", "all", "any"}:
            continue
        slot = other.has("slot") or other.has("group") or other.has("versus") or other.has("negation")
        return slot or (other.has("compare") and other.free)
    return False
