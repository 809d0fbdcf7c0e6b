"""The ensemble on rows it had not seen: each fold's members predict the rows that judged them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lakeglass.core.errors import Conflict
from lakeglass.science.candidates import candidates
from lakeglass.science.candidates.base import Candidate, Core
from lakeglass.science.features.preparation import Preparation
from lakeglass.science.metrics import as_probabilities
from lakeglass.science.model import FoldRecord, Modeling
from lakeglass.science.study import Study
from lakeglass.science.table import Floats, Rows, Table
from lakeglass.science.tasks import Task


@dataclass(frozen=True)
class Loaded:
    """A fit of one fold, ready to predict."""

    record: FoldRecord
    preparation: Preparation
    core: Core
    weight: float


@dataclass(frozen=True)
class FoldEnsemble:
    """The ensemble's members of one fold; `rows` of the table judged them."""

    fold: int
    rows: Rows
    members: tuple[Loaded, ...]
    task: Task

    def predict(self, table: Table) -> Floats:
        """(rows,) amounts or (rows, classes) probabilities; members with the same preparation share its work."""
        prepared: dict[str, Floats] = {}
        total: Floats | None = None
        for member in self.members:
            name = member.record.preparation
            if name not in prepared:
                prepared[name] = member.preparation.transform(table)
            one = member.weight * as_probabilities(self.task, member.core.predict(prepared[name]))
            total = one if total is None else total + one
        return np.zeros(table.rows) if total is None else total


def ensembles_of(study: Study, report: Modeling, weights: Mapping[str, float]) -> tuple[FoldEnsemble, ...]:
    """One ensemble for each fold. Raises Conflict when fits that the report names are not there."""
    folder = Path(study.request.folder)
    kinds: dict[str, Candidate] = {}
    found: list[FoldEnsemble] = []
    for fold in study.split.folds:
        members: list[Loaded] = []
        for key, weight in weights.items():
            place = folder / "fits" / f"{key}.0.{fold.number}"
            if not (place / "record.json").is_file():
                raise Conflict(
                    f"fit {place.name} of the {report.state} model is not there; run the search again"
                )
            record = FoldRecord.model_validate_json((place / "record.json").read_text(encoding="utf-8"))
            text = (folder / "preparations" / f"{record.preparation}.json").read_text(encoding="utf-8")
            kind = kinds.setdefault(record.candidate, candidates.load(record.candidate)())
            members.append(Loaded(record, Preparation.model_validate_json(text), kind.load(place), weight))
        found.append(FoldEnsemble(fold.number, fold.judge, tuple(members), study.choice.task))
    return tuple(found)


def out_of_fold(study: Study, report: Modeling) -> tuple[Rows, Floats]:
    """The judged rows and what the ensemble's stored fits predicted for them, corrected as the model corrects."""
    folder = Path(study.request.folder)
    total: Floats | None = None
    for fold in study.split.folds:
        for key, weight in report.ensemble.items():
            with np.load(
                folder / "fits" / f"{key}.0.{fold.number}" / "predicted.npz", allow_pickle=False
            ) as stored:
                judged = np.asarray(stored["judged"], dtype=np.float64)
            if total is None:
                total = np.full((study.table.rows, *judged.shape[1:]), np.nan)
            known = np.nan_to_num(total[fold.judge], nan=0.0)
            total[fold.judge] = known + weight * judged
    rows = np.sort(np.concatenate([fold.judge for fold in study.split.folds]))
    predicted = np.asarray(total)[rows]
    return rows, report.calibration.calibrator.apply(predicted) if report.calibration else predicted
