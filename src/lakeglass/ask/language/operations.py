"""Operations said in several words: gaps of a row, scaling, encoding, logarithms, given intervals, parts of text."""

from __future__ import annotations

from itertools import pairwise

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.derived import column_at, replace_by
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.spoken import Said, Spoken, vocabulary
from lakeglass.ask.plan import Derive, Filter, Group, Measure, Statistic
from lakeglass.ask.plan.model import DeriveKind
from lakeglass.ask.plan.naming import GAPS, derive_words, plain

_NUMBERS = frozenset({"integer", "number", "boolean"})
_CATEGORIES = frozenset({"text", "boolean"})
_INFINITE = 1.7976931348623157e308
_SMALL = {"the", "a", "an", "column", "feature", "variable", "values", "of", "its"}
_BETWEEN = {"and", "or", "to", ",", "&"}


def read_operations(draft: Draft) -> None:
    """Turn each of them into a new column of the plan, or into a condition on the rows."""
    if draft.statistic is not None:
        return
    for read in (_gaps, _one_hot, _codes, _scaled, _logarithm, _edges, _text):
        read(draft)
        if draft.problems or draft.statistic is not None:
            return


def read_whole_rows(draft: Draft) -> None:
    """'average height of rows without missing values': a condition, where no row is to be dropped first."""
    spoken, words = Spoken(draft.items), vocabulary()["gaps"]
    said = [
        s
        for s in spoken.find(words, "none")
        if s.start and {(spoken.word(s.start - 1),), (spoken.word(s.start - 2),)} & set(words["rows"])
    ]
    if said and not any(i.has("clean", "fill") for i in draft.items):
        _gaps(draft)


def _use(spoken: Spoken, said: Said, part: str) -> None:
    for item in spoken.items(said):
        item.used = part


def _gaps(draft: Draft) -> None:
    """'rows with any missing value', 'how many complete rows': a condition on the number of gaps of a row."""
    spoken, words = Spoken(draft.items), vocabulary()["gaps"]
    if draft.derived(GAPS) is not None:
        return
    said = spoken.find(words, "whole") or spoken.find(words, "none") or spoken.find(words, "some")
    if not said:
        behind = [
            s
            for s in spoken.find(words, "behind")
            if s.start > 1
            and spoken.word(s.start - 1) in {"with", "have", "has", "having", "containing", "contain"}
        ]
        about = [s for s in behind if {(spoken.word(s.start - 2),)} & set(words["rows"])]
        said = [s for s in about if not _column_follows(spoken, s)]
    if not said or _column_follows(spoken, said[0]):
        return
    first = said[0]
    names = tuple(c.name for c in draft.schema.index.columns)
    draft.derive.append(Derive(name=GAPS, kind="gaps", columns=names))
    empty = first.name in {"none", "whole"}
    each = Filter(column=GAPS, operator="=" if empty else ">", values=(0,))
    for item in spoken.items(first):
        if first.name == "whole" and (item.tokens[0].word,) in words["rows"]:
            item.rows = True  # 'complete rows' are rows still
            continue
        item.used, item.target = "filter", GAPS
    before = spoken.pairs[first.start - 1][1] if first.start else None
    if before is not None and before.free and before.has("compare"):
        before.used = "filter"
    draft.add_filter(each, " ".join(i.text for i in spoken.items(first)))


def _column_follows(spoken: Spoken, said: Said) -> bool:
    """'missing values in age' is about a column, not about the row."""
    after = spoken.pairs[said.end : said.end + 3]
    joined = bool(after) and after[0][0].word in {"in", "of", "for", "on"}
    return joined and any(i.columns for _, i in after[1:])


def _one_hot(draft: Draft) -> None:
    """'one-hot encode island': a column of 0 and 1 for each value, told by its sum and its mean."""
    spoken, words = Spoken(draft.items), vocabulary()["encode"]
    for said in spoken.find(words, "one-hot"):
        found = _column(draft, spoken, said.end, _CATEGORIES | {"integer"})
        if found is None:
            continue
        item, column = found
        _use(spoken, said, "statistic")
        item.used = "statistic"
        asked = spoken.find(words, "columns")
        for each in (*asked, *spoken.find(words, "to")):
            _use(spoken, each, "statistic")
        if asked:
            draft.measures.append(Measure(aggregate="distinct", column=column.name))
            draft.assume(f"one-hot encoding makes one column for each different {plain(column.name)}")
        else:
            draft.statistic = Statistic(kind="distribution", columns=(column.name,))
            draft.assume("one column of 0 and 1 for each value: its rows are the sum, its share the mean")
            for other in draft.items:
                told = other.has("aggregate") or other.text.lower() in {
                    "counts",
                    "resulting",
                    "then",
                    "result",
                }
                if other.free and told and not other.exact_column:
                    other.used = "statistic"
        draft.note("statistic", f"{' '.join(i.text for i in spoken.items(said))} {item.text}")
        return


def _codes(draft: Draft) -> None:
    """'label encode species': its values numbered from 0 in their order."""
    spoken, words = Spoken(draft.items), vocabulary()["encode"]
    for said in spoken.find(words, "codes"):
        found = _column(draft, spoken, said.end, _CATEGORIES)
        if found is None:
            continue
        for each in spoken.find(words, "to"):
            _use(spoken, each, "derive")
        item, column = found
        draft.assume(f"the values of {plain(column.name)} are numbered from 0 in their order")
        _make(draft, "codes", column, spoken.pairs[said.start][1], item)
        return


def _scaled(draft: Draft) -> None:
    """'min-max scale body mass and give its mean', 'after standardizing age, …'."""
    spoken, words = Spoken(draft.items), vocabulary()["scale"]
    for said in spoken.find(words, "z", "minmax"):
        found = _column(draft, spoken, said.end, _NUMBERS)
        tails = spoken.find(words, "to")
        if found is None or (spoken.word(said.start) == "scale" and not tails):
            continue
        z = said.name == "z" or any(
            spoken.word(n).startswith(("zero", "z")) for t in tails for n in range(t.start, t.end)
        )
        for tail in tails:
            _use(spoken, tail, "derive")
        item, column = found
        if z:
            draft.assume("z-scores use the sample standard deviation (divided by n - 1)")
        _make(draft, "z" if z else "minmax", column, spoken.pairs[said.start][1], item)
        return


def _logarithm(draft: Draft) -> None:
    """'log base 2 of sales', 'log(1 + sales)', 'natural log of sales plus one'."""
    spoken, words = Spoken(draft.items), vocabulary()["logarithm"]
    for said in spoken.find(words, "2", "base"):
        base, place = 2.0, said.end
        if said.name == "base":
            number = spoken.number(said.end)
            if number is None or number <= 1:
                continue
            base, place = number, said.end + 1
        found = _column(draft, spoken, place, _NUMBERS)
        if found is None:
            continue
        start = spoken.pairs[said.start][1]
        _make(draft, "log base", found[1], start, found[0], number=base)
        return
    ones = words["one"]
    for said in spoken.find(words, "of"):
        first = (spoken.word(said.end),) in ones and spoken.word(said.end + 1) in {"+", "plus"}
        found = _column(draft, spoken, said.end + 2 if first else said.end, _NUMBERS)
        if found is None:
            continue
        end = spoken.place(found[0]) + len(found[0].tokens)
        last = spoken.word(end) in {"+", "plus"} and (spoken.word(end + 1),) in ones
        if first or last:
            stop = spoken.pairs[end + 1][1] if last else found[0]
            _make(draft, "log1p", found[1], spoken.pairs[said.start][1], stop)
            return


def _edges(draft: Draft) -> None:
    """'sales bins 0, 100, 500, 1000', 'sales between 0-100, 100-500 and over 500': groups between given numbers."""
    spoken, words = Spoken(draft.items), vocabulary()["edges"]
    run = _run(spoken)
    if run is None:
        return
    start, end, edges = run
    marks = [s for s in spoken.find(words, "at") if s.end <= start and start - s.end <= 1]
    verbs = [s for s in spoken.find(words, "verb") if s.end <= start]
    pairs = len(edges) > 2 and spoken.pairs[start + 1][0].start - spoken.pairs[start][0].end == 1
    if not (marks or pairs):
        return
    found = _measured(spoken, start, end)
    column = draft.choose(found, "measure") if found is not None else None
    if column is None or found is None:
        return
    made = Derive(name="made", kind="edges", columns=(draft.usable(column),), edges=edges)
    made = made.model_copy(update={"name": f"{plain(column.name)} interval"})
    draft.derive.append(made)
    draft.groups.append(Group(column=made.name))
    draft.note(f"group:{made.name}", " ".join(dict.fromkeys(i.text for _, i in spoken.pairs[start:end])))
    draft.assume("each interval holds its lower end; what lies outside of them is left out")
    for place in range(start, end):
        spoken.pairs[place][1].used = "group"
    for said in (*marks, *verbs[-1:]):
        _use(spoken, said, "group")
    found.used = "group"
    at = draft.items.index(found)
    for before in draft.items[max(at - 2, 0) : at]:
        if before.free and (before.has("group") or before.text.lower() == "have"):
            before.used = "group"
    for item in draft.items:
        if item.free and item.has("compare", "between"):
            item.used = "group"


def _measured(spoken: Spoken, start: int, end: int) -> Item | None:
    """The column of numbers nearest before the list, otherwise the first behind it."""
    around = [i for _, i in (*reversed(spoken.pairs[:start]), *spoken.pairs[end:])]
    return next((i for i in around if i.free and any(m.column.is_measure for m in i.columns)), None)


def _run(spoken: Spoken) -> tuple[int, int, tuple[float, ...]] | None:
    """The numbers of a list such as '0, 100 and 500' or '0-100, 100-500, 500+': where it stands, and its edges."""
    places: list[int] = []
    place, plus = 0, False
    while place < len(spoken.pairs):
        token, item = spoken.pairs[place]
        number = token.number
        if number is not None and item.free:
            places.append(place)
        elif places and token.word == "+" and places[-1] == place - 1:
            plus = True
        elif places and token.word not in _BETWEEN:
            if len(places) >= 3:
                break
            places, plus = [], False
        place += 1
    if len(places) < 3:
        return None
    numbers = [spoken.pairs[n][0].number or 0.0 for n in places]
    whole = all(n.is_integer() for n in numbers)
    joined = [spoken.pairs[b][0].start - spoken.pairs[a][0].end == 1 for a, b in pairwise(places)]
    edges = _ends(numbers, joined, whole=whole) if any(joined) else numbers
    if plus:
        edges = [*edges, _INFINITE]
    if edges != sorted(set(edges)) or len(edges) < 3:
        return None
    return places[0], places[-1] + (2 if plus else 1), tuple(edges)


def _ends(numbers: list[float], joined: list[bool], *, whole: bool) -> list[float]:
    """The edges of '0-100, 100-500' and of '1-3, 4-6', whose ends belong to them."""
    edges: list[float] = []
    for place, number in enumerate(numbers):
        closes = place > 0 and joined[place - 1]
        opens_next = place + 1 < len(numbers) and not joined[place]
        if closes and opens_next and whole and numbers[place + 1] == number + 1:
            continue  # 3 of '1-3, 4-6': the next interval begins at 4
        if closes and place + 1 == len(numbers) and whole and len(edges) > 1 and _steps(numbers, joined):
            edges.append(number + 1)
        elif not edges or number != edges[-1]:
            edges.append(number)
    return edges


def _steps(numbers: list[float], joined: list[bool]) -> bool:
    return any(not linked and numbers[n + 1] == numbers[n] + 1 for n, linked in enumerate(joined))


def _text(draft: Draft) -> None:
    """'length of name' of a column of text, 'first word of city' as a column to group by."""
    spoken, words = Spoken(draft.items), vocabulary()["text"]
    for said in spoken.find(words):
        found = _column(draft, spoken, said.end, frozenset({"text"}))
        if found is None:
            continue
        item, column = found
        if said.name == "length":
            _make(draft, "length", column, spoken.pairs[said.start][1], item)
            return
        kind: DeriveKind = "first word" if said.name == "first word" else "last word"
        made = Derive(name="made", kind=kind, columns=(column.name,))
        made = made.model_copy(
            update={"name": derive_words(made.model_copy(update={"name": ""})).removeprefix(" is the ")}
        )
        draft.derive.append(made)
        draft.groups.append(Group(column=made.name))
        draft.note(f"group:{made.name}", f"{' '.join(i.text for i in spoken.items(said))} {item.text}")
        for each in (*spoken.items(said), item):
            each.used = "group"
        start = draft.items.index(spoken.items(said)[0])
        for before in draft.items[max(start - 1, 0) : start]:
            if before.free and before.has("group"):
                before.used = "group"
        return


def _column(
    draft: Draft, spoken: Spoken, place: int, kinds: frozenset[str]
) -> tuple[Item, ColumnModel] | None:
    """The column named at a token, behind articles."""
    while (
        place < len(spoken.pairs) and spoken.word(place) in _SMALL and not spoken.pairs[place][1].exact_column
    ):
        place += 1
    if place >= len(spoken.pairs):
        return None
    item = spoken.pairs[place][1]
    if not item.free or not item.columns or item.columns[0].column.statistics.kind not in kinds:
        return None
    found = column_at(draft, draft.items.index(item), kinds=kinds)
    return None if found is None else (item, found[1])


def _make(
    draft: Draft,
    kind: DeriveKind,
    column: ColumnModel,
    first: Item,
    last: Item,
    *,
    number: float | None = None,
) -> None:
    """Put one item for the new column in the place of the words from `first` to `last`."""
    made = Derive(name="made", kind=kind, columns=(draft.usable(column),), number=number)
    replace_by(draft, made, draft.items.index(first), draft.items.index(last) + 1)
