"""Unpacks a wheel that a person allowed: that very file, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import secrets
import shutil
from pathlib import Path

from lakeglass.core.errors import Conflict, NotFound, StorageFull
from lakeglass.sandbox.base import PackageFile
from lakeglass.sandbox.packages.archive import Archive
from lakeglass.sandbox.packages.wheel import checked_wheel, open_wheel

_CHUNK = 1 << 20
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def unpack(package: PackageFile, folder: Path, *, workplace: Path) -> Path:
    """Put the package's files into `folder/<name>-<version>`, which appears with all of them, and say where.

    `workplace` is a folder of the same file system that no session sees. Raises Conflict when the wheel is no
    longer the one that was allowed, StorageFull, and what `checked_wheel` raises.
    """
    target = folder / f"{package.name}-{package.version}"
    staging = workplace / f".{secrets.token_hex(8)}.part"
    staging.mkdir(mode=0o700)
    try:
        copied = staging / package.source.name
        _copy(package, copied)
        wheel = checked_wheel(copied)
        if (wheel.name, str(wheel.version)) != (package.name, package.version):
            raise Conflict(_changed(package))
        tree = staging / "tree"
        tree.mkdir(mode=0o755)
        tree.chmod(0o755)  # whatever our umask: a session may be another user
        with open_wheel(copied) as file:
            archive = Archive(file, label=package.source.name)
            for member, path in archive.targets.items():
                _write(archive, member, tree / path)
        return tree.rename(target)
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise StorageFull(
                f"No room left to unpack the package {package.name} {package.version}."
            ) from error
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _copy(package: PackageFile, target: Path) -> None:
    """Bring the wheel out of the reach of whoever can write to its folder, and compare it with what was allowed."""
    found = hashlib.sha256()
    try:
        source = open_wheel(package.source)
    except NotFound as error:
        raise Conflict(_changed(package)) from error
    with source, target.open("xb") as writer:
        left = package.size_bytes
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Conflict(_changed(package))
            found.update(chunk)
            writer.write(chunk)
    if left or found.hexdigest() != package.sha256:
        raise Conflict(_changed(package))


def _changed(package: PackageFile) -> str:
    return (
        f"The wheel of {package.name} {package.version} is not the one that was allowed: the file was changed or "
        "taken away since. Nothing was installed; run the code again to be asked about the file that is there now."
    )


def _write(archive: Archive, member: str, target: Path) -> None:
    for missing in reversed([parent for parent in target.parents if not parent.exists()]):
        missing.mkdir(mode=0o755)
        missing.chmod(0o755)
    with target.open("xb") as writer:
        for chunk in archive.chunks(member):
            writer.write(chunk)
    target.chmod(0o644)
