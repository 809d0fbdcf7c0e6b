"""The audit trail: who did what, when. Never a secret or a cell value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lakeglass.core.clock import now
from lakeglass.core.ids import new_id
from lakeglass.tenants.model import Principal
from lakeglass.tenants.tables import AuditRow


class AuditEntry(BaseModel):
    """One thing that somebody did."""

    model_config = ConfigDict(frozen=True)

    id: str
    at: datetime
    user_id: str
    action: str
    subject: str
    details: dict[str, JsonValue]


def record(
    session: Session,
    who: Principal,
    *,
    action: str,
    subject: str,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    """Add an entry in the caller's transaction: what is rolled back was not done and is not audited."""
    session.add(
        AuditRow(
            id=new_id("aud"),
            tenant_id=who.tenant_id,
            at=now(),
            user_id=who.user_id,
            action=action,
            subject=subject,
            details=dict(details or {}),
        )
    )


def entries(session: Session, who: Principal, *, limit: int = 100) -> Sequence[AuditEntry]:
    """The tenant's entries, newest first."""
    query = (
        select(AuditRow)
        .where(AuditRow.tenant_id == who.tenant_id)
        .order_by(AuditRow.at.desc(), AuditRow.id.desc())
        .limit(limit)
    )
    return [
        AuditEntry(
            id=row.id,
            at=row.at,
            user_id=row.user_id,
            action=row.action,
            subject=row.subject,
            details=row.details,
        )
        for row in session.execute(query).scalars()
    ]
