"""docs/security/sandbox.md says what the suite, the settings and the code say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from tests.unit.sandbox.test_package_choice import (
    test_nothing_is_allowed_that_is_not_on_the_list as allow_list,
)
from tests.unit.sandbox.test_wheels import REFUSED
from tests.unit.sandbox.test_wheels import test_bombs_are_refused_by_what_they_would_become as size

from lakeglass.core.settings import Settings
from lakeglass.sandbox.attacks.case import GROUPS, WALLS, load_cases
from lakeglass.sandbox.attacks.expectations import Verdict
from lakeglass.sandbox.backends.local.jail import seccomp
from lakeglass.sandbox.backends.local.pool import TIERS
from lakeglass.sandbox.backends.local.session import GRACE_S
from lakeglass.sandbox.base import Limits
from lakeglass.sandbox.packages import archive, resolve

PAGE = Path(__file__).parents[3] / "docs" / "security" / "sandbox.md"
TEXT = PAGE.read_text(encoding="utf-8")
CASES = load_cases()
_AGAIN = "the suite has changed: run python scripts/sandbox_page.py and read the page once more"


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first column has this head."""
    lines = TEXT.split(f"\n| {first} |", 1)[1].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]


def test_every_wall_of_the_suite_is_on_the_page_and_no_other() -> None:
    # req: E18
    told = {name: (what, int(count)) for name, what, count in table("Wall")}
    known = {wall: (what, sum(wall in case.walls for case in CASES)) for wall, what in WALLS.items()}
    assert told == known, _AGAIN


def test_every_group_of_the_suite_is_on_the_page_with_its_walls_and_no_other() -> None:
    # req: E18
    told = {name: (int(count), what, set(walls.split(", "))) for name, count, what, walls in table("Group")}
    known = {}
    for group, what in GROUPS.items():
        mine = [case for case in CASES if case.group == group]
        known[group] = (len(mine), what, {wall for case in mine for wall in case.walls})
    assert told == known, _AGAIN


def test_the_page_counts_the_attacks_as_the_suite_does() -> None:
    assert set(re.findall(r"\b(\d+) attacks\b", TEXT)) == {str(len(CASES))}, _AGAIN
    assert f"in {len(GROUPS)} groups" in TEXT
    folder = re.search(r"\]\((\S+/attacks/cases)\)", TEXT)
    assert folder is not None
    assert {path.stem for path in (PAGE.parent / folder[1]).resolve().glob("*.toml")} == set(GROUPS)


def test_bounds_are_those_of_a_session() -> None:
    told = {name: float(value) for name, value in table("Bound")}
    assert told == {name: float(value) for name, value in Limits().model_dump().items()}
    assert f"within {GRACE_S:g} s" in TEXT


def test_tiers_processors_and_verdicts_are_those_of_the_code() -> None:
    for tier in TIERS:
        assert f"`{tier}`" in section("The walls"), tier
    for machine in seccomp.MACHINES:
        assert machine in section("The walls"), machine
    assert {name for name, _ in table("Verdict")} == set(get_args(Verdict))


def test_settings_and_links_of_the_page_exist() -> None:
    names = re.findall(r"LAKEGLASS_([A-Z_]*[A-Z])\b(?!…)", TEXT)
    assert len(names) >= 6
    for name in names:
        place: object = Settings()
        for part in name.lower().split("__"):
            place = getattr(place, part)
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (PAGE.parent / target).resolve().exists(), target


def test_every_check_of_a_wheel_is_on_the_page_with_its_bounds_and_no_other() -> None:
    told = dict(table("Check"))
    tested = {"allow-list": allow_list, "size": size}
    assert set(told) == {*REFUSED, *tested}
    bounds = (
        f"{archive.MAX_WHEEL_BYTES >> 20} MB",
        f"{archive.MAX_FILES:,} files",
        f"{archive.MAX_UNPACKED_BYTES >> 20} MB unpacked",
        f"more than {resolve.MAX_PACKAGES} packages",
    )
    for bound in bounds:
        assert bound in told["size"]
    assert Settings().sandbox.wheels is None
    assert "By default nothing can be installed" in section("Packages that a session may be given")
    assert Settings().sandbox.packages == ()


@pytest.mark.parametrize(
    "promise",
    ["kernel is shared", "Side channels", "Fairness", "100 ms", "Older kernels", "Truth of results"],
)
def test_the_page_says_what_is_not_promised(promise: str) -> None:
    assert promise in section("What it does not promise")


def test_the_page_says_how_to_check_and_how_to_go_further() -> None:
    assert "lakeglass doctor --attack" in section("How to check")
    assert "e2b" in section("How to go further")
