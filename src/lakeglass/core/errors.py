"""Every failure that Lakeglass can name.

LakeglassError                       500  a bug, or a failure nobody classified yet
├── InvalidInput                     400  the request can't be carried out as written
│   └── UnsupportedFileType          400  a file that no reader knows
├── Unauthenticated                  401  nobody is signed in
├── BudgetSpent                      402  the money set aside is used up
├── Forbidden                        403  signed in, but not allowed
├── NotFound                         404  no such thing, or not yours
├── Conflict                         409  the thing is in a state that forbids this
├── TooLarge                         413  more bytes, rows or characters than the limit
├── UnprocessableFile                422  the right kind of file, but it can't be read
│   └── EmptyFile                    422  a file without data
├── Rejected                         422  a result that our own critique does not let pass
├── RateLimited                      429  too many requests; says when to come back
├── ConfigurationError               500  a setting is missing or contradicts another
│   └── MissingExtra                 500  an optional package is not installed
├── Unavailable (retryable)          503  something that we need is down
│   └── SandboxUnavailable           503  no isolated place to run code
├── TimedOut                         504  it took longer than it may
└── StorageFull                      507  the disk has no room left

An error carries its HTTP status and a stable code; `api/` renders the envelope and decides nothing.
Messages say what was got, what was expected and what to do; they never hold a secret or a cell value.
Code of a user that fails is not an error of ours: it is a result (`sandbox.base.Execution`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue


class LakeglassError(Exception):
    """Root of the tree; on its own it means a bug on our side."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, details: Mapping[str, JsonValue] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, JsonValue] = dict(details or {})

    def __reduce__(self) -> tuple[object, ...]:
        """Keep `details` when the error crosses a process border."""
        return (_rebuild, (type(self), self.message, self.details))


def _rebuild(kind: type[LakeglassError], message: str, details: dict[str, JsonValue]) -> LakeglassError:
    return kind(message, details=details)


class InvalidInput(LakeglassError):
    """The request can't be carried out as written."""

    status = 400
    code = "INVALID_INPUT"


class UnsupportedFileType(InvalidInput):
    """A file that no reader knows."""

    code = "UNSUPPORTED_FILE_TYPE"


class Unauthenticated(LakeglassError):
    """Nobody is signed in."""

    status = 401
    code = "UNAUTHENTICATED"


class BudgetSpent(LakeglassError):
    """The money set aside for something is used up; the message says until when, and how to go on."""

    status = 402
    code = "BUDGET_SPENT"


class Forbidden(LakeglassError):
    """Signed in, but not allowed."""

    status = 403
    code = "FORBIDDEN"


class NotFound(LakeglassError):
    """No such thing, or it belongs to somebody else: the two are not told apart."""

    status = 404
    code = "NOT_FOUND"


class Conflict(LakeglassError):
    """The thing is in a state that forbids this."""

    status = 409
    code = "CONFLICT"


class TooLarge(LakeglassError):
    """More bytes, rows or characters than the limit."""

    status = 413
    code = "TOO_LARGE"


class UnprocessableFile(LakeglassError):
    """The right kind of file, but it can't be read."""

    status = 422
    code = "UNPROCESSABLE_FILE"


class EmptyFile(UnprocessableFile):
    """A file without data."""

    code = "EMPTY_FILE"


class Rejected(LakeglassError):
    """A result that our own critique does not let pass; it can be read, and says what to change."""

    status = 422
    code = "REJECTED"


class RateLimited(LakeglassError):
    """Too many requests; `details.retry_after_s` says when to come back."""

    status = 429
    code = "RATE_LIMITED"
    retryable = True


class ConfigurationError(LakeglassError):
    """A setting is missing or contradicts another; the message holds the remedy."""

    code = "CONFIGURATION_ERROR"


class MissingExtra(ConfigurationError):
    """An optional package is not installed; the message holds the command that installs it."""

    code = "MISSING_EXTRA"


class Unavailable(LakeglassError):
    """Something that we need is down; trying again later may work."""

    status = 503
    code = "UNAVAILABLE"
    retryable = True


class SandboxUnavailable(Unavailable):
    """There is no isolated place to run code, and code never runs anywhere else."""

    code = "SANDBOX_UNAVAILABLE"


class TimedOut(LakeglassError):
    """It took longer than it may, and was stopped."""

    status = 504
    code = "TIMED_OUT"


class StorageFull(LakeglassError):
    """The disk has no room left; nothing half-written was kept."""

    status = 507
    code = "STORAGE_FULL"
