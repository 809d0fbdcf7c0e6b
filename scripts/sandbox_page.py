"""Write the two tables of docs/security/sandbox.md, and the number of attacks, from the published attacks."""

from __future__ import annotations

import re
from pathlib import Path

from lakeglass.sandbox.attacks.case import GROUPS, WALLS, load_cases

_PAGE = Path(__file__).parents[1] / "docs" / "security" / "sandbox.md"
_WALL_TABLE = "| Wall | What it is | Attacks on it |\n|---|---|---|\n"
_GROUP_TABLE = "| Group | Attacks | What they try | Held by |\n|---|---|---|---|\n"


def main() -> None:
    """Rewrite the page in place."""
    cases = load_cases()
    walls = [
        f"| {wall} | {what} | {sum(wall in case.walls for case in cases)} |" for wall, what in WALLS.items()
    ]
    groups = []
    for group, what in GROUPS.items():
        mine = [case for case in cases if case.group == group]
        held_by = ", ".join(wall for wall in WALLS if any(wall in case.walls for case in mine))
        groups.append(f"| {group} | {len(mine)} | {what} | {held_by} |")
    text = re.sub(r"\b\d+ attacks\b", f"{len(cases)} attacks", _PAGE.read_text(encoding="utf-8"))
    for head, rows in ((_WALL_TABLE, walls), (_GROUP_TABLE, groups)):
        before, rest = text.split(head, 1)
        after = re.sub(r"\A(?:\|.*\n)*", "", rest)
        text = before + head + "\n".join(rows) + "\n" + after
    _PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
