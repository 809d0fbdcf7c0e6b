"""The published attacks that apply to a session with a kernel of its own, against the hosted backend."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.contracts.e2b_cloud import Cloud
from tests.contracts.e2b_machine import template
from tests.contracts.sandbox_arena import hosted_settings

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.attacks.case import Case, load_cases
from lakeglass.sandbox.attacks.expectations import Drops
from lakeglass.sandbox.attacks.scene import Scene
from lakeglass.sandbox.attacks.suite import LIMITS, Result, attack
from lakeglass.sandbox.backends import open_backend
from lakeglass.sandbox.base import Capabilities


def patient(case: Case) -> Case:
    """On a busy machine the emulator needs its time for a flood; what is judged is what was kept of it."""
    floods = isinstance(case.expect, Drops)
    return case.model_copy(update={"timeout_s": 4 * case.timeout_s}) if floods else case


APPLICABLE = [patient(case) for case in load_cases() if case.anywhere]
# What every run looks at; the rest of them, and the slow ones, are for `make test-all`.
SAMPLE = {
    "leave by _exit", "one large file", "flood standard output", "a link to a link",
    "variables of the environment",
}  # fmt: skip


@contextmanager
def cloud_of_the_suites_sizes(root: Path) -> Iterator[Cloud]:
    cloud = Cloud(root, template=template(LIMITS)).start()
    try:
        yield cloud
    finally:
        cloud.stop()


def attacked(cases: Sequence[Case], root: Path) -> list[Result]:
    async def run() -> list[Result]:
        with Scene() as scene, cloud_of_the_suites_sizes(root) as cloud:
            settings = SandboxSettings(backend="e2b", e2b=hosted_settings(cloud))
            backend = open_backend(settings, root=root)
            await backend.start()
            try:
                return [result async for result in attack(backend, scene, root=root, cases=cases)]
            finally:
                await backend.close()

    return asyncio.run(run())


def escapes(results: Sequence[Result]) -> list[str]:
    return [
        f"{result.case.group} / {result.case.name}: {result.outcome.detail}"
        for result in results
        if result.outcome.verdict == "escaped"
    ]


def test_a_sample_of_the_attacks_is_held(tmp_path_factory: pytest.TempPathFactory) -> None:
    # req: E7
    cases = [case for case in APPLICABLE if case.name in SAMPLE]
    assert len(cases) == len(SAMPLE)
    results = attacked(cases, tmp_path_factory.getbasetemp() / "sandbox")
    assert (len(results), escapes(results)) == (len(SAMPLE), [])


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_every_attack_that_applies_is_held(tmp_path_factory: pytest.TempPathFactory) -> None:
    results = attacked(APPLICABLE, tmp_path_factory.getbasetemp() / "sandbox")
    assert {result.case.group for result in results} == {
        "processes", "memory", "disk", "output", "artifacts", "persistence",
    }  # fmt: skip
    assert (len(results), escapes(results)) == (len(APPLICABLE), [])


def test_the_sizes_of_a_microvm_are_not_judged_by_our_limits() -> None:
    microvm = Capabilities(name="e2b", tier="microvm", isolation="", shares_kernel=False)
    chosen = [case for case in load_cases() if case.applies_to(microvm)]
    assert {"fork without end", "many small blocks"}.isdisjoint(case.name for case in chosen)
    assert {"leave by _exit", "a link to a link"} <= {case.name for case in chosen}
    shared = microvm.model_copy(update={"shares_kernel": True})
    assert all(case.applies_to(shared) for case in load_cases())
