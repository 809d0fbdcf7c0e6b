"""Random tables that other programs wrote come back equal: every value, every name, every gap."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.properties.writers import DELIMITED, TYPED, Dialect, Table, dialects, expected, found, tables

from lakeglass.core.settings import LakeSettings
from lakeglass.lake.engine import Engine
from lakeglass.lake.readers import read
from lakeglass.lake.readers.base import Reading

SETTINGS = LakeSettings(threads=1, memory_mb=256)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(SETTINGS, spill=tmp_path_factory.mktemp("spill"))


def comes_back(table: Table, source: Path, engine: Engine) -> None:
    target = source.with_name("read.parquet")
    with engine.connection() as connection, engine.scratch() as scratch:
        result = read(source, target, Reading(connection, scratch))
    assert found(table, target) == expected(table)
    assert result.rows == len(table.columns[0])


def may_be_a_clock(table: Table, dialect: Dialect) -> bool:
    """Whole numbers between colons: `0:10` is a time of day as much as two columns, and the reader says so."""
    return dialect.delimiter == ":" and set(table.kinds) == {"integer"}


def delimited(writer: str, table: Table, dialect: Dialect, engine: Engine) -> None:
    assume(not may_be_a_clock(table, dialect))
    with tempfile.TemporaryDirectory() as folder:
        # The name says nothing: content decides.
        source = Path(folder) / "written"
        DELIMITED[writer](table, source, dialect)
        comes_back(table, source, engine)


def typed(name: str, data: st.DataObject, engine: Engine) -> None:
    write, values = TYPED[name]
    table = data.draw(tables(values))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "written"
        write(table, source)
        comes_back(table, source, engine)


# req: E1
@pytest.mark.parametrize("writer", DELIMITED)
@settings(max_examples=8)
@given(table=tables(), dialect=dialects)
def test_what_a_program_wrote_as_delimited_text_comes_back(
    writer: str, table: Table, dialect: Dialect, engine: Engine
) -> None:
    delimited(writer, table, dialect, engine)


# req: E1
@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("writer", DELIMITED)
@settings(max_examples=150)
@given(table=tables(), dialect=dialects)
def test_whatever_a_program_writes_as_delimited_text_comes_back(
    writer: str, table: Table, dialect: Dialect, engine: Engine
) -> None:
    delimited(writer, table, dialect, engine)


# req: E1
@pytest.mark.parametrize("name", TYPED)
@settings(max_examples=3)
@given(data=st.data())
def test_what_a_program_wrote_with_types_comes_back(name: str, data: st.DataObject, engine: Engine) -> None:
    typed(name, data, engine)


# req: E1
@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", TYPED)
@settings(max_examples=20)
@given(data=st.data())
def test_whatever_a_program_writes_with_types_comes_back(
    name: str, data: st.DataObject, engine: Engine
) -> None:
    typed(name, data, engine)
