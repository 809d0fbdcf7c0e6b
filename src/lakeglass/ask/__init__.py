"""Question to answer: understanding, plan, code, execution, verification, sentence.

The package is callable: Python binds a loaded subpackage to its name in the parent, so `lakeglass.ask` is this module
from its first import on, and `lg.ask(question, data)` must go on working after that.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lakeglass.ask.local import LocalAnswer


class _CallablePackage(ModuleType):
    """This package, with the verb `lakeglass.ask.local.ask` as its call."""

    @property
    def __wrapped__(self) -> object:
        """What `help()` and signatures show."""
        return import_module("lakeglass.ask.local").ask

    def __call__(self, *args: object, **options: object) -> LocalAnswer:
        """Answer a question about a file or a table; see `lakeglass.ask.local.ask`."""
        answered: LocalAnswer = import_module("lakeglass.ask.local").ask(*args, **options)
        return answered


sys.modules[__name__].__class__ = _CallablePackage
