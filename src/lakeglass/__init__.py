"""Lakeglass: ask your data anything, with every step in plain sight.

In a notebook or a script: `import lakeglass as lg`, then `lg.profile("sales.csv")`,
`lg.ask("average price by region", "sales.csv")` and `lg.analyze("sales.csv", target="price")`; a pandas, Polars or
Arrow table works as well as a path.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["__version__", "analyze", "ask", "profile"]

if TYPE_CHECKING:
    from lakeglass.ask.local import ask as ask
    from lakeglass.lake.local import profile as profile
    from lakeglass.science.local import analyze as analyze

# Resolved on first use: `import lakeglass` stays instant. `ask` is the package of that name, which can be called.


def __getattr__(name: str) -> object:
    """The verbs, imported when they are first asked for."""
    if name == "ask":
        return import_module("lakeglass.ask")
    if name == "analyze":
        return import_module("lakeglass.science.local").analyze
    if name == "profile":
        return import_module("lakeglass.lake.local").profile
    raise AttributeError(f"module 'lakeglass' has no attribute {name!r}; it offers: {', '.join(__all__)}")
