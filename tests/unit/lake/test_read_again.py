"""A person overrules the reader: the stored original is read again, as a new version beside the ones before."""

from __future__ import annotations

import asyncio

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from tests.unit.lake.conftest import TENANT, Harbour

from lakeglass.core.errors import Conflict, InvalidInput, NotFound
from lakeglass.core.settings import RunsSettings
from lakeglass.lake.decisions import Option, ReadDecision, ReadOptions
from lakeglass.lake.model import DatasetView
from lakeglass.lake.uploads import Uploads
from lakeglass.runs.service import Runs

AMBIGUOUS = b"id;day;price\n1;03/04/2024;1,500\n2;05/06/2024;2,250\n3;07/08/2024;3,125\n"


def decision(view: DatasetView, option: Option, column: str | None = None) -> ReadDecision:
    """What the current version says about an option."""
    assert view.version is not None
    return next(d for d in view.version.decisions if d.option == option and d.column == column)


def cells(harbour: Harbour, view: DatasetView) -> dict[str, list[object]]:
    """The whole table of the current version."""
    assert view.version is not None
    return pq.read_table(harbour.lake.data_file(TENANT, view.version.id)).to_pydict()


# req: D14
def test_another_date_order_is_a_new_version_and_the_one_before_stays(harbour: Harbour) -> None:
    before = harbour.upload("orders.csv", AMBIGUOUS)
    assert before.version is not None
    stored = harbour.files()
    after = harbour.read_again(before.id, ReadOptions(date_order="month first"))
    assert after.version is not None
    assert (after.state, after.version.number, after.version.id != before.version.id) == ("ready", 2, True)
    assert after.version.options == ReadOptions(date_order="month first")
    assert [str(day) for day in cells(harbour, after)["day"]] == ["2024-03-04", "2024-05-06", "2024-07-08"]
    old = pq.read_table(harbour.lake.data_file(TENANT, before.version.id)).to_pydict()
    assert [str(day) for day in old["day"]] == ["2024-04-03", "2024-06-05", "2024-08-07"]
    assert stored < harbour.files()
    assert len([name for name in harbour.files() if name.startswith("blobs")]) == 1
    assert harbour.lake.statistics(TENANT, before.id).rows == 3
    harbour.lake.delete(TENANT, before.id)
    assert harbour.files() == set()
    with harbour.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM iceberg_tables")).scalar() == 0


# req: D14
def test_every_alternative_that_is_offered_can_be_chosen(harbour: Harbour) -> None:
    view = harbour.upload("orders.csv", AMBIGUOUS)
    assert view.version is not None
    tried = 0
    for told in view.version.decisions:
        for other in told.alternatives:
            assert told.option is not None
            value = {told.column: other.value} if told.option == "types" else other.value
            after = harbour.read_again(view.id, ReadOptions.model_validate({told.option: value}))
            assert (after.state, after.failure) == ("ready", None), (told.option, other)
            assert decision(after, told.option, told.column).chosen == other.value
            tried += 1
    assert tried >= 8


def test_a_reading_that_fails_keeps_the_version_before_and_says_why(harbour: Harbour) -> None:
    before = harbour.upload("orders.csv", AMBIGUOUS)
    stored = harbour.files()
    after = harbour.read_again(before.id, ReadOptions(types={"price": "date"}))
    assert after.state == "ready"
    assert after.failure is not None
    assert "'price'" in after.failure
    assert after.version == before.version
    assert harbour.files() == stored
    assert harbour.lake.preview(TENANT, before.id).total_rows == 3
    # It is no dead end: the next choice reads it, and the reason is gone.
    again = harbour.read_again(before.id, ReadOptions(types={"price": "text"}))
    assert (again.state, again.failure) == ("ready", None)
    assert cells(harbour, again)["price"] == ["1,500", "2,250", "3,125"]


def test_a_file_that_could_not_be_read_becomes_a_table_with_the_right_choice(harbour: Harbour) -> None:
    rows = b"".join(b"%d,x\n" % number for number in range(50_000))
    failed = harbour.upload("late.csv", b"a,b\n" + rows + b"1," * 60 + b"2\n")
    assert failed.state == "failed"
    view = harbour.read_again(failed.id, ReadOptions(delimiter="none"))
    assert (view.state, view.rows, view.columns) == ("ready", 50_001, 1)


def test_options_of_another_format_are_refused_at_once(harbour: Harbour) -> None:
    view = harbour.upload("orders.csv", AMBIGUOUS)
    with pytest.raises(InvalidInput, match="takes no sheet"):
        harbour.read_again(view.id, ReadOptions(sheet="Sheet 1"))
    assert harbour.lake.get(TENANT, view.id).state == "ready"
    with pytest.raises(NotFound):
        harbour.read_again("ds_none", ReadOptions())


def test_nobody_else_may_read_it_again_and_not_twice_at_once(harbour: Harbour) -> None:
    async def prepared() -> None:
        runs = Runs(harbour.database, harbour.events, RunsSettings(), {kind.name: kind})
        await runs.start()
        await runs.close()

    view = harbour.upload("orders.csv", AMBIGUOUS)
    kind = harbour.kinds.kind()
    asyncio.run(prepared())
    uploads = Uploads(
        harbour.database,
        harbour.lake,
        Runs(harbour.database, harbour.events, RunsSettings(), {kind.name: kind}),
    )
    with pytest.raises(NotFound):
        uploads.read_again("other", view.id, ReadOptions())
    assert uploads.read_again(TENANT, view.id, ReadOptions(header_rows=0)).state == "profiling"
    with pytest.raises(Conflict, match="is being read"):
        uploads.read_again(TENANT, view.id, ReadOptions(header_rows=0))
