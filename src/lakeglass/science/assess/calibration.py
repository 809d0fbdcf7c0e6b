"""Chances that mean what they say: how far off they are, and a correction learned from rows no model had seen.

Guo et al., 'On calibration of modern neural networks', 2017 (temperature); Zadrozny and Elkan, 2002 (isotonic).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from lakeglass.science.metrics import MEASURES, as_probabilities
from lakeglass.science.table import Floats

_BINS = 15
_ISOTONIC_FROM = 1_000
_ROWS = 10_000
"""Rows that are enough to learn a handful of numbers from."""
_FOLDS = 5
_GAIN = 0.001
"""Share of the log loss that a correction must save on rows it was not learned from."""
Kind = Literal["none", "scaled", "isotonic"]


class Calibrator(BaseModel):
    """A correction of chances: none, a stretched and shifted log-odds, or a rising curve through `points`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    stretch: float = 1.0
    shift: tuple[float, ...] = ()
    points: tuple[tuple[float, float], ...] = ()

    def apply(self, chances: Floats) -> Floats:
        """(rows, classes) corrected, rows summing to 1."""
        if self.kind == "none":
            return chances
        if self.kind == "isotonic":
            given, corrected = np.array(self.points).T
            chance = np.clip(np.interp(chances[:, 1], given, corrected), 1e-4, 1 - 1e-4)
            return np.stack([1 - chance, chance], axis=1)
        power = self.stretch * np.log(np.clip(chances, 1e-12, 1)) + np.array(self.shift)
        power = np.exp(power - power.max(axis=1, keepdims=True))
        return np.asarray(power / power.sum(axis=1, keepdims=True))


class Reliability(BaseModel):
    """Mean chance against the share that came true, in bins of equally many rows; `error` is their mean distance."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    error: float
    chance: tuple[float, ...]
    share: tuple[float, ...]
    rows: tuple[int, ...]


class Calibration(BaseModel):
    """The correction chosen and what it does, both judged on rows it was not learned from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calibrator: Calibrator
    before: Reliability
    after: Reliability
    reason: str


def reliability(chances: Floats, truth: Floats) -> Reliability:
    """Of the class looked for (two classes), or of the class told (more)."""
    told = chances[:, 1] if chances.shape[1] == 2 else chances.max(axis=1)
    true = truth if chances.shape[1] == 2 else (chances.argmax(axis=1) == truth) * 1.0
    order = np.argsort(told, kind="stable")
    bins = [part for part in np.array_split(order, min(_BINS, max(1, told.size // 20))) if part.size]
    chance = tuple(float(told[part].mean()) for part in bins)
    share = tuple(float(true[part].mean()) for part in bins)
    sizes = tuple(int(part.size) for part in bins)
    apart = np.abs(np.array(chance) - np.array(share))
    return Reliability(error=float(np.average(apart, weights=sizes)), chance=chance, share=share, rows=sizes)


def calibration_of(chances: Floats, truth: Floats, *, seed: int) -> Calibration:
    """Choose a correction by its log loss on rows left out of learning it; none unless it clearly helps."""
    part = np.random.default_rng(seed).permutation(truth.size) % _FOLDS
    kinds: list[Kind] = ["none", "scaled"]
    if chances.shape[1] == 2 and truth.size >= _ISOTONIC_FROM:
        kinds.append("isotonic")
    corrected: dict[Kind, Floats] = {}
    losses: dict[Kind, float] = {}
    for kind in kinds:
        made = np.empty_like(chances)
        for number in range(_FOLDS):
            others = part != number
            made[~others] = _fitted(kind, chances[others], truth[others]).apply(chances[~others])
        corrected[kind] = as_probabilities("multiclass", made)
        losses[kind] = MEASURES["log_loss"].of(truth, corrected[kind], np.ones(truth.size))
    best = min(kinds, key=lambda kind: losses[kind])
    if losses[best] > losses["none"] * (1 - _GAIN):
        best = "none"
    reason = (
        "the chances need no correction: none lowers the log loss of unseen rows"
        if best == "none"
        else f"a {best} correction lowers the log loss of unseen rows from {losses['none']:.4f} to {losses[best]:.4f}"
    )
    return Calibration(
        calibrator=_fitted(best, chances, truth), before=reliability(chances, truth),
        after=reliability(corrected[best], truth), reason=reason,
    )  # fmt: skip


def _fitted(kind: Kind, chances: Floats, truth: Floats) -> Calibrator:
    if kind == "none":
        return Calibrator(kind="none")
    if kind == "isotonic":
        return _isotonic(chances[:, 1], truth)
    rows = np.random.default_rng(truth.size).permutation(truth.size)[:_ROWS]
    from scipy.optimize import minimize  # half a second that no start of a server has to wait for

    logs, place = np.log(np.clip(chances[rows], 1e-12, 1)), truth[rows].astype(np.intp)
    classes = chances.shape[1]
    bounds = [(0.05, 20.0), *[(-5.0, 5.0)] * (classes - 1)]

    def loss(given: Floats) -> float:
        power = given[0] * logs + np.append(given[1:], 0.0)
        top = power.max(axis=1)
        total = top + np.log(np.exp(power - top[:, None]).sum(axis=1))
        return float(np.mean(total - power[np.arange(place.size), place])) + 1e-4 * float(
            given[1:] @ given[1:]
        )

    found = minimize(loss, np.r_[1.0, np.zeros(classes - 1)], method="L-BFGS-B", bounds=bounds)
    return Calibrator(kind="scaled", stretch=float(found.x[0]), shift=(*(float(x) for x in found.x[1:]), 0.0))


def _isotonic(chance: Floats, truth: Floats) -> Calibrator:
    """Pool adjacent violators, at bins of at least 20 rows so that no chance becomes 0 or 1 by a few rows."""
    order = np.argsort(chance, kind="stable")
    bins = [part for part in np.array_split(order, max(2, min(200, chance.size // 20))) if part.size]
    blocks: list[list[float]] = []
    for part in bins:
        blocks.append([float(truth[part].mean()), float(part.size), float(chance[part].mean())])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            share, size, place = blocks.pop()
            before = blocks[-1]
            total = before[1] + size
            blocks[-1] = [
                (before[0] * before[1] + share * size) / total, total, (before[2] * before[1] + place * size) / total
            ]  # fmt: skip
    return Calibrator(kind="isotonic", points=tuple((block[2], block[0]) for block in blocks))
