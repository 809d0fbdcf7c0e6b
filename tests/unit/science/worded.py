"""A finished analysis in a few lines, and a summary of it that says what its facts say."""

from __future__ import annotations

from typing import Any

from lakeglass.science.checks import Examination
from lakeglass.science.checks.base import Finding
from lakeglass.science.metrics import MeasuredValue
from lakeglass.science.model import Modeling, Standing
from lakeglass.science.pipeline.contents import Contents
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, Remark
from lakeglass.science.tasks import TaskChoice

CLASSES = ("stayed", "gone")
TARGET = "left_shop"


def measured(measure: str, value: float, low: float, high: float) -> MeasuredValue:
    better = "higher" if measure in {"accuracy", "roc_auc", "r2"} else "lower"
    return MeasuredValue(
        measure=measure, better=better, value=value, low=low, high=high, error=0.01, rows=1240
    )


def contents(
    *,
    judged: MeasuredValue | None = None,
    beside: float = 0.5034,
    verdict: str = "pass with warnings",
    target: str = TARGET,
    classes: tuple[str, ...] = CLASSES,
    **more: Any,
) -> Contents:
    """A model of two classes that names 83.46 % rightly, beside 50.34 %; three findings, one warning."""
    first = judged or measured("accuracy", 0.8346, 0.8012, 0.8649)
    task = TaskChoice(
        task="binary" if len(classes) == 2 else "regression",
        target=target,
        classes=classes if len(classes) == 2 else (),
        positive=classes[-1] if len(classes) == 2 else None,
        reason="",
    )
    modeling = Modeling.model_construct(
        task=task,
        holdout=(first,),
        baseline_holdout=(first.model_copy(update={"value": beside}),),
        leaderboard=(Standing.model_construct(candidate="linear", weight=1.0),),
    )
    findings = tuple(
        Finding.model_construct(
            code=f"c{place}", name="Skewed", severity=severity, columns=(f"col{place}",), fix="Look at it."
        )
        for place, severity in enumerate(("high", "medium", "medium"))
    )
    remark = Remark(code="tiny-test", severity="warning", detail="Few rows.", do_this="Collect more rows.")
    known: dict[str, Any] = {
        "manifest": None,
        "eda": Eda.model_construct(
            rows=12_400, columns=9, examination=Examination.model_construct(findings=findings)
        ),
        "clarification": Clarification.model_construct(chosen_by="you", reason=""),
        "critique": Critique.model_construct(verdict=verdict, remarks=(remark,)),
        "modeling": modeling,
        "explanation": None,
        "forecasting": None,
        "clustering": None,
        "repairs": None,
    }
    return Contents(**{**known, **more})


# What a model may say of `contents()`; facts are numbered in their order.
TRUE: dict[str, list[dict[str, str]]] = {
    "asked": [
        {"fact": "F1", "text": "The question was to predict from the other columns whether [F1a] is [F1b]."},
        {"fact": "F2", "text": "The table has about 12 thousand rows and 9 columns."},
    ],
    "found": [
        {
            "fact": "F3",
            "text": "Tried on rows kept back for the purpose, the model names the right class for 83% of rows; "
            "without a model it would be 50%.",
        },
        {"fact": "F4", "text": "The model does better than saying the same for every row."},
        {"fact": "F6", "text": "The checks of the table remark 3 things, 1 of them high and 2 medium."},
    ],
    "sure": [
        {
            "fact": "F7",
            "text": "With other rows of the same kind, the share of rightly named classes would lie between 80.1% and "
            "86.5% in 95 of 100 cases.",
        },
        {"fact": "F8", "text": "The critique has 1 warning."},
    ],
    "do": [{"fact": "F9", "text": "First: [F9a]"}, {"fact": "F10", "text": "Then: [F10a]"}],
}


def said(**texts: str) -> dict[str, list[dict[str, str]]]:
    """The true summary with other words for some facts."""
    return {
        part: [{**each, "text": texts.get(each["fact"], each["text"])} for each in sentences]
        for part, sentences in TRUE.items()
    }
