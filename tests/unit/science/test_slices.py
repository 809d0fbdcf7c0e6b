"""Groups of a sensitive column are compared: a planted difference is told, an even model is not accused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.science.explain.model import Explanation, Slices
from lakeglass.science.explain.slices import slices_of
from lakeglass.science.model import Budget, ModelingRequest
from lakeglass.science.pipeline.critique import criticise
from lakeglass.science.pipeline.model import AnalysisRequest, Eda
from lakeglass.science.pipeline.run import Analysis
from lakeglass.science.roles import roles_of
from lakeglass.science.splits import choose_split
from lakeglass.science.study import Study
from lakeglass.science.table import Table, from_arrow
from lakeglass.science.tasks import detect_task, target_values


def studied(frame: pd.DataFrame, target: str) -> tuple[Study, Table]:
    table = from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
    roles = roles_of(table, target)
    choice = detect_task(table, roles, target=target)
    values = target_values(table, choice)
    split = choose_split(table, choice, target=values, roles=roles)
    request = ModelingRequest(table="-", folder="-", target=target, budget=Budget(fits=1))
    return Study(request, table, roles, choice, values, split), table


def people(rows: int = 1200, *, unequal: float) -> tuple[pd.DataFrame, np.ndarray]:
    """Answers and chances; those of group B come out lower by `unequal`."""
    draw = np.random.default_rng(1)
    group = np.where(draw.random(rows) < 0.5, "A", "B")
    yes = draw.random(rows) < 0.5
    chance = np.clip(
        0.25 + 0.5 * yes + draw.normal(scale=0.15, size=rows) - unequal * (group == "B"), 0.01, 0.99
    )
    frame = pd.DataFrame({"group": group, "x": draw.normal(size=rows), "hired": np.where(yes, "yes", "no")})
    frame.loc[:29, "group"] = "C"
    return frame, np.stack([1 - chance, chance], axis=1)


def compared(unequal: float) -> Slices:
    frame, chances = people(unequal=unequal)
    study, table = studied(frame, "hired")
    return slices_of(study, table, "group", rows=np.arange(len(frame)), predicted=chances, threshold=0.5)


# req: D9
def test_a_planted_difference_is_told_with_its_least_size_and_an_even_model_is_not_accused() -> None:
    found = compared(0.2)
    assert sorted((one.group, one.small) for one in found.groups) == [("A", False), ("B", False), ("C", True)]
    assert "C" in found.note
    gaps = {gap.name: gap for gap in found.gaps}
    assert gaps["found"].sure
    assert (gaps["found"].lowest, gaps["found"].highest) == ("B", "A")
    assert 0 < gaps["found"].low < gaps["found"].value < gaps["found"].high
    for one in found.groups:
        for rate in one.rates:
            assert rate.low <= rate.value <= rate.high
    assert not any(gap.sure for gap in compared(0.0).gaps)


def test_the_critique_takes_a_sure_difference_up() -> None:
    eda = Eda.model_construct(examination=None)
    told = {
        unequal: criticise(eda, None, Explanation.model_construct(checks=(), slices=compared(unequal)))
        for unequal in (0.2, 0.0)
    }
    # one remark, however many rates are apart
    assert [each.code for each in told[0.2].remarks].count("groups-apart") == 1
    assert "percentage points (at least" in told[0.2].remarks[0].detail
    assert told[0.0].remarks == ()


def test_numbers_become_quarters_and_a_column_of_names_is_not_cut_up() -> None:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"age": draw.normal(40, 10, 400), "name": [f"n{n}" for n in range(400)], "pay": draw.normal(size=400)}
    )
    study, table = studied(frame, "pay")
    predicted = study.target + np.where(frame["age"] > 47, 1.0, 0.0)
    found = slices_of(study, table, "age", rows=np.arange(400), predicted=predicted, threshold=0.5)
    assert found.kind == "quarters"
    assert [one.rows for one in found.groups] == [100, 100, 100, 100]
    assert next(gap for gap in found.gaps if gap.name == "mean error").sure
    none = slices_of(study, table, "name", rows=np.arange(400), predicted=predicted, threshold=0.5)
    assert none.groups == ()
    assert "400 different values" in none.note
    with pytest.raises(InvalidInput, match="no column"):
        slices_of(study, table, "nope", rows=np.arange(400), predicted=predicted, threshold=0.5)


@pytest.mark.heavy
def test_an_analysis_reports_groups_and_what_is_lost_without_a_column(tmp_path: Path) -> None:
    frame, _ = people(unequal=0.0)
    draw = np.random.default_rng(2)
    frame["score"] = (
        draw.normal(size=len(frame)) + 2 * (frame["hired"] == "yes") - 1.5 * (frame["group"] == "B")
    )
    source = tmp_path / "hiring.csv"
    frame.to_csv(source, index=False)
    request = AnalysisRequest(target="hired", fits=12, sensitive="group", leave_out=("group",))
    Analysis(source, tmp_path / "job", request, settings=LakeSettings(threads=1), tell=lambda *_: None).run()
    found = Explanation.model_validate_json((tmp_path / "job" / "modeling" / "explain.json").read_bytes())
    assert found.slices is not None
    assert next(gap for gap in found.slices.gaps if gap.name == "chosen").sure
    score = next(each for each in found.absences if each.column == "score")
    assert score.loss > score.loss_with + 0.05
    report = (tmp_path / "job" / "report.html").read_text(encoding="utf-8")
    assert "Groups by group" in report
    assert "When a column does not come" in report
    assert "groups apart" in report
