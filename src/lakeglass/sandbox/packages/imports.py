"""Which names a piece of code imports, read from its text: the host never runs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def imported_names(code: str) -> Mapping[str, bool]:
    """Top-level names that `code` imports, and whether it can't do without: it can where it catches the failure.

    Empty for code that can't be parsed: the interpreter says why better than we could. Names that are only known
    while the code runs (`importlib.import_module(name)`) are not found.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, bool] = {}
    for name, needed in _imports(tree):
        found[name] = found.get(name, False) or needed
    return found


def _imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    # a stack and no recursion: code may be nested as deep as the parser allows
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, needed = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], needed) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0], needed
        elif isinstance(node, ast.Try | ast.TryStar) and any(map(_catches_imports, node.handlers)):
            waiting += [(child, False) for child in node.body]
            waiting += [(child, needed) for child in (*node.handlers, *node.orelse, *node.finalbody)]
        else:
            waiting += [(child, needed) for child in ast.iter_child_nodes(node)]


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in _CATCHING) for kind in kinds)
