"""Shapes of the corpus and the renderer that fills templates while tracking spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = (
    "EMAIL",
    "PHONE",
    "CARD",
    "IBAN",
    "SSN",
    "NATIONAL_ID",
    "IP_ADDRESS",
    "MAC_ADDRESS",
    "WALLET",
    "LOGIN",
)


@dataclass(frozen=True, slots=True)
class Planted:
    """One personal value and where it stands in the text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """One text with what must be found and what must not."""

    text: str
    planted: tuple[Planted, ...]
    country: str
    near_misses: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A value to plant; `word` says that it needs a naming word beside it."""

    kind: str
    text: str
    word: bool = False
    labels: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    start: int = 0
    end: int = -1

    @property
    def secret(self) -> str:
        """The part of the text that is personal."""
        return self.text[self.start : self.stop]

    @property
    def stop(self) -> int:
        """End of the personal part."""
        return len(self.text) if self.end < 0 else self.end


@dataclass(frozen=True, slots=True)
class Near:
    """A near-miss: the phrase that goes into a text and the part that must not be found."""

    phrase: str
    core: str


class Builder:
    """Text put together piece by piece, with the spans of its values."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._planted: list[Planted] = []
        self._near: list[str] = []

    def add(self, text: str) -> Builder:
        """Append plain text."""
        self._parts.append(text)
        self._length += len(text)
        return self

    def value(self, value: Value, shown: str | None = None) -> Builder:
        """Append a value; `shown` replaces it by an encoded form covered as a whole."""
        if shown is None:
            start, stop = value.start, value.stop
        else:
            start, stop = 0, len(shown)
        self._planted.append(Planted(value.kind, self._length + start, self._length + stop))
        return self.add(value.text if shown is None else shown)

    def near(self, near: Near) -> Builder:
        """Append a near-miss."""
        self._near.append(near.core)
        return self.add(near.phrase)

    def case(self, country: str, hint: str = "") -> Case:
        """The finished case."""
        return Case("".join(self._parts), tuple(self._planted), country, tuple(self._near), hint)


_SLOT = re.compile(r"<([vwknp])>")


def render(
    template: str,
    values: Sequence[Value] = (),
    words: Sequence[str] = (),
    nears: Sequence[Near] = (),
    names: Sequence[str] = ("Kim",),
) -> Builder:
    """Fill `<v>` values, `<w>` and `<k>` their words, `<n>` near-misses and `<p>` names, in order."""
    builder = Builder()
    queues: dict[str, list[Value | Near | str]] = {
        "v": list(values),
        "w": list(words),
        "n": list(nears),
        "p": list(names),
    }
    position = 0
    for slot in _SLOT.finditer(template):
        builder.add(template[position : slot.start()])
        position = slot.end()
        name = slot.group(1)
        queue = queues["w" if name == "k" else name]
        item = queue.pop(0) if len(queue) > 1 or name != "p" else queue[0]
        if isinstance(item, Value):
            builder.value(item)
        elif isinstance(item, Near):
            builder.near(item)
        else:
            builder.add(item)
    return builder.add(template[position:])
