"""What Alembic runs for every command: our tables only, on the connection that it was given."""

from __future__ import annotations

from alembic import context

from lakeglass.store.autogenerate import is_ours, render
from lakeglass.store.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=is_ours,
    render_item=render,
    render_as_batch=True,  # SQLite changes a table by rebuilding it
    transactional_ddl=True,  # also on SQLite, where Alembic would not expect it: `migrating` began the transaction
)
with context.begin_transaction():
    context.run_migrations()
