"""Questions for a model that is searched for, explained and judged: more than an answer in a conversation can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.link import Item, Schema, link
from lakeglass.ask.language.spoken import Said, Spoken, vocabulary

_LANGUAGES = ("en", "de")
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class Modelled:
    """What such a question asks for: `target` is the column to predict, if it names one.

    `why` is the kind of words that say so: 'predict', 'model', 'drivers' or 'chance'. Only of a 'model' they say it
    without a column. `words` are those words, in lower case.
    """

    why: str
    target: ColumnModel | None
    words: frozenset[str]


def read_modelled(question: str, schema: Schema) -> Modelled | None:
    """What the question wants modelled; None where it speaks of nothing like it."""
    spoken = Spoken(link(question, schema))
    for language in _LANGUAGES:
        section = vocabulary(language)["build"]
        for why in ("predict", "model", "drivers", "chance"):
            said = [s for s in spoken.find(section, why) if not any(i.exact_column for i in spoken.items(s))]
            if why == "drivers":
                said = [s for s in said if _asks_behind(spoken, s, section["behind"])]
            if said:
                target = _target(spoken, said)
                words = frozenset(spoken.word(n) for s in said for n in range(s.start, s.end))
                if target is not None or why == "model":
                    return Modelled(why, target, words)
    return None


def _asks_behind(spoken: Spoken, said: Said, words: frozenset[tuple[str, ...]]) -> bool:
    """'what drives', 'drivers of'; not 'determine the month' or 'the channel that leads to'."""
    return any((spoken.word(n),) in words for n in range(said.start - 1, said.end))


def _target(spoken: Spoken, said: Sequence[Said]) -> ColumnModel | None:
    """The column that is named first after these words, else the last one before them."""
    start, end = said[0].start, said[0].end
    items = list(dict.fromkeys(item for _, item in spoken.pairs))
    after = [i for i in items if spoken.place(i) >= end]
    before = [i for i in reversed(items) if spoken.place(i) < start]
    return next((c for i in (*after, *before) if (c := _column(i)) is not None), None)


def _column(item: Item) -> ColumnModel | None:
    """The one column that the words mean, by its name or by one of its values."""
    sure = [m for m in item.columns if m.score >= _SURE]
    if sure:
        best = max(m.score for m in sure)
        top = [m.column for m in sure if m.score == best]
        return top[0] if len(top) == 1 else None
    valued = {v.column.name: v.column for v in item.values if not v.part}
    return next(iter(valued.values())) if len(valued) == 1 else None
