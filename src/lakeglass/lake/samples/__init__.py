"""Data sets that are shipped with the product, so that there is something to ask about without a file."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from lakeglass.core.errors import NotFound
from lakeglass.lake.model import SourceNote

SAMPLES: dict[str, SourceNote] = {
    "wildlife_strikes": SourceNote(
        name="wildlife_strikes",
        title="Wildlife strikes to aircraft, 10,000 reports, 1990 to 2002",
        source="U.S. Federal Aviation Administration, Wildlife Strike Database (wildlife.faa.gov)",
        licence="Public domain (work of the U.S. Government)",
        questions=(
            "average cost total by wildlife size",
            "number of strikes per month",
            "top 10 origin states by total cost",
            "distribution of speed",
            "which phase of flight has the highest average repair cost",
        ),
    )
}


def sample_file(name: str) -> Path:
    """The file of a shipped data set; raises NotFound with the known names."""
    if name not in SAMPLES:
        raise NotFound(f"There is no sample {name!r}; expected one of: {', '.join(SAMPLES)}.")
    return Path(__file__).parent / f"{name}.csv"


@cache
def sample_identity(name: str) -> tuple[str, str]:
    """File name and SHA-256 of a shipped data set: what a dataset made from it has as its original."""
    file = sample_file(name)
    with file.open("rb") as stream:
        return file.name, hashlib.file_digest(stream, "sha256").hexdigest()
