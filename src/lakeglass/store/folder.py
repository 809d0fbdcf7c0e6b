"""Folders that hold user data."""

from __future__ import annotations

import errno
from pathlib import Path

from lakeglass.core.errors import ConfigurationError, StorageFull


def make_private_folder(folder: Path) -> Path:
    """Create `folder` and its missing parents, readable by their owner only; an existing one is left as it is.

    Raises ConfigurationError when it can't be made, StorageFull when the disk has no room.
    """
    try:
        for missing in [path for path in reversed([folder, *folder.parents]) if not path.exists()]:
            missing.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(exist_ok=True)  # fails for a file of that name
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            message = (
                f"The disk has no room left for the data folder {folder}. Free some space and start again."
            )
            raise StorageFull(message) from error
        message = (
            f"The data folder {folder} can't be made ({error.strerror}). Choose one that you may write to: "
            "set LAKEGLASS_HOME or pass --home."
        )
        raise ConfigurationError(message) from error
    return folder
