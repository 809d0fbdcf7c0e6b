"""Terse wording, settled before the passes: 'heaviest first', 'with air vs without', 'protein to carb ratio'."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.language.columns import ColumnMatch, ColumnModel
from lakeglass.ask.language.derived import replace_by
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.lexicon import Keyword
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Aggregate, Derive, Group, Measure
from lakeglass.ask.plan.naming import plain

_SIDES = {"vs", "vs.", "versus", "and", "or", "compared to", "compared with", "against", "&"}
_WITHOUT = {"without", "non", "not", "no"}
_SHARES = {"share", "rate", "percentage", "percent", "proportion"}
_WITH = {"with", "have", "having", "that have"}
_QUARTERS = (0.25, 0.5, 0.75)
_CUTS = {"by", "into", "in", "per", "group", "split", "across"}


def read_everyday(draft: Draft) -> None:
    """Take such wordings out of the question, or write them as the grammar knows them."""
    _compare_behind(draft)
    _order_said(draft)
    _of_families(draft)
    _days_are_rows(draft)
    _takings(draft)
    _margin(draft)
    _ratio_behind(draft)
    _quartiles(draft)
    _yes_against_no(draft)
    _both_ends(draft)
    _counts_by(draft)
    _share_as_noun(draft)


def _compare_behind(draft: Draft) -> None:
    """'single and under 30': no number before it, so that the bound is the one behind."""
    for place, item in enumerate(draft.items[:-1]):
        kind = "<" if item.has("compare", "or_less") else ">" if item.has("compare", "or_more") else ""
        bound = draft.items[place + 1].number is not None
        if any(i.number is not None or i.has("grain") for i in draft.items[:place]):
            return
        if kind and bound and item.text.lower().startswith("and "):
            item.keywords = (Keyword("compare", kind),)


def _order_said(draft: Draft) -> None:
    """'average weight by species, heaviest first'."""
    for item, after in zip(draft.items, draft.items[1:], strict=False):
        if not item.free or not item.has("superlative", "high", "low") or after.text.lower() != "first":
            continue
        if item is draft.items[0] or after is not draft.items[-1]:
            continue
        draft.high = item.has("superlative", "high")
        item.used = after.used = "sort"


def of_family(matches: Sequence[ColumnMatch], wanted: str, draft: Draft) -> ColumnModel | None:
    """Of high_wind, avg_wind and low_wind the one that suits an aggregate ('max', 'min', 'mean')."""
    words = {name: draft.lexicon.words("extremes", name) for name in ("max", "min", "mean")}
    every = words["max"] | words["min"] | words["mean"]
    measures = [m.column for m in matches if m.column.is_measure]
    if len(measures) < 2 or len({frozenset(c.words) - every for c in measures}) != 1:
        return None
    if not all(set(c.words) & every for c in measures):
        return None  # Price beside Max.Price is the price
    found = [c for c in measures if set(c.words) & words[wanted]]
    return found[0] if len(found) == 1 else None


def _of_families(draft: Draft) -> None:
    """'max wind' for high_wind, 'average wind' for avg_wind."""
    for place, item in enumerate(draft.items):
        if not item.free or len(item.columns) < 2:
            continue
        before = draft.items[max(place - 3, 0) : place]
        named = [k.name for i in before for k in i.keywords if k.role == "aggregate"]
        said = [n for n in named if n in {"max", "min", "mean"}]
        column = of_family(item.columns, said[-1], draft) if said else None
        if column is not None:
            item.columns = (ColumnMatch(column, 0.95),)
            draft.assume(f"“{plain(item.text)}” is read as {plain(column.name)}", cost=0.95)


def _takings(draft: Draft) -> None:
    """'revenue' where the table has a price, and perhaps a quantity."""
    takings = draft.lexicon.words("takings")
    if any(set(c.words) & takings for c in draft.schema.index.columns if c.is_measure):
        return
    for place, item in enumerate(draft.items):
        if not item.free or item.columns or item.values or item.rows or item.text.lower() not in takings:
            continue
        prices = _named(draft, "price")
        amounts = _named(draft, "amount")
        if len(prices) != 1 or len(amounts) > 1:
            return
        price = draft.usable(prices[0])
        if amounts:
            made = Derive(name="made", kind="*", columns=(price, draft.usable(amounts[0])))
            replace_by(draft, made, place, place + 1)
            made = draft.derive[-1]
            draft.summed.add(made.name)
            draft.assume(f"“{plain(item.text)}” is {plain(price)} times {plain(made.columns[1])}", cost=0.9)
            return
        item.columns, item.keywords = (ColumnMatch(prices[0], 0.9),), ()
        draft.summed.add(price)
        draft.assume(f"“{plain(item.text)}” is the sum of {plain(price)}, once a row", cost=0.85)


def _named(draft: Draft, name: str) -> list[ColumnModel]:
    words = draft.lexicon.words("takings", name)
    return [c for c in draft.schema.index.columns if c.is_measure and set(c.words) & words]


def _days_are_rows(draft: Draft) -> None:
    """'days with rain', 'number of days above 90' where each row is a day: of one place, or of several."""
    dates = [c for c in draft.schema.index.columns if c.role == "date"]
    if len(dates) != 1:
        return
    few = (c.statistics.distinct for c in draft.schema.index.columns if c.role == "category")
    if not any(dates[0].statistics.distinct * n >= 0.9 * draft.rows for n in (1, *few)):
        return
    for place, item in enumerate(draft.items):
        parts = bool(item.columns) and all(m.column.role == "period" for m in item.columns)
        before = draft.items[place - 1] if place else None
        opens = (
            before is None
            or before.has("aggregate", "count", "share")
            or before.text.lower() in {"of", "the"}
        )
        if item.free and item.text.lower() == "days" and parts and opens:
            item.rows, item.columns, item.keywords = True, (), ()


def _margin(draft: Draft) -> None:
    """'profit margin' where the table has profit and sales, and no margin: the one divided by the other."""
    known = draft.lexicon.sections["known_ratios"]
    columns = draft.schema.index.columns
    for name, (above, below) in known.items():
        if any(set(name.split()[-1:]) & set(c.words) for c in columns):
            continue
        tops, bases = _any_of(draft, above), _any_of(draft, below)
        if len(tops) != 1 or len(bases) != 1:
            continue
        for place in range(len(draft.items) - 1, -1, -1):
            said, start = draft.items[place], place
            if not said.free or said.text.lower() not in {name.split()[-1], name}:
                continue
            if place and name != said.text.lower() and draft.items[place - 1].text.lower() == name.split()[0]:
                start = place - 1
            elif name != said.text.lower():
                continue
            names = (draft.usable(tops[0]), draft.usable(bases[0]))
            replace_by(draft, Derive(name="made", kind="/", columns=names), start, place + 1)


def _any_of(draft: Draft, group: str) -> list[ColumnModel]:
    words = draft.lexicon.synonyms.get(group, frozenset({group})) | {group, f"{group}s"}
    return [c for c in draft.schema.index.columns if c.is_measure and set(c.words) <= words]


def _ratio_behind(draft: Draft) -> None:
    """'protein to carb ratio': the word behind the two columns."""
    items = draft.items
    for place in range(len(items) - 3):
        first, joint, second, said = items[place : place + 4]
        if said.text.lower() != "ratio" or joint.text.lower() not in {"to", "-", "/", "per"}:
            continue
        columns = [next((m.column for m in i.columns if m.column.is_measure), None) for i in (first, second)]
        one, other = columns
        if one is None or other is None or one is other or not (first.free and second.free):
            continue
        made = Derive(name="made", kind="/", columns=(draft.usable(one), draft.usable(other)))
        replace_by(draft, made, place, place + 4)
        return


def _quartiles(draft: Draft) -> None:
    """'salary quartiles', 'quartiles of price': three numbers; groups are made 'by' or 'into' quartiles."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.free or item.text.lower() not in {"quartiles", "the quartiles"}:
            continue
        if any(i.text.lower() in _CUTS or i.has("binning", "verb") or i.has("group") for i in items[:place]):
            return
        near = [i for i in items[max(place - 1, 0) : place] + items[place + 1 : place + 4] if i.free]
        named = next((i for i in near if any(m.column.is_measure for m in i.columns)), None)
        column = draft.choose(named, "measure") if named is not None else None
        if named is None or column is None:
            return
        named.used = item.used = "measure"
        item.keywords = ()
        for quantile in _QUARTERS:
            draft.measures.append(
                Measure(aggregate="quantile", column=draft.usable(column), quantile=quantile)
            )
        draft.note("measure:0", f"{item.text} {named.text}")
        return


def _yes_against_no(draft: Draft) -> None:
    """'with central air vs without', 'members and non-members', 'members or not': both answers of a yes/no column."""
    items = draft.items
    if any(i.has("unsupported", "difference") or i.has("prefix", "-") or i.has("statistic") for i in items):
        return  # read as two groups that are compared
    for place, item in enumerate(items):
        flag = next((m.column for m in item.columns[:1] if m.column.role == "flag" and m.score >= 0.8), None)
        if flag is None or not item.free or item.inverse or any(g.column == flag.name for g in draft.groups):
            continue
        joint = next(
            (n for n in range(place + 1, min(place + 4, len(items))) if items[n].text.lower() in _SIDES), None
        )
        if joint is None or joint + 1 >= len(items) or items[joint + 1].text.lower() not in _WITHOUT:
            continue
        last = joint + 1
        again = items[last + 1] if last + 1 < len(items) else None
        if again is not None and any(m.column is flag for m in again.columns):
            last += 1
        elif items[joint + 1].text.lower() == "no":
            continue
        start = place - 1 if place and items[place - 1].text.lower() in _WITH else place
        for each in (items[start], *items[place : last + 1]):
            each.used = "group"
        draft.groups.append(Group(column=flag.name))
        draft.note(f"group:{flag.name}", " ".join(i.text for i in items[start : last + 1]))
        return


def _both_ends(draft: Draft) -> None:
    """'shortest and longest gestation', 'youngest and oldest person': the least and the greatest value."""
    items = draft.items
    for place in range(len(items) - 2):
        first, joint, second = items[place : place + 3]
        ends = {n for n in ("high", "low") for i in (first, second) if i.has("superlative", n)}
        opposed = first.has("superlative", "high") != second.has("superlative", "high")
        if not (
            first.free
            and second.free
            and joint.text.lower() in {"and", "&", "or"}
            and opposed
            and len(ends) == 2
        ):
            continue
        named = next(
            (i for i in items[place + 3 : place + 6] if any(m.column.is_measure for m in i.columns)), None
        )
        words = draft.lexicon.sections["implied"].get(second.text.lower(), ())
        implied = [m for w in words for m in draft.schema.index.match([w]) if m.column.is_measure]
        if named is None and len({m.column.name for m in implied}) == 1:
            named = Item(second.text, second.tokens, columns=tuple(implied[:1]))
        column = draft.choose(named, "measure") if named is not None and named.free else None
        if named is None or column is None:
            return
        for each in (first, joint, second, named):
            each.used = "measure"
        for item in (first, second):
            kind: Aggregate = "max" if item.has("superlative", "high") else "min"
            draft.measures.append(Measure(aggregate=kind, column=draft.usable(column)))
        draft.note("measure:0", f"{first.text} {joint.text} {second.text} {named.text}")
        return


def _counts_by(draft: Draft) -> None:
    """'vote counts by region': rows counted by both."""
    items = draft.items
    for place in range(len(items) - 2):
        item, said, by = items[place : place + 3]
        keyed = len(item.columns) == 1 and item.columns[0].column.role in {"category", "flag"} and item.free
        if not keyed or said.text.lower() not in {"counts", "count"} or not by.has("group") or not said.free:
            continue
        if place and items[place - 1].has("aggregate"):
            return
        item.used, said.used = "group", "measure"
        draft.groups.append(Group(column=item.columns[0].column.name))
        draft.measures.append(Measure(aggregate="count"))
        draft.note("measure:0", f"{item.text} {said.text}")
        return


def _share_as_noun(draft: Draft) -> None:
    """'average remain share', 'highest unemployment rate', where the column holds shares: the noun adds nothing."""
    for place, item in enumerate(draft.items):
        if (
            not item.free
            or not item.has("aggregate", "share")
            or item.text.lower() not in _SHARES
            or not place
        ):
            continue
        before = draft.items[place - 1]
        led = any(i.has("aggregate", "mean", "median", "max", "min") or i.has("superlative", "high", "low")
                  for i in draft.items[max(place - 4, 0) : place - 1])  # fmt: skip
        if led and before.exact_column and any(m.column.is_measure for m in before.columns):
            item.used = "noun"


def settle_brackets(draft: Draft) -> None:
    """'average daily range (high minus low)': what the brackets make is what the words before them name."""
    for place, item in enumerate(draft.items):
        made = any(draft.derived(m.column.name) is not None for m in item.columns)
        start = item.tokens[0].start
        if not made or not item.free or draft.text[max(start - 1, 0) : start] != "(":
            continue
        for before in reversed(draft.items[:place]):
            if not before.free or before.has("which") or before.has("group") or before.values:
                break
            if before.has("aggregate", "mean", "median", "sum", "max", "min") or before.has("superlative"):
                break
            if (
                before.columns
                or before.has("aggregate")
                or before.has("prefix")
                or before.has("unsupported")
                or (before.tokens[0].word in draft.lexicon.words("adverb_grain"))
            ):
                before.used = "noun"
