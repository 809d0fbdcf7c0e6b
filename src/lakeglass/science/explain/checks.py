"""Checks after fitting: a column that explains too much, luck, overfit, and whether more rows would help."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from lakeglass.science.candidates import candidates
from lakeglass.science.candidates.base import Examples, Stop, problem_of
from lakeglass.science.explain.model import Check
from lakeglass.science.explain.unseen import FoldEnsemble
from lakeglass.science.features.levels import LevelMeans
from lakeglass.science.metrics import as_probabilities, loss, measures_of, title_of
from lakeglass.science.model import Modeling
from lakeglass.science.roles import ColumnRole
from lakeglass.science.splits import Fold
from lakeglass.science.study import Study
from lakeglass.science.table import Floats, Levels, Rows, Table
from lakeglass.science.tasks import CLASSES

_BINS = 20
_SUSPECT = 0.9
"""Skill (2 AUC - 1, or R2) of one column alone from which on it probably knows the answer."""
_NEARLY_ALL = 0.95
"""Share of the model's skill from which on it rests on one column: no fault, as one strong cause gives that, too."""
_PERMUTATIONS = 200
_SHARES = (0.25, 0.5, 1.0)


def leak(study: Study, truth: Floats, predicted: Floats, columns: Sequence[ColumnRole]) -> Check:
    """Whether one column alone, by nothing but means of the target in its bins, nearly knows the answer."""
    whole = _skill(study, truth, predicted)
    fold = study.split.folds[-1]
    alone = {role.name: _alone(study, role, fold) for role in columns}
    suspects = {name: skill for name, skill in alone.items() if skill >= _SUSPECT}
    numbers = {"model": whole} | dict(sorted(alone.items(), key=lambda one: -one[1])[:5])
    if not suspects:
        best = max(alone, key=lambda name: alone[name])
        text = (
            f"no column alone knows the answer: the strongest, {best}, has a skill of {alone[best]:.2f} and the model "
            f"one of {whole:.2f} (1 is perfect)"
        )
        if whole > 0 and alone[best] >= _NEARLY_ALL * whole:
            text += "; the model rests on it, and adds little"
        return Check(name="leak", verdict="pass", text=text, numbers=numbers)
    told = ", ".join(f"{name} ({skill:.2f})" for name, skill in suspects.items())
    text = (
        f"alone nearly enough to know the answer: {told}; the model has a skill of {whole:.2f} (1 is perfect)"
    )
    return Check(
        name="leak", verdict="fail" if max(suspects.values()) >= 0.98 else "warn", text=text, numbers=numbers
    )


def luck(study: Study, truth: Floats, predicted: Floats) -> Check:
    """Whether predictions of unseen rows fit the truth better than they fit the truth dealt to other rows."""
    measure, draw = study.measure, np.random.default_rng(study.request.seed)
    rows = draw.permutation(truth.size)[:5_000]
    truth, predicted = truth[rows], predicted[rows]
    own = loss(measure, truth, predicted)
    dealt = np.array([loss(measure, draw.permutation(truth), predicted) for _ in range(_PERMUTATIONS)])
    p = float((1 + np.sum(dealt <= own)) / (1 + _PERMUTATIONS))
    text = (
        f"the truth dealt to other rows was predicted as well in {int(np.sum(dealt <= own))} of {_PERMUTATIONS} deals "
        f"(p = {p:.3f})"
    )
    verdict = "pass" if p <= 0.01 else "warn" if p <= 0.05 else "fail"
    found = {"p": p, "loss": own, "loss_dealt": float(dealt.mean())}
    return Check(name="luck", verdict=verdict, text=text, numbers=found)


def overfit(study: Study, report: Modeling, ensembles: Sequence[FoldEnsemble]) -> Check:
    """Whether the hold-out, which took no part in the search, is predicted about as well as the folds said."""
    first, fold = ensembles[0], study.split.folds[0]
    rows = np.random.default_rng(study.request.seed).permutation(fold.train)[:1_000]
    seen = loss(study.measure, study.target[rows], first.predict(study.table.take(rows)))
    unseen = loss(study.measure, study.target[fold.judge], first.predict(study.table.take(fold.judge)))
    numbers = {"loss_seen": seen, "loss_unseen": unseen}
    told = f"rows it learned from have a loss of {seen:.4g}, others beside them {unseen:.4g}"
    promised = next((one for one in report.out_of_fold if one.measure == report.measure), None)
    held = next((one for one in report.holdout if one.measure == report.measure), None)
    if promised is None or held is None:
        text = f"no rows were kept back, or too few classes are among them; {told}"
        return Check(name="overfit", verdict="not run", text=text, numbers=numbers)
    worse = promised.value - held.value if held.better == "higher" else held.value - promised.value
    error = float(np.hypot(promised.error, held.error))
    numbers |= {"promised": promised.value, "held": held.value, "error": error}
    kept = worse <= 2 * error
    text = (
        f"on the rows kept back {title_of(held.measure)} is {held.value:.4g}, the search said {promised.value:.4g} "
        f"({'within' if kept else 'more than'} two standard errors of {error:.2g}); {told}"
    )
    return Check(name="overfit", verdict="pass" if kept else "warn", text=text, numbers=numbers)


def learning_curve(study: Study, ensembles: Sequence[FoldEnsemble], *, seconds: float) -> Check:
    """Losses of the heaviest quick member fitted on a quarter, half and all of the rows of the first fold."""
    members = sorted(ensembles[0].members, key=lambda m: (m.record.seconds > seconds / 2, -m.weight))
    record, fold = members[0].record, study.split.folds[0]
    if record.seconds * sum(_SHARES) > seconds:
        text = f"not run: fitting again takes about {record.seconds * sum(_SHARES):.0f} s of the {seconds:.0f} s left"
        return Check(name="learning curve", verdict="not run", text=text)
    problem = problem_of(
        study.choice.task, len(study.choice.classes), study.target[study.split.learn], roles=study.roles,
        seed=study.request.seed,
    )  # fmt: skip
    order = np.random.default_rng(study.request.seed).permutation(fold.train)
    candidate = candidates.load(record.candidate)()
    end = time.monotonic() + 2 * seconds
    losses: dict[str, float] = {}
    predictions: list[Floats] = []
    judged = study.target[fold.judge]
    for share in _SHARES:
        rows = np.sort(order[: max(20, int(share * order.size))])
        examples = Examples(
            problem,
            study.table.take(rows),
            study.target[rows],
            study.table.take(fold.judge),
            judged,
            problem.seed,
        )
        fit = candidate.fit(record.settings, examples, Stop(expired=lambda: time.monotonic() > end))
        predictions.append(
            as_probabilities(study.choice.task, fit.core.predict(examples.prepared(fit.style)[2]))
        )
        losses[f"{rows.size} rows"] = loss(study.measure, judged, predictions[-1])
    gained, error = _gain(study, judged, predictions[-2], predictions[-1])
    helps = gained > 2 * error
    text = (
        f"{record.candidate} {'gains' if gained >= 0 else 'loses'} {abs(gained):.3g} ± {error:.2g} "
        "with twice the rows: "
        + ("more rows would probably help" if helps else "more rows would probably bring little")
    )  # fmt: skip
    return Check(
        name="learning curve", verdict="pass", text=text, numbers=losses | {"gained": gained, "error": error}
    )


def _gain(study: Study, truth: Floats, before: Floats, after: Floats) -> tuple[float, float]:
    """Loss saved with its standard error over resampled rows."""
    counts = np.random.default_rng(0).multinomial(truth.size, np.full(truth.size, 1 / truth.size), size=50)
    sign = -1.0 if study.measure.better == "higher" else 1.0
    of = study.measure.of
    drawn = np.array([sign * (of(truth, before, w * 1.0) - of(truth, after, w * 1.0)) for w in counts])
    one = np.ones(truth.size)
    return sign * (of(truth, before, one) - of(truth, after, one)), float(np.nanstd(drawn))


def _skill(study: Study, truth: Floats, predicted: Floats) -> float:
    """2 AUC - 1 for classes, R2 for amounts: 0 knows nothing, 1 everything."""
    names = {measure.name: measure for measure in measures_of(study.choice.task)}
    one = np.ones(truth.size)
    if study.choice.task in CLASSES:
        return 2 * names["roc_auc"].of(truth, predicted, one) - 1
    return names["r2"].of(truth, predicted, one)


def _alone(study: Study, role: ColumnRole, fold: Fold) -> float:
    """Skill of a column on unseen rows by the target's mean in each of its bins or levels."""
    classes = len(study.choice.classes)
    target = study.target[fold.train]
    wanted = np.eye(classes)[target.astype(np.intp)] if classes else target[:, None]
    train, judge = (_binned(study.table, role.name, rows, fold.train) for rows in (fold.train, fold.judge))
    fitted, _ = LevelMeans.fit(train, role.name, wanted=wanted, strength=2.0, seed=0)
    found = fitted.transform(judge)
    skill = _skill(study, study.target[fold.judge], found if classes else found[:, 0])
    return skill if np.isfinite(skill) else 0.0


def _binned(table: Table, name: str, rows: Rows, learned: Rows) -> Table:
    """One column as levels; numbers are cut at twentieths of the rows learned from."""
    column = table.column(name)
    if isinstance(column, Levels):
        return Table(columns=(column.take(rows),), rows=int(rows.size))
    known = column.values[learned]
    known = known[~np.isnan(known)]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1])) if known.size else np.zeros(0)
    values = column.values[rows]
    codes = np.where(np.isnan(values), -1, np.searchsorted(cuts, values)).astype(np.int32)
    levels = tuple(str(number) for number in range(cuts.size + 1))
    return Table(columns=(Levels(name, codes, levels),), rows=int(rows.size))
