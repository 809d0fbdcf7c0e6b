from __future__ import annotations

import json
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.table import StaticTable
from sqlalchemy import text
from tests.unit.lake.conftest import TENANT, Harbour

from lakeglass.core.errors import Conflict, InvalidInput, NotFound, TooLarge
from lakeglass.lake.preview import Selection
from lakeglass.store.database import Database

CSV = b"id,city,price,day\n1,Berlin,2.5,2024-01-31\n2,Paris,,2024-02-29\n3,Berlin,4.5,2024-03-01\n"

BY_PRICE = Selection(sort="price", descending=True)


# req: E1 A4
def test_a_file_becomes_an_iceberg_snapshot_beside_its_original(harbour: Harbour) -> None:
    view = harbour.upload("orders.csv", CSV)
    assert (view.state, view.rows, view.columns, view.layer) == ("ready", 3, 4, "bronze")
    assert view.version is not None
    original = harbour.lake.blobs.read(TENANT, view.version.original_sha256)
    assert original == CSV
    metadata = max(harbour.home.glob(f"warehouse/{TENANT}/bronze/{view.id}/metadata/*.metadata.json"))
    table = StaticTable.from_metadata(str(metadata))
    snapshot = table.current_snapshot()
    assert snapshot is not None
    assert str(snapshot.snapshot_id) == view.version.snapshot_id
    rows = table.scan().to_arrow()
    assert rows.column_names == ["id", "city", "price", "day"]
    assert rows.column("price").to_pylist() == [2.5, None, 4.5]


def test_the_sandbox_gets_the_very_file_of_the_snapshot(harbour: Harbour) -> None:
    view = harbour.upload("Shop orders (2).csv", CSV)
    assert view.version is not None
    assert pq.read_table(harbour.lake.data_file(TENANT, view.version.id)).num_rows == 3
    assert harbour.lake.data_name(view) == "shop_orders_2"


@pytest.mark.postgres
def test_on_postgresql_too(open_harbour: Callable[..., Harbour], postgres_url: str) -> None:
    database = Database(postgres_url)
    try:
        harbour = open_harbour(database)
        assert harbour.upload("orders.csv", CSV).state == "ready"
        assert harbour.upload("again.csv", CSV).rows == 3
    finally:
        database.close()


def test_column_names_of_any_kind_survive(harbour: Harbour) -> None:
    names = ["a.b", 'say "hi"', "Größe ✨", "select", "x,y", "it's", "with space", "1st", "\\d{}"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    view = harbour.upload(
        "names.csv", f"{header}\n{','.join('1' * len(names))}\n2{',3' * (len(names) - 1)}\n".encode()
    )
    assert view.state == "ready", view.failure
    assert [column.name for column in harbour.lake.statistics(TENANT, view.id).columns] == names
    assert (
        harbour.lake.rows(TENANT, view.id, Selection(sort=names[1], descending=True), offset=0, limit=5).rows[
            0
        ][0]
        == 2
    )


def test_the_same_file_twice_is_one_dataset_and_one_original(harbour: Harbour) -> None:
    first = harbour.upload("a.csv", CSV)
    stored = harbour.files()
    assert harbour.upload("a.csv", CSV).id == first.id
    assert harbour.files() == stored
    other = harbour.upload("b.csv", CSV)
    assert other.id != first.id
    assert len({name for name in harbour.files() if name.startswith("blobs")}) == 1


def test_deleting_one_of_two_keeps_the_shared_original(harbour: Harbour) -> None:
    first, second = harbour.upload("a.csv", CSV), harbour.upload("b.csv", CSV)
    harbour.lake.delete(TENANT, first.id)
    with pytest.raises(NotFound):
        harbour.lake.get(TENANT, first.id)
    assert second.version is not None
    assert harbour.lake.blobs.read(TENANT, second.version.original_sha256) == CSV
    harbour.lake.delete(TENANT, second.id)
    assert harbour.files() == set()
    with harbour.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM iceberg_tables")).scalar() == 0


def test_a_file_that_breaks_late_fails_with_the_line_and_leaves_only_the_original(harbour: Harbour) -> None:
    rows = b"".join(b"%d,x\n" % number for number in range(50_000))
    view = harbour.upload("late.csv", b"a,b\n" + rows + b"1," * 60 + b"2\n")
    assert view.state == "failed"
    assert view.failure == (
        "Unable to parse file. Please check file integrity. Expected 2 fields in line 50002, found 61."
    )
    assert {name.split("/")[0] for name in harbour.files()} == {"blobs"}
    with pytest.raises(Conflict, match="could not be read"):
        harbour.lake.preview(TENANT, view.id)


def test_the_limit_holds_while_the_file_streams(open_harbour: Callable[..., Harbour]) -> None:
    harbour = open_harbour(max_upload_mb=1)
    with harbour.lake.intake(TENANT) as intake:
        for _ in range((1 << 20) // 16_384):
            intake.write(b"a,b\n" * 4096)
        with pytest.raises(TooLarge, match="File size exceeds 1 MB limit"):
            intake.write(b"a")
    assert harbour.files() == set()


def test_an_upload_that_is_not_finished_leaves_nothing(harbour: Harbour) -> None:
    with harbour.lake.intake(TENANT) as intake:
        intake.write(CSV)
    assert harbour.files() == set()
    assert harbour.lake.list(TENANT) == ()


def test_pages_are_sorted_with_missing_values_last(harbour: Harbour) -> None:
    view = harbour.upload("orders.csv", CSV)
    page = harbour.lake.rows(TENANT, view.id, BY_PRICE, offset=0, limit=2)
    assert ([row[2] for row in page.rows], page.total) == ([4.5, 2.5], 3)
    last = harbour.lake.rows(TENANT, view.id, BY_PRICE, offset=2, limit=2)
    assert [row[2] for row in last.rows] == [None]
    with pytest.raises(InvalidInput, match="no column 'nope'"):
        harbour.lake.rows(TENANT, view.id, Selection(sort="nope"), offset=0, limit=1)


def test_another_tenant_sees_nothing(harbour: Harbour) -> None:
    view = harbour.upload("orders.csv", CSV)
    assert view.version is not None
    assert harbour.lake.list("other") == ()
    for look in (harbour.lake.get, harbour.lake.preview, harbour.lake.statistics, harbour.lake.delete):
        with pytest.raises(NotFound):
            look("other", view.id)
    assert harbour.lake.find_version("other", view.version.id) is None
    with pytest.raises(Conflict):
        harbour.lake.data_file("other", view.version.id)


def test_events_tell_the_story_in_order(harbour: Harbour) -> None:
    view = harbour.upload("orders.csv", CSV)
    bodies = [event.body for event in harbour.events.read(TENANT, subject=view.id)]
    story = [
        body.get("state") or body.get("part") for body in bodies if body["type"] in {"dataset", "profile"}
    ]
    assert story == ["profiling", "preview", "statistics", "ready"]


def test_parquet_types_that_iceberg_does_not_know_are_told(harbour: Harbour) -> None:
    table = pa.table(
        {
            "small": pa.array([1, 2], pa.uint8()),
            "word": pa.array(["x", "y"]).dictionary_encode(),
            "exact": pa.array([2**63, 5], pa.uint64()),
            "list": pa.array([[1], [2, 3]]),
            "when": pa.array([0, 10**18], pa.timestamp("ns")),
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    view = harbour.upload("t.parquet", sink.getvalue().to_pybytes())
    assert view.state == "ready", view.failure
    page = harbour.lake.rows(TENANT, view.id, offset=0, limit=2)
    assert page.rows[0][:3] == (1, "x", str(2**63))
    assert json.loads(str(page.rows[1][3])) == [2, 3]
    assert view.version is not None
    assert {decision.what for decision in view.version.decisions} >= {"type of small", "type of exact"}
