"""What the sandbox's interpreter has by itself, seen from the host without importing anything."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import PathFinder
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version


@dataclass(frozen=True)
class Interpreter:
    """Python with the libraries below `paths`."""

    paths: tuple[str, ...]

    @classmethod
    def below(cls, roots: Sequence[str]) -> Interpreter:
        """Our own interpreter, as far as its libraries lie below one of `roots`."""
        return cls(
            tuple(
                path
                for path in sys.path
                if path and any(Path(path).resolve().is_relative_to(root) for root in roots)
            )
        )

    def has(self, name: str) -> bool:
        """Whether a top-level name can be imported."""
        if name in sys.builtin_module_names or name in sys.stdlib_module_names or name == "__main__":
            return True
        return PathFinder.find_spec(name, list(self.paths)) is not None

    @cached_property
    def packages(self) -> dict[NormalizedName, Version]:
        """Installed packages; those without a readable version are left out."""
        found: dict[NormalizedName, Version] = {}
        for one in distributions(path=list(self.paths)):
            try:
                found.setdefault(canonicalize_name(one.metadata["Name"]), Version(one.version))
            except (InvalidVersion, TypeError, KeyError):
                continue
        return found
