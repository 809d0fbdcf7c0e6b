"""`doctor`: what is configured, reachable and isolated, and how to mend what isn't."""

from __future__ import annotations

import asyncio
import json
import platform
import shutil
import sys
import tempfile
from contextlib import aclosing, closing
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.text import Text

import lakeglass
from lakeglass.api.web import STATIC
from lakeglass.cli.terminal import grid, out, show
from lakeglass.core.errors import LakeglassError
from lakeglass.core.settings import Settings, describe
from lakeglass.sandbox import programs
from lakeglass.sandbox.service import SandboxService
from lakeglass.store.database import Database
from lakeglass.store.migrate import current, upgrade
from lakeglass.tenants.identity import check_binding

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    detail: str


def run(settings: Settings, *, as_json: bool) -> int:
    """Print what was found; returns the exit code: 0 when everything holds, 1 otherwise."""
    findings = (
        _system(settings),
        _binding(settings),
        _database(settings),
        asyncio.run(_sandbox(settings)),
        _analyses(),
        _page(),
        Finding(
            "planner", True, f"{settings.ask.planner}: the built-in one works with no key and no network"
        ),
    )
    if as_json:
        lines = [line.model_dump() for line in describe(settings)]
        document = {"findings": [asdict(item) for item in findings], "settings": lines}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        for item in findings:
            mark = Text("✓ ", style="green") if item.ok else Text("✗ ", style="red")
            out.print(mark, Text(f"{item.what:10}", style="bold"), Text(item.detail), sep="", soft_wrap=True)
        rows = [(line.env, line.value, line.description) for line in describe(settings)]
        out.print()
        show(grid("Settings", ("Variable", "Value", "Meaning"), rows))
    return 0 if all(item.ok for item in findings) else 1


def upgrade_database(settings: Settings) -> str:
    """Bring the tables up to date; returns the revision."""
    with closing(Database(settings.resolved_database_url)) as database:
        upgrade(database)
        return current(database) or "none"


def _system(settings: Settings) -> Finding:
    existing = next(path for path in (settings.home_dir, *settings.home_dir.parents) if path.exists())
    free = shutil.disk_usage(existing).free // _MB
    detail = (
        f"Lakeglass {lakeglass.__version__}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.release()} {platform.machine()}; {free:,} MB free for {settings.home_dir}"
    )
    if free < settings.lake.max_upload_mb * 3:
        return Finding(
            "system", False, detail + ": too little for one upload; free some space or set LAKEGLASS_HOME"
        )
    return Finding("system", True, detail)


def _binding(settings: Settings) -> Finding:
    try:
        check_binding(settings)
    except LakeglassError as error:
        return Finding("address", False, error.message)
    guard = "with an access token" if settings.auth.token else "this machine only, no sign-in"
    return Finding("address", True, f"{settings.server.host}:{settings.server.port}, {guard}")


def _database(settings: Settings) -> Finding:
    if settings.database_url is None and not (settings.home_dir / "lakeglass.db").is_file():
        return Finding("database", True, f"SQLite, to be created in {settings.home_dir} at the first start")
    try:
        with closing(Database(settings.resolved_database_url)) as database:
            revision = current(database)
    except LakeglassError as error:
        return Finding("database", False, error.message)
    if revision is None:
        return Finding("database", True, "reachable, still empty: the first start creates its tables")
    return Finding("database", True, f"{database.dialect}, revision {revision}")


async def _sandbox(settings: Settings) -> Finding:
    with tempfile.TemporaryDirectory(prefix="lakeglass-") as root:
        try:
            async with aclosing(SandboxService(settings.sandbox, root=Path(root))) as sandbox:
                await sandbox.start()
                known = sandbox.capabilities
        except LakeglassError as error:
            return Finding("sandbox", False, error.message)
    assert known is not None  # start() raises otherwise
    warnings = "".join(f"; {warning}" for warning in known.warnings)
    return Finding(
        "sandbox", True, f"{settings.sandbox.backend}, tier {known.tier}: {known.isolation}{warnings}"
    )


def _analyses() -> Finding:
    if programs.walls() == "none":
        detail = (
            "in processes of their own with limited memory, but without walls: bubblewrap does not work here"
        )
        return Finding("analyses", True, detail)
    return Finding("analyses", True, "behind bubblewrap: no network, one folder to write to")


def _page() -> Finding:
    if (STATIC / "index.html").is_file():
        return Finding("page", True, "built")
    return Finding("page", False, "not built: run `make web` in the source folder")
