"""The detector protocol: what in a text would tell who somebody is, or open a door.

A detector sees plain text; encodings that hide a value (percent signs, base64, letters set apart) are undone by
`llm.views` before it looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Found:
    """A personal value at `text[start:end]`; `kind` names the placeholder, such as `EMAIL`."""

    kind: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a detector can tell. `kinds` are the placeholders it may give; `needs` says what it lacks, if anything."""

    kinds: frozenset[str]
    needs: str | None = None


class Detector(Protocol):
    """Finds personal values. Deterministic: equal texts give equal findings."""

    @property
    def capabilities(self) -> Capabilities:
        """What this detector finds on this machine."""

    def find(self, text: str, *, hint: str = "") -> Sequence[Found]:
        """The values in `text`, in any order, perhaps overlapping.

        `hint` is what the text is about (the name of its column, the words before it): it may settle what the
        text alone leaves open. Detectors never raise for a text, however odd it is.
        """
