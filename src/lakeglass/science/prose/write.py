"""Asks a model to word the facts of a result; what it writes is used only when every sentence holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Final

from pydantic import JsonValue, ValidationError

from lakeglass.llm.gateway import Gateway
from lakeglass.llm.ledger import CallView
from lakeglass.llm.model import JsonSchema, Message, Options, Reply
from lakeglass.llm.replies import Asker, faults_in, object_of
from lakeglass.science.prose.check import Draft, common_words, faults_of, tidied
from lakeglass.science.prose.model import PARTS, Anchor, Fact, Kept, Name, Number, Part, WordedSentence

TRIES: Final = 2
_MOST_TOKENS = 2048
_MOST_FAULTS = 12
_LONGEST_ECHO = 4000
_LONGEST_NAME = 80
_SLOT = re.compile(r"\[(\w+)\]")
_SPACE_BEFORE = re.compile(r" +([.,;:)])")


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking: a summary that holds, or what was wrong with the last one; and which model it was."""

    draft: Draft | None
    faults: tuple[str, ...]
    model: str


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    stop: str
    model: str


async def write(
    facts: Sequence[Fact], *, gateway: Gateway, asker: Asker, kept: Sequence[CallView] = ()
) -> Written:
    """A summary of `facts`; one that does not hold may be corrected once.

    `kept` are calls of this very conversation whose replies a stopped process had paid for: they are not asked again.
    Raises what `Gateway.complete` raises.
    """
    messages = [_rules(), _given(facts)]
    written = Written(None, ("nothing was said",), "")
    for attempt in range(TRIES):
        if attempt < len(kept):
            said = _again(kept[attempt])
        else:
            said = await _ask(gateway, asker, messages, _form(facts))
        draft, faults = _read(said, facts)
        written = Written(draft, faults, said.model)
        if draft is not None or said.stop == "refused":
            break
        messages += _told_back(attempt, said.text, faults)
    return written


def sentences(draft: Draft, part: Part, facts: Sequence[Fact]) -> tuple[WordedSentence, ...]:
    """The sentences of a part with the names put in."""
    known = {fact.id: fact for fact in facts}
    return tuple(
        WordedSentence(text=named(tidied(each.text), known[each.fact]), fact=each.fact)
        for each in draft.part(part)
    )


def named(sentence: str, fact: Fact) -> str:
    """A checked sentence with the table's own words in their places."""
    names = fact.names
    last = re.search(r"\[(\w+)\]$", sentence)
    if last is not None and last[1] in names and not names[last[1]].is_passage:
        sentence += "."  # a passage has an end of its own
    return _SLOT.sub(lambda match: _name(names[match[1]]) if match[1] in names else match[0], sentence)


def statement(fact: Fact) -> str:
    """A fact in our own words, for a person."""
    return _joined([[_plain(piece) for piece in claim] for claim in fact.claims], between="; ")


def _line(fact: Fact) -> str:
    """A fact as a model sees it."""
    slots = iter(fact.names)

    def shown(piece: str | Anchor) -> str:
        if isinstance(piece, Kept):
            return f"«{piece.text}»"
        return f"[{next(slots)}]" if isinstance(piece, Name) else _plain(piece)

    told = _joined([[shown(piece) for piece in claim] for claim in fact.claims], between=" | ")
    names = [f"[{slot}] is {name.about}" for slot, name in fact.names.items()]
    notes = f" ({'; '.join(names)})" if names else ""
    return f"{fact.id}{' (must)' if fact.required else ''}: {told}{notes}"


def _plain(piece: str | Anchor) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Number):
        if piece.unit in {"", "%"}:
            return piece.shown
        return f"{piece.shown} {piece.unit}" + (
            "" if piece.value == 1 else "es" if piece.unit[-1] == "s" else "s"
        )
    return _name(piece) if isinstance(piece, Name) else piece.text


def _name(name: Name) -> str:
    """The table's own words on one line; a passage of ours stands without quotes."""
    line = " ".join(name.text.split())
    if name.is_passage:
        return line
    return f"“{line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + '…'}”"


def _joined(claims: Sequence[Sequence[str]], *, between: str) -> str:
    return between.join(_SPACE_BEFORE.sub(r"\1", " ".join(pieces)) for pieces in claims)


def _rules() -> Message:
    text = files(__package__).joinpath("prompt.md").read_text(encoding="utf-8")
    content = Template(text).substitute(words=" ".join(common_words()))
    return Message(key="rules", role="system", part="instruction", content=content)


def _given(facts: Sequence[Fact]) -> Message:
    lines = ["<data>"]
    for part in PARTS:
        lines += [f"{part}:", *(_line(fact) for fact in facts if fact.part == part)]
    return Message(key="facts", role="user", part="question", content="\n".join((*lines, "</data>")))


def _form(facts: Sequence[Fact]) -> JsonSchema:
    """The schema of an answer; the facts of each part are a closed list."""
    parts: dict[str, JsonValue] = {}
    for part in PARTS:
        ids: list[JsonValue] = [fact.id for fact in facts if fact.part == part]
        one: dict[str, JsonValue] = {
            "type": "object",
            "properties": {"fact": {"enum": ids} if ids else {"type": "string"}, "text": {"type": "string"}},
            "required": ["fact", "text"],
            "additionalProperties": False,
        }
        parts[part] = {"type": "array", "items": one}
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": parts,
        "required": list(PARTS),
        "additionalProperties": False,
    }
    return JsonSchema(name="summary", schema_=schema)


async def _ask(gateway: Gateway, asker: Asker, messages: Sequence[Message], form: JsonSchema) -> _Said:
    options = Options(purpose="report", max_tokens=_MOST_TOKENS)
    told = await gateway.complete(
        asker.who, asker.scope, messages, options=options, form=form, run_id=asker.run_id
    )
    reply: Reply = told.reply
    return _Said(told.text, reply.stop, str(reply.model))


def _again(call: CallView) -> _Said:
    text = call.received
    for placeholder, original in call.originals.items():
        text = text.replace(placeholder, original)
    return _Said(text, "stop" if call.outcome == "ok" else call.outcome, str(call.model))


def _read(said: _Said, facts: Sequence[Fact]) -> tuple[Draft | None, tuple[str, ...]]:
    """The summary in a reply, if it holds, and what is wrong with it."""
    if said.stop != "stop":
        return None, (
            "the answer was cut short" if said.stop == "length" else "the model declined to answer",
        )
    answer = object_of(said.text)
    if isinstance(answer, str):
        return None, (answer,)
    try:
        draft = Draft.model_validate(answer)
    except ValidationError as error:
        return None, faults_in(error)
    faults = faults_of(draft, facts)
    return (None, faults[:_MOST_FAULTS]) if faults else (draft, ())


def _told_back(attempt: int, text: str, faults: Sequence[str]) -> list[Message]:
    """What was said, and why it can't stay so."""
    wrong = "\n".join(f"- {fault}" for fault in faults)
    asked = f"This can't be used:\n{wrong}\nGive the whole object again, with these mended."
    return [
        Message(key=f"said:{attempt}", role="assistant", part="history", content=text[:_LONGEST_ECHO]),
        Message(key=f"wrong:{attempt}", role="user", part="error", content=asked),
    ]
