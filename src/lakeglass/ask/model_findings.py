"""Sentences of fitted models: what was judged on which rows, and the figures as they stand in the result."""

from __future__ import annotations

from lakeglass.ask.formats import number_text, unit_in
from lakeglass.ask.model import KeyNumber
from lakeglass.ask.plan import AnalysisPlan, Model
from lakeglass.ask.plan.analyses import Metric
from lakeglass.ask.plan.naming import METRIC_NAMES, TEST_ROWS, TRAINING_ROWS, model_words, plain, where_words
from lakeglass.ask.result import TableData, as_number

Stated = tuple[str, tuple[KeyNumber, ...]]
_SHOWN = 3
_PLACES = 4


def model_finding(plan: AnalysisPlan, table: TableData) -> Stated:
    """The sentence of a model, and its key numbers."""
    statistic = plan.statistic
    assert statistic is not None
    assert statistic.model is not None
    where = f" where {where_words(plan)}" if plan.conditions else ""
    scores = tuple(_score(plan, table, m) for m in statistic.model.metrics)
    listed = _joined([f"{k.label} {k.text}" for k in scores])
    if statistic.model.task == "clusters":
        return _clusters(plan, statistic.model, table, scores, listed, where)
    target, features = plain(statistic.columns[0]), statistic.columns[1:]
    tested, trained = (_count(table, n) for n in (TEST_ROWS, TRAINING_ROWS))
    said = f"{_joined([plain(f) for f in features[:_SHOWN]])}" + (
        f" and {len(features) - _SHOWN} more" if len(features) > _SHOWN else ""
    )
    sentence = (
        f"On {tested.text} held-out rows, a {model_words(statistic.model)} for {target} from {said}{where} reaches "
        f"{listed}; it learnt from {trained.text} rows."
    )
    if statistic.model.tells == "features":
        lead, strongest = _strongest(plan, table)
        return f"{lead} {sentence}", (*strongest, *scores)
    return sentence, (*scores, tested, trained)


def _score(plan: AnalysisPlan, table: TableData, metric: Metric) -> KeyNumber:
    name = METRIC_NAMES[metric]
    value = table.cell(name)
    number = as_number(value)
    if number is None:
        return KeyNumber(label=name, value=None, text="unknown")
    statistic = plan.statistic
    assert statistic is not None
    unit = unit_in(plan, statistic.columns[0]) if metric in {"rmse", "mae"} else ""
    places = plan.decimals if plan.decimals is not None else _PLACES
    if metric in {"rmse", "mae", "mse", "inertia"} and plan.decimals is None and abs(number) >= 1:
        places = 2
    return KeyNumber(label=name, value=value, text=number_text(number, decimals=places, unit=unit))


def _count(table: TableData, name: str) -> KeyNumber:
    value = table.cell(name)
    return KeyNumber(label=name, value=value, text=f"{as_number(value) or 0:,.0f}")


def _strongest(plan: AnalysisPlan, table: TableData) -> tuple[str, tuple[KeyNumber, ...]]:
    """What the features weigh, the largest first."""
    what = "importance" if "importance" in table.columns else "coefficient"
    name = "feature" if what == "importance" else "term"
    pairs = [
        (plain(str(table.cell(name, row))), table.cell(what, row))
        for row in range(len(table.rows))
        if as_number(table.cell(what, row)) is not None
    ]
    terms = [p for p in pairs if p[0] != "intercept"]
    terms.sort(key=lambda p: -abs(as_number(p[1]) or 0.0))
    keys = tuple(
        KeyNumber(label=label, value=value, text=number_text(as_number(value) or 0.0, decimals=plan.decimals))
        for label, value in [*terms[:_SHOWN], *[p for p in pairs if p[0] == "intercept"]]
    )
    listed = _joined([f"{k.label} {k.text}" for k in keys])
    noun = "Most important" if what == "importance" else "Coefficients"
    return f"{noun}: {listed}.", keys


def _clusters(
    plan: AnalysisPlan,
    model: Model,
    table: TableData,
    scores: tuple[KeyNumber, ...],
    listed: str,
    where: str,
) -> Stated:
    assert plan.statistic is not None
    columns = _joined([plain(c) for c in plan.statistic.columns[:_SHOWN]])
    if len(plan.statistic.columns) > _SHOWN:
        columns += f" and {len(plan.statistic.columns) - _SHOWN} more"
    if model.tells == "metrics":
        rows = _count(table, "rows")
        return (
            f"K-means finds {model.clusters} clusters in {rows.text} rows by {columns}{where}: {listed}.",
            (*scores, rows),
        )
    sizes = tuple(
        KeyNumber(
            label=f"cluster {table.cell('cluster', row)}",
            value=table.cell("rows", row),
            text=f"{as_number(table.cell('rows', row)) or 0:,.0f}",
        )
        for row in range(len(table.rows))
    )
    held = _joined([f"{k.text} rows" for k in sizes])
    return (
        f"K-means finds {model.clusters} clusters by {columns}{where}, of {held}: {listed}.",
        (*sizes, *scores),
    )


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""
