"""Requests and answers that belong to HTTP alone; everything else is a room's own model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lakeglass.lake.model import Cell, ColumnInfo
from lakeglass.runs.model import Verdict

# No JSON of ours is larger; files have their own door, which writes them to disk as they arrive.
MAX_JSON_BYTES = 2 << 20


def _storable(value: str) -> str:
    """Refuse what no database keeps: NUL characters, and halves of surrogate pairs."""
    if "\x00" in value:
        raise ValueError("Text can't contain the NUL character; leave it out")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("Text must be valid Unicode; half of a surrogate pair stands alone") from error
    return value


def _visible(value: str) -> str:
    """A name without the blanks around it; one of blanks alone names nothing."""
    if not (name := value.strip()):
        raise ValueError("A name needs at least one visible character")
    return name


def _once(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


Words = Annotated[str, AfterValidator(_storable)]
Name = Annotated[Words, Field(min_length=1, max_length=200), AfterValidator(_visible)]
DatasetIds = Annotated[tuple[Words, ...], Field(max_length=20), AfterValidator(_once)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PromptRequest(_Model):
    """A text to scrub."""

    text: Annotated[Words, Field(max_length=20_000)]


class SandboxHealth(_Model):
    """Where generated code runs on this machine."""

    backend: str
    tier: str | None
    isolation: str | None
    state: Literal["stopped", "starting", "ready", "unavailable"]
    message: str | None
    warnings: tuple[str, ...]
    network: bool | None
    hard_memory_limit: bool | None
    shares_kernel: bool | None


class LimitsView(_Model):
    """Bounds that the page tells before they are hit."""

    max_upload_mb: int
    max_question_chars: int
    timeout_s: float
    memory_mb: int
    cpus: int
    processes: int
    work_mb: int
    keep_alive_s: float


class Health(_Model):
    """Whether the service is well, and what it is made of.

    `prose` says whether a model, once one is configured, words the results of analyses where nothing else is said.
    """

    status: Literal["ok", "degraded"]
    version: str
    database: str
    planner: str
    approval: Literal["auto", "always"]
    prose: bool
    sandbox: SandboxHealth
    limits: LimitsView


class Me(_Model):
    """Who is signed in, and where."""

    tenant_id: str
    tenant_name: str
    user_id: str
    user_name: str
    role: str


class Rename(_Model):
    """A new name for a dataset."""

    name: Name


class RowsPage(_Model):
    """A slice of a table."""

    columns: tuple[ColumnInfo, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


class NewSession(_Model):
    """A conversation to open."""

    title: Name | None = None
    dataset_ids: DatasetIds = ()


class SessionPatch(_Model):
    """What to change about a conversation; what is left out stays."""

    title: Name | None = None
    archived: bool | None = None
    dataset_ids: DatasetIds | None = None


class Query(_Model):
    """A question. Without `session_id` a conversation about `dataset_ids` is opened for it.

    `without_chips` drops parts of `base_turn_id`'s understanding; 'review' waits for a person before any
    code runs.
    """

    question: Words
    session_id: Words | None = None
    dataset_ids: DatasetIds = ()
    approval: Literal["auto", "review"] = "auto"
    base_turn_id: Words | None = None
    without_chips: tuple[Words, ...] = Field(default=(), max_length=50)


class NewWord(_Model):
    """A word to teach: `meaning` is a column's name or a calculation over columns."""

    phrase: Name
    meaning: Annotated[Words, Field(min_length=1, max_length=500)]


class NewBuild(_Model):
    """How a question that was handed over is analysed: `target` where it named none or another one is meant."""

    target: Annotated[Words, Field(min_length=1, max_length=1000)] | None = None
    budget_s: float = Field(default=30.0, gt=0, le=86_400)


class EditedCode(_Model):
    """Code to run instead of what a turn ran, or, with `approval_id`, of what it waits to run."""

    turn_id: Words
    code: Words = Field(min_length=1, max_length=200_000)
    approval_id: Words | None = None


class Verdicts(_Model):
    """A person's decision about a waiting run."""

    approval_id: Words
    verdict: Verdict
    comment: Words = Field(default="", max_length=2000)
