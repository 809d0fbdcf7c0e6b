"""Columns that the question makes: 'a divided by b', 'log of price', 'a new feature called x'."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.language.columns import ColumnMatch, ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.text import words_of
from lakeglass.ask.plan import Clean, Derive, Measure
from lakeglass.ask.plan.model import DeriveKind
from lakeglass.ask.plan.naming import derive_words, plain
from lakeglass.lake.model import ColumnStatistics

_PASSED = {"the", "a", "an", "its", "their", "of", "column", "columns", "feature", "values", "value", "both"}
_LONGEST_NAME = 5
_NAME_ENDS = {"as", "by", "which", "that", "using", "from", "for", "to", "with", "=", "is", "equal"}
_TEXT: frozenset[DeriveKind] = frozenset({"length", "words", "number"})
_LONGEST_DEFINITION = 16
_NUMBERS = frozenset({"integer", "number", "boolean"})


def read_derived(draft: Draft) -> None:
    """Replace every expression over columns by one item that stands for the new column."""
    for read in (_weighted, _function, _infix, _prefix):
        place = 0
        while place < len(draft.items):
            before = len(draft.items)
            if draft.items[place].free:
                read(draft, place)
            if draft.problems:
                return
            place += 1 if len(draft.items) == before else 0


def _weighted(draft: Draft, place: int) -> None:
    """'weighted average price by quantity', 'average of price weighted by quantity'."""
    items = draft.items
    if not items[place].has("weighted"):
        return
    first = column_at(draft, place + 1)
    found = _operands(draft, place + 1, "*", _NUMBERS) if first is not None else []
    if len(found) != 2:
        weight = (
            column_at(draft, place + 2)
            if items[place + 1 : place + 2] and items[place + 1].has("group")
            else None
        )
        value = column_at(draft, place - 1)
        if (
            weight is None
            or value is None
            or place < 2
            or not any(i.has("aggregate", "mean") for i in items[max(place - 4, 0) : place - 1])
        ):
            return
        for each in items[max(place - 4, 0) : place - 1]:
            each.used = "measure" if each.has("aggregate", "mean") else each.used
        found = [value, weight]
    columns = tuple(draft.usable(c) for _, c, _ in found)
    for name in columns:
        if draft.column_nulls(name):
            draft.clean.append(Clean(kind="drop_missing", column=name))
    made = Derive(name=f"{plain(columns[0])} times {plain(columns[1])}", kind="*", columns=columns)
    draft.derive.append(made)
    draft.measures.append(Measure(aggregate="ratio", column=made.name, over=columns[1]))
    draft.note("measure:0", " ".join(i.text for i, _, _ in found))
    for each in (items[place], *items[place + 1 : found[-1][2]], *(i for i, _, _ in found)):
        each.used = "measure"


def column_at(
    draft: Draft, place: int, *, kinds: frozenset[str] = _NUMBERS
) -> tuple[Item, ColumnModel, int] | None:
    """The column that is named here, behind articles: its item, the column and the place behind it."""
    items = draft.items
    while place < len(items) and items[place].text.lower() in _PASSED and not items[place].exact_column:
        place += 1
    if place >= len(items) or not items[place].free:
        return None
    item = items[place]
    fitting = tuple(m for m in item.columns if m.column.statistics.kind in kinds or m.column.text_numbers)
    if not fitting or item.has("aggregate"):
        return None
    if len(fitting) < len(item.columns):
        item = Item(item.text, item.tokens, item.keywords, fitting)
    column = draft.choose(item, "any" if "date" in kinds or "text" in kinds else "measure")
    return None if column is None else (items[place], column, place + 1)


def _function(draft: Draft, place: int) -> None:
    kind = draft.items[place].name_of("function")
    if not kind or draft.items[place].exact_column:
        return
    name: DeriveKind = kind  # type: ignore[assignment]
    found = (
        column_at(draft, place + 1, kinds=frozenset({"text"}))
        if name in _TEXT
        else column_at(draft, place + 1)
    )
    if found is not None:
        _, column, end = found
        made = Derive(name="made", kind=name, columns=(_name(draft, column, name),))
        replace_by(draft, made, place, end)


def _name(draft: Draft, column: ColumnModel, kind: DeriveKind) -> str:
    return column.name if kind in _TEXT or column.role == "date" else draft.usable(column)


def _infix(draft: Draft, place: int) -> None:
    items = draft.items
    kind = items[place].name_of("infix") or _per(draft, place)
    if not kind or place == 0:
        return None
    left = column_at(draft, place - 1)
    if left is None:
        return _date_difference(draft, place) if kind == "-" else None
    name: DeriveKind = kind  # type: ignore[assignment]
    first = draft.usable(left[1])
    number = items[place + 1].number if place + 1 < len(items) else None
    if number is not None and items[place + 1].free:
        made = Derive(name="made", kind=name, columns=(first,), number=number)
        replace_by(draft, made, place - 1, place + 2)
        return None
    right = column_at(draft, place + 1)
    if right is None:
        return None
    before = draft.derived(first)
    second = draft.usable(right[1])
    columns: tuple[str, ...] = (first, second)
    if before is not None and before.kind == name and name in {"+", "*"} and before.number is None:
        columns = (*before.columns, second)
    replace_by(draft, Derive(name="made", kind=name, columns=columns), place - 1, right[2])
    return None


def _per(draft: Draft, place: int) -> str:
    """'sales per quantity' divides by what adds up; 'sales per region' makes groups."""
    if draft.items[place].text.lower() == "per" and _per_amount(draft, place):
        return "/"
    if draft.items[place].text.lower() != "per" or draft.lexicon.words("column_roles", "additive").isdisjoint(
        w for i in draft.items[place + 1 : place + 2] for m in i.columns[:1] for w in m.column.words
    ):
        return ""
    columns = [m.column for m in draft.items[place + 1].columns]
    return "/" if len(columns) == 1 and columns[0].is_measure else ""


def _per_amount(draft: Draft, place: int) -> bool:
    """'students per teacher': between two columns of amounts, of which the second makes no groups."""
    before, after = draft.items[place - 1], draft.items[place + 1 : place + 2]
    measured = before.free and any(m.column.is_measure for m in before.columns)
    columns = [m.column for m in after[0].columns] if after and after[0].free else []
    return measured and len(columns) == 1 and columns[0].is_measure and not columns[0].is_key


def _date_difference(draft: Draft, place: int) -> None:
    dates = frozenset({"date", "datetime"})
    left, right = column_at(draft, place - 1, kinds=dates), column_at(draft, place + 1, kinds=dates)
    if left is not None and right is not None:
        made = Derive(name="made", kind="days", columns=(right[1].name, left[1].name))
        replace_by(draft, made, place - 1, right[2])


def _prefix(draft: Draft, place: int) -> None:
    item = draft.items[place]
    kind = item.name_of("prefix")
    before = [i for i in draft.items[max(place - 3, 0) : place] if i.text.lower() not in _PASSED]
    if (
        not kind
        and before
        and before[-1].free
        and before[-1].has("aggregate", "mean", "median", "max", "min")
    ):
        kind = {"sum": "+"}.get(item.name_of("aggregate"), "")  # 'average sum of a and b'
    if not kind and _defining(draft, place) is not None and not _in_a_name(draft, place):
        kind = {"sum": "+", "mean": "mean"}.get(item.name_of("aggregate"), "")
    if not kind or item.exact_column:
        return
    dates = frozenset({"date", "datetime"})
    for kinds in (_NUMBERS, dates):
        if kinds is dates and kind not in {"-", "days"}:
            return
        found = _operands(draft, place + 1, kind, kinds)
        if len(found) >= 2:
            _combine(draft, place, kind, found, dated=kinds is dates)
            return


def _operands(
    draft: Draft, place: int, kind: str, kinds: frozenset[str]
) -> list[tuple[Item, ColumnModel, int]]:
    """Columns from here on, kept apart by the operation's joints or commas."""
    joints = set(
        draft.lexicon.sections["joint"].get({"subtract": "-", "mean": "+", "days": "-"}.get(kind, kind), ())
    )
    found: list[tuple[Item, ColumnModel, int]] = []
    while (each := column_at(draft, place, kinds=kinds)) is not None:
        found.append(each)
        place = each[2]
        while place < len(draft.items) and draft.items[place].text.lower() in _PASSED - {"the", "a", "an"}:
            place += 1
        if place >= len(draft.items) or (len(found) == 2 and kind not in {"+", "*", "mean"}):
            break
        joint, comma = (
            draft.items[place],
            draft.items[place].tokens[0].start - draft.items[place - 1].tokens[-1].end > 1,
        )
        if joint.text.lower() in joints or joint.has("conjunction"):
            place += 1
        elif not comma:
            break
    return found


def _combine(
    draft: Draft, place: int, kind: str, found: list[tuple[Item, ColumnModel, int]], *, dated: bool
) -> None:
    names = [c.name if dated else draft.usable(c) for _, c, _ in found]
    if len(set(names)) < len(names):
        return
    if kind == "subtract":
        names, kind = names[::-1], "-"
    if dated:
        if draft.items[place].has("prefix", "-"):
            names.sort(key=lambda n: str(draft.schema.table.column(n).minimum))  # type: ignore[union-attr]
        kind = "days"
    made = Derive(name="made", kind=kind, columns=tuple(names))
    replace_by(draft, made, place, found[-1][2])


def replace_by(draft: Draft, made: Derive, start: int, end: int) -> None:
    """Put one item for the new column in the place of the expression; name it, and find it again under its name."""
    items = draft.items
    span = items[start:end]
    goes_on = end < len(items) and items[end].has("infix") and items[end].free
    called, first = _called(draft, start, end) if not goes_on else ("", None)
    if not called and not goes_on:
        called, first, start = _entitled(draft, start, first)
        span = items[start:end]
    same = next((d for d in draft.derive if d == made.model_copy(update={"name": d.name})), None)
    if same is not None and not called:
        tokens = tuple(t for i in span for t in i.tokens)
        match = ColumnMatch(_model(same.name, draft.rows), 1.0)
        items[start:end] = [Item(" ".join(i.text for i in span), tokens, columns=(match,))]
        return
    name = called or derive_words(made.model_copy(update={"name": ""})).removeprefix(" is the ")
    taken = {c.name for c in draft.schema.table.statistics.columns}
    while name in taken or draft.derived(name) is not None:
        name += " (new)"
    made = made.model_copy(update={"name": name})
    draft.derive.append(made)
    text = " ".join(i.text for i in span)
    draft.note(f"derive:{name}", text)
    tokens = tuple(t for i in span for t in i.tokens)
    match = ColumnMatch(_model(name, draft.rows), 1.0)
    item = Item(text, tokens, columns=(match,))
    items[start:end] = [item]
    if first is not None:
        for each in items[first:start]:
            each.used = "derive"
    if called:
        _mentions(items, start + 1, called, match)
    _referred(draft, start + 1, match)
    again = any(match in i.columns for i in items[start + 1 :])
    if again and first is not None:
        item.used = "derive"


def _model(name: str, rows: int) -> ColumnModel:
    statistics = ColumnStatistics(
        name=name,
        dtype="DOUBLE",
        kind="number",
        nulls=0,
        null_share=0.0,
        distinct=rows,
        distinct_is_exact=False,
    )
    return ColumnModel(statistics, ("",), frozenset(), frozenset(), "measure", "")


def _defining(draft: Draft, place: int) -> int | None:
    """Where the definition begins that this place is part of: 'create a new feature … by'."""
    items = draft.items
    for back in range(place - 1, max(place - 1 - _LONGEST_DEFINITION, -1), -1):
        if not items[back].free:
            return None
        if items[back].has("define", "verb"):
            noun = any(i.has("define", "noun", "called") for i in items[back + 1 : place])
            return back if noun else None
    return None


def _in_a_name(draft: Draft, place: int) -> bool:
    """'total' in 'a feature total_nights as the sum of …': what stands before 'as' or '=' is a name."""
    for item in draft.items[place + 1 : place + 1 + _LONGEST_NAME]:
        if item.text.lower() in {"as", "="}:
            return True
        if item.has("conjunction") or item.text.lower() in _NAME_ENDS:
            return False
    return False


def _called(draft: Draft, start: int, end: int) -> tuple[str, int | None]:
    """The name that the definition gives, and where the definition begins."""
    items = draft.items
    first = _defining(draft, start)
    places = (
        [n for n in range(first or 0, start) if items[n].has("define", "called")] if first is not None else []
    )
    if not places and end < len(items) and items[end].has("define", "called"):
        named = items[end + 1 : end + 2]
        for each in (items[end], *named):
            each.used = "derive"
        return (named[0].text if named else ""), first
    words: list[str] = []
    nouns = (
        [n for n in range(first or 0, start) if items[n].has("define", "noun")] if first is not None else []
    )
    begin = places[-1] + 1 if places else nouns[-1] + 1 if nouns else start
    signs = {"=", "as", "by"}
    ends = signs if any(i.text.lower() in signs for i in items[begin:start]) else _NAME_ENDS
    for each in items[begin:start]:
        breaks = ends is not signs and (each.has("prefix") or (each.has("aggregate") and bool(words)))
        if each.text.lower() in ends or breaks:
            break
        if each.quoted or each.text.lower() not in _PASSED:
            words.append(each.text)
    return plain(" ".join(words[:4])), first


_AS = {"as", "=", "is"}
_BY = {"defined", "calculated", "computed", "given", "measured", "i.e", "meaning", "by", "the"}


def _entitled(draft: Draft, start: int, first: int | None) -> tuple[str, int | None, int]:
    """The name that stands before 'as', '=' or a bracket: 'profit margin (profits divided by sales)'."""
    items = draft.items
    at = start - 1
    opened = start > 0 and _bracket(draft, start)
    while at >= 0 and not opened and items[at].text.lower() in _BY:
        at -= 1
    if not opened and (at < 0 or items[at].text.lower() not in _AS or not items[at].free):
        return "", first, start
    begin = end = at + 1 if opened else at
    while begin > 0 and begin > end - _LONGEST_NAME and _names_it(draft, begin - 1):
        begin -= 1
    words = [i.text for i in items[begin:end] if i.text.lower() not in _PASSED | _BY]
    if not words:
        return "", first, start
    made = [m for i in items[begin:end] for m in i.columns if draft.derived(m.column.name)]
    if made and len(words) == 1:  # 'price per carat as price divided by carat': said twice
        return "", first, begin
    return plain(" ".join(words)), first, begin


def _bracket(draft: Draft, start: int) -> bool:
    """True when the expression is the content of a bracket."""
    before, item = draft.items[start - 1], draft.items[start]
    return "(" in draft.text[before.tokens[-1].end : item.tokens[0].start]


def _names_it(draft: Draft, place: int) -> bool:
    """A word of a name: no verb that orders, no aggregate, no condition, and nothing behind a full stop."""
    items, item = draft.items, draft.items[place]
    after = items[place + 1] if place + 1 < len(items) else None
    gap = draft.text[item.tokens[-1].end : after.tokens[0].start] if after is not None else ""
    if any(c in gap for c in ".?!;:,") or not item.free or item.number is not None:
        return False
    if item.has("define", "verb") or item.has("define", "noun") or item.has("slot") or item.has("group"):
        return False
    if item.has("aggregate") and not item.columns and item.text.lower() not in {"rate", "share", "total"}:
        return False
    return not (
        item.has("which") or item.has("superlative") or item.text.lower() in {"and", "or", "the", "is"}
    )


def _referred(draft: Draft, place: int, match: ColumnMatch) -> None:
    """'the transformed values', 'the new column', 'the lowest ratio': the column that was made before."""
    wanted = draft.lexicon.words("mention")
    last = words_of(match.column.name)[-1:]
    items = draft.items
    while place < len(items):
        for length in (3, 2, 1):
            span = items[place : place + length]
            text = " ".join(t.word for i in span for t in i.tokens)
            alone = length == 1 and (text,) == last and not any(m.score >= 0.95 for m in span[0].columns)
            if (text in wanted or alone) and all(i.free for i in span) and len(span) == length:
                tokens = tuple(t for i in span for t in i.tokens)
                items[place : place + length] = [
                    Item(" ".join(i.text for i in span), tokens, columns=(match,))
                ]
                break
        place += 1


def _mentions(items: list[Item], place: int, name: str, match: ColumnMatch) -> None:
    """Items that say the new column's name mean it."""
    wanted = _joined([name])
    while place < len(items):
        for length in (1, 2, 3, 4):
            span = items[place : place + length]
            if _joined([i.text for i in span]) == wanted and all(i.free for i in span):
                tokens = tuple(t for i in span for t in i.tokens)
                items[place : place + length] = [Item(name, tokens, columns=(match,))]
                break
        place += 1


def _joined(texts: Sequence[str]) -> str:
    """A name without regard to case, spaces and underscores."""
    return "".join(c for text in texts for c in text.casefold() if c.isalnum())
