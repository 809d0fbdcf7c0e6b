"""Follow-ups that refer to the answer before, take parts of it away, or go to another place of its ranking."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.ask.analyst_tables import TABLES, context_of, save
from tests.unit.ask.conversing import Conversation

from lakeglass.ask.planners.base import NotPlanned

CONTEXTS = {name: context_of(name, make()) for name, make in TABLES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("references")
    for name, make in TABLES.items():
        save(name, make(), path)
    return path


def _conditions(talk: Conversation, text: str) -> dict[str, tuple[str, tuple[object, ...]]]:
    return {f.column: (f.operator, f.values) for f in talk.plan(text).filters}


def _top_states(count: int) -> tuple[str, ...]:
    return tuple(TABLES["strikes"]()["Origin State"].value_counts().index[:count])


def test_those_are_the_values_that_the_ranking_showed(folder: Path) -> None:
    talk = Conversation(CONTEXTS["strikes"], folder)
    talk.plan("top 2 states by number of strikes")
    excluded = _conditions(talk, "exclude those")
    assert excluded == {"Origin State": ("not in", _top_states(2))}
    talk.plan("undo")
    rest = talk.plan("exclude those")
    assert rest.limit == 2
    assert talk.earlier[-1].result is not None
    assert set(talk.earlier[-1].result.values("Origin State")).isdisjoint(_top_states(2))


@pytest.mark.parametrize(
    "question",
    [
        "average speed for those states",
        "what is the average speed in these states?",
        "average speed of those",
        "mean speed for those ones",
    ],
)
def test_a_whole_question_about_those(question: str, folder: Path) -> None:
    talk = Conversation(CONTEXTS["strikes"], folder)
    talk.plan("top 2 states by number of strikes")
    plan = talk.plan(question)
    assert (plan.measures[0].aggregate, plan.measures[0].column) == ("mean", "Speed IAS in knots")
    assert plan.groups == ()
    assert [(f.operator, f.values) for f in plan.filters] == [("in", _top_states(2))]
    assert any("those of the answer before" in a for a in plan.assumptions)


def test_a_ranking_among_those(folder: Path) -> None:
    talk = Conversation(CONTEXTS["strikes"], folder)
    talk.plan("top 3 states by number of strikes")
    plan = talk.plan("which of those states has the lowest average speed?")
    assert [g.column for g in plan.groups] == ["Origin State"]
    assert plan.limit == 1
    assert [f.values for f in plan.filters] == [_top_states(3)]


def test_those_by_something_else(folder: Path) -> None:
    talk = Conversation(CONTEXTS["strikes"], folder)
    talk.plan("top 2 states by number of strikes")
    plan = talk.plan("what about those states by time of day")
    assert [g.column for g in plan.groups] == ["Time of day"]
    assert [f.values for f in plan.filters] == [_top_states(2)]


def test_those_of_a_condition_are_kept_or_turned_around() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("how many strikes in Texas")
    assert _conditions(talk, "exclude those") == {"Origin State": ("!=", ("Texas",))}
    both = _conditions(talk, "how many of those were at night")
    assert both == {"Time of day": ("=", ("Night",)), "Origin State": ("!=", ("Texas",))}


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ("average repair cost by wildlife size", "nothing would be left"),
        ("how many strikes in Texas at night", "several conditions"),
        ("top 5 rows by speed", "no name of their own"),
    ],
)
def test_those_that_can_not_be_meant_are_refused(first: str, reason: str, folder: Path) -> None:
    talk = Conversation(CONTEXTS["strikes"], folder)
    talk.plan(first)
    assert reason in talk.refused("exclude those")


def test_groups_whose_measure_is_large_enough() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("average repair cost by state")
    plan = talk.plan("only those over 3000")
    assert plan.having is not None
    assert (plan.having.operator, plan.having.value) == (">", 3000)
    assert talk.plan("show all").having is None


def test_a_comparison_that_names_a_column_is_not_taken_for_the_measure() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("average speed by state")
    outcome = talk.say("those that cost more than 5")
    assert isinstance(outcome, NotPlanned) or outcome.plan.having is None


def test_places_of_a_ranking_are_edited() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    assert talk.plan("which state has the second highest repair cost").nth == 2
    assert talk.plan("and the third?").nth == 3
    lowest = talk.plan("and the lowest?")
    assert (lowest.nth, lowest.limit, lowest.sort and lowest.sort.descending) == (None, 1, False)
    assert talk.plan("top 3 instead").limit == 3
    assert talk.plan("show all").limit is None


def test_conditions_of_which_one_must_hold_are_edited() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("how many strikes in Texas or at night")
    other = talk.plan("and in Ohio?")
    assert [(f.column, f.values) for f in other.any_of] == [
        ("Origin State", ("Ohio",)),
        ("Time of day", ("Night",)),
    ]
    single = talk.plan("not Ohio")
    assert single.any_of == ()
    assert [(f.column, f.operator) for f in single.filters] == [("Time of day", "=")]


def test_either_of_two_new_conditions_is_not_both() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("average repair cost by wildlife size")
    plan = talk.plan("either Texas or at night")
    assert plan.filters == ()
    assert {f.column for f in plan.any_of} == {"Origin State", "Time of day"}


def test_parts_are_taken_away() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("how many strikes by state at night in 1995")
    assert {f.column for f in talk.plan("for all times of day").filters} == {"Flight Date"}
    assert talk.plan("remove the filter").filters == ()
    assert talk.plan("in percent").measures[0].of_total
    overall = talk.plan("overall")
    assert (overall.groups, overall.measures[0].of_total) == ((), False)


def test_a_yes_no_column_as_a_condition() -> None:
    talk = Conversation(CONTEXTS["orders"])
    talk.plan("how many orders by region")
    assert _conditions(talk, "only returned ones") == {"returned": ("=", (True,))}
    assert _conditions(talk, "not returned") == {"returned": ("=", (False,))}


def test_and_how_many_counts_the_groups_before() -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("average repair cost by wildlife size")
    plan = talk.plan("and how many are there?")
    assert (plan.measures[0].aggregate, [g.column for g in plan.groups]) == ("count", ["Wildlife Size"])


@pytest.mark.parametrize("question", ["break it down by state", "across states", "per state instead"])
def test_another_grouping_keeps_the_measure(question: str) -> None:
    talk = Conversation(CONTEXTS["strikes"])
    talk.plan("average repair cost by wildlife size")
    plan = talk.plan(question)
    assert plan.measures[0].column == "Cost Repair"
    assert plan.groups[-1].column == "Origin State"


def test_the_same_for_a_year_that_is_a_number() -> None:
    talk = Conversation(CONTEXTS["weather"])
    talk.plan("average wind by city")
    assert _conditions(talk, "the same for 2013") == {"year": ("=", (2013,))}
    assert _conditions(talk, "and 2014") == {"year": ("=", (2014,))}
