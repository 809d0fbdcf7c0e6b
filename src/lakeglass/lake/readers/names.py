"""Column names: kept as they are, made unique, never empty."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.lake.decisions import ReadDecision


def unique_names(names: Sequence[str]) -> tuple[list[str], list[ReadDecision]]:
    """The names, trimmed, blank ones numbered, repeated ones (ignoring case) counted; and what was changed."""
    taken: set[str] = set()
    result: list[str] = []
    decisions: list[ReadDecision] = []
    for position, name in enumerate(names, start=1):
        wanted = " ".join(name.replace("\x00", "").replace("\ufeff", "").split()) or f"column_{position}"
        candidate, count = wanted, 2
        while candidate.casefold() in taken:
            candidate, count = f"{wanted}_{count}", count + 1
        taken.add(candidate.casefold())
        result.append(candidate)
        if candidate != name:
            note = "the header is blank" if not name.strip() else f"the header says {name!r}"
            decisions.append(ReadDecision(what=f"name of column {position}", value=candidate, note=note))
    return result, decisions
