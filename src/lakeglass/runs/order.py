"""A run as it travels through the durable engine."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue


class Order(BaseModel):
    """Which run it is. Ids and small JSON only: the engine keeps it in its own rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    tenant_id: str
    kind: str
    title: str
    subject: str


class StageOrder(BaseModel):
    """One call of a stage."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Order
    stage: str
    call: int
    args: dict[str, JsonValue]
