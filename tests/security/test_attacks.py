"""The published attacks, on every tier that this machine offers.

Every run makes all of them on the best tier, and a sample of each group on the other; `make test-all` makes all
of them everywhere. `test_sandbox_as_ordinary_user` runs this file once more without the rights of root.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.sandbox_tiers import offered, require

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.attacks.case import GROUPS, Case, Group, load_cases
from lakeglass.sandbox.attacks.scene import Scene
from lakeglass.sandbox.attacks.suite import Result, attack
from lakeglass.sandbox.backends.local.backend import LocalBackend
from lakeglass.sandbox.backends.local.pool import TIERS, Tier

CASES = load_cases()
# What the first prototypes of the jail did not hold.
FINDINGS = {
    ("disk", "many files in the work folder"),
    ("processes", "double in every generation (fork bomb)"),
    ("memory", "split over forks"),
    ("output", "show 20,000 values"),
}
BEST, *OTHERS = TIERS
FIRST_OF_EACH_GROUP = [next(case for case in CASES if case.group == group) for group in GROUPS]


class Range:
    """A jail among the baits of a scene."""

    def __init__(self, backend: LocalBackend, scene: Scene, runner: asyncio.Runner, *, root: Path) -> None:
        self._backend = backend
        self._scene = scene
        self._runner = runner
        self._root = root

    def attack(self, cases: Sequence[Case]) -> list[Result]:
        """Every case, in order."""

        async def run() -> list[Result]:
            return [one async for one in attack(self._backend, self._scene, root=self._root, cases=cases)]

        return self._runner.run(run())


@contextmanager
def opened(tier: Tier, root: Path) -> Iterator[Range]:
    with Scene() as scene, asyncio.Runner() as runner:
        backend = LocalBackend(SandboxSettings(tier=tier, slots=0), root=root)
        runner.run(backend.start())
        try:
            yield Range(backend, scene, runner, root=root)
        finally:
            runner.run(backend.close())


@pytest.fixture(scope="module")
def field(
    tier: Tier, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Range]:
    require(tier, pytestconfig)
    with opened(tier, tmp_path_factory.getbasetemp() / "sandbox") as jail:
        yield jail


def escapes(results: Sequence[Result]) -> list[str]:
    return [
        f"{result.case.group} / {result.case.name}: {result.outcome.detail}"
        for result in results
        if result.outcome.verdict == "escaped"
    ]


def test_a_tier_holds_on_this_machine(pytestconfig: pytest.Config) -> None:
    assert any(not isinstance(offered(tier, pytestconfig), str) for tier in TIERS)


@pytest.mark.parametrize("tier", TIERS, scope="module")
def test_what_the_prototypes_left_open_is_held(field: Range) -> None:
    # req: E7
    results = field.attack([case for case in CASES if (case.group, case.name) in FINDINGS])
    assert (len(results), escapes(results)) == (len(FINDINGS), [])


@pytest.mark.parametrize("tier", TIERS, scope="module")
def test_a_sample_of_every_group_is_held(field: Range) -> None:
    results = field.attack(FIRST_OF_EACH_GROUP)
    assert (len(results), escapes(results)) == (len(GROUPS), [])


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "tier", [BEST, *(pytest.param(tier, marks=pytest.mark.heavy) for tier in OTHERS)], scope="module"
)
@pytest.mark.parametrize("group", GROUPS)
def test_every_attack_of_a_group_is_held(field: Range, group: Group) -> None:
    # req: E7
    cases = [case for case in CASES if case.group == group]
    results = field.attack(cases)
    assert (len(results), escapes(results)) == (len(cases), [])
