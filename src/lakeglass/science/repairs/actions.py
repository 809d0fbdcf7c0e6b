"""Steps done to an Arrow table, which itself stays what it is; each cell changes by itself, whatever is beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lakeglass.science.repairs.steps import (
    Blanks,
    DropColumn,
    DropRepeats,
    NullNumbers,
    ParseNumbers,
    Rewrite,
    Step,
    TextStep,
)


def applied(data: pa.Table, steps: Iterable[Step]) -> pa.Table:
    """The table after all steps, in their order; columns that it does not have are passed over."""
    for step in steps:
        data = _applied(data, step)
    return data


def _applied(data: pa.Table, step: Step) -> pa.Table:
    if isinstance(step, DropRepeats):
        return data.filter(pa.array(~repeated(data)))
    place = data.column_names.index(step.column) if step.column in data.column_names else None
    if place is None:
        return data
    if isinstance(step, DropColumn):
        return data.drop_columns([step.column])
    if isinstance(step, NullNumbers):
        return data.set_column(place, step.column, without_numbers(data.column(place), step))
    return data.set_column(place, step.column, rewritten(data.column(place), step))


def repeated(data: pa.Table) -> npt.NDArray[np.bool_]:
    """Which rows equal an earlier one in every column; missing values equal each other."""
    seen = np.zeros(data.num_rows, dtype=np.int64)
    for column in data.columns:
        codes = in_one(column).dictionary_encode("encode").indices.to_numpy(zero_copy_only=False)
        _, seen = np.unique(
            seen * (int(codes.max(initial=0)) + 1) + codes.astype(np.int64), return_inverse=True
        )
    later = np.ones(data.num_rows, dtype=bool)
    later[np.unique(seen, return_index=True)[1]] = False
    return later


def rewritten(column: pa.ChunkedArray[Any], step: TextStep) -> pa.Array[Any]:
    """The column with each of its different texts changed."""
    coded = in_one(as_text(column)).dictionary_encode()
    kind = pa.float64() if isinstance(step, ParseNumbers) else pa.large_string()
    values = pa.array([changed(step, str(text)) for text in coded.dictionary.to_pylist()], kind)
    return values.take(coded.indices)


def changed(step: TextStep, text: str) -> str | float | None:
    """What the step makes of a text. Raises ValueError for a text that is no number of the form that it reads."""
    if isinstance(step, Rewrite):
        return step.to.get(text, text)
    if isinstance(step, Blanks):
        return " ".join(text.split())
    if isinstance(step, ParseNumbers):
        return _number(step, text)
    assert_never(step)


def _number(step: ParseNumbers, text: str) -> float | None:
    bare = text.strip()
    if not bare:
        return None
    sign, grouping, decimal = (re.escape(one) for one in (step.sign, step.grouping, step.decimal))
    whole = rf"\d{{1,3}}(?:{grouping}\d{{3}})+|\d+" if grouping else r"\d+"
    around = rf"(?:{sign}\s*)?" if sign else ""
    found = re.fullmatch(rf"([+-]?){around}([+-]?)({whole})(?:{decimal}(\d+))?\s*(?:{sign})?", bare)
    if found is None or (found[1] and found[2]):
        raise ValueError(f"no number of the form of {step.column}")
    digits = found[3].replace(step.grouping, "") if step.grouping else found[3]
    return float(f"{found[1] or found[2]}{digits}.{found[4] or '0'}")


def without_numbers(column: pa.ChunkedArray[Any], step: NullNumbers) -> pa.ChunkedArray[Any]:
    """The column with these numbers missing."""
    marks = pa.array(step.values, pa.float64())
    meant = pc.is_in(column.cast(pa.float64(), safe=False), value_set=marks)
    without: pa.ChunkedArray[Any] = pc.if_else(meant, pa.scalar(None, column.type), column)
    return without


def as_text(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    """The column as long texts, dictionaries spelled out."""
    return column.cast(pa.large_string())


def in_one(column: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    """The column in one piece, dictionaries spelled out."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    chunks = column.chunks
    return pa.concat_arrays(chunks) if chunks else pa.array([], column.type)
