"""Sandbox backends by name. A class is called as `BackendFactory` says."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

from lakeglass.core.plugins import Registry
from lakeglass.core.settings import SandboxSettings
from lakeglass.sandbox.base import SandboxBackend

BACKENDS: Registry[SandboxBackend] = Registry(
    "sandbox_backends",
    {
        "local": "lakeglass.sandbox.backends.local.backend:LocalBackend",
        "e2b": "lakeglass.sandbox.backends.e2b.backend:E2bBackend",
    },
    extras={"e2b": "e2b"},
)


class BackendFactory(Protocol):
    """How a backend is built: `root` is a folder of ours for its files, on the file system of the inputs."""

    def __call__(self, settings: SandboxSettings, *, root: Path) -> SandboxBackend:
        """A backend that has not started anything yet."""


def open_backend(settings: SandboxSettings, *, root: Path) -> SandboxBackend:
    """The backend that the settings name. Raises InvalidInput for an unknown one, MissingExtra."""
    return cast("BackendFactory", BACKENDS.load(settings.backend))(settings, root=root)
