"""What code that a model wrote may not do, beyond `lint`: make up data, reach around the language, name other files.

Advice and a gate, no border: the sandbox is the border. Invented data is what this finds best: `result` has to come
from a file of the session, value for value.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

SQL_CALLS = frozenset({"sql", "query", "execute", "from_query"})
READERS = frozenset({"read_parquet", "read_csv", "read_json", "read_excel", "read_feather"})
_REFLECTION = frozenset({"getattr", "setattr", "delattr", "globals", "locals", "vars", "memoryview", "super"})
_OTHER_FILES = frozenset(
    {"load", "loadtxt", "genfromtxt", "fromfile", "memmap", "save", "savez", "savetxt", "tofile", "dump", "to_disk",
     "from_file", "read_bytes", "read_text", "write_bytes", "write_text", "urlopen", "urlretrieve", "connect_tcp"}
)  # fmt: skip
_DRAWS = frozenset(
    {"normal", "uniform", "rand", "randn", "standard_normal", "poisson", "exponential", "lognormal", "random_sample",
     "random", "randint", "integers", "beta", "gamma", "binomial"}
)  # fmt: skip
_SQL_FORBIDDEN = re.compile(
    r"\b(copy|attach|install|load|export|import|pragma|set|secret|read_text|read_blob|glob|call|getenv)\b",
    re.IGNORECASE,
)
_SQL_TEXT = re.compile(r"'((?:[^']|'')*)'")
_PATHLIKE = re.compile(r"[/\\]|\.(csv|parquet|json|db|txt|tsv|xlsx?)$", re.IGNORECASE)


def outside(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Ways around the language, and files other than the session's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            yield node, f"the attribute {node.attr!r} is not needed to analyse a table"
        elif isinstance(node, ast.Name) and (node.id in _REFLECTION or node.id.startswith("__")):
            yield node, f"{node.id} is not needed to analyse a table"
        elif isinstance(node, ast.Call):
            yield from _files(node)


def _files(node: ast.Call) -> Iterator[tuple[ast.AST, str]]:
    name = called(node)
    if not isinstance(node.func, ast.Attribute):
        return
    if name in _OTHER_FILES or (name.startswith("read_") and name not in READERS):
        yield node, f"{name}() reads or writes other files than data/"
    elif name.startswith("write_") and name != "write_html":
        yield node, f"{name}() writes a file; a chart is the variable `fig`"
    elif name == "connect" and node.args:
        yield node, "a database file is not needed; duckdb.sql() reads data/ by itself"
    elif name in SQL_CALLS and _is_duckdb(node.func.value):
        yield from _sql(node)


def _sql(node: ast.Call) -> Iterator[tuple[ast.AST, str]]:
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        yield node, "SQL is written as one plain string, so that it can be read before it runs"
        return
    bare = _SQL_TEXT.sub("''", first.value)
    found = _SQL_FORBIDDEN.search(bare)
    if found:
        yield node, f"{found[0].upper()} is not needed to analyse a table"
    for text in sql_texts(first.value):
        if _PATHLIKE.search(text) and (not text.startswith("data/") or ".." in text):
            yield node, "SQL reads files below data/ only"


def sql_texts(sql: str) -> list[str]:
    """The texts in single quotes."""
    return [match.replace("''", "'") for match in _SQL_TEXT.findall(sql)]


def _is_duckdb(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"duckdb", "con", "conn", "connection", "db", "rel"}


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


class Provenance:
    """Which names of a script hold something that came from the session's files."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._tainted: set[str] = set()
        self._texts: set[str] = set()
        size = -1
        while size != len(self._tainted) + len(self._texts):
            size = len(self._tainted) + len(self._texts)
            for node in ast.walk(tree):
                self._learn(node)

    def tainted(self, node: ast.AST) -> bool:
        """Whether it depends on data that was read."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self._tainted:
                return True
            if isinstance(part, ast.Call) and _reads(part):
                return True
        return False

    def supported(self, node: ast.expr) -> bool:
        """Whether every number in a literal depends on data; labels may be anything."""
        match node:
            case ast.Constant():
                return node.value is None or isinstance(node.value, str | bool)
            case ast.List() | ast.Tuple() | ast.Set():
                return all(self.supported(one) for one in node.elts)
            case ast.Dict():
                return all(self.supported(one) for one in node.values)
            case ast.Name():
                return node.id in self._tainted or node.id in self._texts
            case ast.JoinedStr():
                return True
            case ast.Call() if isinstance(node.func, ast.Name) and node.func.id == "range":
                return True
            case _:
                return self.tainted(node)

    def invented(self, columns: frozenset[str]) -> Iterator[tuple[ast.AST, str]]:
        """Where values are written in the code that should come from the data; `columns` are those of the tables."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                yield from self._in_call(node, columns)
            elif isinstance(node, ast.Assign):
                yield from self._in_assignment(node, columns)
            elif isinstance(node, ast.AnnAssign) and node.value is not None and _named(node.target, "result"):
                yield from self._result(node.value)

    def _in_call(self, node: ast.Call, columns: frozenset[str]) -> Iterator[tuple[ast.AST, str]]:
        name = called(node)
        if name in {"DataFrame", "Series", "from_dict", "from_records"}:
            data = (
                node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "data"), None)
            )
            if isinstance(data, ast.List | ast.Dict | ast.Tuple) and not self.supported(data):
                yield (
                    node,
                    f"{name} is filled with values that are written in the code instead of computed from data/",
                )
        elif name == "append" and node.args and isinstance(node.args[0], ast.Dict | ast.List | ast.Tuple):
            if not self.supported(node.args[0]):
                yield (
                    node,
                    "a row is filled with values that are written in the code instead of computed from data/",
                )
        elif name == "assign":
            for keyword in node.keywords:
                if self._made_up(keyword.value) or (
                    keyword.arg in columns and not self.tainted(keyword.value)
                ):
                    yield (
                        node,
                        f"the column {keyword.arg!r} is filled with values that are written in the code",
                    )
        elif name in _DRAWS and isinstance(node.func, ast.Attribute) and _random(node.func.value):
            yield node, f"{name}() makes random numbers up; analyse the data as it is"

    def _in_assignment(self, node: ast.Assign, columns: frozenset[str]) -> Iterator[tuple[ast.AST, str]]:
        for target in node.targets:
            if _named(target, "result"):
                yield from self._result(node.value)
            elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                own = target.slice.value in columns and not self.tainted(node.value)
                if own or self._made_up(node.value):
                    yield (
                        node,
                        f"the column {target.slice.value!r} is filled with values that are written in the code",
                    )

    def _made_up(self, value: ast.expr) -> bool:
        """A list of numbers in the place of a column."""
        return isinstance(value, ast.List | ast.Tuple) and not self.supported(value)

    def _result(self, value: ast.expr) -> Iterator[tuple[ast.AST, str]]:
        if not self.tainted(value):
            yield value, "`result` is not computed from the data that the code reads"

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.Assign():
                self._bind(node.targets, node.value)
            case ast.AnnAssign() | ast.NamedExpr() if node.value is not None:
                self._bind([node.target], node.value)
            case ast.AugAssign():
                self._bind([node.target], node.value)
            case ast.For() | ast.comprehension():
                self._bind([node.target], node.iter)
            case ast.withitem() if node.optional_vars is not None:
                self._bind([node.optional_vars], node.context_expr)
            case ast.FunctionDef() | ast.Lambda():
                self._function(node)
            case ast.Call() if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                if any(self.tainted(one) for one in [*node.args, *(k.value for k in node.keywords)]):
                    self._tainted.add(node.func.value.id)  # rows.append(value of the data)

    def _bind(self, targets: list[ast.expr], value: ast.expr) -> None:
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and _is_target(n, t)}
        if self.tainted(value):
            self._tainted |= names
        elif isinstance(value, ast.List | ast.Tuple | ast.Constant) and self.supported(value):
            self._texts |= names

    def _function(self, node: ast.FunctionDef | ast.Lambda) -> None:
        """Its parameters may be given data; called with none it gives none."""
        arguments = node.args
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self._tainted.add(one.arg)
        if isinstance(node, ast.FunctionDef) and any(
            _reads(p) for p in ast.walk(node) if isinstance(p, ast.Call)
        ):
            self._tainted.add(node.name)


def _is_target(name: ast.Name, target: ast.expr) -> bool:
    """`d` of `d["x"] = …`, not `key` of `d[key] = …`."""
    if isinstance(target, ast.Subscript | ast.Attribute):
        inner: ast.expr = target
        while isinstance(inner, ast.Subscript | ast.Attribute):
            inner = inner.value
        return name is inner
    return True


def _reads(node: ast.Call) -> bool:
    name = called(node)
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    if name in READERS:
        return text.startswith("data/")
    duck = isinstance(node.func, ast.Attribute) and name in SQL_CALLS and _is_duckdb(node.func.value)
    return duck and any(one.startswith("data/") for one in sql_texts(text))


def _named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _random(node: ast.expr) -> bool:
    """np.random, or a generator made of it."""
    return any(
        (isinstance(part, ast.Attribute) and part.attr in {"random", "default_rng"})
        or (isinstance(part, ast.Name) and part.id in {"rng", "random", "generator"})
        for part in ast.walk(node)
    )
