"""Explaining a finished search: from its folder to `explain.json`."""

from __future__ import annotations

import time
from pathlib import Path

from pydantic import ValidationError

from lakeglass.core.errors import Conflict
from lakeglass.science.assess.threshold import threshold_of
from lakeglass.science.explain.absence import absences_of
from lakeglass.science.explain.checks import leak, learning_curve, luck, overfit
from lakeglass.science.explain.contributions import contributions_of, explained_rows
from lakeglass.science.explain.dependence import dependence_of
from lakeglass.science.explain.importance import importance_of
from lakeglass.science.explain.model import ExplainRequest, Explanation
from lakeglass.science.explain.slices import slices_of
from lakeglass.science.explain.unseen import ensembles_of, out_of_fold
from lakeglass.science.model import Modeling
from lakeglass.science.roles import USED
from lakeglass.science.search.store import write_json
from lakeglass.science.study import study_of, table_of

_CURVES = 6


def explain(request: ExplainRequest) -> Explanation:
    """Explain the model of `request.modeling` on rows it had not seen, and write `explain.json` beside it.

    The time is shared out: half for importance, a quarter for contributions, the rest for curves and checks.
    Raises Conflict when the search has not ended, and what `study_of` raises.
    """
    begun = time.monotonic()
    study = study_of(request.modeling)
    folder = Path(request.modeling.folder)
    try:
        report = Modeling.model_validate_json((folder / "modeling.json").read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise Conflict("there is no finished search to explain; run it first") from error
    ensembles = ensembles_of(study, report, report.ensemble)
    roles = [role for role in study.roles if role.role in USED]
    columns = [role.name for role in roles]
    # A search that is counted in fits gives the same every time, and so does what it is told to lean on.
    timed = request.modeling.budget.fits is None
    importance, rows = importance_of(
        study, ensembles, columns, measure=study.measure, seconds=request.seconds * 0.5 if timed else None
    )
    judged, predicted = out_of_fold(study, report)
    truth = study.target[judged]
    strongest = [one.column for one in importance[:_CURVES] if one.loss_added > 0]
    left = max(0.5, request.seconds - (time.monotonic() - begun))
    threshold = (
        threshold_of(predicted[:, 1], truth, request.costs)
        if request.costs and study.choice.task == "binary"
        else None
    )
    found = Explanation(
        measure=study.measure.name,
        importance=importance,
        importance_rows=rows,
        contributions=contributions_of(study, ensembles, columns, seconds=request.seconds * 0.25),
        dependence=tuple(dependence_of(study, ensembles, column) for column in strongest),
        rows=explained_rows(study, ensembles, columns, request.rows),
        checks=(
            leak(study, truth, predicted, roles),
            luck(study, truth, predicted),
            overfit(study, report, ensembles),
            learning_curve(study, ensembles, seconds=left),
        ),
        threshold=threshold,
        slices=slices_of(
            study,
            table_of(request.modeling),
            request.sensitive,
            rows=judged,
            predicted=predicted,
            threshold=threshold.threshold if threshold else 0.5,
        )
        if request.sensitive is not None
        else None,
        absences=absences_of(study, ensembles, strongest, seconds=request.seconds * 0.15),
        seconds=time.monotonic() - begun,
    )
    write_json(folder / "explain.json", found)
    return found
