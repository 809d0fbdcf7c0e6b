"""AutoML against its peers on the six open sets: `make bench-automl ARGS="--folds 0 --budgets 30 --sets ames"`.

Every contestant gets the same files and threads and runs in a process group of its own; peers live in environments of
their own under `--environments`. Losses are 1 - AUC or RMSE. Differences from the best within two standard errors of
the paired folds are ties. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.automl.contest import AT_HOME, NO_BUDGET, PEERS, Result, compete
from tests.bench.automl.sets import FOLDS, SETS

CONTESTANTS = ("lakeglass", *PEERS, *AT_HOME)


def arguments() -> argparse.Namespace:
    """What to run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=[one.name for one in SETS])
    parser.add_argument("--folds", nargs="*", type=int, default=list(range(FOLDS)))
    parser.add_argument("--budgets", nargs="*", type=float, default=[30.0, 60.0])
    parser.add_argument("--contestants", nargs="*", default=list(CONTESTANTS), choices=CONTESTANTS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("test-results/automl"))
    parser.add_argument("--environments", type=Path, default=Path("test-results/automl-environments"))
    return parser.parse_args()


def main() -> None:
    """Run fold by fold, contestants after each other, then print the tables."""
    asked = arguments()
    work, environments = asked.work.resolve(), asked.environments.resolve()
    results: list[Result] = []
    for one in SETS:
        if one.name not in asked.sets:
            continue
        for fold in asked.folds:
            for budget in asked.budgets:
                for contestant in asked.contestants:
                    own = 0.0 if contestant in NO_BUDGET else budget
                    if own == 0.0 and budget != asked.budgets[0]:
                        continue
                    result = compete(
                        one, fold, contestant, own, threads=asked.threads, work=work,
                        environments=environments,
                    )  # fmt: skip
                    results.append(result)
                    told = f"{result.loss:.5g}" if result.loss is not None else result.why
                    first = f", first model {result.first:.1f} s" if result.first is not None else ""
                    print(
                        f"{one.name} fold {fold} {contestant} {own:g} s: loss {told}, wall {result.wall:.1f} s{first}, "
                        f"load {result.load:.1f}",
                        flush=True,
                    )
    for budget in asked.budgets:
        summary(results, budget)


def summary(results: list[Result], budget: float) -> None:
    """Mean loss with standard error for each set, then mean excess over the best and mean rank."""
    losses: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for result in results:
        if result.budget in (0.0, budget) and result.loss is not None:
            losses[result.set][result.contestant][result.fold] = result.loss
    print(f"\n## {budget:g} s, load now {os.getloadavg()[0]:.1f}")
    excess: dict[str, list[float]] = defaultdict(list)
    ranks: dict[str, list[float]] = defaultdict(list)
    for name, by in losses.items():
        folds = set.intersection(*(set(one) for one in by.values()))
        if not folds:
            print(f"{name}: no fold was finished by everyone")
            continue
        table = {who: np.array([one[fold] for fold in sorted(folds)]) for who, one in by.items()}
        means = {who: float(one.mean()) for who, one in table.items()}
        best = min(means, key=lambda who: means[who])
        print(f"{name}, {len(folds)} folds:")
        for rank, who in enumerate(sorted(means, key=lambda one: means[one]), start=1):
            apart = table[who] - table[best]
            error = float(apart.std(ddof=1) / np.sqrt(apart.size)) if apart.size > 1 else float("nan")
            tie = " tie with the best" if who != best and float(apart.mean()) <= 2 * error else ""
            own = float(table[who].std(ddof=1) / np.sqrt(apart.size)) if apart.size > 1 else float("nan")
            over = means[who] / means[best] - 1
            excess[who].append(over)
            ranks[who].append(rank)
            spread = f" ± {own:.2g}" if apart.size > 1 else " (one fold: no error)"
            print(f"  {rank}. {who:18} {means[who]:10.5g}{spread}  +{100 * over:.1f} %{tie}")
    print("mean excess over the best, worst set, mean rank, sets:")
    for who in sorted(excess, key=lambda one: float(np.mean(excess[one]))):
        found = np.array(excess[who])
        print(
            f"  {who:18} {100 * found.mean():6.1f} %  {100 * found.max():6.1f} %  {np.mean(ranks[who]):.2f}  "
            f"{found.size}"
        )
    overs = [r.wall / budget for r in results if r.contestant == "lakeglass" and r.budget == budget]
    if overs:
        print(
            f"lakeglass: wall / budget at most {max(overs):.2f}, {len(overs)} runs (process start and exit included)"
        )


if __name__ == "__main__":
    main()
