"""Statistics that no package of the session offers: small tested functions that generated code carries with it.

They run in the sandbox, as part of the code that a person reads; the server only reads their source.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=32)
def source_of(module: str, name: str) -> tuple[str, ...]:
    """The lines of a function as they stand in `module` of this package; raises KeyError for one that is not there."""
    text = files("lakeglass.ask.library").joinpath(f"{module}.py").read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return tuple(text.splitlines()[node.lineno - 1 : node.end_lineno])
    raise KeyError(name)
