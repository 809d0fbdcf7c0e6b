"""Placeholders: the same value has the same one for as long as a conversation lasts.

`<EMAIL_1>` and `<EMAIL_2>` tell a model that two addresses differ, and nothing else about them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"<([A-Z][A-Z_]*)_(\d+)>")
_DIGITS_ONLY = frozenset(("PHONE", "CARD", "SSN", "NATIONAL_ID"))
# Shorter values occur by chance; known ones of at least this length are cut out wherever they stand.
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Alias:
    """One value that was hidden, and its placeholder `<kind_number>`."""

    kind: str
    number: int
    original: str

    @property
    def placeholder(self) -> str:
        return f"<{self.kind}_{self.number}>"


class Aliases:
    """The placeholders of one conversation; give the known ones of earlier turns to go on with them."""

    def __init__(self, known: Iterable[Alias] = ()) -> None:
        self._by_value: dict[tuple[str, str], Alias] = {}
        self._by_placeholder: dict[str, Alias] = {}
        self._last: Counter[str] = Counter()
        self._new: list[Alias] = []
        for alias in known:
            self._keep(alias)

    def placeholder(self, kind: str, original: str) -> str:
        """The placeholder of this value; writing it otherwise (`+49 30 1` and `+49301`) does not make it another."""
        known = self._by_value.get((kind, _same(kind, original)))
        if known is None:
            known = Alias(kind, self._last[kind] + 1, original)
            self._keep(known)
            self._new.append(known)
        return known.placeholder

    def restore(self, text: str) -> str:
        """`text` with the values in place of their placeholders: for the eyes of the user, never for a model."""
        return PLACEHOLDER.sub(lambda match: self._original(match[0]), text)

    def behind(self, text: str) -> dict[str, str]:
        """The values of the placeholders that stand in `text`, by placeholder."""
        found = {match[0] for match in PLACEHOLDER.finditer(text)}
        return {
            name: self._by_placeholder[name].original for name in sorted(found & self._by_placeholder.keys())
        }

    def known(self, text: str) -> list[tuple[int, int, Alias]]:
        """Where values that were hidden before stand in `text`, however the text around them reads.

        What stands between their letters does not matter: a column `jane@example.com` is `jane_example_com` in code.
        """
        places = []
        for alias in self._by_value.values():
            words = re.findall(r"[^\W_]+", alias.original)
            if sum(map(len, words)) >= _SHORTEST:
                form = r"[\W_]{1,3}".join(map(re.escape, words))
                places += [
                    (match.start(), match.end(), alias)
                    for match in re.finditer(rf"(?<![^\W_]){form}(?![^\W_])", text, re.IGNORECASE)
                ]
        return places

    def taken(self) -> tuple[Alias, ...]:
        """Those that came up since the last call; whoever keeps them takes them once."""
        new, self._new = tuple(self._new), []
        return new

    def _original(self, placeholder: str) -> str:
        known = self._by_placeholder.get(placeholder)
        return placeholder if known is None else known.original

    def _keep(self, alias: Alias) -> None:
        self._by_value[alias.kind, _same(alias.kind, alias.original)] = alias
        self._by_placeholder[alias.placeholder] = alias
        self._last[alias.kind] = max(self._last[alias.kind], alias.number)


def _same(kind: str, original: str) -> str:
    """What two spellings of one value have in common."""
    if kind in _DIGITS_ONLY:
        return re.sub(r"\D", "", original) or original
    return re.sub(r"\s+", "", original).casefold()
