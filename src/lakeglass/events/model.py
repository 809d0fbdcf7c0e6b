"""What an event is. Each room declares its own bodies; `api` unites them for OpenAPI."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, JsonValue


class EventBody(BaseModel):
    """Base of every event body; a subclass has `type: Literal["…"] = "…"` as its discriminator.

    Bodies are small: ids, words and numbers. A figure, a table or a log file goes to a blob and the event
    names it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredEvent(BaseModel):
    """One line of a tenant's log; `seq` rises by one an event within the tenant and is the resume cursor."""

    model_config = ConfigDict(frozen=True)

    seq: int
    at: datetime
    subject: str
    run_id: str | None
    body: dict[str, JsonValue]
