"""Honest splits: no row judges a model that saw it, its group, or its future."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakeglass.core.errors import InvalidInput
from lakeglass.science.roles import roles_of
from lakeglass.science.splits import Split, choose_split, thinned
from lakeglass.science.table import Levels, Table, from_arrow
from lakeglass.science.tasks import TaskChoice, detect_task, target_values

Prepared = Callable[..., tuple[Table, TaskChoice, Split]]


def split_of(columns: dict[str, object], **options: object) -> Split:
    table = from_arrow(pa.table(columns))
    roles = roles_of(table, "y")
    choice = detect_task(table, roles, target="y")
    return choose_split(table, choice, target=target_values(table, choice), roles=roles, **options)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(
    rows=st.integers(60, 400),
    groups=st.integers(8, 30),
    kind=st.sampled_from(["stratified", "grouped", "time-ordered", "random"]),
    seed=st.integers(0, 99),
)
def test_rows_are_judged_at_most_once_and_never_by_a_model_that_saw_them(
    rows: int, groups: int, kind: str, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    named = kind in ("stratified", "grouped")
    columns: dict[str, object] = {"y": draw.choice(["a", "b"], rows) if named else draw.normal(size=rows)}
    columns |= {"who": draw.integers(0, groups, rows) * 3.5, "at": draw.integers(0, 50, rows) * 1.5}
    split = split_of(
        columns,
        seed=seed,
        group="who" if kind == "grouped" else None,
        time="at" if kind == "time-ordered" else None,
    )
    assert split.choice.strategy == kind
    assert not set(split.learn) & set(split.holdout)
    judged = np.concatenate([fold.judge for fold in split.folds])
    assert np.unique(judged).size == judged.size
    assert set(judged) <= set(split.learn)
    if kind != "time-ordered":
        assert set(judged) == set(split.learn)
        assert split.learn.size + split.holdout.size == rows
    who, at = np.asarray(columns["who"]), np.asarray(columns["at"])
    for fold in split.folds:
        assert not set(fold.train) & set(fold.judge)
        assert set(fold.train) <= set(split.learn)
        if kind == "grouped":
            assert not set(who[fold.train]) & set(who[fold.judge])
        if kind == "time-ordered":
            assert at[fold.train].max() < at[fold.judge].min()
    if kind == "grouped":
        assert not set(who[split.learn]) & set(who[split.holdout])
    if kind == "time-ordered" and split.holdout.size:
        assert at[split.learn].max() < at[split.holdout].min()


def test_every_fold_has_the_classes_in_their_shares(prepared: Prepared) -> None:
    _, _, split = prepared("bought", rows=500)
    table, choice, _ = prepared("bought", rows=500)
    truth = target_values(table, choice)
    for part in (split.holdout, *(fold.judge for fold in split.folds)):
        assert abs(truth[part].mean() - truth.mean()) < 0.02
    assert split.holdout.size == pytest.approx(100, abs=2)


def test_amounts_are_dealt_evenly(prepared: Prepared) -> None:
    table, choice, split = prepared("amount", rows=500)
    truth = target_values(table, choice)
    for fold in split.folds:
        assert abs(truth[fold.judge].mean() - truth.mean()) < 0.5 * truth.std()


def test_several_rows_of_one_person_stay_together_without_being_asked() -> None:
    draw = np.random.default_rng(0)
    split = split_of(
        {
            "y": draw.choice(["a", "b"], 300),
            "customer_id": draw.integers(1, 50, 300),
            "x": draw.normal(size=300),
        }
    )
    assert (split.choice.strategy, split.choice.column) == ("grouped", "customer_id")


@pytest.mark.parametrize(
    ("name", "moments", "strategy"),
    [
        ("time", 1949 + np.arange(144) / 12, "time-ordered"),
        ("year", 1871 + np.arange(144), "time-ordered"),
        ("year", np.repeat(np.arange(2000, 2012), 12), "random"),
        ("time", np.cumsum(np.random.default_rng(1).exponential(size=144)), "random"),
        ("dose", np.arange(144) / 2, "random"),
    ],
)
def test_numbers_of_a_clock_order_a_series_and_no_other_numbers_do(
    name: str, moments: np.ndarray, strategy: str
) -> None:
    split = split_of({"y": np.random.default_rng(0).normal(size=144), name: moments})
    assert split.choice.strategy == strategy


def test_a_log_that_rises_in_time_is_split_by_time() -> None:
    draw = np.random.default_rng(0)
    when = np.datetime64("2024-01-01T00:00") + np.cumsum(draw.integers(1, 900, 300)).astype("timedelta64[m]")
    split = split_of({"y": draw.choice(["a", "b"], 300), "when": pa.array(when.astype("datetime64[s]"))})
    assert (split.choice.strategy, split.choice.column) == ("time-ordered", "when")
    shuffled = draw.permutation(when.astype("datetime64[s]"))
    assert (
        split_of({"y": draw.choice(["a", "b"], 300), "when": pa.array(shuffled)}).choice.strategy
        == "stratified"
    )


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    y = np.random.default_rng(0).choice(["a", "b"], 300)
    first, again, other = (split_of({"y": y}, seed=seed) for seed in (4, 4, 5))
    assert all((a.judge == b.judge).all() for a, b in zip(first.folds, again.folds, strict=True))
    assert first.holdout.tolist() != other.holdout.tolist()


def test_a_table_too_large_for_the_time_is_thinned_and_folds_stay_apart() -> None:
    draw = np.random.default_rng(0)
    split = split_of({"y": draw.choice(["a", "b"], 2000), "x": draw.normal(size=2000)})
    assert thinned(split, 1600) is split
    few = thinned(split, 400)
    assert few.learn.size == 400
    assert few.holdout.size == few.choice.holdout_rows == 100
    assert "400 of them, drawn at random" in few.choice.warnings[-1]
    judged = np.concatenate([fold.judge for fold in few.folds])
    assert sorted(judged) == sorted(few.learn)
    for fold, whole in zip(few.folds, split.folds, strict=True):
        assert set(fold.judge) <= set(whole.judge)
        assert set(fold.train) == set(few.learn) - set(fold.judge)
    assert (thinned(split, 400).learn == few.learn).all()


def test_too_little_to_split_is_refused_and_weak_splits_are_told() -> None:
    few = split_of({"y": ["a", "b"] * 30})
    assert few.holdout.size == 0
    assert "too few to set some aside" in few.choice.warnings[0]
    rare = split_of({"y": ["a"] * 200 + ["b"] * 195 + ["c"] * 5})
    assert "fewer than 10 rows of: c" in rare.choice.warnings[0]
    with pytest.raises(InvalidInput, match="groups"):
        split_of({"y": ["a", "b"] * 30, "g": ["u", "v", "w"] * 20}, group="g")
    with pytest.raises(InvalidInput, match="no dates"):
        split_of({"y": ["a", "b"] * 30, "g": ["u", "v", "w"] * 20}, time="g")
    assert isinstance(from_arrow(pa.table({"g": ["u"]})).column("g"), Levels)
