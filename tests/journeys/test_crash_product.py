"""The whole product killed in the middle of its work: nothing lost, nothing done twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.product import SOON, Server, Start

SLOW = "import time\nprint('begun', flush=True)\ntime.sleep(3)\nresult = df.head(2)\nprint('ended')"


def begun(server: Server, shop: Path) -> tuple[str, str, str]:
    """A session whose edited code is in the middle of running."""
    orders = server.ready(server.upload(shop))
    turn = server.ask("average unit price by city", dataset_ids=[orders["id"]])
    code = f"import pandas as pd\ndf = pd.read_parquet('{turn['attempts'][0]['code'].split(chr(34))[1]}')\n{SLOW}"
    path = f"/api/sessions/{turn['session_id']}/execute"
    run = server.post(path, {"turn_id": turn["id"], "code": code})
    server.events(f"/api/runs/{run['run_id']}/events", until=lambda event: event["body"]["type"] == "output")
    return turn["session_id"], run["run_id"], turn["run_id"]


def check_whole(server: Server, session_id: str, run_id: str, asked_run: str) -> None:
    """The interrupted run ended well; what had ended before was not repeated."""
    assert server.run_over(run_id)["state"] == "done"
    turn = server.get(f"/api/sessions/{session_id}")["turns"][0]
    assert turn["answer"] is not None
    attempt = turn["attempts"][-1]
    assert attempt["state"] == "ok"
    assert len(server.table(attempt)["rows"]) == 2
    output = server.get(f"/api/executions/{attempt['id']}/output")
    assert "".join(line["text"] for line in output) == "begun\nended\n"
    seen = server.events(
        f"/api/sessions/{session_id}/events",
        until=lambda event: event["run_id"] == run_id and event["body"].get("state") == "done",
    )
    earlier = Counter(event["body"]["type"] for event in seen if event["run_id"] == asked_run)
    assert earlier["plan"] == earlier["understanding"] == earlier["answer"] == 1


def test_on_sqlite_the_run_goes_on_after_a_restart(start: Start, shop: Path) -> None:
    server = start(**SOON)
    session_id, run_id, asked_run = begun(server, shop)
    server.kill()
    check_whole(start(**SOON), session_id, run_id, asked_run)


@pytest.mark.postgres
def test_on_postgresql_the_other_worker_takes_over(
    postgres_url: str, start: Start, shop: Path, tmp_path: Path
) -> None:
    # The database is asked for first, so that it outlives the servers.
    home = tmp_path / "shared"
    first = start(home=home, LAKEGLASS_DATABASE_URL=postgres_url, **SOON)
    second = start(home=home, LAKEGLASS_DATABASE_URL=postgres_url, **SOON)
    session_id, run_id, asked_run = begun(first, shop)
    survivors = {first: second, second: first}
    victim = working(run_id, (first, second), postgres_url)
    victim.kill()
    check_whole(survivors[victim], session_id, run_id, asked_run)


def working(run_id: str, servers: tuple[Server, ...], url: str) -> Server:
    """The server whose worker carries out the run's heavy stage."""
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text(
            "SELECT process FROM dbos.workflow_status JOIN run_lease ON slot = executor_id "
            "WHERE status = 'PENDING' AND workflow_uuid LIKE :run ORDER BY length(workflow_uuid) DESC"
        )
        process = str(connection.execute(query, {"run": f"%{run_id}%"}).scalars().first())
    engine.dispose()
    return next(server for server in servers if str(server.process.pid) in process.split(" "))
