"""The first cell of a hosted session: our interpreter as source, and the calls that reach it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

_JAIL = "lakeglass.sandbox.backends.local.jail"
_HERE = "lakeglass.sandbox.backends.e2b"
# In the order in which they import each other; over there they have the names that they have here.
_MODULES = (
    (_JAIL, "protocol"),
    (_JAIL, "display"),
    (_JAIL, "variables"),
    (_JAIL, "interpreter"),
    (_HERE, "envelope"),
    (_HERE, "kernel"),
)
_KERNEL = f"__import__('sys').modules[{_HERE + '.kernel'!r}].kernel"
REQUIRED = ("pandas", "numpy", "pyarrow", "plotly")
WANTED = ("duckdb", "matplotlib", "scipy")

_LOADER = """
import sys, types
def module(name, package):
    made = sys.modules[name] = types.ModuleType(name)
    made.__package__ = package
    above, _, last = name.rpartition(".")
    if above:
        setattr(sys.modules[above], last, made)
    return made
def load(sources):
    for package, part, source in sources:
        steps = package.split(".")
        for count in range(1, len(steps) + 1):
            name = ".".join(steps[:count])
            if name not in sys.modules:
                module(name, name).__path__ = []
        made = module(package + "." + part, package)
        exec(compile(source, "<lakeglass>/" + part + ".py", "exec"), made.__dict__)
    from IPython.display import display
    made.kernel = made.Kernel(lambda data: display(data, raw=True))
    made.kernel.install()
"""


@cache
def _sources() -> str:
    """Package, name and source of every module, as a literal."""
    found = [
        (package, name, resources.files(package).joinpath(f"{name}.py").read_text())
        for package, name in _MODULES
    ]
    return ascii(found)


def first_cell(token: str) -> str:
    """Code that installs the interpreter and answers with where it is and what it lacks."""
    packages = ascii([*REQUIRED, *WANTED])
    return (
        f"def _lakeglass():\n{_indented(_LOADER)}\n    load({_sources()})\n"
        f"    {_KERNEL}.about({token!r}, {packages})\n"
        "_lakeglass()\ndel _lakeglass\n"
    )


def execution(token: str, code: str, collect: Sequence[str]) -> str:
    """Code that runs `code`."""
    return f"{_KERNEL}.execute({token!r}, {code!a}, {list(collect)!a})"


def ping(token: str) -> str:
    """Code that says what lives in the session."""
    return f"{_KERNEL}.ping({token!r})"


def files(token: str) -> str:
    """Code that says which files the session left in its working folder."""
    return f"{_KERNEL}.files({token!r})"


def _indented(source: str) -> str:
    return "\n".join(f"    {line}" for line in source.strip().splitlines())
