"""`eval` with a model: alone and beside the built-in planner, what it took, and on again after a kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.model_server import ModelServer, Say
from tests.product import ROOT

pytestmark = pytest.mark.heavy
QUESTIONS = [
    {"question": "average price by city", "fields": [{"key": "Oslo", "value": 2}], "rows": 2},
    {"question": "total price", "fields": [{"value": 8}]},
    {"question": "highest price", "fields": [{"value": 4}]},
]


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shops.csv").write_text("city,price\nOslo,1\nOslo,3\nBergen,4\n", encoding="utf-8")
    lines = [json.dumps({"id": str(n), "table": "shops", **one}) for n, one in enumerate(QUESTIONS)]
    (tmp_path / "set.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def plan(aggregate: str, **more: object) -> Say:
    measures = [{"aggregate": aggregate, "column": "price"}]
    sources = [{"name": "shops", "file": "data/shops.parquet"}]
    return Say(json.dumps({"plan": {"sources": sources, "measures": measures, **more}}), cost=0.001)


MEAN = plan("mean", groups=[{"column": "city"}])
SUM, LEAST, MOST = plan("sum"), plan("min"), plan("max")


def started(folder: Path, model: ModelServer, planner: str) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LAKEGLASS_")}
    environment |= {
        "PYTHONPATH": str(ROOT / "src"),
        "LAKEGLASS_HOME": str(folder / "home"),
        "LAKEGLASS_MODEL__API_KEY": "sk-or-v1-00112233445566778899aabbccddeeff",
        "LAKEGLASS_MODEL__BASE_URL": f"{model.url}/v1",
        "LAKEGLASS_MODEL__PROVIDER": "openrouter",
        "LAKEGLASS_MODEL__RETRIES": "1",
    }
    asked = ["eval", "set.jsonl", "--tables", ".", "--planner", planner, "--workers", "1", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "lakeglass", *asked],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    shown, said = process.communicate(timeout=200)
    assert process.returncode == 0, said
    figures: dict[str, Any] = json.loads(shown)
    return figures


class Reached(threading.Event):
    """Tells that a request arrived, and holds its answer back until it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.heard.set()
        return super().wait(timeout)


# req: E11 F3
@pytest.mark.timeout(400)
def test_a_killed_run_goes_on_without_asking_again_and_shows_how_far_both_planners_agree(
    folder: Path, model: ModelServer
) -> None:
    held = Reached()
    model.say(MEAN, Say(silent=held))
    process = started(folder, model, "both")
    assert held.heard.wait(200)
    process.kill()
    process.communicate()
    held.set()
    assert len(model.heard) == 2
    model.say(Say(status=503, headers={"Retry-After": "0"}), SUM, MOST)
    summary = ended(started(folder, model, "both"))
    assert len(model.heard) == 5  # the first question was not asked again
    assert (summary["right"], summary["by_model"], summary["fell_back"]) == (3, 3, 0)
    assert summary["agreement"] == {
        "both": 3,
        "agree": 3,
        "agree_right": 3,
        "only_answered_right": 0,
        "only_beside_right": 0,
        "both_right": 3,
    }
    use = summary["model"]
    assert (use["calls"], use["retries"], use["input_tokens"], float(use["cost_usd"])) == (3, 1, 300, 0.003)
    page = (folder / "lakeglass-eval" / "report.html").read_text()
    assert page.count("<summary><small>Call 1: plan") == 3
    assert not (folder / "lakeglass-eval" / "progress.jsonl").exists()


# req: E11 F3
@pytest.mark.timeout(400)
def test_a_model_alone_is_not_helped_by_the_built_in_planner(folder: Path, model: ModelServer) -> None:
    model.say(MEAN, LEAST, LEAST, Say("No idea."))
    summary = ended(started(folder, model, "model"))
    assert summary["questions"] == 3
    assert summary["right"] == 1
    assert summary["agreement"] is None
    outcomes = json.loads((folder / "lakeglass-eval" / "results.json").read_text())["outcomes"]
    assert {one["question"]["id"]: one["state"] for one in outcomes} == {
        "0": "right",
        "1": "refused",
        "2": "refused",
    }
