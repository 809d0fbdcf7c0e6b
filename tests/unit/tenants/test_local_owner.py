"""The owner of the embedded mode, and the audit trail."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from lakeglass.store.database import Database
from lakeglass.tenants import audit
from lakeglass.tenants.local import ensure_local_owner
from lakeglass.tenants.model import Principal
from lakeglass.tenants.tables import MembershipRow, TenantRow, UserRow


def test_the_local_owner_is_made_once_however_many_processes_start(database: Database) -> None:
    start = threading.Barrier(6)
    owners: list[Principal] = []

    def begin() -> None:
        start.wait()
        owners.append(ensure_local_owner(database))

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert owners == [owners[0]] * 6
    with database.transaction() as session:
        for table in (TenantRow, UserRow, MembershipRow):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 1
        membership = session.get_one(MembershipRow, (owners[0].tenant_id, owners[0].user_id))
        assert membership.role == "owner"


def test_the_audit_trail_is_the_tenants_own_newest_first(database: Database) -> None:
    mine, theirs = Principal("t1", "u1"), Principal("t2", "u2")
    with database.transaction() as session:
        audit.record(session, mine, action="dataset.delete", subject="ds_1", details={"rows": 3})
        audit.record(session, theirs, action="dataset.delete", subject="ds_2")
    with database.transaction() as session:
        audit.record(session, mine, action="dataset.create", subject="ds_3")
    with database.transaction() as session:
        entries = audit.entries(session, mine)
    assert [(entry.action, entry.subject, entry.details) for entry in entries] == [
        ("dataset.create", "ds_3", {}),
        ("dataset.delete", "ds_1", {"rows": 3}),
    ]


def test_what_is_rolled_back_is_not_audited(database: Database) -> None:
    who = Principal("t1", "u1")
    with pytest.raises(ValueError, match="no"), database.transaction() as session:  # noqa: PT012
        audit.record(session, who, action="dataset.delete", subject="ds_1")
        raise ValueError("no")
    with database.transaction() as session:
        assert audit.entries(session, who) == []
