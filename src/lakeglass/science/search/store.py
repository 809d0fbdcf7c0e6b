"""Finished fits on disk: each appears whole or not at all, and is never fitted again."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from pydantic import BaseModel, ValidationError

from lakeglass.core.errors import UnprocessableFile
from lakeglass.science.artifacts import json_of
from lakeglass.science.candidates.base import Core
from lakeglass.science.candidates.files import read_numbers, write_numbers
from lakeglass.science.features.preparation import Preparation
from lakeglass.science.model import FoldRecord
from lakeglass.science.table import Floats


def write_json(path: Path, content: BaseModel) -> None:
    """Replace `path` by the model's JSON in one step; raises LakeglassError when its schema has no room for it."""
    write_text(path, json_of(content))


def write_text(path: Path, text: str) -> None:
    """Replace `path` by this text in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


class FitStore:
    """The folders `fits/` and `preparations/` of a run.

    `about` names data, split and everything else that fits depend on: fits of another are thrown away.
    """

    def __init__(self, folder: Path, *, about: str) -> None:
        self.folder = folder
        self.fits = folder / "fits"
        self.preparations = folder / "preparations"
        stamp = folder / "fits.about"
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != about:
            shutil.rmtree(self.fits, ignore_errors=True)
            shutil.rmtree(self.preparations, ignore_errors=True)
        self.fits.mkdir(parents=True, exist_ok=True)
        self.preparations.mkdir(exist_ok=True)
        for leftover in self.fits.glob(".*"):
            shutil.rmtree(leftover, ignore_errors=True)
        write_text(stamp, about)

    def place(self, key: str, repeat: int, fold: int) -> Path:
        """The folder of one fit."""
        return self.fits / f"{key}.{repeat}.{fold}"

    def save(self, record: FoldRecord, core: Core, *, judged: Floats, held: Floats) -> None:
        """Keep a fit with its predictions of the judging rows and of the hold-out."""
        folder = Path(tempfile.mkdtemp(dir=self.fits, prefix="."))
        core.save(folder)
        write_numbers(folder / "predicted.npz", judged=judged, held=held)
        (folder / "record.json").write_text(record.model_dump_json(), encoding="utf-8")
        try:
            folder.rename(self.place(record.key, record.repeat, record.fold))
        except OSError:
            # the same fit stands there already
            shutil.rmtree(folder, ignore_errors=True)

    def save_preparation(self, preparation: Preparation) -> str:
        """Keep a preparation once under the hash of its content; gives the hash."""
        text = preparation.model_dump_json()
        name = hashlib.sha256(text.encode()).hexdigest()[:24]
        path = self.preparations / f"{name}.json"
        if not path.is_file():
            write_text(path, text)
        return name

    def find(self, key: str, repeat: int, fold: int) -> tuple[FoldRecord, Floats, Floats] | None:
        """A finished fit with its predictions, or None."""
        folder = self.place(key, repeat, fold)
        try:
            record = FoldRecord.model_validate_json((folder / "record.json").read_text(encoding="utf-8"))
            stored = read_numbers(folder / "predicted.npz", "judged", "held")
        except (OSError, ValidationError, UnprocessableFile):
            return None
        return record, stored["judged"], stored["held"]

    def longest(self) -> float:
        """Seconds that a run before this one had used when its last fit ended."""
        used = 0.0
        for path in self.fits.glob("*/record.json"):
            try:
                used = max(used, FoldRecord.model_validate_json(path.read_text(encoding="utf-8")).elapsed)
            except (OSError, ValidationError):
                continue
        return used
