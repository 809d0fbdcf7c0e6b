"""The folder of a job: artifacts written whole, a marker for each finished stage, a line for each event."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lakeglass.core.errors import Conflict
from lakeglass.science.artifacts import json_of
from lakeglass.science.pipeline.model import StageName

_LOCK = ".lock"
_FIRST = {"telemetry.jsonl", "original", "work", "statistics.json", "manifest.json", "table.parquet"}
Artifact = TypeVar("Artifact", bound=BaseModel)


def read_plain(folder: Path, name: str) -> bytes:
    """The bytes of a file below `folder`, none of whose parts is a link.

    Whatever works in the folder may be taken over by a hostile table, and must not lead its reader elsewhere or keep it
    waiting at a pipe. Raises OSError.
    """
    *parents, last = Path(name).parts
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parents:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        file = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "not a plain file", name)
        return stream.read()


def _no_link(path: str, flags: int) -> int:
    """An opener that follows no link at the end of the path."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


class JobFolder:
    """`<stage>.done` says that the stage's artifacts are whole; without it they are made again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from working here; raises Conflict when one does. A dead one holds nothing."""
        with (self.path / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Conflict(
                    f"Another process works in {str(self.path)!r}. Wait for it, or give another folder."
                ) from error
            yield

    def is_fresh(self) -> bool:
        """Whether nothing is here but what the first stage leaves when it is cut short.

        Its telemetry tells that from a person's own folder named `original`.
        """
        names = {file.name for file in self.path.iterdir()} - {_LOCK}
        return not names or (names <= _FIRST and "telemetry.jsonl" in names)

    def is_done(self, stage: StageName) -> bool:
        """Whether the stage has finished."""
        return (self.path / f"{stage}.done").exists()

    def finish(self, stage: StageName, *, seconds: float) -> None:
        """Mark the stage as finished."""
        self.write_text(f"{stage}.done", f"{seconds:.3f}\n")

    def seconds(self, stage: StageName) -> float:
        """How long a finished stage took."""
        return float(self.read_bytes(f"{stage}.done"))

    def undo(self, stage: StageName) -> None:
        """Take the mark away again."""
        (self.path / f"{stage}.done").unlink(missing_ok=True)

    def write(self, name: str, artifact: BaseModel) -> None:
        """Write an artifact as JSON, whole or not at all; raises LakeglassError when its schema refuses it."""
        self.write_text(name, json_of(artifact) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write a file whole or not at all."""
        self.write_bytes(name, text.encode("utf-8"))

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all; its folder must be there."""
        place = self.path / name
        partial = place.with_name(f".{place.name}.partial")
        with open(partial, "wb", opener=_no_link) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(place)

    def emptied(self, name: str) -> None:
        """Have an empty folder of that name here, whatever was there before."""
        place = self.path / name
        if place.is_symlink() or place.is_file():
            place.unlink()
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)

    def read_bytes(self, name: str) -> bytes:
        """A file of this folder, reached through no link; raises OSError."""
        return read_plain(self.path, name)

    def read(self, name: str, kind: type[Artifact]) -> Artifact:
        """An artifact of a finished stage; raises Conflict when it was changed or is of another version."""
        try:
            return kind.model_validate_json(self.read_bytes(name))
        except (OSError, ValidationError) as error:
            raise Conflict(
                f"{name} in {self.path.name!r} was changed, or another version of Lakeglass wrote it. Run the "
                "analysis again (in the terminal with an empty --folder)."
            ) from error

    def tell(self, event: str, **facts: str | float | bool | None) -> None:
        """Add a line to `telemetry.jsonl`."""
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        with open(self.path / "telemetry.jsonl", "a", encoding="utf-8", opener=_no_link) as stream:
            stream.write(json.dumps(line) + "\n")
