"""The folder of wheels that an administrator filled, and which of them may be used."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from lakeglass.core.errors import ConfigurationError, LakeglassError
from lakeglass.sandbox.packages.archive import Archive
from lakeglass.sandbox.packages.wheel import (
    Wheel,
    WheelName,
    checked_wheel,
    open_wheel,
    parsed_name,
    provided_names,
)

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Listed:
    """A wheel of the folder by its file name; `provides` are importable names, as far as its list of files tells."""

    path: Path
    named: WheelName
    provides: frozenset[str]


class WheelCache:
    """The wheels of one folder. Safe to call from any thread; looks at the folder anew whenever it is asked."""

    def __init__(self, folder: Path, allowed: Sequence[str]) -> None:
        self._folder = folder
        self._everything = EVERYTHING in allowed
        self._allowed = frozenset(canonicalize_name(name) for name in allowed)
        self._lock = threading.Lock()
        self._known: dict[tuple[str, int, int, int], Listed | None] = {}

    @property
    def folder(self) -> Path:
        """Where the wheels lie."""
        return self._folder

    def allows(self, name: NormalizedName) -> bool:
        """Whether an administrator put the package on the list."""
        return self._everything or name in self._allowed

    def listed(self) -> tuple[Listed, ...]:
        """The wheels of the folder that fit the interpreter, by name, the newest first.

        Raises ConfigurationError when the folder can't be read.
        """
        try:
            files = [(path, path.lstat()) for path in self._folder.iterdir() if path.suffix == ".whl"]
        except OSError as error:
            raise ConfigurationError(
                f"LAKEGLASS_SANDBOX__WHEELS: got {str(self._folder)!r}, expected a folder of wheels that can be read "
                f"({error.strerror})"
            ) from error
        with self._lock:
            now = {}
            for path, info in files:
                key = (path.name, info.st_ino, info.st_size, info.st_mtime_ns)
                now[key] = self._known[key] if key in self._known else _looked_at(path)
            self._known = now
            found = [one for one in now.values() if one is not None]
        found.sort(key=lambda one: (one.named.version, one.named.build or (-1, "")), reverse=True)
        return tuple(sorted(found, key=lambda one: one.named.name))

    def providers(self, import_name: str) -> tuple[NormalizedName, ...]:
        """Packages whose newest fitting wheel makes the name importable, allowed or not."""
        newest: dict[NormalizedName, Listed] = {}
        for one in self.listed():
            newest.setdefault(one.named.name, one)
        return tuple(name for name, one in newest.items() if import_name in one.provides)

    def newest(self, name: NormalizedName, wanted: SpecifierSet) -> Wheel | None:
        """The newest wheel that satisfies `wanted`, checked; None when there is none.

        A final release goes before any pre-release. Raises what `checked_wheel` raises.
        """
        fitting = [one for one in self.listed() if one.named.name == name]
        for prereleases in (False, True):
            for one in fitting:
                if wanted.contains(one.named.version, prereleases=prereleases):
                    return checked_wheel(one.path)
        return None


def _looked_at(path: Path) -> Listed | None:
    """A wheel of the folder; None for what is named like none, or fits another interpreter."""
    named = parsed_name(path.name)
    if named is None or not named.fits:
        return None
    try:
        with open_wheel(path) as file:
            provides = provided_names(Archive(file, label=path.name).targets.values())
    except (LakeglassError, zipfile.BadZipFile):
        # told in full when somebody needs it: then it is taken for what its name says
        provides = frozenset({named.name.replace("-", "_")})
    return Listed(path, named, provides)
