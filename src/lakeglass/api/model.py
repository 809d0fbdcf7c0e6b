"""Requests and answers that belong to HTTP alone; everything else is a room's own model."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.lake.model import Cell, ColumnInfo
from lakeglass.runs.model import Verdict

# No JSON of ours is larger; files have their own door, which writes them to disk as they arrive.
MAX_JSON_BYTES = 2 << 20


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SandboxHealth(_Model):
    """Where generated code runs on this machine."""

    backend: str
    tier: str | None
    isolation: str | None
    state: Literal["stopped", "starting", "ready", "unavailable"]
    message: str | None
    warnings: tuple[str, ...]


class LimitsView(_Model):
    """Bounds that the page tells before they are hit."""

    max_upload_mb: int
    max_question_chars: int
    timeout_s: float
    memory_mb: int
    keep_alive_s: float


class Health(_Model):
    """Whether the service is well, and what it is made of."""

    status: Literal["ok", "degraded"]
    version: str
    database: str
    planner: str
    approval: Literal["auto", "always"]
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

    name: str = Field(min_length=1, max_length=200)


class RowsPage(_Model):
    """A slice of a table."""

    columns: tuple[ColumnInfo, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


class NewSession(_Model):
    """A conversation to open."""

    title: str | None = Field(default=None, max_length=200)
    dataset_ids: tuple[str, ...] = Field(default=(), max_length=20)


class SessionPatch(_Model):
    """What to change about a conversation; what is left out stays."""

    title: str | None = Field(default=None, min_length=1, max_length=200)
    archived: bool | None = None
    dataset_ids: tuple[str, ...] | None = Field(default=None, max_length=20)


class Query(_Model):
    """A question. Without `session_id` a conversation about `dataset_ids` is opened for it.

    `without_chips` drops parts of `base_turn_id`'s understanding; 'review' waits for a person before any
    code runs.
    """

    question: str
    session_id: str | None = None
    dataset_ids: tuple[str, ...] = Field(default=(), max_length=20)
    approval: Literal["auto", "review"] = "auto"
    base_turn_id: str | None = None
    without_chips: tuple[str, ...] = Field(default=(), max_length=50)


class EditedCode(_Model):
    """Code to run instead of what a turn ran."""

    turn_id: str
    code: str = Field(min_length=1, max_length=200_000)


class Verdicts(_Model):
    """A person's decision about a waiting run."""

    approval_id: str
    verdict: Verdict
    comment: str = Field(default="", max_length=2000)
