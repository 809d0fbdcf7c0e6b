"""The tables of the lake: datasets and their immutable versions."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lakeglass.store.base import Base, TenantOwned

_ID = String(40)


class DatasetRow(TenantOwned, Base):
    """A dataset: a name, an untouched original, and whether it could be read."""

    __tablename__ = "lake_dataset"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    layer: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    failure: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[str | None] = mapped_column(_ID)
    original_name: Mapped[str] = mapped_column(String(300))
    original_sha256: Mapped[str] = mapped_column(String(64), index=True)
    original_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]


class VersionRow(TenantOwned, Base):
    """A version: an Iceberg snapshot, and what is known of its rows. `statistics` comes after the rest."""

    __tablename__ = "lake_dataset_version"
    __table_args__ = (UniqueConstraint("dataset_id", "number"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("lake_dataset.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    snapshot_id: Mapped[str] = mapped_column(String(40))
    file: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(BigInteger)
    columns: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    decisions: Mapped[list[JsonValue]] = mapped_column(JSON)
    options: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON)
    preview: Mapped[dict[str, JsonValue]] = mapped_column(JSON)
    statistics: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON)
    created_at: Mapped[datetime]
    created_by_run: Mapped[str | None] = mapped_column(_ID)
