"""Runs of contestants: one process group each, the same files, a limit of time that is enforced."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tests.bench.automl.sets import OpenSet, write_fold

PEER = Path(__file__).with_name("peer.py")
SOURCE = Path(__file__).resolve().parents[3] / "src"
ENVIRONMENTS = {
    "flaml": ("flaml[automl]", "pyarrow"),
    "autogluon": ("autogluon.tabular", "lightgbm", "catboost", "xgboost", "pyarrow"),
}
AT_HOME = ("linear", "dummy", "lightgbm_default", "ebm")
PEERS = {
    "flaml": "flaml",
    "lightgbm_tuned": "flaml",
    "autogluon_medium": "autogluon",
    "autogluon_best": "autogluon",
}
NO_BUDGET = frozenset({"dummy", "linear", "lightgbm_default", "ebm"})
"""Contestants that take the time they need; run once for all budgets."""


@dataclass(frozen=True)
class Result:
    """One contestant on one fold. `loss` is 1 - AUC or RMSE; None when it failed or was stopped, with the reason."""

    set: str
    contestant: str
    budget: float
    fold: int
    loss: float | None
    wall: float
    first: float | None
    load: float
    why: str = ""


def interpreter(contestant: str, environments: Path) -> Path | None:
    """The Python of a contestant; None when its environment could not be installed."""
    if contestant == "lakeglass" or contestant in AT_HOME:
        return Path(sys.executable)
    home = environments / PEERS[contestant]
    python = home / "bin" / "python"
    if not python.is_file() or not (home / "installed").is_file():
        uv = [str(Path(sys.executable).with_name("uv"))]
        subprocess.run([*uv, "venv", "-q", "--clear", "--python", sys.executable, str(home)], check=True)
        install = [*uv, "pip", "install", "-q", "--python", str(python), *ENVIRONMENTS[PEERS[contestant]]]
        if subprocess.run(install, check=False).returncode:
            return None
        (home / "installed").touch()
    return python


def compete(
    one: OpenSet, fold: int, contestant: str, budget: float, *, threads: int, work: Path, environments: Path
) -> Result:
    """Let one contestant fit and predict one fold; results on disk are taken as they are."""
    folder = work / f"{one.name}-{fold}-{contestant}-{budget:g}"
    kept = folder / "result.json"
    if kept.is_file():
        return Result(**json.loads(kept.read_text()))
    python = interpreter(contestant, environments)
    if python is None:
        return Result(
            one.name, contestant, budget, fold, None, 0, None, 0, "its environment can't be installed"
        )
    train, test = write_fold(one, fold, work / f"{one.name}-{fold}")
    folder.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    begun = time.monotonic()
    why = _run(
        _command(one, contestant, budget, threads, folder, train, test, python),
        folder,
        limit=(budget or 60) * 4 + 60,
    )
    wall = time.monotonic() - begun
    first = None
    if not why and contestant == "lakeglass":
        first = _predict_ours(one, folder, test)
    loss = None if why else _loss(one, folder / "predicted.npy", test)
    result = Result(one.name, contestant, budget, fold, loss, wall, first, load, why)
    kept.write_text(json.dumps(result.__dict__))
    return result


def _command(
    one: OpenSet,
    contestant: str,
    budget: float,
    threads: int,
    folder: Path,
    train: Path,
    test: Path,
    python: Path,
) -> list[str]:
    request = folder / "request.json"
    if contestant == "lakeglass":
        asked: dict[str, object] = {
            "table": str(train), "folder": str(folder), "target": one.target, "budget": {"seconds": budget},
            "threads": threads, "holdout": 0.0,
        }  # fmt: skip
        request.write_text(json.dumps(asked))
        return [str(python), "-m", "lakeglass.science.train", str(request)]
    asked = {
        "contestant": contestant, "train": str(train), "test": str(test), "folder": str(folder), "target": one.target,
        "measure": one.measure, "budget": budget, "threads": threads,
    }  # fmt: skip
    request.write_text(json.dumps(asked))
    return [str(python), str(PEER), str(request)]


def _run(command: list[str], folder: Path, *, limit: float) -> str:
    """Run in a process group of its own; the whole group is killed at the limit. Gives why it failed, or nothing."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "OMP_WAIT_POLICY": "PASSIVE", "RAY_DISABLE": "1"}
    if "lakeglass.science.train" not in command:
        environment.pop("PYTHONPATH")
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        try:
            code = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f"stopped after {limit:.0f} s"
    if code:
        return (folder / "log.txt").read_text().strip().splitlines()[-1:][0][:200] or f"exit code {code}"
    return ""


def _predict_ours(one: OpenSet, folder: Path, test: Path) -> float:
    """Predict with the saved model, in the order that peers are asked for; gives when the first model was saved."""
    from lakeglass.science.model import Modeling
    from lakeglass.science.predict import load_model
    from lakeglass.science.table import read_table

    model = load_model(folder)
    predicted = model.predict(read_table(test))
    if one.measure == "roc_auc":
        predicted = predicted[:, model.about.classes.index(sorted(model.about.classes)[-1])]
    np.save(folder / "predicted.npy", predicted)
    return Modeling.model_validate_json((folder / "modeling.json").read_text()).timing.first_model


def _loss(one: OpenSet, path: Path, test: Path) -> float:
    from sklearn.metrics import roc_auc_score

    truth, predicted = pd.read_parquet(test, columns=[one.target])[one.target], np.load(path)
    if one.measure == "roc_auc":
        return float(1 - roc_auc_score(truth == sorted(truth.unique())[-1], predicted))
    return float(np.sqrt(np.mean((truth.to_numpy() - predicted) ** 2)))
