"""A Python script under construction: blocks of lines, each with its reason above it."""

from __future__ import annotations

from lakeglass.ask.codegen.literals import comment


class Script:
    """Collects imports and commented blocks, and renders them in reading order."""

    def __init__(self) -> None:
        self._imports: set[str] = {"import pandas as pd"}
        self._blocks: list[tuple[str, ...]] = []

    def need(self, statement: str) -> None:
        """Import this at the top."""
        self._imports.add(statement)

    def block(self, why: str, *lines: str) -> None:
        """A paragraph of code below a comment that says why."""
        self._blocks.append((comment(why), *lines))

    def render(self, *, with_figure: bool) -> str:
        """The whole script, ending with what it shows."""
        ending: tuple[str, ...] = ("print(result.to_string(index=False))",)
        if with_figure:
            ending += ('fig.write_html("chart.html")',)
        paragraphs = [_joined(self._imports), *self._blocks, ("# Show it", *ending)]
        return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"


def _joined(imports: set[str]) -> list[str]:
    """Import lines in order; several names of one module on a line."""
    names: dict[str, list[str]] = {}
    for statement in sorted(imports):
        module, _, name = statement.partition(" import ")
        known = names.setdefault(module, [])
        known += [n for n in name.split(", ") if n not in known]
    return [f"{m} import {', '.join(n)}" if n != [""] else m for m, n in names.items()]
