"""Long questions as they are set in exercises: several sentences, constraints, a form for the answer.

The grammar reads short questions word by word and gives up at the first word that it can't place. Prose is full of
those. This reader goes the other way: it looks for what an exercise can ask for and prepare, binds columns, rows and
numbers to it, and then counts what was left over.
"""

from lakeglass.ask.language.prose.judging import cells
from lakeglass.ask.language.prose.reader import read_prose
from lakeglass.ask.language.prose.state import Prose

__all__ = ["Prose", "cells", "read_prose"]
