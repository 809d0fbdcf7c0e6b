"""The table of analyses: what belongs to a list of them; everything else is in their runs and folders."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from lakeglass.store.base import Base, TenantOwned


class AnalysisRow(TenantOwned, Base):
    """An analysis; its id is that of its run."""

    __tablename__ = "analysis"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    dataset_id: Mapped[str] = mapped_column(String(40), index=True)
    dataset_name: Mapped[str] = mapped_column(String(300))
    version_id: Mapped[str | None] = mapped_column(String(40))
    wanted: Mapped[dict[str, JsonValue]] = mapped_column(JSON)
    target: Mapped[str | None] = mapped_column(String(1000))
    verdict: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(index=True)
