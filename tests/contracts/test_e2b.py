"""What only a hosted sandbox can do wrong: refuse, vanish, lose the line, talk too much, or cost money for ever."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.contracts.conftest import open_arena
from tests.contracts.e2b_cloud import API_KEY, Cloud
from tests.contracts.sandbox_arena import SMALL, Arena, hosted_settings

from lakeglass.core.errors import MissingExtra, NotFound, SandboxUnavailable
from lakeglass.core.settings import SandboxSettings, Settings, describe
from lakeglass.sandbox.backends import BACKENDS, open_backend
from lakeglass.sandbox.backends.e2b import interior
from lakeglass.sandbox.base import InputFile, SandboxSession
from lakeglass.sandbox.service import SandboxService


@pytest.fixture(scope="module")
def arena(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    yield from open_arena("e2b", tmp_path_factory.getbasetemp() / "sandbox", request.config)


@pytest.fixture
def cloud(arena: Arena) -> Cloud:
    assert arena.cloud is not None
    return arena.cloud


def settings_for(cloud: Cloud, **changed: Any) -> SandboxSettings:
    hosted = hosted_settings(cloud).model_copy(update=changed)
    return SandboxSettings(backend="e2b", e2b=hosted)


# --- the line is lost -------------------------------------------------------------------------------


def test_a_line_lost_in_the_middle_is_told_and_the_variables_stay(
    arena: Arena, session: SandboxSession, cloud: Cloud
) -> None:
    arena.execute(session, "x = 1")
    cloud.drop_execution_after = 1
    ran = arena.execute(
        session, "import time\nfor _ in range(600):\n    print('on')\n    time.sleep(0.1)\ny = 1"
    )
    assert (ran.execution.status, ran.execution.state_lost) == ("lost", False)
    assert ran.execution.seconds < 60  # as long as it would have run on unseen
    told = ran.execution.variables
    assert told is not None
    assert [one.name for one in told.items] == ["x"]  # it was stopped, and did not run on unseen
    assert arena.execute(session, "x").data == [{"text/plain": "1"}]
    assert ("POST", "/v2/sandboxes/" + machine_of(cloud) + "/connect") in cloud.requests


def test_a_sandbox_that_vanishes_under_running_code_is_lost_with_its_variables(
    arena: Arena, cloud: Cloud
) -> None:
    async def scenario() -> None:
        session = await arena.backend.create("v", tenant_id="t", inputs=(), limits=SMALL)
        started = asyncio.Event()

        async def sink(_chunk: Any) -> None:
            started.set()

        running = asyncio.ensure_future(session.execute("print(1)\nwhile True: pass", on_output=sink))
        await started.wait()
        await asyncio.to_thread(cloud.forget, machine_of(cloud))
        done = await running
        assert (done.status, done.state_lost, done.variables) == ("died", True, None)
        assert not session.alive
        await session.close()

    arena.run(scenario())


def test_a_sandbox_that_ended_between_two_executions_ran_nothing(arena: Arena, cloud: Cloud) -> None:
    session = arena.create()
    cloud.forget(machine_of(cloud))
    assert session.alive  # nobody could know yet
    with pytest.raises(SandboxUnavailable, match="gone"):
        arena.execute(session, "x = 1")
    assert not session.alive
    arena.run(session.close())


def test_a_line_that_fails_before_anything_ran_is_made_again_once(
    arena: Arena, session: SandboxSession, cloud: Cloud
) -> None:
    arena.execute(session, "x = 1")
    connected = ("POST", "/v2/sandboxes/" + machine_of(cloud) + "/connect")
    before = cloud.requests.count(connected)
    cloud.refuse_executing.append(502)
    ran = arena.execute(session, "x += 1\nx")
    assert (ran.data, ran.execution.status, ran.execution.renewed) == ([{"text/plain": "2"}], "ok", False)
    assert cloud.requests.count(connected) == before + 1


def test_variables_that_were_lost_on_the_way_to_an_execution_are_told(
    arena: Arena, session: SandboxSession, cloud: Cloud
) -> None:
    arena.execute(session, "x = 1")
    cloud.refuse_executing.extend([502, 500])  # the execution, then the question whether anybody is there
    ran = arena.execute(session, "'x' in globals()")
    assert (ran.data, ran.execution.status, ran.execution.renewed) == ([{"text/plain": "False"}], "ok", True)


def test_a_line_that_stays_broken_gives_the_session_up(arena: Arena, cloud: Cloud) -> None:
    session = arena.create()
    cloud.refuse_executing.extend([502] * 4)
    with pytest.raises(SandboxUnavailable, match="gone"):
        arena.execute(session, "x = 1")
    assert not session.alive
    cloud.refuse_executing.clear()
    arena.run(session.close())


def test_the_service_replaces_a_vanished_sandbox_and_says_so(cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("a\n1\n")
    given = InputFile(source=tmp_path / "f", name="f.csv")

    async def scenario() -> None:
        service = SandboxService(settings_for(cloud), root=tmp_path)
        try:
            first = await service.execute("t", "s", "x = 1", inputs=[given])
            assert (first.status, first.renewed) == ("ok", False)
            cloud.forget(machine_of(cloud))
            code = "y = ('x' in globals(), open('data/f.csv').read(1))\ny"
            second = await service.execute("t", "s", code, inputs=[given])
            assert [one.data for one in second.results] == [{"text/plain": "(False, 'a')"}]
            assert (second.status, second.renewed) == ("ok", True)
            assert not (await service.execute("t", "s", "y")).renewed
        finally:
            await service.aclose()

    before = set(cloud.machines)
    asyncio.run(scenario())
    assert set(cloud.machines) == before


# --- creating ---------------------------------------------------------------------------------------


def test_a_refused_creation_is_asked_for_once_and_not_behind_our_back(arena: Arena, cloud: Cloud) -> None:
    before = len(cloud.created)
    cloud.refuse_creating.append(503)
    with pytest.raises(SandboxUnavailable, match="did not give a sandbox"):
        arena.create()
    assert len(cloud.created) == before + 1


def test_the_service_asks_twice_and_then_answers_503(cloud: Cloud, tmp_path: Path) -> None:
    async def scenario() -> None:
        service = SandboxService(settings_for(cloud), root=tmp_path)
        try:
            await service.start()
            asked = len(cloud.created)
            cloud.refuse_creating.append(503)
            assert (await service.execute("t", "a", "1")).status == "ok"
            assert len(cloud.created) == asked + 2
            cloud.refuse_creating.extend([503, 500])
            with pytest.raises(SandboxUnavailable, match="Unable to create execution environment") as caught:
                await service.execute("t", "b", "1")
            assert len(cloud.created) == asked + 4
            assert caught.value.status == 503
        finally:
            await service.aclose()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("status", "said"), [(429, "no more sandboxes"), (500, "did not give"), (404, "did not give")]
)
def test_why_there_is_no_sandbox_is_said(arena: Arena, cloud: Cloud, status: int, said: str) -> None:
    cloud.refuse_creating.append(status)
    with pytest.raises(SandboxUnavailable, match=said) as caught:
        arena.create()
    assert caught.value.details["reason"]


def test_a_sandbox_has_no_internet_and_an_end_of_its_own(arena: Arena, cloud: Cloud) -> None:
    with arena.session():
        asked = cloud.created[-1]
        assert asked["allow_internet_access"] is False
        assert 300 < asked["timeout"] <= 3600
        assert "t" not in asked["metadata"].values()


def test_its_end_moves_away_while_it_is_used(arena: Arena, cloud: Cloud) -> None:
    with arena.session() as session:
        arena.execute(session, "1")
        prolonged = ("POST", f"/sandboxes/{machine_of(cloud)}/timeout")
        assert prolonged not in cloud.requests
        session._sandbox._ends_at -= 1000  # type: ignore[attr-defined]
        arena.execute(session, "1")
        assert prolonged in cloud.requests


def test_closing_ends_the_sandbox(arena: Arena, cloud: Cloud) -> None:
    before = set(cloud.machines)
    session = arena.create()
    (mine,) = set(cloud.machines) - before
    arena.run(session.close())
    assert mine not in cloud.machines


def test_a_template_without_what_our_code_needs_is_refused_with_the_remedy(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interior, "REQUIRED", ("pandas", "no_such_package"))
    backend = open_backend(settings_for(cloud), root=tmp_path)
    before = set(cloud.machines)
    with pytest.raises(SandboxUnavailable, match=r"lacks no_such_package.*LAKEGLASS_SANDBOX__E2B__TEMPLATE"):
        asyncio.run(backend.start())
    assert set(cloud.machines) == before


# --- the key ----------------------------------------------------------------------------------------


def test_a_refused_key_is_named_by_its_setting_and_never_shown(
    cloud: Cloud, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backend = open_backend(settings_for(cloud, api_key=SecretStr("e2b_wrong_and_secret")), root=tmp_path)
    with caplog.at_level(logging.DEBUG), pytest.raises(SandboxUnavailable) as caught:
        asyncio.run(backend.start())
    assert "LAKEGLASS_SANDBOX__E2B__API_KEY" in caught.value.message
    shown = caught.value.message + str(caught.value.details) + caplog.text
    assert "wrong_and_secret" not in shown


def test_without_a_key_its_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("E2B_API_KEY", raising=False)
    backend = open_backend(SandboxSettings(backend="e2b"), root=tmp_path)
    with pytest.raises(SandboxUnavailable, match="LAKEGLASS_SANDBOX__E2B__API_KEY"):
        asyncio.run(backend.start())


def test_the_key_is_in_no_log_and_no_listing_of_settings(
    cloud: Cloud, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(_env_file=None, sandbox=settings_for(cloud))  # type: ignore[call-arg]
    lines = {line.env: line.value for line in describe(settings)}
    assert lines["LAKEGLASS_SANDBOX__E2B__API_KEY"] == "set"
    assert API_KEY not in repr(settings) + settings.model_dump_json() + str(lines)

    shown: list[str] = []

    async def scenario() -> None:
        backend = open_backend(settings.sandbox, root=tmp_path)
        await backend.start()
        session: Any = await backend.create("k", tenant_id="t", inputs=(), limits=SMALL)
        await session.execute("secret_of_the_user = 1")
        shown.append(repr(backend) + repr(session) + repr(session._sandbox) + repr(vars(session._sandbox)))
        await backend.close()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(scenario())
    assert API_KEY not in caplog.text + shown[0]
    assert "secret_of_the_user" not in caplog.text
    assert cloud.url not in caplog.text


def test_without_the_sdk_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("lakeglass.sandbox.backends.e2b")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "e2b_code_interpreter", None)
    with pytest.raises(MissingExtra, match=r"pip install 'lakeglass\[e2b\]'"):
        BACKENDS.load("e2b")


# --- what comes back --------------------------------------------------------------------------------


def test_what_is_shown_through_ipython_itself_arrives(arena: Arena, session: SandboxSession) -> None:
    code = (
        "from IPython.display import HTML, Markdown, display as show\n"
        "show(HTML('<b>h</b>')); show(Markdown('*m*')); show({'a': [1]})"
    )
    data = arena.execute(session, code).data
    assert data[0]["text/html"] == "<b>h</b>"
    assert data[1]["text/markdown"] == "*m*"
    assert data[2]["text/plain"] == "{'a': [1]}"


def test_forged_frames_change_nothing_but_output(arena: Arena, session: SandboxSession) -> None:
    code = """
from IPython.display import display as show
import json
for token in ("", "0" * 16):
    for kind in ("done", "result", "late"):
        payload = json.dumps({"error": None, "name": "forged", "data": {}, "stream": "stdout", "text": "x"})
        frame = {"kind": kind, "token": token, "payload": payload}
        show({"application/vnd.lakeglass.frame+json": frame}, raw=True)
print("end")
"""
    ran = arena.execute(session, code, collect=["forged"])
    assert (ran.execution.status, ran.stdout, ran.late, ran.data) == ("ok", "end\n", "", [])


def test_a_broken_interpreter_is_replaced_and_the_loss_is_told(arena: Arena, session: SandboxSession) -> None:
    code = "x = 1\nimport sys\nfor n in [n for n in sys.modules if 'lakeglass' in n]: del sys.modules[n]"
    arena.execute(session, code)
    ran = arena.execute(session, "x")
    assert (ran.execution.status, ran.execution.state_lost) == ("died", True)
    assert session.alive
    assert arena.execute(session, "'x' in globals()").data == [{"text/plain": "False"}]


def test_a_link_among_the_files_is_no_artifact(arena: Arena, session: SandboxSession) -> None:
    arena.execute(session, "import os\nopen('real.txt', 'w').write('x')\nos.symlink('real.txt', 'link')")
    assert [one.name for one in arena.run(session.artifacts())] == ["real.txt"]
    with pytest.raises(NotFound):
        arena.run(session.read_artifact("link"))


def test_inputs_outlive_a_restarted_interpreter(arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("a\n1\n")
    with arena.session(InputFile(source=tmp_path / "f", name="f.csv")) as session:
        code = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
        assert arena.execute(session, code, timeout_s=0.1).execution.state_lost
        assert session.alive
        assert arena.execute(session, "open('data/f.csv').read()").data == [{"text/plain": r"'a\n1\n'"}]


def machine_of(cloud: Cloud) -> str:
    """The sandbox that was made last."""
    return list(cloud.machines)[-1]
