"""Language to plan: tokens, lexicon (data files), columns and values, grammar."""

from lakeglass.ask.language.draft import Draft, Problem
from lakeglass.ask.language.grammar import understand, understand_part
from lakeglass.ask.language.leftovers import ignored_words
from lakeglass.ask.language.lexicon import lexicon
from lakeglass.ask.language.link import Schema, schema_of

__all__ = [
    "Draft",
    "Problem",
    "Schema",
    "ignored_words",
    "lexicon",
    "schema_of",
    "understand",
    "understand_part",
]
