"""Named analyses of a long question: tests, normality, correlation, regression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lakeglass.ask.language.prose.mentions import Mention, Reader, Sentence
from lakeglass.ask.language.prose.words import find, has, pattern
from lakeglass.ask.plan import Filter, Statistic

_TWO_GROUPS = frozenset({"t", "welch", "mann-whitney", "ks"})
_WITH = pattern("analyses", "with")


@dataclass(frozen=True)
class Analysis:
    """A statistic, the groups that it is restricted to, and (for the strongest of several) how many lines of it."""

    statistic: Statistic
    filters: tuple[Filter, ...] = ()
    limit: int | None = None
    cases: tuple[Filter, ...] = ()


def near(sentences: Sequence[Sentence], section: str, *names: str) -> list[Sentence]:
    """Sentences in the order in which they may say what an analysis is about: those that name it first."""
    place = next((n for n, s in enumerate(sentences) if has(section, s.text, *names)), None)
    if place is None:
        return []
    order = sorted(range(len(sentences)), key=lambda n: (abs(n - place), n > place))
    return [sentences[n] for n in order]


def _mentioned(sentences: Sequence[Sentence]) -> list[Mention]:
    found: dict[str, Mention] = {}
    for sentence in sentences:
        for mention in sentence.left():
            found.setdefault(mention.column, mention)
    return list(found.values())


def read_test(
    reader: Reader, sentences: Sequence[Sentence], cases: Sequence[Filter], level: float | None
) -> Analysis | None:
    """A comparison of groups: what is compared, and by which column."""
    ordered = near(sentences, "test")
    if not ordered:
        return None
    methods = [s.name for sentence in ordered for s in find("test", sentence.text)]
    method = next((m for m in methods if m != "t"), "t")
    names = [m.column for m in _mentioned(ordered)]
    keys = [f.column for f in cases] + [n for n in names if reader.few(n) and not _plainly_numeric(reader, n)]
    keys += sorted((n for n in names if reader.few(n) and reader.numeric(n)), key=reader.distinct)
    keys = list(dict.fromkeys(keys))
    if method == "chi-square":
        return _chi_square(keys, level, ordered)
    key = next(iter(keys), None)
    measure = next((n for n in names if reader.numeric(n) and n != key), None)
    if key is None or measure is None:
        return None
    groups = [f for f in cases if f.column == key and f.operator == "="]
    if method in _TWO_GROUPS and reader.distinct(key) != 2 and len(groups) != 2:
        return None
    _take(ordered, key, measure)
    wanted = tuple(v for f in groups for v in f.values)
    restricted = len(wanted) >= 2 and len(wanted) < reader.distinct(key)
    filters = (Filter(column=key, operator="in", values=wanted),) if restricted else ()
    made = Statistic(kind="test", columns=(measure, key), method=method, level=level or 0.05)
    return Analysis(made, filters, cases=tuple(groups))


def _plainly_numeric(reader: Reader, name: str) -> bool:
    return reader.numeric(name) and reader.distinct(name) > 2


def _chi_square(keys: list[str], level: float | None, ordered: Sequence[Sentence]) -> Analysis | None:
    if len(keys) < 2:
        return None
    _take(ordered, *keys[:2])
    return Analysis(Statistic(kind="test", columns=tuple(keys[:2]), method="chi-square", level=level or 0.05))


def _take(sentences: Sequence[Sentence], *names: str) -> None:
    """Mark the first mention of each column in a sentence; a second one may be about a figure besides."""
    for sentence in sentences:
        for name in names:
            first = next((m for m in sentence.columns if m.column == name), None)
            if first is not None:
                sentence.take(first.start, first.end)


def read_normality(
    reader: Reader, sentences: Sequence[Sentence], subject: str | None, level: float | None
) -> Analysis | None:
    """Is a column normally distributed?"""
    ordered = near(sentences, "normality")
    if not ordered:
        return None
    methods = [s.name for sentence in ordered for s in find("normality", sentence.text)]
    method = next((m for m in methods if m != "shapiro"), "shapiro")
    names = [m.column for m in _mentioned(ordered) if reader.numeric(m.column)]
    names = [n for n in names if not reader.few(n, 4)] or names
    column = names[0] if names else subject
    if column is None:
        return None
    _take(ordered, column)
    return Analysis(Statistic(kind="normality", columns=(column,), method=method, level=level or 0.05))


def read_correlation(
    reader: Reader,
    sentences: Sequence[Sentence],
    subjects: Sequence[str],
    level: float | None,
    strength: float | None,
    wanted: int = 1,
) -> list[Analysis]:
    """Two columns, one with each of several, or the one that goes most with another."""
    ordered = near(sentences, "correlation")
    if not ordered:
        return []
    methods = [s.name for sentence in ordered for s in find("correlation", sentence.text)]
    method = next((m for m in methods if m != "pearson"), "pearson")
    names: list[str] = []
    if has("subject", ordered[0].text, "words"):
        names += [s for s in subjects if reader.numeric(s)]
    for sentence in ordered:
        names += [m.column for m in sentence.left() if reader.numeric(m.column) and m.column not in names]
        if len(names) >= 2 or (names and has("superlative", ordered[0].text)):
            break
    best = next(find("superlative", ordered[0].text), None) or re.search(
        r"(?i)strong(?:est|ly)|weakest", ordered[0].text
    )
    asks = re.search(r"(?i)\bwhich\b|\bwhat (?:feature|column|variable)", ordered[0].text)
    if best and asks and names:
        strongest = _strongest(reader, ordered[0], names, method)
        return [strongest] if strongest is not None else []
    if len(names) != 2 and not (2 < len(names) <= wanted + 1 and len(names) <= 6):
        return []
    _take(ordered, *names)
    return [
        Analysis(
            Statistic(
                kind="correlation",
                columns=(names[0], other),
                method=method,
                level=level or 0.05,
                strength=strength,
            )
        )
        for other in names[1:]
    ]


def _strongest(reader: Reader, sentence: Sentence, names: list[str], method: str) -> Analysis | None:
    focus = next((m.column for m in sentence.columns if _WITH.search(sentence.text[: m.start])), None)
    if len(names) == 1 or (len(names) > 3 and focus is None):
        focus = focus or names[0]
    pool = names
    if len(names) <= 2:
        pool = [n for n in reader.columns if reader.numeric(n) and n != focus]
    _take([sentence], *names)
    columns = tuple(dict.fromkeys([*(n for n in pool if n != focus), *([focus] if focus else [])]))
    if len(columns) < 3:
        return None
    made = Statistic(kind="correlation", columns=columns, method=method, focus=focus)
    return Analysis(made, limit=1)
