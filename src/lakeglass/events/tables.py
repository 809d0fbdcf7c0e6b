"""The tables of the log: its lines, and the last number given out to each tenant."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lakeglass.store.base import Base


class EventRow(Base):
    """One line of a tenant's log; never changed once it is written."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        Index("ix_event_tenant_id_subject_seq", "tenant_id", "subject", "seq"),
        Index("ix_event_tenant_id_run_id_seq", "tenant_id", "run_id", "seq"),
    )

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(200))
    run_id: Mapped[str | None] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(300))
    type: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, JsonValue]] = mapped_column(JSON)


class EventCursorRow(Base):
    """The last number of a tenant's log. Its row lock puts writers in order, so numbers follow commits."""

    __tablename__ = "event_cursor"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger)
