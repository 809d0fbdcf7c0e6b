"""From the text of a piece of code to the wheels that it needs, or to the reason why it can't have them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version
from tests.wheels import make_wheel

from lakeglass.core.errors import (
    ConfigurationError,
    Forbidden,
    InvalidInput,
    LakeglassError,
    NotFound,
    TooLarge,
    UnprocessableFile,
)
from lakeglass.sandbox.packages import resolve
from lakeglass.sandbox.packages.cache import WheelCache
from lakeglass.sandbox.packages.imports import imported_names
from lakeglass.sandbox.packages.interpreter import Interpreter


def chosen(
    folder: Path,
    *imports: str,
    allowed: Sequence[str] = ("*",),
    present: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Package → version, in the order of the choice."""
    known = {canonicalize_name(name): Version(version) for name, version in (present or {}).items()}
    choices = resolve.resolved(imports, WheelCache(folder, allowed), known)
    return {choice.wheel.name: str(choice.wheel.version) for choice in choices}


def refusal(folder: Path, *imports: str, **options: Sequence[str]) -> LakeglassError:
    with pytest.raises(LakeglassError) as refused:
        chosen(folder, *imports, **options)
    return refused.value


# --- imports ----------------------------------------------------------------------------------------


def test_imports_are_read_from_the_text_wherever_they_stand() -> None:
    code = (
        "import a, b.c as d\nfrom e.f import g\nfrom . import here\nfrom .near import x\n"
        "def later():\n    import h\n"
        "try:\n    import i\nexcept ImportError:\n    import j\n"
        "try:\n    import k\nexcept (ValueError, ModuleNotFoundError):\n    k = None\n"
        "try:\n    import l\nexcept ValueError:\n    pass\n"
        "try:\n    import m\nexcept:\n    pass\nimport m\n"
        "x = 'import no'\n"
    )
    needed = dict.fromkeys("abehjlm", True)
    assert imported_names(code) == {**needed, "i": False, "k": False}


@pytest.mark.parametrize("code", ["import a\nif:", "import a\x00", "(" * 5000, "-" * 100_000 + "1"])
def test_code_that_is_no_code_imports_nothing(code: str) -> None:
    assert imported_names(code) == {}


def test_code_nested_deeply_is_read_to_its_bottom() -> None:
    code = "x = " + "-" * 80 + "1\n" + "".join(f"{' ' * depth}if x:\n" for depth in range(80)) + " " * 80
    assert imported_names(code + "import deep") == {"deep": True}


def test_the_interpreter_has_what_lies_below_its_folders_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("raise SystemExit('the host ran it')")
    (tmp_path / "thing-2.5.dist-info").mkdir()
    (tmp_path / "thing-2.5.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: Thing\nVersion: 2.5\n"
    )
    here = Interpreter((str(tmp_path),))
    assert here.has("loud")
    assert here.has("json")
    assert here.has("sys")
    assert not here.has("pandas")
    assert here.packages == {"thing": Version("2.5")}
    ours = Interpreter.below([sys.prefix, sys.base_prefix, "/usr"])
    assert ours.has("pandas")
    assert not ours.has("no_such_thing")
    assert ours.packages[canonicalize_name("pandas")] >= Version("3")


# --- the folder -------------------------------------------------------------------------------------


def test_the_newest_version_that_fits_is_taken(tmp_path: Path) -> None:
    for version in ("1.2", "1.10", "1.9", "2.0rc1"):
        make_wheel(tmp_path, version=version)
    make_wheel(tmp_path, version="3.0", tag="cp27-cp27m-win32")
    assert chosen(tmp_path, "tinypkg") == {"tinypkg": "1.10"}


def test_a_pre_release_is_taken_only_where_there_is_nothing_else(tmp_path: Path) -> None:
    make_wheel(tmp_path, version="2.0rc1")
    assert chosen(tmp_path, "tinypkg") == {"tinypkg": "2.0rc1"}


def test_the_package_is_found_by_what_can_be_imported_of_it(tmp_path: Path) -> None:
    make_wheel(tmp_path, "scikit_tiny", files={"sktiny/__init__.py": ""})
    make_wheel(
        tmp_path, "native", files={f"fast.{sys.implementation.cache_tag}-x86_64-linux-gnu.so": b"\x7fELF"}
    )
    assert chosen(tmp_path, "sktiny") == {"scikit-tiny": "1.0"}
    assert chosen(tmp_path, "fast") == {"native": "1.0"}
    assert isinstance(refusal(tmp_path, "scikit_tiny"), NotFound)


def test_a_changed_folder_is_seen(tmp_path: Path) -> None:
    cache = WheelCache(tmp_path, ["*"])
    assert cache.providers("tinypkg") == ()
    path = make_wheel(tmp_path)
    assert cache.providers("tinypkg") == ("tinypkg",)
    path.unlink()
    assert cache.providers("tinypkg") == ()


def test_a_folder_that_can_not_be_read_names_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="LAKEGLASS_SANDBOX__WHEELS"):
        WheelCache(tmp_path / "nowhere", ["*"]).providers("tinypkg")


def test_damage_of_one_wheel_hinders_those_who_need_it_and_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "broken-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 not a wheel")
    (tmp_path / "nonsense.whl").write_text("x")
    make_wheel(tmp_path)
    assert chosen(tmp_path, "tinypkg") == {"tinypkg": "1.0"}
    refused = refusal(tmp_path, "broken")
    assert isinstance(refused, UnprocessableFile)
    assert "broken-1.0-py3-none-any.whl" in refused.message


# --- who may ----------------------------------------------------------------------------------------


def test_nothing_is_allowed_that_is_not_on_the_list(tmp_path: Path) -> None:
    make_wheel(tmp_path)
    for allowed in ((), ("other",)):
        refused = refusal(tmp_path, "tinypkg", allowed=allowed)
        assert isinstance(refused, Forbidden)
        assert "LAKEGLASS_SANDBOX__PACKAGES" in refused.message
    assert chosen(tmp_path, "tinypkg", allowed=("Tiny.Pkg", "TinyPkg")) == {"tinypkg": "1.0"}


def test_a_dependency_has_to_be_allowed_too(tmp_path: Path) -> None:
    make_wheel(tmp_path, requires=["helper"])
    make_wheel(tmp_path, "helper")
    refused = refusal(tmp_path, "tinypkg", allowed=("tinypkg",))
    assert isinstance(refused, Forbidden)
    assert "tinypkg 1.0 needs helper" in refused.message
    assert chosen(tmp_path, "tinypkg", allowed=("tinypkg", "helper")) == {"tinypkg": "1.0", "helper": "1.0"}


def test_a_name_that_several_packages_bring_is_not_guessed(tmp_path: Path) -> None:
    make_wheel(tmp_path, "one", files={"shared/a.py": ""})
    make_wheel(tmp_path, "two", files={"shared/b.py": ""})
    assert isinstance(refusal(tmp_path, "shared"), InvalidInput)
    assert chosen(tmp_path, "shared", allowed=("two",)) == {"two": "1.0"}
    make_wheel(tmp_path, "shared")
    assert chosen(tmp_path, "shared") == {"shared": "1.0"}


# --- dependencies -----------------------------------------------------------------------------------


def test_dependencies_are_followed_by_marker_extra_and_version(tmp_path: Path) -> None:
    make_wheel(
        tmp_path,
        requires=[
            "always>=1",
            "never; python_version<'3'",
            "unwanted; extra=='more'",
            "rich_one[fast]",
            "numpy>=1",
        ],
    )
    make_wheel(tmp_path, "always", "1.5", requires=["tinypkg"])  # a circle
    make_wheel(tmp_path, "rich_one", requires=["quick; extra=='fast'", "slow; extra=='slow'"])
    make_wheel(tmp_path, "quick")
    found = chosen(tmp_path, "tinypkg", present={"numpy": "2.0"})
    assert found == {"tinypkg": "1.0", "always": "1.5", "rich-one": "1.0", "quick": "1.0"}


def test_a_missing_dependency_is_named_with_who_needs_it(tmp_path: Path) -> None:
    make_wheel(tmp_path, requires=["helper>=2"])
    make_wheel(tmp_path, "helper", "1.0")
    refused = refusal(tmp_path, "tinypkg")
    assert isinstance(refused, NotFound)
    assert "tinypkg 1.0 needs helper>=2" in refused.message
    assert "Add such a wheel" in refused.message


def test_what_the_sandbox_has_is_never_replaced(tmp_path: Path) -> None:
    make_wheel(tmp_path, requires=["numpy<2"])
    make_wheel(tmp_path, "numpy", "1.9")
    with pytest.raises(InvalidInput, match=r"the sandbox has numpy 2\.0"):
        chosen(tmp_path, "tinypkg", present={"numpy": "2.0"})


def test_a_later_wish_takes_an_older_version(tmp_path: Path) -> None:
    make_wheel(tmp_path, "first", requires=["shared"])
    make_wheel(tmp_path, "second", requires=["shared<2"])
    make_wheel(tmp_path, "shared", "1.5")
    make_wheel(tmp_path, "shared", "2.0")
    assert chosen(tmp_path, "first", "second") == {"first": "1.0", "second": "1.0", "shared": "1.5"}


def test_wishes_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    make_wheel(tmp_path, "first", requires=["shared>=2"])
    make_wheel(tmp_path, "second", requires=["shared<2"])
    make_wheel(tmp_path, "shared", "1.5")
    make_wheel(tmp_path, "shared", "2.0")
    refused = refusal(tmp_path, "first", "second")
    assert "first 1.0" in refused.message
    assert "second 1.0" in refused.message


def test_too_many_packages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "MAX_PACKAGES", 2)
    make_wheel(tmp_path, requires=["helper", "another"])
    make_wheel(tmp_path, "helper")
    make_wheel(tmp_path, "another")
    assert isinstance(refusal(tmp_path, "tinypkg"), TooLarge)
