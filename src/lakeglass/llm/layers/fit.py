"""A prompt that is too long loses its least important parts, once."""

from __future__ import annotations

from typing import Final, get_args

from lakeglass.core.errors import TooLarge
from lakeglass.llm.layers.base import Call, Handler
from lakeglass.llm.model import Message, Part, Reply
from lakeglass.llm.scrub import ScrubbedPrompt

# The most dispensable first; the last error, the question and the instructions are never cut.
_ORDER: Final = {part: place for place, part in enumerate(get_args(Part))}
_NEVER: Final = frozenset(("error", "question", "instruction"))
_SHARE = 0.5


class Fit:
    """Cuts a prompt to half of its length, and asks once more."""

    name = "fit"

    async def handle(self, call: Call, then: Handler) -> Reply:
        """Raises TooLarge when what may not be cut is too long by itself."""
        try:
            return await then(call)
        except TooLarge:
            size = sum(len(message.content) for message in call.prompt.messages)
            shorter = cut(call.prompt, int(size * _SHARE))
            return await then(Call(call.tenant_id, shorter, call.model, call.options))


def cut(prompt: ScrubbedPrompt, characters: int) -> ScrubbedPrompt:
    """`prompt` in at most `characters`: oldest turns go first, then samples, examples, the end of the schema.

    Raises TooLarge when the question, the last error and the instructions are longer than that.
    """
    messages = list(prompt.messages)
    over = sum(len(message.content) for message in messages) - characters
    for message in sorted(prompt.messages, key=lambda one: _ORDER[one.part]):
        if over <= 0:
            break
        if message.part in _NEVER:
            continue
        place = messages.index(message)
        kept = len(message.content) - over - len(Message.CUT)
        if kept > 0 and message.part == "schema":
            shorter = message.content[:kept].rpartition("\n")[0] + Message.CUT
            messages[place] = message.model_copy(update={"content": shorter})
            over -= len(message.content) - len(shorter)
        else:
            del messages[place]
            over -= len(message.content)
    if over > 0:
        raise TooLarge(
            "The question with its instructions is longer than the model can take. Shorten it, or choose a model with "
            "a larger context."
        )
    return prompt.cut_to(tuple(messages))
