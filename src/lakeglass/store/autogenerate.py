"""How models and schema are compared. Only our own tables count: the durable engine keeps its tables itself."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Literal

from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeEngine

from lakeglass.store.base import Base, UtcDateTime

NameKind = Literal[
    "schema", "table", "column", "index", "unique_constraint", "foreign_key_constraint", "check_constraint"
]
ParentKind = Literal["schema_name", "table_name", "schema_qualified_table_name"]


def is_ours(name: str | None, type_: NameKind, _parents: MutableMapping[ParentKind, str | None]) -> bool:
    """Alembic's `include_name`: without it, Alembic would drop the tables of the durable engine."""
    return type_ != "table" or name in Base.metadata.tables


def render(type_: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Alembic's `render_item`: a migration names plain types, so that it outlives our classes."""
    if type_ == "type" and isinstance(item, TypeEngine) and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False
