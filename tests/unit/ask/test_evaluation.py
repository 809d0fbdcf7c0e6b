"""The evaluation scores what stands in the result, and adds up what it scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lakeglass.ask.evaluation import (
    Field,
    Outcome,
    Progress,
    Question,
    Run,
    compare,
    read_questions,
    summarise,
)
from lakeglass.ask.evaluation.report import html
from lakeglass.ask.evaluation.runner import find_table
from lakeglass.ask.evaluation.score import equal, score
from lakeglass.ask.plan import AnalysisPlan, Group, Measure, Source
from lakeglass.ask.result import TableData
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import ModelSettings

PLAN = AnalysisPlan(
    sources=(Source(name="t", file="data/t.parquet"),),
    groups=(Group(column="city"),),
    measures=(Measure(aggregate="mean", column="price"),),
)
TABLE = TableData(
    columns=("city", "average price", "rows"), rows=(("Oslo", 12.5, 4), ("Bergen", 4.0, 2)), total=2
)


def _asked(**what: object) -> Question:
    return Question.model_validate({"id": "q", "table": "t", "question": "mean price by city?"} | what)


def _outcome(name: str, state: str, **what: object) -> Outcome:
    question = _asked(id=name, fields=[{"value": 1}])
    answered = {"sentence": "It is 1."} if state in {"right", "wrong"} else {}
    return Outcome.model_validate({"question": question, "state": state} | answered | what)


@pytest.mark.parametrize(
    ("cell", "field", "right"),
    [
        (34.651, {"value": "34.65"}, True),
        (34.656, {"value": "34.65"}, False),
        (34.65, {"value": 34.651, "tolerance": 0.01}, True),
        (34.65, {"value": 34.651}, False),
        (101.0, {"value": 100, "relative": 0.02}, True),
        ("Oslo ", {"value": "oslo"}, True),
        ("1995-03-08T00:00:00", {"value": "1995-03-08"}, True),
        (True, {"value": "yes"}, True),
        (1, {"value": True}, True),
        (None, {"value": None}, True),
        (None, {"value": 0}, False),
        (12, {"value": "12"}, True),
        (12.4, {"value": "12"}, False),
    ],
)
def test_a_cell_is_right_within_its_tolerance(cell: object, field: dict[str, object], right: bool) -> None:
    assert equal(cell, Field.model_validate(field)) is right  # type: ignore[arg-type]


def test_a_key_names_the_row_and_the_count_beside_a_measure_is_no_answer() -> None:
    wanted = [{"key": "Oslo", "value": 12.5}, {"key": "Bergen", "value": 12.5}, {"key": "Oslo", "value": 4}]
    scored = score(_asked(fields=wanted), PLAN, TABLE)
    assert [f.right for f in scored] == [True, False, False]


def test_a_value_without_a_key_needs_a_single_row() -> None:
    assert not score(_asked(fields=[{"value": 12.5}]), PLAN, TABLE)[0].right
    assert score(_asked(fields=[{"value": 4.0, "row": 1}]), PLAN, TABLE)[0].right


def test_the_best_alternative_counts() -> None:
    question = _asked(fields=[{"value": 1}], alternatives=[[{"key": "Oslo", "value": 12.5}]])
    assert [f.right for f in score(question, PLAN, TABLE)] == [True]


def test_published_sets_are_read_as_they_are(tmp_path: Path) -> None:
    line = {
        "id": 7,
        "question": "mean fare?",
        "file_name": "t.csv",
        "level": "hard",
        "concepts": ["Summary Statistics"],
        "common_answers": [["mean_fare", "34.65"]],
    }
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    (question,) = read_questions(path)
    assert (question.id, question.table, question.difficulty) == ("7", "t.csv", "hard")
    assert question.operation == "Summary Statistics"
    assert question.fields == (Field(name="mean_fare", value="34.65"),)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"table": "t", "question": "x"}', '{"table": "t", "question": "", "unanswerable": true}'],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"table": "t", "question": "x", "unanswerable": true}\n' + line, encoding="utf-8")
    with pytest.raises(InvalidInput, match="Line 2"):
        read_questions(path)


def test_tables_are_found_inside_their_folder_only(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.csv").write_text("x\n1\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("x\n1\n", encoding="utf-8")
    assert find_table(tmp_path / "tables", "a").name == "a.csv"
    with pytest.raises(InvalidInput):
        find_table(tmp_path / "tables", "../b")


def test_figures_are_over_all_questions() -> None:
    outcomes = (
        _outcome("1", "right", confidence=1.0, planning=0.01),
        _outcome("2", "wrong", confidence=0.9, planning=0.02),
        _outcome("3", "wrong", confidence=0.6, planning=0.03),
        _outcome("4", "refused", planning=0.5),
        Outcome(question=_asked(id="5", unanswerable=True), state="right"),
    )
    summary = summarise(outcomes)
    assert (summary.questions, summary.right, summary.refused) == (5, 2, 1)
    assert summary.accuracy == pytest.approx(0.4)
    assert summary.answered == pytest.approx(0.75)
    assert summary.right_when_answered == pytest.approx(1 / 3)
    assert summary.sure_and_wrong == pytest.approx(0.2)
    assert (summary.planning_p50, summary.planning_p95) == (0.02, 0.5)
    assert [(p.name, p.right, p.questions) for p in summary.by_operation] == [("other", 2, 5)]


def test_two_runs_tell_what_got_better_and_worse() -> None:
    first = (_outcome("1", "right"), _outcome("2", "wrong"), _outcome("3", "right"))
    second = (_outcome("1", "right"), _outcome("2", "right"), _outcome("3", "refused"))
    runs = [Run(planner="p", summary=summarise(o), outcomes=o) for o in (first, second)]
    comparison = compare(*runs)
    assert (comparison.better, comparison.worse, comparison.compared) == (("2",), ("3",), 3)


def test_the_report_shows_what_was_asked_as_text() -> None:
    outcome = _outcome("1", "wrong", code="print('<b>')", restatement="<script>")
    page = html(
        Run(planner="p", summary=summarise((outcome,)), outcomes=(outcome,)),
        title="<i>",
        comparison=None,
    )
    assert "&lt;script&gt;" in page
    assert "print(&#x27;&lt;b&gt;&#x27;)" in page
    assert "<script>" not in page


@pytest.mark.heavy
def test_a_set_is_asked_in_the_sandbox(tmp_path: Path) -> None:
    import asyncio

    from lakeglass.ask.evaluation import evaluate
    from lakeglass.core.settings import Settings

    (tmp_path / "shops.csv").write_text("city,price\nOslo,1\nOslo,3\nBergen,4\n", encoding="utf-8")
    questions = (
        _asked(id="a", table="shops", question="average price by city", fields=[{"key": "Oslo", "value": 2}]),
        _asked(id="b", table="shops", question="average age", unanswerable=True),
        _asked(id="c", table="shops", question="total price", fields=[{"value": 9}]),
    )
    outcomes = asyncio.run(evaluate(questions, tmp_path, planner="builtin", workers=2, settings=Settings()))
    assert [o.state for o in outcomes] == ["right", "right", "wrong"]
    assert outcomes[2].sentence
    assert "pd.read_parquet" in outcomes[2].code


# req: F3
def test_a_run_that_was_killed_knows_what_it_asked_and_nothing_of_other_runs(tmp_path: Path) -> None:
    outcomes = [_outcome("1", "right"), _outcome("2", "wrong"), _outcome("3", "refused")]
    questions = [one.question for one in outcomes]

    def progress(planner: str = "both", model: ModelSettings | None = None) -> Progress:
        return Progress(tmp_path, questions, tables=tmp_path, planner=planner, model=model or ModelSettings())

    first = progress()
    assert first.known() == {}
    for outcome in outcomes[:2]:
        first.keep(outcome)
    with (tmp_path / "progress.jsonl").open("a", encoding="utf-8") as file:
        file.write(outcomes[2].model_dump_json()[:50])  # a kill in the middle of a line
    assert progress().known() == {0: outcomes[0], 1: outcomes[1]}
    progress().keep(outcomes[2])
    assert len(progress().known()) == 3
    assert progress(model=ModelSettings(strong="another")).known() == {}
    assert progress().known() == {}


# req: F3
def test_two_planners_are_counted_where_both_read_the_question() -> None:
    outcomes = (
        _outcome("1", "right", verdict="same plan", beside="right", author="model"),
        _outcome("2", "right", verdict="differs", beside="wrong", author="model", attempts=2),
        _outcome("3", "wrong", verdict="differs", beside="right", author="model"),
        _outcome("4", "wrong", verdict="same values", beside="wrong", author="model"),
        _outcome("5", "right", fallback="No model answered."),
    )
    summary = summarise(outcomes)
    assert (summary.by_model, summary.fell_back, summary.corrected) == (4, 1, 1)
    agreement = summary.agreement
    assert agreement is not None
    assert (agreement.both, agreement.agree, agreement.agree_right) == (4, 2, 1)
    assert (agreement.both_right, agreement.only_answered_right, agreement.only_beside_right) == (1, 1, 1)
