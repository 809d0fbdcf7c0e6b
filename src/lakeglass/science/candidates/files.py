"""Arrays in files that hold data only: reading them runs nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lakeglass.core.errors import UnprocessableFile
from lakeglass.science.table import Floats


def write_numbers(path: Path, **arrays: npt.NDArray[np.generic]) -> None:
    """Write arrays under their names."""
    np.savez(path, allow_pickle=False, **arrays)


def read_numbers(path: Path, *names: str) -> dict[str, Floats]:
    """These arrays of a file as doubles. Raises UnprocessableFile when it is damaged or one is absent."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: np.asarray(stored[name], dtype=np.float64) for name in names}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UnprocessableFile(f"{path.name} is not the file that was saved; fit the model again") from error
