"""`ask` with a model: the door, corrections and second opinion of the page; where it fails, the built-in analyst."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.model_server import ModelServer, Say

from lakeglass.ask.local import LocalAnswer, answer_locally
from lakeglass.cli import answering
from lakeglass.core.settings import AskSettings, ModelSettings, SandboxSettings, Settings

pytestmark = pytest.mark.timeout(400)
MAIL = "jane.doe@example.com"
MEAN = {
    "sources": [{"name": "orders", "file": "data/orders.parquet"}],
    "groups": [{"column": "city"}],
    "measures": [{"aggregate": "mean", "column": "amount"}],
}
CODE = """import pandas as pd

orders = pd.read_parquet("data/orders.parquet")
rising = orders.groupby("city")["amount"].diff() > 0
longest = rising.groupby(orders["city"]).sum().reset_index(name="streak")
result = longest.sort_values("streak", ascending=False).head(1)
"""
COLUMNS = [
    {"name": "city", "holds": "key", "of": "city", "unit": ""},
    {"name": "streak", "holds": "count", "of": None, "unit": ""},
]


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    rows = [f"{MAIL},{('Rome', 'Oslo')[n % 2]},{n if n % 2 else n % 6}" for n in range(30)]
    path.write_text("\n".join(["customer_email,city,amount", *rows]) + "\n")
    return path


def answered(question: str, orders: Path, model: ModelServer, *script: Say) -> LocalAnswer:
    model.heard.clear()
    model.say(*script)
    settings = Settings(
        home=orders.parent / "home",
        ask=AskSettings(),
        sandbox=SandboxSettings(memory_mb=1024),
        model=ModelSettings(provider="compatible", base_url=f"{model.url}/v1", retries=0, cache_s=0),
    )
    return asyncio.run(answer_locally(question, orders, folder=orders.parent / "answer", settings=settings))


def said(body: object) -> Say:
    return Say(json.dumps(body))


# req: E3 E5 F1
def test_a_models_plan_is_compared_with_the_built_in_one_and_nothing_personal_stays(
    orders: Path, model: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    done = answered(f"average amount by city, not for {MAIL}", orders, model, said({"plan": MEAN}))
    assert done.answer is not None
    assert done.author == "model"
    assert done.answer.second is not None
    assert done.table is not None
    assert {row[0]: row[1] for row in done.table.rows}["Oslo"] == 15
    assert len(done.calls) == len(model.heard) == 1
    assert "<EMAIL_1>" in model.heard[0].content.decode()
    calls = json.loads((orders.parent / "answer" / "model-calls.json").read_text())
    assert calls[0]["originals"] == {"<EMAIL_1>": MAIL}
    with sqlite3.connect(orders.parent / "home" / "lakeglass.db") as database:
        assert database.execute("select count(*) from llm_call").fetchone() == (1,)
        assert database.execute("select count(*) from llm_alias").fetchone() == (0,)
    answering._show(done, (orders,))
    assert "Model: 1 call" in capsys.readouterr().err


# req: E5 E6 F1
@pytest.mark.heavy
def test_code_that_fails_is_corrected_and_its_sentence_checked(
    orders: Path, model: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    step = {"title": "Count rises in a row", "inputs": ["city", "amount"], "output": "streaks"}
    written: dict[str, Any] = {
        "steps": [step],
        "columns": COLUMNS,
        "rows": "one",
        "unfiltered": True,
        "assumptions": [],
        "message": "",
    }
    beyond = {"plan": None, "beyond": "it has no streaks", "options": [], "message": ""}
    done = answered(
        "Which city has the longest streak of rising amounts?",
        orders,
        model,
        said(beyond),
        said({**written, "code": CODE.replace('groupby("city")', 'groupby("town")')}),
        said({"why": "There is no town.", "code": CODE}),
        said({"sentence": "Oslo has the longest streak: 99 rises."}),
        said({"sentence": "Oslo has the longest streak: 14 rises."}),
    )
    assert done.answer is not None, done.message
    assert done.answer.sentence == "Oslo has the longest streak: 14 rises."
    first, second = done.attempts
    assert first.fault is not None
    assert first.fault.kind == "missing column"
    assert '-rising = orders.groupby("town")' in second.diff
    assert second.fault is None
    answering._show(done, (orders,))
    shown = capsys.readouterr().err
    assert "Attempt 1 failed, missing column" in shown
    assert "Attempt 2: There is no town." in shown


# req: E11 F1
@pytest.mark.heavy
@pytest.mark.parametrize(
    "said_instead",
    [Say("I would rather not."), Say(status=503), Say(status=401)],
    ids=["words", "503", "401"],
)
def test_where_no_model_helps_the_built_in_analyst_answers_and_says_so(
    orders: Path, model: ModelServer, said_instead: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    done = answered("average amount by city", orders, model, said_instead)
    assert done.answer is not None
    assert done.author == "builtin"
    assert done.table is not None
    assert {row[0]: row[1] for row in done.table.rows}["Oslo"] == 15
    answering._show(done, (orders,))
    assert "Fell back: " in capsys.readouterr().err
