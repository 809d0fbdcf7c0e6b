"""Words of a model as a person may see them."""

from __future__ import annotations

import re

from lakeglass.ask.plan.naming import plain

_ADDRESS = re.compile(r"://|\bwww\.|@|\bmailto\b|\bjavascript\b", re.IGNORECASE)
_LONGEST = 600


def shown(text: object) -> str:
    """Words of a model as a person may see them: one line, bounded, and none that leads somewhere else."""
    line = plain(text, limit=_LONGEST) if isinstance(text, str) else ""
    return "" if _ADDRESS.search(line) else line
