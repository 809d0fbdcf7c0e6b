"""Health and identity."""

from __future__ import annotations

from fastapi import APIRouter

import lakeglass
from lakeglass.api.model import Health, LimitsView, Me, SandboxHealth
from lakeglass.api.services import Rooms, Who
from lakeglass.tenants.directory import names_of

router = APIRouter(tags=["system"])


@router.get("/health", operation_id="health")
def health(rooms: Rooms) -> Health:
    """Whether the service is well; needs no token, tells no secret."""
    status = rooms.sandbox.status
    known = status.capabilities
    settings = rooms.settings
    return Health(
        status="degraded" if status.state == "unavailable" else "ok",
        version=lakeglass.__version__,
        database=rooms.database.dialect,
        planner=rooms.questions.planner,
        approval=settings.ask.approval,
        prose=settings.analysis.prose,
        sandbox=SandboxHealth(
            backend=settings.sandbox.backend,
            tier=known.tier if known else None,
            isolation=known.isolation if known else None,
            state=status.state,
            message=status.problem,
            warnings=known.warnings if known else (),
            network=known.network if known else None,
            hard_memory_limit=known.hard_memory_limit if known else None,
            shares_kernel=known.shares_kernel if known else None,
        ),
        limits=LimitsView(
            max_upload_mb=settings.lake.max_upload_mb,
            max_question_chars=settings.ask.max_question_chars,
            timeout_s=settings.sandbox.timeout_s,
            memory_mb=settings.sandbox.memory_mb,
            cpus=settings.sandbox.cpus,
            processes=settings.sandbox.processes,
            work_mb=settings.sandbox.work_mb,
            keep_alive_s=settings.sandbox.keep_alive_s,
        ),
    )


@router.get("/me", operation_id="me")
def me(rooms: Rooms, who: Who) -> Me:
    """Who is signed in."""
    names = names_of(rooms.database, who)
    return Me(
        tenant_id=who.tenant_id,
        tenant_name=names.tenant,
        user_id=who.user_id,
        user_name=names.user,
        role=who.role,
    )
