"""The tables of language models: what was hidden, and what every call was, said and cost."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lakeglass.store.base import Base, TenantOwned


class AliasRow(Base):
    """A value that was hidden, for the user's own eyes; it goes with its conversation."""

    __tablename__ = "llm_alias"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    original: Mapped[str] = mapped_column(Text)


class CallRow(TenantOwned, Base):
    """One call of a model: the transcript holds what was sent, placeholders and all, and what came back."""

    __tablename__ = "llm_call"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    scope: Mapped[str] = mapped_column(String(40), index=True)
    run_id: Mapped[str | None] = mapped_column(String(40), index=True)
    user_id: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(index=True)
    seconds: Mapped[float]
    outcome: Mapped[str] = mapped_column(String(40))
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cost_nano_usd: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int]
    cached: Mapped[bool]
    redactions: Mapped[dict[str, JsonValue]] = mapped_column(JSON)
    transcript: Mapped[dict[str, JsonValue]] = mapped_column(JSON)
