"""The budgets of the code base: small files, short functions, full annotations, errors that are meant."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src" / "lakeglass"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "static" not in path.parts)
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions() -> Iterator[tuple[str, Function]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}", node


def test_files_are_small() -> None:
    sizes = sorted(lines(path) for path in FILES)
    too_long = [f"{path.relative_to(SOURCE)} ({lines(path)})" for path in FILES if lines(path) > 500]
    assert not too_long
    assert statistics.median(sizes) <= 120
    assert sizes[int(len(sizes) * 0.9)] <= 350


def test_functions_are_short() -> None:
    too_long = [
        f"{where} ({(node.end_lineno or 0) - node.lineno + 1} lines)"
        for where, node in functions()
        if (node.end_lineno or 0) - node.lineno + 1 > 60
    ]
    assert not too_long


def test_everything_is_annotated() -> None:
    bare = []
    for where, node in functions():
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments += [extra for extra in (node.args.vararg, node.args.kwarg) if extra]
        named = [argument for argument in arguments if argument.arg not in {"self", "cls"}]
        if node.returns is None or any(argument.annotation is None for argument in named):
            bare.append(where)
    assert not bare


def test_broad_excepts_are_rare_and_say_why() -> None:
    handlers = 0
    broad: list[str] = []
    silent: list[str] = []
    for path in FILES:
        text = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(text))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            handlers += 1
            if node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            ):
                where = f"{path.relative_to(SOURCE)}:{node.lineno}"
                broad.append(where)
                if "#" not in text[node.lineno - 1]:
                    silent.append(where)
    assert not silent
    assert len(broad) <= max(1, handlers * 0.05), broad


def test_no_module_is_a_drawer() -> None:
    drawers = [str(path.relative_to(SOURCE)) for path in FILES if path.stem in FORBIDDEN_NAMES]
    assert not drawers


def test_core_stays_small() -> None:
    assert len(list((SOURCE / "core").glob("*.py"))) <= 7


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "raise NotImplementedError"])
def test_nothing_is_unfinished(word: str) -> None:
    marked = [str(path.relative_to(SOURCE)) for path in FILES if word in path.read_text(encoding="utf-8")]
    assert not marked


def test_public_names_of_modules_say_what_they_are() -> None:
    silent = [
        f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}"
        for path in FILES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, Function | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert not silent


def test_every_module_says_what_belongs_there() -> None:
    silent = [
        str(path.relative_to(SOURCE)) for path in FILES if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent
