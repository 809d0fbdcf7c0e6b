"""The data behind every figure equal a reference query over real tables: a sample by default, all as `heavy`."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.evaluation.tables import APART, WORK
from tests.unit.ask.analyst_runs import planned, run
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask.plan import TableContext

REQUESTS = [
    (table, *line)
    for table, lines in tomllib.loads((Path(__file__).parent / "charts.toml").read_text("utf-8")).items()
    for line in lines
]
SAMPLE = REQUESTS[::9]
MOST_BARS, MOST_SERIES, MOST_FIELDS, MOST_SLICES = 31, 11, 40, 9
Drawn = dict[Any, float]


@cache
def frame_of(name: str) -> pd.DataFrame:
    """A real table, its days as times."""
    frame = (WORK | APART)[name]()
    for column in frame.columns:
        if str(column) == "date":
            frame[column] = pd.to_datetime(frame[column])
    return frame


@cache
def context(name: str) -> TableContext:
    return context_of(name, frame_of(name)).model_copy(update={"dataset_version": f"real-{name}"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("charts")
    for name in dict.fromkeys(r[0] for r in REQUESTS):
        save(name, frame_of(name), path)
    return path


def label(value: object) -> str:
    """A key as a chart writes it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, pd.Timestamp | dt.date | np.datetime64):
        return str(value)[:10]
    return str(value)


def keyed(reference: pd.Series) -> Drawn:
    found = reference.dropna()
    return {
        tuple(map(label, key)) if isinstance(key, tuple) else label(key): float(value)
        for key, value in found.items()
    }


def bars(figure: Any) -> Drawn:
    """What bars and lines stand for: a label, and the name of their colour if there are several."""
    drawn: Drawn = {}
    several = len(figure.data) > 1
    for trace in figure.data:
        lying = getattr(trace, "orientation", None) == "h"
        names, values = (trace.y, trace.x) if lying else (trace.x, trace.y)
        for name, value in zip(names, values, strict=True):
            if value is not None and not np.isnan(float(value)):
                drawn[(label(name), label(trace.name)) if several else label(name)] = float(value)
    return drawn


def fields(figure: Any) -> Drawn:
    """What the fields of a heatmap stand for."""
    grid = figure.data[0]
    return {
        (label(y), label(x)): float(value)
        for y, row in zip(grid.y, grid.z, strict=True)
        for x, value in zip(grid.x, row, strict=True)
        if value is not None and not np.isnan(float(value))
    }


def alike(found: Drawn, wanted: Drawn, *, most: int) -> None:
    """Every value drawn is that of the reference; what is left out is drawn as 'others', or there were too many."""
    turned = {k[::-1]: v for k, v in wanted.items()} if any(isinstance(k, tuple) for k in wanted) else {}
    if turned and len(set(found) & set(turned)) > len(set(found) & set(wanted)):
        wanted = turned
    others = {k: v for k, v in found.items() if k not in wanted}
    known = {k: v for k, v in found.items() if k in wanted}
    assert known
    assert known == pytest.approx({k: wanted[k] for k in known}, rel=1e-9)
    left = {k: v for k, v in wanted.items() if k not in known}
    if others:
        assert all("other" in str(k) for k in others), others
        assert sum(others.values()) == pytest.approx(sum(left.values()))
    elif left:
        assert len({k[0] for k in known} if turned else known) <= most
        assert len({k[1] for k in known} if turned else known) <= most


def check_points(figure: Any, reference: pd.DataFrame) -> None:
    wanted = reference.dropna().astype(float)
    drawn = pd.DataFrame({"x": figure.data[0].x, "y": figure.data[0].y}).astype(float)
    assert len(drawn) == min(len(wanted), 5_000)
    pairs = {tuple(row) for row in wanted.round(9).to_numpy()}
    turned = {row[::-1] for row in pairs}
    shown = {tuple(row) for row in drawn.round(9).to_numpy()}
    assert shown <= pairs or shown <= turned


def check_histogram(figure: Any, reference: pd.Series) -> None:
    values, drawn = reference.dropna().to_numpy(dtype=float), figure.data[0]
    counts, edges = np.histogram(values, bins=len(drawn.x), range=(values.min(), values.max()))
    assert list(drawn.y) == list(counts)
    assert np.array(drawn.x, dtype=float) == pytest.approx((edges[1:] + edges[:-1]) / 2)


def check_boxes(figure: Any, reference: pd.Series) -> None:
    box = figure.data[0]
    whole = reference.index.name is None and isinstance(reference.index, pd.RangeIndex)
    groups = {box.x[0]: reference} if whole else {label(k): v for k, v in reference.groupby(level=0)}
    names = box.y if box.orientation == "h" else box.x
    assert 0 < len(names) <= 30
    assert len(names) == min(len(groups), 30)
    for place, name in enumerate(names):
        five = [box.lowerfence[place], box.q1[place], box.median[place], box.q3[place], box.upperfence[place]]
        assert five == pytest.approx(groups[label(name)].quantile([0, 0.25, 0.5, 0.75, 1]).tolist())


def check_violins(figure: Any, reference: pd.Series) -> None:
    trace = figure.data[0]
    drawn = pd.Series(np.array(trace.y, dtype=float))
    if trace.x is None:
        assert sorted(drawn) == pytest.approx(sorted(reference.dropna()))
        return
    drawn.index = pd.Index([label(x) for x in trace.x])
    groups = {label(k): sorted(v.dropna()) for k, v in reference.groupby(level=0)}
    found = {str(k): sorted(v) for k, v in drawn.groupby(level=0)}
    assert set(found) <= set(groups)
    assert all(v == pytest.approx(groups[k]) for k, v in found.items())


def check(figure: Any, kind: str, reference: Any) -> None:
    if kind == "points":
        check_points(figure, reference)
    elif kind == "histogram":
        check_histogram(figure, reference)
    elif kind == "box":
        check_boxes(figure, reference)
    elif kind == "violin":
        check_violins(figure, reference)
    elif kind == "pie":
        slices = dict(zip(map(label, figure.data[0].labels), map(float, figure.data[0].values), strict=True))
        alike(slices, keyed(reference), most=MOST_SLICES)
    elif kind == "heatmap":
        alike(fields(figure), keyed(reference), most=MOST_FIELDS)
    elif kind == "missing":
        gaps = reference[reference > 0]
        alike(bars(figure), keyed(gaps), most=MOST_BARS)
    elif kind == "places":
        places = {f"{k[0]} · {k[1]}": float(v) for k, v in reference.items()}
        drawn = {k[0] if isinstance(k, tuple) else k: v for k, v in bars(figure).items()}
        assert drawn == pytest.approx(places)
    else:
        alike(bars(figure), keyed(reference), most=MOST_BARS)


def draw(table: str, question: str, kind: str, reference: str, folder: Path) -> None:
    plan = planned(question, context(table)).plan
    figure: Any = run(plan, context(table), folder).figure
    assert figure is not None, question
    names = {"d": frame_of(table), "pd": pd, "np": np, "stats": stats}
    wanted = eval(reference, names)
    check(figure, kind, wanted)
    honest(figure, kind)


def honest(figure: Any, kind: str) -> None:
    """Bars begin at zero: nothing sets the axis of their values elsewhere."""
    if kind not in {"bar", "histogram", "missing", "places"}:
        return
    lying = any(getattr(t, "orientation", None) == "h" for t in figure.data)
    axis = figure.layout.xaxis if lying else figure.layout.yaxis
    assert axis.range is None
    assert axis.type in {None, "linear"}


# req: F2
def test_there_are_many_requests_of_every_kind() -> None:
    assert len(REQUESTS) >= 150
    assert {r[2] for r in REQUESTS} >= {
        "bar",
        "line",
        "histogram",
        "points",
        "box",
        "pie",
        "heatmap",
        "violin",
    }


# req: F2
@pytest.mark.parametrize(("table", "question", "kind", "reference"), SAMPLE)
def test_a_figure_shows_what_pandas_finds(
    table: str, question: str, kind: str, reference: str, folder: Path
) -> None:
    draw(table, question, kind, reference, folder)


# req: F2
@pytest.mark.heavy
@pytest.mark.parametrize(("table", "question", "kind", "reference"), REQUESTS)
def test_every_figure_shows_what_pandas_finds(
    table: str, question: str, kind: str, reference: str, folder: Path
) -> None:
    draw(table, question, kind, reference, folder)
