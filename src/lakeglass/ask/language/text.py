"""Words out of text: the only place where a question, a column name or a value is cut up.

Every pattern is a plain character class, so that time grows with length and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import snowballstemmer

from lakeglass.lake.contents import value_key

TokenKind = Literal["word", "number", "quoted", "symbol"]

MAX_TOKENS = 400
_QUOTES = {'"': '"', "“": "”", "«": "»", "`": "`", "‘": "’", "'": "'", "[": "]"}
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<suffix>(?:st|nd|rd|th|k|m|bn)(?![^\W_]))?"
    r"|(?P<word>[^\W_]+(?:['’][^\W_]+)*)"
    r"|(?P<symbol><=|>=|!=|<>|==|[<>=≤≥≠%$€£#&+°/×*]|(?<=\s)[-–−](?=\s)|(?<![^\s(=<>])-(?=[\d.]))"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_CONTRACTIONS = frozenset({"what's", "let's", "it's", "that's", "there's", "who's"})
_STEMMERS = {name: snowballstemmer.stemmer(name) for name in ("english", "german")}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the question: `text` as written, `word` in lower case; `number` for numbers."""

    text: str
    word: str
    kind: TokenKind
    start: int
    end: int
    number: float | None = None


def fold(text: str) -> str:
    """Lower case, one form of each accented letter."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=20_000)
def stem(word: str, language: str = "english") -> str:
    """The stem of a lower-case word; long words and other alphabets stay as they are."""
    if len(word) > 40 or not word.isascii():
        return word
    return str(_STEMMERS[language].stemWord(word))


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words of any text; camelCase and snake_case are split."""
    return tuple(_WORD.findall(fold(_CAMEL.sub(" ", text[:2_000]))))


def tokenise(question: str) -> tuple[Token, ...]:
    """The question in tokens, quoted text first; at most MAX_TOKENS of them."""
    tokens: list[Token] = []
    position = 0
    while position < len(question) and len(tokens) < MAX_TOKENS:
        quoted = _quoted(question, position)
        if quoted is not None:
            tokens.append(quoted)
            position = quoted.end
            continue
        match = _TOKEN.match(question, position)
        if match is None:
            position += 1
            continue
        tokens.append(_token(match))
        position = match.end()
    return tuple(tokens)


def _quoted(question: str, position: int) -> Token | None:
    closing = _QUOTES.get(question[position])
    if closing is None or (position and question[position - 1].isalnum()):
        return None
    end = question.find(closing, position + 1, position + 203)
    after = question[end + 1 : end + 2]
    if end <= position + 1 or after.isalnum():
        return None
    text = question[position + 1 : end]
    return Token(text=text, word=value_key(text), kind="quoted", start=position, end=end + 1)


def _token(match: re.Match[str]) -> Token:
    text = match.group()
    if match.group("number"):
        scale = {"k": 1e3, "m": 1e6, "bn": 1e9}.get(match.group("suffix") or "", 1)
        number = float(match.group("number").replace(",", "")) * scale
        word = match.group("number").replace(",", "") + (match.group("suffix") or "")
        return Token(text, word, "number", match.start(), match.end(), number)
    if match.group("word"):
        word = fold(text).replace("’", "'")
        kept = word if word in _CONTRACTIONS else word.removesuffix("'s")
        return Token(text, kept, "word", match.start(), match.end())
    return Token(text, text, "symbol", match.start(), match.end())
