"""How far a search has come, for whoever watches it: one small file, replaced a few times a second at most."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lakeglass.science.search.entries import Contest, Entry
from lakeglass.science.search.store import write_json

FILE = "progress.json"
OVER = "the search is over"
_PAUSE_S = 0.4
_MOST = 20


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rank(_Frozen):
    """A configuration as it stands: `score` in the measure's own direction, `std` its deviation over the folds."""

    name: str
    family: str
    score: float | None
    std: float
    fits: int
    state: Literal["running", "finished", "dropped", "unfinished"]
    weight: float


class Progress(_Frozen):
    """A search in progress: fits so far, seconds since its start, and the best configurations, the baseline included.

    `best` is that of the best finished configuration; what is `better` says the measure.
    """

    fits: int
    seconds: float
    budget_s: float | None
    budget_fits: int | None
    phase: str
    best: float | None
    metric: str
    better: Literal["higher", "lower"]
    baseline: float | None
    leaderboard: tuple[Rank, ...]


class ProgressFile:
    """Writes the file; asked more often than it can be looked at, it does nothing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._written = float("-inf")

    def write(
        self,
        contest: Contest,
        weights: dict[str, float],
        *,
        phase: str,
        seconds: float,
        budget: tuple[float | None, int | None],
    ) -> None:
        """Tell where the search stands, unless that was told just now; `budget` in seconds or in fits."""
        if phase != OVER and time.monotonic() - self._written < _PAUSE_S:
            return
        whole = {entry.key for entry in contest.finished()}
        shown = sorted(contest.entries.values(), key=lambda e: (e.key not in whole, contest.loss(e), e.key))
        base = next((entry for entry in shown if entry.configuration.candidate == "baseline"), None)
        kept = [entry for entry in shown if entry is not base][: _MOST - 1]
        kept += [base] if base is not None else []
        ranks = [_rank(contest, entry, weights.get(entry.key, 0.0)) for entry in shown if entry in kept]
        best = next((entry for entry in shown if entry.key in whole and entry is not base), None)
        write_json(
            self._path,
            Progress(
                fits=sum(len(entry.done) for entry in contest.entries.values()),
                seconds=round(seconds, 2),
                budget_s=budget[0],
                budget_fits=budget[1],
                phase=phase,
                best=None if best is None else _score(contest, best),
                metric=contest.measure.name,
                better=contest.measure.better,
                baseline=None if base is None else _score(contest, base),
                leaderboard=tuple(ranks),
            ),
        )
        self._written = time.monotonic()


def _rank(contest: Contest, entry: Entry, weight: float) -> Rank:
    standing = entry.standing(contest.used(entry), loss_of_all=0.0, weight=weight) if entry.done else None
    folds = 0 if standing is None else standing.folds
    return Rank(
        name=entry.configuration.title,
        family=entry.configuration.candidate,
        score=_score(contest, entry),
        std=0.0 if standing is None else standing.error * folds**0.5,
        fits=len(entry.done),
        state="running" if entry.state == "waiting" else entry.state,
        weight=weight,
    )


def _score(contest: Contest, entry: Entry) -> float | None:
    """The loss turned back into the measure."""
    loss = contest.loss(entry)
    if loss == float("inf"):
        return None
    return 1.0 - loss if contest.measure.better == "higher" else loss
