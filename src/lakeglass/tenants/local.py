"""The embedded mode: one tenant and its owner, created at the first start."""

from __future__ import annotations

from lakeglass.core.clock import now
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal
from lakeglass.tenants.tables import MembershipRow, TenantRow, UserRow

LOCAL_OWNER = Principal(tenant_id="local", user_id="owner", role="owner")


def ensure_local_owner(database: Database) -> Principal:
    """The local owner, created if missing; several processes may do it at once."""
    at = now()
    owner = LOCAL_OWNER
    absent = database.rules.insert_if_absent
    with database.transaction() as session:
        session.execute(absent(TenantRow, {"id": owner.tenant_id, "name": "Local", "created_at": at}))
        session.execute(absent(UserRow, {"id": owner.user_id, "name": "Owner", "created_at": at}))
        session.execute(
            absent(
                MembershipRow,
                {
                    "tenant_id": owner.tenant_id,
                    "user_id": owner.user_id,
                    "role": owner.role,
                    "created_at": at,
                },
            )
        )
    return owner
