"""From absent imports to the wheels that bring them, dependencies included, or to the reason why not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from lakeglass.core.errors import Forbidden, InvalidInput, NotFound, TooLarge
from lakeglass.sandbox.packages.archive import MAX_UNPACKED_BYTES
from lakeglass.sandbox.packages.cache import WheelCache
from lakeglass.sandbox.packages.wheel import Wheel

MAX_PACKAGES = 50
_ROUNDS = 50
_ALLOW = "LAKEGLASS_SANDBOX__PACKAGES"


@dataclass(frozen=True, slots=True)
class Choice:
    """A wheel, and why it is wanted: the code imports it, or another package needs it."""

    wheel: Wheel
    why: str


@dataclass(frozen=True, slots=True)
class _Wish:
    """A package that somebody asks for; `by` names the package that does, None means the code."""

    name: NormalizedName
    versions: SpecifierSet
    extras: frozenset[str]
    by: str | None
    why: str

    def __str__(self) -> str:
        return f"{self.name}{self.versions} (by {self.by or 'the code'})"


@dataclass
class _Round:
    """One walk from the roots to the last dependency."""

    chosen: dict[NormalizedName, Choice] = field(default_factory=dict)
    wishes: dict[NormalizedName, list[_Wish]] = field(default_factory=dict)

    def unsatisfied(self) -> list[NormalizedName]:
        """Packages that were chosen before a later wish excluded that version."""
        return [
            name
            for name, choice in self.chosen.items()
            if not all(_satisfies(wish.versions, choice.wheel.version) for wish in self.wishes[name])
        ]


def resolved(
    imports: Iterable[str], cache: WheelCache, present: Mapping[NormalizedName, Version]
) -> tuple[Choice, ...]:
    """The wheels that make `imports` work beside what is `present`, which is never replaced.

    Always the newest version that all wishes allow; older versions are not searched for other dependencies.
    Raises Forbidden for a package that is not on the list, NotFound for one that the folder lacks, InvalidInput
    for versions that contradict each other or a name that several packages bring, TooLarge, and what
    `checked_wheel` raises. Each says what to do.
    """
    roots = [_root(name, cache) for name in imports]
    bounds: dict[NormalizedName, SpecifierSet] = {}
    for _ in range(_ROUNDS):
        walked = _walked(roots, bounds, cache, present)
        unsatisfied = walked.unsatisfied()
        if not unsatisfied:
            return _bounded(tuple(walked.chosen.values()))
        for name in unsatisfied:
            for wish in walked.wishes[name]:
                bounds[name] = bounds.get(name, SpecifierSet()) & wish.versions
            if cache.newest(name, bounds[name]) is None:
                asked = ", ".join(str(wish) for wish in walked.wishes[name])
                raise InvalidInput(
                    f"No version of {name} in the folder of wheels is what all ask for: {asked}. Add one that is."
                )
    raise InvalidInput("The packages ask for versions of each other that could not be brought together.")


def _walked(
    roots: Iterable[_Wish],
    bounds: Mapping[NormalizedName, SpecifierSet],
    cache: WheelCache,
    present: Mapping[NormalizedName, Version],
) -> _Round:
    walked = _Round()
    expanded: set[tuple[NormalizedName, str]] = set()
    waiting = deque(roots)
    while waiting:
        wish = waiting.popleft()
        if wish.name in present:
            if not _satisfies(wish.versions, present[wish.name]):
                raise InvalidInput(
                    f"{wish.by} needs {wish.name}{wish.versions}, but the sandbox has {wish.name} "
                    f"{present[wish.name]}, which no package may replace. Use a version "
                    f"of {wish.by} that works with it."
                )
            continue
        walked.wishes.setdefault(wish.name, []).append(wish)
        if wish.name not in walked.chosen:
            versions = bounds.get(wish.name, SpecifierSet()) & wish.versions
            walked.chosen[wish.name] = Choice(_picked(wish, versions, cache), wish.why)
        wheel = walked.chosen[wish.name].wheel
        for extra in ("", *sorted(wish.extras)):
            if (wish.name, extra) not in expanded:
                expanded.add((wish.name, extra))
                waiting += (_dependency(one, wheel) for one in wheel.requires if _applies(one, extra))
    return walked


def _root(import_name: str, cache: WheelCache) -> _Wish:
    """The package that brings an absent import; the one of the same name goes before others that also do."""
    providers = cache.providers(import_name)
    same = canonicalize_name(import_name)
    allowed = [name for name in providers if cache.allows(name)]
    if not providers:
        raise NotFound(
            f"No wheel in the folder of wheels brings {import_name!r}. Add one, or don't import it."
        )
    if not allowed:
        raise Forbidden(_not_allowed(f"The code imports {import_name!r}", providers[0]))
    if len(allowed) > 1 and same not in allowed:
        raise InvalidInput(
            f"The code imports {import_name!r}, which several packages bring ({', '.join(allowed)}), so it isn't "
            f"clear which one to install. Leave only one of them in {_ALLOW}."
        )
    name = same if same in allowed else allowed[0]
    return _Wish(name, SpecifierSet(), frozenset(), None, f"the code imports {import_name}")


def _dependency(requirement: Requirement, wheel: Wheel) -> _Wish:
    return _Wish(
        name=canonicalize_name(requirement.name),
        versions=requirement.specifier,
        extras=frozenset(requirement.extras),
        by=f"{wheel.name} {wheel.version}",
        why=f"{wheel.name} needs it",
    )


def _picked(wish: _Wish, versions: SpecifierSet, cache: WheelCache) -> Wheel:
    start = "The code" if wish.by is None else wish.by
    if not cache.allows(wish.name):
        raise Forbidden(_not_allowed(f"{start} needs {wish.name}", wish.name))
    wheel = cache.newest(wish.name, versions)
    if wheel is None:
        raise NotFound(
            f"{start} needs {wish.name}{versions}, which the folder of wheels does not have for this Python and "
            "machine. Add such a wheel to the folder."
        )
    return wheel


def _not_allowed(start: str, name: NormalizedName) -> str:
    return (
        f"{start}, but the package {name} is not allowed here. "
        f"An administrator can add it to {_ALLOW}; or change the code so that it does without."
    )


def _applies(requirement: Requirement, extra: str) -> bool:
    """Whether the interpreter, and the extra that was asked for, call for it; "" are those that are always needed."""
    if requirement.marker is None:
        return not extra
    try:
        applies = requirement.marker.evaluate({"extra": extra})
        return applies and not (extra and requirement.marker.evaluate({"extra": ""}))
    except (UndefinedComparison, UndefinedEnvironmentName):
        return not extra  # it can't be told, so it is taken for needed


def _satisfies(versions: SpecifierSet, version: Version) -> bool:
    return versions.contains(version, prereleases=True)


def _bounded(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    size = sum(choice.wheel.unpacked_bytes for choice in choices)
    if len(choices) > MAX_PACKAGES or size > MAX_UNPACKED_BYTES:
        raise TooLarge(
            f"This needs {len(choices)} packages of {size >> 20:,} MB; at most {MAX_PACKAGES} of together "
            f"{MAX_UNPACKED_BYTES >> 20:,} MB are accepted. Use fewer packages."
        )
    return choices
