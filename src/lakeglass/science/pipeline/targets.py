"""Which column may be what is asked for, when nobody said: ranked, with reasons that a person can judge."""

from __future__ import annotations

import re

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.model import Statistics
from lakeglass.science.pipeline.model import Clarification, TargetOption
from lakeglass.science.roles import ColumnRole, roles_of
from lakeglass.science.table import Table
from lakeglass.science.tasks import detect_task

MOST = 4
# Below this nothing speaks for a column: rather no model than one of the wrong question.
LIKELY = 0.5
# Names that say it, and names of what people usually want to know.
_SAYS = re.compile(
    r"^(?:target|label|y|outcome|response|class|dependent|to_?predict|zielwert|ziel)$", re.IGNORECASE
)
_USUAL = re.compile(
    r"(?:^|_|\W|(?<=[a-z])(?=[A-Z]))(?:churn(?:ed)?|default(?:ed)?|survived|attrition|fraud|spam|status|species|approved"
    r"|diagnosis|converted|sold|won|price|sale_?price|sales|revenue|cost|charges|amount|income|salary|wage|score|rating"
    r"|quality|grade|demand|count|rides|duration|delay|left|exited|response|type|result|winner)(?:$|_|\W|[A-Z])",
    re.IGNORECASE,
)
_MUCH_MISSING = 0.3
_SURE_LEAD = 0.25


def propose(table: Table, statistics: Statistics, *, wanted: str | None, time: str | None) -> Clarification:
    """The options and the one that is taken; none where no column is likely.

    Raises InvalidInput when there is no column `wanted`.
    """
    roles = roles_of(table)
    question = "Which column should be explained and predicted?"
    options = sorted(_options(table, statistics, roles, time), key=lambda each: -each.score)[:MOST]
    if wanted is not None:
        table.column(wanted)
        return Clarification(
            question=question, options=tuple(options), chosen=wanted, chosen_by="you", reason="You named it."
        )
    if not options or options[0].score < LIKELY:
        return Clarification(
            question=question,
            options=tuple(options),
            chosen=None,
            chosen_by="default",
            reason="Nothing tells which column is asked for; name one to get a model.",
        )
    best = options[0]
    lead = best.score - options[1].score if len(options) > 1 else best.score
    doubt = "" if lead >= _SURE_LEAD else " Others are nearly as likely: name the one that you mean."
    return Clarification(
        question=question,
        options=tuple(options),
        chosen=best.column,
        chosen_by="default",
        reason=f"Nobody named a column; {best.column} was taken, since {best.reason}.{doubt}",
    )


def _options(
    table: Table, statistics: Statistics, roles: tuple[ColumnRole, ...], time: str | None
) -> list[TargetOption]:
    personal = {column.name for column in statistics.columns if column.pii}
    found = []
    for place, role in enumerate(roles):
        if (
            role.role not in {"number", "truth", "category"}
            or role.name == time
            or (role.missing > _MUCH_MISSING and not _SAYS.search(role.name))
        ):
            continue
        try:
            choice = detect_task(table, roles, target=role.name, time=time)
        except InvalidInput:
            continue
        score, reasons = 0.1, []
        if _SAYS.search(role.name):
            score, reasons = score + 0.7, ["its name says so"]
        elif _USUAL.search(role.name):
            score, reasons = score + 0.35, ["its name is one that is usually asked for"]
        if place == len(roles) - 1:
            score, reasons = score + 0.25, [*reasons, "it is the last column"]
        if choice.classes and len(choice.classes) <= 10:
            score, reasons = score + 0.1, [*reasons, f"it has {len(choice.classes)} values"]
        if role.name in personal and not _SAYS.search(role.name):
            score -= 0.1
        found.append(
            TargetOption(
                column=role.name,
                task=choice.task,
                reason=" and ".join(reasons) or "it could be predicted",
                score=round(min(score, 1.0), 3),
            )
        )
    return found
