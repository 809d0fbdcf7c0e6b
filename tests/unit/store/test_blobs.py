"""Blobs: named by content, apart by tenant, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from lakeglass.core.errors import Conflict, NotFound, StorageFull
from lakeglass.store.blobs import BlobStore


def everything(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [b"", b"a", b"\x00\xff" * 100_000])
def test_what_is_put_is_read_back_under_the_name_of_its_content(tmp_path: Path, content: bytes) -> None:
    store = BlobStore(tmp_path / "blobs")
    ref = store.put("t1", content)
    assert ref.sha256 == hashlib.sha256(content).hexdigest()
    assert ref.size == len(content)
    assert store.read("t1", ref.sha256) == content
    with store.open("t1", ref.sha256) as file:
        assert file.read() == content


def test_a_blob_is_private_and_read_only(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs")
    path = store.path("t1", store.put("t1", b"a").sha256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert stat.S_IMODE((tmp_path / "blobs" / "t1").stat().st_mode) == 0o700


def test_pieces_become_one_blob_and_the_same_content_one_file(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    first = store.put("t1", b"abc")
    with store.writer("t1") as writer:
        writer.write(b"a")
        writer.write(b"bc")
        assert writer.commit() == first
    assert len(everything(tmp_path)) == 1


def test_an_aborted_or_uncommitted_writer_leaves_nothing(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    with pytest.raises(ValueError, match="client gone"), store.writer("t1") as writer:  # noqa: PT012
        writer.write(b"abc")
        raise ValueError("client gone")
    with store.writer("t1") as writer:
        writer.write(b"abc")
    assert everything(tmp_path) == []


def test_a_second_commit_is_refused(tmp_path: Path) -> None:
    with BlobStore(tmp_path).writer("t1") as writer:
        writer.commit()
        with pytest.raises(Conflict):
            writer.commit()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    store = BlobStore(tmp_path)

    def full(_descriptor: int) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        store.put("t1", b"abc")
    assert everything(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_up_while_writing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", lambda _path, _mode: open("/dev/full", "wb"))  # noqa: PTH123, SIM115
    with pytest.raises(StorageFull), BlobStore(tmp_path).writer("t1") as writer:
        writer.write(b"x" * 1_000_000)


def test_another_tenants_blob_does_not_exist(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    sha256 = store.put("t1", b"a").sha256
    with pytest.raises(NotFound):
        store.path("t2", sha256)
    store.delete("t2", sha256)
    assert store.read("t1", sha256) == b"a"


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_that_is_no_hash_reaches_no_file(tmp_path: Path, name: str) -> None:
    store = BlobStore(tmp_path)
    with pytest.raises(NotFound):
        store.path("t1", name)
    store.delete("t1", name)


@pytest.mark.parametrize("tenant", ["", "..", "a/b", "a\x00", "-a", "a" * 65])
def test_a_tenant_that_is_no_plain_word_is_refused(tmp_path: Path, tenant: str) -> None:
    with pytest.raises(ValueError, match="tenant"):
        BlobStore(tmp_path).put(tenant, b"a")


def test_deleting_twice_is_no_error(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    sha256 = store.put("t1", b"a").sha256
    store.delete("t1", sha256)
    store.delete("t1", sha256)
    with pytest.raises(NotFound):
        store.read("t1", sha256)
