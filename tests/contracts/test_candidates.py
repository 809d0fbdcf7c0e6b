"""Every kind of model keeps the same promises: shapes, learning, saving, the clock, determinism."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from _pytest.mark import ParameterSet
from tests.unit.science.conftest import mixed

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.science.candidates import candidates
from lakeglass.science.candidates.base import (
    NEVER,
    Candidate,
    Configuration,
    Examples,
    Fit,
    Stop,
    declined,
    problem_of,
)
from lakeglass.science.metrics import loss, measures_of
from lakeglass.science.roles import roles_of
from lakeglass.science.table import from_arrow
from lakeglass.science.tasks import CLASSES, detect_task, target_values

TARGETS = {"binary": "bought", "multiclass": "grade", "regression": "amount", "count": "visits"}
ROWS = 360


def examples_for(task: str, seed: int = 0) -> Examples:
    others = set(TARGETS.values()) - {TARGETS[task]}
    table = from_arrow(mixed(ROWS)).without(others)
    roles = roles_of(table, TARGETS[task])
    choice = detect_task(table, roles, target=TARGETS[task])
    assert choice.task == task
    target = target_values(table, choice)
    problem = problem_of(choice.task, len(choice.classes), target, roles=roles, seed=seed)
    train, judge = np.arange(0, 240), np.arange(240, ROWS)
    return Examples(problem, table.take(train), target[train], table.take(judge), target[judge], seed)


def everyone() -> Iterator[ParameterSet]:
    for name in candidates.names():
        for task in TARGETS:
            if task in candidates.load(name)().capabilities.tasks:
                slow = [pytest.mark.heavy] if task in ("multiclass", "count") and name != "lightgbm" else []
                if name == "ebm":
                    slow = [pytest.mark.heavy, pytest.mark.timeout(900)]
                yield pytest.param(name, task, id=f"{name}-{task}", marks=slow)


@pytest.fixture(scope="module")
def fits() -> dict[tuple[str, str], tuple[Candidate, Examples, Fit]]:
    return {}


def fitted(
    fits: dict[tuple[str, str], tuple[Candidate, Examples, Fit]], name: str, task: str
) -> tuple[Candidate, Examples, Fit]:
    if (name, task) not in fits:
        candidate, examples = candidates.load(name)(), examples_for(task)
        fits[name, task] = (
            candidate,
            examples,
            candidate.fit(candidate.portfolio(examples.problem)[0], examples, NEVER),
        )
    return fits[name, task]


Fits = dict[tuple[str, str], tuple[Candidate, Examples, Fit]]


# req: D9
@pytest.mark.parametrize(("name", "task"), list(everyone()))
def test_it_predicts_in_the_shape_of_the_task_and_better_than_the_baseline(
    fits: Fits, name: str, task: str
) -> None:
    _, examples, fit = fitted(fits, name, task)
    _, _, judge = examples.prepared(fit.style)
    predicted = fit.core.predict(judge)
    assert np.isfinite(predicted).all()
    if task in CLASSES:
        assert predicted.shape == (120, examples.problem.classes)
        np.testing.assert_allclose(predicted.sum(axis=1), 1)
    else:
        assert predicted.shape == (120,)
    measure = measures_of(examples.problem.task)[0]
    least = fitted(fits, "baseline", task)[2].core.predict(judge)
    gained = loss(measure, examples.judged, predicted) / loss(measure, examples.judged, least)
    assert gained == 1 if name == "baseline" else gained < 0.92


@pytest.mark.parametrize(("name", "task"), list(everyone()))
def test_what_was_saved_predicts_the_same_and_damage_is_refused(
    fits: Fits, name: str, task: str, tmp_path: Path
) -> None:
    candidate, examples, fit = fitted(fits, name, task)
    _, _, judge = examples.prepared(fit.style)
    fit.core.save(tmp_path)
    np.testing.assert_allclose(
        candidate.load(tmp_path).predict(judge), fit.core.predict(judge), rtol=1e-12, atol=1e-12
    )
    for path in tmp_path.iterdir():
        assert path.suffix in {".npz", ".json", ".txt"}
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(UnprocessableFile, match="not the file that was saved"):
        candidate.load(tmp_path)


@pytest.mark.parametrize(("name", "task"), list(everyone()))
def test_contributions_add_up_to_the_margin_or_are_not_told(fits: Fits, name: str, task: str) -> None:
    candidate, examples, fit = fitted(fits, name, task)
    _, _, judge = examples.prepared(fit.style)
    parts = fit.core.contributions(judge[:40])
    assert (parts is not None) == candidate.capabilities.contributions
    if parts is None:
        return
    predicted, margin = fit.core.predict(judge[:40]), parts.sum(axis=1)
    if task == "multiclass":
        power = np.exp(margin - margin.max(axis=1, keepdims=True))
        margin = power / power.sum(axis=1, keepdims=True)
    elif task == "binary":
        margin = 1 / (1 + np.exp(-margin))
        predicted = predicted[:, 1]
    elif task == "count":
        margin = np.exp(margin)
        # a line must not run off: a linear model's amounts end a little above the largest seen
        margin = np.minimum(margin, getattr(fit.core, "high", np.inf))
    np.testing.assert_allclose(margin, predicted, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "task"), [p for p in everyone() if str(p.id).endswith(("binary", "regression"))]
)
def test_the_same_seed_gives_the_same_model_and_a_stopped_clock_a_smaller_one(
    fits: Fits, name: str, task: str
) -> None:
    candidate, examples, fit = fitted(fits, name, task)
    settings = candidate.portfolio(examples.problem)[0]
    again = candidate.fit(settings, examples_for(task), NEVER)
    _, _, judge = examples.prepared(fit.style)
    np.testing.assert_array_equal(again.core.predict(judge), fit.core.predict(judge))
    assert not fit.cut
    hurried = candidate.fit(settings, examples, Stop(expired=lambda: True))
    assert np.isfinite(hurried.core.predict(judge)).all()
    assert hurried.cut == (fit.steps > 1)
    assert hurried.steps <= fit.steps


@pytest.mark.parametrize("name", candidates.names())
def test_its_settings_differ_can_be_varied_and_have_keys(name: str) -> None:
    candidate, problem = candidates.load(name)(), examples_for("regression").problem
    portfolio = candidate.portfolio(problem)
    keys = {Configuration(candidate=name, settings=dict(settings)).key for settings in portfolio}
    assert len(keys) == len(portfolio)
    settings = portfolio[0]
    for seed in range(50):
        varied = candidate.vary(settings, problem, np.random.default_rng(seed))
        assert varied == candidate.vary(settings, problem, np.random.default_rng(seed))
        assert set(varied) == set(portfolio[0])
        assert all(key.startswith(name) for key in keys)
        settings = varied


def test_a_package_whose_library_is_not_there_declines_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "raise OSError('libgomp.so.1: cannot open shared object file')"
    (tmp_path / "booster_without_library.py").write_text(broken)
    monkeypatch.syspath_prepend(tmp_path)
    here = replace(candidates.load("lightgbm")().capabilities, package="booster_without_library")
    told = str(declined(here, examples_for("binary").problem))
    assert "can't be loaded: libgomp.so.1" in told
    assert "libgomp1" in told


def test_a_package_that_is_not_installed_is_named_with_the_command_that_installs_it() -> None:
    here = candidates.load("lightgbm")().capabilities
    problem = examples_for("binary").problem
    assert declined(here, problem) is None
    assert "pip install 'lakeglass[science]'" in str(
        declined(replace(here, package="no_such_booster"), problem)
    )
    told = {candidates.load(name)().capabilities.package for name in candidates.names()}
    assert told == {None, "lightgbm", "interpret"}


def test_a_candidate_says_why_it_is_not_for_a_problem() -> None:
    problem = examples_for("multiclass").problem
    reasons = {name: declined(candidates.load(name)().capabilities, problem) for name in candidates.names()}
    assert reasons["ebm"] == "does not do multiclass"
    assert {name for name, reason in reasons.items() if reason is None} == set(candidates.names()) - {"ebm"}
    with pytest.raises(InvalidInput, match="expected one of: baseline"):
        candidates.load("oracle")
