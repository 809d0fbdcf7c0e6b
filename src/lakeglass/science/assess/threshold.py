"""From which chance on to say yes, when a false alarm and a miss have a price."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from lakeglass.science.table import Floats


class Costs(BaseModel):
    """What a wrong yes and a wrong no cost, in the same unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    false_alarm: float = Field(gt=0)
    miss: float = Field(gt=0)


class Threshold(BaseModel):
    """A threshold with what it does to rows that no model had seen; costs are means a row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float
    costs: Costs
    cost: float
    cost_at_half: float
    cost_always: float
    cost_never: float
    precision: float
    recall: float
    found: int
    missed: int
    false_alarms: int
    reason: str


def threshold_of(chance: Floats, truth: Floats, costs: Costs) -> Threshold:
    """The threshold that theory names for calibrated chances, or the cheapest one when that is clearly cheaper.

    A chance p is worth a yes when p x miss > (1 - p) x false alarm. The cheapest threshold on the rows at hand is only
    taken when it saves more than two standard errors: chasing noise costs more than it brings.
    """
    named = costs.false_alarm / (costs.false_alarm + costs.miss)
    tried = np.unique(np.quantile(chance, np.linspace(0, 1, 201)))
    each = np.array([_cost(chance, truth, one, costs).mean() for one in tried])
    cheapest = float(tried[int(each.argmin())])
    saved = _cost(chance, truth, named, costs) - _cost(chance, truth, cheapest, costs)
    error = float(saved.std() / np.sqrt(saved.size))
    taken, reason = named, "a yes pays from here on when chances are right"
    if float(saved.mean()) > 2 * error > 0:
        taken, reason = cheapest, "on unseen rows clearly cheaper than where theory would put it"
    yes, true = chance >= taken, truth > 0.5
    found, missed, alarms = int(np.sum(yes & true)), int(np.sum(~yes & true)), int(np.sum(yes & ~true))
    return Threshold(
        threshold=taken, costs=costs, cost=float(_cost(chance, truth, taken, costs).mean()),
        cost_at_half=float(_cost(chance, truth, 0.5, costs).mean()),
        cost_always=costs.false_alarm * float(np.mean(~true)), cost_never=costs.miss * float(np.mean(true)),
        precision=found / max(1, found + alarms), recall=found / max(1, found + missed), found=found, missed=missed,
        false_alarms=alarms, reason=reason,
    )  # fmt: skip


def _cost(chance: Floats, truth: Floats, threshold: float, costs: Costs) -> Floats:
    yes = chance >= threshold
    return np.where(truth > 0.5, np.where(yes, 0.0, costs.miss), np.where(yes, costs.false_alarm, 0.0))
