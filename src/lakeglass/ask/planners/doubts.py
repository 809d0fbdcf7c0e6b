"""How far a reading can be trusted by the kind of its plan alone, however well its words fit.

The shares are those of right answers among answers with such a plan, smoothed by one right and one wrong answer,
over the 712 questions of tests/evaluation/work.toml. Only kinds that were wrong clearly more often than the rest
(3 % of all answers) are listed; a plan is trusted no further than the least of those that it has.
"""

from __future__ import annotations

from lakeglass.ask.language import Draft
from lakeglass.ask.language.draft import Unheard
from lakeglass.ask.plan import AnalysisPlan, Filter

SHARE_RIGHT = {
    "difference of two groups": 0.73,
    "different values counted": 0.78,
    "totals divided": 0.79,
}


UNHEARD = 0.72
"""A plan in which a word that bears content has no part is never told as sure."""
_REFUSED = frozenset({"superlative", "frequency"})


def misheard(draft: Draft) -> tuple[Unheard, ...]:
    """Words without which the answer would be to another question: what is wanted most of."""
    return tuple(u for u in draft.lost if u.kind in _REFUSED)


def trusted(plan: AnalysisPlan, draft: Draft) -> float:
    """The confidence of a reading (0..1), bounded by what is known of plans like it."""
    bounds = [SHARE_RIGHT[kind] for task in plan.tasks for kind in _kinds(task)]
    if draft.lost or any(_beyond(f, draft) for task in plan.tasks for f in task.filters):
        bounds.append(UNHEARD)
    return min([draft.confidence, *bounds])


def _beyond(each: Filter, draft: Draft) -> bool:
    """A bound outside of the column's values: every row satisfies it or none, so another column may be meant."""
    column = draft.schema.table.column(each.column)
    if column is None or each.operator not in {"<", "<=", ">", ">="} or not each.values:
        return False
    low, high, bound = column.minimum, column.maximum, each.values[0]
    if not all(isinstance(v, int | float) for v in (low, high, bound)):
        return False
    return not float(low) <= float(bound) <= float(high)  # type: ignore[arg-type]


def _kinds(task: AnalysisPlan) -> list[str]:
    found: list[str] = []
    if task.statistic is not None and task.statistic.kind == "difference":
        found.append("difference of two groups")
    if any(a.endswith("is counted once") for a in task.assumptions):
        found.append("different values counted")
    if any(a.startswith("the totals are divided") for a in task.assumptions):
        found.append("totals divided")
    return found
