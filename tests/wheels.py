"""Tiny wheels, made by the test that needs them: sound ones, and ones that are wrong in one way."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def record_line(path: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}"


def make_wheel(
    folder: Path,
    name: str = "tinypkg",
    version: str = "1.0",
    *,
    files: Mapping[str, str | bytes] | None = None,
    requires: Sequence[str] = (),
    tag: str = "py3-none-any",
    file_name: str | None = None,
    metadata: str | None = None,
    wheel: str | None = None,
    record: Sequence[str] | None = None,
    links: Sequence[str] = (),
) -> Path:
    """Write `name-version-tag.whl`; by default with a module of that name whose `answer()` is 42."""
    members = {
        path: content.encode() if isinstance(content, str) else content
        for path, content in (files or {f"{name}/__init__.py": "def answer():\n    return 42\n"}).items()
    }
    information = f"{name}-{version}.dist-info"
    told = "".join(f"Requires-Dist: {one}\n" for one in requires)
    members[f"{information}/METADATA"] = (
        metadata or f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{told}"
    ).encode()
    members[f"{information}/WHEEL"] = (
        wheel or f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"
    ).encode()
    lines = [record_line(path, content) for path, content in members.items()] if record is None else record
    members[f"{information}/RECORD"] = "\n".join([*lines, f"{information}/RECORD,,"]).encode()
    target = folder / (file_name or f"{name}-{version}-{tag}.whl")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            info = zipfile.ZipInfo(path)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if path in links else 0o100644) << 16
            archive.writestr(info, content)
    return target
