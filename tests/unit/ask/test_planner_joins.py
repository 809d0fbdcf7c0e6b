"""Questions over two tables: joined once it is confirmed, never multiplied, and the base says what did not match."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from tests.unit.ask.analyst_runs import PLANNER, TODAY, Ran, run

from lakeglass.ask import lint
from lakeglass.ask.answer import compose
from lakeglass.ask.joins import JoinFinder
from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.ask.planners.base import Exchange, NotPlanned, PlanContext, Planned, TableLink
from lakeglass.ask.verify import verify
from lakeglass.core.settings import LakeSettings
from lakeglass.lake import local
from lakeglass.lake.engine import Engine

ORDERS = pd.DataFrame(
    {
        "order_id": range(200),
        "customer_id": [n * 7 % 44 + 1 for n in range(200)],
        "amount": [n % 17 + 1 for n in range(200)],
        "product": [("tea", "coffee")[n // 3 % 2] for n in range(200)],
    }
)
CUSTOMERS = pd.DataFrame(
    {
        "id": range(1, 41),
        "segment": ["home", "office", "school", "club"] * 10,
        "credit_limit": [100 * n for n in range(1, 41)],
    }
)
VISITS = pd.DataFrame(
    {"customer_id": [n % 40 + 1 for n in range(90)], "channel": ["web", "shop", "phone"] * 30}
)
TRUTH = ORDERS.merge(CUSTOMERS, left_on="customer_id", right_on="id", how="left")


@dataclass
class Pair:
    """Two tables in a folder, and how they may be joined."""

    tables: tuple[TableContext, ...]
    links: tuple[TableLink, ...]
    folder: Path

    def ask(
        self, question: str, *, confirmed: bool = True, earlier: Sequence[Exchange] = ()
    ) -> Planned | NotPlanned:
        """Plan a question."""
        links = tuple(k.model_copy(update={"confirmed": confirmed}) for k in self.links[:1])
        previous = next((e.plan for e in reversed(earlier) if e.plan is not None), None)
        context = PlanContext(
            tables=self.tables,
            links=links if confirmed else self.links,
            earlier=tuple(earlier),
            previous=previous,
            today=TODAY,
        )
        return asyncio.run(PLANNER.plan(question, context))

    def plan(self, question: str) -> AnalysisPlan:
        """The plan of what must plan."""
        outcome = self.ask(question)
        assert isinstance(outcome, Planned), outcome.message
        return outcome.plan

    def run(self, plan: AnalysisPlan) -> Ran:
        """Carry a plan out; its code is clean and its result passes every check."""
        table = self.links[0].table if plan.joins else self.tables[0]
        assert table is not None
        ran = run(plan, table, self.folder)
        assert lint.check(ran.code, (*self.tables, table)) == ()
        checks = verify(plan, ran.table, (table,), base=dict(ran.base))
        assert [c for c in checks if not c.passed] == []
        return ran


def _pair(folder: Path, **frames: pd.DataFrame) -> Pair:
    contexts: list[tuple[TableContext, Path]] = []
    for name, frame in frames.items():
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False)
        prepared = local.prepare(path, folder / "data", settings=LakeSettings(threads=1))
        context = TableContext(
            name=name,
            file=f"data/{prepared.path.name}",
            statistics=prepared.statistics,
            dataset_version=prepared.sha256,
        )
        contexts.append((context, prepared.path))
    finder = JoinFinder(Engine(LakeSettings(threads=1), spill=folder / "spill"))
    links = asyncio.run(finder.find(contexts))
    assert asyncio.run(finder.find(contexts)) == links
    return Pair(tuple(c for c, _ in contexts), links, folder)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return _pair(tmp_path_factory.mktemp("shop"), orders=ORDERS, customers=CUSTOMERS)


# req: F1
def test_a_measure_of_one_table_by_a_group_of_the_other(shop: Pair) -> None:
    plan = shop.plan("total amount by segment")
    assert [(j.source.name, j.on, j.key) for j in plan.joins] == [("customers", "customer_id", "id")]
    assert AnalysisPlan.model_validate_json(plan.model_dump_json()) == plan
    ran = shop.run(plan)
    found = dict(zip(ran.result.iloc[:, 0], ran.result.iloc[:, 1], strict=True))
    assert found == TRUTH.groupby("segment")["amount"].sum().to_dict()


def test_the_base_says_what_did_not_match(shop: Pair) -> None:
    plan = shop.plan("how many orders per segment")
    ran = shop.run(plan)
    missing = int(TRUTH["segment"].isna().sum())
    assert missing > 0
    assert ran.base["matched"] == 200 - missing
    table = shop.links[0].table
    assert table is not None
    answer = compose(plan, ran.table, (), (table,), base=dict(ran.base))
    assert f"{200 - missing} rows matched in customers by customer_id, {missing} had no match" in answer.base


def test_a_condition_on_the_other_table(shop: Pair) -> None:
    ran = shop.run(shop.plan("total amount of office customers"))
    assert ran.result.iloc[0, 0] == TRUTH.loc[TRUTH["segment"] == "office", "amount"].sum()


def test_what_one_table_answers_is_not_joined(shop: Pair) -> None:
    for question in ("total amount by product", "average credit limit by segment", "how many customers"):
        assert shop.plan(question).joins == ()


def test_an_unconfirmed_join_is_asked_once_with_its_evidence(shop: Pair) -> None:
    outcome = shop.ask("total amount by segment", confirmed=False)
    assert isinstance(outcome, NotPlanned)
    matched = int(TRUTH["segment"].notna().sum())
    assert f"customer_id = id: {matched} of 200 rows of orders" in outcome.message
    assert "where no id repeats" in outcome.message
    assert 1 <= len(outcome.near_questions) <= 3
    before = Exchange(question="total amount by segment", message=outcome.message)
    answered = shop.ask(outcome.near_questions[0], confirmed=False, earlier=[before])
    assert isinstance(answered, Planned)
    assert answered.joined is not None
    assert (answered.joined.on, answered.joined.key, answered.joined.confirmed) == ("customer_id", "id", True)
    assert [g.column for g in answered.plan.groups] == ["segment"]


def test_a_join_is_confirmed_without_a_question(shop: Pair) -> None:
    outcome = shop.ask('join orders with customers on "customer_id" = "id"', confirmed=False)
    assert isinstance(outcome, NotPlanned)
    assert outcome.answer is not None
    assert outcome.joined is not None


@pytest.mark.parametrize("question", ["average credit limit by product", "total credit limit of tea orders"])
def test_a_measure_that_the_join_would_multiply_is_refused(question: str, shop: Pair) -> None:
    outcome = shop.ask(question)
    assert isinstance(outcome, NotPlanned)
    assert "would be counted once for each of them" in outcome.message


def test_an_extreme_of_the_other_table_is_not_multiplied(shop: Pair) -> None:
    ran = shop.run(shop.plan("maximum credit limit by product"))
    assert set(ran.result.iloc[:, 1]) <= set(TRUTH.groupby("product")["credit_limit"].max())


def test_rows_of_the_other_table_are_counted_once_each(shop: Pair) -> None:
    plan = shop.plan("how many office customers bought tea?")
    ran = shop.run(plan)
    bought = TRUTH[(TRUTH["segment"] == "office") & (TRUTH["product"] == "tea")]
    assert ran.result.iloc[0, 0] == bought["customer_id"].nunique()


def test_values_that_repeat_on_both_sides_are_not_joined(tmp_path: Path) -> None:
    pair = _pair(tmp_path, orders=ORDERS, visits=VISITS)
    for confirmed in (True, False):
        outcome = pair.ask("total amount by channel", confirmed=confirmed)
        assert isinstance(outcome, NotPlanned)
        assert "would count rows several times" in outcome.message


def test_a_follow_up_stays_with_both_tables(shop: Pair) -> None:
    first = shop.plan("total amount by segment")
    followed = shop.ask("only for tea", earlier=[Exchange(question="total amount by segment", plan=first)])
    assert isinstance(followed, Planned)
    assert followed.plan.joins == first.joins
    assert [f.values for f in followed.plan.filters] == [("tea",)]
