"""Logs: one JSON object a line for machines, short lines for people."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from lakeglass.core.settings import LogSettings

# Some of them write whole requests and answers of others into the log, down to headers, when they are let.
_NOISY = (
    *("uvicorn", "alembic", "pyiceberg", "dbos", "azure", "msal", "presidio-analyzer"),
    *("openai", "httpx2", "httpcore2", "httpx", "httpcore", "urllib3", "requests", "opentelemetry"),
)


def configure(settings: LogSettings) -> None:
    """Send every logger of the process through structlog to stderr."""
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # Not the rich one: it prints local variables, which may be data.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        last.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*last, renderer])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
