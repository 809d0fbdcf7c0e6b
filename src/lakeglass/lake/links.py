"""How two tables belong together: columns whose values meet, with the evidence counted over every row."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from lakeglass.lake.engine import literal, parquet, quoted
from lakeglass.lake.model import ColumnStatistics, Statistics
from lakeglass.lake.statistics.table import Bounds, compute

MOST = 3
_log = logging.getLogger(__name__)
_TRIED = 12
_LEAST_SHARE = 0.05
_KINDS = {"integer": "number", "number": "number", "text": "text", "date": "date", "boolean": ""}
_WORD = re.compile(r"[a-z0-9]+")
_KEYS = {"id", "key", "code", "no", "nr", "number", "uuid", "name"}


class Side(BaseModel):
    """One of the tables."""

    model_config = ConfigDict(frozen=True)

    name: str
    file: Path
    statistics: Statistics


class Link(BaseModel):
    """`on` of the left table equals `key` of the right one.

    `share` is the part (0..1) of the left table's rows, and `matched` their number, that have a row on the right;
    a side is unique when none of its values there repeats.
    """

    model_config = ConfigDict(frozen=True)

    on: str
    key: str
    share: float
    matched: int
    left_unique: bool
    right_unique: bool


def find_links(connection: duckdb.DuckDBPyConnection, left: Side, right: Side) -> tuple[Link, ...]:
    """The likeliest ways to join, best first, at most `MOST`; none when no values meet."""
    pairs = [
        (_alike(a.name, b.name, left.name, right.name), a, b)
        for a in left.statistics.columns
        for b in right.statistics.columns
        if _KINDS.get(a.kind, "") and _KINDS.get(a.kind) == _KINDS.get(b.kind)
    ]
    likely = sorted((p for p in pairs if p[0] > 0), key=lambda p: (-p[0], -_uniqueness(p[1:], left, right)))
    found = [(score, _counted(connection, left, right, a.name, b.name)) for score, a, b in likely[:_TRIED]]
    kept = [(score, link) for score, link in found if link.share >= _LEAST_SHARE]
    kept.sort(key=lambda p: (-(p[1].right_unique or p[1].left_unique), -p[0], -p[1].share))
    return tuple(link for _, link in kept[:MOST])


def _uniqueness(pair: Sequence[ColumnStatistics], left: Side, right: Side) -> float:
    rows = (max(left.statistics.rows, 1), max(right.statistics.rows, 1))
    return max(column.distinct / n for column, n in zip(pair, rows, strict=True))


def _alike(one: str, other: str, left: str, right: str) -> float:
    """How much two names say that they mean the same: 1 for equal ones, 0.9 for 'customer_id' and id of customers."""
    first, second = _words(one), _words(other)
    if first == second:
        return 1.0 if set(first) & _KEYS or len(first) > 1 else 0.8
    for own, table, whole in ((second, right, first), (first, left, second)):
        named = [w.removesuffix("s") for w in _words(table)]
        if set(own) <= _KEYS and [w for w in whole if w not in own] and set(_stems(whole)) & set(named):
            return 0.9
    shared = set(_stems(first)) & set(_stems(second))
    return 0.5 * len(shared) / max(len(first), len(second)) if shared - _KEYS else 0.0


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return _WORD.findall(spaced.casefold())


def _stems(words: Sequence[str]) -> list[str]:
    return [w.removesuffix("s") for w in words]


def _counted(connection: duckdb.DuckDBPyConnection, left: Side, right: Side, on: str, key: str) -> Link:
    a, b = quoted(on), quoted(key)
    first, second = (parquet(side.file) for side in (left, right))
    query = f"""
        SELECT (SELECT count(*) FROM {first} WHERE {a} IN (SELECT {b} FROM {second} WHERE {b} IS NOT NULL)),
               (SELECT count(*) FROM {first}),
               (SELECT count({a}) = count(DISTINCT {a}) FROM {first}),
               (SELECT count({b}) = count(DISTINCT {b}) FROM {second})
    """
    row = connection.execute(query).fetchone()
    assert row is not None
    matched, rows, left_unique, right_unique = row
    return Link(
        on=on,
        key=key,
        share=matched / rows if rows else 0.0,
        matched=int(matched),
        left_unique=bool(left_unique),
        right_unique=bool(right_unique),
    )


def joined_names(left: Statistics, right: Statistics, key: str, *, name: str) -> tuple[tuple[str, str], ...]:
    """What the right table's columns are called beside the left one's: (there, here); the key is left out."""
    taken = {c.name for c in left.columns}
    names: list[tuple[str, str]] = []
    for column in right.columns:
        if column.name == key:
            continue
        here = column.name if column.name not in taken else f"{name} {column.name}"
        while here in taken:
            here += " "
        taken.add(here)
        names.append((column.name, here))
    return tuple(names)


class Joined(BaseModel):
    """A link with the joined table in numbers; `turned` when the right table's rows are those of the join."""

    model_config = ConfigDict(frozen=True)

    link: Link
    turned: bool
    columns: tuple[tuple[str, str], ...]
    statistics: Statistics


def join_tables(
    connection: duckdb.DuckDBPyConnection, left: Side, right: Side, *, folder: Path, bounds: Bounds
) -> tuple[Joined, ...]:
    """The likeliest joins with what comes of each; `folder` holds the joined rows meanwhile.

    The rows are those of the side whose values may repeat, each with its match. Where values repeat on both sides, one
    match stands for all: such a table is looked at, but not computed with.
    """
    try:
        links = find_links(connection, left, right)
        return tuple(_joined(connection, left, right, link, folder, bounds) for link in links)
    except duckdb.Error as error:
        # A join is an offer: what one table answers must not fail because two can't be compared.
        _log.warning(
            "no joins were looked for between %s and %s: %s", left.name, right.name, type(error).__name__
        )
        return ()


def _joined(
    connection: duckdb.DuckDBPyConnection, left: Side, right: Side, link: Link, folder: Path, bounds: Bounds
) -> Joined:
    back = link.left_unique and not link.right_unique
    one, other = (right, left) if back else (left, right)
    used = _counted(connection, one, other, link.key, link.on) if back else link
    names = joined_names(one.statistics, other.statistics, used.key, name=other.name)
    known = _profile(connection, one, other, used, names, folder / "joined.parquet", bounds)
    return Joined(link=used, turned=back, columns=names, statistics=known)


def _profile(
    connection: duckdb.DuckDBPyConnection,
    left: Side,
    right: Side,
    link: Link,
    names: tuple[tuple[str, str], ...],
    target: Path,
    bounds: Bounds,
) -> Statistics:
    columns = ", ".join(["l.*", *(f"r.{quoted(there)} AS {quoted(here)}" for there, here in names)])
    key = quoted(link.key)
    connection.execute(
        f"COPY (SELECT {columns} FROM {parquet(left.file)} l "
        f"LEFT JOIN (SELECT DISTINCT ON ({key}) * FROM {parquet(right.file)}) r ON l.{quoted(link.on)} = r.{key}) "
        f"TO {literal(str(target))} (FORMAT parquet)"
    )
    return compute(connection, target, bounds=bounds)
