"""The bounds of a session as the settings ask for them."""

from __future__ import annotations

from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.base import Limits


def session_limits(settings: SandboxSettings) -> Limits:
    """Limits of every session that the product creates."""
    return Limits(
        memory_mb=settings.memory_mb,
        cpus=settings.cpus,
        timeout_s=settings.timeout_s,
        processes=settings.processes,
        work_mb=settings.work_mb,
    )
