"""Preparation learns from the rows of a fold only, survives its own JSON, and takes any table with the columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from lakeglass.core.errors import InvalidInput
from lakeglass.science.features.levels import LevelCodes, LevelMeans
from lakeglass.science.features.numbers import MomentParts
from lakeglass.science.features.preparation import Preparation, Style, prepare, usable
from lakeglass.science.roles import roles_of
from lakeglass.science.splits import Split
from lakeglass.science.table import Table, from_arrow
from lakeglass.science.tasks import TaskChoice, target_values

Prepared = Callable[..., tuple[Table, TaskChoice, Split]]
STYLES = [
    Style(shape="trees", categories="native"),
    Style(shape="trees", categories="codes"),
    Style(shape="trees", categories="means"),
    Style(shape="linear", categories="columns"),
]


@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.shape}-{s.categories}")
def test_what_is_fitted_depends_on_the_rows_of_the_fold_only(prepared: Prepared, style: Style) -> None:
    table, choice, split = prepared("bought")
    roles, wanted = roles_of(table, "bought"), target_values(table, choice)[:, None]
    train, judge = split.folds[0].train, split.folds[0].judge
    fitted, matrix = prepare(table.take(train), roles, style, wanted=wanted[train], seed=1)
    assert matrix.shape == (train.size, len(fitted.names()))
    texts, far = pa.array(["odd"] * judge.size), pa.array(np.full(judge.size, 1e9))
    changed = from_arrow(
        pa.table({c.name: texts if c.name in ("city", "note") else far for c in table.columns})
    )
    odd = fitted.transform(changed)
    assert odd.shape == (judge.size, matrix.shape[1])
    again, _ = prepare(table.take(train), roles, style, wanted=wanted[train], seed=1)
    assert again == fitted
    read_back = Preparation.model_validate_json(fitted.model_dump_json())
    np.testing.assert_array_equal(read_back.transform(table.take(judge)), fitted.transform(table.take(judge)))


def test_linear_models_get_no_gaps_and_no_far_values(prepared: Prepared) -> None:
    table, choice, _ = prepared("amount")
    fitted, matrix = prepare(
        table, roles_of(table, "amount"), STYLES[3], wanted=target_values(table, choice)[:, None], seed=0
    )
    assert np.isfinite(matrix).all()
    assert np.abs(matrix).max() < 20
    assert {"x", "z", "city", "when", "note", "member"} == set(fitted.sources())
    assert "x missing" in fitted.names()


def test_means_of_training_rows_leave_their_own_target_out() -> None:
    """A category of different values each says nothing; its means must not tell the target of the row itself."""
    draw = np.random.default_rng(0)
    wanted = draw.normal(size=(500, 1))
    table = from_arrow(pa.table({"c": [f"v{n}" for n in draw.integers(0, 250, 500)]}))
    fitted, own = LevelMeans.fit(table, "c", wanted=wanted, strength=1.0, seed=0)
    leaked = np.corrcoef(fitted.transform(table)[:, 0], wanted[:, 0])[0, 1]
    honest = np.corrcoef(own[:, 0], wanted[:, 0])[0, 1]
    assert leaked > 0.5
    assert honest < 0.1


def test_codes_follow_frequency_and_know_missing_from_unknown() -> None:
    table = from_arrow(pa.table({"c": ["b", "b", "a", None]}))
    plain = LevelCodes.fit(table, "c", native=False)
    assert plain.levels == ("b", "a")
    other = from_arrow(pa.table({"c": ["a", "z", None, "b"]}))
    np.testing.assert_equal(plain.transform(other)[:, 0], [1, 2, np.nan, 0])
    np.testing.assert_equal(
        LevelCodes.fit(table, "c", native=True).transform(other)[:, 0], [1, np.nan, np.nan, 0]
    )


def test_parts_of_a_moment_are_those_of_the_calendar() -> None:
    moments = ["2024-02-29T23:15:00", "2023-12-31T00:00:00", None]
    table = from_arrow(pa.table({"t": pa.array(moments).cast(pa.timestamp("s"))}))
    fitted = MomentParts.fit(table, "t")
    parts = dict(zip(fitted.parts, fitted.transform(table).T, strict=True))
    np.testing.assert_equal(parts["year"], [2024, 2023, np.nan])
    np.testing.assert_equal(parts["month"], [2, 12, np.nan])
    np.testing.assert_equal(parts["day"], [29, 31, np.nan])
    np.testing.assert_equal(parts["weekday"], [3, 6, np.nan])
    np.testing.assert_equal(parts["hour"], [23, 0, np.nan])
    np.testing.assert_equal(parts["day of year"], [60, 365, np.nan])


def test_topics_tell_texts_apart() -> None:
    draw = np.random.default_rng(0)
    about = draw.integers(0, 2, 200)
    words = (("goal", "match", "team", "league"), ("bread", "oven", "flour", "yeast"))
    texts = [" ".join(draw.choice(words[one], 6)) + f" number {n}" for n, one in enumerate(about)]
    table = from_arrow(pa.table({"t": texts}))
    fitted, matrix = prepare(table, roles_of(table), STYLES[0], wanted=about[:, None] * 1.0, seed=0)
    best = max(abs(np.corrcoef(column, about)[0, 1]) for column in matrix[:, :-2].T if column.std() > 0)
    assert best > 0.9
    assert len(fitted.names()) == matrix.shape[1]


def test_a_table_without_features_is_refused() -> None:
    table = from_arrow(pa.table({"a": [1.0] * 30, "row_id": range(30)}))
    with pytest.raises(InvalidInput, match="no column to learn from"):
        usable(roles_of(table))
