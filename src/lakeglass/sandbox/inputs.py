"""Which files a session may be given, decided before any of them is touched."""

from __future__ import annotations

import os
import re
import stat

from lakeglass.core.errors import InvalidInput, NotFound
from lakeglass.sandbox.base import InputFile

_NAME = re.compile(r"[^/\x00-\x1f\x7f]{1,255}")


def checked(file: InputFile) -> os.stat_result:
    """What is known of the source, which is looked at and not opened.

    Raises InvalidInput for a name that is no plain file name, NotFound when the source is no regular file.
    """
    if not _NAME.fullmatch(file.name) or file.name in {".", ".."}:
        raise InvalidInput(f"input name: got {file.name!r}, expected one path component, such as 'sales.csv'")
    try:
        info = file.source.lstat()
    except FileNotFoundError as error:
        raise NotFound(f"input {file.name!r}: its source does not exist") from error
    if not stat.S_ISREG(info.st_mode):
        raise NotFound(f"input {file.name!r}: its source is no regular file")
    return info
