"""The service and packages: what code needs, what a session has, and what a session that was lost gets back."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.wheels import make_wheel

from lakeglass.core.errors import Forbidden
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.service import SandboxService


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "sandbox"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    make_wheel(folder)
    make_wheel(folder, "other")
    return folder


def service(root: Path, wheels: Path | None, *allowed: str) -> SandboxService:
    settings = SandboxSettings(slots=0, memory_mb=512, wheels=wheels, packages=allowed)
    return SandboxService(settings, root=root)


def test_without_a_folder_of_wheels_nothing_is_needed_and_no_session_is_made(root: Path) -> None:
    async def scenario() -> None:
        async with aclosing(service(root, None, "*")) as sandbox:
            assert await sandbox.needed_packages("t", "s", "import tinypkg") == ()
            assert sandbox.status.state == "stopped"

    asyncio.run(scenario())


def test_a_session_needs_what_its_code_imports_until_it_has_it(root: Path, wheels: Path) -> None:
    async def scenario() -> None:
        async with aclosing(service(root, wheels, "tinypkg")) as sandbox:
            code = (
                "import json, pandas, tinypkg, nowhere\ntry:\n    import other\nexcept ImportError:\n    pass"
            )
            needed = await sandbox.needed_packages("t", "s", code)
            assert [one.file.name for one in needed] == ["tinypkg"]
            with pytest.raises(Forbidden):
                await sandbox.needed_packages("t", "s", "import other")
            files = [one.file for one in needed]
            assert await sandbox.install("t", "s", files) == tuple(files)
            assert await sandbox.install("t", "s", files) == ()
            assert await sandbox.packages("t", "s") == tuple(files)
            assert await sandbox.needed_packages("t", "s", code) == ()
            for tenant, session in (("t", "another"), ("another", "s")):
                assert await sandbox.packages(tenant, session) == ()
                assert len(await sandbox.needed_packages(tenant, session, code)) == 1
            await sandbox.end("t", "s")
            assert await sandbox.packages("t", "s") == ()
            assert len(await sandbox.needed_packages("t", "s", code)) == 1

    asyncio.run(scenario())


def test_callers_that_install_at_the_same_time_install_once(root: Path, wheels: Path) -> None:
    async def scenario() -> None:
        async with aclosing(service(root, wheels, "*")) as sandbox:
            files = [one.file for one in await sandbox.needed_packages("t", "s", "import tinypkg, other")]
            done = await asyncio.gather(*(sandbox.install("t", "s", files) for _ in range(4)))
            assert sorted(len(one) for one in done) == [0, 0, 0, 2]
            ran = await sandbox.execute("t", "s", "import tinypkg, other; tinypkg.answer()")
            assert [result.data for result in ran.results] == [{"text/plain": "42"}]

    asyncio.run(scenario())


def test_a_session_that_is_made_for_an_execution_gets_the_packages_that_were_allowed_for_it(
    root: Path, wheels: Path
) -> None:
    async def scenario() -> None:
        async with aclosing(service(root, wheels, "*")) as sandbox:
            files = [one.file for one in await sandbox.needed_packages("t", "s", "import tinypkg")]
            await sandbox.install("t", "s", files)
            died = await sandbox.execute("t", "s", "import os; os._exit(1)")
            assert died.status == "died"
            ran = await sandbox.execute("t", "s", "import tinypkg; tinypkg.answer()", packages=files)
            assert [result.data for result in ran.results] == [{"text/plain": "42"}]
            assert await sandbox.packages("t", "s") == tuple(files)

    asyncio.run(scenario())
