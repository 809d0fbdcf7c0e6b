"""Whether what analyses left in their folders holds to the schemas that are published."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import jsonschema_rs

_LEFT_BY_JOBS = {"manifest.json", "telemetry.jsonl"}


def job_folders(below: Path) -> Iterator[Path]:
    """Folders of analyses, however far they came."""
    for place, folders, files in os.walk(below):
        if set(files) >= _LEFT_BY_JOBS:
            folders.clear()
            yield Path(place)


def faults_of(job: Path) -> list[str]:
    """What a strict reader of the published schemas would refuse in this folder: file, place, complaint."""
    return [
        f"{job / file}: {each.instance_path}: {each.message[:200]}"
        for file, reader in _readers().items()
        if (job / file).exists()
        for each in reader.iter_errors(_strictly(job / file))
    ]


def _strictly(path: Path) -> object:
    """JSON as its standard has it, without Python's `NaN`."""

    def refused(word: str) -> object:
        raise ValueError(f"{path} holds {word}, which is not JSON")

    return json.loads(path.read_bytes(), parse_constant=refused)


@cache
def _readers() -> Mapping[str, jsonschema_rs.Validator]:
    # Most runs of tests see no analysis, and need not wait for what makes one.
    from lakeglass.science.schemas import ARTIFACTS, schema_of

    return {file: jsonschema_rs.validator_for(schema_of(name)) for name, (file, _) in ARTIFACTS.items()}
