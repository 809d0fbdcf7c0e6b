"""A wheel as an archive: which files it may hold, where they go, and that they are what its RECORD says.

Sources: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ and
https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from lakeglass.core.errors import TooLarge, UnprocessableFile

MAX_WHEEL_BYTES = 256 << 20
MAX_UNPACKED_BYTES = 1 << 30
MAX_FILES = 20_000
_MAX_TEXT_BYTES = 16 << 20
"""For METADATA, WHEEL and RECORD, which are read whole."""
_MAX_PATH = 512
_CHUNK = 1 << 20
_ENCRYPTED = 1
_END = struct.Struct("<4s4x2H2IH")
"""The end of an archive: entries on this disk and in all, size and place of the directory, size of the comment."""
_MAX_DIRECTORY_BYTES = 8 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PART = re.compile(r"[^/\\\x00-\x1f\x7f]{1,200}")
_HASHES = ("sha256", "sha384", "sha512")
_UNRECORDED = ("RECORD", "RECORD.jws", "RECORD.p7s")
_LIBRARIES = ("purelib", "platlib")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError, csv.Error, RuntimeError,
    OSError,
)  # fmt: skip
"""What `zipfile` and the parsers raise on bytes that are no archive, or not the one that they claim to be."""


class Archive:
    """The members of a wheel; nothing of it is unpacked or run."""

    def __init__(self, file: io.FileIO, *, label: str) -> None:
        """Raises UnprocessableFile for what no wheel may hold, TooLarge beyond the bounds of this module."""
        self._label = label
        self._check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise self.broken("it is no complete ZIP archive") from error
        self._members = self._checked_members()
        folders = {name.partition("/")[0] for name in self._members if "/" in name}
        self._information = sorted(name for name in folders if name.endswith(".dist-info"))
        if len(self._information) != 1:
            raise self.broken(f"got {len(self._information)} folders named *.dist-info, expected one")
        self.targets = self._targets()
        self.unpacked_bytes = sum(info.file_size for info in self._members.values())

    @property
    def stem(self) -> str:
        """The name and version that its folder of metadata carries: `name-version`."""
        return self._information[0].removesuffix(".dist-info")

    def broken(self, why: str) -> UnprocessableFile:
        """The error that names this wheel."""
        message = f"The wheel {self._label} can't be used: {why}. Replace the file by a sound one."
        return UnprocessableFile(message)

    def text(self, name: str) -> str:
        """A file of the metadata; raises UnprocessableFile when it is not there or no text."""
        path = f"{self._information[0]}/{name}"
        member = self._members.get(path)
        if member is None or member.file_size > _MAX_TEXT_BYTES:
            raise self.broken(f"it has no {name}" if member is None else f"its {name} is too large")
        try:
            return self._zip.read(member).decode("utf-8")
        except _BROKEN as error:
            raise self.broken(f"its {name} can't be read") from error

    def verify(self) -> None:
        """Every file is the one that RECORD names; raises UnprocessableFile otherwise."""
        recorded = self._record()
        own = {f"{self._information[0]}/{name}" for name in _UNRECORDED}
        missing = sorted(set(recorded) - set(self._members))
        unnamed = sorted(set(self._members) - set(recorded) - own)
        if missing or unnamed:
            named = f"RECORD names {missing[0]!r}, which is not there" if missing else None
            raise self.broken(named or f"RECORD does not name {unnamed[0]!r}")
        for path, expected in recorded.items():
            if path in own:
                continue
            algorithm, _, digest = expected.partition("=")
            if algorithm not in _HASHES:
                raise self.broken(f"RECORD has no SHA-2 hash of {path!r}")
            found = hashlib.new(algorithm)
            for chunk in self.chunks(path):
                found.update(chunk)
            if base64.urlsafe_b64encode(found.digest()).rstrip(b"=").decode() != digest.rstrip("="):
                raise self.broken(f"{path!r} is not the file that RECORD names")

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of a member, never more than the size that was counted."""
        member = self._members[path]
        try:
            with self._zip.open(member) as reader:
                while chunk := reader.read(_CHUNK):
                    yield chunk
        except _BROKEN as error:
            raise self.broken(f"{path!r} can't be unpacked") from error

    def _check_directory(self, file: io.FileIO) -> None:
        """Its list of files is of a size that may be read: `zipfile` reads it whole before anybody can count."""
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END.size))
        last = file.read(_END.size)
        if len(last) < _END.size or not last.startswith(b"PK\5\6"):
            raise self.broken("it is no complete ZIP archive")
        _, _, count, directory_bytes, _, _ = _END.unpack(last)
        if count > MAX_FILES or directory_bytes > _MAX_DIRECTORY_BYTES:
            raise TooLarge(
                f"The wheel {self._label} can't be used: its list names {count:,} files or more, at most "
                f"{MAX_FILES:,} are accepted."
            )
        file.seek(max(0, size - _END.size - 20))
        if file.read(4) == b"PK\6\7":
            raise self.broken("it is a ZIP64 archive, which no wheel of an accepted size needs")

    def _checked_members(self) -> Mapping[str, zipfile.ZipInfo]:
        listed = self._zip.infolist()
        if len(listed) > MAX_FILES:
            raise TooLarge(
                f"The wheel {self._label} can't be used: it holds {len(listed):,} files, at most {MAX_FILES:,} are "
                "accepted."
            )
        size = sum(info.file_size for info in listed)
        if size > MAX_UNPACKED_BYTES:
            raise TooLarge(
                f"The wheel {self._label} can't be used: it unpacks to {size >> 20:,} MB, at most "
                f"{MAX_UNPACKED_BYTES >> 20:,} MB are accepted."
            )
        members: dict[str, zipfile.ZipInfo] = {}
        for info in listed:
            name = info.filename.removesuffix("/")
            if not _plain(name) or info.orig_filename != info.filename:
                raise self.broken(
                    f"the path {info.orig_filename[:200]!r} leads out of the package or is no plain path"
                )
            if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise self.broken(f"{name!r} is a link or a device")
            if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
                raise self.broken(f"{name!r} is encrypted, or compressed in a way that wheels don't use")
            if info.is_dir():
                continue
            if name in members:
                raise self.broken(f"{name!r} is there twice")
            members[name] = info
        return members

    def _targets(self) -> Mapping[str, str]:
        """Each member and the path, below the package's folder, that it is unpacked to."""
        targets: dict[str, str] = {}
        files: set[str] = set()
        data = f"{self.stem}.data"
        for name in self._members:
            top, _, rest = name.partition("/")
            target = name
            if top.endswith(".data"):
                kind, _, target = rest.partition("/")
                if top != data or kind not in _LIBRARIES or not target:
                    raise self.broken(
                        f"{name!r} is a script or data outside of the package, which is not installed"
                    )
            if target.endswith(".pth") and "/" not in target:
                raise self.broken(f"{target!r} would run code whenever Python starts")
            if target in files:
                raise self.broken(f"{target!r} is there twice")
            targets[name] = target
            files.add(target)
        for target in files:
            parts = target.split("/")
            if any("/".join(parts[:depth]) in files for depth in range(1, len(parts))):
                raise self.broken(f"{target!r} lies below a file")
        return targets

    def _record(self) -> Mapping[str, str]:
        try:
            rows = [row for row in csv.reader(io.StringIO(self.text("RECORD"))) if row]
        except csv.Error as error:
            raise self.broken("its RECORD can't be read") from error
        if any(len(row) != 3 for row in rows) or len({row[0] for row in rows}) != len(rows):
            raise self.broken("its RECORD is not a list of path, hash and size, each path once")
        return {row[0]: row[1] for row in rows}


def _plain(name: str) -> bool:
    parts = name.split("/")
    return len(name) <= _MAX_PATH and all(
        _PART.fullmatch(part) and part not in {".", ".."} and len(part.encode("utf-8", "replace")) <= 255
        for part in parts
    )
