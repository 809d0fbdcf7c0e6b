"""In which order configurations are tried, which go on after their first fold, and when to vary or repeat the best.

A portfolio of unlike configurations comes first. Each runs its first fold; only those near the best, and the first of
a kind, run the others. Then rounds follow: near variants of what the ensemble uses race on the first fold, the better
go on, and small tables are dealt into new folds so that chance counts less. Every choice follows from results and the
seed; the clock only ends things.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lakeglass.core.errors import InvalidInput
from lakeglass.science.candidates.base import Configuration, declined
from lakeglass.science.model import Decision
from lakeglass.science.search.ensemble import greedy_weights
from lakeglass.science.search.entries import Contest, Entry
from lakeglass.science.search.work import Bench, Job, jobs_of

_ORDER = (
    "baseline",
    "linear",
    "lightgbm",
    "forest",
    "lightgbm",
    "lightgbm",
    "lightgbm",
    "neighbours",
    "ebm",
    "lightgbm",
)
_DOUBT = 1.0
"""A configuration of the portfolio goes on unless its first fold is worse by so many standard errors, and by 3 %."""
_VARIANT_DOUBT = 0.3
"""The same for variants, against the best of their kind."""
_UNLIKE = 0.30
"""How much worse (share of the loss) the first configuration of a kind may be and still go on."""
_REPEAT_ROWS = 12_000
"""Tables of at most so many rows are dealt into new folds, in the last part of the budget."""
_REPEAT_FROM = 0.6
_MOST_REPEATS = 5
_REPEATED = 6
_VARIANTS = 4
_COST = {"forest": 6.0, "ebm": 20.0, "neighbours": 3.0, "linear": 2.0}
"""What a variant of a kind costs against what it tends to bring, beside boosting."""
_SHARE = 0.3
"""The share of the time that one configuration's folds may take together."""


@dataclass
class Search:
    """A search in progress. `improved` is called whenever a better ensemble can be saved."""

    bench: Bench
    contest: Contest
    names: tuple[str, ...]
    improved: Callable[[Search], None]
    fits_left: int | None
    watched: Callable[[Search], None] = lambda _: None
    phase: str = "first models"
    weights: dict[str, float] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    declined: dict[str, str] = field(default_factory=dict)
    reserve: float = 0.5
    _rounds: int = 0
    _repeated: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Search until the budget ends or nothing is left to try."""
        waiting = self._portfolio()
        if not waiting:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in self.declined.items())
            raise InvalidInput(f"no candidate takes part ({reasons}); name others")
        self._first_wave(waiting)
        self.phase = "unlike kinds of models"
        while waiting and not self._over():
            batch, waiting[:] = waiting[: self.bench.threads], waiting[self.bench.threads :]
            self._race(batch, doubt=_DOUBT, margin=0.03)
        while not self._over():
            self._rounds += 1
            self.phase = "variants of the best"
            if not self._repeat() and (self._over() or not self._refine()):
                break
        self.update()

    def say(self, text: str) -> None:
        """Add a line to the decision log."""
        self.decisions.append(Decision(step=len(self.decisions) + 1, text=text))

    def update(self) -> None:
        """Weigh the finished entries anew and let the ensemble be saved."""
        equals = self.contest.equals()
        finished = [entry for entry in equals if entry.configuration.candidate != "baseline"] or equals
        if not finished:
            return
        only_baseline = all(entry.configuration.candidate == "baseline" for entry in finished)
        begun = self.contest.begun() if only_baseline else None
        if begun is not None:
            self.weights = {begun.key: 1.0}
            self.improved(self)
            return
        predictions = {entry.key: self.contest.predicted(entry) for entry in finished}
        truth = self.contest.truth[self.contest.rows]
        self.weights = greedy_weights(predictions, truth, self.contest.measure, seed=self.bench.problem.seed)
        self.improved(self)

    def _over(self) -> bool:
        if self.fits_left is not None and self.fits_left <= 0:
            return True
        return self.bench.clock.remaining() <= self.reserve * 1.5

    def _portfolio(self) -> list[Entry]:
        """Configurations of all candidates, kinds interleaved, the most useful of each first."""
        lists: dict[str, list[Entry]] = {}
        for name in self.names:
            candidate = self.bench.candidate(name)
            reason = declined(candidate.capabilities, self.bench.problem)
            if reason is not None:
                self.declined[name] = reason
                self.say(f"{name} takes no part: {reason}.")
                continue
            settings = candidate.portfolio(self.bench.problem)
            lists[name] = [self._entry(name, dict(one), "portfolio") for one in settings]
        ordered = [lists[name].pop(0) for name in _ORDER if lists.get(name)]
        while any(lists.values()):
            ordered += [entries.pop(0) for entries in lists.values() if entries]
        return ordered

    def _entry(self, name: str, settings: dict[str, bool | int | float | str], origin: str) -> Entry:
        return Entry(Configuration(candidate=name, settings=settings), origin)

    def _first_wave(self, waiting: list[Entry]) -> None:
        """One fold of the first models of each kind of thinking, so that something usable is there at once."""
        first = [waiting.pop(0) for _ in range(min(3, len(waiting)))]
        # whatever the clock says: something must be there in the end
        kept, self.reserve = self.reserve, float("-inf")
        self._go(jobs_of(first[0].configuration, 0, [0]), first[:1])
        self.reserve = kept
        self._go([job for entry in first[1:] for job in jobs_of(entry.configuration, 0, [0])], first[1:])
        alive = [entry for entry in first if entry.done]
        for entry in first:
            if not entry.done:
                self._gave_up(entry)
        if alive:
            early = min(alive, key=lambda entry: (self.contest.first_loss(entry), entry.key))
            self.weights = {early.key: 1.0}
            self.improved(self)
        self._go([j for e in alive for j in jobs_of(e.configuration, 0, range(1, self.contest.folds))], alive)
        for entry in alive:
            entry.state = "finished" if entry.repeats(self.contest.folds) else "unfinished"
            self.say(f"{entry.configuration.title} judged on {len(entry.done)} folds: {self._told(entry)}.")
        self.update()

    def _race(self, batch: list[Entry], *, doubt: float, margin: float) -> None:
        """First folds of a batch; those not surely worse than the best go on with the others."""
        batch = [entry for entry in batch if entry.key not in self.contest.entries]
        self._go([job for entry in batch for job in jobs_of(entry.configuration, 0, [0])], batch)
        going = []
        for entry in batch:
            if not entry.done:
                self._gave_up(entry)
                continue
            rival = self.contest.leader(entry.configuration.candidate if margin == 0 else None)
            known = self.contest.leader(entry.configuration.candidate) is not None
            if rival is None or self.contest.keeps_up(
                entry, rival, doubt=doubt, margin=margin if known else _UNLIKE
            ):
                going.append(entry)
            else:
                entry.state = "dropped"
                self.say(
                    f"{entry.configuration.title} dropped after its first fold: {self._told(entry)}, "
                    f"surely worse than {rival.configuration.title} "
                    f"with {self.contest.first_loss(rival):.5g}."
                )
        if self._over() or not going:
            return
        self._go([j for e in going for j in jobs_of(e.configuration, 0, range(1, self.contest.folds))], going)
        for entry in going:
            entry.state = "finished" if entry.repeats(self.contest.folds) else "unfinished"
            self.say(f"{entry.configuration.title} judged on {len(entry.done)} folds: {self._told(entry)}.")
        self.update()

    def _gave_up(self, entry: Entry) -> None:
        entry.state = "unfinished"
        failed = self.bench.failures.get(entry.key)
        self.say(f"{entry.configuration.title} left out: {failed or 'no time was left for its first fold'}.")

    def _refine(self) -> bool:
        """One round of variants of what the ensemble uses, quick ones more often. False when nothing new is left."""
        chances = {key: self.weights.get(key, 0.0) for key in self.contest.entries}
        boosted = self.contest.leader("lightgbm")
        if boosted is not None:
            chances[boosted.key] += 0.3
        parents = [entry for entry in self.contest.finished() if chances[entry.key] > 0]
        if not parents:
            return False
        draw = np.random.default_rng([self.bench.problem.seed, self._rounds])
        chance = np.array(
            [chances[entry.key] / _COST.get(entry.configuration.candidate, 1.0) for entry in parents]
        )
        variants: dict[str, Entry] = {}
        for _ in range(_VARIANTS * 5):
            parent = parents[int(draw.choice(len(parents), p=chance / chance.sum()))]
            name = parent.configuration.candidate
            settings = self.bench.candidate(name).vary(
                parent.configuration.settings, self.bench.problem, draw
            )
            entry = Entry(
                Configuration(candidate=name, settings=dict(settings)), "variant", parent=parent.key
            )
            if entry.key not in self.contest.entries:
                variants.setdefault(entry.key, entry)
            if len(variants) == _VARIANTS:
                break
        if not variants:
            return False
        self._race(list(variants.values()), doubt=_VARIANT_DOUBT, margin=0.0)
        return True

    def _repeat(self) -> bool:
        """In the last part of the budget: deal new folds for the best, all of them equally often."""
        if self.bench.problem.rows > _REPEAT_ROWS or not self.bench.folds(1) or self._spent() < _REPEAT_FROM:
            return False
        if not self._repeated:
            finished = sorted(self.contest.finished(), key=lambda e: (self.contest.loss(e), e.key))
            used = sorted(self.weights, key=lambda key: (-self.weights[key], key))
            keys = [*used, *(e.key for e in finished if e.configuration.candidate != "baseline")]
            self._repeated = list(dict.fromkeys(keys))[:_REPEATED]
            self.say(
                f"New folds for the best from here on, so that chance counts less: {', '.join(self._repeated)}."
            )
        chosen = [self.contest.entries[key] for key in self._repeated]
        repeat = min(len(entry.repeats(self.contest.folds)) for entry in chosen)
        if repeat >= _MOST_REPEATS:
            return False
        behind = [entry for entry in chosen if len(entry.repeats(self.contest.folds)) == repeat]
        self.phase = "new folds for the best"
        jobs = [
            job for entry in behind for job in jobs_of(entry.configuration, repeat, range(self.contest.folds))
        ]
        self._go(jobs, behind)
        self.contest.level = min(len(entry.repeats(self.contest.folds)) for entry in chosen)
        self.update()
        return True

    def _spent(self) -> float:
        """The share of the budget that is used."""
        budget = self.bench.clock.budget
        if budget.fits is not None:
            return 1 - (self.fits_left or 0) / budget.fits
        return self.bench.clock.elapsed() / (budget.seconds or 1.0)

    def _go(self, jobs: list[Job], entries: list[Entry]) -> None:
        """Do fits as far as the budget goes and note what they gave."""
        if self.fits_left is not None:
            jobs = jobs[: max(0, self.fits_left)]
            self.fits_left -= len(jobs)
        for entry in entries:
            self.contest.entries.setdefault(entry.key, entry)
        results = self.bench.run(jobs, seconds=self._seconds_each(len(jobs)), reserve=self.reserve)
        for job, done in zip(jobs, results, strict=True):
            if done is not None:
                self.contest.entries[job.configuration.key].done[job.repeat, job.fold] = done
        self.watched(self)

    def _seconds_each(self, jobs: int) -> float:
        """How long one fit may take, so that a configuration's folds, and these jobs, end in time."""
        seconds = self.bench.clock.budget.seconds
        if seconds is None:
            return float("inf")
        left = max(0.0, self.bench.clock.remaining() - self.reserve)
        rounds = -(-jobs // self.bench.threads)
        folds = -(-self.contest.folds // self.bench.threads)
        return min(seconds * _SHARE / folds, left / max(1, rounds))

    def _told(self, entry: Entry) -> str:
        return f"{self.contest.measure.name} loss {self.contest.loss(entry):.5g}"
