"""A package that sessions of a run are given, made on the spot."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

from lakeglass.sandbox.base import PackageFile

_VERSION = "1.0"


def bait_package(folder: Path, name: str, *, content: str) -> PackageFile:
    """A sound wheel in `folder`, with one module of that name."""
    information = f"{name}-{_VERSION}.dist-info"
    members = {
        f"{name}.py": content,
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {_VERSION}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [_line(path, text.encode()) for path, text in members.items()]
    members[f"{information}/RECORD"] = "\n".join([*record, f"{information}/RECORD,,"])
    source = folder / f"{name}-{_VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(source, "w") as archive:
        for path, text in members.items():
            archive.writestr(path, text)
    packed = source.read_bytes()
    sha256 = hashlib.sha256(packed).hexdigest()
    return PackageFile(
        source=source, name=name, version=_VERSION, sha256=sha256, size_bytes=len(packed), provides=(name,)
    )


def _line(path: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}"
