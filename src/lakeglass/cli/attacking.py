"""`doctor --attack`: the attacks that we publish, run against the sandbox of this machine."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from lakeglass.cli.terminal import complain, err, grid, out
from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import Settings
from lakeglass.sandbox.attacks.case import load_cases
from lakeglass.sandbox.attacks.scene import Scene
from lakeglass.sandbox.attacks.suite import Result, attack
from lakeglass.sandbox.backends import open_backend
from lakeglass.sandbox.base import Capabilities

_MARKS = {"held": ("✓", "green"), "contained": ("✓", "yellow"), "escaped": ("✗", "bold red")}


@dataclass(frozen=True, slots=True)
class Report:
    """One run: where, and how every case went."""

    capabilities: Capabilities
    results: tuple[Result, ...]

    @property
    def counts(self) -> Counter[str]:
        """How often each verdict was given."""
        return Counter(result.outcome.verdict for result in self.results)


def run(settings: Settings, *, as_json: bool) -> int:
    """Print the table; returns the exit code: 0 when nothing escaped, 1 otherwise."""
    try:
        report = asyncio.run(_report(settings))
    except LakeglassError as error:
        complain(error)
        return 1
    if as_json:
        sys.stdout.write(json.dumps(_document(report), indent=1) + "\n")
    else:
        _print(report)
    return 1 if report.counts["escaped"] else 0


async def _report(settings: Settings) -> Report:
    with tempfile.TemporaryDirectory(prefix="lakeglass-") as folder, Scene() as scene:
        # the server's own folder where there is one: the libraries are compiled there already
        used = settings.home_dir / "sandbox"
        root = used if used.is_dir() else Path(folder)
        backend = open_backend(settings.sandbox.model_copy(update={"slots": 0}), root=root)
        try:
            await backend.start()
            known = backend.capabilities
            cases = [case for case in load_cases() if case.anywhere or known.shares_kernel]
            results: list[Result] = []
            with err.status("") as status:
                async with aclosing(attack(backend, scene, root=root, cases=cases)) as going:
                    async for result in going:
                        results.append(result)
                        status.update(f"{len(results)} of {len(cases)}: {result.case.group}")
        finally:
            await backend.close()
    return Report(known, tuple(results))


def _print(report: Report) -> None:
    known, counts = report.capabilities, report.counts
    rows = [
        (
            f"{_MARKS[result.outcome.verdict][0]} {result.outcome.verdict}",
            result.case.group,
            result.case.name,
            result.outcome.detail,
        )
        for result in report.results
    ]
    out.print(f"Sandbox {known.name}, tier {known.tier}: {known.isolation}", soft_wrap=True)
    for warning in known.warnings:
        out.print(Text(f"! {warning}", style="yellow"), soft_wrap=True)
    out.print(grid("", ("Verdict", "Group", "Attack", "What happened"), rows))
    groups = len({result.case.group for result in report.results})
    seconds = sum(result.seconds for result in report.results)
    style = "bold red" if counts["escaped"] else "bold green"
    verdicts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _MARKS)
    out.print(
        Text(f"{len(report.results)} attacks in {groups} groups: {verdicts} ({seconds:.0f} s)", style=style)
    )


def _document(report: Report) -> dict[str, object]:
    return {
        "sandbox": report.capabilities.model_dump(mode="json"),
        "counts": {verdict: report.counts[verdict] for verdict in _MARKS},
        "cases": [
            {
                "group": result.case.group,
                "name": result.case.name,
                "verdict": result.outcome.verdict,
                "detail": result.outcome.detail,
                "walls": list(result.case.walls),
                "seconds": round(result.seconds, 3),
            }
            for result in report.results
        ],
    }
