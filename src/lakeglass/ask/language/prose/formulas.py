"""Formulas in prose: 'dividing hits by at-bats', '(temp - 32) * 5 / 9', 'the sum of x, y and z'."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lakeglass.ask.language.prose.mentions import Mention, Sentence
from lakeglass.ask.language.prose.words import pattern
from lakeglass.ask.plan import Derive
from lakeglass.ask.plan.model import DeriveKind

_WORD = pattern("formulas", "word")
_OPERATOR = pattern("formulas", "operator")
_SQUARED = pattern("formulas", "squared")
_NUMBER = pattern("formulas", "number")
_SIGNS: dict[str, str] = {
    "divided by": "/", "÷": "/", "multiplied by": "*", "multiplied with": "*", "times": "*", "×": "*", "plus": "+",
    "minus": "-", "–": "-", "−": "-",
}  # fmt: skip
_SKIPPED = frozenset(
    {
        "the",
        "a",
        "an",
        "its",
        "their",
        "of",
        "column",
        "columns",
        "value",
        "values",
        "total",
        "number",
        "feature",
    }
)
_OPENINGS: tuple[tuple[str, str, str], ...] = (
    (r"dividing", r"by", "/"),
    (r"subtracting", r"from", "reversed -"),
    (r"adding(?: up)?", r"to|and|with", "+"),
    (r"multiplying", r"by|and|with", "*"),
    (r"summing(?: up)?", r"and|with", "+"),
    (r"(?:the )?sum of", r"and", "+"),
    (r"(?:the )?ratio (?:of|between)", r"to|and|over", "/"),
    (r"(?:the )?quotient of", r"and", "/"),
    (r"(?:the )?difference (?:between|of)", r"and", "-"),
    (r"(?:the )?product of", r"and|with", "*"),
)
_FUNCTIONS: tuple[tuple[str, DeriveKind], ...] = (
    (r"(?:the )?square of", "square"),
    (r"(?:the )?square root of", "sqrt"),
    (r"(?:the )?(?:natural )?log(?:arithm)? of", "log"),
)


@dataclass(frozen=True)
class Term:
    """A node: a column, a number, or an operator over others. `end` is behind it in the text."""

    end: int
    column: str = ""
    number: float | None = None
    kind: str = ""
    parts: tuple[Term, ...] = ()

    @property
    def operators(self) -> int:
        """How many operators it holds."""
        return bool(self.kind) + sum(p.operators for p in self.parts)


class _Parser:
    """Recursive descent over a sentence whose columns are known."""

    def __init__(self, sentence: Sentence) -> None:
        self.text = sentence.text
        self.at = {m.start: m for m in sentence.columns}

    def sum(self, place: int, depth: int = 0) -> Term | None:
        """Terms joined by + and -."""
        return self._chain(place, depth, "+-", self._product)

    def _product(self, place: int, depth: int) -> Term | None:
        return self._chain(place, depth, "*/", self._power)

    def _chain(
        self, place: int, depth: int, signs: str, inner: Callable[[int, int], Term | None]
    ) -> Term | None:
        left: Term | None = inner(place, depth)
        while left is not None:
            match = _OPERATOR.match(self.text, left.end)
            sign = _SIGNS.get(match.group(1).lower(), match.group(1)) if match else ""
            if match is None or sign not in signs or not sign:
                return left
            right = inner(match.end(), depth)
            if right is None:
                return left
            left = Term(right.end, kind=sign, parts=(left, right))
        return None

    def _power(self, place: int, depth: int) -> Term | None:
        base = self._atom(place, depth)
        match = _SQUARED.match(self.text, base.end) if base is not None else None
        return Term(match.end(), kind="square", parts=(base,)) if match and base else base

    def _atom(self, place: int, depth: int) -> Term | None:
        if depth > 6:
            return None
        while place < len(self.text) and self.text[place].isspace():
            place += 1
        if place < len(self.text) and self.text[place] == "(":
            inside = self.sum(place + 1, depth + 1)
            close = re.compile(r"\s*\)").match(self.text, inside.end) if inside else None
            if inside is None or close is None:
                return None
            return Term(close.end(), inside.column, inside.number, inside.kind, inside.parts)
        opened = self._opening(place, depth)
        if opened is not None:
            return opened
        mention = self.at.get(place)
        if mention is not None:
            return Term(self._behind(mention), column=mention.column)
        number = _NUMBER.match(self.text, place)
        if number:
            return Term(number.end(), number=float(number.group(1)))
        word = _WORD.match(self.text, place)
        if word and word.group(1).lower() in _SKIPPED:
            return self._atom(word.end(), depth + 1)
        return None

    def _behind(self, mention: Mention) -> int:
        tail = re.compile(r"(?i)\s+(?:column|value|values)\b").match(self.text, mention.end)
        return tail.end() if tail else mention.end

    def _opening(self, place: int, depth: int) -> Term | None:
        for words, function in _FUNCTIONS:
            match = re.compile(rf"(?i)(?:{words})\s").match(self.text, place)
            inner = self._atom(match.end(), depth + 1) if match else None
            if inner is not None:
                return Term(inner.end, kind=function, parts=(inner,))
        for words, joints, kind in _OPENINGS:
            match = re.compile(rf"(?i)(?:{words})\s").match(self.text, place)
            if match is None:
                continue
            parts = self._listed(match.end(), joints, depth + 1)
            if len(parts) < 2 or (len(parts) > 2 and kind not in "+*"):
                return None
            if kind.startswith("reversed"):
                return Term(parts[1].end, kind="-", parts=(parts[1], parts[0]))
            term = parts[0]
            for part in parts[1:]:
                term = Term(part.end, kind=kind, parts=(term, part))
            return term
        return None

    def _listed(self, place: int, joints: str, depth: int) -> list[Term]:
        joint = re.compile(rf"(?i)\s*(?:,\s*(?:and\s+)?|(?:{joints})\s+)")
        found: list[Term] = []
        while len(found) < 12:
            term = self._power(place, depth)
            if term is None:
                break
            found.append(term)
            match = joint.match(self.text, term.end)
            if match is None:
                break
            place = match.end()
        return found


def find_formula(sentence: Sentence) -> tuple[int, Term] | None:
    """The largest formula of a sentence with an operator and a column, and where it begins."""
    parser = _Parser(sentence)
    best: tuple[int, Term] | None = None
    for place in [0, *(m.start() + 1 for m in re.finditer(r"[\s(=:]", sentence.text))]:
        if not sentence.free(place, place + 1):
            continue
        term = parser.sum(place)
        if term is None or not term.operators or not _columns(term):
            continue
        if best is None or term.operators > best[1].operators:
            best = (place, term)
    return best


def _columns(term: Term) -> bool:
    return bool(term.column) or any(_columns(p) for p in term.parts)


def derive_of(term: Term, name: str) -> tuple[Derive, ...] | None:
    """The steps that make a column of this name; None for a formula that no plan can say."""
    steps: list[Derive] = []
    made = _step(term, name, steps)
    return tuple(steps) if made == name and steps else None


def _step(term: Term, name: str, steps: list[Derive]) -> str | float | None:
    """The column (or number) that a term amounts to, its steps noted."""
    if term.column:
        return term.column
    if term.number is not None:
        return term.number
    values = [_step(p, f"{name} part {len(steps) + 1}" if p.kind else "", steps) for p in term.parts]
    if any(v is None for v in values):
        return None
    if len(values) == 1:
        return _kept(steps, name, term.kind, values[0])
    first, second = values
    if not isinstance(first, str) and not isinstance(second, str):
        return _folded(float(first or 0), float(second or 0), term.kind)
    if first == second:
        return None
    if isinstance(first, str):
        columns = (first, second) if isinstance(second, str) else (first,)
        number = None if isinstance(second, str) else second
        steps.append(Derive(name=name, kind=term.kind, columns=columns, number=number))
        return name
    if term.kind in {"+", "*"}:
        steps.append(Derive(name=name, kind=term.kind, columns=(str(second),), number=first))
        return name
    if term.kind == "-":
        steps.append(Derive(name=f"{name} negative", kind="*", columns=(str(second),), number=-1))
        steps.append(Derive(name=name, kind="+", columns=(f"{name} negative",), number=first))
        return name
    return None


def _kept(steps: list[Derive], name: str, kind: str, value: str | float | None) -> str | None:
    if not isinstance(value, str):
        return None
    steps.append(Derive(name=name, kind=kind, columns=(value,)))
    return name


def _folded(first: float, second: float, kind: str) -> float | None:
    if kind == "/":
        return first / second if second else None
    return {"+": first + second, "-": first - second, "*": first * second}.get(kind)
