"""Near-misses of code: hashes, operators, packages, patterns and printed statistics."""

from __future__ import annotations

import random
import uuid

from tests.corpora.personal.types import Near


def hash_near(rng: random.Random) -> Near:
    raw = rng.randbytes(32).hex()
    pairs = ":".join(raw[i : i + 2] for i in range(0, 40, 2)).upper()
    core, phrase = rng.choice(
        (
            (raw[:40], "commit {}"),
            (raw[:7], "at {}"),
            (raw, "sha256:{}"),
            ("0x" + raw, "tx {}"),
            (raw[:32], "md5 {}"),
            (str(uuid.UUID(raw[:32], version=4)), "{}"),
            (str(uuid.UUID(raw[:32], version=4)).upper(), "run {}"),
            ("#" + raw[:6], "color: {};"),
            ("#" + raw[:6].upper(), "palette {}"),
            (pairs, "SHA1 Fingerprint={}"),
            ("0x" + raw[:8], "at address {}"),
            (raw[:24], "ObjectId('{}')"),
            (raw[:16], "trace_id={}"),
        )
    )
    return Near(phrase.format(core), core)


_CODE = (
    "logo@2x.png",
    "icon-large@3x.webp",
    "node@18.2.0",
    "lodash@4.17.21",
    "@types/react@18.2.45",
    "react-dom@18.3.1",
    "@data_team",
    "@anna.dev",
    "@app.get('/users/{id}')",
    "@pytest.mark.parametrize",
    "@dataclass(frozen=True)",
    "@Override",
    "X @ W + b",
    "(A @ B).sum()",
    "A.T @ B",
    "q @ k.transpose(-2, -1)",
    "y = X@beta + eps",
    "a@b",
    "actions/checkout@v4",
    "SELECT @@VERSION",
    "@param start_date",
    "DECLARE @id INT",
    "events@v3.parquet",
    r"[\w.+-]+@[\w-]+\.[\w.]+",
    r"\d{3}-\d{2}-\d{4}",
    r"^\+?[0-9]{7,15}$",
    r"(\d{4}[ -]?){4}",
    "@media (min-width: 1024px)",
    "jdbc:oracle:thin:@db01:1521/ORCL",
    "https://medium.com/@handle/12-tips",
    "std::vector<int>",
    "arr[::2]",
    "x[1:, ::-1]",
    "https://api.quanta.io:8443/v1/items?limit=1000",
    "%Y-%m-%d %H:%M:%S",
    "chmod 0755",
    "postgresql://db.internal:5432/sales",
    "printf('%08.3f')",
    "s3://lake/raw/2024/05/17/part-00001.parquet",
    "df.iloc[1000:2000, 3:7]",
    "0b1010_1100",
    "HTTP/1.1 200 1043",
    "exit code 137",
    "port 5432",
    "line 1042, col 17",
)


def code_near(rng: random.Random) -> Near:
    core = rng.choice(_CODE)
    return Near(rng.choice((core, f"`{core}`")), core)


def describe_near(rng: random.Random) -> Near:
    names = rng.sample(("price", "qty", "age", "score", "lat", "duration_ms", "revenue"), rng.randrange(1, 4))
    lines = ["      " + "".join(f"{name:>16}" for name in names)]
    for label in ("count", "mean", "std", "min", "25%", "50%", "75%", "max"):
        cells = (f"{rng.uniform(0, 10 ** rng.randrange(1, 7)):>16.6f}" for _ in names)
        lines.append(f"{label:<6}" + "".join(cells))
    core = "\n".join(lines)
    return Near(f"\n{core}\n", core)


def frame_near(rng: random.Random) -> Near:
    style = rng.randrange(3)
    if style == 0:
        core = "[" + " ".join(f"{rng.uniform(-1, 1):.8f}" for _ in range(6)) + "]"
    elif style == 1:
        rows = [
            f"{i}  {rng.randrange(10**4, 10**9):>10}  {rng.uniform(0, 1):.6f}  {rng.randrange(300)}"
            for i in range(4)
        ]
        core = "\n".join(rows)
    else:
        rows = [f"{year}    {rng.randrange(10**3, 10**7)}" for year in range(2019, 2024)]
        core = "\n".join([*rows, "Name: count, dtype: int64"])
    return Near(f"\n{core}\n", core)
