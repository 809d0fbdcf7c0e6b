"""One column in numbers, by the way that its kind asks for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from lakeglass.lake.engine import parquet, quoted
from lakeglass.lake.figures import ColumnStatistics, TextFigures, TopValue
from lakeglass.lake.model import ColumnInfo
from lakeglass.lake.statistics.arrays import Numbers, numbers, scale_of
from lakeglass.lake.statistics.arrow import Chunked, strings, total
from lakeglass.lake.statistics.looks import MOST, Sample, look, sampled
from lakeglass.lake.statistics.meanings import meaning_of_name, meaning_of_text, personal_data
from lakeglass.lake.statistics.measured import measure
from lakeglass.lake.statistics.sketch import EXACT, sketch
from lakeglass.lake.statistics.words import TOP, Lengths, count_words, frequent, lengths, top_values

# Numbers of twelve digits and more may be those of cards; as many are looked at.
_LONG, _SOME = 10**11, 1_000
# The column in pieces, in file order; may be called again.
Walk = Callable[[], Iterator[Chunked]]


@dataclass(frozen=True, slots=True)
class Source:
    """A column to describe, with its type in the file. `most` numbers and `words` different texts are held at once.

    `top` of its values are told with their rows.
    """

    connection: duckdb.DuckDBPyConnection
    file: Path
    info: ColumnInfo
    stored: pa.DataType
    rows: int
    walk: Walk
    most: int
    words: int = EXACT
    top: int = TOP


def describe(source: Source) -> ColumnStatistics:
    """Everything that is known of a column."""
    match source.info.kind:
        case "integer" | "number" | "date" | "datetime" | "time":
            return _measured(source)
        case "boolean":
            return _flags(source)
        case "nested":
            return _nested(source)
        case "text":
            return _opaque(source) if source.info.dtype in {"BLOB", "UUID"} else _texts(source)


def _base(source: Source, *, nulls: int) -> dict[str, object]:
    info = source.info
    share = nulls / source.rows if source.rows else 0.0
    return {"name": info.name, "dtype": info.dtype, "kind": info.kind, "nulls": nulls, "null_share": share}


def _measured(source: Source) -> ColumnStatistics:
    info = source.info
    nulls = 0
    first = True

    def pieces() -> Iterator[Numbers]:
        nonlocal nulls, first
        counting, first = first, False
        for piece in source.walk():
            for chunk in piece.chunks:
                nulls += chunk.null_count if counting else 0
                yield numbers(chunk)

    found = measure(
        pieces, scale_of(source.stored, info.kind), rows=source.rows, most=source.most, top=source.top
    )
    return ColumnStatistics.model_validate(
        {
            **_base(source, nulls=nulls),
            "distinct": found.distinct,
            "distinct_is_exact": True,
            "minimum": found.minimum,
            "maximum": found.maximum,
            "mean": found.mean,
            "deviation": found.deviation,
            "quantiles": found.quantiles,
            "histogram": found.histogram,
            "top_values": found.top_values,
            "numbers": found.numbers,
            "times": found.times,
            "meaning": meaning_of_name(info.name, info.kind, low=found.minimum, high=found.maximum),
            "pii": personal_data(info.name, info.kind, _long_numbers(source)),
        }
    )


def _long_numbers(source: Source) -> Sample | None:
    """Some whole numbers as they are written, where they are as long as those of cards and ids."""
    if source.info.kind != "integer":
        return None
    some = next((numbers(chunk)[:_SOME] for piece in source.walk() for chunk in piece.chunks), np.empty(0))
    if not some.size or some.min() < _LONG:
        return None
    return Sample(strings([str(int(value)) for value in some]), np.ones(some.size), some.size, whole=False)


def _flags(source: Source) -> ColumnStatistics:
    counts = {True: 0, False: 0}
    nulls = 0
    for piece in source.walk():
        nulls += piece.null_count
        true = total(piece)
        counts[True] += true
        counts[False] += len(piece) - piece.null_count - true
    present = sum(counts.values())
    found = sorted(
        ((value, count) for value, count in counts.items() if count), key=lambda each: (-each[1], each[0])
    )
    return ColumnStatistics.model_validate(
        {
            **_base(source, nulls=nulls),
            "distinct": len(found),
            "distinct_is_exact": True,
            "mean": counts[True] / present if present else None,
            "top_values": tuple(TopValue(value=value, count=n, share=n / present) for value, n in found),
        }
    )


def _texts(source: Source) -> ColumnStatistics:
    words = count_words(source.walk(), most=source.words)
    if words is None:
        return _sketched(source)
    measured = lengths(words)
    sample = sampled(words)
    return _of_texts(
        source,
        sample,
        measured,
        nulls=source.rows - words.rows,
        empty=None,
        more={
            "distinct": len(words),
            "distinct_is_exact": True,
            "top_values": top_values(words, top=source.top),
        },
    )


def _sketched(source: Source) -> ColumnStatistics:
    """A column with too many different texts to hold."""
    found = sketch(source.connection, source.file, source.info.name, rows=source.rows, some=MOST)
    weights = np.full(len(found.some), found.present / max(len(found.some), 1))
    sample = Sample(strings(found.some), weights, found.present, whole=False)
    return _of_texts(
        source,
        sample,
        found.lengths,
        nulls=source.rows - found.present,
        empty=found.empty,
        more={
            "distinct": found.distinct,
            "distinct_is_exact": False,
            "distinct_error": found.error,
            "top_values": found.top_values,
        },
    )


def _of_texts(
    source: Source,
    sample: Sample,
    measured: Lengths | None,
    *,
    nulls: int,
    empty: int | None,
    more: dict[str, object],
) -> ColumnStatistics:
    info = source.info
    text = None
    if measured is not None:
        looks = look(sample)
        text = TextFigures(
            mean_length=measured.mean,
            median_length=measured.median,
            lengths=measured.bars,
            empty=looks.empty if empty is None else empty,
            blank=looks.blank,
            padded=looks.padded,
            numeric=looks.numeric,
            case_variants=looks.case_variants,
            patterns=looks.patterns,
            looked_at=len(sample.values),
        )
    return ColumnStatistics.model_validate(
        {
            **_base(source, nulls=nulls),
            "min_length": measured.least if measured else None,
            "max_length": measured.most if measured else None,
            "text": text,
            "meaning": meaning_of_text(sample) if measured else None,
            "pii": personal_data(info.name, info.kind, sample if measured else None),
            **more,
        }
    )


def _opaque(source: Source) -> ColumnStatistics:
    """Bytes and UUIDs: how many, how long, and which are frequent where they have a text."""
    words = count_words((_stored(piece) for piece in source.walk()), most=source.words)
    if words is None:
        return _nested(source)
    named = source.info.dtype == "UUID"
    measured = lengths(words)
    best = frequent(words, top=10)
    top = tuple(
        TopValue(value=str(uuid.UUID(bytes=value)), count=int(count), share=int(count) / words.rows)
        for value, count in zip(best.values.to_pylist(), best.counts, strict=True)
        if named and count > 1
    )
    return ColumnStatistics.model_validate(
        {
            **_base(source, nulls=source.rows - words.rows),
            "distinct": len(words),
            "distinct_is_exact": True,
            "top_values": top,
            "min_length": 36 if named and measured else measured.least if measured else None,
            "max_length": 36 if named and measured else measured.most if measured else None,
        }
    )


def _stored(piece: Chunked) -> Chunked:
    """The bytes below a type of another library."""
    if not isinstance(piece.type, pa.BaseExtensionType):
        return piece
    chunks: list[Any] = [chunk.storage for chunk in piece.chunks if isinstance(chunk, pa.ExtensionArray)]
    kind: Any = piece.type.storage_type
    return pa.chunked_array(chunks, type=kind)


def _nested(source: Source) -> ColumnStatistics:
    """Lists, structs and maps: how many there are, and how many different ones by their 64-bit hashes."""
    name = quoted(source.info.name)
    row = source.connection.execute(
        f"SELECT count({name}), count(DISTINCT hash({name})) FILTER ({name} IS NOT NULL) "
        f"FROM {parquet(source.file)}"
    ).fetchone()
    present, distinct = row or (0, 0)
    return ColumnStatistics.model_validate(
        {
            **_base(source, nulls=source.rows - present),
            "distinct": distinct,
            "distinct_is_exact": False,
            "distinct_error": 1e-6,
        }
    )
