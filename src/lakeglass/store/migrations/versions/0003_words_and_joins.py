"""Words that users taught, and how datasets belong together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "ask_taught_word",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("dataset_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("phrase", sa.String(length=100), nullable=False),
        sa.Column("phrase_key", sa.String(length=100), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lake_dataset.id"],
            name=op.f("fk_ask_taught_word_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_taught_word")),
        sa.UniqueConstraint(
            "dataset_id", "phrase_key", name=op.f("uq_ask_taught_word_dataset_id_phrase_key")
        ),
    )
    op.create_table(
        "ask_join",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("left_id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("left_column", sa.Text(), nullable=False),
        sa.Column("right_column", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["left_id"], ["lake_dataset.id"], name=op.f("fk_ask_join_left_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["lake_dataset.id"], name=op.f("fk_ask_join_right_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_join")),
        sa.UniqueConstraint("left_id", "right_id", name=op.f("uq_ask_join_left_id_right_id")),
    )
    for table, column in (
        ("ask_taught_word", "dataset_id"),
        ("ask_taught_word", "tenant_id"),
        ("ask_join", "left_id"),
        ("ask_join", "right_id"),
        ("ask_join", "tenant_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("ask_join")
    op.drop_table("ask_taught_word")
