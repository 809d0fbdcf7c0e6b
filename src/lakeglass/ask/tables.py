"""The tables of conversations: sessions, turns, attempts (executions of code) and what they brought back."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lakeglass.store.base import Base, TenantOwned

_ID = String(40)


class SessionRow(TenantOwned, Base):
    """A conversation about some datasets."""

    __tablename__ = "ask_session"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    dataset_ids: Mapped[list[str]] = mapped_column(JSON)
    archived: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class TurnRow(TenantOwned, Base):
    """A question and what was understood, planned and answered."""

    __tablename__ = "ask_turn"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("ask_session.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    run_id: Mapped[str] = mapped_column(_ID, index=True)
    question: Mapped[str] = mapped_column(Text)
    planner: Mapped[str] = mapped_column(String(40))
    understanding: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON)
    plan_json: Mapped[str | None] = mapped_column(Text)
    steps: Mapped[list[JsonValue]] = mapped_column(JSON, default=list)
    estimate: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON)
    answer: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON)
    message: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(20))
    contract: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON)
    near_questions: Mapped[list[str]] = mapped_column(JSON, default=list)
    offer: Mapped[dict[str, JsonValue] | None] = mapped_column(JSON)
    created_at: Mapped[datetime]


class AttemptRow(TenantOwned, Base):
    """One execution of code inside a turn."""

    __tablename__ = "ask_attempt"
    __table_args__ = (UniqueConstraint("turn_id", "number"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    turn_id: Mapped[str] = mapped_column(ForeignKey("ask_turn.id", ondelete="CASCADE"), index=True)
    run_id: Mapped[str] = mapped_column(_ID, index=True)
    number: Mapped[int]
    origin: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    dataset_versions: Mapped[list[str]] = mapped_column(JSON)
    started_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    error_name: Mapped[str | None] = mapped_column(String(200))
    error_message: Mapped[str | None] = mapped_column(Text)
    error_line: Mapped[int | None]
    error_class: Mapped[str | None] = mapped_column(String(20))
    corrects: Mapped[str | None] = mapped_column(_ID)
    diff: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class ArtifactRow(TenantOwned, Base):
    """A chart, table, image or file; its content is a blob."""

    __tablename__ = "ask_artifact"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("ask_attempt.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    mime: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    rows: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64))


class TaughtWordRow(TenantOwned, Base):
    """A word that a user taught for a dataset; `phrase_key` is how it is looked up. It outlives every version."""

    __tablename__ = "ask_taught_word"
    __table_args__ = (UniqueConstraint("dataset_id", "phrase_key"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("lake_dataset.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str] = mapped_column(String(64))
    phrase: Mapped[str] = mapped_column(String(100))
    phrase_key: Mapped[str] = mapped_column(String(100))
    columns: Mapped[list[str]] = mapped_column(JSON)
    formula: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class JoinRow(TenantOwned, Base):
    """How two datasets belong together, as a user confirmed it; the left one has the smaller id."""

    __tablename__ = "ask_join"
    __table_args__ = (UniqueConstraint("left_id", "right_id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    left_id: Mapped[str] = mapped_column(ForeignKey("lake_dataset.id", ondelete="CASCADE"), index=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("lake_dataset.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str] = mapped_column(String(64))
    left_column: Mapped[str] = mapped_column(Text)
    right_column: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class DescriptionRow(TenantOwned, Base):
    """What a model makes of a dataset version: words about its columns, never a measured fact."""

    __tablename__ = "ask_description"

    version_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("lake_dataset.id", ondelete="CASCADE"), index=True)
    model: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, JsonValue]] = mapped_column(JSON)
    created_at: Mapped[datetime]
