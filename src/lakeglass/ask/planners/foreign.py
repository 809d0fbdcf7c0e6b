"""What came of a question in another language, in the words that the user said."""

from __future__ import annotations

from lakeglass.ask.language import Reading
from lakeglass.ask.model import Understanding
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.planners.base import NotPlanned, Planned

_NAMES = {"de": "German"}


def as_said(outcome: Planned | NotPlanned, reading: Reading) -> Planned | NotPlanned:
    """The outcome with the user's own words where it quotes the question, and with how those were read."""
    note = f"read in {_NAMES[reading.language]} as “{plain(reading.text, limit=200)}”"
    if isinstance(outcome, NotPlanned):
        understood = _understood(outcome.understanding, reading, outcome.understanding.assumptions)
        return outcome.model_copy(
            update={"message": reading.back(outcome.message), "understanding": understood}
        )
    assumptions = (*(reading.back(a) for a in outcome.plan.assumptions), note)
    return outcome.model_copy(
        update={
            "plan": outcome.plan.model_copy(update={"assumptions": assumptions}),
            "understanding": _understood(outcome.understanding, reading, assumptions),
        }
    )


def _understood(understood: Understanding, reading: Reading, assumptions: tuple[str, ...]) -> Understanding:
    chips = tuple(c.model_copy(update={"words": reading.own(c.words)}) for c in understood.chips)
    ignored = tuple(reading.own(w) for w in understood.ignored)
    return understood.model_copy(update={"chips": chips, "ignored": ignored, "assumptions": assumptions})
