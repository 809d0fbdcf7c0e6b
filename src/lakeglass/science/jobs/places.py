"""Where analyses work, and which of their files may be read from outside."""

from __future__ import annotations

import mimetypes
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lakeglass.core.errors import Forbidden, NotFound, TooLarge
from lakeglass.science.jobs.model import JobFile

_KNOWN = {
    "report.html": "The report as one page that needs no network",
    "report.pdf": "The report on paper",
    "reproduce.py": "A script that makes the leaderboard again, without Lakeglass",
    "reproduce.ipynb": "The same as a notebook",
    "result.json": "The result in a few sentences",
    "wording.json": "The same in a model's words, each sentence with its fact",
    "model-calls.json": "What that model was sent, and what it said",
    "eda.json": "Every finding with its evidence",
    "clarify.json": "What was asked back, and what was answered",
    "repairs.json": "What was repaired before modelling, and how to have it back",
    "modeling/modeling.json": "Split, leaderboard, measures and decisions",
    "modeling/model.json": "The saved model's members",
    "modeling/explain.json": "What the model leans on",
    "modeling/clusters.json": "Groups of alike rows",
    "modeling/forecast.json": "What comes, with intervals",
    "critique.json": "What the critique objects to",
    "manifest.json": "What was given",
    "telemetry.jsonl": "What happened when",
    "modeling/progress.json": "How the search stood at last",
    "statistics.json": "Every column in figures",
    "theme.json": "How the report looks",
}
_DATA = ("original", "table.parquet")
_SHOWN = {".html", ".pdf", ".py", ".ipynb", ".json", ".jsonl", ".txt", ".md"}


class Places:
    """One folder an analysis, below one folder a tenant."""

    def __init__(self, home: Path) -> None:
        self._root = home / "jobs"

    def folder(self, tenant_id: str, job_id: str) -> Path:
        """The folder of an analysis; it may not be there yet."""
        return self._root / tenant_id / job_id

    def all(self) -> Iterator[tuple[str, str]]:
        """Tenant and analysis of every folder that is there."""
        for folder in self._root.glob("*/*"):
            yield folder.parent.name, folder.name

    def remove(self, tenant_id: str, job_id: str) -> None:
        """Take the folder away with everything in it."""
        shutil.rmtree(self.folder(tenant_id, job_id), ignore_errors=True)


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder; symbolic links are not followed."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # a process may just have removed it
                total += (Path(place) / name).lstat().st_size
    return total


def within(size_bytes: int, limit_mb: int) -> None:
    """Raise TooLarge for what is more than a folder may hold."""
    if size_bytes > limit_mb << 20:
        raise TooLarge(
            f"The folder of this analysis came to {size_bytes / (1 << 20):,.1f} MB; it may hold {limit_mb:,} MB, the "
            "table counted. Give fewer rows or columns or a smaller budget, or raise LAKEGLASS_ANALYSIS__FOLDER_MB.",
            details={"size_bytes": size_bytes, "limit_mb": limit_mb},
        )


def link(source: Path, target: Path) -> None:
    """Have `source` under another name: linked, else copied.

    A link that is there already is left alone: the walls of a process that was started with it guard that very entry.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _is_same(source, target):
        return
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)  # another file system


def _is_same(source: Path, target: Path) -> bool:
    try:
        return target.samefile(source)
    except FileNotFoundError:
        return False


def files(folder: Path, *, with_data: bool) -> tuple[JobFile, ...]:
    """The files that may be downloaded, those of most use first; with the data only when that is allowed."""
    found = [_file(folder, path) for path in _offered(folder, with_data=with_data)]
    order = {name: place for place, name in enumerate(_KNOWN)}
    return tuple(sorted(found, key=lambda each: (order.get(each.name, len(order)), each.name)))


def find(folder: Path, name: str, *, with_data: bool) -> Path:
    """A file of that name; raises Forbidden for the data unless it may be read, NotFound for anything else.

    The name is compared with those of the files that are there and is never made into a path.
    """
    for path in _offered(folder, with_data=True):
        if path.relative_to(folder).as_posix() == name:
            if not with_data and name.split("/")[0] in _DATA:
                raise Forbidden(
                    "The data of an analysis are not handed out here. Download the dataset instead."
                )
            return path
    raise NotFound("This analysis has no such file (yet). Look at its list of files.")


def _offered(folder: Path, *, with_data: bool) -> Iterator[Path]:
    for name in (".", "plots", "modeling"):
        for path in _plain(folder / name):
            image = name == "plots" and path.suffix == ".png"
            # Requests name folders of this machine.
            if image or (path.suffix in _SHOWN and not path.name.endswith("-request.json")):
                yield path
    if with_data:
        yield from _plain(folder / "original")
        yield from (path for path in _plain(folder) if path.name == "table.parquet")


def _plain(folder: Path) -> Iterator[Path]:
    """Files of a folder that are no links and not hidden."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def _file(folder: Path, path: Path) -> JobFile:
    name = path.relative_to(folder).as_posix()
    return JobFile(
        name=name, size_bytes=path.stat().st_size, media_type=media_type(path), what=_KNOWN.get(name, "")
    )


def media_type(path: Path) -> str:
    """What the file is, by its name."""
    if path.suffix in {".jsonl", ".ipynb"}:
        return "application/x-ndjson" if path.suffix == ".jsonl" else "application/x-ipynb+json"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
