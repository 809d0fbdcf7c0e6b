"""The sandbox protocol: isolated, stateful Python sessions.

Whose fault it is stands in the type: a provider that fails raises (`SandboxUnavailable`), user code that
fails is an `Execution`. What comes out of a session is data: bounded, never unpickled, and never an
authority on time, memory, money or success; `status` and `seconds` are the host's word.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, JsonValue

ExecutionStatus = Literal["ok", "error", "timeout", "interrupted", "memory", "died", "lost"]
"""`died`: the interpreter ended. `lost`: the connection to it broke, so how far the code got is not known."""

TABLE_MIME = "application/vnd.lakeglass.table+json"
PLOTLY_MIME = "application/vnd.plotly.v1+json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Frozen):
    """Bounds of one session; sizes in the unit that the name says."""

    memory_mb: int = 2048
    cpus: int = 2
    timeout_s: float = 60
    processes: int = 64
    open_files: int = 256
    work_mb: int = 512
    work_files: int = 20_000
    tmp_mb: int = 256
    shm_mb: int = 64
    stream_bytes: int = 1 << 20
    results_bytes: int = 32 << 20
    max_results: int = 200


class InputFile(_Frozen):
    """A host file that a session sees read-only at `data/<name>` below its working folder.

    The host treats `source` as immutable; `name` is one path component.
    """

    source: Path
    name: str


class PackageFile(_Frozen):
    """A wheel that a person allowed for a session: a file of the host, used only while its SHA-256 is `sha256`.

    `provides` are the top-level names that it makes importable.
    """

    source: Path
    name: str
    version: str
    sha256: str
    size_bytes: int
    provides: tuple[str, ...] = ()


class OutputChunk(_Frozen):
    """A piece of stdout or stderr; `late` marks what a finished execution's threads still print."""

    stream: Literal["stdout", "stderr"]
    text: str
    late: bool = False


class RichResult(_Frozen):
    """A displayed value as MIME bundle. `name` is the collected variable's name, None for a display.

    Tables use TABLE_MIME: {columns: [str], dtypes: [str], rows: [[cell]], total: int}, at most 1,000 rows;
    figures use PLOTLY_MIME; others image/png (base64), text/html, text/markdown, text/plain,
    application/json (a collected plain value).
    """

    data: dict[str, JsonValue]
    name: str | None = None


class CodeError(_Frozen):
    """An exception of the user's code; `line` is 1-based within the submitted code."""

    name: str
    value: str
    traceback: str
    line: int | None = None


class Variable(_Frozen):
    """A name in a session. `shape` is its lengths, `bytes` what it takes by itself; None where unknown."""

    name: str
    type: str
    shape: tuple[int, ...] | None = None
    bytes: int | None = None


class Variables(_Frozen):
    """What lives in a session, by name; `total` counts also those beyond the first 1,000."""

    items: tuple[Variable, ...] = ()
    total: int = 0


class Execution(_Frozen):
    """The outcome of one submitted piece of code.

    `state_lost`: the variables are gone now. `renewed`: they were gone before, so it ran in a new session.
    `variables` is what the session holds now, None when it could not be asked.
    """

    status: ExecutionStatus
    seconds: float
    results: tuple[RichResult, ...] = ()
    error: CodeError | None = None
    dropped_bytes: int = 0
    state_lost: bool = False
    renewed: bool = False
    variables: Variables | None = None


class Artifact(_Frozen):
    """A file that a session left in its working folder."""

    name: str
    size_bytes: int


class Capabilities(_Frozen):
    """What a backend can do; the page and the estimate read this, nobody asks for its class."""

    name: str
    tier: str
    isolation: str
    keeps_state: bool = True
    network: bool = False
    hard_memory_limit: bool = True
    shares_kernel: bool = True
    installs_packages: bool = False
    warnings: tuple[str, ...] = ()


OutputSink = Callable[[OutputChunk], Awaitable[None]]


class SandboxSession(Protocol):
    """One isolated interpreter; its variables last until it is closed."""

    @property
    def id(self) -> str:
        """The name it was created with."""

    @property
    def alive(self) -> bool:
        """False once the interpreter is gone."""

    async def execute(
        self,
        code: str,
        *,
        on_output: OutputSink | None = None,
        timeout_s: float | None = None,
        collect: Sequence[str] = (),
    ) -> Execution:
        """Run `code`; afterwards bring back the variables named in `collect` that it mentions, as results.

        Cancelling the awaiting task interrupts the code, and kills the session if it does not yield in 2 s.
        Raises SandboxUnavailable when the session is gone.
        """

    async def interrupt(self) -> None:
        """Stop the running code, keeping variables where possible."""

    async def add_inputs(self, files: Sequence[InputFile]) -> None:
        """Make more files visible below `data/`."""

    async def add_packages(self, packages: Sequence[PackageFile]) -> None:
        """Make packages importable, all of them or none; those that are there already stay as they are.

        They come after everything that the interpreter has by itself, and the session can't change them. Raises
        Conflict when a file is not the one that was allowed, or another version is there; InvalidInput where
        `Capabilities.installs_packages` is false; TooLarge, UnprocessableFile, StorageFull, SandboxUnavailable.
        """

    async def artifacts(self) -> Sequence[Artifact]:
        """Regular files in the working folder (no links, no devices)."""

    async def read_artifact(self, name: str) -> bytes:
        """One of them; raises NotFound, or TooLarge above the limit of 64 MB."""

    async def close(self) -> None:
        """End it and remove everything that it left; never raises."""


class SandboxBackend(Protocol):
    """A place where sessions live."""

    @property
    def capabilities(self) -> Capabilities:
        """Known once started."""

    @property
    def libraries(self) -> Sequence[str]:
        """Folders of this machine that hold what its interpreter can import; none where they lie elsewhere."""

    async def start(self) -> None:
        """Probe for real and get ready; raises SandboxUnavailable with the exact remedy."""

    async def create(
        self, session_id: str, *, tenant_id: str, inputs: Sequence[InputFile], limits: Limits
    ) -> SandboxSession:
        """A fresh session without any state of another; raises SandboxUnavailable.

        `tenant_id` names whom it belongs to: a backend may keep what tenants share apart by it.
        """

    async def close(self) -> None:
        """End every session and leave nothing behind."""
