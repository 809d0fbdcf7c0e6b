"""What the question asks of the answer's form: chart, rounding, order, how many lines; and what we can't do."""

from __future__ import annotations

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import ChartKind
from lakeglass.ask.plan.naming import plain

INFERRED = ("test", "t", "welch", "mann_whitney", "ks", "anova", "kruskal")
_CHANCES = {"p-value", "p value", "p", "pvalue", "p-values"}
_ARTICLES = {"a", "an", "the", "as", "in", "of", "it", "with", "use", "using"}


def read_unsupported(draft: Draft) -> None:
    """Operations that have a name but no plan yet are named, never replaced by another one."""
    for item in draft.items:
        if item.has("unsupported", "difference"):
            continue  # between groups: read later, by a test or as a difference
        if item.has("series") or (item.has("report", "target") and _regresses(draft)):
            continue
        if item.has("unsupported") and not item.columns and not item.values and item.free:
            operation = item.name_of("unsupported")
            draft.fail(
                "unsupported",
                f"“{plain(item.text)}” asks for something that the built-in analyst can't do yet ({operation}).",
                words=item.text,
            )


def _regresses(draft: Draft) -> bool:
    return any(i.has("statistic", "regression") for i in draft.items)


def read_chart(draft: Draft) -> None:
    """'as a bar chart', 'plot …', 'scatter plot of …'."""
    for place, item in enumerate(draft.items):
        if not item.has("chart") or item.exact_column or not item.free:
            continue
        kind = item.name_of("chart")
        if kind == "any":
            draft.chart_wanted = True
        elif item.text.lower() == "bar" and not _is_chart_word(draft, place):
            continue
        else:
            draft.chart = kind  # type: ignore[assignment]
            draft.note("chart", item.text)
        if not item.has("statistic"):
            item.used = "chart"


def _is_chart_word(draft: Draft, place: int) -> bool:
    before = draft.items[place - 1].text.lower() if place else ""
    after = draft.items[place + 1 : place + 2]
    return before in _ARTICLES or (bool(after) and after[0].has("chart"))


def read_rounding(draft: Draft) -> None:
    """'to 2 decimal places', 'rounded to the nearest integer'."""
    items = draft.items
    for place, item in enumerate(items):
        if item.free and item.text.lower() in {"round", "rounding"}:
            _what_is_rounded(draft, place)
    for place, item in enumerate(items):
        if item.name_of("rounding") == "whole":
            draft.decimals = 0
            _use(draft, [*_lead(items, place), item], "rounding")
        elif item.name_of("rounding") == "markers" and place:
            number = _whole(items[place - 1])
            if number is None or number > 12:
                continue
            draft.decimals = number
            _use(draft, [*_lead(items, place - 1), items[place - 1], item], "rounding")
        elif item.has("rounding", "rounded") and item.text.lower().startswith("round"):
            after = [i for i in items[place + 1 : place + 3] if i.text.lower() != "to"]
            number = _whole(after[0]) if after else None
            if number is not None and number <= 12 and item.free:
                draft.decimals = number
                _use(draft, [item, after[0]], "rounding")
    _round_apart(draft)


def _round_apart(draft: Draft) -> None:
    """'… coefficient (rounded to 3 decimals) and the p-value (rounded to 6 decimals)': each by its own number."""
    items = draft.items
    said: list[tuple[int, int]] = []
    for place, item in enumerate(items):
        number = _whole(items[place - 1]) if place and item.name_of("rounding") == "markers" else None
        if number is not None and number <= 12:
            said.append((place, number))
    if len({number for _, number in said}) != 2 or draft.decimals is None:
        return
    tests = [n for p, n in said if any(i.text.lower() in _CHANCES for i in items[max(p - 6, 0) : p])]
    others = [n for _, n in said if n not in tests]
    if len(set(tests)) == 1 and len(set(others)) == 1:
        draft.decimals, draft.p_decimals = others[0], tests[0]


def _what_is_rounded(draft: Draft, place: int) -> None:
    """'round the means to two decimals': what is rounded is no question of its own."""
    after = draft.items[place + 1 : place + 7]
    stop = next((n for n, i in enumerate(after) if i.has("rounding") or _whole(i) is not None), None)
    for each in after[: stop or 0]:
        each.used = "rounding"


def _lead(items: list[Item], place: int) -> list[Item]:
    found: list[Item] = []
    for item in reversed(items[max(place - 2, 0) : place]):
        if item.has("rounding", "rounded"):
            found.append(item)
        elif item.text.lower() not in _ARTICLES:
            break
    return found


def _whole(item: Item) -> int | None:
    if item.number is not None and item.number.is_integer():
        return int(item.number)
    name = item.name_of("numbers")
    return int(name) if name else None


def read_limit(draft: Draft) -> None:
    """'top 5', 'five highest', 'bottom 3', 'first 10 rows'."""
    items = draft.items
    _read_place(draft)
    _read_some_with(draft)
    if draft.limit is not None:
        return
    for place, item in enumerate(items):
        if not item.free or not item.has("superlative"):
            continue
        for near in (place + 1, place - 1):
            if not 0 <= near < len(items) or not items[near].free:
                continue
            number = None if items[near].used == "limit" else _whole(items[near])
            if number is None or not 1 <= number <= 10_000 or items[near].columns:
                continue
            recent = item.has("superlative", "early", "late")
            if near == place + 1 and (item.has("compare") or (recent and _counts_time(items, near + 1))):
                continue
            draft.limit = number
            draft.limit_text = f"{item.text} {items[near].text}"
            draft.high = item.has("superlative", "high", "late")
            if item.has("superlative", "early") and not item.has("superlative", "high", "low"):
                draft.high = None
            items[near].used = "limit"
            item.used = "limit"
            return


def _read_some_with(draft: Draft) -> None:
    """'the five workers with the highest wage': a number, what is listed, and the superlative behind it."""
    items = draft.items
    for place, item in enumerate(items[:-3]):
        number = _whole(item)
        if not item.free or number is None or not 2 <= number <= 1_000 or item.columns:
            continue
        listed = items[place + 1]
        timed = all(k.role == "grain" for k in listed.keywords)
        if not timed or not listed.tokens[0].word.endswith("s") or listed.number is not None:
            continue
        links = [i.text.lower() for i in items[place + 2 : place + 5]]
        if not links or links[0] not in {"with", "that", "having", "who", "which", "whose", "by"}:
            continue
        ranked = next((i for i in items[place + 3 : place + 6] if i.has("superlative", "high", "low")), None)
        if ranked is None or not ranked.free:
            continue
        draft.limit, draft.high = number, ranked.has("superlative", "high")
        draft.limit_text = f"{item.text} {listed.text} … {ranked.text}"
        item.used = ranked.used = "limit"
        return


def _read_place(draft: Draft) -> None:
    """'the second highest', '3rd most common': a place of the ranking that follows."""
    for place, item in enumerate(draft.items[:-1]):
        number = _place_of(item)
        after = draft.items[place + 1]
        if number is None or not item.free or not after.has("superlative", "high", "low"):
            continue
        draft.nth = number
        draft.note("nth", f"{item.text} {after.text}")
        item.used = "limit"
        return


def _place_of(item: Item) -> int | None:
    if item.has("ordinal"):
        return int(item.name_of("ordinal"))
    word = item.tokens[0].word
    if item.number is not None and word[-2:] in {"nd", "rd", "th"} and 2 <= item.number <= 1_000:
        return int(item.number)
    return None


def _counts_time(items: list[Item], place: int) -> bool:
    """'last 30 days' is a period, not a list of 30."""
    return place < len(items) and items[place].has("grain")


def read_order(draft: Draft) -> None:
    """'sorted by …', 'in descending order'."""
    for item in draft.items:
        if item.has("order", "descending"):
            draft.high, item.used = True, "sort"
        elif item.has("order", "ascending"):
            draft.high, item.used = False, "sort"
    if draft.high is not None:
        for item in draft.items:
            if item.free and item.has("order", "marker") and not item.columns:
                item.used = "sort"


def _use(draft: Draft, items: list[Item], part: str) -> None:
    draft.note(part, " ".join(i.text for i in sorted(items, key=lambda i: i.tokens[0].start)))
    for item in items:
        item.used = part


def chart_name(kind: ChartKind) -> str:
    """A chart kind in words."""
    return {
        "bar": "bar chart",
        "line": "line chart",
        "pie": "pie chart",
        "box": "box plot",
        "none": "no chart",
    }.get(kind, kind)
