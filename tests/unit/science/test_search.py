"""The search: usable early, bounded, resumed without doing a fit twice, the same for the same number of fits."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.unit.science.conftest import mixed

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.science.candidates.base import Examples, Fit, Settings, Stop
from lakeglass.science.candidates.linear import Linear
from lakeglass.science.metrics import MEASURES, loss
from lakeglass.science.model import Budget, Modeling, ModelingRequest
from lakeglass.science.predict import load_model
from lakeglass.science.search.clock import Clock
from lakeglass.science.search.ensemble import greedy_weights
from lakeglass.science.search.run import model_table
from lakeglass.science.search.work import Bench
from lakeglass.science.table import from_arrow

QUICK = ("baseline", "linear", "neighbours")
OTHERS = {"amount": ("visits", "bought", "grade"), "bought": ("amount", "visits", "grade"),
          "grade": ("amount", "visits", "bought"), "visits": ("amount", "bought", "grade")}  # fmt: skip


def request(
    folder: Path,
    target: str = "amount",
    *,
    fits: int | None = 12,
    seconds: float | None = None,
    **more: object,
) -> ModelingRequest:
    path = folder / "t.parquet"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(mixed(300), path)
    given = {"candidates": QUICK, "folds": 3} | more
    return ModelingRequest.model_validate(
        {"table": str(path), "folder": str(folder / "out"), "target": target, "leave_out": (*OTHERS[target], "note"),
         "budget": Budget(fits=fits, seconds=seconds), **given}
    )  # fmt: skip


def without_times(report: Modeling) -> dict[str, object]:
    return report.model_dump(exclude={"timing", "budget"})


# req: D9
@pytest.mark.parametrize(
    "target",
    ["amount", *(pytest.param(name, marks=pytest.mark.heavy) for name in ("bought", "grade", "visits"))],
)
def test_a_search_beats_the_baseline_and_what_it_saved_predicts_as_it_said(
    target: str, tmp_path: Path
) -> None:
    report = model_table(request(tmp_path, target))
    assert report.state == "complete"
    assert Modeling.model_validate_json((tmp_path / "out" / "modeling.json").read_text()) == report
    first, least = report.out_of_fold[0], report.baseline[0]
    assert first.measure == report.measure
    assert (first.value > least.high) if first.better == "higher" else (first.value < least.low)
    assert first.low <= first.value <= first.high
    assert sum(report.ensemble.values()) == pytest.approx(1)
    assert {s.key for s in report.leaderboard} >= set(report.ensemble)
    model = load_model(tmp_path / "out")
    table = from_arrow(mixed(300))
    predicted = model.predict(table)
    assert predicted.shape == ((300,) if target in ("amount", "visits") else (300, len(report.task.classes)))
    assert report.fits <= 12
    assert any("baseline" in d.text for d in report.decisions)


def test_the_holdout_is_judged_by_what_was_saved(tmp_path: Path) -> None:
    report = model_table(request(tmp_path, "bought"))
    table = from_arrow(mixed(300))
    rebuilt = load_model(tmp_path / "out").predict(table)
    assert report.holdout[0].rows == report.split.holdout_rows == 60
    from lakeglass.science.roles import roles_of
    from lakeglass.science.splits import choose_split
    from lakeglass.science.tasks import detect_task, target_values

    used = table.without((*OTHERS["bought"], "note"))
    roles = roles_of(used, "bought")
    choice = detect_task(used, roles, target="bought")
    target = target_values(used, choice)
    held = choose_split(used, choice, target=target, roles=roles, folds=3).holdout
    measured = MEASURES["roc_auc"].of(target[held], rebuilt[held], np.ones(held.size))
    assert measured == pytest.approx(report.holdout[0].value, abs=1e-12)


def test_the_same_number_of_fits_gives_the_same_report_whatever_the_threads(tmp_path: Path) -> None:
    reports = [model_table(request(tmp_path / str(n), threads=n, fits=20)) for n in (1, 2)]
    assert without_times(reports[0]) | {"threads": 0} == without_times(reports[1]) | {"threads": 0}


def test_a_resumed_search_does_no_fit_twice_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = model_table(request(tmp_path / "whole", fits=16))
    model_table(request(tmp_path / "parts", fits=8))
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "parts/out/fits").glob("*/record.json")}
    assert len(stamps) == 8
    fitted: list[str] = []
    real = Bench._fit

    def counted(self: Bench, job: object, seconds: float, reserve: float) -> object:
        fitted.append(str(job))
        return real(self, job, seconds, reserve)  # type: ignore[arg-type]

    monkeypatch.setattr(Bench, "_fit", counted)
    again = model_table(request(tmp_path / "parts", fits=16))
    assert without_times(again) == without_times(whole)
    assert len(fitted) == whole.fits - 8
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps


@pytest.mark.heavy
def test_a_torn_fit_is_done_again_and_fits_of_another_table_are_thrown_away(tmp_path: Path) -> None:
    whole = model_table(request(tmp_path))
    torn = next((tmp_path / "out/fits").glob("linear-*"))
    (torn / "predicted.npz").write_bytes(b"half")
    assert without_times(model_table(request(tmp_path))) == without_times(whole)
    pq.write_table(mixed(300, seed=9), tmp_path / "t.parquet")
    other = model_table(request(tmp_path))
    shutil.rmtree(tmp_path / "out")
    assert without_times(model_table(request(tmp_path))) == without_times(other)


@pytest.mark.heavy
def test_a_killed_process_leaves_whole_artifacts_and_its_successor_ends_like_an_undisturbed_one(
    tmp_path: Path,
) -> None:
    asked = request(tmp_path, fits=30)
    (tmp_path / "request.json").write_text(asked.model_dump_json())
    command = [sys.executable, "-m", "lakeglass.science.train", str(tmp_path / "request.json")]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    kept = tmp_path / "out" / "fits"
    while process.poll() is None and len(list(kept.glob("[a-z]*"))) < 5:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for path in kept.glob("[a-z]*/record.json"):
        json.loads(path.read_text())
    undisturbed = model_table(request(tmp_path / "other", fits=30))
    assert without_times(model_table(asked)) == without_times(undisturbed)


def test_a_fit_that_does_not_listen_to_the_clock_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search returns with the baseline while the other fit still hangs; it would wait for ever otherwise."""
    let_go = threading.Event()
    real = Linear.fit

    def hanging(self: Linear, settings: Settings, examples: Examples, stop: Stop) -> Fit:
        let_go.wait()
        return real(self, settings, examples, stop)

    monkeypatch.setattr(Linear, "fit", hanging)
    asked = request(tmp_path, fits=None, seconds=0.5, candidates=("baseline", "linear"), threads=2)
    try:
        report = model_table(asked)
        assert not let_go.is_set()
    finally:
        let_go.set()
    assert {key.partition("-")[0] for key in report.ensemble} == {"baseline"}
    assert load_model(tmp_path / "out").predict(from_arrow(mixed(20))).shape == (20,)
    assert any("linear" in one.text and "no time was left" in one.text for one in report.decisions)


def test_a_budget_that_ends_amid_the_first_folds_leaves_the_better_model_and_not_the_baseline(
    tmp_path: Path,
) -> None:
    report = model_table(request(tmp_path, fits=5))  # one fold of each, then the other two of the baseline
    (key,) = report.ensemble
    standing = {each.key: each for each in report.leaderboard}
    assert [standing[key].state, standing[key].folds] == ["unfinished", 1]
    assert standing[key].candidate != "baseline"
    assert report.out_of_fold[0].rows < report.rows / 2  # only what that fold judged is told
    assert report.holdout[0].value < 0.8 * report.baseline_holdout[0].value
    assert load_model(tmp_path / "out").predict(from_arrow(mixed(20))).shape == (20,)


def test_requests_that_cannot_be_met_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="expected one of"):
        model_table(request(tmp_path).model_copy(update={"target": "nothing"}))
    with pytest.raises(InvalidInput, match="expected one of: baseline"):
        model_table(request(tmp_path, candidates=("oracle",)))
    with pytest.raises(InvalidInput, match="ebm: does not do multiclass"):
        model_table(request(tmp_path, "grade", candidates=("ebm",)))
    with pytest.raises(ValueError, match="either seconds or fits"):
        Budget(seconds=1, fits=1)
    asked = tmp_path / "broken.json"
    asked.write_text('{"table": 1}')
    command = [sys.executable, "-m", "lakeglass.science.train", str(asked)]
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.returncode == 2
    assert json.loads(ended.stderr)["code"] == "INVALID_INPUT"


def test_a_model_refuses_other_columns_and_files_that_point_elsewhere(tmp_path: Path) -> None:
    model_table(request(tmp_path))
    model = load_model(tmp_path / "out")
    with pytest.raises(InvalidInput, match="no column city"):
        model.predict(from_arrow(mixed(20)).without(["city"]))
    path = tmp_path / "out" / "model.json"
    text = path.read_text()
    path.write_text(text.replace('"fits/', '"../fits/'))
    with pytest.raises(UnprocessableFile, match=r"model\.json"):
        load_model(tmp_path / "out")


def test_rows_in_the_order_of_time_make_a_model_of_the_fits_that_know_most_of_it(tmp_path: Path) -> None:
    asked = request(tmp_path, leave_out=("visits", "bought", "grade", "note"), time="when")
    report = model_table(asked)
    assert report.split.strategy == "time-ordered"
    members = load_model(tmp_path / "out").about.members
    assert {member.fit.rpartition(".")[2] for member in members} == {str(report.split.folds - 1)}
    assert sum(member.weight for member in members) == pytest.approx(1)


def test_the_decision_log_names_models_and_losses_in_words(tmp_path: Path) -> None:
    told = [decision.text for decision in model_table(request(tmp_path)).decisions]
    assert any(
        text.startswith("linear ") and "penalty 3.0, bends 5" in text and "rmse loss" in text for text in told
    )


def test_an_ensemble_is_never_worse_than_its_best_member_and_keeps_no_noise() -> None:
    draw = np.random.default_rng(0)
    truth = draw.normal(size=2000)
    predictions = {f"m{n}": truth + draw.normal(scale=1.0 + 0.1 * n, size=2000) for n in range(4)}
    predictions["noise"] = draw.normal(scale=5, size=2000)
    weights = greedy_weights(predictions, truth, MEASURES["rmse"], seed=0)
    together = np.sum([w * predictions[name] for name, w in weights.items()], axis=0)
    alone = min(loss(MEASURES["rmse"], truth, one) for one in predictions.values())
    assert loss(MEASURES["rmse"], truth, together) < 0.7 * alone
    assert weights.get("noise", 0) == 0
    assert sum(weights.values()) == pytest.approx(1)
    assert weights == greedy_weights(dict(reversed(predictions.items())), truth, MEASURES["rmse"], seed=0)


def test_fits_are_counted_without_a_clock_and_seconds_with_those_before() -> None:
    counting = Clock(Budget(fits=3), started=time.monotonic() - 1e6)
    assert counting.remaining() == float("inf")
    assert not counting.stop_after(0, reserve=9).expired()
    timed = Clock(Budget(seconds=10), started=time.monotonic(), before=9)
    assert timed.remaining() <= 1
    assert timed.stop_after(5, reserve=2).expired()
