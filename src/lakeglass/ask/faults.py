"""What was wrong with an execution: of which class it is, and what helps whoever corrects it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from rapidfuzz import process

from lakeglass.ask.model import CodeContract, ErrorClass
from lakeglass.ask.plan import TableContext
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.result import TableData
from lakeglass.sandbox.base import CodeError, Execution

RETRIES = 3
# Each of these takes as long as an execution may, or as much memory: once more, and no further.
_ONCE: frozenset[ErrorClass] = frozenset(("timeout", "memory"))
_LONGEST = 2_000
_NEAREST = 3
_LISTED = 12
_CLASSES: tuple[tuple[frozenset[str], ErrorClass], ...] = (
    (frozenset(("SyntaxError", "IndentationError", "TabError")), "syntax"),
    (frozenset(("ModuleNotFoundError", "ImportError")), "missing package"),
    (frozenset(("MemoryError", "OutOfMemoryException", "_ArrayMemoryError", "ArrayMemoryError")), "memory"),
    (frozenset(("TimeoutError",)), "timeout"),
    (frozenset(("ColumnNotFoundError", "UndefinedVariableError", "SpecificationError")), "missing column"),
    (frozenset(("EmptyDataError", "StopIteration", "NoDataError")), "empty result"),
    (frozenset(("ConversionException", "InvalidTypeException", "IncompatibleFrequency", "ArrowTypeError",
                "ArrowInvalid", "OutOfBoundsDatetime", "DateParseError", "IntCastingNaNError")), "type"),
    (frozenset(("ShapeError", "LinAlgError", "MergeError")), "wrong shape"),
)  # fmt: skip
_BY_WORDS: tuple[tuple[ErrorClass, tuple[str, ...]], ...] = (
    ("missing column", (
        r"not in index|not found in axis|keyerror|are in the \[columns\]|columns? (overlap|not found|expected)",
        r"referenced column|does not exist|expected one of \[|is not the name of a column",
    )),
    ("empty result", (
        r"no objects to concatenate|empty sequence|zero-size|attempt to get arg(max|min) of an empty|out-of-bounds",
        r"index 0 is out of bounds|no numeric types to aggregate|0 sample|at least one (array|sample)",
        r"list index out of|empty (separator|data|slice|dataframe)",
    )),
    ("memory", (r"unable to allocate|out of memory|memory limit",)),
    ("wrong shape", (
        r"shape|length of values|dimension|same length|broadcast|must be of the same|cannot reindex",
        r"duplicate (labels|entries)|too many values to unpack|not enough values",
    )),
    ("type", (
        r"could not convert|invalid literal|unsupported operand|cannot (compare|convert|perform|cast|subtract|add)",
        r"not supported between|must be (str|numeric|real|a number|datetime|an integer)|agg function failed|dtype",
        r"can only (use|concatenate)|conversion error|unknown datetime|time data|object is not|datetimelike",
        r"does not support",
    )),
)  # fmt: skip
_TOLD = re.compile(r"not found: (.{1,120}?)['\"]?$")
_QUOTED = re.compile(r"""['"“]([^'"”]{1,120})['"”]""")


class Fault(BaseModel):
    """A class, what was said (values and all: scrub it before it leaves), where, and hints that hold no value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ErrorClass
    message: str
    name: str = ""
    line: int | None = None
    hints: tuple[str, ...] = ()


def of_execution(
    execution: Execution,
    tables: Sequence[TableContext],
    *,
    contract: CodeContract | None,
    result: TableData | None,
) -> Fault | None:
    """What was wrong, None when nothing was or when nobody can mend it: a person's stop, a lost connection.

    An empty `result` is an honest answer to a plan, whose filters a person sees; of free code it is a fault.
    """
    match execution.status:
        case "interrupted" | "lost":
            return None
        case "timeout":
            return Fault(kind="timeout", message="The code took longer than an execution may.", hints=_SLOW)
        case "memory":
            return Fault(kind="memory", message="The code took more memory than a session has.", hints=_SLOW)
        case "died":
            return Fault(kind="other", message="The interpreter ended while the code ran.")
        case "error" if execution.error is not None:
            return of_error(execution.error, tables)
        case "error":
            return Fault(kind="other", message="The code stopped with an error that says nothing.")
        case _:
            return _of_result(result, contract)


_SLOW = ("read only the columns that are needed", "aggregate before joining", "use DuckDB over the file")


def of_error(error: CodeError, tables: Sequence[TableContext]) -> Fault:
    """The fault that an exception stands for."""
    kind = _kind(error, tables)
    hints = _near(error, tables) if kind == "missing column" else ()
    return Fault(
        kind=kind,
        message=f"{error.name}: {error.value}"[:_LONGEST],
        name=error.name,
        line=error.line,
        hints=hints,
    )


def _kind(error: CodeError, tables: Sequence[TableContext]) -> ErrorClass:
    name = error.name.rpartition(".")[2]
    for names, kind in _CLASSES:
        if name in names:
            return kind
    said = error.value.lower()
    if name == "KeyError":
        return "missing column"
    if name in {"AttributeError", "NameError"} and (_near(error, tables) or _is_column(error, tables)):
        return "missing column"
    for kind, patterns in _BY_WORDS:
        if any(re.search(pattern, said) for pattern in patterns):
            return kind
    if name == "TypeError":
        return "type"
    return "empty result" if name == "IndexError" else "other"


def _near(error: CodeError, tables: Sequence[TableContext]) -> tuple[str, ...]:
    """Columns whose names are near what the error names, the first ones where a key is like none."""
    columns = {column.name: table.name for table in tables for column in table.statistics.columns}
    wanted = _TOLD.findall(error.value) or _QUOTED.findall(error.value)
    wanted = wanted or ([error.value] if len(error.value) < 120 else [])
    hints: list[str] = []
    for name in wanted[:5]:
        if name in columns:
            continue
        found = process.extract(name, sorted(columns), limit=_NEAREST, score_cutoff=60)
        near = [repr(plain(one[0])) for one in found]
        if near:
            hints.append(f"there is no column {plain(name)!r}; the nearest are {', '.join(near)}")
        elif _is_key(error):
            there = ", ".join(repr(plain(one)) for one in list(columns)[:_LISTED])
            hints.append(f"there is no column {plain(name)!r}; the tables have {there}")
    return tuple(hints)


def _is_column(error: CodeError, tables: Sequence[TableContext]) -> bool:
    """A column's name used as if it were a variable."""
    names = {column.name for table in tables for column in table.statistics.columns}
    return any(name in names for name in _QUOTED.findall(error.value))


def _is_key(error: CodeError) -> bool:
    return error.name.rpartition(".")[2] == "KeyError"


def _of_result(result: TableData | None, contract: CodeContract | None) -> Fault | None:
    if result is None:
        return Fault(
            kind="wrong shape",
            message="The code ran, but left no table in `result`.",
            hints=("assign a pandas DataFrame to `result`, of one row for a single figure",),
        )
    if contract is None:
        return None
    lacking = [column.name for column in contract.columns if column.name not in result.columns]
    if lacking:
        names = ", ".join(repr(plain(name)) for name in lacking)
        there = ", ".join(repr(plain(name)) for name in result.columns[:20])
        return Fault(
            kind="wrong shape",
            message=f"`result` lacks the promised column {names}.",
            hints=(f"it has {there}", "promise and bring back the same columns"),
        )
    if result.total == 0:
        return Fault(
            kind="empty result", message="`result` has no row.", hints=("check conditions and joins",)
        )
    if contract.rows == "one" and result.total != 1:
        return Fault(kind="wrong shape", message=f"`result` has {result.total:,} rows; one was promised.")
    return None


def may_retry(kinds: Sequence[str]) -> bool:
    """Whether another correction is in order after attempts that ended with these classes, oldest first."""
    if not kinds or len(kinds) > RETRIES:
        return False
    return not (kinds[-1] in _ONCE and kinds.count(kinds[-1]) > 1)


def gave_up(tried: Sequence[tuple[str, str]], why: str) -> str:
    """The honest stop: each attempt's class and message in order, and why there is no further one."""
    listed = " ".join(
        f"{number}. {kind}: {plain(message, limit=200)}"
        for number, (kind, message) in enumerate(tried, start=1)
    )
    times = "once" if len(tried) == 1 else f"{len(tried)} times"
    return f"The code was tried {times} and never gave an answer. {listed} {why}".strip()
