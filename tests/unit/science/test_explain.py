"""Explanations name what the table was made from, add up, and tell leaks and luck from learning."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeglass.core.errors import Conflict
from lakeglass.science.assess.threshold import Costs
from lakeglass.science.explain.checks import leak
from lakeglass.science.explain.model import ExplainRequest, Explanation
from lakeglass.science.explain.run import explain
from lakeglass.science.model import Budget, ModelingRequest
from lakeglass.science.search.run import model_table
from lakeglass.science.study import study_of

ROWS = 500


def table(seed: int = 0) -> dict[str, object]:
    """`strong` counts thrice as much as `weak`; `kind` lifts; `noise` says nothing."""
    draw = np.random.default_rng(seed)
    strong, weak, noise = draw.normal(size=(3, ROWS))
    kind = draw.choice(["a", "b", "c"], ROWS)
    amount = 3 * strong + weak + (kind == "b") * 2 + draw.normal(size=ROWS) * 0.5
    return {"strong": strong, "weak": weak, "noise": noise, "kind": kind, "amount": amount}


def explained(folder: Path, columns: dict[str, object], target: str, **asked: object) -> Explanation:
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), folder / "t.parquet")
    request = ModelingRequest(
        table=str(folder / "t.parquet"), folder=str(folder / "out"), target=target, budget=Budget(fits=13), folds=3,
        candidates=("baseline", "linear", "lightgbm"),
    )  # fmt: skip
    model_table(request)
    return explain(ExplainRequest.model_validate({"modeling": request, "seconds": 300, **asked}))


@pytest.fixture(scope="module")
def amounts(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    return explained(tmp_path_factory.mktemp("amounts"), table(), "amount", rows=(0, 7, ROWS - 1))


# req: D9
def test_columns_are_ranked_as_the_table_was_made(amounts: Explanation) -> None:
    ranked = [one.column for one in amounts.importance]
    assert ranked[0] == "strong"
    assert ranked[-1] == "noise"
    by_name = {one.column: one for one in amounts.importance}
    assert by_name["noise"].loss_added < 0.1 * by_name["strong"].loss_added
    assert amounts.contributions is not None
    assert amounts.contributions.columns[0].column == "strong"
    shares = {one.column: one.share for one in amounts.contributions.columns}
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["strong"] > 2 * shares["weak"]
    assert amounts.contributions.covered == pytest.approx(1)


def test_a_search_counted_in_fits_leans_on_the_same_columns_however_fast_the_machine_is(
    tmp_path: Path,
) -> None:
    hurried = explained(tmp_path, table(), "amount", seconds=0.001)
    calm = explain(
        ExplainRequest(
            modeling=ModelingRequest(
                table=str(tmp_path / "t.parquet"), folder=str(tmp_path / "out"), target="amount",
                budget=Budget(fits=13), folds=3, candidates=("baseline", "linear", "lightgbm"),
            ),
            seconds=300,
        )
    )  # fmt: skip
    assert len(hurried.importance) == 4
    assert (hurried.importance, hurried.importance_rows) == (calm.importance, calm.importance_rows)


def test_the_parts_of_a_row_lead_from_the_base_to_its_prediction(amounts: Explanation) -> None:
    assert [one.row for one in amounts.rows] == [0, 7, ROWS - 1]
    for one in amounts.rows:
        assert one.base + sum(p.added for p in one.parts) + one.rest == pytest.approx(one.margin)
        assert one.margin == pytest.approx(one.prediction[0], rel=1e-6)
        assert one.parts[0].column in {"strong", "weak", "kind"}


def test_curves_follow_the_table_and_tell_where_rows_are(amounts: Explanation) -> None:
    curves = {one.column: one for one in amounts.dependence}
    points = curves["strong"].points
    assert [p.number for p in points] == sorted(p.number for p in points if p.number is not None)
    slope = (points[-2].prediction - points[1].prediction) / (
        (points[-2].number or 0) - (points[1].number or 0)
    )
    assert slope == pytest.approx(3, abs=0.6)
    assert sum(p.rows for p in points) == ROWS
    kinds = {p.value: p.prediction for p in curves["kind"].points}
    assert kinds["b"] - kinds["a"] == pytest.approx(2, abs=0.5)


def test_an_honest_model_passes_its_checks(amounts: Explanation) -> None:
    verdicts = {check.name: check for check in amounts.checks}
    assert {name: check.verdict for name, check in verdicts.items()} == dict.fromkeys(verdicts, "pass")
    assert set(verdicts) == {"leak", "luck", "overfit", "learning curve"}
    assert {"loss_seen", "loss_unseen", "promised", "held"} <= set(verdicts["overfit"].numbers)
    losses = [value for name, value in verdicts["learning curve"].numbers.items() if name.endswith("rows")]
    assert len(losses) == 3
    assert losses[0] > losses[2]
    assert Explanation.model_validate_json(amounts.model_dump_json()) == amounts


def test_one_strong_cause_is_no_leak_and_a_near_copy_is_one(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    strong, weak, known = draw.normal(size=(3, 2000))
    amount = strong + 0.6 * draw.normal(size=2000)
    pq.write_table(
        pa.table({"strong": strong, "weak": weak, "after": amount + 0.05 * known, "amount": amount}),
        tmp_path / "t.parquet",
    )
    request = ModelingRequest(
        table=str(tmp_path / "t.parquet"), folder=str(tmp_path), target="amount", budget=Budget(fits=1)
    )
    study, told = study_of(request), strong + 0.2 * weak
    columns = [role for role in study.roles if role.role == "number"]
    honest = leak(study, amount, told, [role for role in columns if role.name != "after"])
    assert honest.verdict == "pass"
    assert "strong" in honest.text
    assert "the model rests on it" in honest.text
    leaky = leak(study, amount, told, columns)
    assert leaky.verdict == "fail"
    assert "after" in leaky.text
    assert "strong" not in leaky.text


@pytest.mark.heavy
def test_a_copy_of_the_target_is_named_and_noise_is_told_from_learning(tmp_path: Path) -> None:
    columns = table(1)
    draw = np.random.default_rng(1)
    columns["after"] = np.asarray(columns["amount"]) * 2 + draw.normal(size=ROWS) * 0.02
    leaky = {c.name: c for c in explained(tmp_path / "leaky", columns, "amount").checks}
    assert leaky["leak"].verdict == "fail"
    assert "after" in leaky["leak"].text
    assert "strong" not in leaky["leak"].text
    nothing = table(2) | {"amount": draw.choice(["u", "v"], ROWS)}
    lucky = explained(tmp_path / "lucky", nothing, "amount", costs=Costs(false_alarm=1, miss=4))
    checks = {c.name: c for c in lucky.checks}
    assert checks["luck"].numbers["p"] > 0.01
    assert checks["luck"].verdict != "pass"
    assert checks["leak"].verdict == "pass"
    assert lucky.threshold is not None
    assert lucky.threshold.cost <= lucky.threshold.cost_never


@pytest.mark.heavy
def test_explaining_without_a_search_is_refused_also_in_its_own_process(tmp_path: Path) -> None:
    pq.write_table(pa.table(table()), tmp_path / "t.parquet")
    modeling = ModelingRequest(
        table=str(tmp_path / "t.parquet"),
        folder=str(tmp_path / "out"),
        target="amount",
        budget=Budget(fits=1),
    )
    request = ExplainRequest(modeling=modeling)
    with pytest.raises(Conflict, match="run it first"):
        explain(request)
    (tmp_path / "r.json").write_text(request.model_dump_json())
    command = [sys.executable, "-m", "lakeglass.science.explain", str(tmp_path / "r.json")]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=paths)
    assert (ended.returncode, "CONFLICT" in ended.stderr) == (2, True)
