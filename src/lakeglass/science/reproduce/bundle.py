"""Source of this package cut down to what a few names need, as one program that imports none of it.

Definitions are taken word for word, so that what runs is what ran. Top-level names that two modules share are told
apart by the module's name; methods that nothing left asks for are left out.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lakeglass.core.errors import UnprocessableFile

_OWN = "lakeglass."
_ERRORS = "lakeglass.core.errors"
_ASIDE = re.compile(r"\s+# (?:noqa|fmt|type):.*$", re.MULTILINE)
Place = tuple[str, str]
"""A module and the name of one of its definitions."""


@dataclass(frozen=True)
class Section:
    """A module's part of the program: its first line of documentation, and the code that is needed."""

    module: str
    about: str
    code: str


@dataclass(frozen=True)
class Bundle:
    """A program in sections, with the imports and the errors that all of them share."""

    imports: tuple[str, ...]
    errors: tuple[str, ...]
    sections: tuple[Section, ...]
    names: dict[Place, str]


@dataclass
class _Module:
    name: str
    lines: list[str]
    about: str
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    own: dict[str, Place] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)


def bundle(roots: Iterable[Place]) -> Bundle:
    """The program that the definitions at `roots` need."""
    kept, attributes = _reached(list(roots))
    modules = _in_order({module for module, _ in kept})
    names = _names(modules, kept)
    imports: set[str] = set()
    errors: set[str] = set()
    sections = []
    for module in modules:
        mine = {name for where, name in kept if where == module.name}
        code, asked = _code(module, mine, attributes, names)
        imports |= {module.foreign[name] for name in asked if name in module.foreign}
        errors |= {module.own[name][1] for name in asked if module.own.get(name, ("", ""))[0] == _ERRORS}
        sections.append(Section(module.name.removeprefix("lakeglass.science."), module.about, code))
    return Bundle(tuple(sorted(imports)), tuple(sorted(errors)), tuple(sections), names)


def _reached(waiting: list[Place]) -> tuple[set[Place], set[str]]:
    """Definitions that are needed, and all names after a dot in them: methods by other names are not asked for."""
    kept: set[Place] = set()
    attributes: set[str] = set()
    while True:
        before = (len(kept), len(attributes))
        queue = [*waiting, *kept]
        seen: set[Place] = set()
        while queue:
            place = queue.pop()
            if place in seen or place[0] == _ERRORS:
                continue
            seen.add(place)
            module = _read(place[0])
            if place[1] not in module.definitions:
                raise UnprocessableFile(
                    f"{place[0]} defines no {place[1]}; the program can't be put together"
                )
            names = set()
            for node in module.definitions[place[1]]:
                for part in _parts(node, attributes):
                    found, after = _names_in(part)
                    names |= found
                    attributes |= after
            queue += [module.own[name] for name in names if name in module.own]
        kept |= seen
        if (len(kept), len(attributes)) == before:
            return kept, attributes


def _parts(node: ast.stmt, attributes: set[str]) -> list[ast.AST]:
    """What of a definition is needed: of a class, its head and the methods that something asks for."""
    if not isinstance(node, ast.ClassDef):
        return [node]
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    head: list[ast.AST] = [one for one in node.body if one not in methods]
    return [*node.bases, *node.decorator_list, *head, *(m for m in methods if _is_asked(m, attributes))]


def _is_asked(method: ast.FunctionDef, attributes: set[str]) -> bool:
    return method.name in attributes or (method.name.startswith("__") and method.name.endswith("__"))


def _names_in(node: ast.AST) -> tuple[set[str], set[str]]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names, {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


@cache
def _read(name: str) -> _Module:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise UnprocessableFile(f"the source of {name} is not there; install the package with its source")
    text = Path(spec.origin).read_text(encoding="utf-8")
    tree = ast.parse(text)
    about = (ast.get_docstring(tree) or name).splitlines()[0]
    module = _Module(name, text.splitlines(), about)
    last = ""
    for node in tree.body:
        match node:
            case ast.ImportFrom(module=str(source)) if source.startswith(_OWN):
                module.own |= {each.asname or each.name: (source, each.name) for each in node.names}
            case ast.ImportFrom() if node.module != "__future__":
                for each in node.names:
                    module.foreign[each.asname or each.name] = f"from {node.module} import {_imported(each)}"
            case ast.Import():
                for each in node.names:
                    module.foreign[each.asname or each.name.split(".")[0]] = f"import {_imported(each)}"
            case ast.FunctionDef() | ast.ClassDef():
                module.definitions[node.name] = [node]
                last = node.name
            case ast.Assign(targets=[ast.Name(id=last)]) | ast.AnnAssign(target=ast.Name(id=last)):
                module.definitions[last] = [node]
            case ast.Expr(value=ast.Constant(value=str())) if last:
                module.definitions[last].append(node)  # what is said of the line above it
            case _:
                continue
    module.own |= {each: (name, each) for each in module.definitions}
    return module


def _imported(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _in_order(needed: set[str]) -> list[_Module]:
    """Modules after those that they import."""
    found: dict[str, _Module] = {}

    def visit(name: str) -> None:
        if name in found or name == _ERRORS or name not in needed:
            return
        module = _read(name)
        for source in sorted({place[0] for place in module.own.values()} - {name}):
            visit(source)
        found[name] = module

    for name in sorted(needed):
        visit(name)
    return list(found.values())


def _names(modules: list[_Module], kept: set[Place]) -> dict[Place, str]:
    """The name of each definition in the program; what two modules call alike gets the module's name too."""
    taken: set[str] = set()
    names: dict[Place, str] = {}
    for module in modules:
        for name in module.definitions:
            if (module.name, name) not in kept:
                continue
            told = name
            if told in taken:
                told = f"{name}_in_{module.name.rpartition('.')[2]}"
            taken.add(told)
            names[module.name, name] = told
    return names


def _code(
    module: _Module, mine: set[str], attributes: set[str], names: dict[Place, str]
) -> tuple[str, set[str]]:
    """The module's needed lines with names as they are in the program, and the names that they use."""
    other = {local: names[place] for local, place in module.own.items() if names.get(place, local) != local}
    lines = _renamed(module, other)
    pieces, asked = [], set[str]()
    for name, nodes in module.definitions.items():
        if name not in mine:
            continue
        left_out = set[int]()
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and not _is_asked(method, attributes):
                        left_out |= set(range(_start(method), (method.end_lineno or 0) + 1))
            for part in _parts(node, attributes):
                asked |= _names_in(part)[0]
        first, last = _start(nodes[0]), nodes[-1].end_lineno or 0
        while first > 1 and module.lines[first - 2].startswith("#"):
            first -= 1
        text = "\n".join(lines[n - 1] for n in range(first, last + 1) if n not in left_out)
        pieces.append(_ASIDE.sub("", re.sub(r"\n{3,}", "\n\n", text)).rstrip())
    return _spaced(pieces), asked


def _spaced(pieces: list[str]) -> str:
    """Two empty lines around functions and classes, none between short lines."""
    text, before = "", False
    for piece in pieces:
        large = re.search(r"^(?:def |class |@)", piece, re.MULTILINE) is not None
        text += ("\n\n\n" if large or before else "\n") * bool(text) + piece
        before = large
    return text + "\n"


def _start(node: ast.stmt) -> int:
    decorated = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(each.lineno for each in decorated)])


def _renamed(module: _Module, other: dict[str, str]) -> list[str]:
    """The module's lines with these names of the top level replaced, wherever they are used."""
    if not other:
        return module.lines
    lines = [line.encode() for line in module.lines]
    places: list[tuple[int, int, str]] = []
    tree = ast.parse("\n".join(module.lines))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in other:
            places.append((node.lineno, node.col_offset, node.id))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node in tree.body and node.name in other:
            word = "class " if isinstance(node, ast.ClassDef) else "def "
            places.append((node.lineno, len(word), node.name))
        elif isinstance(node, ast.arg) and node.arg in other:
            raise UnprocessableFile(
                f"{module.name} calls an argument {node.arg} like a definition; rename it"
            )
    for row, column, name in sorted(places, reverse=True):
        line = lines[row - 1]
        if line[column : column + len(name)] != name.encode():
            raise UnprocessableFile(f"{module.name} uses {name} where it can't be replaced, in line {row}")
        lines[row - 1] = line[:column] + other[name].encode() + line[column + len(name) :]
    return [line.decode() for line in lines]
