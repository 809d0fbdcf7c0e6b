"""The only way from words of ours or a user's to a prompt: personal values out, placeholders in.

`ScrubbedPrompt` is what providers take, and only `Scrubber.prompt` makes one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from lakeglass.llm.aliases import PLACEHOLDER, Aliases
from lakeglass.llm.detectors.base import Detector, Found
from lakeglass.llm.model import JsonSchema, Message
from lakeglass.llm.views import views

_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class Redaction:
    """A value that was cut out: its kind and where it stood in the text that came in. Never the value."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text with placeholders, and what was cut out of it, in order."""

    text: str
    redactions: tuple[Redaction, ...]


class ScrubbedPrompt:
    """Messages that may leave this machine, and the form that an answer must have (free text without one)."""

    __slots__ = ("form", "messages", "redactions")

    def __init__(
        self,
        messages: tuple[Message, ...],
        redactions: tuple[Redaction, ...],
        *,
        form: JsonSchema | None,
        seal: object,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("got a prompt from elsewhere; expected one of Scrubber.prompt(): go through it")
        self.messages = messages
        self.redactions = redactions
        self.form = form

    def cut_to(self, messages: tuple[Message, ...]) -> ScrubbedPrompt:
        """The same prompt with fewer or shorter of its own messages; raises ValueError for words that it lacks."""
        own = {message.key: message.content for message in self.messages}
        for message in messages:
            if not own.get(message.key, "").startswith(message.content.removesuffix(message.CUT)):
                raise ValueError(
                    f"got a message {message.key!r} that is not of this prompt; only cut its own"
                )
        return ScrubbedPrompt(messages, self.redactions, form=self.form, seal=_SEAL)


class Scrubber:
    """Finds personal values with every detector, in every view of a text."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)

    @property
    def limits(self) -> tuple[str, ...]:
        """What can't be found on this machine, and what would be needed."""
        return tuple(need for one in self._detectors if (need := one.capabilities.needs))

    def find(self, text: str, *, hint: str = "") -> tuple[Found, ...]:
        """The values in `text` by their places, none overlapping another: the longer one wins, then the surer."""
        found: list[Found] = []
        for view in views(text):
            for detector in self._detectors:
                for one in detector.find(view.text, hint=hint):
                    start, end = view.span(one.start, one.end)
                    found.append(Found(one.kind, start, end, one.score))
        return _apart(found)

    def scrub(self, text: str, aliases: Aliases, *, hint: str = "") -> Scrubbed:
        """`text` with a placeholder for every value; one that was hidden before is hidden wherever it stands."""
        spans = [(one.start, one.end, one.kind) for one in self.find(text, hint=hint)]
        marked = [match.span() for match in PLACEHOLDER.finditer(text)]
        spans = [one for one in spans if not any(a <= one[0] and one[1] <= b for a, b in marked)]
        return self._without(text, aliases, spans)

    def _without(self, text: str, aliases: Aliases, spans: Sequence[tuple[int, int, str]]) -> Scrubbed:
        """`text` without these spans, and without every value that was hidden before."""
        marks = [(start, end, kind, aliases.placeholder(kind, text[start:end])) for start, end, kind in spans]
        taken = [(start, end) for start, end, _ in spans]
        for start, end, alias in aliases.known(text):
            if not any(start < b and a < end for a, b in taken):
                marks.append((start, end, alias.kind, alias.placeholder))
                taken.append((start, end))
        parts: list[str] = []
        redactions = []
        at = 0
        for start, end, kind, placeholder in sorted(marks):
            parts += [text[at:start], placeholder]
            redactions.append(Redaction(kind, start, end))
            at = end
        return Scrubbed("".join((*parts, text[at:])), tuple(redactions))

    def prompt(
        self, messages: Sequence[Message], aliases: Aliases, *, form: JsonSchema | None = None
    ) -> ScrubbedPrompt:
        """Every message scrubbed, and every string of the form: names of columns may be personal as well.

        A value that only one of them shows plainly is hidden in all of them.
        """
        redactions: list[Redaction] = []

        def clean(text: str) -> str:
            part = self.scrub(text, aliases)
            redactions.extend(part.redactions)
            return part.text

        def again(text: str) -> str:
            part = self._without(text, aliases, [])
            redactions.extend(part.redactions)
            return part.text

        scrubbed = tuple(
            message.model_copy(update={"content": clean(message.content)}) for message in messages
        )
        if form is not None:
            form = JsonSchema(
                name=form.name, schema_={key: _mapped(it, clean) for key, it in form.schema_.items()}
            )
        scrubbed = tuple(
            message.model_copy(update={"content": again(message.content)}) for message in scrubbed
        )
        return ScrubbedPrompt(scrubbed, tuple(redactions), form=form, seal=_SEAL)


def _mapped(value: JsonValue, clean: Callable[[str], str]) -> JsonValue:
    """`value` with every string in it cleaned, keys of objects included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_mapped(item, clean) for item in value]
    if isinstance(value, dict):
        return {clean(key): _mapped(item, clean) for key, item in value.items()}
    return value


def _apart(found: Sequence[Found]) -> tuple[Found, ...]:
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.start - each.end, -each.score, each.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda each: each.start))
