"""Sound files of every format, and how they are damaged: as a whole, or inside what is packed, with sums that fit."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_JUNK = (b"\x00", b"\xff", b'"', b"\n", b",", b"{", b"]", b"\xff\xff\xff\x7f", b"PK\x03\x04", b"\x80" * 9)
Mutate = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Seed:
    """A sound file, and how to damage it."""

    wholes: tuple[bytes, ...]
    mutate: tuple[Mutate, ...]


def mutant(seed: Seed, chance: random.Random) -> bytes:
    """One of the files, damaged in one of the ways."""
    return chance.choice(seed.mutate)(chance.choice(seed.wholes), chance)


def anywhere(whole: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes flipped, cut, doubled or replaced."""
    content = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(max(len(content), 1))
        match chance.randrange(5):
            case 0:
                content[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                content[place:place] = chance.choice(_JUNK)
            case 2:
                del content[place : place + chance.randint(1, 40)]
            case 3:
                content[place:place] = content[place : place + chance.randint(1, 200)]
            case _:
                if chance.random() < 0.3:
                    del content[place:]
                else:
                    content[place : place + 4] = chance.randbytes(4)
    return bytes(content)


def in_place(whole: bytes, chance: random.Random) -> bytes:
    """The file with one to three bytes changed: what points into it still points to the same places."""
    content = bytearray(whole)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[place] ^= 1 << chance.randrange(8)
            case 1:
                content[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                content[place : place + 4] = chance.choice((b"\xff\xff\xff\x7f", bytes(4), b"\xff" * 4))
                del content[len(whole) :]
            case _:
                content[place] = chance.randrange(256)
    return bytes(content)


def at_the_end(whole: bytes, chance: random.Random) -> bytes:
    """As `in_place`, in the last kilobyte: that is where Parquet and Arrow keep their schema."""
    return whole[:-1024] + in_place(whole[-1024:], chance)


def inside_gzip(whole: bytes, chance: random.Random) -> bytes:
    """Damage below the compression, whose sum is right."""
    return gzip.compress(anywhere(gzip.decompress(whole), chance), 1)


def inside_zip(whole: bytes, chance: random.Random) -> bytes:
    """One member of the archive damaged, its sum right."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(packed, "w") as new:
        names = old.namelist()
        hurt = chance.choice([*names, *([name for name in names if "sheet1" in name] * len(names))])
        for name in names:
            content = old.read(name)
            new.writestr(name, anywhere(content, chance) if name == hurt else content)
    return packed.getvalue()


def words(whole: bytes, chance: random.Random) -> bytes:
    """Pieces of text between delimiters moved, doubled and replaced by what is hard to read."""
    marks = b",;\t|\"'\n\r{}[]:\\"
    content = bytearray(whole)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(max(len(content), 1))
        if chance.random() < 0.5:
            content[place : place + chance.randint(0, 2)] = bytes([chance.choice(marks)])
        else:
            content[place:place] = chance.choice(_WORDS)
    return bytes(content)


_WORDS = (
    b"1e999", b"NaN", b"-inf", b"null", b"0x1F", b"2024-02-30", b"31.12.9999", b"1.234,56", b"\xe2\x82\xac", b'""',
    b"\\N", b"9" * 40, b"\\u0000", b"\\ud800", b'"a\nb"', b"\r", b"=1+1", b"\xef\xbb\xbf", b"{}", b"[[]]", b"-0",
    b"12:61", b"1e-400", b"\xf0\x9f\x98\x80", b"\x1b$B", b"TRUE",
)  # fmt: skip


@cache
def seeds() -> Mapping[str, Seed]:
    """Each format's sound files and ways of damage."""
    frame = _frame(60)
    text = frame.to_csv(index=False).encode()
    german = frame.to_csv(index=False, sep=";", decimal=",", date_format="%d.%m.%Y").encode("cp1252")
    records = [
        {"id": n, "who": {"name": f"x{n}", "age": n / 2}, "tags": [n, "a"], "on": "2024-01-01"}
        for n in range(60)
    ]
    lines = "\n".join(map(json.dumps, records)).encode()
    return {
        "csv": Seed((text, german), (anywhere, words)),
        "csv.gz": Seed((gzip.compress(text), gzip.compress(german)), (anywhere, inside_gzip, inside_gzip)),
        "json": Seed((json.dumps(records).encode(),), (anywhere, words, in_place)),
        "jsonl": Seed((lines,), (anywhere, words, in_place)),
        "parquet": Seed(_parquets(frame), (anywhere, in_place, at_the_end, at_the_end)),
        "sqlite": Seed((_database(),), (anywhere, in_place, in_place)),
        "xlsx": Seed((_workbook(frame),), (anywhere, inside_zip, inside_zip, inside_zip)),
        "arrow": Seed(_arrows(frame), (anywhere, in_place, at_the_end)),
    }


def _frame(rows: int) -> pd.DataFrame:
    count = range(rows)
    return pd.DataFrame(
        {
            "id": list(count),
            "word": [f"wörd {n}" for n in count],
            "price": [n / 4 if n % 7 else None for n in count],
            "day": pd.date_range("2024-01-01", periods=rows),
            "kind": ["a", "b", "c"] * (rows // 3),
        }
    )


def _nested(frame: pd.DataFrame) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    lists = pa.array([[n, n + 1] for n in range(len(frame))], pa.list_(pa.int32()))
    pairs = pa.array([{"x": n, "y": str(n)} for n in range(len(frame))])
    return table.append_column("list", lists).append_column("pair", pairs)


def _parquets(frame: pd.DataFrame) -> tuple[bytes, ...]:
    plain, nested = pa.BufferOutputStream(), pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_pandas(frame, preserve_index=False), plain, compression="none", row_group_size=25
    )
    pq.write_table(_nested(frame), nested, compression="zstd", row_group_size=25)
    return plain.getvalue().to_pybytes(), nested.getvalue().to_pybytes()


def _arrows(frame: pd.DataFrame) -> tuple[bytes, ...]:
    found = []
    for table in (pa.Table.from_pandas(frame, preserve_index=False), _nested(frame)):
        for make in (pa.ipc.new_file, pa.ipc.new_stream):
            flow = pa.BufferOutputStream()
            with make(flow, table.schema) as writer:
                writer.write_table(table, max_chunksize=25)
            found.append(flow.getvalue().to_pybytes())
    return tuple(found)


def _workbook(frame: pd.DataFrame) -> bytes:
    sheet = io.BytesIO()
    with pd.ExcelWriter(sheet) as writer:
        frame.to_excel(writer, index=False, sheet_name="Data")
        frame.head(3).to_excel(writer, index=False, sheet_name="More")
    return sheet.getvalue()


def _database() -> bytes:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (id INTEGER, word TEXT, price REAL, raw BLOB)")
    database.executemany(
        "INSERT INTO t VALUES (?, ?, ?, ?)", [(n, f"word {n}", n / 4, bytes([n])) for n in range(60)]
    )
    database.execute("CREATE TABLE other (a, b)")
    database.execute("CREATE INDEX word ON t (word)")
    database.commit()
    return database.serialize()
