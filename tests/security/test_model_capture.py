"""Every planted value in every form, in questions, cells, headers and the name of a file: none leaves for a model."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from tests.model_server import ModelServer, Say
from tests.planted import PLANTED, leaks, written
from tests.product import start_server

# Values of a column that a prompt shows.
SHOWN = 8
FORMS = [form for value in PLANTED.values() for form in written(value).values()]
KINDS = ("EMAIL", "PHONE", "CARD", "IBAN", "SSN", "IP_ADDRESS", "MAC_ADDRESS")


def write_table(path: Path) -> None:
    """Each form in a cell that is shown, two values in headers, and some across the end of what is shown of a cell."""
    columns = [FORMS[at : at + SHOWN] for at in range(0, len(FORMS), SHOWN)]
    columns += [[f"{'so it goes ' * lead}{value}" for value in PLANTED.values()] for lead in (4, 5)]
    names = [f"paid by {PLANTED['mail']}", f"call {PLANTED['phone']}"]
    names += [f"note_{number}" for number in range(len(columns) - 2)]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["city", "amount", *names])
        for row in range(SHOWN * 3):
            cells = [texts[row % len(texts)] for texts in columns]
            writer.writerow([("Rome", "Oslo")[row % 2], row, *cells])


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def cut_short(value: str) -> str:
    """What is left of a value that was cut before anybody looked at it."""
    return letters(value)[:9]


# req: E3 E17
# Feature: glassbox-analyst, Property 17: PII redaction
@pytest.mark.heavy
def test_no_form_of_a_planted_value_leaves_for_the_model(tmp_path: Path) -> None:
    table = tmp_path / f"orders of {PLANTED['mail']}.csv"
    write_table(table)
    with ModelServer().running() as model:
        model.say(Say(json.dumps({"plan": None, "message": "I know nobody of that name: <EMAIL_1>."})))
        server = start_server(
            tmp_path / "home",
            LAKEGLASS_MODEL__BASE_URL=f"{model.url}/v1",
            LAKEGLASS_MODEL__STRONG="tiny",
            LAKEGLASS_MODEL__CHEAP="tiny",
            LAKEGLASS_LOG__LEVEL="DEBUG",
        )
        try:
            dataset = server.ready(server.upload(table))
            ways = list(written("x"))
            for at in range(0, len(ways), 4):
                forms = [written(value)[way] for value in PLANTED.values() for way in ways[at : at + 4]]
                turn = server.ask(f"who is {' or '.join(forms)}?", dataset_ids=[dataset["id"]])
                assert turn["message"].startswith(f"I know nobody of that name: {PLANTED['mail']}")
        finally:
            server.stop()
    prompts = b"".join(heard.content for heard in model.captured)
    assert [
        kind for kind in KINDS if f"<{kind}_1>".encode() not in prompts
    ] == []  # they were there to be found
    assert [found for heard in model.captured if (found := leaks(heard.content))] == []
    assert [kind for kind, value in PLANTED.items() if cut_short(value) in letters(prompts.decode())] == []
    assert leaks("".join(server.lines).encode()) == ()
