"""The task that a target asks for, and why."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from lakeglass.core.errors import InvalidInput
from lakeglass.science.roles import roles_of
from lakeglass.science.table import from_arrow
from lakeglass.science.tasks import Task, TaskChoice, detect_task, target_values

DRAW = np.random.default_rng(3)
N = 400


def task_of(values: object, *, name: str = "y", task: Task | None = None, **others: object) -> TaskChoice:
    table = from_arrow(pa.table({name: values, **others}))
    return detect_task(table, roles_of(table, name), target=name, task=task)


# req: D9
@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("churn", ["yes", "no", "no", "no"] * 100, "binary"),
        ("y", [0, 1, 1, 1] * 100, "binary"),
        ("y", [1.5, 2.5] * 200, "binary"),
        ("y", pa.array([True, False] * 200), "binary"),
        ("kind", ["a", "b", "c", "d"] * 100, "multiclass"),
        ("quality_class", [3, 4, 5, 6] * 100, "multiclass"),
        ("claims", DRAW.poisson(2, N), "count"),
        ("y", DRAW.poisson(1.5, N), "count"),
        ("rentals", DRAW.poisson(40, N) * (DRAW.random(N) < 0.9), "count"),
        ("price", DRAW.integers(300, 20000, N), "regression"),
        ("y", DRAW.normal(size=N), "regression"),
        ("score", DRAW.integers(-5, 6, N), "regression"),
    ],
)
def test_the_task_follows_from_name_and_values(name: str, values: object, expected: str) -> None:
    found = task_of(values, name=name)
    assert found.task == expected
    assert name in found.reason


def test_a_number_at_an_even_pace_is_a_forecast_alone_and_for_each_series() -> None:
    days = np.datetime64("2024-01-01") + np.arange(200)
    alone = task_of(DRAW.normal(size=200), name="sales", day=pa.array(days))
    assert (alone.task, alone.time, alone.series) == ("forecast", "day", None)
    both = task_of(
        DRAW.normal(size=400),
        name="sales",
        day=pa.array(np.tile(days, 2)),
        shop=["north"] * 200 + ["south"] * 200,
    )
    assert (both.task, both.time, both.series) == ("forecast", "day", "shop")
    irregular = np.datetime64("2024-01-01") + np.sort(DRAW.integers(0, 4000, 200))
    assert task_of(DRAW.normal(size=200), name="sales", day=pa.array(irregular)).task == "regression"


def test_the_class_looked_for_comes_last_by_name_or_by_rarity() -> None:
    assert task_of(["No", "Yes"] * 20).classes == ("No", "Yes")
    assert task_of(["good", "bad", "bad"] * 20).positive == "bad"
    assert task_of(["red", "red", "blue"] * 20).classes == ("red", "blue")
    found = task_of([5, 5, 9] * 20)
    assert found.classes == ("5", "9")


def test_target_values_are_places_of_classes_and_keep_gaps() -> None:
    table = from_arrow(pa.table({"y": ["b", None, "a", "c"] * 10}))
    choice = detect_task(table, roles_of(table, "y"), target="y")
    np.testing.assert_equal(target_values(table, choice)[:4], [1, np.nan, 0, 2])
    assert choice.rows_without_target == 10
    numbers = from_arrow(pa.table({"y": pa.array([2, None, 7] * 10)}))
    chosen = detect_task(numbers, roles_of(numbers, "y"), target="y")
    np.testing.assert_equal(
        target_values(numbers, chosen)[:3], [chosen.classes.index("2"), np.nan, chosen.classes.index("7")]
    )


def test_without_a_target_rows_are_grouped() -> None:
    table = from_arrow(pa.table({"x": [1.0, 2.0]}))
    assert detect_task(table, roles_of(table), target=None).task == "clustering"


def test_another_task_is_taken_when_it_is_possible() -> None:
    assert task_of(DRAW.poisson(2, N), task="regression").task == "regression"
    assert task_of(DRAW.poisson(2, N), task="multiclass").classes[0] == "0"
    for values, asked in (
        (["a", "b", "c"] * 20, "regression"),
        (DRAW.normal(size=N), "count"),
        (DRAW.normal(size=N), "binary"),
    ):
        with pytest.raises(InvalidInput, match="expected"):
            task_of(values, task=asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0] * 50, "one value only"),
        (pa.array([1.0, 2.0] + [None] * 50), "2 values"),
        ([f"text {n}" for n in range(300)], "300 different texts"),
    ],
)
def test_a_target_that_teaches_nothing_is_refused_with_what_to_do(values: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        task_of(values)
