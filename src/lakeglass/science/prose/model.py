"""What a model may tell (`Fact`), and what became of it: `wording.json` (`Wording`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Part = Literal["asked", "found", "sure", "do"]
WORDING = "wording.json"
"""The artifact's name in the folder of an analysis."""
PARTS: tuple[Part, ...] = ("asked", "found", "sure", "do")


@dataclass(frozen=True, slots=True)
class Kept:
    """Words that a sentence keeps as they are: what they say would turn into something else without them.

    Where they lead, what follows them is about them: a mark or a joining word stands before them, none behind them.
    """

    text: str
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A figure of the result: `value` in full, in percent where `unit` is '%', `shown` as the report rounds it.

    Another `unit` is the noun that it counts, with further names of the same after it.
    """

    value: float
    shown: str
    unit: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name or a passage out of the table's own words. A model is told only what it is (`about`) and where it stands.
    A passage is words of ours around it, which need no quotes.

    It can't repeat, change or obey what it does not see; the text itself is put in after the check.
    """

    text: str
    about: str
    is_passage: bool = False


Anchor = Kept | Number | Name
Claim = tuple[str | Anchor, ...]
"""Free words, and what is checked: a claim is told whole or not at all, its anchors in this order."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a sentence may say; a `required` one must be said, with all of its claims."""

    id: str
    part: Part
    claims: tuple[Claim, ...]
    required: bool = False

    @property
    def names(self) -> dict[str, Name]:
        """What stands in square brackets in place of each name: `F3a` for the first one of the fact F3."""
        found = [piece for claim in self.claims for piece in claim if isinstance(piece, Name)]
        return {f"{self.id}{chr(ord('a') + place)}": name for place, name in enumerate(found)}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WordedSentence(_Frozen):
    """A sentence of the model, and the fact of the result that it was held against."""

    text: str
    fact: str


class Wording(_Frozen):
    """The artifact `wording.json`: by whom the first screen is worded, and why.

    By 'rules' there are no sentences, and the sentences of `result.json` stand alone. `facts` are what the model was
    given, in words of ours. `cost_usd` is None where the price of a call is not known.
    """

    version: Literal[1] = 1
    by: Literal["model", "rules"]
    reason: str
    model: str | None = None
    asked: tuple[WordedSentence, ...] = ()
    found: tuple[WordedSentence, ...] = ()
    sure: tuple[WordedSentence, ...] = ()
    do: tuple[WordedSentence, ...] = ()
    facts: dict[str, str] = {}
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None
