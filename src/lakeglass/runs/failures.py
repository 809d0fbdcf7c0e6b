"""Errors of our tree as data and back: only data crosses a restart."""

from __future__ import annotations

from lakeglass.core.errors import LakeglassError
from lakeglass.runs.model import Failure


def failure_of(error: Exception) -> Failure:
    """What to tell about an error; of an unclassified one only its type, since its text may hold data."""
    if isinstance(error, LakeglassError):
        return Failure(code=error.code, message=error.message, details=error.details)
    message = (
        f"Something went wrong on our side ({type(error).__name__}). Try again; if it happens again, "
        "the server's log says more."
    )
    return Failure(code=LakeglassError.code, message=message)


def error_of(failure: Failure) -> LakeglassError:
    """The error that this failure was made of: the class with its code, or the root of the tree."""
    kind = _by_code(LakeglassError).get(failure.code, LakeglassError)
    return kind(failure.message, details=failure.details)


def _by_code(kind: type[LakeglassError]) -> dict[str, type[LakeglassError]]:
    found = {kind.code: kind}
    for child in kind.__subclasses__():
        for code, grandchild in _by_code(child).items():
            found.setdefault(code, grandchild)
    return found
