"""Keep the options that a version was read with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; versions from before have none."""
    with op.batch_alter_table("lake_dataset_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("options", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("lake_dataset_version", schema=None) as batch_op:
        batch_op.drop_column("options")
