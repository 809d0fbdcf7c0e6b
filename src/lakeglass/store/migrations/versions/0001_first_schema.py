"""The first schema: tenants, the event log, runs, the lake and conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, referred ones first."""
    _create_app_user()
    _create_audit_entry()
    _create_tenant()
    _create_membership()
    _create_event()
    _create_event_cursor()
    _create_run()
    _create_run_lease()
    _create_lake_dataset()
    _create_lake_dataset_version()
    _create_ask_session()
    _create_ask_turn()
    _create_ask_attempt()
    _create_ask_artifact()


def downgrade() -> None:
    """Drop every table, referring ones first."""
    op.drop_table("ask_artifact")
    op.drop_table("ask_attempt")
    op.drop_table("ask_turn")
    op.drop_table("ask_session")
    op.drop_table("lake_dataset_version")
    op.drop_table("lake_dataset")
    op.drop_table("run_lease")
    op.drop_table("run")
    op.drop_table("event_cursor")
    op.drop_table("event")
    op.drop_table("membership")
    op.drop_table("tenant")
    op.drop_table("audit_entry")
    op.drop_table("app_user")


def _create_app_user() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
    )


def _create_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_tenant_id"), ["tenant_id"], unique=False)
        batch_op.create_index("ix_audit_entry_tenant_id_at", ["tenant_id", "at"], unique=False)


def _create_tenant() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
    )


def _create_membership() -> None:
    op.create_table(
        "membership",
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_membership_tenant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_user_id"), ["user_id"], unique=False)


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=300), nullable=True),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name=op.f("pk_event")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_event_tenant_id_key")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_tenant_id_run_id_seq", ["tenant_id", "run_id", "seq"], unique=False)
        batch_op.create_index("ix_event_tenant_id_subject_seq", ["tenant_id", "subject", "seq"], unique=False)


def _create_event_cursor() -> None:
    op.create_table(
        "event_cursor",
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_event_cursor")),
    )


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_for", sa.String(length=100), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("estimate", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cost", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_tenant_id"), ["tenant_id"], unique=False)
        batch_op.create_index(
            "ix_run_tenant_id_subject_created_at", ["tenant_id", "subject", "created_at"], unique=False
        )


def _create_run_lease() -> None:
    op.create_table(
        "run_lease",
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_run_lease")),
    )


def _create_lake_dataset() -> None:
    op.create_table(
        "lake_dataset",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("layer", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("run_id", sa.String(length=40), nullable=True),
        sa.Column("original_name", sa.String(length=300), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("original_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lake_dataset")),
    )
    with op.batch_alter_table("lake_dataset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lake_dataset_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_lake_dataset_original_sha256"), ["original_sha256"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_lake_dataset_tenant_id"), ["tenant_id"], unique=False)


def _create_lake_dataset_version() -> None:
    op.create_table(
        "lake_dataset_version",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("dataset_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.String(length=40), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("statistics", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_run", sa.String(length=40), nullable=True),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lake_dataset.id"],
            name=op.f("fk_lake_dataset_version_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lake_dataset_version")),
        sa.UniqueConstraint("dataset_id", "number", name=op.f("uq_lake_dataset_version_dataset_id_number")),
    )
    with op.batch_alter_table("lake_dataset_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lake_dataset_version_dataset_id"), ["dataset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lake_dataset_version_tenant_id"), ["tenant_id"], unique=False)


def _create_ask_session() -> None:
    op.create_table(
        "ask_session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("dataset_ids", sa.JSON(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_session")),
    )
    with op.batch_alter_table("ask_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_session_tenant_id"), ["tenant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_session_updated_at"), ["updated_at"], unique=False)


def _create_ask_turn() -> None:
    op.create_table(
        "ask_turn",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("planner", sa.String(length=40), nullable=False),
        sa.Column("understanding", sa.JSON(), nullable=True),
        sa.Column("plan_json", sa.Text(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("estimate", sa.JSON(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("near_questions", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["ask_session.id"], name=op.f("fk_ask_turn_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_turn")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_ask_turn_session_id_number")),
    )
    with op.batch_alter_table("ask_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_turn_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_turn_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_turn_tenant_id"), ["tenant_id"], unique=False)


def _create_ask_attempt() -> None:
    op.create_table(
        "ask_attempt",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("turn_id", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("dataset_versions", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("error_name", sa.String(length=200), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_line", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["ask_turn.id"], name=op.f("fk_ask_attempt_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_attempt")),
        sa.UniqueConstraint("turn_id", "number", name=op.f("uq_ask_attempt_turn_id_number")),
    )
    with op.batch_alter_table("ask_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_attempt_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_attempt_tenant_id"), ["tenant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_attempt_turn_id"), ["turn_id"], unique=False)


def _create_ask_artifact() -> None:
    op.create_table(
        "ask_artifact",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["ask_attempt.id"], name=op.f("fk_ask_artifact_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_artifact")),
    )
    with op.batch_alter_table("ask_artifact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_artifact_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_artifact_tenant_id"), ["tenant_id"], unique=False)
