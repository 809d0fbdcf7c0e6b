"""The tables of durable work: who a run belongs to and how it ended, and which workers live."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lakeglass.store.base import Base, TenantOwned


class RunRow(TenantOwned, Base):
    """A run's identity and its three facts: begun, waiting for a decision, ended.

    No state is stored: it follows from these facts, and what to do next is the durable engine's knowledge.
    """

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_tenant_id_subject_created_at", "tenant_id", "subject", "created_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    waiting_for: Mapped[str | None] = mapped_column(String(100))
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    failure: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON(none_as_null=True))
    estimate: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON(none_as_null=True))
    cost: Mapped[str] = mapped_column(String(40), default="0")
    currency: Mapped[str] = mapped_column(String(3), default="USD")


class LeaseRow(Base):
    """A worker's name in the durable engine (`slot`); whoever holds it renews it."""

    __tablename__ = "run_lease"

    slot: Mapped[str] = mapped_column(String(20), primary_key=True)
    owner: Mapped[str] = mapped_column(String(40))
    process: Mapped[str] = mapped_column(String(200))
    until: Mapped[float] = mapped_column(Float)
