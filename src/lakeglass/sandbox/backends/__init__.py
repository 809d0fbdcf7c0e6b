"""Sandbox backends by name; each is a class that takes `(settings: SandboxSettings, *, root: Path)`."""

from __future__ import annotations

from lakeglass.core.plugins import Registry
from lakeglass.sandbox.base import SandboxBackend

BACKENDS: Registry[SandboxBackend] = Registry(
    "sandbox_backends", {"local": "lakeglass.sandbox.backends.local.backend:LocalBackend"}
)
