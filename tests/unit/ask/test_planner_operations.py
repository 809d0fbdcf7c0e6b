"""Operations with settings of their own: most other ways to ask for one give the plan of the plain way."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.unit.ask.analyst_runs import ask
from tests.unit.ask.analyst_tables import TABLES, context_of

from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.ask.planners.base import Planned

OPERATIONS = {
    name: table["intents"]
    for name, table in tomllib.loads((Path(__file__).parent / "operations.toml").read_text("utf-8")).items()
}
SAME_PLAN = 0.85


def core(question: str, table: TableContext) -> AnalysisPlan | None:
    """The plan less what it took for granted and the chart."""
    outcome = ask(question, table)
    if not isinstance(outcome, Planned):
        return None
    return outcome.plan.model_copy(update={"assumptions": (), "chart": None})


# req: F1
def test_every_operation_is_asked_in_six_ways() -> None:
    assert all(len(set(ways)) >= 6 for intents in OPERATIONS.values() for ways in intents)


# req: F1
@pytest.mark.parametrize("name", OPERATIONS)
def test_most_ways_to_ask_for_an_operation_give_its_plan(
    name: str, record_property: pytest.RecordProperty
) -> None:
    table = context_of(name, TABLES[name]())
    same, other = 0, []
    for plain, *ways in OPERATIONS[name]:
        wanted = core(plain, table)
        assert wanted is not None, plain
        for way in ways:
            if core(way, table) == wanted:
                same += 1
            else:
                other.append(way)
    share = same / (same + len(other))
    record_property("same_plan_share", f"{share:.3f}")
    print(f"{name}: {same} of {same + len(other)} phrasings give the same plan: {share:.1%}")
    assert share >= SAME_PLAN, "\n".join([f"{share:.1%}", *other])
