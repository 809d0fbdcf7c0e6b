"""Conditions with an operator: comparisons with numbers, ranges, missing values, parts of text."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.conditions import INVERSE, NEAR, SMALL, excluded, negated, text_of, use
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.gaps import lacking, missing
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Filter, Operator
from lakeglass.ask.plan.naming import plain

_HAVING = {"with", "has", "have", "had", "having", "of"}


def read_comparisons(draft: Draft) -> None:
    """'speed above 200', 'more than 1000 in repair cost', 'over 200 knots', 'between 5 and 10'."""
    for place, item in enumerate(draft.items):
        if not item.free or not item.has("compare"):
            continue
        if item.has("compare", "missing", "present"):
            missing(draft, place)
        elif item.has("compare", "contains", "starts with", "ends with"):
            _contains(draft, place)
        elif item.has("compare", "between"):
            _between(draft, place)
        elif item.has("compare", ">", "<", ">=", "<=", "=", "!="):
            _compare(draft, place)
    _ranges(draft)
    _or_beyond(draft)
    lacking(draft)
    _suffixed(draft)
    _signs(draft)
    _equals(draft)


_EDGES: tuple[Operator, ...] = ("starts with", "ends with")


def number_at(draft: Draft, place: int) -> tuple[float, int] | None:
    """A number here, after an optional currency sign, with a scale behind it; and how many items it took."""
    items, start = draft.items, place
    while place < len(items) and items[place].text in {"$", "€", "£", "-"}:
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
    found = number_at(draft, place + 1)
    if found is None:
        if not _compare_columns(draft, place):
            _compare_with_profile(draft, place)
        return
    if _of_a_rule(draft, place):
        return
    number, count = found
    used = draft.items[place : place + 1 + count]
    operator: Operator = item.name_of("compare")  # type: ignore[assignment]
    column, extra = _subject(draft, place, place + 1 + count)
    if column is None and not draft.problems and operator in {"=", "!="}:
        column, extra = _flag_before(draft, place)
    if column is None and not draft.problems:
        column = _shared_subject(draft, place, place + 1 + count)
    if column is None:
        if not draft.problems:
            after = draft.items[place + 1 + count : place + 2 + count]
            what = (
                "a condition on the number of rows of a group"
                if after and after[0].rows
                else "which column is compared"
            )
            draft.fail("incomplete", f"“{text_of(used)}”: it is not clear {what}.", words=text_of(used))
        return
    words = text_of([*extra, *used])
    turned = excluded(draft, place)
    if turned:
        operator = INVERSE[operator]
        turned[0].used = "negation"
    draft.add_filter(Filter(column=draft.usable(column), operator=operator, values=(_cell(number),)), words)
    use([*used, *extra], column.name)


def _flag_before(draft: Draft, place: int) -> tuple[ColumnModel | None, list[Item]]:
    """'female = 1', where female is 0 or 1."""
    before = draft.items[place - 1] if place else None
    flags = [m.column for m in before.columns if m.column.role == "flag"] if before is not None else []
    if before is None or len(flags) != 1 or not before.free or flags[0].answers != (1, 0):
        return None, []
    return flags[0], [before]


def _compare_columns(draft: Draft, place: int) -> bool:
    """'where sugars exceed protein', 'the reserved room differs from the assigned room': two columns of a row."""
    items = draft.items
    before = next((n for n in range(place - 1, max(place - 4, -1), -1) if items[n].columns), None)
    after = next((n for n in range(place + 1, min(place + 3, len(items))) if items[n].columns), None)
    if before is None or after is None or not (items[before].free and items[after].free):
        return False
    if any(items[n].text.lower() not in SMALL for n in (*range(before + 1, place), *range(place + 1, after))):
        return False
    first, second = items[before].columns[0], items[after].columns[0]
    numbers = first.column.is_measure and second.column.is_measure
    alike = first.column.statistics.kind == second.column.statistics.kind
    operator: Operator = items[place].name_of("compare")  # type: ignore[assignment]
    sized = operator not in {"=", "!="}
    if min(first.score, second.score) < 0.85 or first.column is second.column or not (numbers or alike):
        return False
    if sized and not (numbers or first.column.role == "date"):
        return False
    used = [items[before], *items[place : after + 1]]
    made = Filter(column=draft.usable(first.column), operator=operator, against=draft.usable(second.column))
    draft.add_filter(made, text_of(used))
    use([i for i in used if i.free], first.column.name)
    return True


def _shared_subject(draft: Draft, place: int, end: int) -> ColumnModel | None:
    """'at least 200 but under 300 horsepower': both halves are about one column; of people, 'under 10' is their age."""
    items = draft.items
    joint = items[place - 1].text.lower() if place else ""
    if joint in {"but", "and"} and place > 1 and items[place - 2].used == "filter":
        return next(
            (c for c in draft.schema.index.columns if c.name == items[place - 2].target and c.is_measure),
            None,
        )
    if end + 1 < len(items) and items[end].text.lower() in {"but", "and"} and items[end + 1].has("compare"):
        found = number_at(draft, end + 2)
        return _subject(draft, end + 1, end + 2 + found[1])[0] if found is not None else None
    before = items[place - 1] if place else None
    if (
        before is not None
        and before.supposed
        and before.tokens[0].word in draft.lexicon.words("entity_nouns", "person")
    ):
        ages = [m.column for m in draft.schema.index.match(["age"]) if m.column.is_measure]
        if len(ages) == 1:
            draft.assume(f"“{plain(items[place].text)}” is taken as {plain(ages[0].name)}", cost=0.9)
            return ages[0]
    return None


def _ranges(draft: Draft) -> None:
    """'aged 20 to 30', 'price 10 - 20': a column and two numbers."""
    items = draft.items
    for place, item in enumerate(items[1:], start=1):
        first = number_at(draft, place) if item.free else None
        joint = place + first[1] if first is not None else 0
        if first is None or joint + 1 >= len(items) or items[joint].text.lower() not in {"to", "-", "–"}:
            continue
        second = number_at(draft, joint + 1)
        named = [m.column for m in items[place - 1].columns if m.column.is_measure]
        if second is None or len(named) != 1 or not items[place - 1].free or first[0] >= second[0]:
            continue
        end = joint + 1 + second[1]
        used = items[place - 1 : end]
        values = (_cell(first[0]), _cell(second[0]))
        draft.add_filter(
            Filter(column=draft.usable(named[0]), operator="between", values=values), text_of(used)
        )
        use(used, named[0].name)


def _compare_with_profile(draft: Draft, place: int) -> None:
    """'salary above the average salary': the average of the whole table, which its profile knows."""
    items = draft.items
    at = place + 1
    while at < len(items) and items[at].text.lower() in {"the", "its", "overall", "their"}:
        at += 1
    name = items[at].name_of("aggregate") if at < len(items) and items[at].free else ""
    if name not in {"mean", "median"}:
        return
    again = [i for i in items[at + 1 : at + 4] if i.text.lower() not in {"of", "the", "all"}]
    column, extra = _subject(draft, place, len(items))
    if column is None or column.text_numbers:
        return
    same = again[:1] if again and any(m.column is column for m in again[0].columns) else []
    quantiles = column.statistics.quantiles
    value = column.statistics.mean if name == "mean" else quantiles.p50 if quantiles else None
    if not isinstance(value, float) or (again and again[0].columns and not same):
        return
    operator: Operator = items[place].name_of("compare")  # type: ignore[assignment]
    if operator not in {">", "<", ">=", "<="}:
        return
    used = [*extra, *items[place : at + 1], *same]
    draft.add_filter(Filter(column=column.name, operator=operator, values=(value,)), text_of(used))
    draft.assume(f"the {name} {plain(column.name)} of the whole table is {value:,.6g}")
    use(used, column.name)


def _of_a_rule(draft: Draft, place: int) -> bool:
    """'z-scores above 2': the number belongs to the rule by which outliers are told."""
    return any(i.has("report", "z", "iqr", "threshold") for i in draft.items[max(place - 2, 0) : place])


def _or_beyond(draft: Draft) -> None:
    """'above 5 or below 1': two conditions on one column, of which one must hold."""
    for place, item in enumerate(draft.items):
        found = (
            number_at(draft, place + 1) if item.free and item.has("compare", "or_more", "or_less") else None
        )
        before = draft.items[place - 1] if place else None
        if found is None or before is None or before.used != "filter" or draft.any_of:
            continue
        same = [
            f for f in draft.filters if f.column == before.target and f.operator in {">", ">=", "<", "<="}
        ]
        if len(same) != 1:
            continue
        operator: Operator = ">" if item.has("compare", "or_more") else "<"
        if item.text.lower().startswith("and"):
            _and_beyond(draft, place, same[0], operator)
            continue
        draft.filters.remove(same[0])
        made = Filter(column=before.target, operator=operator, values=(_cell(found[0]),))
        draft.any_of += [same[0], made]
        used = draft.items[place : place + 1 + found[1]]
        draft.note("any", text_of(used))
        use(used, before.target)


def _and_beyond(draft: Draft, place: int, same: Filter, operator: Operator) -> None:
    """'bigger than 3000 sqft and under 500k': a second condition on the column, where its values reach that far."""
    found = number_at(draft, place + 1)
    column = draft.schema.table.column(same.column)
    low, high = (column.minimum, column.maximum) if column is not None else (None, None)
    used = draft.items[place : place + 1 + (found[1] if found is not None else 0)]
    within = (
        found is not None
        and isinstance(low, int | float)
        and isinstance(high, int | float)
        and low <= found[0] <= high
    )
    if found is None or not within:
        draft.fail(
            "incomplete", f"“{text_of(used)}”: it is not clear which column is compared.", words=text_of(used)
        )
        return
    draft.add_filter(Filter(column=same.column, operator=operator, values=(_cell(found[0]),)), text_of(used))
    use(used, same.column)


def _asked_for(draft: Draft, item: Item) -> bool:
    """'how many cities start with …', 'which states end with …': the values themselves are wanted."""
    place = draft.items.index(item)
    before = [i for i in draft.items[max(place - 2, 0) : place] if i.text.lower() not in {"the", "different"}]
    return bool(before) and (
        before[-1].has("aggregate", "count", "distinct") or before[-1].text.lower() == "which"
    )


def _suffixed(draft: Draft) -> None:
    """'200 or more knots', '5+'."""
    for place, item in enumerate(draft.items):
        if not item.free or not item.has("compare", "or_more", "or_less") or place == 0:
            continue
        found = number_at(draft, place - 1)
        if found is None:
            continue
        column, extra = _subject(draft, place - 1, place + 1)
        if column is None:
            continue
        used = draft.items[place - 1 : place + 1]
        operator: Operator = ">=" if item.has("compare", "or_more") else "<="
        values = (_cell(found[0]),)
        draft.add_filter(
            Filter(column=draft.usable(column), operator=operator, values=values), text_of([*extra, *used])
        )
        use([*used, *extra], column.name)


def _between(draft: Draft, place: int) -> None:
    first = number_at(draft, place + 1)
    if first is None:
        return
    joint = place + 1 + first[1]
    if joint >= len(draft.items) or draft.items[joint].text.lower() not in {"and", "to", "-", "–"}:
        return
    second = number_at(draft, joint + 1)
    if second is None:
        return
    end = joint + 1 + second[1]
    column, extra = _subject(draft, place, end)
    if column is None:
        return
    used = draft.items[place:end]
    values = (_cell(min(first[0], second[0])), _cell(max(first[0], second[0])))
    draft.add_filter(
        Filter(column=draft.usable(column), operator="between", values=values), text_of([*extra, *used])
    )
    use([*used, *extra], column.name)


def _signs(draft: Draft) -> None:
    """'negative profit', 'profit is positive', 'zero cost'."""
    for place, item in enumerate(draft.items):
        operator = item.name_of("sign")
        if not item.free or not operator:
            continue
        column, extra = _subject(draft, place, place + 1)
        if column is not None:
            turned = excluded(draft, place)
            if turned:
                turned[0].used, operator = "negation", INVERSE[operator]  # type: ignore[index]
            made = Filter(column=draft.usable(column), operator=operator, values=(0,))
            draft.add_filter(made, text_of([*extra, item]))
            use([*extra, item], column.name)


def _equals(draft: Draft) -> None:
    """'category 5', 'category 4 or 5', 'size is 4', 'with 4 cylinders'."""
    for place, item in enumerate(draft.items):
        if not item.free or item.number is None or not item.number.is_integer():
            continue
        found = _ranked_column(draft, place)
        if found is None:
            continue
        column, said = found
        values = [item]
        for step in range(place + 1, len(draft.items) - 1, 2):
            joint, other = draft.items[step : step + 2]
            if joint.text.lower() not in {"and", "or", ","} or other.number is None or not other.free:
                break
            values += [joint, other]
        cells = tuple(_stored(column, i.number) for i in values if i.number is not None)
        operator: Operator = "in" if len(cells) > 1 else "="
        if negated(draft, place, column.name):
            return
        draft.add_filter(
            Filter(column=column.name, operator=operator, values=cells), text_of([said, *values])
        )
        use([said, *values], column.name)


def _stored(column: ColumnModel, number: float) -> int | float | str:
    return str(int(number)) if column.statistics.kind == "text" else _cell(number)


def _ranked_column(draft: Draft, place: int) -> tuple[ColumnModel, Item] | None:
    """The column of few whole numbers that a number stands beside, and the item that names it."""
    items = draft.items
    before = items[place - 1] if place else None
    linked = before is not None and (
        before.text.lower() == "aged"
        or before.text.lower() in {"is", "of", "was"}
        or before.has("compare", "=")
    )
    said = before is not None and before.text.lower() == "aged"
    named = items[place - 2] if linked and place > 1 and not said else before
    after = items[place + 1] if place + 1 < len(items) else None
    having = before is not None and before.text.lower() in _HAVING
    named_before = named is not None and bool(named.columns)
    singular = after is not None and not after.tokens[-1].word.endswith("s")  # '4 cylinder cars'
    candidate = after if (having or singular) and not named_before else named
    if candidate is None or not candidate.free or not candidate.columns:
        return None
    columns = [m.column for m in candidate.columns if _holds(m.column, items[place], linked=linked)]
    return (columns[0], candidate) if len(columns) == 1 else None


def _holds(column: ColumnModel, item: Item, *, linked: bool) -> bool:
    """True when the number can be a value of the column: one of a few, or an 'is' stands between."""
    statistics = column.statistics
    if statistics.kind == "text":
        return item.tokens[0].word in {str(v.value) for v in statistics.top_values}
    numeric = statistics.kind in {"integer", "number"} and not column.text_numbers
    return numeric and (linked or column.is_key)


def _subject(draft: Draft, place: int, end: int) -> tuple[ColumnModel | None, list[Item]]:
    """The column that a comparison is about: just before it, just after the number, or by the number's unit."""
    items = draft.items
    implied = draft.lexicon.sections["implied"].get(items[place].text.lower(), ())
    for back in range(place - 1, max(place - 1 - NEAR, -1), -1):
        if items[back].columns and any(
            m.column.is_measure or m.column.role == "period" for m in items[back].columns
        ):
            column = draft.choose(items[back], "measure")
            alone = items[back].free and not _measured(draft, back)
            return column, [items[back]] if alone else []
        if items[back].text.lower() not in SMALL:
            break
    for ahead in range(end, min(end + NEAR, len(items))):
        unit = _by_unit(draft, items[ahead])
        if unit is not None:
            return unit, [items[ahead]]
        if items[ahead].columns and items[ahead].free and not (implied and items[ahead].has("grain")):
            if not any(m.column.is_measure for m in items[ahead].columns):
                break
            return draft.choose(items[ahead], "measure"), [items[ahead]]
        if items[ahead].text.lower() not in SMALL and items[ahead].used != "noun":
            break
    for word in implied:
        matches = draft.schema.index.match([word]) or draft.schema.index.similar(word)
        named = [m for m in matches if m.column.is_measure]
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


def _contains(draft: Draft, place: int) -> None:
    item = draft.items[place]
    target = draft.items[place + 1] if place + 1 < len(draft.items) else None
    edge: Operator | None = next((o for o in _EDGES if item.has("compare", o)), None)
    if target is not None and edge and not target.quoted and target.text.lower() in {"the", "a", "with"}:
        skipped = {"the", "letter", "letters", "with", "word", "text", "prefix"}
        rest = [i for i in draft.items[place + 1 : place + 5] if i.text.lower() not in skipped]
        target = rest[0] if rest else target
    if target is None or not (target.quoted or (edge and target.free)):
        return
    before = [i for i in draft.items[max(place - NEAR, 0) : place] if i.columns and i.free]
    texts = [m for i in before[-1:] for m in i.columns if m.column.role in {"category", "text", "identifier"}]
    if not texts:
        return
    column = draft.choose(before[-1], "key")
    if column is None:
        return
    negative = negated(draft, place)
    if edge and negative:
        draft.fail("unsupported", f"“{plain(item.text)}” can't be negated yet.", words=item.text)
        return
    operator: Operator = edge or ("not contains" if negative else "contains")
    between = draft.items[place + 1 : draft.items.index(target)]
    asked = _asked_for(draft, before[-1])
    used = [*([] if asked else [before[-1]]), *negative, item, *between, target]
    draft.add_filter(Filter(column=column.name, operator=operator, values=(target.text,)), text_of(used))
    use(used, column.name)
