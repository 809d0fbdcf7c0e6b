"""Look at code before it runs: columns exist, no invented data, no way out, `result` assigned.

This is advice for people and a gate for generated code; it is no security border. The sandbox is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict
from rapidfuzz import process

from lakeglass.ask.code_rules import Provenance, outside
from lakeglass.ask.model import Origin
from lakeglass.ask.plan import TableContext
from lakeglass.ask.plan.naming import plain

Severity = Literal["error", "warning"]
Code = Literal["syntax", "column", "invented-data", "input-output", "import", "result", "too-long"]

ALLOWED_IMPORTS = frozenset(
    {"pandas", "numpy", "plotly", "scipy", "sklearn", "matplotlib", "duckdb", "math", "statistics", "datetime", "re",
     "collections", "itertools", "functools", "json", "decimal", "fractions", "string", "textwrap", "typing",
     "warnings", "calendar", "zoneinfo", "pyarrow", "__future__"}
)  # fmt: skip
MAX_CHARS = 200_000
_CALLS = frozenset({"open", "exec", "eval", "compile", "__import__", "input", "breakpoint"})
_WRITERS = frozenset(
    {"to_csv", "to_parquet", "to_excel", "to_pickle", "to_sql", "to_feather", "to_hdf", "to_clipboard", "to_stata",
     "write_image", "savefig", "to_json_file"}
)  # fmt: skip
_READERS = frozenset(
    {
        "read_parquet",
        "read_csv",
        "read_json",
        "read_excel",
        "read_feather",
        "read_table",
        "read_fwf",
        "read_orc",
    }
)
_FORBIDDEN_READERS = frozenset(
    {"read_pickle", "read_sql", "read_html", "read_clipboard", "read_hdf", "read_xml"}
)
_MAKERS = frozenset({"DataFrame", "from_dict", "from_records", "read_clipboard"})
_INHERITING = frozenset(
    {"copy", "dropna", "head", "tail", "sample", "query", "sort_values", "fillna", "drop_duplicates"}
)


class Finding(BaseModel):
    """Something about the code, at a 1-based line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    severity: Severity
    message: str
    line: int


def check(code: str, tables: tuple[TableContext, ...], *, origin: Origin = "planner") -> tuple[Finding, ...]:
    """Findings in line order. In `edited` code everything but a syntax error is a warning: it's the user's code.

    Code of a `model` has to compute its result from the data, value for value, besides.
    """
    if len(code) > MAX_CHARS:
        message = f"The code has {len(code):,} characters; at most {MAX_CHARS:,} are accepted. Shorten it."
        return (Finding(code="too-long", severity="error", message=message, line=1),)
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) and error.lineno else 1
        reason = error.msg if isinstance(error, SyntaxError) else "the code can't be parsed"
        return (Finding(code="syntax", severity="error", message=f"line {line}: {reason}", line=line),)
    found = [
        *_imports(tree),
        *_calls(tree),
        *_invented(tree, tables),
        *_columns(tree, tables),
        *_result(tree),
    ]
    if origin == "model":
        found += _of_model(tree, tables)
    if origin == "edited":
        found = [f.model_copy(update={"severity": "warning"}) for f in found]
    return tuple(sorted(set(found), key=lambda f: (f.line, f.code, f.message)))


def _of_model(tree: ast.Module, tables: tuple[TableContext, ...]) -> Iterator[Finding]:
    columns = frozenset(column.name for table in tables for column in table.statistics.columns)
    for node, message in outside(tree):
        yield _finding("input-output", node, message)
    for node, message in Provenance(tree).invented(columns):
        yield _finding("invented-data", node, message)
    files = {table.file for table in tables}
    for part in ast.walk(tree):
        named = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
        if named.startswith("data/") and named not in files:
            yield _finding("input-output", part, f"there is no file {plain(named)!r} in data/")
    imported = {name.split(".")[0] for name in _imported(tree)}
    if not imported & {"pandas", "plotly", "duckdb"}:
        yield _finding(
            "import", tree.body[0] if tree.body else tree, "the code uses neither pandas nor Plotly"
        )


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _finding(code: Code, node: ast.AST, message: str) -> Finding:
    return Finding(code=code, severity="error", message=message, line=getattr(node, "lineno", 1))


def _imports(tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            if name.split(".")[0] not in ALLOWED_IMPORTS:
                yield _finding("import", node, f"{plain(name)!r} is not among the packages of an analysis")


def _calls(tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if isinstance(node.func, ast.Name) and name in _CALLS:
            yield _finding("input-output", node, f"{name}() is not needed to analyse a table")
        elif name in _WRITERS or name in _FORBIDDEN_READERS:
            yield _finding("input-output", node, f"{name}() reads or writes outside data/ and chart.html")
        elif name in _READERS and not _reads_data(node):
            yield _finding("input-output", node, f"{name}() should read a literal path below data/")
        elif name == "write_html" and _first_text(node) not in {None, "chart.html"}:
            yield _finding("input-output", node, "a chart is written to chart.html")


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _first_text(node: ast.Call) -> str | None:
    if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
        return node.args[0].value
    return None


def _reads_data(node: ast.Call) -> bool:
    path = _first_text(node)
    return path is not None and path.startswith("data/") and ".." not in path.split("/")


def _frames(tree: ast.AST) -> dict[str, str]:
    """Variables that hold a dataset: name to the file that it was read from (or derived from, unchanged in columns)."""
    frames: dict[str, str] = {}
    for node in ast.walk(tree):
        if (
            not isinstance(node, ast.Assign)
            or len(node.targets) != 1
            or not isinstance(node.targets[0], ast.Name)
        ):
            continue
        source = _source(node.value, frames)
        if source is not None:
            frames[node.targets[0].id] = source
        else:
            frames.pop(node.targets[0].id, None)
    return frames


def _source(value: ast.expr, frames: dict[str, str]) -> str | None:
    """The file behind an expression that keeps a dataset's columns."""
    if isinstance(value, ast.Call) and _called(value) in _READERS:
        return _first_text(value)
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _INHERITING
    ):
        return _source(value.func.value, frames)
    if isinstance(value, ast.Name):
        return frames.get(value.id)
    if isinstance(value, ast.Subscript) and not isinstance(value.slice, ast.Constant | ast.List | ast.Tuple):
        return _source(value.value, frames)
    return None


def _columns(tree: ast.AST, tables: tuple[TableContext, ...]) -> Iterator[Finding]:
    files = {t.file: {c.name for c in t.statistics.columns} for t in tables}
    frames = {name: files[file] for name, file in _frames(tree).items() if file in files}
    made = _made_columns(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            continue
        known = frames.get(node.value.id)
        if known is None or isinstance(node.ctx, ast.Store):
            continue
        for name in _names(node.slice):
            if name not in known and name not in made:
                near = process.extractOne(name, sorted(known))
                hint = f"; did you mean {plain(str(near[0]))!r}?" if known else ""
                yield _finding("column", node, f"there is no column {plain(name)!r}{hint}")


def _names(node: ast.expr) -> Iterator[str]:
    parts = node.elts if isinstance(node, ast.List) else [node]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _made_columns(tree: ast.AST) -> set[str]:
    """Columns that the code itself adds: df["x"] = …, assign(x=…), rename(columns={…})."""
    made: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            made.update(_names(node.slice))
        elif isinstance(node, ast.Call) and _called(node) == "assign":
            made.update(k.arg for k in node.keywords if k.arg)
            made.update(n for k in node.keywords if isinstance(k.value, ast.Dict) for n in _keys(k.value))
        elif isinstance(node, ast.Call) and _called(node) == "rename":
            for keyword in node.keywords:
                if isinstance(keyword.value, ast.Dict):
                    made.update(n for v in keyword.value.values for n in _names(v))
    return made


def _keys(node: ast.Dict) -> Iterator[str]:
    for key in node.keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def _invented(tree: ast.AST, tables: tuple[TableContext, ...]) -> Iterator[Finding]:
    """A dataset's name bound to data that is written in the code."""
    datasets = {"df", "data"} | {t.name for t in tables}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        names = {t.id for t in node.targets if isinstance(t, ast.Name)}
        if names & datasets and _is_literal_data(node.value):
            yield _finding(
                "invented-data", node, f"{sorted(names & datasets)[0]} is made of values written in the code"
            )


def _is_literal_data(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict | ast.List | ast.Tuple):
        return True
    if isinstance(value, ast.Call) and _called(value) in _MAKERS:
        first = (
            value.args[0] if value.args else next((k.value for k in value.keywords if k.arg == "data"), None)
        )
        return first is not None and _constant(first)
    return False


def _constant(node: ast.expr) -> bool:
    if isinstance(node, ast.Dict):
        return all(_constant(v) for v in node.values)
    if isinstance(node, ast.List | ast.Tuple):
        return all(_constant(e) for e in node.elts)
    if isinstance(node, ast.BinOp):
        return _constant(node.left) and _constant(node.right)
    return isinstance(node, ast.Constant | ast.UnaryOp)


def _result(tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets = [node.target]
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            if any(isinstance(n, ast.Name) and n.id == "result" for n in names):
                return
    last = tree.body[-1] if tree.body else tree
    yield _finding("result", last, "nothing is assigned to `result`, so there is no table to show")
