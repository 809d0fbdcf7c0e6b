"""Names that the process of an analysis and whoever watches it share."""

from __future__ import annotations

HEARTBEAT = "heartbeat"
"""Touched every second while the process lives."""
