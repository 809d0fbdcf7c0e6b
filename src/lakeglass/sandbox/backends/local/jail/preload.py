"""Imports the data libraries and walks their slow first paths, so that no session pays for them."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
from collections.abc import Generator, Iterator

MODULES = (
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "duckdb",
    "scipy.stats",
    "plotly.graph_objects",
    "plotly.express",
    "plotly.io",
)


def preload() -> None:
    """All of it at once."""
    for _ in steps():
        pass


def nothing() -> Generator[None]:
    """The steps that are left for a fork of a process that has done them all."""
    yield from ()


def steps() -> Iterator[None]:
    """Piece by piece. A library that is not installed is simply not there for the session either."""
    for module in MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
        yield
    with contextlib.suppress(ImportError):
        importlib.import_module("matplotlib").use("Agg")
        importlib.import_module("matplotlib.pyplot")
    yield
    _warm_pandas_and_plotly()
    yield
    _warm_matplotlib()


def _warm_pandas_and_plotly() -> None:
    # DuckDB is only imported: a connection has threads, and threads do not survive the fork
    if "pandas" not in sys.modules:
        return
    pandas = importlib.import_module("pandas")
    frame = pandas.DataFrame({"a": [1.5, 2.0], "b": ["x", "y"], "c": pandas.to_datetime(["2020-01-01"] * 2)})
    frame.groupby("b", as_index=False)["a"].sum().sort_values("a").head(1).to_dict("list")
    frame.describe().round(2)
    repr(frame)
    pandas.read_csv(io.StringIO("a,b\n1,x\n"))
    if "plotly.express" not in sys.modules:
        return
    express = importlib.import_module("plotly.express")
    for chart in (express.bar, express.line, express.scatter):
        chart(frame, x="b", y="a", title="warm").update_layout(xaxis_title="b").to_json()
    express.histogram(frame, x="a").to_json()
    express.box(frame, x="b", y="a").to_json()
    express.pie(frame, names="b", values="a").to_json()


def _warm_matplotlib() -> None:
    if "matplotlib.pyplot" not in sys.modules:
        return
    pyplot = importlib.import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots()
    axes.bar(["x", "y"], [1, 2])
    figure.savefig(io.BytesIO(), format="png")
    pyplot.close(figure)
