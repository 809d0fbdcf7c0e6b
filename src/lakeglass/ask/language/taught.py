"""Words that users taught for a dataset: another name of a column, or of a calculation over columns."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.text import Token, stem, tokenise
from lakeglass.ask.plan import TaughtWord

MOST_WORDS = 5


def phrase_key(phrase: str) -> str:
    """How a taught phrase is looked up: its words, singular and plural alike."""
    return " ".join(stem(t.word) for t in tokenise(phrase))


class TaughtIndex:
    """The words whose columns the table (still) has."""

    def __init__(self, words: Sequence[TaughtWord], columns: Sequence[ColumnModel]) -> None:
        named = {c.name: c for c in columns}
        usable = [w for w in words if all(c in named for c in w.columns)]
        self._columns = {phrase_key(w.phrase): named[w.columns[0]] for w in usable if not w.formula}
        self._formulas = {phrase_key(w.phrase): w.formula for w in usable if w.formula}

    def column(self, words: Sequence[str]) -> ColumnModel | None:
        """The column that these lower-case words were taught for."""
        if not self._columns or len(words) > MOST_WORDS:
            return None
        return self._columns.get(" ".join(stem(w) for w in words))

    def expand(self, question: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The question with calculations in place of their names, and which name stood for which."""
        if not self._formulas:
            return question, ()
        tokens = tokenise(question)
        parts: list[str] = []
        used: list[tuple[str, str]] = []
        place = end = 0
        while place < len(tokens):
            found = next((n for n in range(MOST_WORDS, 0, -1) if self._formula(tokens, place, n)), 0)
            if not found:
                place += 1
                continue
            span = tokens[place : place + found]
            formula = self._formulas[" ".join(stem(t.word) for t in span)]
            parts += [question[end : span[0].start], formula]
            end = span[-1].end
            used.append((question[span[0].start : end], formula))
            place += found
        return "".join([*parts, question[end:]]), tuple(dict.fromkeys(used))

    def _formula(self, tokens: Sequence[Token], place: int, length: int) -> bool:
        span = tokens[place : place + length]
        quoted = any(t.kind == "quoted" for t in span)
        return len(span) == length and not quoted and " ".join(stem(t.word) for t in span) in self._formulas
