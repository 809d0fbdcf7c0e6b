"""The few things that statistics ask of Arrow, with answers as numpy arrays.

Arrow's stubs want to know the type of every array; here it is known at run time only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

Array: TypeAlias = "pa.Array[Any]"
Chunked: TypeAlias = "pa.ChunkedArray[Any]"
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

_compute: Any = pyarrow.compute


def is_text(dtype: pa.DataType) -> bool:
    """True for strings of any size."""
    return bool(pa.types.is_string(dtype) or pa.types.is_large_string(dtype))


def numpy(array: Array) -> NDArray[Any]:
    """The values; there must be no nulls."""
    found: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return found


def take(array: Array, places: Places) -> Array:
    """The values at these places."""
    return array.take(pa.array(places, pa.int64()))


def value_counts(column: Array | Chunked) -> tuple[Array, Places]:
    """The different values, nulls left out, and how often each occurs."""
    counted = _compute.value_counts(column)
    values, counts = counted.field("values"), counted.field("counts").to_numpy()
    if values.null_count:
        there = numpy(values.is_valid())
        return take(values, np.flatnonzero(there)), counts[there]
    return values, counts


def encoded(array: Array) -> tuple[Array, Places]:
    """The different values, and for each place which of them it has (-1 for null)."""
    coded: Any = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    return coded.dictionary, coded.indices.fill_null(-1).to_numpy().astype(np.int64, copy=False)


def joined(column: Chunked) -> Array:
    """One array of a column; dictionaries are made one."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    chunks: Any = column.combine_chunks()
    if isinstance(chunks, pa.ChunkedArray):
        return pa.concat_arrays(chunks.chunks) if chunks.num_chunks else pa.array([], column.type)
    found: Array = chunks
    return found


def least(values: Array, count: int) -> Places:
    """The places of the smallest values."""
    found: Places = _compute.select_k_unstable(values, k=count, sort_keys=[("", "ascending")]).to_numpy()
    return found.astype(np.int64)


def ranking(values: Array, counts: Places) -> Places:
    """The places from the most to the least frequent, equally frequent ones by value."""
    table = pa.table({"value": values, "count": pa.array(counts)})
    order = _compute.sort_indices(table, sort_keys=[("count", "descending"), ("value", "ascending")])
    found: Places = order.to_numpy().astype(np.int64)
    return found


def characters(values: Array) -> Places:
    """Lengths of texts in characters, of others in bytes."""
    measured = _compute.utf8_length(values) if is_text(values.type) else _compute.binary_length(values)
    return numpy(measured).astype(np.int64)


def octets(values: Array) -> Places:
    """Lengths in bytes."""
    return numpy(_compute.binary_length(values)).astype(np.int64)


def matches(values: Array, expression: str) -> Flags:
    """Which texts an expression (RE2) is found in."""
    return numpy(_compute.match_substring_regex(values, expression))


def same(left: Array, right: Array | str) -> Flags:
    """Where the texts are equal."""
    return numpy(_compute.equal(left, right))


def trimmed(values: Array) -> Array:
    """Without white space at both ends."""
    found: Array = _compute.utf8_trim_whitespace(values)
    return found


def lowered(values: Array) -> Array:
    """In lower case."""
    found: Array = _compute.utf8_lower(values)
    return found


def total(column: Chunked) -> int:
    """The sum of truth values."""
    return int(_compute.sum(column).as_py() or 0)


def buffers(values: Array) -> tuple[Places, NDArray[np.uint8]]:
    """Where each text begins and ends, and the bytes of all of them."""
    plain: Any = values.cast(pa.binary()).cast(pa.large_binary())
    starts: Any = plain.buffers()[1]
    content: Any = plain.buffers()[2]
    ends = np.frombuffer(starts, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    whole = np.frombuffer(content, dtype=np.uint8) if content is not None else np.empty(0, np.uint8)
    return ends - ends[0], whole[ends[0] : ends[-1]]


def texts(ends: Places, content: NDArray[np.uint8]) -> Array:
    """Texts made of their bytes; the reverse of `buffers`."""
    parts: Sequence[Any] = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(content.tobytes())]
    found: Array = pa.Array.from_buffers(pa.large_string(), ends.size - 1, list(parts))
    return found
