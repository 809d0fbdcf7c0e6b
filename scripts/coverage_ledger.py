"""Print which requirement ids a test proves (`# req: E7`) and which of those promised so far none does."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What has been delivered; an issue adds the ids that it delivers.
FIRST_LIGHT = "A1 A4 A5 A8 A11 A16 D14 E1 E2 E5 E7 E8 E9 E10 E13 E28 F1 F2"
SANDBOX_AND_LAKE = "A3 D1 E18"
ANALYST = "A2 A13 C2 C3 E3 E4 E6 E11 E17 F3"
DATA_SCIENTIST = "D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D12 D13 D15 E25 F4"
DELIVERED = tuple(" ".join((FIRST_LIGHT, SANDBOX_AND_LAKE, ANALYST, DATA_SCIENTIST)).split())
_MARK = re.compile(r"(?:#|//) req: ([A-F]\d+(?:[ ,]+[A-F]\d+)*)")


def proofs() -> dict[str, list[str]]:
    """Requirement id to the test files that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    folders = [ROOT / "tests", ROOT / "frontend" / "src"]
    for folder in folders:
        for path in sorted([*folder.rglob("test_*.py"), *folder.rglob("*.test.ts*")]):
            for match in _MARK.finditer(path.read_text(encoding="utf-8")):
                for identifier in re.split(r"[ ,]+", match.group(1)):
                    found[identifier].append(str(path.relative_to(ROOT)))
    return found


def main() -> int:
    """Exit 1 when a delivered id has no test."""
    found = proofs()
    for identifier in DELIVERED:
        files = sorted(set(found.get(identifier, [])))
        print(f"{identifier:4} {'proved by ' + ', '.join(files) if files else 'NO TEST'}")
    missing = [identifier for identifier in DELIVERED if identifier not in found]
    print(f"\n{len(DELIVERED) - len(missing)} of {len(DELIVERED)} delivered ids have a test")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
