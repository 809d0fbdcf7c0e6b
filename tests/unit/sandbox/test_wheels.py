"""A wheel is checked as a whole before anything of it is used; whatever is wrong with it is named."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wheels import make_wheel, record_line

from lakeglass.core.errors import Conflict, LakeglassError, NotFound, TooLarge, UnprocessableFile
from lakeglass.sandbox.base import PackageFile
from lakeglass.sandbox.packages import archive as archives
from lakeglass.sandbox.packages.unpack import unpack
from lakeglass.sandbox.packages.wheel import Wheel, checked_wheel

REFUSED: dict[str, list[tuple[dict[str, Any], str]]] = {
    "paths": [
        ({"files": {"../outside.py": ""}}, "leads out"),
        ({"files": {"/etc/outside.py": ""}}, "leads out"),
        ({"files": {"a/../../b.py": ""}}, "leads out"),
        ({"files": {"a\\..\\b.py": ""}}, "leads out"),
        ({"files": {"a/./b.py": ""}}, "leads out"),
        ({"files": {"a//b.py": ""}}, "leads out"),
        ({"files": {"a\nb.py": ""}}, "leads out"),
        ({"files": {"link.py": "/etc/passwd"}, "links": ["link.py"]}, "is a link"),
    ],
    "scripts": [
        ({"files": {"evil.pth": "import os"}}, "would run code whenever Python starts"),
        ({"files": {"tinypkg-1.0.data/purelib/evil.pth": "import os"}}, "would run code"),
        ({"files": {"tinypkg-1.0.data/scripts/run": "#!python"}}, "a script or data outside"),
        ({"files": {"tinypkg-1.0.data/data/etc/x": ""}}, "a script or data outside"),
        ({"files": {"other-1.0.data/purelib/x.py": ""}}, "a script or data outside"),
    ],
    "content": [
        ({"files": {"a.py": "", "tinypkg-1.0.data/purelib/a.py": ""}}, "is there twice"),
        ({"files": {"a": "", "a/b.py": ""}}, "lies below a file"),
        ({"metadata": "Metadata-Version: 2.1\nName: tinypkg\n"}, "METADATA can't be read"),
        ({"requires": ["not a requirement !"]}, "METADATA can't be read"),
        ({"wheel": "Wheel-Version: 2.0\nTag: py3-none-any\n"}, "not a wheel of version 1"),
        ({"record": []}, "RECORD does not name"),
        ({"record": ["ghost.py,sha256=x,1"]}, "RECORD names 'ghost.py'"),
        ({"record": ["a,b"]}, "RECORD is not a list"),
    ],
    "identity": [
        ({"files": {"a.py": "", "x-1.dist-info/METADATA": ""}}, "expected one"),
        ({"file_name": "other-1.0-py3-none-any.whl"}, "file name says other 1.0"),
        ({"file_name": "tinypkg-2.0-py3-none-any.whl"}, "file name says tinypkg 2.0"),
        ({"file_name": "tinypkg.whl"}, "its file name is not"),
        ({"metadata": "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"}, "its METADATA 'other'"),
        ({"metadata": "Metadata-Version: 2.1\nName: tinypkg\nVersion: 3\n"}, "its METADATA 'tinypkg' 3"),
    ],
    "interpreter": [
        (
            {"metadata": "Metadata-Version: 2.1\nName: tinypkg\nVersion: 1.0\nRequires-Python: <3\n"},
            "asks for Python <3",
        ),
        ({"tag": "cp27-cp27m-win32"}, "not built for Python"),
        ({"wheel": "Wheel-Version: 1.0\nTag: cp27-cp27m-win32\n"}, "not built for Python"),
    ],
}
"""By the check that finds it: how a wheel is wrong, and what is said of it; told in docs/security/sandbox.md."""


def package_of(wheel: Wheel) -> PackageFile:
    return PackageFile(
        source=wheel.path,
        name=wheel.name,
        version=str(wheel.version),
        sha256=wheel.sha256,
        size_bytes=wheel.size_bytes,
        provides=tuple(sorted(wheel.provides)),
    )


def test_a_sound_wheel_is_described_by_its_own_words(tmp_path: Path) -> None:
    path = make_wheel(
        tmp_path,
        "Tiny_Pkg",
        "1.2",
        files={"tinypkg/__init__.py": "", "tinypkg_extra.py": "", "tinypkg/data.txt": "x"},
        requires=["other>=2; python_version>='3.8'"],
    )
    wheel = checked_wheel(path)
    assert (wheel.name, str(wheel.version)) == ("tiny-pkg", "1.2")
    assert wheel.provides == {"tinypkg", "tinypkg_extra"}
    assert [str(one) for one in wheel.requires] == ['other>=2; python_version >= "3.8"']
    assert wheel.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert wheel.size_bytes == path.stat().st_size


@pytest.mark.parametrize(
    ("wrong", "why"),
    [pytest.param(*case, id=f"{check}-{case[1]}") for check, cases in REFUSED.items() for case in cases],
)
def test_a_wrong_wheel_is_refused_with_what_is_wrong(tmp_path: Path, wrong: dict[str, Any], why: str) -> None:
    path = make_wheel(tmp_path, **wrong)
    with pytest.raises(UnprocessableFile) as refused:
        checked_wheel(path)
    assert why in refused.value.message
    assert "Replace the file" in refused.value.message


@pytest.mark.parametrize("algorithm", ["sha256", "md5", ""])
def test_a_file_that_is_not_the_recorded_one_is_refused(tmp_path: Path, algorithm: str) -> None:
    sound = make_wheel(tmp_path)
    with zipfile.ZipFile(sound) as archive:
        lines = archive.read("tinypkg-1.0.dist-info/RECORD").decode().splitlines()[:-1]
    lines[0] = record_line("tinypkg/__init__.py", b"something else").replace("sha256", algorithm)
    with pytest.raises(UnprocessableFile):
        checked_wheel(make_wheel(tmp_path, record=lines))


def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = make_wheel(tmp_path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("tinypkg/__init__.py", "evil = 1")
    with pytest.raises(UnprocessableFile, match="there twice"):
        checked_wheel(path)


def test_bombs_are_refused_by_what_they_would_become(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1 << 20)
    with pytest.raises(TooLarge, match="unpacks to 8 MB"):
        checked_wheel(make_wheel(tmp_path, files={"bomb.py": bytes(8 << 20)}))
    monkeypatch.setattr(archives, "MAX_FILES", 10)
    with pytest.raises(TooLarge, match="files"):
        checked_wheel(make_wheel(tmp_path, files={f"m{number}.py": "" for number in range(20)}))


def test_a_size_that_the_directory_understates_is_found(tmp_path: Path) -> None:
    content = bytes(1 << 20)
    path = make_wheel(tmp_path, files={"big.py": content})
    raw = path.read_bytes()
    size = len(content).to_bytes(4, "little")
    assert raw.count(size) >= 2  # in front of the file, and in the directory
    path.write_bytes(raw.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(UnprocessableFile):
        checked_wheel(path)


def test_only_a_regular_file_is_a_wheel(tmp_path: Path) -> None:
    real = make_wheel(tmp_path)
    link = tmp_path / "other-1.0-py3-none-any.whl"
    link.symlink_to(real)
    folder = tmp_path / "folder-1.0-py3-none-any.whl"
    folder.mkdir()
    for path in (link, folder, tmp_path / "nothing-1.0-py3-none-any.whl"):
        with pytest.raises(NotFound):
            checked_wheel(path)


def test_a_wheel_that_ends_too_early_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    path = make_wheel(tmp_path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(UnprocessableFile):
            checked_wheel(path)


@settings(max_examples=150)
@given(data=st.data())
def test_a_wheel_with_changed_bytes_never_passes_for_another_and_never_breaks_the_host(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    path = make_wheel(folder)
    sound = checked_wheel(path)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    try:
        wheel = checked_wheel(path)
    except LakeglassError:
        return
    # what passes holds the recorded files: bytes that nobody looks at (dates, attributes) may differ
    assert (wheel.name, wheel.version, wheel.provides) == (sound.name, sound.version, sound.provides)


def test_an_allowed_wheel_is_unpacked_whole_readable_by_all_and_without_a_trace_of_the_work(
    tmp_path: Path,
) -> None:
    path = make_wheel(
        tmp_path, files={"tinypkg/__init__.py": "x = 1", "tinypkg-1.0.data/platlib/tinypkg/more.py": "y = 2"}
    )
    folder = tmp_path / "packages"
    folder.mkdir()
    unpack(package_of(checked_wheel(path)), folder, workplace=tmp_path)
    assert (folder / "tinypkg-1.0" / "tinypkg" / "__init__.py").read_text() == "x = 1"
    assert (folder / "tinypkg-1.0" / "tinypkg" / "more.py").read_text() == "y = 2"
    for found in folder.rglob("*"):
        assert found.stat().st_mode & 0o777 == (0o755 if found.is_dir() else 0o644)
    assert {one.name for one in tmp_path.iterdir()} == {path.name, "packages"}


def test_a_wheel_that_changed_since_it_was_allowed_is_not_installed(tmp_path: Path) -> None:
    path = make_wheel(tmp_path)
    allowed = package_of(checked_wheel(path))
    folder = tmp_path / "packages"
    folder.mkdir()
    make_wheel(tmp_path, files={"tinypkg/__init__.py": "evil = 1"})
    with pytest.raises(Conflict, match="not the one that was allowed"):
        unpack(allowed, folder, workplace=tmp_path)
    path.unlink()
    with pytest.raises(Conflict, match="not the one that was allowed"):
        unpack(allowed, folder, workplace=tmp_path)
    assert list(folder.iterdir()) == []
    assert {one.name for one in tmp_path.iterdir()} == {"packages"}
