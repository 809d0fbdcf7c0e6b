"""Where nothing isolates, no code runs, and everything that a person may look at tells the remedy."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from lakeglass.app import create_app
from lakeglass.cli import attacking, doctoring
from lakeglass.core.settings import Settings
from lakeglass.sandbox.backends.local import backend, bwrap
from lakeglass.tenants import audit

REMEDY = "sudo sysctl -w kernel.example=1"
WAIT_S = 60


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A machine on which bubblewrap may not make namespaces."""
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(bwrap, "find_bubblewrap", lambda: bwrap.Bubblewrap(str(broken), "test"))
    monkeypatch.setattr(backend, "remedy", lambda: REMEDY)
    return Settings(home=tmp_path / "home")


# req: E7
def test_health_and_the_audit_trail_name_the_remedy(settings: Settings) -> None:
    async def scenario() -> tuple[dict[str, Any], list[audit.AuditEntry]]:
        application = create_app(settings)
        async with application.router.lifespan_context(application):
            services = application.state.services
            trail: list[audit.AuditEntry] = []
            async with asyncio.timeout(WAIT_S):
                while not trail:
                    await asyncio.sleep(0)  # nobody is told when the start has failed
                    with services.database.transaction() as session:
                        trail = list(audit.entries(session, services.owner))
            transport = httpx.ASGITransport(application)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return (await client.get("/api/health")).json(), trail

    health, trail = asyncio.run(scenario())
    assert health["status"] == "degraded"
    assert health["sandbox"]["state"] == "unavailable"
    assert health["sandbox"]["message"].endswith(f"to repair it, {REMEDY}")
    assert [entry.action for entry in trail] == ["sandbox.unavailable"]
    assert trail[0].details == {"problem": health["sandbox"]["message"]}


def test_doctor_names_the_remedy_and_attacks_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctoring.run(settings, as_json=False) == 1
    line = next(line for line in capsys.readouterr().out.splitlines() if "isolated on this machine" in line)
    assert line.startswith("✗ sandbox")
    assert "setting up uid map: Permission denied" in line
    assert REMEDY in line
    assert attacking.run(settings, as_json=False) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert REMEDY in said.err
