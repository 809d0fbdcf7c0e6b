"""One wheel: what its name says, what its metadata says, and that both and the interpreter agree."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.tags import Tag, parse_tag, sys_tags
from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from lakeglass.core.errors import NotFound, TooLarge
from lakeglass.sandbox.packages.archive import MAX_WHEEL_BYTES, Archive

_PYTHON = Version(".".join(str(part) for part in sys.version_info[:3]))
_MODULE_ENDINGS = (".py", ".so", ".pyc")


@dataclass(frozen=True, slots=True)
class WheelName:
    """What a file name of the form name-version[-build]-python-abi-platform.whl says."""

    name: NormalizedName
    version: Version
    build: tuple[int, str] | tuple[()]
    tags: frozenset[Tag]

    @property
    def fits(self) -> bool:
        """Whether it is built for the interpreter of the sandbox, which is the one that we run on."""
        return not supported_tags().isdisjoint(self.tags)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A checked wheel: its metadata agrees with its name, its files with its RECORD, its tags with the interpreter.

    `sha256` is that of the whole file, whose size is `size_bytes`; `provides` are the names that can be imported.
    """

    path: Path
    name: NormalizedName
    version: Version
    sha256: str
    size_bytes: int
    unpacked_bytes: int
    provides: frozenset[str]
    requires: tuple[Requirement, ...]


@cache
def supported_tags() -> frozenset[Tag]:
    """Tags of the interpreter that sessions run: the local backend starts the one that runs us."""
    return frozenset(sys_tags())


def parsed_name(file_name: str) -> WheelName | None:
    """What the file name says; None when it is no name of a wheel."""
    try:
        return WheelName(*parse_wheel_filename(file_name))
    except (InvalidWheelFilename, InvalidVersion):
        return None


def open_wheel(path: Path) -> io.FileIO:
    """The file itself, never what a link leads to. Raises NotFound, or TooLarge above 256 MB."""
    try:
        file = io.FileIO(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK))
    except OSError as error:
        raise NotFound(f"The wheel {path.name} can't be opened: expected a regular file.") from error
    info = os.fstat(file.fileno())
    if stat.S_ISREG(info.st_mode) and info.st_size <= MAX_WHEEL_BYTES:
        return file
    file.close()
    if not stat.S_ISREG(info.st_mode):
        raise NotFound(f"The wheel {path.name} can't be opened: expected a regular file.")
    raise TooLarge(
        f"The wheel {path.name} can't be used: it has {info.st_size >> 20:,} MB, at most {MAX_WHEEL_BYTES >> 20:,} MB "
        "are accepted."
    )


def checked_wheel(path: Path) -> Wheel:
    """The wheel at `path` after every check, without unpacking or running anything of it.

    Raises UnprocessableFile for one that is damaged, contradicts itself or does not fit, TooLarge, NotFound.
    """
    with open_wheel(path) as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        archive = Archive(file, label=path.name)
        wheel = _described(path, archive, sha256=sha256, size=size)
        archive.verify()
        return wheel


def provided_names(targets: Iterable[str]) -> frozenset[str]:
    """The top-level names that files of a package make importable."""
    found = set()
    for target in targets:
        if target.endswith(_MODULE_ENDINGS):
            top, slash, _ = target.partition("/")
            name = top if slash else top.partition(".")[0]
            if name.isidentifier():
                found.add(name)
    return frozenset(found)


def _described(path: Path, archive: Archive, *, sha256: str, size: int) -> Wheel:
    named = parsed_name(path.name)
    if named is None:
        raise archive.broken("its file name is not name-version-python-abi-platform.whl")
    metadata = _metadata(archive)
    folder_name, _, folder_version = archive.stem.rpartition("-")
    for where, name, version in (
        ("METADATA", metadata.name, metadata.version),
        ("folder of metadata", folder_name, _version(archive, folder_version)),
    ):
        if (canonicalize_name(name), version) != (named.name, named.version):
            raise archive.broken(
                f"its file name says {named.name} {named.version}, its {where} {name[:100]!r} {version}"
            )
    if not named.fits or named.tags.isdisjoint(_told_tags(archive)):
        raise archive.broken(f"it is not built for Python {_PYTHON} on this machine")
    if metadata.requires_python is not None and not metadata.requires_python.contains(
        _PYTHON, prereleases=True
    ):
        raise archive.broken(f"it asks for Python {metadata.requires_python}, the sandbox has {_PYTHON}")
    return Wheel(
        path=path,
        name=named.name,
        version=named.version,
        sha256=sha256,
        size_bytes=size,
        unpacked_bytes=archive.unpacked_bytes,
        provides=provided_names(archive.targets.values()),
        requires=tuple(metadata.requires_dist or ()),
    )


def _metadata(archive: Archive) -> Metadata:
    text = archive.text("METADATA")
    try:
        metadata = Metadata.from_email(text, validate=False)
        # each field is parsed when it is first looked at
        _ = (metadata.name, metadata.version, metadata.requires_python, metadata.requires_dist)
    except (ExceptionGroup, ValueError) as error:  # InvalidMetadata and InvalidVersion are ValueErrors
        raise archive.broken("its METADATA can't be read") from error
    return metadata


def _version(archive: Archive, text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion as error:
        raise archive.broken(f"its folder of metadata names no version: {archive.stem[:100]!r}") from error


def _told_tags(archive: Archive) -> frozenset[Tag]:
    """Tags that the file WHEEL names; raises UnprocessableFile for a format that is not version 1."""
    lines = [line.partition(":") for line in archive.text("WHEEL").splitlines()]
    fields = [(key.strip().lower(), value.strip()) for key, colon, value in lines if colon]
    if dict(fields).get("wheel-version", "").partition(".")[0] != "1":
        raise archive.broken("it is not a wheel of version 1")
    tags: set[Tag] = set()
    for key, value in fields:
        if key == "tag" and value.count("-") == 2:
            tags |= parse_tag(value)
    return frozenset(tags)
