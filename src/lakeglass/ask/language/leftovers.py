"""What no part of the plan uses. A word that could change the answer stops it; others cost confidence."""

from __future__ import annotations

from itertools import pairwise

from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.text import stem
from lakeglass.ask.plan.naming import filter_words, is_day, plain

_TELLING = (
    "negation",
    "compare",
    "superlative",
    "ordinal",
    "pivot",
    "ranking",
    "nearest",
    "comparative",
    "aggregate",
    "quartile",
    "months",
    "weekdays",
    "series",
    "unsupported",
    "statistic",
    "order",
    "grain",
    "versus",
    "report",
    "sign",
    "answer",
    "infix",
    "prefix",
    "function",
    "clean",
)
_ASKS = {"when", "where", "who", "whose"}
_HARMLESS_COMPARE = {"between", "from", "over", "under", "like", "include", "up to"}
_UNKNOWN_COST = 0.8
_NOUN_COST = 0.75
_VERB_COST = 0.7
_NOUN_LEADS = {"for", "of", "among", "all", "the", "in", "many"}
_RELATING = {
    "with",
    "whose",
    "where",
    "that",
    "who",
    "which",
    "having",
    "of",
    "were",
    "are",
    "was",
    "is",
    "have",
    "had",
    "a",
}


def look_at_leftovers(draft: Draft) -> None:
    """Note problems for what must not be dropped, and lower the confidence for the rest."""
    look_at_joints(draft)
    _look_at_rows(draft)
    first = draft.items[0] if draft.items else None
    if first is not None and first.free and first.text.lower() in _ASKS:
        draft.fail(
            "unclear", f"It is not clear which column answers “{plain(first.text)}”.", words=first.text
        )
    for place, item in enumerate(draft.items):
        if item.free and _is_unit(draft, place):
            item.used = "filter"
        elif item.free and _is_noun_of_value(draft, place):
            item.used = "ignored"
            draft.assume(f"“{plain(item.text)}” are the rows of the table", cost=_NOUN_COST)
        elif item.free:
            _look(draft, item)
            if draft.problems:
                return


def look_at_joints(draft: Draft) -> None:
    """'A or B' over two columns is not 'A and B', and 'A versus B' is no condition at all."""
    conditions = [n for n, i in enumerate(draft.items) if i.used == "filter" and i.target]
    if _either(draft, conditions):
        return
    for first, second in pairwise(conditions):
        one, other = draft.items[first], draft.items[second]
        between = [i for i in draft.items[first + 1 : second] if not i.used]
        joint = next((i for i in between if i.text.lower() == "or" or i.has("versus")), None)
        if joint is None or one.target == other.target:
            continue
        said = f"{one.text} … {joint.text} … {other.text}"
        draft.fail(
            "unsupported",
            f"“{plain(said)}” joins conditions on two columns ({plain(one.target)}, {plain(other.target)}) by "
            f"“{plain(joint.text)}”; conditions on different columns must all hold.",
            words=joint.text,
        )
        return


def _either(draft: Draft, conditions: list[int]) -> bool:
    """Move conditions that 'or' joins, on one column or several, from all that must hold to some that must."""
    columns: list[str] = []
    for first, second in pairwise(conditions):
        one, other = draft.items[first], draft.items[second]
        between = [i for i in draft.items[first + 1 : second] if not i.used]
        if not any(i.text.lower() == "or" for i in between):
            continue
        for each in between:
            each.used = "any" if each.text.lower() == "or" else each.used
        columns += [name for name in (one.target, other.target) if name not in columns]
    either = [f for f in draft.filters if f.column in columns]
    if len(either) < 2:
        return False
    rest = [f for f in draft.filters if f not in either]
    if rest:
        said = " and ".join(filter_words(f) for f in rest)
        draft.assume(f"“or” joins {' and '.join(plain(c) for c in columns)}; in any case {said}", cost=0.9)
    if draft.any_of:
        draft.fail("unsupported", "Several ‘or’ in one question are not supported yet.", words="or")
        return True
    draft.filters, draft.any_of = rest, either
    draft.note("any", " ".join(draft.items[n].text for n in conditions if draft.items[n].target in columns))
    return True


def _look_at_rows(draft: Draft) -> None:
    """Rows under a name that the table does not use: stated; under two of them: not the same things."""
    own = [i for i in draft.items if i.rows and not i.supposed and not _any_rows(draft, i)]
    own = [i for i in own if not (i.columns and i.used)]  # 'salary' of the table of salaries, measured
    if own and any(i.supposed for i in draft.items):
        draft.fail(
            "unclear", f"It is not clear which of the {plain(own[0].text)} are meant.", words=own[0].text
        )
        return
    supposed = {stem(i.tokens[0].word): i.text for i in draft.items if i.supposed}
    if len(supposed) > 1:
        listed = " and ".join(f"“{plain(t)}”" for t in supposed.values())
        draft.fail("unclear", f"It is not clear which of {listed} the rows are.")
    guessed = any(i.guessed for i in draft.items)
    counted = any(m.aggregate in {"count", "share"} for m in draft.measures)
    for text in supposed.values():
        cost = 0.95 if not guessed else 0.7 if counted else 0.78
        draft.assume(f"“{plain(text)}” are the rows of the table", cost=cost)


def _any_rows(draft: Draft, item: Item) -> bool:
    """'rows', 'records': said of every table."""
    return item.text.lower() in draft.lexicon.words("row_nouns")


def ignored_words(draft: Draft) -> tuple[str, ...]:
    """Words that no part of the plan uses, in their order."""
    words = [i.text for i in draft.items if i.used == "ignored"]
    return tuple(dict.fromkeys(plain(w, limit=40) for w in words))


def _is_unit(draft: Draft, place: int) -> bool:
    """'longer than 120 minutes': the unit of a number that is already part of a condition."""
    items = draft.items
    before = items[place - 1] if place else None
    if before is None or before.used != "filter" or before.number is None:
        return False
    units = {u for u, said in draft.lexicon.sections["units"].items() if items[place].tokens[0].word in said}
    column = next((c for c in draft.schema.index.columns if c.name == before.target), None)
    if column is None or not units or items[place].columns:
        return False
    return not column.unit or column.unit in units


def _is_noun_of_value(draft: Draft, place: int) -> bool:
    """'male and female customers', 'for parties with size above 2': a plural noun beside a condition on the rows."""
    items, item = draft.items, draft.items[place]
    if not unknown_plural(draft, item) or any(i.rows and not i.used for i in items):
        return False
    before = items[place - 1] if place else None
    if before is None:
        return False
    told = any(
        m.column.name == before.target and m.column.role in {"category", "flag"} for m in before.values
    )
    if told and before.used == "filter":
        return True
    return before.text.lower() in _NOUN_LEADS and condition_follows(draft, place)


def unknown_plural(draft: Draft, item: Item) -> bool:
    """True for a word such as 'parties' that neither the table nor the language knows."""
    word = item.tokens[0].word
    named = item.keywords or item.columns or item.values or item.rows or item.quoted
    plural = item.tokens[0].kind == "word" and word.endswith("s") and len(word) >= 4
    return plural and not named and word not in draft.lexicon.filler


def condition_follows(draft: Draft, place: int) -> bool:
    """True when the next thing that says something is part of a condition."""
    for after in draft.items[place + 1 : place + 6]:
        if after.used in {"filter", "negation"}:
            return True
        if after.used or not (
            after.text.lower() in _RELATING or after.tokens[0].word in draft.lexicon.filler
        ):
            return False
    return False


def _look(draft: Draft, item: Item) -> None:
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
    elif _how_many_values(draft, item):
        item.used = "noun"
    elif item.number is not None or (item.has("numbers") and word not in {"one", "a"}):
        draft.fail(
            "unclear", f"It is not clear what the number {plain(item.text)} is about.", words=item.text
        )
    elif item.quoted:
        draft.fail("not_found", f"“{plain(item.text)}” is no column and no known value.", words=item.text)
    elif item.keywords or item.rows:
        _keyword(draft, item, filler=filler)
    elif not filler and item.tokens[0].kind == "word":
        _unknown(draft, item)


def _how_many_values(draft: Draft, item: Item) -> bool:
    """'between the two awards', where award has two values: the number says nothing new."""
    number = item.number if item.number is not None else float(item.name_of("numbers") or 0)
    place = draft.items.index(item)
    after = draft.items[place + 1 : place + 4]
    return any(m.column.statistics.distinct == number for i in after for m in i.columns[:1])


def _column(draft: Draft, item: Item) -> None:
    strong = item.columns[0].score >= 0.75
    if strong and item.columns[0].column.name in _planned(draft):
        item.used = "again"
        return
    if strong and _sort_of_rows(draft, item):
        item.used = "ignored"
        draft.assume(f"“{plain(item.text)}” are the rows of the table", cost=0.85)
        return
    if strong and (item.exact_column or all(k.role == "filler_nouns" for k in item.keywords)):
        draft.fail(
            "unclear",
            f"It is not clear what {plain(item.columns[0].column.name)} should do in this question.",
            words=item.text,
            choices=(item.columns[0].column.name,),
        )
        return
    item.used = "ignored"
    draft.confidence *= _UNKNOWN_COST


def _sort_of_rows(draft: Draft, item: Item) -> bool:
    """'for loans with term 60', beside loan_purpose and loan_status: the rows, not one of these columns."""
    column = item.columns[0].column
    unique = column.role in {"identifier", "category"} and column.statistics.distinct >= 0.9 * draft.rows
    if unique and draft.statistic is not None and draft.statistic.kind == "rows":
        return True
    weak = (item.columns[0].score < 0.85 or unique) and len(item.tokens) == 1
    place = draft.items.index(item)
    behind = draft.items[place - 1] if place else None
    if unique and item.tokens[0].word.endswith("s") and behind is not None and behind.used == "filter":
        return True  # 'bakery items'
    lead = draft.items[place - 1].text.lower() if place else ""
    plural = item.tokens[0].word.endswith("s")
    return (
        weak
        and plural
        and lead in {"for", "of", "all", "among", "the", "number of", "how many", "percentage of", "share of"}
        and condition_follows(draft, place)
    )


def _planned(draft: Draft) -> set[str]:
    """Columns that the plan groups by, measures or takes a period of: said again, they change nothing."""
    dated = {
        f.column for f in draft.filters if f.operator in {"period", ">=", "<"} and is_day(str(f.values[0]))
    }
    return {g.column for g in draft.groups} | {m.column for m in draft.measures if m.column} | dated


def _keyword(draft: Draft, item: Item, *, filler: bool) -> None:
    telling = [k for k in item.keywords if k.role in _TELLING]
    if not telling or filler or item.rows:
        return
    text = item.text.lower()
    if item.has("superlative") and draft.limit == 1 and draft.statistic is not None:
        return
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


def _says_what_is_done(draft: Draft, item: Item) -> bool:
    """'which country sent the most guests': one word whose form and place are those of a verb."""
    if any(i.used == "ignored" for i in draft.items):
        return False
    word, place = item.tokens[0].word, draft.items.index(item)
    before = draft.items[place - 1] if place else None
    formed = word.endswith(("ed", "ing", "es", "s")) or word in draft.lexicon.words("verbs")
    behind = before is not None and (
        before.rows
        or before.used in {"group", "measure", "statistic", "filter", "having", "limit"}
        or before.text.lower()
        in {"that", "who", "which", "were", "was", "is", "are", "been", "to", "be", "they"}
    )
    return formed and behind


def _explained(draft: Draft, item: Item) -> bool:
    """'rainy days (precip > 0)', 'large pizzas (L)': a word that the condition in brackets behind it explains."""
    place = draft.items.index(item)
    for after in draft.items[place + 1 : place + 4]:
        start = after.tokens[0].start
        if draft.text[max(start - 1, 0) : start] == "(":
            return after.used == "filter"
        if after.used == "filter" or after.has("group"):
            return False
    return False


def _rounds_off(draft: Draft, item: Item) -> bool:
    """'construction employment' where a column is called construction: a noun right behind the exact name."""
    place = draft.items.index(item)
    before = draft.items[place - 1] if place else None
    if item.tokens[0].word in draft.lexicon.words("made_by"):
        return False
    if before is None or any(i.used == "ignored" for i in draft.items) or before.text != before.text.lower():
        return False
    named = (
        before.exact_column and before.used in {"measure", "statistic", "sort"} and len(before.columns) == 1
    )
    return named and item.tokens[0].start - before.tokens[-1].end == 1


def _unknown(draft: Draft, item: Item) -> None:
    """A word that is nowhere in the table may be a condition or a measure: the question can't do without it."""
    if _says_what_is_done(draft, item):
        item.used = "ignored"
        draft.confidence *= _VERB_COST
        return
    if _explained(draft, item):
        item.used = "ignored"
        draft.assume(f"“{plain(item.text)}” is what the brackets say", cost=0.9)
        return
    if _rounds_off(draft, item):
        item.used = "ignored"
        draft.confidence *= _NOUN_COST
        return
    draft.fail(
        "not_found",
        f"“{plain(item.text)}” is neither a column nor a known value of this table.",
        words=item.text,
        choices=draft.schema.index.nearest([item.tokens[0].word]),
    )
