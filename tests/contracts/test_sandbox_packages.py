"""Packages of a session: what every backend must do that says that it installs them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.contracts.sandbox_arena import SECOND_TIER, Arena
from tests.wheels import make_wheel

from lakeglass.core.errors import Conflict
from lakeglass.sandbox.base import PackageFile, SandboxSession
from lakeglass.sandbox.packages.interpreter import Interpreter
from lakeglass.sandbox.packages.wheel import checked_wheel

# Each tries to be what the session has already, and to run code as soon as Python starts.
_GREEDY = {
    "greedy/__init__.py": "import json, pandas\nreal = hasattr(json, 'loads') and hasattr(pandas, 'DataFrame')\n",
    "json.py": "",
    "colorsys.py": "",
    "pandas/__init__.py": "",
    "sitecustomize.py": "open('/wk/ran', 'w')",
}


@pytest.fixture(scope="module", params=["local", SECOND_TIER])
def sandbox_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_backend_says_that_it_installs_packages_and_where_its_libraries_are(arena: Arena) -> None:
    assert arena.backend.capabilities.installs_packages
    assert Interpreter.below(arena.backend.libraries).has("pandas")


def package(path: Path) -> PackageFile:
    wheel = checked_wheel(path)
    return PackageFile(
        source=path,
        name=wheel.name,
        version=str(wheel.version),
        sha256=wheel.sha256,
        size_bytes=wheel.size_bytes,
        provides=tuple(sorted(wheel.provides)),
    )


def test_a_package_can_be_imported_once_it_was_added_and_not_before(
    arena: Arena, session: SandboxSession, tmp_path: Path
) -> None:
    tiny = package(make_wheel(tmp_path, files={"tinypkg/__init__.py": "", "tinypkg/part.py": "x = 42"}))
    before = arena.execute(session, "import tinypkg.part").execution.error
    assert before is not None
    assert before.name == "ModuleNotFoundError"
    arena.run(session.add_packages([tiny]))
    arena.run(session.add_packages([tiny]))  # there already
    code = "import tinypkg.part, importlib.metadata\nfound = [tinypkg.part.x, importlib.metadata.version('tinypkg')]"
    assert arena.execute(session, code, collect=["found"]).value("found") == [42, "1.0"]


def test_a_package_hides_nothing_that_is_importable_already(
    arena: Arena, session: SandboxSession, tmp_path: Path
) -> None:
    arena.run(session.add_packages([package(make_wheel(tmp_path, "greedy", files=_GREEDY))]))
    code = (
        "import greedy, os, colorsys\n"
        "found = [greedy.real, hasattr(colorsys, 'rgb_to_hsv'), os.path.exists('/wk/ran'), os.path.exists('ran')]"
    )
    assert arena.execute(session, code, collect=["found"]).value("found") == [True, True, False, False]


def test_a_session_can_not_change_its_packages(arena: Arena, session: SandboxSession, tmp_path: Path) -> None:
    arena.run(session.add_packages([package(make_wheel(tmp_path))]))
    arena.execute(session, "import os, tinypkg\nfile = tinypkg.__file__\nfolder = os.path.dirname(file)")
    for attempt in (
        "open(file, 'a')",
        "os.remove(file)",
        "os.chmod(file, 0o777)",
        "os.rename(folder, '/wk/x')",
        "open(folder + '/new.py', 'w')",
        "os.mkdir(os.path.dirname(os.path.dirname(folder)) + '/other-1.0')",
    ):
        error = arena.execute(session, attempt).execution.error
        assert error is not None, attempt
        assert error.name in {"OSError", "PermissionError"}, attempt


def test_a_package_of_one_session_is_not_there_for_another(
    arena: Arena, session: SandboxSession, tmp_path: Path
) -> None:
    arena.run(session.add_packages([package(make_wheel(tmp_path))]))
    with arena.session() as other:
        error = arena.execute(other, "import tinypkg").execution.error
        assert error is not None
        assert error.name == "ModuleNotFoundError"


def test_sessions_that_install_at_the_same_time_get_their_own_versions(arena: Arena, tmp_path: Path) -> None:
    wheels = [
        package(make_wheel(tmp_path, version=f"{number}.0", files={"tinypkg/__init__.py": f"v = {number}"}))
        for number in (1, 2)
    ]
    with arena.session() as one, arena.session() as other:

        async def both() -> None:
            await asyncio.gather(one.add_packages(wheels[:1]), other.add_packages(wheels[1:]))

        arena.run(both())
        for session, number in ((one, 1), (other, 2)):
            ran = arena.execute(session, "import tinypkg\nv = tinypkg.v", collect=["v"])
            assert ran.value("v") == number


def test_of_several_packages_all_are_added_or_none(
    arena: Arena, session: SandboxSession, tmp_path: Path
) -> None:
    sound, changed = package(make_wheel(tmp_path)), package(make_wheel(tmp_path, "other"))
    make_wheel(tmp_path, "other", files={"other/__init__.py": "evil = 1"})
    with pytest.raises(Conflict, match="not the one that was allowed"):
        arena.run(session.add_packages([sound, changed]))
    error = arena.execute(session, "import tinypkg").execution.error
    assert error is not None
    assert error.name == "ModuleNotFoundError"
    arena.run(session.add_packages([sound]))
    newer = package(make_wheel(tmp_path, version="2.0"))
    with pytest.raises(Conflict, match=r"has tinypkg 1\.0 already"):
        arena.run(session.add_packages([newer]))
    ran = arena.execute(session, "import tinypkg\nv = tinypkg.answer()", collect=["v"])
    assert ran.value("v") == 42
