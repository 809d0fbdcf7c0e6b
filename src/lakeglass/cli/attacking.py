"""`doctor --attack`: the attacks that we publish, run against the sandbox of this machine."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import pwd
import sys
import tempfile
from collections import Counter
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.text import Text

from lakeglass.cli.terminal import complain, err, grid, out, show
from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import Settings
from lakeglass.sandbox.attacks.case import load_cases
from lakeglass.sandbox.attacks.scene import Scene
from lakeglass.sandbox.attacks.suite import Result, attack
from lakeglass.sandbox.backends import open_backend
from lakeglass.sandbox.base import Capabilities

_MARKS = {"held": ("✓", "green"), "contained": ("✓", "yellow"), "escaped": ("✗", "bold red")}


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a run took place: what holds here says nothing about another user or kernel."""

    user: str
    uid: int
    kernel: str

    @classmethod
    def here(cls) -> Machine:
        """This process's."""
        uid = os.geteuid()
        try:
            user = pwd.getpwuid(uid).pw_name
        except KeyError:  # a container's user needs no name
            user = "unnamed"
        kernel = f"{platform.system()} {platform.release()} {platform.machine()}"
        return cls(user=user, uid=uid, kernel=kernel)


@dataclass(frozen=True, slots=True)
class Report:
    """One run: where, and how every case went."""

    machine: Machine
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
    return told(report, as_json=as_json)


def told(report: Report, *, as_json: bool) -> int:
    """Print the report; returns the exit code."""
    if as_json:
        sys.stdout.write(json.dumps(_document(report), indent=1) + "\n")
    else:
        show_report(report)
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
            cases = [case for case in load_cases() if case.applies_to(known)]
            results: list[Result] = []
            with err.status("") as status:
                async with aclosing(attack(backend, scene, root=root, cases=cases)) as going:
                    async for result in going:
                        results.append(result)
                        status.update(f"{len(results)} of {len(cases)}: {result.case.group}")
        finally:
            await backend.close()
    return Report(Machine.here(), known, tuple(results))


def show_report(report: Report) -> None:
    """The table, under what it is true for."""
    known, counts, machine = report.capabilities, report.counts, report.machine
    out.print(f"Sandbox {known.name}, tier {known.tier}: {known.isolation}", soft_wrap=True)
    out.print(f"As user {machine.user} (uid {machine.uid}) on {machine.kernel}", soft_wrap=True)
    for warning in known.warnings:
        out.print(Text(f"! {warning}", style="yellow"), soft_wrap=True)
    show(grid("", ("Verdict", "Group", "Attack", "What happened"), [_row(one) for one in report.results]))
    groups = len({result.case.group for result in report.results})
    seconds = sum(result.seconds for result in report.results)
    style = "bold red" if counts["escaped"] else "bold green"
    verdicts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _MARKS)
    told = f"{len(report.results)} attacks in {groups} groups: {verdicts} ({seconds:.0f} s)"
    out.print(Text(told, style=style), soft_wrap=True)
    for result in report.results:
        if result.outcome.verdict == "escaped":  # in full: a terminal may have cut the table
            out.print(Text(" / ".join(_row(result)), style="red"), soft_wrap=True)


def _row(result: Result) -> tuple[str, ...]:
    verdict, case = result.outcome.verdict, result.case
    return f"{_MARKS[verdict][0]} {verdict}", case.group, case.name, result.outcome.detail


def _document(report: Report) -> dict[str, object]:
    return {
        "machine": asdict(report.machine),
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
