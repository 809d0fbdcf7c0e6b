"""Adapter look-up: a name to `module:Class`, imported only when it is asked for.

A family lists its adapters in one dict; other distributions add theirs by an entry point in the group
`lakeglass.<family>`. An unknown name is answered with the known ones, a missing package with the
command that installs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from lakeglass.core.errors import InvalidInput, MissingExtra

T = TypeVar("T")


class Registry(Generic[T]):
    """The adapters of one family."""

    def __init__(
        self, family: str, built_in: Mapping[str, str], *, extras: Mapping[str, str] | None = None
    ) -> None:
        self.family = family
        self._extras = dict(extras or {})
        self._targets = dict(built_in)
        for point in entry_points(group=f"lakeglass.{family}"):
            self._targets.setdefault(point.name, point.value)

    def names(self) -> tuple[str, ...]:
        """Every known name, built-in ones first."""
        return tuple(self._targets)

    def load(self, name: str) -> type[T]:
        """The class behind `name`.

        Raises InvalidInput for an unknown name, MissingExtra when its package is not installed.
        """
        target = self._targets.get(name)
        if target is None:
            known = ", ".join(self._targets)
            raise InvalidInput(f"unknown {self.family} {name!r}; expected one of: {known}")
        module, _, attribute = target.partition(":")
        try:
            loaded = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            extra = self._extras.get(name)
            if extra is None:
                raise
            raise MissingExtra(
                f"{self.family} {name!r} needs the package {error.name!r}; "
                f"install it with: pip install 'lakeglass[{extra}]'"
            ) from error
        return cast("type[T]", loaded)
