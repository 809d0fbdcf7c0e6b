"""German is data: its questions give the plans of the English ones, and English is never taken for it."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import ask, checked, planned
from tests.unit.ask.analyst_tables import TABLES, context_of, save
from tests.unit.ask.conversing import Conversation

from lakeglass.ask.language import in_grammar, lexicon, schema_of
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.planners.base import NotPlanned

HERE = Path(__file__).parent
QUESTIONS = tomllib.loads((HERE / "german.toml").read_text("utf-8"))["question"]
CONTEXTS = {name: context_of(name, make()) for name, make in TABLES.items()}


def _bare(plan: AnalysisPlan) -> AnalysisPlan:
    return plan.model_copy(update={"assumptions": ()})


# req: F1
def test_there_are_enough_german_questions() -> None:
    assert len({q["german"] for q in QUESTIONS}) >= 60


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["german"])
def test_a_german_question_gives_the_plan_of_the_english_one(question: dict[str, str]) -> None:
    table = CONTEXTS[question["table"]]
    german = planned(question["german"], table)
    assert _bare(german.plan) == _bare(planned(question["english"], table).plan)
    assert any(a.startswith("read in German as “") for a in german.understanding.assumptions)


@pytest.mark.parametrize("file", ["questions.toml", "phrasings.toml"])
def test_no_english_question_is_taken_for_german(file: str) -> None:
    texts = _texts(tomllib.loads((HERE / file).read_text("utf-8")))
    assert len(texts) > 400
    for context in CONTEXTS.values():
        schema = schema_of(context, lexicon())
        assert [t for t in texts if in_grammar(t, schema) is not None] == []


def _texts(part: object) -> list[str]:
    if isinstance(part, str):
        return [part]
    children = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [text for child in children for text in _texts(child)]


def test_german_columns_and_values(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "Umsatz": [10.5, 20.25, 5.0, 7.75],
            "Größe": [1, 2, 3, 4],
            "Stadt": ["Köln", "München", "Köln", "Düsseldorf"],
            "Straße": ["Am Wall", "Am Wall", "Große Straße", "Hauptstraße"],
            "Bestelldatum": [date(2024, 1, 5), date(2024, 2, 6), date(2024, 2, 7), date(2023, 3, 8)],
        }
    )
    table = context_of("auftraege", frame)
    save("auftraege", frame, tmp_path)
    ran = checked("Wie hoch ist der durchschnittliche Umsatz je Stadt?", table, tmp_path)
    assert dict(zip(ran.result["Stadt"], ran.result.iloc[:, 1], strict=True)) == {
        "Köln": 7.75,
        "München": 20.25,
        "Düsseldorf": 7.75,
    }
    plan = planned("Gesamtumsatz in Köln mit einer Größe über 1,5", table).plan
    assert {f.column: f.values for f in plan.filters} == {"Stadt": ("Köln",), "Größe": (1.5,)}
    assert planned("Umsätze im Februar 2024", table).plan.filters[0].values == ("2024-02-01", "2024-03-01")


def test_words_that_are_not_understood_are_told_as_they_were_said() -> None:
    outcome = ask("Wie hoch ist der durchschnittliche Quark je Region?", CONTEXTS["orders"])
    assert isinstance(outcome, NotPlanned)
    assert "“Quark”" in outcome.message


def test_chips_quote_the_user() -> None:
    understanding = planned(
        "Wie hoch ist der durchschnittliche Umsatz je Region?", CONTEXTS["orders"]
    ).understanding
    assert "durchschnittliche" in understanding.chips[0].words


def test_a_conversation_in_german() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    first = talk.plan("Wie viele Kollisionen gab es je Flugphase?")
    assert [f.values for f in talk.plan("nur für Texas").filters] == [("Texas",)]
    assert talk.plan("als Kreisdiagramm").chart == "pie"
    assert [(g.column, g.grain) for g in talk.plan("und je Monat?").groups] == [("Flight Date", "month")]
    assert talk.plan("rückgängig").groups == first.groups
    talk.plan("Durchschnittliche Reparaturkosten je Tiergröße")
    assert talk.plan("und der Median?").measures[0].aggregate == "median"


def test_a_word_is_taught_in_german() -> None:
    talk = Conversation(CONTEXTS["orders"])
    talk.told("mit Absatz meine ich quantity")
    assert talk.plan("Gesamter Absatz je Region").measures[0].column == "quantity"
