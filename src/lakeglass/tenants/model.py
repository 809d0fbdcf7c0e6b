"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["owner", "editor", "viewer"]


@dataclass(frozen=True, slots=True)
class Principal:
    """A user acting inside one tenant; every query, event, blob path and cache key carries `tenant_id`."""

    tenant_id: str
    user_id: str
    role: Role = "owner"
