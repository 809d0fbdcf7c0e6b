"""What a question can mean by a column: names split into words, units, roles, and who wins a tie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from lakeglass.ask.language.lexicon import Lexicon
from lakeglass.ask.language.text import stem, words_of
from lakeglass.ask.plan.validate import NUMERIC, TEMPORAL
from lakeglass.lake.model import ColumnStatistics

Role = Literal["measure", "identifier", "date", "period", "flag", "category", "text", "other"]

_TYPO_LENGTH = 5
_FEW = 30
_ALIKE = 6  # columns that may share a shortened word: dep_time, dep_delay
_STEPS = 6  # doses of 0.5, 1 and 2
_YES_NO = (("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"))


@dataclass(frozen=True)
class ColumnModel:
    """A column with everything that language needs to know of it."""

    statistics: ColumnStatistics
    words: tuple[str, ...]
    stems: frozenset[str]
    content: frozenset[str]
    role: Role
    unit: str
    text_numbers: bool = False
    answers: tuple[str | int | bool, str | int | bool] = (1, 0)

    @property
    def name(self) -> str:
        """The dataset's own name for it."""
        return self.statistics.name

    @property
    def _holds_ranks(self) -> bool:
        """Whole numbers that are stored with a fraction, as gaps make them: classes 1 to 5."""
        low, high = self.statistics.minimum, self.statistics.maximum
        if self.statistics.kind != "number" or not isinstance(low, float) or not isinstance(high, float):
            return False
        return low.is_integer() and high.is_integer() and self.statistics.distinct <= high - low + 1

    @property
    def is_measure(self) -> bool:
        """True when sums and averages of it make sense."""
        return self.role == "measure"

    @property
    def is_key(self) -> bool:
        """True when it can cut the table into groups."""
        whole = self.statistics.kind == "integer" or self._holds_ranks
        few = self.statistics.distinct <= (_FEW if whole else _STEPS)
        return self.role in {"category", "flag", "period", "date", "text", "identifier", "other"} or few


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """A column that some words may mean; `score` is 1 for its exact name."""

    column: ColumnModel
    score: float
    fuzzy: bool = False


def column_model(column: ColumnStatistics, rows: int, lexicon: Lexicon) -> ColumnModel:
    """Words, unit and role of a column."""
    words = words_of(column.name)
    expanded = tuple(lexicon.abbreviations.get(w, w) for w in words)
    unit, unit_words = _unit(column.name, words, lexicon)
    weak = lexicon.words("column_roles", "weak")
    stems = frozenset(stem(w) for w in (*words, *expanded))
    content = frozenset(
        stem(e) for w, e in zip(words, expanded, strict=True) if w not in weak and w not in unit_words
    ) or frozenset(stem(w) for w in words)
    text_numbers = column.kind == "text" and _holds_numbers(column)
    role = "measure" if text_numbers else _role(column, words, rows, lexicon)
    return ColumnModel(column, words, stems, content, role, unit, text_numbers, _answers(column))


def _answers(column: ColumnStatistics) -> tuple[str | int | bool, str | int | bool]:
    """What stands for yes and for no in a column of that role."""
    if column.kind == "boolean":
        return True, False
    if column.kind != "text":
        return 1, 0
    written = {str(v.value).strip().casefold(): str(v.value) for v in column.top_values}
    pair = next((p for p in _YES_NO if set(p) == set(written)), None)
    return (written[pair[0]], written[pair[1]]) if pair else (1, 0)


def _holds_numbers(column: ColumnStatistics) -> bool:
    """Text such as '$1,200' or '12 %' in nearly every frequent value, with a mark that kept it from being read."""
    values = [str(v.value).strip() for v in column.top_values if v.value is not None]
    if len(values) < 2:
        return False
    good = sum(
        1 for v in values if (v[:1] in "$€£-" and _is_number(v.lstrip("$€£- "))) or _is_number(v.rstrip("% "))
    )
    marked = any(v[:1] in "$€£" or v.endswith("%") or "," in v for v in values)
    return marked and good >= 0.95 * len(values)


def _is_number(text: str) -> bool:
    digits = text.replace(",", "").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def _unit(name: str, words: Sequence[str], lexicon: Lexicon) -> tuple[str, frozenset[str]]:
    marks = {c for c in name if c in "$€£%"}
    for unit, spellings in lexicon.sections["units"].items():
        hits = (set(words) & set(spellings)) | (marks & set(spellings))
        if hits and (marks & hits or len(words) > 1):
            return unit, frozenset(hits)
    return "", frozenset()


def _role(column: ColumnStatistics, words: Sequence[str], rows: int, lexicon: Lexicon) -> Role:
    kind = column.kind
    if kind in TEMPORAL:
        return "date"
    if kind == "boolean" or (kind in NUMERIC and _zero_or_one(column)):
        return "flag"
    if kind in NUMERIC:
        return _numeric_role(column, words, rows, lexicon)
    if kind == "text":
        if column.distinct == 2 and isinstance(_answers(column)[0], str):
            return "flag"
        return "identifier" if _is_identifier(column, words, rows, lexicon) else "category"
    return "other"


def _zero_or_one(column: ColumnStatistics) -> bool:
    """0 and 1 and nothing else, stored whole or, as gaps make it, with a fraction."""
    return column.distinct <= 2 and column.minimum == 0 and column.maximum == 1


def _numeric_role(column: ColumnStatistics, words: Sequence[str], rows: int, lexicon: Lexicon) -> Role:
    if column.kind == "integer":
        if _is_identifier(column, words, rows, lexicon):
            return "identifier"
        if words and words[-1] in lexicon.words("column_roles", "period") and _in_calendar(column, words[-1]):
            return "period"
        low = column.minimum
        if "year" in words and isinstance(low, int | float) and low >= 1000 and _in_calendar(column, "year"):
            return "period"
    elif words and words[-1] in {"id", "uuid", "key"}:
        return "identifier"
    return "measure"


def _in_calendar(column: ColumnStatistics, word: str) -> bool:
    low, high = column.minimum, column.maximum
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return False
    top = 2200 if word in {"year", "yr", "decade"} else 366
    return low >= 0 and high <= top


def _is_identifier(column: ColumnStatistics, words: Sequence[str], rows: int, lexicon: Lexicon) -> bool:
    named = bool(words) and bool({words[-1], words[0]} & lexicon.words("column_roles", "identifier"))
    unique = rows > 20 and column.distinct >= 0.98 * (rows - column.nulls) > 0
    joined = "".join(words)
    return (named or (joined.endswith("id") and unique)) and (unique or named)


def _shortens(short: str, word: str) -> bool:
    """True for the beginning of a word ('cyl', 'beds' of 'bedrooms'), or its first letter and consonants of it in
    order ('wt', 'hwy')."""
    if len(short) > 3 and short.endswith("s"):
        short = short[:-1]
    if not 2 <= len(short) <= len(word) - 1 or len(short) > 6 or short[0] != word[0] or not short.isalpha():
        return False
    if len(short) >= 3 and word.startswith(short):
        return True
    if set(short[1:]) & set("aeiou") or short[-1] != word[-1]:
        return False
    rest = iter(word)
    return all(letter in rest for letter in short)


def _made_of(name: str, words: Sequence[str]) -> bool:
    first, second = words
    return any(
        (name[:cut] == first or _shortens(name[:cut], first))
        and (name[cut:] == second or _shortens(name[cut:], second))
        for cut in range(2, len(name) - 1)
    )


def _spelled(name: Sequence[str], words: Sequence[str]) -> bool:
    """True when the words spell out a name word by word, at least one of them in full."""
    if len(name) != len(words):
        return False
    same = [a == b or stem(a) == stem(b) for a, b in zip(name, words, strict=True)]
    return any(same) and all(s or _shortens(a, b) for s, a, b in zip(same, name, words, strict=True))


class ColumnIndex:
    """Columns by their words."""

    def __init__(self, columns: Sequence[ColumnModel], lexicon: Lexicon) -> None:
        self.columns = columns
        self._lexicon = lexicon
        self._exact: dict[str, list[ColumnModel]] = {}
        self._by_stem: dict[str, list[ColumnModel]] = {}
        for column in columns:
            for key in {" ".join(column.words), "".join(column.words)}:
                self._exact.setdefault(key, []).append(column)
            for one in column.stems:
                self._by_stem.setdefault(one, []).append(column)

    @cached_property
    def _vocabulary(self) -> list[str]:
        words = {w for c in self.columns for w in c.words if len(w) >= _TYPO_LENGTH - 1}
        return sorted(words)

    def match(self, words: Sequence[str]) -> tuple[ColumnMatch, ...]:
        """Columns that all these words belong to, best first."""
        exact = self._exact.get(" ".join(words)) or self._exact.get("".join(words))
        if exact:
            return tuple(ColumnMatch(c, 1.0) for c in exact)
        weak = self._lexicon.words("column_roles", "weak")
        content = [w for w in words if w not in weak]
        if (
            len({stem(w) for w in content}) < len(content)
            or not content
            or words[0] in weak
            or words[-1] in weak
            or len(set(content)) < len(content)
        ):
            return ()
        return self._covering(
            [stem(self._lexicon.abbreviations.get(w, w)) for w in content], 1.0, fuzzy=False
        ) or self._joined(words)

    def _joined(self, words: Sequence[str]) -> tuple[ColumnMatch, ...]:
        """'brain weight' for brainwt, 'total length' for totlngth: one word made of two, each perhaps shortened;
        'class level' for cls_level, 'departure delay' for dep_delay: every word of the name, perhaps shortened."""
        if len(words) < 2 or any(len(w) < 3 for w in words):
            return ()
        if len(words) == 2:
            found = [c for c in self.columns if len(c.words) == 1 and _made_of(c.words[0], words)]
            if len(found) == 1:
                return (ColumnMatch(found[0], 0.9, fuzzy=True),)
            together = self._by_stem.get(stem("".join(words)), [])
            if together:
                return self._covering([stem("".join(words))], 0.9, fuzzy=True)
        initials = "".join(w[0] for w in words)
        short = [c for c in self.columns if c.words == (initials,)]
        if len(short) == 1:  # 'home runs' for HR
            return (ColumnMatch(short[0], 0.88, fuzzy=True),)
        whole = [c for c in self.columns if _spelled(c.words, words)]
        return (ColumnMatch(whole[0], 0.9, fuzzy=True),) if len(whole) == 1 else ()

    def similar(self, word: str) -> tuple[ColumnMatch, ...]:
        """Columns for a single word by synonym, else by a spelling close to it."""
        for other in sorted(self._lexicon.synonyms.get(word, frozenset()) - {word}):
            if " " not in other:
                found = self._covering([stem(other)], 0.9, fuzzy=False)
                if found:
                    return found
        if len(word) < _TYPO_LENGTH or not word.isascii():
            return self.shortened(word) if len(word) >= _TYPO_LENGTH - 1 else ()
        return self._inflected(stem(word)) or self.shortened(word) or self._misspelt(word)

    def shortened(self, word: str) -> tuple[ColumnMatch, ...]:
        """'city' for cty, 'weight' for wt, 'cylinders' for cyl: the only column that shortens the word."""
        bare = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
        found = [c for c in self.columns if any(_shortens(w, bare) for w in c.words)]
        if len(found) > _ALIKE:
            return ()
        score = 0.86 if len(found) == 1 else 0.7
        return tuple(ColumnMatch(c, score, fuzzy=True) for c in found)

    def _inflected(self, one: str) -> tuple[ColumnMatch, ...]:
        """'survivors' for Survived, 'class' for Pclass: one stem begins or ends with the other."""
        for other in sorted(self._by_stem):
            shorter, longer = sorted((one, other), key=len)
            more = len(longer) - len(shorter)
            if len(shorter) < _TYPO_LENGTH or more > 3:
                continue
            if longer.startswith(shorter) or (more == 1 and longer.endswith(shorter)):
                return self._covering([other], 0.9, fuzzy=True)
        return ()

    def _misspelt(self, word: str) -> tuple[ColumnMatch, ...]:
        limit = 1 if len(word) < 8 else 2
        near = process.extractOne(word, self._vocabulary, scorer=OSA.distance, score_cutoff=limit)
        if near is None or near[0][0] != word[0]:
            return ()
        return self._covering([stem(near[0])], 0.85, fuzzy=True)

    def _covering(self, stems: Sequence[str], score: float, *, fuzzy: bool) -> tuple[ColumnMatch, ...]:
        first = self._by_stem.get(stems[0], [])
        wanted = set(stems)
        found = [c for c in first if wanted <= c.stems]
        matches = [ColumnMatch(c, score * (0.6 + 0.35 * self._coverage(c, wanted)), fuzzy) for c in found]
        return tuple(sorted(matches, key=lambda m: -m.score))

    @staticmethod
    def _coverage(column: ColumnModel, wanted: set[str]) -> float:
        return len(wanted & column.content) / max(len(column.content), 1)

    def nearest(self, words: Iterable[str], limit: int = 3) -> tuple[str, ...]:
        """Names that look like the words, for a person to choose from."""
        query = " ".join(words)
        names = {c.name: " ".join(c.words) for c in self.columns}
        found = process.extract(query, names, scorer=fuzz.WRatio, limit=limit, score_cutoff=45)
        return tuple(str(key) for _, _, key in found)
