"""A model on loopback that words results: it repeats each fact that it is given, sentence by sentence."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from tests.model_server import Heard, ModelServer, Say

FAITHFUL = "faithful"
"""A line of the script with this text is answered with a summary of the facts in the request."""
_LINE = re.compile(r"^(F\d+)(?: \(must\))?: (.*?)(?: \(\[F\d+\w\] is .*\))?$")


class WordingModel(ModelServer):
    """Answers from its script; where that says so, with what the facts say."""

    def next(self, heard: Heard) -> Say:
        say = super().next(heard)
        return replace(say, text=summary(heard)) if say.text == FAITHFUL else say


def facts_in(heard: Heard) -> str:
    """What stands between the fences of a request."""
    messages = json.loads(heard.content)["messages"]
    (given,) = [each["content"] for each in messages if each["content"].startswith("<data>")]
    return str(given)


def summary(heard: Heard, **texts: str) -> str:
    """The facts of a request as a summary, some of them in other words."""
    parts: dict[str, list[dict[str, str]]] = {}
    for line in facts_in(heard).splitlines()[1:-1]:
        fact = _LINE.match(line)
        if fact is None:
            parts[line.rstrip(":")] = []
            continue
        plain = fact[2].replace("«", "").replace("»", "").replace(" | ", "; ")
        text = texts.get(fact[1], f"{plain[:1].upper()}{plain[1:]}")
        parts[list(parts)[-1]].append({"fact": fact[1], "text": text})
    return json.dumps(parts)
