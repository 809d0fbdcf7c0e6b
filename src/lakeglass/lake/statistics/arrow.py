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
_SIZES = ("8", "16", "32", "64")
_DTYPES = {
    **{f"{kind}{size}": f"{kind}{size}" for kind in ("int", "uint") for size in _SIZES},
    "null": "int64",  # of which there are none
    "halffloat": "float16",
    "float": "float32",
    "double": "float64",
}


def is_text(dtype: pa.DataType) -> bool:
    """True for strings of any size."""
    return bool(pa.types.is_string(dtype) or pa.types.is_large_string(dtype))


def numpy(array: Array) -> NDArray[Any]:
    """The values of an array of numbers or truth values; there must be no nulls.

    Arrow's own way to numpy (and from it, see `whole`) loads pandas first, to see whether it was given one of its
    series: a third of a second, and 40 MB that stay. So the memory is looked at as it is.
    """
    dtype = np.dtype(np.bool_ if pa.types.is_boolean(array.type) else _DTYPES[str(array.type)])
    length, offset = len(array), array.offset
    if not length:
        return np.empty(0, dtype)
    content: Any = array.buffers()[1]
    if pa.types.is_boolean(array.type):
        bits = np.frombuffer(content, np.uint8, count=(offset + length + 7) // 8)
        return np.unpackbits(bits, count=offset + length, bitorder="little")[offset:].view(np.bool_)
    return np.frombuffer(content, dtype, count=length, offset=offset * dtype.itemsize)


def whole(numbers: Places) -> Array:
    """Whole numbers as Arrow has them, without a copy."""
    plain: Any = np.ascontiguousarray(numbers, dtype=np.int64)
    found: Array = pa.Array.from_buffers(pa.int64(), plain.size, [None, pa.py_buffer(plain)])
    return found


def take(array: Array, places: Places) -> Array:
    """The values at these places."""
    return array.take(whole(places))


def value_counts(column: Array | Chunked) -> tuple[Array, Places]:
    """The different values, nulls left out, and how often each occurs."""
    counted = _compute.value_counts(column)
    values, counts = counted.field("values"), numpy(counted.field("counts"))
    if values.null_count:
        there = numpy(values.is_valid())
        return take(values, np.flatnonzero(there)), counts[there]
    return values, counts


def encoded(array: Array) -> tuple[Array, Places]:
    """The different values, and for each place which of them it has (-1 for null)."""
    coded: Any = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    indices = coded.indices
    if not indices.null_count:
        return coded.dictionary, numpy(indices).astype(np.int64, copy=False)
    codes = np.full(len(indices), -1, dtype=np.int64)
    codes[numpy(indices.is_valid())] = numpy(indices.drop_null())
    return coded.dictionary, codes


def joined(column: Chunked) -> Array:
    """One array of a column; dictionaries are made one."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    chunks: Any = column.combine_chunks()
    if isinstance(chunks, pa.ChunkedArray):
        return pa.concat_arrays(chunks.chunks) if chunks.num_chunks else pa.nulls(0, column.type)
    found: Array = chunks
    return found


def least(values: Array, count: int) -> Places:
    """The places of the smallest values."""
    found = numpy(_compute.select_k_unstable(values, k=count, sort_keys=[("", "ascending")]))
    return found.astype(np.int64)


def ranking(values: Array, counts: Places) -> Places:
    """The places from the most to the least frequent, equally frequent ones by value."""
    table = pa.table({"value": values, "count": whole(counts)})
    order = _compute.sort_indices(table, sort_keys=[("count", "descending"), ("value", "ascending")])
    return numpy(order).astype(np.int64)


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


def same(left: Array, right: Array) -> Flags:
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


def strings(values: Sequence[str]) -> Array:
    """Texts as Arrow has them."""
    parts = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    return texts(ends, np.frombuffer(b"".join(parts), dtype=np.uint8))
