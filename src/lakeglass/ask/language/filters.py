"""Conditions: comparisons with numbers, missing values, text, flags, and values named without their column."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.values import ValueMatch
from lakeglass.ask.plan import Filter, Operator
from lakeglass.ask.plan.naming import plain

_SMALL = {
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
_NEAR = 3


def read_comparisons(draft: Draft) -> None:
    """'speed above 200', 'more than 1000 in repair cost', 'over 200 knots', 'between 5 and 10'."""
    for place, item in enumerate(draft.items):
        if not item.free or not item.has("compare"):
            continue
        if item.has("compare", "missing", "present"):
            _missing(draft, place)
        elif item.has("compare", "contains"):
            _contains(draft, place)
        elif item.has("compare", "between"):
            _between(draft, place)
        elif item.has("compare", ">", "<", ">=", "<=", "=", "!="):
            _compare(draft, place)
    _suffixed(draft)


def _number_at(draft: Draft, place: int) -> tuple[float, int] | None:
    """A number here, after an optional currency sign, with a scale behind it; and how many items it took."""
    items, start = draft.items, place
    while place < len(items) and items[place].text in {"$", "€", "£"}:
        place += 1
    if place >= len(items) or not items[place].free:
        return None
    number = items[place].number
    if number is None and items[place].has("numbers"):
        number = float(items[place].name_of("numbers"))
    if number is None:
        return None
    if place and items[place - 1].text == "-":
        number = -number
    end = place + 1
    if end < len(items) and items[end].has("scale"):
        number, end = number * float(items[end].name_of("scale")), end + 1
    return number, end - start


def _cell(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _compare(draft: Draft, place: int) -> None:
    item = draft.items[place]
    found = _number_at(draft, place + 1)
    if found is None:
        return
    number, count = found
    used = draft.items[place : place + 1 + count]
    operator: Operator = item.name_of("compare")  # type: ignore[assignment]
    column, extra = _subject(draft, place, place + 1 + count)
    if column is None:
        if not draft.problems:
            after = draft.items[place + 1 + count : place + 2 + count]
            what = (
                "a condition on the number of rows of a group"
                if after and after[0].rows
                else "which column is compared"
            )
            draft.fail("incomplete", f"“{_text(used)}”: it is not clear {what}.", words=_text(used))
        return
    words = _text([*extra, *used])
    draft.add_filter(Filter(column=draft.usable(column), operator=operator, values=(_cell(number),)), words)
    _use([*used, *extra], "filter")


def _suffixed(draft: Draft) -> None:
    """'200 or more knots', '5+'."""
    for place, item in enumerate(draft.items):
        if not item.free or not item.has("compare", "or_more", "or_less") or place == 0:
            continue
        found = _number_at(draft, place - 1)
        if found is None:
            continue
        column, extra = _subject(draft, place - 1, place + 1)
        if column is None:
            continue
        used = draft.items[place - 1 : place + 1]
        operator: Operator = ">=" if item.has("compare", "or_more") else "<="
        values = (_cell(found[0]),)
        draft.add_filter(
            Filter(column=draft.usable(column), operator=operator, values=values), _text([*extra, *used])
        )
        _use([*used, *extra], "filter")


def _between(draft: Draft, place: int) -> None:
    first = _number_at(draft, place + 1)
    if first is None:
        return
    joint = place + 1 + first[1]
    if joint >= len(draft.items) or draft.items[joint].text.lower() not in {"and", "to", "-", "–"}:
        return
    second = _number_at(draft, joint + 1)
    if second is None:
        return
    end = joint + 1 + second[1]
    column, extra = _subject(draft, place, end)
    if column is None:
        return
    used = draft.items[place:end]
    values = (_cell(min(first[0], second[0])), _cell(max(first[0], second[0])))
    draft.add_filter(
        Filter(column=draft.usable(column), operator="between", values=values), _text([*extra, *used])
    )
    _use([*used, *extra], "filter")


def _subject(draft: Draft, place: int, end: int) -> tuple[ColumnModel | None, list[Item]]:
    """The column that a comparison is about: just before it, just after the number, or by the number's unit."""
    items = draft.items
    for back in range(place - 1, max(place - 1 - _NEAR, -1), -1):
        if items[back].columns and any(
            m.column.is_measure or m.column.role == "period" for m in items[back].columns
        ):
            column = draft.choose(items[back], "measure")
            alone = items[back].free and not _measured(draft, back)
            return column, [items[back]] if alone else []
        if items[back].text.lower() not in _SMALL:
            break
    for ahead in range(end, min(end + _NEAR, len(items))):
        unit = _by_unit(draft, items[ahead])
        if unit is not None:
            return unit, [items[ahead]]
        if items[ahead].columns and items[ahead].free:
            if not any(m.column.is_measure for m in items[ahead].columns):
                break
            return draft.choose(items[ahead], "measure"), [items[ahead]]
        if items[ahead].text.lower() not in _SMALL:
            break
    for word in draft.lexicon.sections["implied"].get(items[place].text.lower(), ()):
        named = [m for m in draft.schema.index.match([word]) if m.column.is_measure]
        if len(named) == 1 or (named and named[0].score == 1.0):
            return named[0].column, []
    return None, []


def _measured(draft: Draft, place: int) -> bool:
    """True when the column is itself what an aggregate before it measures ('average speed above 200')."""
    before = [i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "of", "a"}]
    return bool(before) and before[-1].has("aggregate")


def _by_unit(draft: Draft, item: Item) -> ColumnModel | None:
    word = item.tokens[0].word
    units = {u for u, spellings in draft.lexicon.sections["units"].items() if word in spellings}
    found = [c for c in draft.schema.index.columns if c.unit in units and c.is_measure] if units else []
    return found[0] if len(found) == 1 else None


def _missing(draft: Draft, place: int) -> None:
    item = draft.items[place]
    operator: Operator = "present" if item.has("compare", "present") else "missing"
    around = (
        [place - 1, place - 2] if not item.text.lower().startswith(("with", "has", "have", "lack")) else []
    )
    around += [place + 1, place + 2]
    for near in around:
        if not 0 <= near < len(draft.items):
            continue
        other = draft.items[near]
        if other.columns and other.free and not other.values and not other.rows:
            column = draft.choose(other, "any")
            if column is not None and operator == "missing" and not column.statistics.nulls:
                words = _text([item, other])
                draft.fail(
                    "unclear",
                    f"{plain(column.name)} is never missing, so “{words}” is not clear.",
                    words=words,
                )
            elif column is not None:
                words = _text([item, other])
                draft.add_filter(Filter(column=column.name, operator=operator), words)
                _use([item, other], "filter")
            return
        if other.text.lower() not in _SMALL:
            continue


def _adjective(draft: Draft, place: int) -> bool:
    """'missing age' rather than 'age missing'."""
    after = draft.items[place + 1] if place + 1 < len(draft.items) else None
    return after is not None and bool(after.columns) and after.free and not after.rows


def _contains(draft: Draft, place: int) -> None:
    item = draft.items[place]
    target = draft.items[place + 1] if place + 1 < len(draft.items) else None
    if target is None or not target.quoted:
        return
    before = [i for i in draft.items[max(place - _NEAR, 0) : place] if i.columns and i.free]
    texts = [m for i in before[-1:] for m in i.columns if m.column.role in {"category", "text", "identifier"}]
    if not texts:
        return
    column = draft.choose(before[-1], "key")
    if column is None:
        return
    negative = _negated(draft, place)
    operator: Operator = "not contains" if negative else "contains"
    used = [before[-1], *negative, item, target]
    draft.add_filter(Filter(column=column.name, operator=operator, values=(target.text,)), _text(used))
    _use(used, "filter")


def read_values(draft: Draft) -> None:
    """Values of text columns: 'Texas', 'large birds', 'not at night', 'state is "Texas"'."""
    for place, item in enumerate(draft.items):
        if item.free and item.values and not _is_grain_slot(draft, place):
            _value(draft, place)
        elif item.free and item.quoted and not item.columns:
            _quoted(draft, place)
    for place, item in enumerate(draft.items):
        if item.free and not _known(draft, item):
            _part(draft, place)


def _known(draft: Draft, item: Item) -> bool:
    word = item.tokens[0].word
    return bool(item.keywords or item.columns or item.values or item.rows or word in draft.lexicon.filler)


def _is_grain_slot(draft: Draft, place: int) -> bool:
    """'by day' is a period even if 'Day' is a value; so is a word that also names a column exactly."""
    item = draft.items[place]
    if item.exact_column and not item.quoted:
        return True
    if not item.has("grain"):
        return False
    before = draft.items[place - 1] if place else None
    return before is not None and (before.has("group") or before.has("which"))


def _negated(draft: Draft, place: int) -> list[Item]:
    """The negation just before this place, over small words and values that it already covers."""
    for back in range(place - 1, max(place - 1 - _NEAR, -1), -1):
        other = draft.items[back]
        if other.has("negation") and (other.free or other.used == "negation"):
            return [other]
        joined = other.has("conjunction") or other.used == "filter"
        if other.text.lower() not in _SMALL and not joined and not other.has("slot"):
            break
    return []


def _value(draft: Draft, place: int) -> None:
    item = draft.items[place]
    match = _pick(draft, place, item.values)
    if match is None:
        return
    negative = _negated(draft, place)
    used = [*negative, item, *_named(draft, place, match.column)]
    values = tuple(dict.fromkeys(v.value for v in item.values if v.column is match.column))
    operator = _operator(len(values), negative=bool(negative))
    words = _text(sorted(used, key=lambda i: i.tokens[0].start))
    draft.add_filter(Filter(column=match.column.name, operator=operator, values=values), words)
    _use(used, "filter")
    for each in negative:
        each.used = "negation"


def _operator(values: int, *, negative: bool) -> Operator:
    if values > 1:
        return "not in" if negative else "in"
    return "!=" if negative else "="


def _named(draft: Draft, place: int, column: ColumnModel) -> list[Item]:
    """The column's own name beside its value: 'wildlife size large', 'Texas state', 'time of day is night'."""
    found: list[Item] = []
    for step in (-1, 1):
        near = place + step
        while 0 <= near < len(draft.items) and abs(near - place) <= _NEAR:
            other = draft.items[near]
            if other.free and other.columns and any(m.column is column for m in other.columns):
                if not _opens_group(draft, near):
                    found.append(other)
                break
            if step == 1 or (
                other.text.lower() not in _SMALL
                and not other.has("compare", "=", "!=")
                and not other.has("negation")
            ):
                break
            near += step
    return found


def _opens_group(draft: Draft, place: int) -> bool:
    before = [i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "a"}]
    return bool(before) and (before[-1].has("group") or before[-1].has("which"))


def _pick(draft: Draft, place: int, matches: tuple[ValueMatch, ...]) -> ValueMatch | None:
    columns = {m.column.name: m for m in matches}
    if len(columns) == 1:
        return matches[0]
    near = [
        m.column.name
        for other in draft.items[max(place - 4, 0) : place + 4]
        for m in other.columns
        if m.column.name in columns
    ]
    if near:
        return columns[near[0]]
    filtered = [f.column for f in draft.filters if f.column in columns]
    if filtered:
        return columns[filtered[0]]
    names = tuple(columns)
    draft.fail(
        "ambiguous",
        f"“{plain(draft.items[place].text)}” occurs in several columns: {', '.join(plain(n) for n in names[:5])}.",
        words=draft.items[place].text,
        choices=names[:3],
    )
    return None


def _quoted(draft: Draft, place: int) -> None:
    """Quoted text that is no frequent value: looked for in the column named before it."""
    item = draft.items[place]
    for back in range(place - 1, max(place - 1 - _NEAR, -1), -1):
        other = draft.items[back]
        if other.columns:
            column = draft.choose(other, "key")
            if column is None:
                return
            if column.statistics.kind == "text":
                negative = _negated(draft, place)
                operator: Operator = "!=" if negative else "="
                draft.add_filter(
                    Filter(column=column.name, operator=operator, values=(item.text,)), _text([other, item])
                )
                draft.assume(
                    f"{plain(item.text)} is not among the frequent values of {plain(column.name)}", cost=0.85
                )
                _use([other, item, *negative], "filter")
            return
    draft.fail(
        "not_found", f"“{plain(item.text)}” was not found among the values of any column.", words=item.text
    )


def _part(draft: Draft, place: int) -> None:
    """A word inside values of exactly one column: 'vultures' for Turkey vulture and Black vulture."""
    item = draft.items[place]
    if place and draft.items[place - 1].used == "filter":
        return  # the noun of a value: 'large birds'
    if place + 1 < len(draft.items) and draft.items[place + 1].rows:
        return  # a kind of row, or the rows' own name ('bird strikes'): not for us to decide
    hits = draft.schema.values.containing(item.tokens[0].word)
    if len(hits) != 1:
        return
    name, matches = next(iter(hits.items()))
    values = tuple(m.value for m in matches)
    negative = _negated(draft, place)
    if matches[0].column.statistics.distinct > len(matches[0].column.statistics.top_values):
        return
    operator = _operator(len(values), negative=bool(negative))
    draft.add_filter(Filter(column=name, operator=operator, values=values), item.text)
    shown = ", ".join(plain(v) for v in values[:4]) + (", …" if len(values) > 4 else "")
    draft.assume(f"“{plain(item.text)}” is read as {plain(name)}: {shown}", cost=0.85)
    _use([item, *negative, *_named(draft, place, matches[0].column)], "filter")


def read_flags(draft: Draft) -> None:
    """A yes/no column as a condition: 'how many survived', 'passengers who did not survive'."""
    for place, item in enumerate(draft.items):
        if not item.free or not item.columns or _opens_group(draft, place):
            continue
        flags = [m for m in item.columns if m.column.role == "flag"]
        if len(flags) != 1 or (flags[0].score < 0.9 and len(item.columns) > 1):
            continue
        before = [
            i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "of", "a"}
        ]
        if before and before[-1].has("aggregate", "mean", "sum", "distinct", "median"):
            continue
        after = draft.items[place + 1] if place + 1 < len(draft.items) else None
        if (after is not None and after.has("aggregate", "share")) or draft.statistic is not None:
            continue
        column = flags[0].column
        negative = _negated(draft, place)
        yes = not negative
        value: bool | int = yes if column.statistics.kind == "boolean" else int(yes)
        draft.add_filter(Filter(column=column.name, operator="=", values=(value,)), _text([*negative, item]))
        draft.assume(f"“{plain(item.text)}” is read as {plain(column.name)} = {value}")
        _use([item, *negative], "filter")


def _text(items: list[Item]) -> str:
    return " ".join(i.text for i in sorted(items, key=lambda i: i.tokens[0].start))


def _use(items: list[Item], part: str) -> None:
    for item in items:
        item.used = part
