"""What the durable engine may say: its warnings, in our log; not its advertisements, and no arguments."""

from __future__ import annotations

import logging


class _Unsaid(logging.Filter):
    """Drops what the engine says about cancelled runs as if they were errors, together with their arguments."""

    _BEGINNINGS = ("Asyncio task cancelled", "Exception encountered in asynchronous workflow")

    def filter(self, record: logging.LogRecord) -> bool:
        """False for what is not to be said; what a workflow raises is told by `Execution`, in our words."""
        message = record.getMessage()
        return not (message.startswith(self._BEGINNINGS) or "was cancelled during execution" in message)


def quiet_engine_logger() -> None:
    """Let the engine's warnings take the way of every other log line, without a console handler of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # without one, DBOS adds a console handler
    if not any(isinstance(known, _Unsaid) for known in logger.filters):
        logger.addFilter(_Unsaid())
    logger.propagate = True
