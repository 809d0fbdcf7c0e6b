"""What lives in a namespace: name, type, shape and size, told without running a line of the user's code.

A class of the user may lie or loop in `__repr__`, `__len__`, `__getattr__`, `__class__`, in properties and in
its metaclass; none of them is asked. Three doors are used, all of which end in C: `type(value)`, descriptors
that the interpreter or a compiled library made, and the dictionary that an instance keeps its fields in.
"""

from __future__ import annotations

import array
import collections
import types
from collections.abc import Callable, Iterator
from typing import Any

MAX_VARIABLES = 1000
_MAX_NAME = 100
_MAX_DEPTH = 4
_SIZED: tuple[type, ...] = (
    str, bytes, bytearray, list, tuple, dict, set, frozenset, range, collections.deque, array.array,
)  # fmt: skip
_NUMBERS: tuple[type, ...] = (int, float, complex)
_NATIVE = (types.GetSetDescriptorType, types.MemberDescriptorType)
_NATIVE_METHODS = (types.MethodDescriptorType, types.WrapperDescriptorType)
_CLASS: dict[str, Callable[[type], Any]] = {
    name: type.__dict__[name].__get__ for name in ("__name__", "__module__", "__mro__", "__dict__")
}


def listing(namespace: dict[str, object]) -> dict[str, Any]:
    """{"items": [{"name", "type", "shape", "bytes"}], "total"}: by name, at most 1,000 items.

    Modules and names that begin with an underscore are left out. `shape` is a list of lengths, `bytes` what
    the value takes by itself; each is None where only the user's own code could tell.
    """
    shown = {
        name: value
        for name, value in list(namespace.items())
        if type(name) is str and not name.startswith("_") and not _descends(value, types.ModuleType)
    }
    names = sorted(shown)[:MAX_VARIABLES]
    return {"items": [_line(name, shown[name]) for name in names], "total": len(shown)}


def _line(name: str, value: object) -> dict[str, Any]:
    shape = _shape(value)
    return {
        "name": name[:_MAX_NAME],
        "type": _type_name(type(value)),
        "shape": None if shape is None else list(shape),
        "bytes": _bytes(value),
    }


def _of_class(kind: type, name: str) -> Any:
    """An attribute of a class, past whatever its metaclass says."""
    return _CLASS[name](kind)


def _bases(value: object) -> Iterator[type]:
    yield from _of_class(type(value), "__mro__")


def _descends(value: object, kind: type) -> bool:
    return any(base is kind for base in _bases(value))


def _type_name(kind: type) -> str:
    name = str.__str__(_of_class(kind, "__name__"))[:_MAX_NAME]
    module = _of_class(kind, "__module__")
    if type(module) is not str or module in {"builtins", "__main__"}:
        return name
    return f"{module.partition('.')[0][:_MAX_NAME]}.{name}"


def _field(value: object, name: str) -> Any:
    """A field that C code keeps, or that lies in the instance's own dictionary; None when there is none."""
    kept: Any = None
    for base in _bases(value):
        found = _of_class(base, "__dict__").get(name)
        if type(found) in _NATIVE:
            return found.__get__(value)
        fields = _of_class(base, "__dict__").get("__dict__")
        if type(fields) is types.GetSetDescriptorType and kept is None:
            kept = fields.__get__(value)
    return kept.get(name) if type(kept) is dict else None


def _answer(value: object, name: str) -> Any:
    """What a method made in C says; None when the value has no such method."""
    for base in _bases(value):
        found = _of_class(base, "__dict__").get(name)
        if type(found) in _NATIVE_METHODS:
            return found(value)
    return None


def _library(value: object) -> tuple[str, str]:
    """Root module and name of the first class of a data library that `value` descends from."""
    for base in _bases(value):
        module = _of_class(base, "__module__")
        root = module.partition(".")[0] if type(module) is str else ""
        if root in {"numpy", "pandas", "pyarrow"}:
            return root, str.__str__(_of_class(base, "__name__"))
    return "", ""


def _shape(value: object) -> tuple[int, ...] | None:
    root, _ = _library(value)
    if root == "numpy":
        found = _field(value, "shape")
        return found if type(found) is tuple else None
    if root == "pyarrow":
        rows, columns = _field(value, "num_rows"), _field(value, "num_columns")
        if type(rows) is int and type(columns) is int:
            return rows, columns
        length = _length(value)
        return None if length is None else (length,)
    if root == "pandas":
        return _pandas_shape(value)
    for kind in _SIZED:
        if _descends(value, kind):
            return (kind.__len__(value),)  # type: ignore[attr-defined]
    return None


def _pandas_shape(value: object) -> tuple[int, ...] | None:
    kept = _field(value, "_mgr")
    if kept is None:
        length = _length(value)
        return None if length is None else (length,)
    axes = _field(kept, "axes")
    if type(axes) is not list:
        return None
    lengths = [_length(axis) for axis in reversed(axes)]
    if any(length is None for length in lengths):
        return None
    return tuple(length for length in lengths if length is not None)


def _length(value: object, depth: int = 0) -> int | None:
    """The length of an array, a column or an index, found where its data lies."""
    if value is None or depth > _MAX_DEPTH:
        return None
    if type(value) is range:
        return len(value)
    root, _ = _library(value)
    if root == "numpy":
        shape = _field(value, "shape")
        return shape[0] if type(shape) is tuple and shape else None
    if root == "pyarrow":
        length = _answer(value, "length")
        length = length if length is not None else _answer(value, "__len__")
        return length if type(length) is int else None
    for name in ("_range", "_ndarray", "_pa_array", "_data", "_left"):
        length = _length(_field(value, name), depth + 1) if root == "pandas" else None
        if length is not None:
            return length
    codes: Any = _field(value, "_codes") if root == "pandas" else None  # an index of several levels
    if _descends(codes, list) and list.__len__(codes):
        return _length(list.__getitem__(codes, 0), depth + 1)
    return None


def _bytes(value: object) -> int | None:
    root, _ = _library(value)
    kept = _field(value, "_mgr") if root == "pandas" else None
    if kept is not None:
        blocks = _field(kept, "blocks")
        if type(blocks) is not tuple:
            return None
        sizes = [_array_bytes(_field(block, "values")) for block in blocks]
        return sum(size for size in sizes if size is not None) if None not in sizes else None
    if root:
        return _array_bytes(value)
    for kind in (*_SIZED, *_NUMBERS):
        if _descends(value, kind):
            own_size: Any = kind.__sizeof__
            return int(own_size(value))
    return None


def _array_bytes(value: object, depth: int = 0) -> int | None:
    if value is None or depth > _MAX_DEPTH:
        return None
    root, _ = _library(value)
    size = _field(value, "nbytes") if root in {"numpy", "pyarrow"} else None
    if type(size) is int:
        return size
    for name in ("_ndarray", "_pa_array", "_data"):
        size = _array_bytes(_field(value, name), depth + 1) if root == "pandas" else None
        if size is not None:
            return size
    return None
