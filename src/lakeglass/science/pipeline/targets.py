"""Which column may be what is asked for, when nobody said: ranked, with reasons that a person can judge."""

from __future__ import annotations

import re

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.model import ColumnStatistics, Kind, Statistics
from lakeglass.science.pipeline.model import Clarification, LikelyTarget, TargetOption
from lakeglass.science.roles import IDENTIFIER_NAME, ColumnRole, roles_of
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
    r"(?:^|_|\W|(?<=[a-z])(?=[A-Z]))(?i:churn(?:ed)?|default(?:ed)?|survived|attrition|fraud|spam|status|species|approved"
    r"|diagnosis|converted|hired|admitted|subscribed|bought|purchased|sold|won|price|sale_?price|sales|revenue|cost|charges|amount|income|salary|wage|score|rating"
    r"|quality|grade|demand|count|rides|duration|delay|left|exited|response|type|result|winner)(?:$|_|\W|[A-Z])"
)
_MUCH_MISSING = 0.3
_TARGETS: frozenset[Kind] = frozenset({"integer", "number", "boolean", "text"})
_CLASSES: frozenset[Kind] = frozenset({"boolean", "text"})
_FEWEST_VALUES, _FEWEST_ROWS, _FEW_CLASSES, _MOST_CLASSES = 2, 10, 10, 100
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
        score, reasons = _scored(
            role.name,
            is_last=place == len(roles) - 1,
            classes=len(choice.classes),
            is_personal=role.name in personal,
        )
        found.append(TargetOption(column=role.name, task=choice.task, reason=_told(reasons), score=score))
    return found


def likely(statistics: Statistics) -> tuple[LikelyTarget, ...]:
    """The columns that are probably asked for, the likeliest first, by the figures of a table that is not read for it.

    What `propose` says once the table is read may differ: it tries each column as a target.
    """
    found = []
    for place, column in enumerate(statistics.columns):
        known = statistics.rows - column.nulls
        says = bool(_SAYS.search(column.name))
        if (
            column.kind not in _TARGETS
            or column.distinct < _FEWEST_VALUES
            or known < _FEWEST_ROWS
            or (column.null_share > _MUCH_MISSING and not says)
            or _names_rows(column, known)
        ):
            continue
        score, reasons = _scored(
            column.name,
            is_last=place == len(statistics.columns) - 1,
            classes=column.distinct if column.kind in _CLASSES or column.distinct == _FEWEST_VALUES else 0,
            is_personal=bool(column.pii),
        )
        if reasons:
            found.append(LikelyTarget(column=column.name, reason=_told(reasons), score=score))
    return tuple(sorted(found, key=lambda each: -each.score)[:MOST])


def _names_rows(column: ColumnStatistics, known: int) -> bool:
    """Whether values say which row it is, or are texts too many to be classes."""
    if column.kind == "text":
        return column.distinct > _MOST_CLASSES
    every = column.distinct >= known
    counts = column.numbers is not None and column.numbers.order in {"strictly rising", "strictly falling"}
    return every and column.kind == "integer" and (counts or bool(IDENTIFIER_NAME.search(column.name)))


def _scored(name: str, *, is_last: bool, classes: int, is_personal: bool) -> tuple[float, list[str]]:
    """How much speaks for a column, 0..1, and what does."""
    score, reasons = 0.1, []
    if _SAYS.search(name):
        score, reasons = score + 0.7, ["its name says so"]
    elif _USUAL.search(name):
        score, reasons = score + 0.35, ["its name is one that is usually asked for"]
    if is_last:
        score, reasons = score + 0.25, [*reasons, "it is the last column"]
    if 0 < classes <= _FEW_CLASSES:
        score, reasons = score + 0.1, [*reasons, f"it has {classes} values"]
    if is_personal and not _SAYS.search(name):
        score -= 0.1
    return round(min(score, 1.0), 3), reasons


def _told(reasons: list[str]) -> str:
    *before, last = reasons or ["it could be predicted"]
    return f"{', '.join(before)} and {last}" if before else last
