"""Questions in another language: its data file says every phrase in the words of the grammar.

Names and values of the table stay as they are written, so that a German question about English columns, or an English
one about German columns, both work. What the file does not know stays as it is, too, and is told like any other
word that was not understood.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from lakeglass.ask.language.link import Schema
from lakeglass.ask.language.text import Token, stem, tokenise, words_of

PIVOTS = ("de",)
_LONGEST = 7
_SHORTEST_REST = 3
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DATE = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")


@dataclass(frozen=True)
class Tongue:
    """A language as its data file has it: phrases and nouns in the words of the grammar."""

    language: str
    stemmer: str
    native: frozenset[str]
    foreign: frozenset[str]
    phrases: Mapping[str, str] = field(repr=False)
    nouns: Mapping[str, str] = field(repr=False)
    compounds: Mapping[str, str] = field(repr=False)
    number: re.Pattern[str] = field(repr=False)
    marks: tuple[str, str] = (".", ",")


@dataclass(frozen=True)
class Reading:
    """A question in the words of the grammar; `pairs` are what was said for what."""

    language: str
    text: str
    pairs: tuple[tuple[str, str], ...] = ()

    def back(self, text: str) -> str:
        """Words of the grammar in the user's own, inside quotation marks."""

        def original(match: re.Match[str]) -> str:
            return f"“{self.own(match.group(1))}”"

        return re.sub("“([^”]*)”", original, text)

    def own(self, words: str) -> str:
        """The user's words for some of the grammar's."""
        for english, said in sorted(self.pairs, key=lambda p: -len(p[0])):
            words = re.sub(rf"(?<!\w){re.escape(english)}(?!\w)", said.replace("\\", r"\\"), words)
        return words


@lru_cache(maxsize=4)
def tongue(language: str) -> Tongue:
    """The data of a language; raises FileNotFoundError for one without a file."""
    text = files("lakeglass.ask.language").joinpath(f"data/{language}.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    thousands, decimal = tables["number"]["thousands"], tables["number"]["decimal"]
    whole = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+"
    return Tongue(
        language=language,
        stemmer=tables["stemmer"],
        native=_spelled(tables["detect"]["words"]),
        foreign=frozenset(tables["detect"]["english"]),
        phrases=_turned(tables["phrases"]),
        nouns=_turned(tables["nouns"]),
        compounds=_starts(tables["compound"]),
        number=re.compile(
            rf"(?<![\w.,])(?:{whole}(?:{re.escape(decimal)}\d+)?|\d+{re.escape(decimal)}\d+)(?!\w)"
        ),
        marks=(thousands, decimal),
    )


def _spelled(words: Sequence[str]) -> frozenset[str]:
    """Words as they are compared, with and without umlauts."""
    return frozenset(w.casefold() for w in words) | frozenset(w.casefold().translate(_PLAIN) for w in words)


def _starts(section: Mapping[str, str]) -> dict[str, str]:
    """Beginnings of words, also as written without umlauts."""
    plain = {start.translate(_PLAIN): english for start, english in section.items()}
    return {**plain, **section}


def _turned(section: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """By the phrase, also as written without umlauts."""
    found: dict[str, str] = {}
    for english, phrases in section.items():
        for phrase in phrases:
            found.setdefault(phrase.casefold(), english)
            found.setdefault(phrase.casefold().translate(_PLAIN), english)
    return found


def in_grammar(question: str, schema: Schema) -> Reading | None:
    """The question in the words of the grammar; None when it is in them already."""
    for language in PIVOTS:
        known = tongue(language)
        if _is_in(question, known, schema):
            return _translated(question, known, schema)
    return None


def _is_in(question: str, known: Tongue, schema: Schema) -> bool:
    """True when more words are nothing but this language's than are English; names of the table count for neither."""
    words = [t.word for t in tokenise(question) if t.kind == "word" and not _exact(t.word, schema)]
    lexicon = schema.lexicon
    english = [w for w in words if w in known.foreign or w in lexicon.phrases or w in lexicon.filler]
    rest = [w for w in words if w not in english]
    native = sum(1 for w in rest if w in known.native or w.translate(_PLAIN) != w)
    own = sum(1 for w in rest if w in known.native or w in known.phrases or w in known.nouns)
    return own > len(english) if native else own > 1 and not english


def _exact(word: str, schema: Schema) -> bool:
    found = schema.index.match([word])
    return bool(found) and found[0].score >= 1.0


def _translated(question: str, known: Tongue, schema: Schema) -> Reading:
    question = _DATE.sub(lambda m: f"{m.group(3)}-{int(m.group(2)):02d}-{int(m.group(1)):02d}", question)
    thousands, decimal = known.marks
    question = known.number.sub(lambda m: m.group().replace(thousands, "").replace(decimal, "."), question)
    tokens = tokenise(question)
    parts: list[str] = []
    end = 0
    pairs: list[tuple[str, str]] = []
    place = 0
    while place < len(tokens):
        length, text = _next(question, tokens, place, known, schema)
        said = question[tokens[place].start : tokens[place + length - 1].end]
        if text != said:
            pairs.append((text.strip('"'), said))
        parts += [question[end : tokens[place].start] if parts else "", text]
        place += length
        end = tokens[place - 1].end
    return Reading(known.language, "".join(parts), tuple(dict.fromkeys(pairs)))


def _next(
    question: str, tokens: Sequence[Token], place: int, known: Tongue, schema: Schema
) -> tuple[int, str]:
    """How many tokens the next stretch takes, and what it is in the words of the grammar."""
    for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
        span = tokens[place : place + length]
        raw = question[span[0].start : span[-1].end]
        if any(t.kind == "quoted" for t in span):
            if length == 1:
                return 1, raw
            continue
        words = [t.word for t in span]
        key = " ".join(words)
        exact = schema.index.match(words)
        if exact and exact[0].score >= 1.0 and (length > 1 or key not in known.native):
            return length, raw
        if key in known.phrases:
            return length, known.phrases[key]
        if schema.taught.column(words) is not None or schema.values.match(raw):
            return length, raw
        if key in known.nouns:
            return length, _noun(key, known, schema)
    return 1, _word(tokens[place], known, schema)


def _noun(word: str, known: Tongue, schema: Schema) -> str:
    """A column of this stem in the user's language, else what the noun is called in English."""
    return _column(word, known, schema) or known.nouns[word]


def _column(word: str, known: Tongue, schema: Schema) -> str:
    one = stem(word.translate(_PLAIN), known.stemmer)
    found = [
        c.name
        for c in schema.index.columns
        if [stem(w.translate(_PLAIN), known.stemmer) for w in words_of(c.name)] == [one]
    ]
    return f'"{found[0]}"' if len(found) == 1 and '"' not in found[0] else ""


def _word(token: Token, known: Tongue, schema: Schema) -> str:
    """A word that the file does not list: a column's other form, or a compound such as 'Durchschnittsalter'."""
    if token.kind != "word":
        return token.text
    column = _column(token.word, known, schema)
    if column:
        return column
    for start, english in known.compounds.items():
        rest = token.word.removeprefix(start).removeprefix("s")
        if rest != token.word and len(rest) >= _SHORTEST_REST and token.word.startswith(start):
            named = _exact(rest, schema) or rest in known.nouns or _column(rest, known, schema)
            if named:
                meant = (
                    rest if _exact(rest, schema) else known.nouns.get(rest) or _column(rest, known, schema)
                )
                return f"{english} {meant}"
    return token.text
