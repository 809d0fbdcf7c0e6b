"""What a piece of code needs that a session does not have, and what of it the folder of wheels may give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_name
from packaging.version import Version

from lakeglass.core.errors import Conflict
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.base import PackageFile
from lakeglass.sandbox.packages.cache import WheelCache
from lakeglass.sandbox.packages.imports import imported_names
from lakeglass.sandbox.packages.interpreter import Interpreter
from lakeglass.sandbox.packages.resolve import Choice, resolved


@dataclass(frozen=True, slots=True)
class NeededPackage:
    """A package that a person has to allow, and why the code needs it."""

    file: PackageFile
    why: str


class PackageNeeds:
    """Looks at code, interpreter and wheels; runs none of them. Safe to call from any thread."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._cache = (
            None if settings.wheels is None else WheelCache(settings.wheels.expanduser(), settings.packages)
        )
        self._interpreters: dict[tuple[str, ...], Interpreter] = {}

    @property
    def configured(self) -> bool:
        """Whether there is a folder of wheels."""
        return self._cache is not None

    def of(
        self, code: str, *, libraries: Sequence[str], installed: Sequence[PackageFile]
    ) -> tuple[NeededPackage, ...]:
        """Packages that `code` imports, with their dependencies, beyond `libraries` and what is `installed`.

        Left out is what no wheel of the folder brings, and an import whose failure the code catches: there the
        interpreter says more than we could. Raises what `resolved` raises.
        """
        if self._cache is None:
            return ()
        interpreter = self._interpreters.setdefault(tuple(libraries), Interpreter.below(libraries))
        have = {name for package in installed for name in package.provides}
        absent = [
            name
            for name, needed in imported_names(code).items()
            if needed and name not in have and not interpreter.has(name) and self._cache.providers(name)
        ]
        if not absent:
            return ()
        versions = {canonicalize_name(package.name): Version(package.version) for package in installed}
        choices = resolved(absent, self._cache, {**versions, **interpreter.packages})
        return tuple(NeededPackage(_file(choice), choice.why) for choice in choices)


def additions(wanted: Sequence[PackageFile], installed: Sequence[PackageFile]) -> tuple[PackageFile, ...]:
    """Those of `wanted` that are not there yet; raises Conflict where another file of that package is."""
    known = {package.name: package for package in installed}
    new: dict[str, PackageFile] = {}
    for package in wanted:
        there = known.get(package.name) or new.get(package.name)
        if there is None:
            new[package.name] = package
        elif there.sha256 != package.sha256:
            raise Conflict(
                f"The session has {package.name} {there.version} already, so {package.version} can't be installed "
                "beside it. End the Python session, then run the code again."
            )
    return tuple(new.values())


def _file(choice: Choice) -> PackageFile:
    wheel = choice.wheel
    return PackageFile(
        source=wheel.path,
        name=wheel.name,
        version=str(wheel.version),
        sha256=wheel.sha256,
        size_bytes=wheel.size_bytes,
        provides=tuple(sorted(wheel.provides)),
    )
