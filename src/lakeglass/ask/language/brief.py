"""Long questions: what is asked, apart from what only explains how the answer is to be read.

'Check if age is normal by Shapiro-Wilk with alpha 0.05. If the p-value is greater than alpha it is normal. Format:
@is_normal[answer]' asks one thing. The rest either repeats what the method means anyway, or sets a number that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lakeglass.ask.language.lexicon import Lexicon

MAX_LENGTH = 4_000
_SENTENCE = re.compile(r"(?<=[.?!;:])\s+(?=[A-Z0-9\"'(@“])|\n+")
_FORMAT = re.compile(r"(?i)\b(?:answer |output |response )?format\s*:[^@\n]{0,80}@")
_FIELD = re.compile(r"@[A-Za-z0-9_]{1,80}\[[^\]\n]{0,120}\]")
_LABEL = re.compile(r"(?i)^(?:question|constraints?|task|note|context|instructions?|requirements?)\s*:\s*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STEP = re.compile(r"(?i),?\s+(?:and\s+)?(?:then|afterwards|finally|also)\s+|;\s+|,?\s+and\s+|,\s+(?=and\s)")


@dataclass(frozen=True)
class Brief:
    """The sentences that ask or prepare, in order. `level`, `strength` and `threshold` are the numbers of the rules
    that were left out: the significance level, the least absolute correlation that counts as linear, and how many
    deviations or ranges an outlier lies away."""

    sentences: tuple[str, ...]
    level: float | None = None
    strength: float | None = None
    threshold: float | None = None
    rule: str = ""

    @property
    def text(self) -> str:
        """Everything that asks, in one piece, with the numbers of the rules."""
        return self.completed(" ".join(self.sentences))

    def completed(self, text: str) -> str:
        """A part of the question with the numbers of the rules that it does not say itself."""
        said = text.lower()
        added = text.rstrip()
        if self.level is not None and "alpha" not in said and "significance level" not in said:
            added = f"{_ended(added)} Alpha {self.level:g}."
        if "outlier" in said and self.rule and self.rule not in said:
            threshold = f" threshold of {self.threshold:g}" if self.threshold is not None else ""
            added = f"{_ended(added)} Using {self.rule}{threshold}."
        elif "outlier" in said and self.threshold is not None and f"{self.threshold:g}" not in said:
            added = f"{_ended(added)} Threshold {self.threshold:g}."
        return added


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."


def read_brief(question: str, lexicon: Lexicon) -> Brief:
    """Cut a question into sentences, and leave out those that explain."""
    text = question[:MAX_LENGTH]
    found = _FORMAT.search(text)
    if found is not None:
        text = text[: found.start()]
    text = _FIELD.sub(" ", text)
    for phrase in sorted(lexicon.sections["brief"]["trims"], key=len, reverse=True):
        text = re.sub(rf"(?i)(?<![\w-]){re.escape(phrase)}(?![\w-])", " ", text)
    explains = tuple(sorted(lexicon.sections["brief"]["explains"]))
    kept: list[str] = []
    dropped: list[str] = []
    for sentence in _SENTENCE.split(text):
        asked = _without_rule(_LABEL.sub("", sentence.strip()), explains, dropped)
        if asked.strip(" .;:,"):
            kept.append(re.sub(r"\s{2,}", " ", asked).strip())
    rules = " ".join(dropped).lower()
    said = text.lower()
    rule = next(
        (words[0] for words in lexicon.sections["outlier_rules"].values() if any(w in said for w in words)),
        "",
    )
    return Brief(
        _resolved(kept, lexicon),
        level=_near(rules, ("p-value", "p value", "alpha", "significance"), 0.0005, 0.2),
        strength=_near(rules, ("absolute", "coefficient", "|r|"), 0.05, 0.99) if "linear" in rules else None,
        threshold=_near(rules, ("z-score", "z score", "deviation", "absolute"), 1.0, 10.0),
        rule=rule if "outlier" in said else "",
    )


def _without_rule(sentence: str, explains: Sequence[str], dropped: list[str]) -> str:
    """The sentence up to the clause that explains; a sentence that begins with one is left out as a whole."""
    plain = sentence.lower()
    for phrase in explains:
        if plain.startswith(phrase + " ") or plain == phrase:
            dropped.append(sentence)
            return ""
    first = len(sentence)
    for phrase in explains:
        for joint in (", ", "; ", ": ", " (", " and "):
            place = plain.find(joint + phrase + " ")
            first = min(first, place) if place > 0 else first
    if first < len(sentence):
        dropped.append(sentence[first:])
    return sentence[:first]


def _near(text: str, words: Sequence[str], low: float, high: float) -> float | None:
    """The first number within bounds that follows one of the words closely."""
    for word in words:
        for place in (m.end() for m in re.finditer(re.escape(word), text)):
            for number in _NUMBER.finditer(text[place : place + 70]):
                if low <= float(number.group()) <= high:
                    return float(number.group())
    return None


def _resolved(sentences: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """'Replace them …', 'after removing them': what was spoken of before, by its name."""
    named, kept = "", []
    for sentence in sentences:
        text = sentence
        if named:
            for phrase in sorted(lexicon.sections["brief"]["them"], key=len, reverse=True):
                text = re.sub(rf"(?i)\b{re.escape(phrase)}\b", f"{phrase.split()[0]} {named}", text)
        kept.append(text)
        plain = text.lower()
        spoken = [
            (plain.rfind(w), name)
            for name, words in lexicon.sections["spoken_of"].items()
            for w in words
            if w in plain
        ]
        named = max(spoken)[1] if spoken else named
    return tuple(kept)


def steps_of(sentence: str) -> tuple[tuple[str, str], ...]:
    """Every way to cut a sentence in two at 'and', 'then' or a semicolon, first the earliest."""
    cuts = [(sentence[: m.start()].strip(), sentence[m.end() :].strip()) for m in _STEP.finditer(sentence)]
    return tuple((a, b) for a, b in cuts if a and b)
