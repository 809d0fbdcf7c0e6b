"""The server killed while a model thinks: the call is asked again after the restart, and the first one is not lost."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from tests.model_server import ModelServer, Say
from tests.product import SOON, start_server

PLAN = {
    "sources": [{"name": "orders", "file": "data/orders.parquet"}],
    "groups": [{"column": "city"}],
    "measures": [{"aggregate": "sum", "column": "amount"}],
}


class Thinking(threading.Event):
    """Set to answer; `asked` is set once the model was."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.set()
        return super().wait(timeout)


# req: E11 A2
@pytest.mark.heavy
def test_a_call_that_is_cut_short_stays_in_the_ledger_and_is_asked_again(tmp_path: Path) -> None:
    table = tmp_path / "orders.csv"
    table.write_text("city,amount\n" + "".join(f"{('Rome', 'Oslo')[n % 2]},{n}\n" for n in range(30)))
    answered = Thinking()
    with ModelServer().running() as model:
        settings = {
            **SOON,
            "LAKEGLASS_MODEL__API_KEY": "sk-or-v1-00112233445566778899aabbccddeeff",
            "LAKEGLASS_MODEL__BASE_URL": f"{model.url}/v1",
            "LAKEGLASS_MODEL__PROVIDER": "openrouter",
            "LAKEGLASS_MODEL__RETRIES": "0",
        }
        server = start_server(tmp_path / "home", **settings)
        dataset = server.ready(server.upload(table))
        plan = Say(json.dumps({"plan": PLAN, "beyond": "", "options": [], "message": ""}), silent=answered)
        model.say(plan)
        body = {"question": "total amount by city", "dataset_ids": [dataset["id"]]}
        asked = server.post("/api/query", body)
        assert answered.asked.wait(120), "the model was never asked"
        server.kill()
        answered.set()
        again = start_server(tmp_path / "home", **settings)
        try:
            again.run_over(asked["run_id"])
            calls = again.get(f"/api/sessions/{asked['session_id']}/model-calls")
            (turn,) = again.get(f"/api/sessions/{asked['session_id']}")["turns"]
        finally:
            again.stop()
    assert [call["outcome"] for call in calls] == ["started", "ok"]
    assert [call["sent"] for call in calls] == [calls[0]["sent"]] * 2
    assert turn["answer"] is not None
