"""The nouns of durable work."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

RunState = Literal["queued", "running", "waiting", "done", "failed", "cancelled"]
StageState = Literal["pending", "running", "done", "failed", "skipped", "cancelled"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Frozen):
    """What a run will probably take; `low` and `high` bound it. Money is in `currency`, exact decimals as text."""

    seconds_low: float
    seconds_high: float
    cost_low: str = "0"
    cost_high: str = "0"
    currency: str = "USD"
    rows: int | None = None


class Failure(_Frozen):
    """Why a run or a stage ended badly, as the error tree says it."""

    code: str
    message: str
    details: dict[str, JsonValue] = {}


class StageView(_Frozen):
    """One station of a run's timeline."""

    name: str
    title: str
    state: StageState
    started_at: datetime | None = None
    ended_at: datetime | None = None


class RunView(_Frozen):
    """A run as its owner sees it. `subject` is what it works for: a session, a dataset, …"""

    id: str
    kind: str
    title: str
    subject: str
    state: RunState
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    stages: tuple[StageView, ...] = ()
    estimate: Estimate | None = None
    cost: str = "0"
    currency: str = "USD"
    failure: Failure | None = None


class PackageRequest(_Frozen):
    """A package that a person is asked to allow: that very file, and why it is wanted."""

    name: str
    version: str
    sha256: str
    size_bytes: int
    why: str


class ApprovalRequest(_Frozen):
    """What a person is asked to allow; `packages` are those that will be installed before anything runs."""

    title: str
    steps: tuple[str, ...]
    estimate: Estimate
    reason: str
    packages: tuple[PackageRequest, ...] = ()


Verdict = Literal["approve", "decline"]


class Decision(_Frozen):
    """What the person said, and who it was; `instead` names what to go on with in place of what was asked for."""

    verdict: Verdict
    by: str
    comment: str = ""
    instead: str | None = None
