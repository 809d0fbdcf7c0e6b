"""What a sentence of a long question asks for: figures, of which columns, for which groups."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from lakeglass.ask.language.prose.mentions import Mention, Reader, Sentence, next_after
from lakeglass.ask.language.prose.words import Said, find, has, pattern, tables
from lakeglass.ask.plan import Aggregate, Filter, Grain, Group, Measure, Sort

Kind = Literal["measure", "rows", "missing", "missing share", "outliers", "share"]
_PERCENTILES = pattern("asking", "percentiles")
_QUARTILE = pattern("asking", "quartile")
_MISSING = pattern("asking", "missing")
_REMOVED = pattern("asking", "removed")
_ASKS = pattern("asking", "asks")
_TWO_PARTS = pattern("asking", "two_parts")
_GRAIN_WORDS: dict[str, Grain] = {
    "year": "year", "month": "month", "quarter": "quarter", "week": "week", "weekday": "weekday",
    "day of the week": "weekday", "hour": "hour", "day": "day",
}  # fmt: skip
_COUNTS = frozenset({"count", "share", "distinct", "mode"})
_OTHER_END = pattern("asking", "other_end")
_NTH = pattern("asking", "nth")
_NOUN = pattern("asking", "noun")


@dataclass
class Ask:
    """One figure. `columns` are what it is of (none for rows); `where` what a share is of."""

    kind: Kind
    aggregate: Aggregate | None = None
    columns: tuple[str, ...] = ()
    quantile: float | None = None
    place: int = 0
    where: tuple[Filter, ...] = ()

    def measures(self) -> list[Measure]:
        """As measures of a plan."""
        if self.kind == "rows":
            return [Measure(aggregate="count")]
        if self.kind == "share":
            return [Measure(aggregate="share", where=self.where)]
        assert self.aggregate is not None
        return [Measure(aggregate=self.aggregate, column=c, quantile=self.quantile) for c in self.columns]


@dataclass
class Best:
    """The group with the most of something, or the least."""

    groups: tuple[Group, ...]
    high: tuple[bool, ...]
    share: bool = False
    counted: bool = False
    count: int = 1
    nth: int | None = None


@dataclass
class Asked:
    """All of a sentence."""

    asks: list[Ask] = field(default_factory=list)
    groups: tuple[Group, ...] = ()
    best: Best | None = None


def read_asks(reader: Reader, sentence: Sentence, context: Sequence[str]) -> list[Ask]:
    """The figures of a sentence; those without a column of their own are about `context`."""
    inside = [(m.start, m.end) for m in sentence.columns if m.exact]
    said = [s for s in find("quantity", sentence.text) if sentence.free(s.start, s.end)]
    said = [s for s in said if not any(a <= s.start and s.end <= b for a, b in inside)]
    said = [
        s for n, s in enumerate(said) if not (n and s.name == "count" and _joins(sentence, said[n - 1], s))
    ]
    found: list[Ask] = []
    groups = _runs(sentence, said)
    numeric = [m for m in sentence.left() if reader.numeric(m.column)]
    for number, run in enumerate(groups):
        until = groups[number + 1][0].start if number + 1 < len(groups) else len(sentence.text)
        behind = [m for m in numeric if run[-1].end <= m.start < until]
        before = [m for m in numeric if m.end <= run[0].start and (number == 0)]
        owned = behind or before or numeric[:1]
        names = tuple(dict.fromkeys(m.column for m in owned)) or tuple(context)
        if not owned and any(s.name not in _COUNTS for s in run):
            sentence.lost += _unknown(sentence, run[-1].end)
        for each in run:
            ask = _ask(sentence, each, names)
            if ask is not None:
                found.append(ask)
        for m in owned:
            if any(a.columns for a in found):
                sentence.take(m.start, m.end)
    for s in said:
        sentence.take(s.start, s.end)
    return found + _quantiles(sentence, numeric, context)


def _unknown(sentence: Sentence, place: int) -> list[str]:
    """'the mean horsepower': what a figure is of, where the table has nothing of that name."""
    if has("subject", sentence.text, "words"):
        return []
    match = _NOUN.match(sentence.text, place)
    known = match is None or any(m.start < match.end(1) and match.start(1) < m.end for m in sentence.columns)
    return (
        []
        if match is None or known or match.group(1).lower() in tables()["stop"]["behind"]
        else [match.group(1)]
    )


def _joins(sentence: Sentence, first: Said, second: Said) -> bool:
    """'mean number of visits': no count of its own."""
    between = sentence.text[first.end : second.start].strip().lower()
    return first.name not in {"count", "share"} and between in {"", "the", "total"}


def _runs(sentence: Sentence, said: Sequence[Said]) -> list[list[Said]]:
    """Figures that are named in a row, and so are of the same columns."""
    runs: list[list[Said]] = []
    for each in said:
        between = sentence.text[runs[-1][-1].end : each.start] if runs else ""
        joined = bool(runs) and not re.sub(
            r"(?i)\b(?:the|and|as well as|plus|its|their|sample|a|or|what|is|are|also)\b|[,\s()]", "", between
        )
        if joined:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _ask(sentence: Sentence, said: Said, names: tuple[str, ...]) -> Ask | None:
    tail = sentence.text[said.end : said.end + 60]
    if said.name == "count":
        return _counted(sentence, said, names, tail)
    if said.name == "share" and _MISSING.match(re.sub(r"(?i)^\s*of\s+", "", tail)):
        columns = tuple(dict.fromkeys(m.column for m in sentence.left() if m.start > said.start)) or names
        return Ask("missing", columns=columns, place=said.start)
    if said.name == "share":
        return Ask("share", place=said.start)
    if said.name == "distinct":
        own = [m.column for m in sentence.left() if m.start >= said.end]
        return Ask("measure", "distinct", tuple(own[:1]), place=said.start) if own else None
    if said.name == "mode":
        own = [m.column for m in sentence.left() if m.start >= said.end][:1] or list(names[:1])
        for m in sentence.left():
            if m.column in own:
                sentence.take(m.start, m.end)
        return Ask("measure", "mode", tuple(own), place=said.start) if own else None
    if not names:
        return None
    return Ask("measure", cast("Aggregate", said.name), names, place=said.start)


def _counted(sentence: Sentence, said: Said, names: tuple[str, ...], tail: str) -> Ask:
    """Rows, gaps or outliers."""
    if _MISSING.match(tail):
        columns = tuple(dict.fromkeys(m.column for m in sentence.left() if m.start > said.start)) or names
        for m in sentence.left():
            if m.column in columns:
                sentence.take(m.start, m.end)
        return Ask("missing", columns=columns, place=said.start)
    if _REMOVED.match(tail):
        return Ask("outliers", place=said.start)
    return Ask("rows", place=said.start)


def _quantiles(sentence: Sentence, numeric: Sequence[Mention], context: Sequence[str]) -> list[Ask]:
    found: list[Ask] = []
    for match in _PERCENTILES.finditer(sentence.text):
        behind = [m.column for m in numeric if m.start >= match.end()][:1]
        names = tuple(behind or [m.column for m in numeric][:1] or context)
        if not names:
            continue
        for m in numeric:
            if m.column in names:
                sentence.take(m.start, m.end)
        sentence.take(match.start(), match.end())
        numbers = [int(n) for n in re.findall(r"\d+", match.group(1)) if 0 < int(n) < 100]
        found += [Ask("measure", "quantile", names, n / 100, match.start()) for n in numbers]
    for match in _QUARTILE.finditer(sentence.text):
        names = tuple([m.column for m in numeric][:1] or context)
        low = match.group().lower().startswith(("first", "lower", "1st", "q1"))
        if names:
            found.append(Ask("measure", "quantile", names, 0.25 if low else 0.75, match.start()))
    return found


def read_groups(reader: Reader, sentence: Sentence) -> tuple[Group, ...]:
    """'for each species and sex': the columns behind the words that group."""
    for said in find("group", sentence.text):
        if not sentence.free(said.start, said.end):
            continue
        first = next_after(sentence.left(), sentence.text, said.end, 2)
        if first is None:
            grain = _period(reader, sentence.text[said.end : said.end + 20])
            if grain is not None:
                sentence.take(said.start, said.end)
                return (grain,)
            continue
        if not _groups(reader, first.column):
            continue
        chosen = [first]
        for m in sentence.left():
            joint = sentence.text[chosen[-1].end : m.start].strip().lower()
            if (
                m.start > chosen[-1].end
                and joint in {"and", ",", "and the", ", and"}
                and _groups(reader, m.column)
            ):
                chosen.append(m)
        sentence.take(said.start, said.end)
        for m in chosen:
            sentence.take(m.start, m.end)
        return tuple(
            Group(column=m.column, grain="month" if reader.dated(m.column) else None) for m in chosen
        )
    return ()


def _groups(reader: Reader, name: str) -> bool:
    if name in reader.made:
        return True
    column = reader.columns.get(name)
    return (
        column is not None and (column.is_key or reader.few(name, 60)) and column.role != "measure"
    ) or reader.few(name, 12)


def _period(reader: Reader, text: str) -> Group | None:
    word = re.match(r"(?i)\s*(?:the\s+)?(year|month|quarter|weekday|day of the week|hour|week|day)\b", text)
    date = reader.date_column()
    if word is None or date is None:
        return None
    return Group(column=date, grain=_GRAIN_WORDS[word.group(1).lower()])


def read_best(reader: Reader, sentence: Sentence) -> Best | None:
    """'Which country has the highest average?': the key behind the word that asks, and the end that is wanted."""
    asks = _ASKS.search(sentence.text)
    tops = [s for s in find("superlative", sentence.text) if asks and s.start > asks.start()]
    if asks is None or not tops:
        return None
    key = next_after(sentence.left(), sentence.text, asks.end(), 3)
    group: Group | None = None
    if (
        key is not None
        and key.start < tops[-1].start + 40
        and not (reader.numeric(key.column) and not _groups(reader, key.column))
    ):
        group = Group(column=key.column, grain="day" if reader.dated(key.column) else None)
        sentence.take(key.start, key.end)
    if group is None and key is not None and reader.dated(key.column):
        group = Group(column=key.column, grain="day")
    if group is None:
        group = _period(reader, sentence.text[asks.end() : asks.end() + 20])
    named = reader.label() if re.match(r"(?i)which|who", asks.group()) else None
    if group is None and named is not None and not has("correlation", sentence.text):
        group = Group(column=named)
    if group is None:
        return None
    high = tuple(dict.fromkeys(s.name == "high" for s in tops))
    told = sentence.text[tops[0].start : tops[0].end].lower()
    behind = sentence.text[tops[0].end :].strip().lower()
    numeric = [m for m in sentence.left() if reader.numeric(m.column)]
    counted = told in {"most", "fewest"} and not (
        numeric and next_after(numeric, sentence.text, tops[0].end, 2)
    )
    counted = counted or (behind.startswith(("often", "frequent", "common", "number of")) and not numeric)
    for top in tops:
        sentence.take(top.start, top.end)
    share = any(True for _ in find("quantity", sentence.text, "share"))
    return Best(
        (group,),
        high,
        share=share,
        counted=counted,
        count=_how_many(sentence.text[asks.start() :]),
        nth=_nth(sentence.text),
    )


def read_other_end(sentence: Sentence, groups: tuple[Group, ...]) -> Best | None:
    """'… and which has the lowest?': the other end of a ranking that was asked for before."""
    tops = list(find("superlative", sentence.text))
    if not tops or not _OTHER_END.match(sentence.text):
        return None
    for top in tops:
        sentence.take(top.start, top.end)
    return Best(groups, tuple(dict.fromkeys(s.name == "high" for s in tops)))


def _nth(text: str) -> int | None:
    """'the second highest': 2."""
    match = _NTH.search(text)
    places = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
    return places[match.group(1).lower()] if match else None


def _how_many(text: str) -> int:
    """'the three countries with the most …'."""
    match = re.match(
        r"(?i)\W*(?:\w+\s+){0,2}?(?:the\s+)?(?:top\s+)?(\d+|two|three|four|five|six|ten)\b", text
    )
    if match is None:
        return 1
    words = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
    return words.get(match.group(1).lower()) or max(int(match.group(1)), 1)


def sort_of(high: bool) -> Sort:
    """The ranking that a superlative asks for."""
    return Sort(by="measure", descending=high)


def parts_of_share(
    sentence: Sentence, ask: Ask, conditions: Sequence[tuple[int, Filter]]
) -> tuple[list[Filter], list[Filter]]:
    """Which conditions a share is among, and which it is of: 'of the women | have insurance'."""
    behind = [c for c in conditions if c[0] > ask.place]
    if len(behind) < 2:
        return [], [f for _, f in behind]
    verb = next((m for m in _TWO_PARTS.finditer(sentence.text) if behind[0][0] < m.start()), None)
    if verb is None:
        return [], [f for _, f in behind]
    base = [f for place, f in behind if place < verb.start()]
    of = [f for place, f in behind if place >= verb.start()]
    return (base, of) if of else ([], base)
