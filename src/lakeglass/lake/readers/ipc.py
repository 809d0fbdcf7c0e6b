"""Turns an Arrow or Feather file into Parquet, in a process of its own: run as a script, it imports nothing of ours.

Offsets in such a file point into memory: every batch is validated before a value of it is looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TypedDict

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq


class Request(TypedDict):
    """A file, how it begins ('file', 'stream' or 'feather'), and where the Parquet file goes."""

    source: str
    form: str
    target: str


def converted(request: Request) -> None:
    """Write every batch; raises what Arrow raises for a damaged file."""
    if request["form"] == "feather":
        table = feather.read_table(request["source"])
        table.validate(full=True)
        pq.write_table(table.cast(_plain_schema(table.schema)), request["target"])
        return
    with pa.memory_map(request["source"]) as stream:
        batches = _batches(stream, request["form"])
        first = next(batches)
        schema = _plain_schema(first.schema)
        with pq.ParquetWriter(request["target"], schema) as writer:
            writer.write_table(pa.Table.from_batches([first]).cast(schema))
            for batch in batches:
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))


def _batches(stream: pa.MemoryMappedFile, form: str) -> Iterator[pa.RecordBatch]:
    """The batches, an empty one when there is none."""
    some = False
    if form == "file":
        file = pa.ipc.open_file(stream)
        schema = file.schema
        for number in range(file.num_record_batches):
            some = True
            yield _sound(file.get_batch(number))
    else:
        flow = pa.ipc.open_stream(stream)
        schema = flow.schema
        for batch in flow:
            some = True
            yield _sound(batch)
    if not some:
        yield pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    batch.validate(full=True)
    return batch


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(field.name, _plain(field.type)) for field in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    """What Parquet and the engine store: dictionaries as their values, halves as floats, durations as numbers."""
    if isinstance(kind, pa.DictionaryType):
        return _plain(kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(kind.storage_type)
    if pa.types.is_float16(kind):
        return pa.float32()
    if pa.types.is_duration(kind):
        return pa.int64()
    if pa.types.is_null(kind):
        return pa.string()
    return kind


def main() -> None:
    """Answer one request."""
    try:
        converted(json.load(sys.stdin))
        failure = ""
    except (pa.ArrowNotImplementedError, NotImplementedError):
        failure = "types"
    except (pa.ArrowException, OSError, ValueError, KeyError, StopIteration, RuntimeError):
        failure = "damaged"
    json.dump({"failure": failure}, sys.stdout)


if __name__ == "__main__":
    main()
