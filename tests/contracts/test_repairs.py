"""Every repair keeps the same promises: it mends what it is for, leaves clean tables and kept columns alone, is done by
data only, and is gone when it is left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter
from tests.corpora.defects import customers

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare
from lakeglass.science.checks import examine, findings_of
from lakeglass.science.repairs.actions import applied
from lakeglass.science.repairs.find import find_repairs, repairs
from lakeglass.science.repairs.model import Repairs
from lakeglass.science.repairs.steps import Step

ROWS = 400
Table = dict[str, list[object]]


def clean() -> Table:
    return dict(customers(np.random.default_rng(7), ROWS).table.to_dict("list"))


def repeated(table: Table) -> Table:
    return {name: [*values, *values[:9]] for name, values in table.items()}


def constant(table: Table) -> Table:
    return table | {"store": ["north"] * ROWS}


def marked(table: Table) -> Table:
    marks = [-999 if place % 17 == 0 else value for place, value in enumerate(table["visits"])]
    return table | {
        "visits": marks,
        "plan": ["n/a" if p % 19 == 0 else v for p, v in enumerate(table["plan"])],
    }


def blank(table: Table) -> Table:
    return table | {"city": [f" {value} " if p % 11 == 0 else value for p, value in enumerate(table["city"])]}


def shouted(table: Table) -> Table:
    return table | {"city": [str(v).upper() if p % 9 == 0 else v for p, v in enumerate(table["city"])]}


def priced(table: Table) -> Table:
    told = [f"{v:,.2f} €".replace(",", " ").replace(".", ",").replace(" ", ".", 1) for v in table["discount"]]
    return table | {"discount": [one.replace(".€", " €") for one in told]}


# Each repair with what it mends, the rows or cells that it must touch, and a column that it mends.
CASES: dict[str, tuple[Callable[[Table], Table], int, str | None]] = {
    "repeated-rows": (repeated, 9, None),
    "constant-columns": (constant, ROWS, "store"),
    "missing-marks": (marked, 22, "plan"),
    "stray-blanks": (blank, 37, "city"),
    "letter-case": (shouted, 45, "city"),
    "numbers-in-text": (priced, ROWS, "discount"),
}


def look(table: Table, folder: Path, **asked: object) -> tuple[Repairs, Path]:
    """What is found in a table of exactly these cells (a CSV reader would mend some by itself)."""
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table(table), folder / "given.parquet")
    prepared = prepare(folder / "given.parquet", folder / "work", settings=LakeSettings(threads=1))
    subject = examine(prepared.path, prepared.statistics, target="left_shop")
    kept = frozenset({"left_shop", *asked.pop("kept", ())})  # type: ignore[misc]
    findings = findings_of(subject).findings
    return find_repairs(prepared.path, subject, findings, kept=kept, **asked), prepared.path  # type: ignore[arg-type]


# req: D13
def test_every_repair_has_a_case() -> None:
    assert set(CASES) == set(repairs.names())


# req: D13
@pytest.mark.parametrize("name", list(CASES))
def test_it_mends_what_it_is_for_and_nothing_when_left_out(name: str, tmp_path: Path) -> None:
    spoil, touched, column = CASES[name]
    table = spoil(clean())
    found, path = look(table, tmp_path)
    before = path.read_bytes()
    mine = next(each for each in found.made if each.repair == name and each.column == column)
    assert (mine.cells if column else mine.rows) == touched
    assert mine.reason
    assert mine.id in mine.undo
    assert mine.step.told == mine.what
    given = pq.read_table(path)
    mended = applied(given, found.steps)
    assert mended.num_rows == found.rows_after
    assert mended.num_columns == found.columns_after
    assert path.read_bytes() == before  # the table stays what it is
    # the steps are data: written down and read again, they do the same
    steps = TypeAdapter(tuple[Step, ...]).validate_json(TypeAdapter(tuple[Step, ...]).dump_json(found.steps))
    assert applied(given, steps).equals(mended)
    # a table that was mended has nothing to mend
    once = {each: mended.column(each).to_pylist() for each in mended.column_names}
    assert not [each for each in look(once, tmp_path / "again")[0].made if each.repair == name]
    # left out by its own name or its kind's, it is as if it did not exist
    for left_out in {mine.id, name}:
        without, _ = look(table, tmp_path, without=(left_out,))
        assert mine.id in without.left_out
        assert mine.id not in {each.id for each in without.made}
        rest = [each.step for each in found.made if each.repair != name]
        if left_out == name and not {"letter-case", "numbers-in-text"} & {
            each.repair for each in without.made
        }:
            assert list(without.steps) == rest


# req: D13
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2]])
def test_it_leaves_a_column_alone_that_the_question_is_about_or_that_holds_personal_data(
    name: str, tmp_path: Path
) -> None:
    spoil, _, column = CASES[name]
    assert column is not None
    found, _ = look(spoil(clean()), tmp_path, kept=(column,))
    assert column not in {each.column for each in found.made}
    table = spoil(clean())
    table["first_name"] = table.pop(column)  # its name alone says that it tells of people
    found, _ = look(table, tmp_path)
    assert "first_name" not in {each.column for each in found.made}


def test_a_clean_table_is_left_as_it_is(tmp_path: Path) -> None:
    found, path = look(clean(), tmp_path)
    assert not found.made
    assert applied(pq.read_table(path), found.steps).equals(pq.read_table(path))


def test_a_repair_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no repair 'letter-cases'; expected one of: repeated-rows"):
        look(clean(), tmp_path, without=("letter-cases",))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["Aa", "AA", "aa"], "genotypes"),
        (["mW", "MW", "kW"], "units"),
        (["x1b", "X1B", "x2b"], "codes"),
        (["M", "m", "f"], "single letters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_case_that_may_mean_something_stays(values: list[str], why: str, tmp_path: Path) -> None:
    table = clean() | {"kind": [values[place % 3] for place in range(ROWS)]}
    assert not look(table, tmp_path)[0].made, why


@pytest.mark.parametrize(
    "form",
    ["{0},{1}", "{0}{0:03d},{1:03d}", "192.168.{0}.{1}", "030 {0:03d} {1:03d}", "{0:03d} €", "{0}.{1} / {1}"],
)
def test_text_that_may_be_read_in_two_ways_stays_text(form: str, tmp_path: Path) -> None:
    told = [form.format(place % 90 + 1, place * 7 % 1000) for place in range(ROWS)]
    assert not look(clean() | {"what": list(told)}, tmp_path)[0].made


@pytest.mark.parametrize(
    ("form", "value"),
    [("1.234,50 €", 1234.5), ("-$1,234.25", -1234.25), ("12%", 12.0), ("1'234.5", 1234.5), ("0,75", 0.75)],
)
def test_amounts_of_one_form_are_read_as_what_they_are(form: str, value: float, tmp_path: Path) -> None:
    other = form.translate(str.maketrans("27", "38"))
    told: list[object] = [form if place % 2 else other for place in range(ROWS)]
    found, path = look(clean() | {"what": told}, tmp_path)
    assert [each.id for each in found.made] == ["numbers-in-text:what"]
    assert applied(pq.read_table(path), found.steps).column("what")[1].as_py() == value


def test_rows_that_chance_makes_equal_are_kept(tmp_path: Path) -> None:
    dice = np.random.default_rng(3)
    table = {
        "left_shop": dice.choice(["gone", "stays"], ROWS).tolist(),
        "size": dice.integers(0, 40, ROWS).tolist(),
        "room": dice.integers(0, 25, ROWS).tolist(),
    }
    found, path = look(table, tmp_path)
    assert pq.read_table(path).to_pandas().duplicated().any()
    assert not found.made
