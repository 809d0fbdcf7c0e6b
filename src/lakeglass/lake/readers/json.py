"""JSON and JSON Lines: one row a record, objects inside flattened to columns with dotted names, lists kept as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import JsonValue, TypeAdapter

from lakeglass.core.errors import EmptyFile, TooLarge, UnprocessableFile
from lakeglass.lake.decisions import ReadDecision
from lakeglass.lake.engine import file_literal, literal, parquet
from lakeglass.lake.readers import encodings
from lakeglass.lake.readers.arrays import written
from lakeglass.lake.readers.base import BROKEN, EMPTY, HEAD_BYTES, Capabilities, Reading, ReadResult
from lakeglass.lake.readers.records import records_of
from lakeglass.lake.readers.strangers import JSON, stranger
from lakeglass.lake.readers.text import clean_text, decoded_head
from lakeglass.lake.readers.types import substituted

# A document that is no list of records is taken apart in memory.
_WHOLE_BYTES = 96 << 20
_RECORD_BYTES = 256 << 20
_FIELDS = 1_000
_COLUMNS = 5_000
_DEPTH = 12
_PLACE = re.compile(r"(?:line|record/value) (\d+)")
_STRUCTURE = TypeAdapter(JsonValue)
# HUGEINT is what the engine calls whole numbers of both signs.
_NUMBERS = frozenset({"UBIGINT", "BIGINT", "HUGEINT", "DOUBLE"})
# Whether all numbers are whole ones, and whether none has more digits than a double keeps.
_FITS = (
    "bool_and(v IS NULL OR (TRY_CAST(v AS BIGINT) IS NOT NULL AND NOT regexp_matches(v, '[.eE]'))), "
    "bool_and(v IS NULL OR (NOT regexp_full_match(v, '-?[0-9]{18,}') AND TRY_CAST(v AS DOUBLE) IS NOT NULL))"
)
_MORE = re.compile(r"[^\s]")


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A column: where it is in the record, by position at every level, and what its values are."""

    name: str
    path: tuple[int, ...]
    kind: str


class JsonReader:
    """JSON (RFC 8259) and JSON Lines (https://jsonlines.org)."""

    capabilities = Capabilities(
        name="json",
        label="JSON",
        suffixes=(".json", ".jsonl", ".ndjson", ".geojson"),
        options=("encoding", "table"),
    )

    def recognises(self, head: bytes) -> bool:
        """By the first signs: an object with a key, or a list of objects or lists."""
        if encodings.by_mark(head) is not None:
            head = decoded_head(head).encode()
        return stranger(head) == JSON

    def check(self, source: Path) -> None:
        """Look for a record; raises EmptyFile."""
        with source.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if len(head) < HEAD_BYTES and not decoded_head(head).strip(" \t\r\n[]{},"):
            raise EmptyFile(EMPTY)

    def read(self, source: Path, target: Path, reading: Reading) -> ReadResult:
        """Write the records; raises EmptyFile, UnprocessableFile with the record that can't be read, TooLarge."""
        text = clean_text(source, reading)
        told = [decision for decision in text.decisions if decision.chosen not in {"utf-8", "utf-8-sig"}]
        between = reading.scratch / "records.parquet"
        path, more = _as_lines(text.path, reading)
        try:
            count, structure = _structure(path, reading)
            if count == 0:
                raise EmptyFile(EMPTY)
            if structure in ({}, "JSON", "NULL") and _all_empty(path, reading):
                raise EmptyFile(f"{EMPTY} Its records have no fields.")
            shape, leaves = _flattened(structure)
            transformed = (
                f"SELECT json_transform(json, {literal(json.dumps(shape))}) AS r FROM {_source(path)}"
            )
            reading.connection.execute(f"COPY ({transformed}) TO {literal(str(between))} (FORMAT parquet)")
            flat = reading.scratch / "flat.parquet"
            _flatten(between, flat, leaves, reading)
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error as error:
            if "No space left" in str(error):
                raise
            raise _unreadable(error) from error
        told += [*more, *_told(leaves)]
        return written(flat, [leaf.name for leaf in leaves], target, reading, told=told)


def _as_lines(path: Path, reading: Reading) -> tuple[Path, list[ReadDecision]]:
    """The file itself where it is a list of records or one a line; otherwise its records, one a line."""
    with path.open(encoding="utf-8-sig") as stream:
        head = stream.read(HEAD_BYTES)
        start = head.lstrip()
        listed = re.match(r"\[\s*\{", start) is not None
        lined = start.startswith("{") and _has_more(start, stream)
        if listed or lined:
            return path, []
        if path.stat().st_size > _WHOLE_BYTES:
            raise TooLarge(
                f"This JSON document is one value of more than {_WHOLE_BYTES >> 20} MB. Save it as a list of records, "
                "or as JSON Lines, with one record a line.",
                details={"limit_mb": _WHOLE_BYTES >> 20},
            )
        stream.seek(0)
        content = stream.read()
    try:
        document: JsonValue = json.loads(content.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnprocessableFile(f"{BROKEN} It is no valid JSON{where}.") from error
    records, told = records_of(document, reading.options.table)
    lines = reading.scratch / "records.jsonl"
    with lines.open("w", encoding="utf-8", errors="replace") as copy:
        for record in records:
            copy.write(json.dumps(record, ensure_ascii=False) + "\n")
    return lines, told


def _has_more(start: str, stream: Iterator[str]) -> bool:
    """True when another record follows the first one."""
    try:
        _, end = json.JSONDecoder().raw_decode(start)
    except RecursionError:
        return False
    except ValueError:
        # Cut off, or damaged: records in lines show in the first of them.
        first, feed, _ = start.partition("\n")
        return bool(feed) and first.rstrip().endswith("}") and len(first) > 2
    return _MORE.search(start, end) is not None or any(_MORE.search(line) for line in stream)


def _source(path: Path) -> str:
    size = min(_RECORD_BYTES, max(path.stat().st_size + 1, 1 << 20))
    return (
        f"read_json_objects({file_literal(path)}, format='auto', maximum_object_size={max(size, 16 << 20)})"
    )


def _structure(path: Path, reading: Reading) -> tuple[int, JsonValue]:
    """How many records there are, and the types of all their fields."""
    query = f"SELECT count(*), json_group_structure(json) FROM {_source(path)}"
    found = reading.connection.execute(query).fetchone() or (0, None)
    return int(found[0]), _STRUCTURE.validate_json(str(found[1])) if found[1] is not None else None


def _all_empty(path: Path, reading: Reading) -> bool:
    query = f"SELECT bool_and(CAST(json AS VARCHAR) IN ('{{}}', '[]', 'null')) FROM {_source(path)}"
    return bool((reading.connection.execute(query).fetchone() or (False,))[0])


def _flattened(structure: JsonValue) -> tuple[JsonValue, list[_Leaf]]:
    """What `json_transform` is asked for, every leaf as text, and the columns; records that are no objects are one."""
    if not isinstance(structure, dict):
        raise UnprocessableFile(f"{BROKEN} Its records are not all objects with named fields.")
    leaves: list[_Leaf] = []

    def walk(fields: Mapping[str, JsonValue], prefix: str, path: tuple[int, ...]) -> dict[str, JsonValue]:
        shape: dict[str, JsonValue] = {}
        for place, (name, kind) in enumerate(fields.items(), start=1):
            full = f"{prefix}.{name}" if prefix else name
            here = (*path, place)
            if isinstance(kind, dict) and 0 < len(kind) <= _FIELDS and len(here) < _DEPTH:
                shape[name] = walk(kind, full, here)
                continue
            shape[name] = "VARCHAR"
            label = kind if isinstance(kind, str) else "list" if isinstance(kind, list) else "object"
            leaves.append(_Leaf(full, here, label))
        return shape

    shape = walk(structure, "", ())
    if len(leaves) > _COLUMNS:
        raise UnprocessableFile(
            f"{BROKEN} Its records have {len(leaves):,} different fields; a table has {_COLUMNS:,} columns at most."
        )
    return shape, leaves


def _flatten(source: Path, target: Path, leaves: list[_Leaf], reading: Reading) -> None:
    """Numbers and truth values under their types, where every one of them has a place there."""
    table = parquet(source)
    fields = [_field(leaf) for leaf in leaves]
    doubtful = {place: field for place, field in enumerate(fields) if leaves[place].kind in _NUMBERS}
    kinds = ["BOOLEAN" if leaf.kind == "BOOLEAN" else "VARCHAR" for leaf in leaves]
    if doubtful:
        asked = ", ".join(substituted(_FITS, field) for field in doubtful.values())
        answers = reading.connection.execute(f"SELECT {asked} FROM {table}").fetchone() or ()
        for index, place in enumerate(doubtful):
            whole, exact = answers[2 * index : 2 * index + 2]
            kinds[place] = "BIGINT" if whole else "DOUBLE" if exact else "VARCHAR"
    columns = ", ".join(
        f"CAST({field} AS {kind}) AS c{place}"
        for place, (field, kind) in enumerate(zip(fields, kinds, strict=True))
    )
    reading.connection.execute(
        f"COPY (SELECT {columns} FROM {table}) TO {literal(str(target))} (FORMAT parquet)"
    )


def _field(leaf: _Leaf) -> str:
    """SQL for a leaf by position: names that differ in case only are one to the engine."""
    sql = "r"
    for place in leaf.path:
        sql = f"struct_extract_at({sql}, {place})"
    return sql


def _told(leaves: list[_Leaf]) -> list[ReadDecision]:
    inside = [leaf.name for leaf in leaves if len(leaf.path) > 1]
    lists = [leaf.name for leaf in leaves if leaf.kind in {"list", "object"}]
    mixed = [leaf.name for leaf in leaves if leaf.kind == "JSON"]
    told = []
    for what, names, note in (
        ("objects inside", inside, "flattened: the names of the levels are joined by a point"),
        ("lists", lists, "kept as JSON text"),
        ("mixed fields", mixed, "values of several types, kept as text"),
    ):
        if names:
            value = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
            told.append(ReadDecision(what=what, value=value, note=note))
    return told


def _unreadable(error: duckdb.Error) -> UnprocessableFile:
    """Name the record; the engine's own text quotes values, so it is not shown."""
    if "maximum_object_size" in str(error):
        return UnprocessableFile(
            f"{BROKEN} A record is longer than {_RECORD_BYTES >> 20} MB. Write one object for each row, or take the "
            "long text out of it."
        )
    where = f" (record {match.group(1)})" if (match := _PLACE.search(str(error))) else ""
    return UnprocessableFile(f"{BROKEN} It is no valid JSON{where}.")
