"""How a process of the data scientist takes its request and tells its failure: JSON in, one line of JSON on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lakeglass.core.errors import InvalidInput, LakeglassError
from lakeglass.science.memory import too_large

Request = TypeVar("Request", bound=BaseModel)


def answer(path: str, kind: type[Request], work: Callable[[Request], object]) -> int:
    """Do the work that the file asks for. Gives the exit code: 0 done, 2 refused."""
    try:
        try:
            work(_request(path, kind))
        except MemoryError as error:
            raise too_large() from error
    except LakeglassError as error:
        sys.stderr.write(json.dumps({"code": error.code, "message": error.message}) + "\n")
        return 2
    return 0


def _request(path: str, kind: type[Request]) -> Request:
    try:
        return kind.model_validate_json(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        if isinstance(error, OSError):
            raise InvalidInput(f"the request can't be read: {error.strerror}") from error
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise InvalidInput(f"the request is not complete: {faults}") from error
