"""Keep the list of analyses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "analysis",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("dataset_id", sa.String(length=40), nullable=False),
        sa.Column("dataset_name", sa.String(length=300), nullable=False),
        sa.Column("version_id", sa.String(length=40), nullable=True),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("target", sa.String(length=1000), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
    )
    for column in ("created_at", "dataset_id", "tenant_id"):
        op.create_index(op.f(f"ix_analysis_{column}"), "analysis", [column], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("analysis")
