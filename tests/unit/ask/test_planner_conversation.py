"""Remarks about the conversation: corrections that are learned, undo, why, and how two answers differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.ask.analyst_tables import TABLES, context_of, save
from tests.unit.ask.conversing import Conversation

from lakeglass.ask.plan import TaughtWord
from lakeglass.ask.planners.base import NotPlanned, Planned

ORDERS = context_of("orders", TABLES["orders"]())


def _measure(conversation: Conversation, text: str) -> tuple[str, str | None]:
    measure = conversation.plan(text).measures[0]
    return measure.aggregate, measure.column


# req: F1
def test_a_correction_is_answered_and_learned() -> None:
    talk = Conversation(ORDERS)
    assert _measure(talk, "total revenue by region") == ("sum", "net_sales")
    corrected = talk.say("no, I meant quantity")
    assert isinstance(corrected, Planned)
    assert corrected.learned == TaughtWord(phrase="revenue", columns=("quantity",))
    assert corrected.plan.measures[0].column == "quantity"
    assert [g.column for g in corrected.plan.groups] == ["region"]
    later = talk.plan("average revenues per month")
    assert later.measures[0].column == "quantity"
    assert any("“revenues” is read as quantity, as you taught" in a for a in later.assumptions)


@pytest.mark.parametrize(
    ("question", "correction"),
    [
        ("total gizmos by region", "i meant quantity"),
        ("average zork by region", "i meant quantity"),
        ("total gizmos by region", "No, I mean quantity."),
        ("total gizmos by region", "sorry, I meant the column quantity"),
        ("total gizmos by region", "not gizmos but quantity"),
        ("total gizmos by region", "by gizmos I mean quantity"),
        ("total gizmos by region", "gizmos means quantity"),
        ("total gizmos by region", "when I say gizmos, I mean quantity"),
        ("total gizmos by region", "I meant quantity, not gizmos"),
    ],
)
def test_ways_to_correct_a_word_that_was_not_understood_or_guessed(question: str, correction: str) -> None:
    talk = Conversation(ORDERS)
    talk.say(question)
    plan = talk.plan(correction)
    assert plan.measures[0].column == "quantity"
    assert [g.column for g in plan.groups] == ["region"]
    word = "zork" if "zork" in question else "gizmos"
    assert _measure(talk, f"average {word}") == ("mean", "quantity")


def test_a_word_is_taught_before_any_question() -> None:
    talk = Conversation(ORDERS)
    assert "“turnover” is read as quantity" in talk.told("by turnover I mean quantity").sentence
    assert _measure(talk, "total turnover") == ("sum", "quantity")


def test_a_calculation_is_taught() -> None:
    talk = Conversation(ORDERS)
    talk.told("profit is net sales minus quantity")
    plan = talk.plan("average profit by region")
    assert [(d.kind, d.columns) for d in plan.derive] == [("-", ("net_sales", "quantity"))]
    assert plan.measures[0].aggregate == "mean"
    assert any("as you taught" in a for a in plan.assumptions)


@pytest.mark.parametrize(
    "remark",
    [
        "by average I mean net_sales",
        "by quantity I mean net_sales",
        "by the I mean net_sales",
        "by turnover I mean a thing that is not there",
    ],
)
def test_what_can_not_be_taught_is_said(remark: str) -> None:
    talk = Conversation(ORDERS)
    outcome = talk.say(remark)
    assert isinstance(outcome, NotPlanned)
    assert outcome.learned is None
    assert outcome.message


def test_a_correction_of_an_exact_name_changes_the_answer_and_teaches_nothing() -> None:
    talk = Conversation(ORDERS)
    talk.plan("average net sales by region")
    corrected = talk.say("no, I meant quantity")
    assert isinstance(corrected, Planned)
    assert corrected.learned is None
    assert (corrected.plan.measures[0].aggregate, corrected.plan.measures[0].column) == ("mean", "quantity")
    assert [g.column for g in corrected.plan.groups] == ["region"]


@pytest.mark.parametrize(
    ("correction", "check"),
    [
        ("no, I meant the median", lambda p: p.measures[0].aggregate == "median"),
        ("no, only North", lambda p: p.filters[0].values == ("North",)),
        ("I meant by category", lambda p: p.groups[0].column == "product_category"),
    ],
)
def test_a_correction_of_anything_else_changes_the_plan(correction: str, check: object) -> None:
    talk = Conversation(ORDERS)
    talk.plan("average net sales by region")
    assert callable(check)
    assert check(talk.plan(correction))


def test_a_taught_word_whose_column_is_gone_is_not_used() -> None:
    word = TaughtWord(phrase="gizmos", columns=("gone",))
    talk = Conversation(ORDERS.model_copy(update={"taught": (word,)}))
    assert "gizmos" in talk.refused("average gizmos")


def test_undo_goes_back_one_turn_at_a_time() -> None:
    talk = Conversation(ORDERS)
    first = talk.plan("average net sales by region")
    second = talk.plan("only for North")
    talk.plan("as a pie chart")
    assert talk.plan("undo").filters == second.filters
    assert talk.plan("undo that").groups == first.groups
    assert "first question" in talk.refused("undo")


def test_undo_takes_back_a_question_that_was_not_answered() -> None:
    talk = Conversation(ORDERS)
    first = talk.plan("average net sales by region")
    talk.refused("only for Atlantis")
    assert talk.plan("undo").groups == first.groups
    assert talk.plan("only for North").groups == first.groups


@pytest.mark.parametrize("question", ["why?", "Explain that.", "How did you get that?"])
def test_why_tells_reading_filters_base_and_checks(question: str, tmp_path: Path) -> None:
    save("orders", TABLES["orders"](), tmp_path)
    talk = Conversation(ORDERS, tmp_path)
    talk.plan("average net sales by region in the North")
    answer = talk.told(question)
    for said in ("Average net_sales", "region is North", "checks of the result passed"):
        assert said in answer.sentence
    assert "of 400 rows" in answer.base
    assert answer.checks


def test_why_after_a_refusal_tells_the_reason() -> None:
    talk = Conversation(ORDERS)
    refusal = talk.refused("average zork")
    assert refusal in talk.told("why?").sentence


def test_why_without_a_question_before_is_no_remark() -> None:
    assert Conversation(ORDERS).refused("why?")


def test_the_difference_of_two_answers(tmp_path: Path) -> None:
    frame = TABLES["orders"]()
    save("orders", frame, tmp_path)
    talk = Conversation(ORDERS, tmp_path)
    talk.plan("how many orders in the North")
    talk.plan("and in the South?")
    answer = talk.told("compared to the previous answer")
    north, south = ((frame["region"] == name).sum() for name in ("North", "South"))
    assert [n.value for n in answer.numbers] == [south, north, south - north]
    assert f"{abs(south - north)} {'more' if south > north else 'less'}" in answer.sentence


def test_the_difference_of_two_grouped_answers(tmp_path: Path) -> None:
    frame = TABLES["orders"]()
    save("orders", frame, tmp_path)
    talk = Conversation(ORDERS, tmp_path)
    talk.plan("total quantity by region in 2023")
    talk.plan("and in 2024?")
    answer = talk.told("compare to the previous answer")
    sums = frame.groupby(["region", frame["order_date"].dt.year])["quantity"].sum().unstack()
    change = (sums[2024] - sums[2023]).to_dict()
    assert {n.label: n.value for n in answer.numbers} == change


def test_answers_of_different_measures_are_not_compared(tmp_path: Path) -> None:
    save("orders", TABLES["orders"](), tmp_path)
    talk = Conversation(ORDERS, tmp_path)
    talk.plan("how many orders in the North")
    talk.plan("average quantity")
    assert "same figure" in talk.refused("compared to the previous answer")


def test_an_ordinary_question_is_no_remark() -> None:
    talk = Conversation(ORDERS)
    talk.plan("average net sales by region")
    assert [g.column for g in talk.plan("what is the total quantity by category").groups] == [
        "product_category"
    ]
