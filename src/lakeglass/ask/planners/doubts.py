"""How far a reading can be trusted: by what it assumed, by words that it lost, and by the kind of its plan.

The figures stand in `data/confidence.toml`, with how they were found.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from lakeglass.ask.language import Draft
from lakeglass.ask.language.draft import Unheard
from lakeglass.ask.plan import AnalysisPlan, Filter

_REFUSED = frozenset({"superlative", "frequency", "comparison"})


def misheard(draft: Draft) -> tuple[Unheard, ...]:
    """Words without which the answer would be to another question: what is wanted most of."""
    return tuple(u for u in draft.lost if u.kind in _REFUSED)


@lru_cache(maxsize=1)
def shares() -> tuple[dict[str, float], float]:
    """Shares of right answers by mark, and below which figure a reading assumed something."""
    text = files("lakeglass.ask.planners").joinpath("data/confidence.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return tables["share_right"], tables["limits"]["assumed"]


def trusted(plan: AnalysisPlan, draft: Draft) -> float:
    """The confidence of a reading (0..1), bounded by what is known of readings with the same marks."""
    known, limit = shares()
    marks = {mark for task in plan.tasks for mark in _marks(task)}
    if draft.confidence < limit:
        marks.add("assumed")
    if draft.lost or any(_beyond(f, draft) for task in plan.tasks for f in task.filters):
        marks.add("unheard")
    return min([draft.confidence, *(known[mark] for mark in marks)])


def _beyond(each: Filter, draft: Draft) -> bool:
    """A bound outside of the column's values: every row satisfies it or none, so another column may be meant."""
    column = draft.schema.table.column(each.column)
    if column is None or each.operator not in {"<", "<=", ">", ">="} or not each.values:
        return False
    low, high, bound = column.minimum, column.maximum, each.values[0]
    if not all(isinstance(v, int | float) for v in (low, high, bound)):
        return False
    return not float(low) <= float(bound) <= float(high)  # type: ignore[arg-type]


def _marks(task: AnalysisPlan) -> Iterator[str]:
    if task.statistic is not None and task.statistic.kind == "difference":
        yield "difference"
    for said in task.assumptions:
        if said.endswith("is counted once"):
            yield "distinct"
        elif said.startswith("the totals are divided"):
            yield "divided"
        elif said.startswith(("no measure was named: rows", "ranked by the number of rows")):
            yield "uncounted"
