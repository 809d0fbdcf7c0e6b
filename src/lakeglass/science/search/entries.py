"""Configurations as the search knows them: which folds are done, how good they are, what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from lakeglass.science.candidates.base import Configuration
from lakeglass.science.metrics import Measure, loss
from lakeglass.science.model import Standing
from lakeglass.science.search.work import Done
from lakeglass.science.table import Floats, Rows

State = Literal["waiting", "finished", "dropped", "unfinished"]


@dataclass
class Entry:
    """One configuration, what its fits on each (repeat, fold) gave, and where it came from."""

    configuration: Configuration
    origin: str
    parent: str | None = None
    done: dict[tuple[int, int], Done] = field(default_factory=dict)
    state: State = "waiting"

    @property
    def key(self) -> str:
        """The configuration's key."""
        return self.configuration.key

    def repeats(self, folds: int) -> tuple[int, ...]:
        """The repeats whose folds are all done."""
        repeats = {repeat for repeat, _ in self.done}
        return tuple(r for r in sorted(repeats) if sum(one == r for one, _ in self.done) == folds)

    def used(self, folds: int) -> list[Done]:
        """The fits of whole repeats, in order; all fits as long as no repeat is whole."""
        whole = set(self.repeats(folds)) or {repeat for repeat, _ in self.done}
        return [self.done[place] for place in sorted(self.done) if place[0] in whole]

    def out_of_fold(self, size: int, folds: int) -> Floats:
        """Predictions of the table's rows by fits that never saw them, averaged over whole repeats; NaN elsewhere."""
        used = self.used(folds)
        total = np.zeros((size, *used[0].judged.shape[1:]))
        times = np.zeros(size)
        for one in used:
            total[one.rows] += one.judged
            times[one.rows] += 1
        times[times == 0] = np.nan
        return np.asarray(total / (times if total.ndim == 1 else times[:, None]))

    def held(self, folds: int) -> Floats:
        """Predictions of the hold-out, averaged over the fits of whole repeats."""
        return np.asarray(np.mean([one.held for one in self.used(folds)], axis=0))

    def seconds(self) -> float:
        """Time of the longest fit."""
        return max((one.record.seconds for one in self.done.values()), default=0.0)

    def standing(self, *, folds: int, loss_of_all: float, weight: float) -> Standing:
        """The line of the leaderboard."""
        used = self.used(folds)
        losses = np.array([one.record.loss for one in used])
        error = float(losses.std(ddof=1) / np.sqrt(losses.size)) if losses.size > 1 else 0.0
        return Standing(
            key=self.key, candidate=self.configuration.candidate, settings=self.configuration.settings,
            state="unfinished" if self.state == "waiting" else self.state,
            folds=len(used), loss=loss_of_all, error=error, fold_losses=tuple(float(x) for x in losses),
            weight=weight, cut_folds=sum(one.record.cut for one in used),
        )  # fmt: skip


@dataclass
class Contest:
    """All entries of a search and the truth that they are judged by."""

    truth: Floats
    rows: Rows
    folds: int
    measure: Measure
    entries: dict[str, Entry] = field(default_factory=dict)
    _losses: dict[tuple[str, int], float] = field(default_factory=dict)

    def finished(self) -> list[Entry]:
        """Entries with at least one whole repeat, in the order they came."""
        return [entry for entry in self.entries.values() if entry.repeats(self.folds)]

    def predicted(self, entry: Entry) -> Floats:
        """Out-of-fold predictions of the rows that were judged."""
        return np.asarray(entry.out_of_fold(self.truth.size, self.folds)[self.rows])

    def loss(self, entry: Entry) -> float:
        """Loss of the out-of-fold predictions; of the folds done when none is whole."""
        repeats = len(entry.repeats(self.folds))
        if repeats == 0:
            done = [one.record.loss for one in entry.done.values()]
            return float(np.mean(done)) if done else float("inf")
        place = (entry.key, repeats)
        if place not in self._losses:
            self._losses[place] = loss(self.measure, self.truth[self.rows], self.predicted(entry))
        return self._losses[place]

    def first_loss(self, entry: Entry) -> float:
        """Loss on the first fold, by which races are decided."""
        first = entry.done.get((0, 0))
        return first.record.loss if first else float("inf")

    def best(self) -> Entry | None:
        """The finished entry of the least loss."""
        finished = self.finished()
        return min(finished, key=lambda entry: (self.loss(entry), entry.key)) if finished else None
