"""Every setting, described once: the docs, `lakeglass doctor` and `.env.example` are made from here.

A setting is read from the environment (`LAKEGLASS_SANDBOX__MEMORY_MB=4096`; two underscores step down
one level) and from a `.env` file in the working directory; the environment wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_COLOUR = r"^#[0-9a-fA-F]{6}$"


class ServerSettings(_Group):
    """Where the service listens."""

    host: str = Field(
        default="127.0.0.1", description="Address to listen on; another than loopback needs auth."
    )
    port: int = Field(default=8321, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        description="Host names, besides loopback, that requests may name (guards against rebinding).",
    )


class AuthSettings(_Group):
    """Who may use the service."""

    token: SecretStr | None = Field(
        default=None,
        description="Access token that every request must carry; required off loopback, unset means local owner.",
    )


class LakeSettings(_Group):
    """Files and tables."""

    max_upload_mb: int = Field(
        default=100, ge=1, description="Largest accepted upload, in MB (1 MB = 2^20 bytes)."
    )
    max_unpacked_mb: int = Field(
        default=4096, ge=1, description="Largest size that a compressed or Office file may unpack to, in MB."
    )
    memory_mb: int = Field(default=2048, ge=256, description="Memory that the query engine may use, in MB.")
    threads: int = Field(default=0, ge=0, description="Threads of the query engine; 0 means one a core.")


class E2bSettings(_Group):
    """Sandboxes of E2B, when the backend is 'e2b'."""

    api_key: SecretStr | None = Field(
        default=None, description="API key of E2B; unset means what the variable E2B_API_KEY holds."
    )
    template: str = Field(
        default="code-interpreter-v1",
        description="Template of E2B; its own lacks PyArrow, docs/how-to/e2b.md shows one that has it.",
    )
    domain: str = Field(default="e2b.app", description="Domain of E2B, or of an E2B that you host.")
    api_url: str | None = Field(
        default=None, description="Address of E2B's API where it is not https://api.<domain>."
    )
    sandbox_url: str | None = Field(
        default=None, description="Address of a proxy that all sandboxes are reached by."
    )
    request_timeout_s: float = Field(default=30, gt=0, description="Longest wait for E2B's API, in seconds.")


class SandboxSettings(_Group):
    """Where generated code runs."""

    backend: str = Field(default="local", description="Sandbox backend by name.")
    tier: Literal["auto", "namespaces", "bubblewrap"] = Field(
        default="auto", description="Isolation of the local backend: the best that holds, or this one only."
    )
    zygote: Literal["shared", "tenant"] = Field(
        default="shared",
        description="Whether tenants share a warm parent process; 'tenant' gives each its own (130 MB).",
    )
    memory_mb: int = Field(default=2048, ge=128, description="Memory of one session, in MB.")
    cpus: int = Field(default=2, ge=1, description="Processor cores of one session.")
    timeout_s: float = Field(default=60, gt=0, description="Longest execution, in seconds.")
    keep_alive_s: float = Field(
        default=300, gt=0, description="An idle session ends after this many seconds."
    )
    work_mb: int = Field(default=512, ge=16, description="Size of a session's working folder, in MB.")
    processes: int = Field(default=64, ge=8, description="Processes and threads of one session.")
    max_sessions: int = Field(default=50, ge=1, description="Sessions alive at once on this machine.")
    slots: int = Field(default=2, ge=0, description="Ready-made jails kept waiting for the next session.")
    wheels: Path | None = Field(
        default=None,
        description="Folder of wheels that sessions may be given, one by one, by approval; unset means no installs.",
    )
    packages: tuple[str, ...] = Field(
        default=(),
        description='Packages that may be installed from it, such as ["lifelines"]; ["*"] allows all of the folder.',
    )
    e2b: E2bSettings = Field(default_factory=E2bSettings)


class RunsSettings(_Group):
    """Durable work."""

    concurrency: int = Field(default=4, ge=1, description="Heavy stages of one worker at once.")
    tenant_concurrency: int = Field(
        default=2, ge=1, description="Heavy stages of one tenant at once, all workers."
    )
    max_concurrent_jobs: int = Field(
        default=2, ge=1, description="Analyses that one worker works on at once; others wait in line."
    )
    poll_s: float = Field(default=0.1, gt=0, description="Pause between two looks at the queue, in seconds.")
    lease_ttl_s: float = Field(
        default=15, gt=0, description="A worker silent for this long is taken over, seconds."
    )
    stage_timeout_s: float = Field(
        default=600, gt=0, description="Longest single stage of a run, in seconds."
    )


class ThemeSettings(_Group):
    """How reports of analyses look."""

    accent: str = Field(
        default="#0b6b62",
        pattern=_COLOUR,
        description="Colour of figures and links on light paper, as #rrggbb.",
    )
    accent_dark: str = Field(
        default="#4cc2b4", pattern=_COLOUR, description="The same on dark paper, as #rrggbb."
    )
    font: str = Field(
        default="system-ui, Segoe UI, sans-serif",
        pattern=r"^[A-Za-z0-9 ,-]{1,200}$",
        description="Font families, the first that the reader has is taken.",
    )
    logo: Path | None = Field(
        default=None, description="A PNG, JPEG or SVG of at most 256 KB for the head of each report."
    )


class AnalysisSettings(_Group):
    """Analyses: findings, a model, a report."""

    eda_timeout_s: float = Field(default=600, gt=0, description="Longest examination of a table, in seconds.")
    model_timeout_s: float = Field(
        default=7200,
        gt=0,
        description="Longest search for a model and longest explanation of it, in seconds.",
    )
    report_timeout_s: float = Field(
        default=300, gt=0, description="Longest critique and longest writing of a report, in seconds."
    )
    clarify_timeout_s: float = Field(
        default=600, gt=0, description="After this many seconds without an answer, the defaults are taken."
    )
    predict_timeout_s: float = Field(
        default=60, gt=0, description="Longest prediction of a few rows, in seconds."
    )
    memory_mb: int = Field(default=4096, ge=512, description="Memory of each process of an analysis, in MB.")
    folder_mb: int = Field(
        default=4096, ge=1, description="Size of an analysis's folder with the table it works on, in MB."
    )
    safe_auto_actions: bool = Field(
        default=False,
        description="Whether analyses mend, before modelling, what is wrong beyond doubt; each repair can be left out.",
    )
    expose_original: bool = Field(
        default=False, description="Whether an analysis hands out the data that it was made from."
    )
    prose: bool = Field(
        default=True,
        description="Whether a configured model words the results of analyses; it sees no names, and is checked.",
    )
    prose_timeout_s: float = Field(
        default=60,
        gt=0,
        description="Longest wait for that model, in seconds; then the rules word the result.",
    )
    theme: ThemeSettings = Field(default_factory=ThemeSettings)


class AskSettings(_Group):
    """Questions and answers."""

    planner: str = Field(
        default="auto",
        description="Planner by name: builtin, model; 'auto' is the model's once one is configured.",
    )
    approval: Literal["auto", "always"] = Field(
        default="auto",
        description="'always' waits for a person before any code runs; 'auto' only when it costs.",
    )
    max_question_chars: int = Field(
        default=10_000, ge=100, description="Longest accepted question, in characters."
    )


class AzureSettings(_Group):
    """Azure OpenAI beyond its address and key."""

    api_version: str = Field(default="2024-10-21", description="Version of Azure's API.")
    tenant_id: str | None = Field(default=None, description="Directory of the service principal.")
    client_id: str | None = Field(default=None, description="Application id of the service principal.")
    certificate: Path | None = Field(
        default=None,
        description="Its certificate with private key, PEM or PKCS#12; with a key, both are sent.",
    )
    certificate_password: SecretStr | None = Field(default=None, description="Password of that file.")
    authority: str | None = Field(
        default=None, description="Where tokens come from, when it is not Microsoft's public cloud."
    )
    scope: str | None = Field(
        default=None, description="What the token is for, when it is not Azure's cognitive services."
    )


class ModelSettings(_Group):
    """A language model; without a key or an address there is none, and the built-in analyst works alone."""

    provider: str | None = Field(
        default=None,
        description="Provider by name: openrouter, compatible, azure; unset means openrouter when a key is set.",
    )
    api_key: SecretStr | None = Field(default=None, description="Key of the provider; never shown again.")
    base_url: str | None = Field(
        default=None, description="Address of the endpoint, such as http://127.0.0.1:11434/v1 for Ollama."
    )
    strong: str = Field(default="anthropic/claude-sonnet-4.5", description="Model that plans and corrects.")
    cheap: str = Field(default="openai/gpt-4o-mini", description="Model that describes columns.")
    fallback: str | None = Field(default=None, description="Model that is asked when the other one is down.")
    timeout_s: float = Field(default=60, gt=0, description="Longest silence of a model, in seconds.")
    answer_s: float = Field(
        default=180, gt=0, description="Longest answer of a model from asking to its last word, in seconds."
    )
    retries: int = Field(default=4, ge=0, le=8, description="Further attempts when the provider is busy.")
    cache_s: float = Field(
        default=300, ge=0, description="The same request within this many seconds is answered from memory."
    )
    daily_usd: float | None = Field(
        default=None, gt=0, description="Most that a tenant's calls may cost a day (UTC), in US dollars."
    )
    send_samples: bool = Field(
        default=True,
        description="Whether scrubbed sample values go into prompts; false sends names and types only.",
    )
    azure: AzureSettings = Field(default_factory=AzureSettings)


class TracingSettings(_Group):
    """Where spans of questions and model calls go; without an address, nowhere."""

    endpoint: str | None = Field(
        default=None,
        description="Address that takes OTLP/HTTP, such as http://127.0.0.1:4318 or Langfuse's /api/public/otel.",
    )
    headers: SecretStr | None = Field(
        default=None, description="Headers for it, as name=value pairs between commas; never shown again."
    )
    contents: bool = Field(
        default=False,
        description="Whether spans hold prompts and answers, scrubbed as the model was sent them.",
    )
    service: str = Field(default="lakeglass", description="Name of this service in its spans.")
    timeout_s: float = Field(default=5, gt=0, description="Longest wait for that address, in seconds.")


class LogSettings(_Group):
    """What the service says about itself."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severity shown."
    )
    format: Literal["auto", "json", "text"] = Field(
        default="auto", description="'json' for machines, 'text' for people; 'auto' looks at the terminal."
    )


class Settings(BaseSettings):
    """The whole tree."""

    model_config = SettingsConfigDict(
        env_prefix="LAKEGLASS_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
    )

    home: Path = Field(
        default=Path("~/.lakeglass"), description="Folder that holds the database, files and tables."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL URL (postgresql://user:password@host/db); unset means SQLite in home.",
    )
    server: ServerSettings = Field(default_factory=ServerSettings)
    auth: AuthSettings = Field(default_factory=AuthSettings)
    lake: LakeSettings = Field(default_factory=LakeSettings)
    sandbox: SandboxSettings = Field(default_factory=SandboxSettings)
    runs: RunsSettings = Field(default_factory=RunsSettings)
    ask: AskSettings = Field(default_factory=AskSettings)
    analysis: AnalysisSettings = Field(default_factory=AnalysisSettings)
    model: ModelSettings = Field(default_factory=ModelSettings)
    tracing: TracingSettings = Field(default_factory=TracingSettings)
    log: LogSettings = Field(default_factory=LogSettings)

    @property
    def home_dir(self) -> Path:
        """`home` with `~` resolved, absolute."""
        return self.home.expanduser().absolute()

    @property
    def resolved_database_url(self) -> str:
        """A SQLAlchemy URL: the configured PostgreSQL one, or SQLite under `home`."""
        if self.database_url is None:
            return f"sqlite:///{self.home_dir / 'lakeglass.db'}"
        url = self.database_url.get_secret_value()
        for scheme in ("postgres://", "postgresql://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url


class SettingLine(BaseModel):
    """One setting as the docs and `doctor` show it."""

    env: str
    default: str
    description: str
    value: str
    secret: bool


def describe(settings: Settings) -> Iterator[SettingLine]:
    """One line a setting, in the order of the tree; the value of a secret is never in it."""
    yield from _lines(settings, "LAKEGLASS_")


def _lines(group: BaseModel, prefix: str) -> Iterator[SettingLine]:
    for name, field in type(group).model_fields.items():
        value = getattr(group, name)
        env = f"{prefix}{name.upper()}"
        if isinstance(value, _Group):
            yield from _lines(value, env + "__")
            continue
        secret = "SecretStr" in str(field.annotation)
        shown = ("set" if value else "unset") if secret else str(value)
        default = "unset" if field.default is None else str(field.default)
        yield SettingLine(
            env=env, default=default, description=field.description or "", value=shown, secret=secret
        )
