"""Is what free code does what was asked? Rows, factors and columns that the question does not speak of are named.

The same question as `grounding` asks of plans; code says less clearly what it does, so this finds the ways that are
plainly written, and the checks of the result what they can.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from lakeglass.ask.code_rules import READERS, SQL_CALLS, called, sql_texts
from lakeglass.ask.grounding import FEW, USUAL, Said, asked_aggregate, is_date, swapped
from lakeglass.ask.plan import TableContext
from lakeglass.ask.plan.naming import plain

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_LIMITS = re.compile(r"(?:[<>=]|\blimit\b|\bbetween\b|\band\b)\s*(-?\d+(?:\.\d+)?)\b", re.IGNORECASE)
_MISSPELT = 70
_CUTS = frozenset({"head", "tail", "sample", "nlargest", "nsmallest", "truncate"})
# What code calls that aggregates, in pandas, NumPy and SQL.
_CALLS = {
    "sum": "sum", "nansum": "sum", "cumsum": "sum", "mean": "mean", "nanmean": "mean", "average": "mean", "avg": "mean",
    "median": "median", "nanmedian": "median", "min": "min", "nanmin": "min", "nsmallest": "min", "max": "max",
    "nanmax": "max", "nlargest": "max", "std": "deviation", "var": "deviation", "quantile": "quantile",
    "percentile": "quantile", "count": "count", "size": "count", "nunique": "count", "len": "count", "describe": "all",
}  # fmt: skip
_SQL_CALL = re.compile(r"\b(sum|avg|mean|median|min|max|count|quantile\w*)\s*\(", re.IGNORECASE)
# These say the same, or hold what was asked among others.
_LIKE: dict[str, frozenset[str]] = {
    "median": frozenset({"median", "quantile", "all"}),
    "mean": frozenset({"mean", "all"}),
    "sum": frozenset({"sum", "all"}),
    "min": frozenset({"min", "all", "quantile"}),
    "max": frozenset({"max", "all", "quantile"}),
}
_OTHER = frozenset({"sum", "mean", "median", "min", "max"})


def unspoken(code: str, tables: Sequence[TableContext], said: Said) -> tuple[str, ...]:
    """What free code does to the rows without the question saying so: values that it keeps or drops them by, cuts,
    and factors; and columns that it reads in place of those that the question names."""
    columns = {column.name for table in tables for column in table.statistics.columns}
    tree = ast.parse(code)
    frames = _frames(tree)
    found: list[str] = []
    for node in ast.walk(tree):
        for column, value in _compared(node, columns):
            if not said.value(column, value) and not (is_date([value]) and said.in_time):
                found.append(f"{plain(column) or 'a column'} {plain(str(value))!r}")
        if _cuts(node, frames) and not said.any_of(FEW):
            found.append("a part of the rows only")
        factor = _factor(node)
        if factor is not None and factor not in said.numbers:
            found.append(f"a factor of {factor:g}")
    found += _another_aggregate(tree, said)
    found += swapped({name for name in columns if _mentions(tree, name)}, tables, said)
    return tuple(dict.fromkeys(found))


def _another_aggregate(tree: ast.AST, said: Said) -> list[str]:
    """The aggregate that code computes in place of the only one that the question names."""
    asked = asked_aggregate(said)
    if asked is None:
        return []
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            used.add(_CALLS.get(called(node), ""))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.add(_CALLS.get(node.value, ""))  # agg("mean"), agg(total=("price", "sum"))
            used |= {_CALLS.get(name.lower(), "quantile") for name in _SQL_CALL.findall(node.value)}
        elif isinstance(node, ast.Attribute):
            used.add(_CALLS.get(node.attr, ""))  # agg(np.mean)
    others = sorted(used & (_OTHER - {asked}))
    if asked == "mean" and {"sum", "count"} <= used:  # sums over counts
        return []
    return [f"the {others[0]}, but of the {asked}"] if others and not used & _LIKE[asked] else []


def other_columns(code: str, before: str, tables: Sequence[TableContext], said: Said) -> tuple[str, ...]:
    """Columns that a correction reads, and that neither the question nor the code before it has anything to do with."""
    columns = [column.name for table in tables for column in table.statistics.columns]
    tree = ast.parse(code)
    return tuple(
        f"the column {plain(name)!r}, which the code before does not read"
        for name in columns
        if _mentions(tree, name) and not said.column(name) and not _like_one_in(name, before)
    )


def _like_one_in(name: str, code: str) -> bool:
    """Whether code has this name, or one that is misspelt like it."""
    parts = [name.casefold(), *_WORD.findall(name.casefold())]
    words = set(_WORD.findall(code.casefold()))
    return name in code or any(fuzz.ratio(part, word) >= _MISSPELT for part in parts for word in words)


def _mentions(tree: ast.AST, name: str) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.search(node.value):
            return True
        if isinstance(node, ast.Attribute) and node.attr == name:
            return True
    return False


def _frames(tree: ast.AST) -> set[str]:
    """Variables that hold a whole file."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) in READERS
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _cuts(node: ast.AST, frames: set[str]) -> bool:
    """Whether it keeps a part of a whole file by position."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CUTS:
        inner = node.func.value
        whole = isinstance(inner, ast.Call) and called(inner) in READERS
        return whole or (isinstance(inner, ast.Name) and inner.id in frames)
    sliced = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
    if not isinstance(node, ast.Subscript) or not sliced:
        return False
    inner = (
        node.value.value
        if isinstance(node.value, ast.Attribute) and node.value.attr in {"iloc", "loc"}
        else node.value
    )
    return isinstance(inner, ast.Name) and inner.id in frames


def _factor(node: ast.AST) -> float | None:
    """An unusual number that values are multiplied, added to or lessened by."""
    if isinstance(node, ast.AugAssign):
        operator, sides = node.op, [node.value]
    elif isinstance(node, ast.BinOp):
        operator, sides = node.op, [node.left, node.right]
        if not any(
            isinstance(part, ast.Subscript | ast.Attribute) for side in sides for part in ast.walk(side)
        ):
            return None
    else:
        return None
    if not isinstance(operator, ast.Mult | ast.Add | ast.Sub):
        return None
    for side in sides:
        value = side.value if isinstance(side, ast.Constant) else None
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if value not in USUAL and float(value).is_integer():
            return float(value)
    return None


def _compared(node: ast.AST, columns: set[str]) -> Iterator[tuple[str, str | int | float | bool]]:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        column = next((name for side in sides if (name := _column(side, columns))), "")
        if column:
            yield from ((column, value) for side in sides for value in _constants(side))
    elif isinstance(node, ast.Call):
        name = called(node)
        first = node.args[0] if node.args else None
        if name in {
            "isin",
            "contains",
            "startswith",
            "endswith",
            "eq",
            "ne",
            "gt",
            "ge",
            "lt",
            "le",
            "between",
        }:
            column = _column(node.func, columns)
            if column:
                yield from ((column, value) for one in node.args for value in _constants(one))
        elif name in SQL_CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            texts = sql_texts(first.value) + re.findall(r'"([^"]*)"', first.value)
            told = (text for text in texts if not text.startswith("data/") and text not in columns)
            yield from (("", text) for text in told)
            yield from (
                ("", float(number)) for number in _LIMITS.findall(first.value) if float(number) not in (0, 1)
            )


def _column(node: ast.AST, columns: set[str]) -> str:
    """The dataset column that an expression reads directly, '' without one."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and called(part) in {
            "std",
            "mean",
            "abs",
            "quantile",
            "rank",
            "count",
            "size",
        }:
            return ""
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Subscript)
            and isinstance(part.slice, ast.Constant)
            and part.slice.value in columns
        ):
            return str(part.slice.value)
        if isinstance(part, ast.Attribute) and part.attr in columns:
            return part.attr
    return ""


def _constants(node: ast.AST) -> Iterator[str | int | float | bool]:
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str | int | float) and part.value != "":
            yield part.value
