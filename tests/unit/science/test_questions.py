"""What is asked back: only where the table leaves it open; answers are checked and settle the request."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import LakeSettings
from lakeglass.science.assess.threshold import Costs
from lakeglass.science.pipeline.folder import JobFolder
from lakeglass.science.pipeline.model import AnalysisRequest, Clarification, Eda, Question, StageName
from lakeglass.science.pipeline.questions import answered, checked, settled, told
from lakeglass.science.pipeline.run import Analysis

ROWS = 400
DRAW = np.random.default_rng(5)
CLEAR = pd.DataFrame({"size": DRAW.normal(size=ROWS), "price": DRAW.normal(100, 9, ROWS)})


def begun(tmp_path: Path, table: pd.DataFrame, request: AnalysisRequest) -> tuple[Analysis, JobFolder]:
    """An analysis whose table was taken in and examined."""
    tmp_path.mkdir(exist_ok=True)
    source = tmp_path / "table.csv"
    table.to_csv(source, index=False)
    analysis = Analysis(source, tmp_path / "job", request, settings=LakeSettings(threads=1), tell=_quiet)
    analysis.do("ingest")
    analysis.do("eda")
    return analysis, JobFolder(tmp_path / "job")


def asked(tmp_path: Path, table: pd.DataFrame, **request: str) -> dict[str, Question]:
    _, folder = begun(tmp_path, table, AnalysisRequest.model_validate(request))
    known = folder.read("clarify.json", Clarification)
    return {each.id: each for each in known.questions}


def _quiet(_: StageName, __: str) -> None:
    """Nobody listens."""


def test_nothing_is_asked_of_a_clear_table(tmp_path: Path) -> None:
    assert asked(tmp_path, CLEAR.assign(target=DRAW.normal(size=ROWS))) == {}


def test_the_target_is_asked_for_when_several_are_as_likely(tmp_path: Path) -> None:
    table = CLEAR.assign(outcome=DRAW.normal(size=ROWS), label=DRAW.choice(["a", "b"], ROWS))
    question = asked(tmp_path, table)["target"]
    assert [each.value for each in question.options] == ["label", "outcome", ""]
    assert question.default == "label"


def test_the_target_is_asked_for_when_none_is_likely_and_the_default_is_no_model(tmp_path: Path) -> None:
    table = pd.DataFrame({"aa": DRAW.normal(size=ROWS), "bb": DRAW.normal(size=ROWS)})
    found = asked(tmp_path, table)
    assert list(found) == ["target"]
    assert found["target"].default == ""
    assert {each.value for each in found["target"].options} == {"", "aa", "bb"}


def test_a_named_target_is_not_asked_for(tmp_path: Path) -> None:
    table = CLEAR.assign(outcome=DRAW.normal(size=ROWS), label=DRAW.choice(["a", "b"], ROWS))
    assert "target" not in asked(tmp_path, table, target="outcome")


def test_few_whole_numbers_may_be_classes_or_amounts(tmp_path: Path) -> None:
    table = CLEAR.assign(stars=DRAW.integers(2, 8, ROWS))
    question = asked(tmp_path, table, target="stars")["task"]
    assert (question.default, {each.value for each in question.options}) == (
        "regression",
        {"regression", "multiclass"},
    )
    assert "task" not in asked(tmp_path / "other", table, target="stars", task="multiclass")


def test_two_columns_of_times_are_asked_about_and_one_is_not(tmp_path: Path) -> None:
    day = pd.to_datetime("2024-01-01") + pd.to_timedelta(DRAW.integers(0, 300, ROWS), unit="D")
    one = CLEAR.assign(target=DRAW.normal(size=ROWS), ordered=day)
    assert "time" not in asked(tmp_path, one)
    two = one.assign(shipped=day + pd.to_timedelta(DRAW.integers(1, 9, ROWS), unit="D"))
    assert {each.value for each in asked(tmp_path / "two", two)["time"].options} == {"", "ordered", "shipped"}


def test_rows_that_belong_together_are_asked_about(tmp_path: Path) -> None:
    table = CLEAR.assign(customer_id=DRAW.integers(0, 60, ROWS), target=DRAW.normal(size=ROWS))
    assert [each.value for each in asked(tmp_path, table)["group"].options] == ["", "customer_id"]


def test_a_rare_class_makes_the_price_of_errors_a_question(tmp_path: Path) -> None:
    rare = np.where(np.arange(ROWS) % 20 == 3, "bad", "good")
    analysis, folder = begun(tmp_path, CLEAR.assign(target=rare), AnalysisRequest())
    known = folder.read("clarify.json", Clarification)
    assert [each.id for each in known.questions] == ["cost"]
    assert settled(AnalysisRequest(), answered(known, None)).costs is None
    assert settled(AnalysisRequest(), answered(known, {"cost": "miss-5"})).costs == Costs(
        false_alarm=1, miss=5
    )
    analysis.do("clarify", {"cost": "miss-20"})
    after = folder.read("clarify.json", Clarification)
    assert (after.answered_by, after.answers) == ("you", {"cost": "miss-20"})
    assert any("as you said" in line for line in told(after))


def test_another_target_is_examined_again_and_the_task_of_the_first_is_not_taken(tmp_path: Path) -> None:
    table = CLEAR.assign(outcome=DRAW.normal(size=ROWS), label=DRAW.integers(2, 8, ROWS))
    analysis, folder = begun(tmp_path, table, AnalysisRequest())
    known = folder.read("clarify.json", Clarification)
    assert known.chosen == "label"
    answers = checked(known, {"target": "outcome"}, columns=tuple(table.columns))
    assert answers["task"] == "multiclass"
    analysis.do("clarify", answers)
    after = folder.read("clarify.json", Clarification)
    assert folder.read("eda.json", Eda).target == "outcome"
    assert settled(AnalysisRequest(), after).task is None


def test_without_answers_the_defaults_are_taken_and_told(tmp_path: Path) -> None:
    table = CLEAR.assign(outcome=DRAW.normal(size=ROWS), label=DRAW.choice(["a", "b"], ROWS))
    analysis, folder = begun(tmp_path, table, AnalysisRequest())
    analysis.do("clarify")
    after = folder.read("clarify.json", Clarification)
    assert (after.answered_by, after.answers, after.chosen) == ("default", {"target": "label"}, "label")
    assert any("nobody answered" in line for line in told(after))


@pytest.mark.parametrize(
    "answers", [{"weather": "fine"}, {"target": "nothing of the kind"}, {"target": "x" * 5000}]
)
def test_what_is_no_answer_is_refused(tmp_path: Path, answers: dict[str, str | None]) -> None:
    table = CLEAR.assign(outcome=DRAW.normal(size=ROWS), label=DRAW.choice(["a", "b"], ROWS))
    _, folder = begun(tmp_path, table, AnalysisRequest())
    with pytest.raises(InvalidInput):
        checked(folder.read("clarify.json", Clarification), answers, columns=tuple(table.columns))


def test_any_column_may_be_the_target_and_null_is_the_default(tmp_path: Path) -> None:
    table = CLEAR.assign(outcome=DRAW.normal(size=ROWS), label=DRAW.choice(["a", "b"], ROWS))
    _, folder = begun(tmp_path, table, AnalysisRequest())
    known, columns = folder.read("clarify.json", Clarification), tuple(table.columns)
    assert checked(known, {"target": "size"}, columns=columns) == {"target": "size"}
    assert checked(known, {"target": None}, columns=columns) == {"target": "label"}
    assert checked(known, {}, columns=columns) == {"target": "label"}
