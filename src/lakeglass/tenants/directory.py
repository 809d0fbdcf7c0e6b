"""Names of tenants and users, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from lakeglass.core.errors import NotFound
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal
from lakeglass.tenants.tables import TenantRow, UserRow


@dataclass(frozen=True, slots=True)
class Names:
    """What to call a principal's tenant and user."""

    tenant: str
    user: str


def names_of(database: Database, who: Principal) -> Names:
    """The names; raises NotFound for a principal that was removed."""
    with database.transaction() as session:
        tenant = session.get(TenantRow, who.tenant_id)
        user = session.get(UserRow, who.user_id)
    if tenant is None or user is None:
        raise NotFound("This user or tenant no longer exists; sign in again.")
    return Names(tenant=tenant.name, user=user.name)
