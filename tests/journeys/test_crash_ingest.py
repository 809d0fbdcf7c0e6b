"""The server killed while it reads a file: after the restart the dataset is whole, once, and nothing half is left."""

from __future__ import annotations

from pathlib import Path

from tests.product import SOON, Start

ROWS = 600_000


# req: A8
def test_a_reading_that_is_killed_ends_after_the_restart(start: Start, tmp_path: Path) -> None:
    home = tmp_path / "home"
    source = tmp_path / "big.csv"
    source.write_text("id,word,value\n" + "".join(f"{row},w{row % 97},{row / 8}\n" for row in range(ROWS)))
    server = start(home=home, **SOON)
    dataset = server.upload(source)
    server.events(
        f"/api/runs/{dataset['run_id']}/events",
        until=lambda event: event["body"]["type"] == "stage" and event["body"]["state"] == "running",
    )
    server.kill()
    again = start(home=home, **SOON)
    view = again.ready(again.get(f"/api/datasets/{dataset['id']}"))
    assert (view["state"], view["rows"]) == ("ready", ROWS)
    assert len(again.get(f"/api/datasets/{dataset['id']}/versions")) == 1
    statistics = again.get(f"/api/datasets/{dataset['id']}/statistics")
    assert statistics["columns"][0]["distinct"] == ROWS
    written = [path.name for path in (home / "warehouse").rglob("data/*")]
    assert written == [f"{dataset['run_id']}.parquet"]
