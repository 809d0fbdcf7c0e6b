"""Python values to MIME bundles. Runs beside the user's code, so its output is data, not truth."""

from __future__ import annotations

import base64
import contextlib
import datetime
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from .protocol import MAX_TABLE_ROWS, PLOTLY_MIME, TABLE_MIME, encode

_T = TypeVar("_T")
_MAX_TEXT = 100_000
_MAX_CELL = 2_000
_MAX_DEPTH = 32
_MAX_ITEMS = 10_000
_SAFE_INTEGER = 2**53  # a browser's number holds no more
_HTML, _MARKDOWN, _SVG, _PNG, _PLAIN, _JSON = (
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "text/plain",
    "application/json",
)
_REPR_METHODS = {"_repr_html_": _HTML, "_repr_markdown_": _MARKDOWN, "_repr_svg_": _SVG}


def payload(value: object, *, name: str | None = None) -> bytes:
    """The bytes of a result frame: `value` displayed, or collected under `name`."""
    figure = _plotly_json(value)
    if figure is not None:  # already JSON: embedded as it is instead of being parsed and written again
        rest = f'"{PLOTLY_MIME}":{figure},"{_PLAIN}":"Plotly figure"'
        return f'{{"name":{json.dumps(name)},"data":{{{rest}}}}}'.encode("utf-8", "replace")
    data = bundle(value)
    if name is not None and TABLE_MIME not in data and _PNG not in data:
        with contextlib.suppress(TypeError, ValueError, RecursionError):
            data[_JSON] = json_value(value)
    return encode({"name": name, "data": data})


def survive(call: Callable[[], _T]) -> _T | None:
    """The answer of code that belongs to the user's objects, None when it raises."""
    try:
        return call()
    except Exception:  # noqa: BLE001  a broken __repr__ of the user must not break the display
        return None


def bundle(value: object) -> dict[str, Any]:
    """Every representation that the page can show, the plain text always among them."""
    data = survive(lambda: _rich(value)) or {}
    if _PLAIN not in data:
        data[_PLAIN] = plain(value)
    return data


def plain(value: object) -> str:
    """`repr`, bounded; never fails."""
    text = survive(lambda: repr(value))
    if text is None:
        text = f"<{type(value).__name__}: its repr failed>"
    return text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + f"… ({len(text)} characters)"


def _rich(value: object) -> dict[str, Any]:
    table = _table(value)
    if table is not None:
        return {TABLE_MIME: table}
    if hasattr(value, "savefig") and not isinstance(value, type):
        return {_PNG: png(value)}
    return _own_representations(value)


def png(figure: Any) -> str:
    """A Matplotlib figure, base64."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return base64.b64encode(buffer.getvalue()).decode()


def json_value(value: Any, *, depth: int = 0) -> Any:
    """`value` as JSON: not-a-number and missing dates become null, infinities and dates text.

    Raises TypeError for what has no JSON form at all, ValueError when it is nested too deep.
    """
    if depth > _MAX_DEPTH:
        raise ValueError
    if isinstance(value, Mapping):
        items = list(value.items())[:_MAX_ITEMS]
        return {str(key): json_value(item, depth=depth + 1) for key, item in items}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_value(item, depth=depth + 1) for item in list(value)[:_MAX_ITEMS]]
    if hasattr(value, "tolist") and type(value).__module__.startswith("numpy"):
        return json_value(value.tolist(), depth=depth + 1)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= _SAFE_INTEGER else str(int(value))
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, str):
        return str(value)
    if value != value or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (datetime.timedelta, Decimal)):
        return str(value)
    raise TypeError(type(value).__name__)


def cell(value: Any) -> Any:
    """One table cell as JSON; what has no JSON form becomes its text."""
    try:
        converted = json_value(value)
    except (TypeError, ValueError, RecursionError):
        converted = str(value)
    if isinstance(converted, str) and len(converted) > _MAX_CELL:
        return converted[:_MAX_CELL] + "…"
    return converted


def _table(value: Any) -> dict[str, Any] | None:
    """The table that `value` is, or None."""
    if isinstance(value, type):
        return None
    kinds: dict[tuple[str, str], Callable[[Any], dict[str, Any]]] = {
        ("pandas", "DataFrame"): _from_pandas,
        ("pandas", "Series"): lambda series: _from_pandas(series.to_frame(_series_name(series))),
        ("polars", "DataFrame"): _from_polars,
        ("polars", "Series"): lambda series: _from_polars(series.to_frame()),
        ("pyarrow", "Table"): _from_arrow,
        ("_duckdb", "DuckDBPyRelation"): _from_duckdb,
        ("duckdb", "DuckDBPyRelation"): _from_duckdb,
    }
    for base in type(value).__mro__:
        build = kinds.get((base.__module__.split(".")[0], base.__name__))
        if build is not None:
            return build(value)
    return None


def _series_name(series: Any) -> str:
    return "value" if series.name is None else str(series.name)


def _from_pandas(frame: Any) -> dict[str, Any]:
    head = frame.iloc[:MAX_TABLE_ROWS]
    names = [_label(name) for name in frame.columns]
    types = [str(dtype) for dtype in frame.dtypes]
    columns = [[cell(item) for item in head.iloc[:, place]] for place in range(len(names))]
    index = frame.index
    # An unnamed integer index is where the rows once stood, as a sort leaves it: no column of the table.
    positions = index.nlevels == 1 and index.name is None and index.dtype.kind in "iu"
    if not positions:
        levels = [index.get_level_values(level) for level in range(index.nlevels)]
        for place, level in enumerate(levels):
            unnamed = "index" if len(levels) == 1 else f"level_{place}"
            names.insert(place, unnamed if level.name is None else str(level.name))
            types.insert(place, str(level.dtype))
            columns.insert(place, [cell(item) for item in level[:MAX_TABLE_ROWS]])
    return _shape(names, types, zip(*columns, strict=True) if columns else (), total=len(frame))


def _label(name: object) -> str:
    return " / ".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def _from_polars(frame: Any) -> dict[str, Any]:
    types = [str(dtype) for dtype in frame.dtypes]
    return _shape(frame.columns, types, frame.head(MAX_TABLE_ROWS).rows(), total=frame.height)


def _from_arrow(table: Any) -> dict[str, Any]:
    columns = [column.to_pylist() for column in table.slice(0, MAX_TABLE_ROWS).columns]
    types = [str(field.type) for field in table.schema]
    return _shape(table.column_names, types, zip(*columns, strict=True), total=table.num_rows)


def _from_duckdb(relation: Any) -> dict[str, Any]:
    rows = relation.limit(MAX_TABLE_ROWS).fetchall()
    total = relation.aggregate("count(*)").fetchone()[0]
    return _shape(relation.columns, [str(kind) for kind in relation.types], rows, total=total)


def _shape(
    names: Sequence[object], types: Sequence[str], rows: Iterable[Iterable[Any]], *, total: int
) -> dict[str, Any]:
    return {
        "columns": [str(name) for name in names],
        "dtypes": list(types),
        "rows": [[cell(item) for item in row] for row in rows],
        "total": int(total),
    }


def _plotly_json(value: Any) -> str | None:
    if isinstance(value, type) or not hasattr(value, "to_plotly_json") or not hasattr(value, "to_json"):
        return None
    return survive(lambda: str(value.to_json()))  # values without a JSON form: shown as text


def _own_representations(value: Any) -> dict[str, Any]:
    """What IPython would ask the object for."""
    if isinstance(value, type):
        return {}
    data: dict[str, Any] = {}
    method = getattr(value, "_repr_mimebundle_", None)
    if callable(method):
        answer = method()
        answer = answer[0] if isinstance(answer, tuple) else answer
        data.update({str(mime): json_value(item) for mime, item in dict(answer or {}).items()})
    for name, mime in _REPR_METHODS.items():
        method = getattr(value, name, None)
        text = method() if callable(method) and mime not in data else None
        if text:
            data[mime] = str(text)
    method = getattr(value, "_repr_png_", None)
    image = method() if callable(method) and _PNG not in data else None
    if isinstance(image, bytes):
        data[_PNG] = base64.b64encode(image).decode()
    return data
