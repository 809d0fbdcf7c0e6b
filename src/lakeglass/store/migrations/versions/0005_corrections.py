"""Keep corrections of code, what free code promises, why a question has no answer, and words about datasets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    with op.batch_alter_table("ask_turn") as turn:
        turn.add_column(sa.Column("reason", sa.String(length=20), nullable=True))
        turn.add_column(sa.Column("contract", sa.JSON(), nullable=True))
    with op.batch_alter_table("ask_attempt") as attempt:
        attempt.add_column(sa.Column("error_class", sa.String(length=20), nullable=True))
        attempt.add_column(sa.Column("corrects", sa.String(length=40), nullable=True))
        attempt.add_column(sa.Column("diff", sa.Text(), nullable=True))
        attempt.add_column(sa.Column("why", sa.Text(), nullable=True))
    op.create_table(
        "ask_description",
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("dataset_id", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lake_dataset.id"],
            name=op.f("fk_ask_description_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_ask_description")),
    )
    for column in ("dataset_id", "tenant_id"):
        op.create_index(op.f(f"ix_ask_description_{column}"), "ask_description", [column], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("ask_description")
    with op.batch_alter_table("ask_attempt") as attempt:
        for column in ("why", "diff", "corrects", "error_class"):
            attempt.drop_column(column)
    with op.batch_alter_table("ask_turn") as turn:
        turn.drop_column("contract")
        turn.drop_column("reason")
