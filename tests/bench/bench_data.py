"""The CSV file that the benches of the lake read."""

from __future__ import annotations

import random
from pathlib import Path


def write(path: Path, rows: int) -> None:
    """20 columns of mixed kinds, the same ones at every call."""
    dice = random.Random(7)
    names = ["id", "day", "at", "flag", *(f"word{i}" for i in range(4)), *(f"count{i}" for i in range(6))]
    names += [f"amount{i}" for i in range(6)]
    block = []
    for number in range(min(rows, 50_000)):
        words = [
            dice.choice(("north", "south", "east", "west", "centre")) + str(dice.randrange(9))
            for _ in range(4)
        ]
        counts = [str(dice.randrange(10 ** (place + 1))) for place in range(6)]
        amounts = ["" if dice.random() < 0.02 else f"{dice.gauss(100, 30):.3f}" for _ in range(6)]
        day = f"20{number % 25:02d}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        at = f"{day} {number % 24:02d}:{number % 60:02d}:00"
        block.append(",".join([day, at, "true" if number % 3 else "false", *words, *counts, *amounts]))
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        for number in range(rows):
            file.write(f"{number},{block[number % len(block)]}\n")
