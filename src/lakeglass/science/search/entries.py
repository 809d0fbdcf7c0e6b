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

_DRAWS = 40

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

    def used(self, folds: int, level: int) -> list[Done]:
        """The fits of the first `level` whole repeats, in order; all fits as long as no repeat is whole."""
        whole = set(self.repeats(folds)[:level]) or {repeat for repeat, _ in self.done}
        return [self.done[place] for place in sorted(self.done) if place[0] in whole]

    def out_of_fold(self, size: int, folds: int, level: int) -> Floats:
        """Predictions of the table's rows by fits that never saw them, averaged over repeats; NaN elsewhere."""
        used = self.used(folds, level)
        total = np.zeros((size, *used[0].judged.shape[1:]))
        times = np.zeros(size)
        for one in used:
            total[one.rows] += one.judged
            times[one.rows] += 1
        times[times == 0] = np.nan
        return np.asarray(total / (times if total.ndim == 1 else times[:, None]))

    def seconds(self) -> float:
        """Time of the longest fit."""
        return max((one.record.seconds for one in self.done.values()), default=0.0)

    def standing(self, used: list[Done], *, loss_of_all: float, weight: float) -> Standing:
        """The line of the leaderboard."""
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
    """All entries of a search and the truth that they are judged by. `kept` says which fits make the model: all, or
    the last fold's alone, when time orders the rows and earlier fits know less of it.

    More folds flatter a mean of predictions, so that only as many repeats count (`level`) as all of the best have.
    """

    truth: Floats
    rows: Rows
    folds: int
    measure: Measure
    level: int = 1
    kept: Literal["all", "last"] = "all"
    entries: dict[str, Entry] = field(default_factory=dict)
    _losses: dict[tuple[str, int], float] = field(default_factory=dict)

    def finished(self) -> list[Entry]:
        """Entries with at least one whole repeat, in the order they came."""
        return [entry for entry in self.entries.values() if entry.repeats(self.folds)]

    def predicted(self, entry: Entry) -> Floats:
        """Out-of-fold predictions of the rows that were judged."""
        return np.asarray(entry.out_of_fold(self.truth.size, self.folds, self.level)[self.rows])

    def used(self, entry: Entry) -> list[Done]:
        """The fits of an entry that count."""
        return entry.used(self.folds, self.level)

    def saved(self, entry: Entry) -> list[Done]:
        """The fits of an entry that become part of the model."""
        used = self.used(entry)
        return used if self.kept == "all" else used[-1:]

    def held(self, entry: Entry) -> Floats:
        """Predictions of the hold-out by the fits that become part of the model."""
        return np.asarray(np.mean([one.held for one in self.saved(entry)], axis=0))

    def equals(self) -> list[Entry]:
        """The finished entries that have as many repeats as count."""
        return [entry for entry in self.finished() if len(entry.repeats(self.folds)) >= self.level]

    def begun(self) -> Entry | None:
        """The best of the entries that no budget was left for, where it beats all on the first fold."""
        first = min(
            self.entries.values(), key=lambda entry: (self.first_loss(entry), entry.key), default=None
        )
        return None if first is None or not first.done or first.repeats(self.folds) else first

    def loss(self, entry: Entry) -> float:
        """Loss of the out-of-fold predictions; of the folds done when none is whole."""
        repeats = min(self.level, len(entry.repeats(self.folds)))
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

    def leader(self, candidate: str | None = None) -> Entry | None:
        """The finished entry of the least loss, of all or of one kind."""
        found = [e for e in self.finished() if candidate in (None, e.configuration.candidate)]
        return min(found, key=lambda entry: (self.loss(entry), entry.key)) if found else None

    def keeps_up(self, entry: Entry, rival: Entry, *, doubt: float, margin: float) -> bool:
        """Whether `entry` is, on the first fold, not surely worse than `rival`.

        Worse by more than `doubt` standard errors of their difference (rows resampled for both alike), and by more than
        `margin` of the rival's loss, is surely worse.
        """
        mine, theirs = entry.done[0, 0], rival.done[0, 0]
        apart = mine.record.loss - theirs.record.loss
        if apart <= margin * theirs.record.loss:
            return True
        truth = self.truth[mine.rows]
        draw = np.random.default_rng(truth.size)
        counts = draw.multinomial(truth.size, np.full(truth.size, 1 / truth.size), size=_DRAWS).astype(
            np.float64
        )
        sign = -1.0 if self.measure.better == "higher" else 1.0
        drawn = np.array(
            [
                sign * (self.measure.of(truth, mine.judged, w) - self.measure.of(truth, theirs.judged, w))
                for w in counts
            ]
        )
        drawn = drawn[np.isfinite(drawn)]
        return bool(drawn.size) and apart <= doubt * float(drawn.std())
