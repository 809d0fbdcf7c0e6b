"""Keep which analysis a question was handed over to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("ask_turn") as turn:
        turn.add_column(sa.Column("offer", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("ask_turn") as turn:
        turn.drop_column("offer")
