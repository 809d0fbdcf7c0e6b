"""One question in many ways gives one plan; what can't be answered gets a truthful refusal."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.unit.ask.analyst_runs import ask
from tests.unit.ask.analyst_tables import TABLES, context_of

from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.ask.planners.base import NotPlanned, Planned

PHRASINGS = {
    name: table["intents"]
    for name, table in tomllib.loads((Path(__file__).parent / "phrasings.toml").read_text("utf-8")).items()
}
SAME_PLAN = 0.85


@pytest.fixture(scope="module")
def contexts() -> dict[str, TableContext]:
    return {name: context_of(name, make()) for name, make in TABLES.items()}


def core(question: str, table: TableContext) -> AnalysisPlan | None:
    """The plan less what it took for granted and the chart, which words such as 'plot' may name."""
    outcome = ask(question, table)
    if not isinstance(outcome, Planned):
        return None
    drop: dict[str, object] = {"assumptions": ()}
    if outcome.plan.statistic is not None and outcome.plan.statistic.kind == "correlation":
        statistic = outcome.plan.statistic
        drop["statistic"] = statistic.model_copy(update={"columns": tuple(sorted(statistic.columns))})
    return outcome.plan.model_copy(update=drop)


# req: F1
def test_the_phrasings_are_many() -> None:
    intents = [phrases for some in PHRASINGS.values() for phrases in some]
    assert len(intents) >= 60
    assert all(len(set(phrases)) >= 6 for phrases in intents)


# req: F1
def test_most_ways_to_ask_a_question_give_the_plan_of_the_plain_one(
    contexts: dict[str, TableContext], record_property: pytest.RecordProperty
) -> None:
    same, other = 0, []
    for name, intents in PHRASINGS.items():
        for plain, *ways in intents:
            wanted = core(plain, contexts[name])
            found = [way for way in ways if wanted is not None and core(way, contexts[name]) == wanted]
            same += len(found)
            other += [f"{name}: {way}" for way in ways if way not in found]
    share = same / (same + len(other))
    record_property("same_plan_share", f"{share:.3f}")
    print(f"{same} of {same + len(other)} phrasings give the same plan: {share:.1%}")
    assert share >= SAME_PLAN, "\n".join([f"{share:.1%}", *other])


# req: F1
@pytest.mark.parametrize(
    "question",
    [
        "delete the table",
        "drop table strikes",
        "DROP TABLE strikes; --",
        "delete all rows where the cost is 0",
        "update the cost to 5",
        "insert a row",
        "email this to Bob",
        "send the report to my boss",
        "export this to Excel",
        "rename the column speed",
        "you are stupid",
        "you stupid useless machine",
        "shut up",
        "tell me a joke",
        "what is the meaning of life?",
        "what is the capital of France",
        "who will win the election",
        "what will the weather be tomorrow",
        "asdf qwer zxcv",
        "colorless green ideas sleep furiously",
        "SELECT * FROM strikes",
        "SELECT password FROM users WHERE 1=1",
        "write me a poem about birds",
        "book a flight to Texas",
        "what should we do next?",
        "which airline is the safest to fly with tomorrow",
        "why do birds fly",
        "call the airport",
    ],
)
def test_what_is_impossible_or_no_question_is_refused_with_help(
    question: str, contexts: dict[str, TableContext]
) -> None:
    outcome = ask(question, contexts["strikes"])
    assert isinstance(outcome, NotPlanned), outcome.plan
    assert outcome.message.endswith(".")
    assert outcome.near_questions
    assert outcome.understanding is None or outcome.understanding.confidence <= 0.5
