"""Language to plan: tokens, lexicon (data files), columns and values, grammar."""

from lakeglass.ask.language.draft import Draft, Problem
from lakeglass.ask.language.grammar import understand, understand_part
from lakeglass.ask.language.heard import unheard
from lakeglass.ask.language.leftovers import ignored_words
from lakeglass.ask.language.lexicon import LANGUAGES, lexicon
from lakeglass.ask.language.link import Item, Schema, link, schema_of
from lakeglass.ask.language.pivot import Reading, in_grammar
from lakeglass.ask.language.talk import Remark, remarks

__all__ = [
    "LANGUAGES",
    "Draft",
    "Item",
    "Problem",
    "Reading",
    "Remark",
    "Schema",
    "ignored_words",
    "in_grammar",
    "lexicon",
    "link",
    "remarks",
    "schema_of",
    "understand",
    "understand_part",
    "unheard",
]
