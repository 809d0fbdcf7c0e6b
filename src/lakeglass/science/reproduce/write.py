"""`reproduce.py` and `reproduce.ipynb` of a finished search: the same numbers without this product."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from lakeglass.core.plugins import Registry
from lakeglass.science import threads
from lakeglass.science.candidates import Candidate, candidates
from lakeglass.science.model import FoldRecord, Modeling, ModelingRequest, Standing
from lakeglass.science.reproduce.again import Plan, PlannedFit, PlannedStanding
from lakeglass.science.reproduce.bundle import Bundle, bundle

SCRIPT, NOTEBOOK = "reproduce.py", "reproduce.ipynb"
_AGAIN = "lakeglass.science.reproduce.again"
_ROOTS = ((_AGAIN, "Plan"), (_AGAIN, "compared"), (_AGAIN, "told"))
_NEEDED = ("numpy", "scipy", "scikit-learn", "pyarrow")
_OF_A_KIND = {"lightgbm": "lightgbm", "ebm": "interpret-core"}


def plan_of(modeling: Modeling, request: ModelingRequest, *, table: Path) -> Plan:
    """What to fit again; lines whose fits are not there any more, or of a kind from elsewhere, are left out."""
    records = _records(Path(request.folder))
    standings = []
    for standing in modeling.leaderboard:
        fits = _fits(standing, records[standing.key])
        if fits is not None and _place(candidates, standing.candidate) is not None:
            standings.append(
                PlannedStanding(
                    key=standing.key, candidate=standing.candidate, settings=standing.settings, loss=standing.loss,
                    fold_losses=standing.fold_losses, fits=fits,
                )
            )  # fmt: skip
    finished = [one.folds for one in modeling.leaderboard if one.state == "finished"]
    with table.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Plan(
        sha256=digest, request=request.model_copy(update={"table": table.name, "folder": "."}),
        level=max([1, *(folds // modeling.split.folds for folds in finished)]), standings=tuple(standings),
        weights=modeling.ensemble, out_of_fold=modeling.out_of_fold, holdout=modeling.holdout,
    )  # fmt: skip


def script_of(plan: Plan, modeling: Modeling) -> str:
    """The program as one file; it reads the table that lies beside it."""
    made = _bundle(plan)
    return "\n\n".join(
        (
            _header(plan, modeling), _imports(made),
            *(f"# %% {one.module}: {one.about}\n\n{one.code.rstrip()}\n" for one in made.sections),
            _plan(plan, made) + "\n\n" + _END,
        )
    )  # fmt: skip


def notebook_of(plan: Plan, modeling: Modeling) -> str:
    """The same program as a notebook, a cell for each part."""
    made = _bundle(plan)
    parts = [
        ("markdown", f"# {_TITLE}\n\n{_ABOUT}"),
        (
            "markdown",
            "Install what the leaderboard was made with:\n\n    pip install "
            + " ".join(_pins(plan, modeling)),
        ),
        ("code", _threads() + "\n\n" + _imports(made)),
    ]
    for one in made.sections:
        parts += [("markdown", f"## {one.module}\n\n{one.about}"), ("code", one.code)]
    parts += [
        ("markdown", "## What to fit, and what must come out"),
        ("code", _plan(plan, made)),
        ("code", 'LINES = compared(PLAN, KINDS, folder=Path("."))\nprint(told(LINES))'),
    ]
    # Each cell by itself, so that it runs in any front end.
    first = {"markdown": "", "code": "from __future__ import annotations\n\n"}
    cells = [_cell(place, kind, first[kind] + text.strip()) for place, (kind, text) in enumerate(parts)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {
        "kernelspec": kernel,
        "language_info": {"name": "python", "version": modeling.versions["python"]},
    }
    return (
        json.dumps({"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"
    )


def _cell(place: int, kind: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind, "id": f"part-{place}", "metadata": {}, "source": text.splitlines(keepends=True)
    }  # fmt: skip
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _records(folder: Path) -> defaultdict[str, dict[tuple[int, int], FoldRecord]]:
    found: defaultdict[str, dict[tuple[int, int], FoldRecord]] = defaultdict(dict)
    for path in sorted(folder.glob("fits/*/record.json")):
        try:
            record = FoldRecord.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            continue
        found[record.key][record.repeat, record.fold] = record
    return found


def _fits(standing: Standing, done: dict[tuple[int, int], FoldRecord]) -> tuple[PlannedFit, ...] | None:
    """The fits behind a line: those on disk whose losses it tells, in their order; a late one is passed over."""
    wanted = list(standing.fold_losses)
    fits = []
    for place in sorted(done):
        record = done[place]
        if wanted and record.loss == wanted[0]:
            wanted.pop(0)
            fits.append(PlannedFit(repeat=place[0], fold=place[1], steps=record.steps, cut=record.cut))
    return tuple(fits) if not wanted else None


def _place(registry: Registry[Candidate], name: str) -> tuple[str, str] | None:
    """Module and class of a kind of model of ours; None for one that was plugged in."""
    kind = registry.load(name)
    module, called = getattr(kind, "__module__", ""), getattr(kind, "__name__", "")
    return (module, called) if module.startswith("lakeglass.science.candidates.") else None


def _bundle(plan: Plan) -> Bundle:
    return _program(tuple(_kinds(plan).values()))


@lru_cache(maxsize=4)
def _program(kinds: tuple[tuple[str, str], ...]) -> Bundle:
    """Put together once for the script and the notebook."""
    return bundle([*_ROOTS, *kinds])


def _kinds(plan: Plan) -> dict[str, tuple[str, str]]:
    named = dict.fromkeys(one.candidate for one in plan.standings)
    places = {name: _place(candidates, name) for name in named}
    return {name: place for name, place in places.items() if place is not None}


def _pins(plan: Plan, modeling: Modeling) -> list[str]:
    kinds = {_OF_A_KIND[one.candidate] for one in plan.standings if one.candidate in _OF_A_KIND}
    pins = [
        f"{name}=={modeling.versions[name]}"
        for name in (*_NEEDED, *sorted(kinds))
        if name in modeling.versions
    ]
    return [*pins, f"pydantic=={version('pydantic')}"]


_TITLE = "The leaderboard, fitted again"
_ABOUT = """Fits every line of the leaderboard again from `table.parquet`, which has to lie beside this file, with the
same rows in the same folds, the same seeds and the same features, and compares each number with the recorded one. It
needs public packages only; the code is that of the product, word for word, cut down to what these models need."""


def _header(plan: Plan, modeling: Modeling) -> str:
    pins = "\n".join(f'#   "{pin}",' for pin in _pins(plan, modeling))
    python = ".".join(modeling.versions["python"].split(".")[:2])
    return f'''# /// script
# requires-python = "=={python}.*"
# dependencies = [
{pins}
# ]
# ///
"""{_TITLE}.

{_ABOUT}

Run it by `uv run {SCRIPT}`, which reads the versions above, or install them and call `python {SCRIPT}`.
The exit code is 0 when every number is the same, else 1.
"""

from __future__ import annotations

{_threads()}'''


def _threads() -> str:
    settings = json.dumps(threads.SETTINGS, indent=4)
    why = "# Before anything numeric loads: sums over several threads differ in their last digits."
    return f"import os\n\n{why}\nos.environ.update({settings})"


def _imports(made: Bundle) -> str:
    whole = sorted(line for line in made.imports if line.startswith("import "))
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for line in made.imports:
        if line not in whole:
            start, _, name = line.partition(" import ")
            parts[start].append(name)
    several = [f"{start} import {', '.join(sorted(parts[start]))}" for start in sorted(parts)]
    errors = [
        f'class {name}(Exception):\n    """The table or the request does not fit."""' for name in made.errors
    ]
    return "\n".join([*whole, *several]) + "\n\n\n" + "\n\n\n".join(errors)


def _plan(plan: Plan, made: Bundle) -> str:
    # JSON in which no quote or backslash can end the text that holds it.
    text = json.dumps(plan.model_dump(mode="json")).replace("'", "\\u0027")
    kinds = ", ".join(f'"{name}": {made.names[place]}' for name, place in _kinds(plan).items())
    return f"PLAN = Plan.model_validate_json(r'''{text}''')\nKINDS = {{{kinds}}}\n"


_END = """if __name__ == "__main__":
    LINES = compared(PLAN, KINDS, folder=Path(__file__).parent)
    print(told(LINES))
    raise SystemExit(0 if all(line.same for line in LINES) else 1)
"""
