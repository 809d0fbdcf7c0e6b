"""Conditions without an operator: values named with or without their column, and yes/no columns."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.conditions import NEAR, SMALL, excluded, negated, text_of, use
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.text import stem
from lakeglass.ask.language.values import ValueMatch
from lakeglass.ask.plan import Filter, Operator
from lakeglass.ask.plan.naming import plain
from lakeglass.lake.contents import value_key

_RELATIVE = {"where", "when", "whose", "who"}


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
        own = {m.column.name for m in item.values}
        if own == {m.column.name for m in item.columns} and _describes(draft, place):
            return False
        beside = draft.items[place + 1].columns[:1] if place + 1 < len(draft.items) else ()
        return not any(m.column.name in own for m in beside)
    if not item.has("grain"):
        return False
    before = draft.items[place - 1] if place else None
    return before is not None and (before.has("group") or before.has("which"))


def _describes(draft: Draft, place: int) -> bool:
    """'remote developers', where Remote has the value Remote: an adjective before what the rows are."""
    items = draft.items
    before, after = items[place - 1] if place else None, items[place + 1] if place + 1 < len(items) else None
    cut = before is not None and (before.has("group") or before.has("which"))
    noun = after is not None and (after.rows or after.tokens[0].word.endswith("s")) and not after.columns
    return noun and not cut


def _value(draft: Draft, place: int) -> None:
    item = draft.items[place]
    match = _pick(draft, place, item.values)
    if match is None:
        return
    column = match.column
    negative = negated(draft, place, column.name) or excluded(draft, place)
    used = [*negative, item, *_named(draft, place, column)]
    values = _as_written(
        draft, item, tuple(dict.fromkeys(v.value for v in item.values if v.column is column))
    )
    operator = _operator(len(values), negative=bool(negative))
    words = text_of(sorted(used, key=lambda i: i.tokens[0].start))
    draft.add_filter(Filter(column=column.name, operator=operator, values=values), words)
    use(used, column.name)
    for each in negative:
        each.used = "negation"


def _as_written(draft: Draft, item: Item, values: tuple[str, ...]) -> tuple[str, ...]:
    """Of 'A', 'A-' and 'A+', which look alike as words, the one that is written in the question."""
    if len(values) < 2:
        return values
    start, end = item.tokens[0].start, item.tokens[-1].end
    for said in (draft.text[start : end + 1], draft.text[start:end]):
        exact = tuple(v for v in values if v.strip() == said.strip())
        if exact and (said[-1:].isalnum() or said[-1:] in "+-*#"):
            return exact
    return values


def _operator(values: int, *, negative: bool) -> Operator:
    if values > 1:
        return "not in" if negative else "in"
    return "!=" if negative else "="


def _named(draft: Draft, place: int, column: ColumnModel) -> list[Item]:
    """The column's own name beside its value: 'wildlife size large', 'Texas state', 'time of day is night'."""
    found: list[Item] = []
    for step in (-1, 1):
        near = place + step
        while 0 <= near < len(draft.items) and abs(near - place) <= NEAR:
            other = draft.items[near]
            if other.free and other.columns and any(m.column is column for m in other.columns):
                if not _opens_group(draft, near):
                    found.append(other)
                break
            if step == 1 or (
                other.text.lower() not in SMALL
                and not other.has("compare", "=", "!=")
                and not other.has("negation")
            ):
                break
            near += step
    return found


def _opens_group(draft: Draft, place: int) -> bool:
    before = [i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "a"}]
    asked = bool(before) and before[-1].has("which") and before[-1].text.lower() not in _RELATIVE
    return bool(before) and (before[-1].has("group") or asked)


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
    for back in range(place - 1, max(place - 1 - NEAR, -1), -1):
        other = draft.items[back]
        if other.columns:
            column = draft.choose(other, "key")
            if column is None:
                return
            if column.statistics.kind == "text":
                negative = negated(draft, place, column.name) or excluded(draft, place)
                operator: Operator = "!=" if negative else "="
                draft.add_filter(
                    Filter(column=column.name, operator=operator, values=(item.text,)), text_of([other, item])
                )
                if all(top.value != item.text for top in column.statistics.top_values):
                    draft.assume(
                        f"{plain(item.text)} is not among the frequent values of {plain(column.name)}",
                        cost=0.85,
                    )
                use([other, item, *negative], column.name)
            return
    draft.fail(
        "not_found", f"“{plain(item.text)}” was not found among the values of any column.", words=item.text
    )


def _part(draft: Draft, place: int) -> None:
    """The head or the first word of values of exactly one column: 'vultures' for Turkey vulture, 'Jabba'."""
    item = draft.items[place]
    if place and draft.items[place - 1].used == "filter":
        return  # the noun of a value: 'large birds'
    if place + 1 < len(draft.items) and draft.items[place + 1].rows:
        return  # a kind of row, or the rows' own name ('bird strikes'): not for us to decide
    hits = draft.schema.values.containing(item.tokens[0].word)
    if len(hits) != 1:
        return
    matches = next(iter(hits.values()))
    column, values = matches[0].column, tuple(m.value for m in matches)
    shown = ", ".join(plain(v) for v in values[:4]) + (", …" if len(values) > 4 else "")
    if not _names_them(item, values) or column.statistics.distinct > len(column.statistics.top_values):
        draft.fail(
            "unclear",
            f"“{plain(item.text)}” is part of values of {plain(column.name)}: {shown}. Say the whole value.",
            words=item.text,
            choices=(column.name,),
        )
        return
    negative = negated(draft, place, column.name)
    operator = _operator(len(values), negative=bool(negative))
    draft.add_filter(Filter(column=column.name, operator=operator, values=values), item.text)
    draft.assume(f"“{plain(item.text)}” is read as {plain(column.name)}: {shown}", cost=0.85)
    use([item, *negative, *_named(draft, place, column)], column.name)


def _names_them(item: Item, values: tuple[str, ...]) -> bool:
    """True when the word is the head of every value ('Turkey vulture'), or the first word of a single one."""
    one = stem(item.tokens[0].word)
    keys = [value_key(v).split() for v in values]
    return all(stem(k[-1]) == one for k in keys) or (len(keys) == 1 and stem(keys[0][0]) == one)


def read_answers(draft: Draft) -> None:
    """'smoker is no', 'returned = yes': the answer to a yes/no column."""
    for place, item in enumerate(draft.items):
        answer = item.name_of("answer")
        if not item.free or not answer:
            continue
        before = [i for i in draft.items[max(place - 3, 0) : place] if not _links(i)]
        flags = [m.column for m in before[-1].columns if m.column.role == "flag"] if before else []
        if len(flags) != 1 or not before[-1].free:
            continue
        value = flags[0].answers[0 if answer == "yes" else 1]
        said = [before[-1], item]
        draft.add_filter(Filter(column=flags[0].name, operator="=", values=(value,)), text_of(said))
        use(said, flags[0].name)


def _links(item: Item) -> bool:
    return item.text.lower() in {"is", "was", "are", "were", "be", ":"} or item.has("compare", "=")


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
        negative = negated(draft, place, column.name)
        value = column.answers[1 if bool(negative) != item.inverse else 0]
        draft.add_filter(
            Filter(column=column.name, operator="=", values=(value,)), text_of([*negative, item])
        )
        draft.assume(f"“{plain(item.text)}” is read as {plain(column.name)} = {value}")
        use([item, *negative], column.name)
