"""A word that a user teaches: what it may be, and what it may stand for."""

from __future__ import annotations

from datetime import date

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.grammar import understand
from lakeglass.ask.language.link import Schema, link
from lakeglass.ask.language.taught import MOST_WORDS
from lakeglass.ask.language.text import tokenise
from lakeglass.ask.plan import TaughtWord
from lakeglass.ask.plan.naming import plain

_LONGEST = 60


def taught_word(phrase: str, meaning: str, schema: Schema) -> TaughtWord | str:
    """The word as it is remembered, or a sentence that says why it can't be."""
    refused = refusal(phrase, schema)
    if refused:
        return refused
    column = named_column(meaning, schema)
    if isinstance(column, str):
        made = _formula(phrase, meaning, schema)
        return column if made is None else made
    if column.name.casefold() == phrase.casefold():
        return f"{plain(phrase)} is the name of that column already."
    return TaughtWord(phrase=phrase, columns=(column.name,))


def refusal(phrase: str, schema: Schema) -> str:
    """Why these words can't be taught; empty when they can."""
    tokens = tokenise(phrase)
    words = [t.word for t in tokens]
    if (
        not 1 <= len(words) <= MOST_WORDS
        or len(phrase) > _LONGEST
        or not any(t.kind == "word" for t in tokens)
    ):
        return f"A taught word has one to {MOST_WORDS} words; got “{plain(phrase)}”."
    exact = schema.index.match(words)
    if exact and exact[0].score >= 1.0:
        return f"“{plain(phrase)}” is the name of a column itself; rename the column instead."
    keywords = schema.lexicon.phrases.get(" ".join(words), ())
    if any(k.role not in {"filler_nouns", "data_nouns"} for k in keywords) or all(
        w in schema.lexicon.filler for w in words
    ):
        return f"“{plain(phrase)}” has a meaning in questions already; take another word."
    return ""


def named_column(text: str, schema: Schema) -> ColumnModel | str:
    """The one column that these words name, or a sentence that says why there is none."""
    exact = [c for c in schema.index.columns if c.name.casefold() == text.casefold()]
    if len(exact) == 1:
        return exact[0]
    items = link(text, schema)
    said = [i for i in items if i.columns or i.tokens[0].word not in schema.lexicon.filler]
    if len(said) == 1 and said[0].columns:
        draft = Draft(schema=schema, items=items, today=date(2000, 1, 1))
        chosen = draft.choose(said[0], "any")
        return chosen if chosen is not None else draft.problems[0].message
    return f"“{plain(text)}” is no column of this table."


def _formula(phrase: str, meaning: str, schema: Schema) -> TaughtWord | None:
    """'column total minus cost': a calculation that questions can be asked about."""
    items = link(meaning, schema)
    if any('"' in m.column.name for i in items for m in i.columns[:1]):
        return None
    words = [f'"{i.columns[0].column.name}"' if i.columns else i.text for i in items]
    text = " ".join(words)
    mean = schema.lexicon.sections["aggregate"]["mean"][0]
    draft = understand(f"{mean} {text}", schema, date(2000, 1, 1))
    if draft.problems or len(draft.derive) != 1 or len(draft.measures) != 1 or draft.filters or draft.groups:
        return None
    return TaughtWord(phrase=phrase, columns=tuple(dict.fromkeys(draft.derive[0].columns)), formula=text)
