"""What a long question does to the rows first: gaps filled or left out, outliers removed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lakeglass.ask.language.prose.mentions import Reader, Sentence, next_after
from lakeglass.ask.language.prose.words import find, has, pattern, patterns
from lakeglass.ask.plan import Clean

_FILLED = pattern("repairs", "filled")
_WITHIN = pattern("repairs", "within")
_ALL = pattern("repairs", "all")
_THESE = pattern("repairs", "these")
_TIMES = patterns("repairs", "times")
Way = Literal["z", "iqr"]


@dataclass(frozen=True)
class OutlierRule:
    """Which values of a column are far out, and whether the question leaves them out."""

    column: str
    way: Way
    threshold: float | None
    removed: bool


def read_fill(reader: Reader, sentence: Sentence) -> Clean | None:
    """'Impute the missing values in bp with the mean.' The stretch up to the filling is taken."""
    verb = next(find("missing", sentence.text, "fill"), None)
    gap = next(find("missing", sentence.text, "words"), None)
    if verb is None or gap is None:
        return None
    filled = next(
        (m for m in _FILLED.finditer(sentence.text) if m.start() > min(verb.start, gap.start)), None
    )
    if filled is None:
        return None
    inside = [m for m in sentence.columns if verb.start <= m.start < filled.start()]
    inside = inside or [m for m in sentence.columns if m.start < filled.end() + 25]
    if not inside:
        return None
    column = inside[0].column
    word = filled.group("by").lower()
    by = {
        "average": "mean",
        "most frequent": "mode",
        "most common": "mode",
        "zero": "value",
        "0": "value",
    }.get(word, word)
    if by in {"mean", "median"} and not reader.numeric(column):
        return None
    end = filled.end()
    after = re.compile(
        r"(?i)\s+(?:of\s+)?(?:the\s+)?(?:column|" + re.escape(column) + r")\b(?:\s+values?)?"
    ).match(sentence.text, end)
    end = after.end() if after else end
    again = next((m for m in sentence.columns if end <= m.start <= end + 9 and m.column == column), None)
    end = again.end if again else end
    within = _WITHIN.search(sentence.text, end)
    key = (
        next_after(sentence.columns, sentence.text, within.end(), 1)
        if within and within.start() - end < 30
        else None
    )
    if key is not None:
        end = key.end
    sentence.take(min(verb.start, gap.start), end)
    return Clean(
        kind="fill",
        column=column,
        by=by,
        value=0.0 if by == "value" else None,
        per=key.column if key is not None else None,
    )


def read_drop(sentence: Sentence) -> list[Clean] | None:
    """'Drop the rows with missing values in x or y.' An empty list for what statistics leave out by themselves."""
    gap = next((s for s in find("missing", sentence.text, "words") if sentence.free(s.start, s.end)), None)
    if gap is None:
        return None
    low = sentence.low
    verb = next((s for s in find("missing", sentence.text, "drop")), None)
    bare = re.search(
        r"(?i)\brows? without (?:any )?(?:missing|gaps|a)\b|non-missing|(?:rows?|those) (?:without|with no) missing",
        sentence.text,
    )
    if verb is None and has("missing", sentence.text, "ignore"):
        for said in (*find("missing", sentence.text, "ignore"), *find("missing", sentence.text, "words")):
            sentence.take(said.start, said.end)
        return []
    if verb is None and bare is None:
        return None
    start = verb.start if verb is not None else (bare.start() if bare else gap.start)
    first = min(start, gap.start)
    behind = [m for m in sentence.columns if m.start >= min(gap.start, first)]
    stop = re.search(
        r"[.;,?]|\band (?:train|then|calculate|compute|fit|report|use|what)\b",
        sentence.text[max(gap.end, start) :],
    )
    until = max(gap.end, start) + (stop.start() if stop else len(sentence.text))
    inside = [m for m in behind if m.end <= until + 1 and m.start >= first]
    sentence.take(first, max([gap.end, *(m.end for m in inside)]))
    if inside:
        return [Clean(kind="drop_missing", column=m.column) for m in {m.column: m for m in inside}.values()]
    if _THESE.search(low[gap.start :]) or _THESE.search(low[: gap.start]) or not _ALL.search(low):
        return []
    return [Clean(kind="drop_missing")]


def read_outliers(reader: Reader, sentences: list[Sentence], whole: str) -> OutlierRule | None:
    """The rule that the question states for outliers, over all of its sentences."""
    told = [s for s in sentences if has("outliers", s.text, "words", "z", "iqr")]
    spoken = any(has("outliers", s.text, "words") for s in sentences) or bool(
        re.search(r"(?i)standard deviations?\s+(?:away\s+)?(?:from|of) the mean", whole)
    )
    if not spoken or not told:
        return None
    said = next((s.name for s in find("outliers", whole, "z", "iqr")), None)
    way: Way | None = "z" if said == "z" else "iqr" if said == "iqr" else None
    if way is None:
        return None
    column = None
    for sentence in [s for s in told if has("outliers", s.text, "words")] + told:
        mark = next(find("outliers", sentence.text, "words"), None)
        numeric = [m for m in sentence.columns if reader.numeric(m.column) and sentence.free(m.start, m.end)]
        behind = [m for m in numeric if mark is not None and m.start > mark.end]
        chosen = (behind or numeric)[:1]
        if chosen:
            column = chosen[0].column
            break
    if column is None:
        return None
    threshold = next((float(m.group(1)) for p in _TIMES for m in [p.search(whole)] if m), None)
    return OutlierRule(column, way, threshold, any(has("outliers", s.text, "removed") for s in sentences))
