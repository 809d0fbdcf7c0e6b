from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from lakeglass.core.settings import (
    AuthSettings,
    AzureSettings,
    E2bSettings,
    ModelSettings,
    SandboxSettings,
    Settings,
    TracingSettings,
    describe,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_two_underscores_step_down_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEGLASS_SANDBOX__MEMORY_MB", "4096")
    monkeypatch.setenv("LAKEGLASS_HOME", "/data")
    settings = Settings()
    assert settings.sandbox.memory_mb == 4096
    assert settings.home_dir == Path("/data")


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LAKEGLASS_SERVER__PORT=1111\nLAKEGLASS_LAKE__THREADS=3\n")
    monkeypatch.setenv("LAKEGLASS_SERVER__PORT", "2222")
    settings = Settings()
    assert (settings.server.port, settings.lake.threads) == (2222, 3)


def test_a_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEGLASS_LAKE__MAX_UPLOAD_MB", "0")
    with pytest.raises(ValidationError):
        Settings()


def test_the_database_is_sqlite_under_home_unless_a_url_is_given() -> None:
    assert Settings(home=Path("/x")).resolved_database_url == "sqlite:////x/lakeglass.db"
    url = SecretStr("postgres://u:p@h/d")
    assert Settings(database_url=url).resolved_database_url == "postgresql+psycopg://u:p@h/d"


def test_secrets_are_never_described() -> None:
    settings = Settings(
        auth=AuthSettings(token=SecretStr("hunter2")),
        database_url=SecretStr("postgres://a:hunter2@h/d"),
        sandbox=SandboxSettings(e2b=E2bSettings(api_key=SecretStr("hunter2"))),
        model=ModelSettings(
            api_key=SecretStr("hunter2"), azure=AzureSettings(certificate_password=SecretStr("hunter2"))
        ),
        tracing=TracingSettings(headers=SecretStr("authorization=hunter2")),
    )
    lines = list(describe(settings))
    assert "hunter2" not in repr(lines)
    assert {line.env: line.value for line in lines if line.secret} == {
        "LAKEGLASS_DATABASE_URL": "set",
        "LAKEGLASS_AUTH__TOKEN": "set",
        "LAKEGLASS_SANDBOX__E2B__API_KEY": "set",
        "LAKEGLASS_MODEL__API_KEY": "set",
        "LAKEGLASS_MODEL__AZURE__CERTIFICATE_PASSWORD": "set",
        "LAKEGLASS_TRACING__HEADERS": "set",
    }


def test_every_setting_is_described() -> None:
    assert [line.env for line in describe(Settings()) if len(line.description) < 15] == []


def test_the_settings_page_and_the_example_are_those_of_the_code() -> None:
    spec = importlib.util.spec_from_file_location("settings_page", ROOT / "scripts" / "settings_page.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (ROOT / "docs" / "settings.md").read_text() == script.page()
    assert (ROOT / ".env.example").read_text() == script.example()
