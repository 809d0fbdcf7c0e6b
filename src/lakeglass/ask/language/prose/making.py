"""Columns that a long question makes before it asks, and by which words it speaks of them later."""

from __future__ import annotations

import re

from lakeglass.ask.language.prose.formulas import derive_of, find_formula
from lakeglass.ask.language.prose.mentions import Mention, Reader, Sentence
from lakeglass.ask.language.prose.words import find, has, pattern
from lakeglass.ask.language.text import words_of
from lakeglass.ask.plan import Derive, Grain
from lakeglass.ask.plan.model import DeriveKind

_QUOTED = pattern("making", "quoted")
_CALLED = pattern("making", "called")
_IDENTIFIER = pattern("making", "identifier")
_ASSIGNED = pattern("making", "assigned")
_NOUNS = pattern("making", "nouns")
_LOG = pattern("making", "log")
_EXTRACT = pattern("making", "extract")
_GRAINS: dict[str, Grain] = {
    "year": "year", "month": "month of year", "weekday": "weekday", "day of the week": "weekday", "hour": "hour",
    "quarter": "quarter",
}  # fmt: skip
_PERCENT = pattern("making", "percent")


def read_making(reader: Reader, sentence: Sentence, subject: str | None) -> tuple[Derive, ...]:
    """The columns that a sentence makes; the last of them is what it is spoken of later. Marks what it takes."""
    return (
        _formula(reader, sentence)
        or _extracted(reader, sentence, subject)
        or _logarithm(reader, sentence, subject)
        or _scaled(reader, sentence)
    )


def _formula(reader: Reader, sentence: Sentence) -> tuple[Derive, ...]:
    found = find_formula(sentence)
    if found is None:
        return ()
    start, term = found
    name = _name(reader, sentence, start) or "made column"
    steps = derive_of(term, name)
    if steps is None:
        return ()
    if (
        term.kind == "/"
        and steps[-1].number is None
        and _PERCENT.search(sentence.text[term.end : term.end + 30])
    ):
        steps = (*steps[:-1], steps[-1].model_copy(update={"kind": "percent"}))
    _keep(reader, sentence, name, _opening(sentence, start, name), term.end)
    return steps


def _opening(sentence: Sentence, start: int, name: str) -> int:
    """Where the definition begins: at the verb that makes, so that the name is not read as something asked for."""
    head = sentence.text[:start]
    verbs = [s.start for s in find("make", head, "words")]
    named = head.lower().rfind(name.lower())
    if verbs and re.search(
        r"(?i)\b(?:feature|column|variable|ratio|rate|index|metric|as|=)\b|=", head[verbs[-1] :]
    ):
        return verbs[-1]
    return named if named >= 0 else start


def _name(reader: Reader, sentence: Sentence, start: int) -> str | None:
    """How the question calls the column that begins to be defined there."""
    head = sentence.text[:start]
    assigned = _ASSIGNED.search(head)
    quoted = _QUOTED.search(sentence.text)
    called = _CALLED.search(sentence.text)
    written = _IDENTIFIER.search(head + " (")
    nouns = list(_NOUNS.finditer(head + " ("))
    name = next((m.group(1) for m in (assigned, quoted, called, written) if m), None)
    if name is None and nouns:
        name = nouns[-1].group(1)
        name = re.sub(r"(?i)^(?:new|column|feature|variable)\s+|\s+(?:feature|column|variable)$", "", name)
    if name is None:
        return None
    name = name.strip()
    return f"{name} (new)" if name in reader.columns else name


def _keep(reader: Reader, sentence: Sentence, name: str, start: int, end: int) -> None:
    reader.made[name] = words_of(name)
    sentence.take(start, end)
    sentence.columns = [m for m in sentence.columns if not (start <= m.start < end)]
    sentence.values = [m for m in sentence.values if not (start <= m.start < end)]
    rest = sentence.text[end:]
    spelled = r"[\s_-]+".join(re.escape(w) for w in words_of(name))
    for m in re.finditer(rf"(?i)(?<!\w){spelled}(?!\w)", rest) if spelled else ():
        sentence.columns = [
            c for c in sentence.columns if not (c.start < end + m.end() and end + m.start() < c.end)
        ]
        sentence.columns.append(Mention(end + m.start(), end + m.end(), name, exact=True))
    sentence.columns.sort(key=lambda c: c.start)


def _one(reader: Reader, sentence: Sentence, *, numbers: bool = True) -> Mention | None:
    return next((m for m in sentence.left() if reader.numeric(m.column) == numbers), None)


def _logarithm(reader: Reader, sentence: Sentence, subject: str | None) -> tuple[Derive, ...]:
    match = _LOG.search(sentence.text)
    if match is None:
        return ()
    stop = re.search(
        r"(?i)\band (?:calculate|compute|find|report|then|determine|test|check)\b", sentence.text
    )
    until = stop.start() if stop and stop.start() > match.start() else len(sentence.text)
    columns = [m.column for m in sentence.left() if reader.numeric(m.column) and m.start < until]
    several = bool(re.search(r"(?i)\bboth\b|\beach\b|\band\b", sentence.text[match.start() : until]))
    columns = list(dict.fromkeys(columns))[: 4 if several else 1] or ([subject] if subject else [])
    kind = _log_kind(sentence.low)
    for each in _LOG.finditer(sentence.text):
        sentence.take(each.start(), each.end())
    for number in sentence.numbers:
        if number.value in {10.0, 2.0, 1.0, -10.0} and kind != "log":
            sentence.take(number.start, number.end)
    for column in columns:
        reader.made[f"log of {column}"] = ("log", *words_of(column))
        for m in sentence.columns:
            if m.column == column and m.start < until:
                sentence.take(m.start, m.end)
    return tuple(Derive(name=f"log of {c}", kind=kind, columns=(c,)) for c in columns)


def _log_kind(low: str) -> DeriveKind:
    if re.search(r"base[- ]10|log10", low):
        return "log10"
    return "log1p" if re.search(r"log1p|log\(x ?\+ ?1\)|plus (?:1|one)|\+ 1", low) else "log"


def _scaled(reader: Reader, sentence: Sentence) -> tuple[Derive, ...]:
    said = next(find("scale", sentence.text), None)
    if said is None or has("outliers", sentence.text, "words") or has("model", sentence.text):
        return ()
    mention = _one(reader, sentence)
    asked = re.search(r"(?i)\b(?:scal\w+|normali[sz]\w+|standardi[sz]\w+)\b", sentence.text)
    if mention is None or asked is None:
        return ()
    kind: DeriveKind = "minmax" if said.name == "minmax" else "z"
    name = f"{'scaled' if kind == 'minmax' else 'z-score of'} {mention.column}"
    reader.made[name] = ("z", "score") if kind == "z" else ("scaled", *words_of(mention.column))
    sentence.take(asked.start(), mention.end)
    sentence.take(said.start, said.end)
    for number in sentence.numbers:
        if re.search(
            r"(?i)\b(?:range|between|from|to)\b[^.]{0,12}$", sentence.text[: number.start]
        ) and number.value in {0, 1}:
            sentence.take(number.start, number.end)
    sentence.columns = [
        Mention(m.start, m.end, name, exact=True)
        if m.column == mention.column and m.start > mention.end
        else m
        for m in sentence.columns
        if m is not mention
    ]
    for each in re.finditer(r"(?i)\bz-?\s?score\b", sentence.text) if kind == "z" else ():
        sentence.columns.append(Mention(each.start(), each.end(), name, exact=True))
    sentence.columns.sort(key=lambda c: c.start)
    return (Derive(name=name, kind=kind, columns=(mention.column,)),)


def _extracted(reader: Reader, sentence: Sentence, subject: str | None) -> tuple[Derive, ...]:
    match = _EXTRACT.search(sentence.text)
    if match is None:
        return ()
    part = match.group(1).lower()
    if part in _GRAINS:
        dates = [m.column for m in sentence.columns if reader.dated(m.column)] or [reader.date_column() or ""]
        if not dates[0]:
            return ()
        name = part if part not in reader.columns else f"{part} of {dates[0]}"
        reader.made[name] = words_of(part)
        sentence.take(0, len(sentence.text))
        return (Derive(name=name, kind="grain", columns=(dates[0],), grain=_GRAINS[part]),)
    texts = [
        m.column for m in sentence.columns if not reader.numeric(m.column) and not reader.dated(m.column)
    ]
    column = texts[0] if texts else subject
    if column is None or reader.numeric(column):
        return ()
    name = f"number in {column}"
    reader.made[name] = words_of(name)
    sentence.take(match.start(), match.end())
    sentence.columns = [m for m in sentence.columns if m.column != column]
    return (Derive(name=name, kind="number", columns=(column,)),)
