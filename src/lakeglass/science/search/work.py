"""The work of a search: fits of configurations on folds, a few at a time, each one kept as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np

from lakeglass.science.candidates import candidates
from lakeglass.science.candidates.base import Candidate, Configuration, Examples, Problem
from lakeglass.science.metrics import Measure, as_probabilities, loss
from lakeglass.science.model import FoldRecord
from lakeglass.science.search.clock import Clock
from lakeglass.science.search.store import FitStore
from lakeglass.science.splits import Fold, Split, folds_again
from lakeglass.science.table import Floats, Table
from lakeglass.science.tasks import TaskChoice


@dataclass(frozen=True)
class Job:
    """One configuration on one fold of one repeat."""

    configuration: Configuration
    repeat: int
    fold: int


@dataclass(frozen=True)
class Done:
    """A finished fit: its record, predictions of its judging rows and of the hold-out."""

    record: FoldRecord
    rows: np.ndarray[tuple[int], np.dtype[np.intp]]
    judged: Floats
    held: Floats


@dataclass
class Bench:
    """Everything fits need. `threads` fits run side by side, each on one thread: boosters then wait for no one."""

    table: Table
    task: TaskChoice
    target: Floats
    split: Split
    problem: Problem
    measure: Measure
    clock: Clock
    store: FitStore
    threads: int
    _examples: dict[tuple[int, int], Examples] = field(default_factory=dict)
    _candidates: dict[str, Candidate] = field(default_factory=dict)
    _folds: dict[int, tuple[Fold, ...]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="fit")

    def candidate(self, name: str) -> Candidate:
        """The candidate of this name, made once."""
        if name not in self._candidates:
            self._candidates[name] = candidates.load(name)()
        return self._candidates[name]

    def folds(self, repeat: int) -> tuple[Fold, ...]:
        """The folds of a repeat; none when rows can't be dealt anew."""
        if repeat not in self._folds:
            self._folds[repeat] = folds_again(
                self.table, self.task, self.split, target=self.target, repeat=repeat
            )
        return self._folds[repeat]

    def run(self, jobs: Sequence[Job], *, seconds: float, reserve: float) -> list[Done | None]:
        """Do these fits, in order of the jobs; None for those that the clock did not let finish or that failed.

        `seconds` bound each fit, `reserve` is kept of the whole budget. A fit that does not listen to its stop is left
        behind when the budget ends.
        """
        for repeat in {job.repeat for job in jobs}:
            self._prepare(repeat)
        futures: list[Future[Done | None] | Done] = []
        for job in jobs:
            found = self._found(job)
            futures.append(found or self.pool.submit(self._fit, job, seconds, reserve))
        open_ones = [future for future in futures if isinstance(future, Future)]
        left = self.clock.remaining() - reserve
        wait(open_ones, timeout=None if left == float("inf") else max(0.0, left))
        return [self._result(job, future) for job, future in zip(jobs, futures, strict=True)]

    def close(self) -> None:
        """Start no more fits."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    def held(self) -> Table:
        """The rows of the hold-out."""
        return self.table.take(self.split.holdout)

    def _result(self, job: Job, future: Future[Done | None] | Done) -> Done | None:
        if isinstance(future, Done):
            return future
        if not future.done():
            future.cancel()
            return None
        error = future.exception()
        if error is not None:
            self.failures[job.configuration.key] = f"{type(error).__name__} in fold {job.fold + 1}"
            return None
        return future.result()

    def _prepare(self, repeat: int) -> None:
        for fold in self.folds(repeat):
            if (repeat, fold.number) not in self._examples:
                self._examples[repeat, fold.number] = Examples(
                    problem=self.problem,
                    train=self.table.take(fold.train),
                    target=self.target[fold.train],
                    judge=self.table.take(fold.judge),
                    judged=self.target[fold.judge],
                    seed=self.problem.seed * 1009 + repeat * 31 + fold.number,
                )

    def _found(self, job: Job) -> Done | None:
        found = self.store.find(job.configuration.key, job.repeat, job.fold)
        if found is None:
            return None
        return Done(found[0], self.folds(job.repeat)[job.fold].judge, found[1], found[2])

    def _fit(self, job: Job, seconds: float, reserve: float) -> Done | None:
        started = time.monotonic()
        if self.clock.remaining() <= reserve:
            return None
        examples = self._examples[job.repeat, job.fold]
        configuration = job.configuration
        stop = self.clock.stop_after(seconds, reserve=reserve)
        fit = self.candidate(configuration.candidate).fit(configuration.settings, examples, stop)
        preparation, _, judge = examples.prepared(fit.style)
        task = self.task.task
        judged = as_probabilities(task, fit.core.predict(judge))
        held = np.zeros((0, *judged.shape[1:]))
        if self.split.holdout.size:
            held = as_probabilities(task, fit.core.predict(preparation.transform(self.held())))
        record = FoldRecord(
            key=configuration.key, candidate=configuration.candidate, settings=configuration.settings,
            repeat=job.repeat, fold=job.fold, loss=loss(self.measure, examples.judged, judged), steps=fit.steps,
            cut=fit.cut, seconds=time.monotonic() - started, elapsed=self.clock.elapsed(), style=fit.style,
            preparation=self.store.save_preparation(preparation),
        )  # fmt: skip
        self.store.save(record, fit.core, judged=judged, held=held)
        return Done(record, self.folds(job.repeat)[job.fold].judge, judged, held)


def jobs_of(configuration: Configuration, repeat: int, folds: Iterable[int]) -> list[Job]:
    """Jobs of a configuration for these folds."""
    return [Job(configuration, repeat, fold) for fold in folds]
