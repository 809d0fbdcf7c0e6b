"""Predictions of a whole file: `python -m lakeglass.science.jobs.file_predictions folder memory_mb scratch`.

A line of JSON comes on standard input, then the bytes of the file; the answer goes out as JSON. The file is read as the
lake reads an upload, in `scratch`, or in a temporary folder where that can't be seen from here.
"""

from __future__ import annotations

from lakeglass.science.threads import limit_threads

limit_threads()

import sys  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, TypeAlias  # noqa: E402

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from lakeglass.core.errors import EmptyFile, InvalidInput, TooLarge  # noqa: E402
from lakeglass.core.settings import LakeSettings  # noqa: E402
from lakeglass.lake import exports  # noqa: E402
from lakeglass.lake.engine import Engine  # noqa: E402
from lakeglass.lake.local import convert  # noqa: E402
from lakeglass.lake.preview import EVERYTHING, page  # noqa: E402
from lakeglass.science.jobs.orders import FilePredictions, FileWork  # noqa: E402
from lakeglass.science.jobs.predictions import answer, known_columns, read_alike, repairs_of  # noqa: E402
from lakeglass.science.predict import LoadedModel, load_model  # noqa: E402
from lakeglass.science.repairs.actions import applied  # noqa: E402
from lakeglass.science.repairs.steps import DropColumn, DropRepeats, NullNumbers, Step  # noqa: E402
from lakeglass.science.table import Table  # noqa: E402
from lakeglass.science.tasks import CLASSES  # noqa: E402

MOST_ROWS = 200_000
_Values: TypeAlias = "pa.ChunkedArray[Any]"
_SHOWN, _NAMED = 100, 8
_MOST_CLASSES = 20
# Decimals of a probability: no table of a few hundred thousand rows knows more.
_PLACES = 6


def predict_file(folder: Path, source: Path, *, scratch: Path) -> FilePredictions:
    """Every row of a file, with its predictions behind its own columns.

    Raises the file errors of the lake, EmptyFile without rows, TooLarge, and InvalidInput for columns that it lacks or
    whose values do not fit.
    """
    settings = LakeSettings()
    read = scratch / "read.parquet"
    rows = convert(source, read, settings=settings).rows
    if rows == 0:
        raise EmptyFile("The file has columns but no rows; there is nothing to predict.")
    if rows > MOST_ROWS:
        raise TooLarge(f"The file has {rows:,} rows, expected at most {MOST_ROWS:,}; predict it in parts.")
    model = load_model(folder / "modeling")
    given = pq.read_table(read)
    _refuse(given, model)
    steps = repairs_of(folder)
    known = known_columns(folder, model, steps)
    mended = _mended(given.select(known.column_names), steps)
    columns = [_alike(field, mended.column(field.name)) for field in known.schema]
    alike = pa.Table.from_arrays(columns, names=known.column_names)
    predicted = dict(_predicted(model, read_alike(known, alike), taken=set(given.column_names)))
    for name, values in predicted.items():
        given = given.append_column(name, values)
    pq.write_table(given, scratch / "predicted.parquet")
    engine = Engine(settings, spill=scratch / "spill")
    with engine.connection() as connection:
        shown = page(connection, scratch / "predicted.parquet", EVERYTHING, offset=0, limit=_SHOWN)
        target = scratch / "predicted.csv"
        exports.export(connection, scratch / "predicted.parquet", target, EVERYTHING, form="csv")
    return FilePredictions(
        rows=rows,
        columns=tuple(given.column_names),
        predicted=tuple(predicted),
        preview=shown.rows,
        empty={name: alike.column(name).null_count for name in alike.column_names if alike.column(name).null_count},
        csv=target.read_text(encoding="utf-8"),
    )  # fmt: skip


def _refuse(given: pa.Table, model: LoadedModel) -> None:
    absent = [name for name in model.about.columns if name not in given.column_names]
    if absent:
        raise InvalidInput(
            f"The file lacks {_listed(absent)}, which the model learned from. It has {_listed(given.column_names)}. "
            "Add what is missing under the same name; cells may be empty."
        )


def _listed(names: list[str]) -> str:
    told = ", ".join(name[:80] for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{told} and {more:,} more" if more > 0 else told


def _alike(field: pa.Field[pa.DataType], data: _Values) -> _Values:
    """A column as the table has it; raises InvalidInput that names the first row which does not fit."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    counts = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    wanted = pa.float64() if counts else kind
    if pa.types.is_dictionary(data.type):
        data = data.cast(data.type.value_type)
    if _is_text(data.type) and not _is_text(wanted):
        told = [None if text is None else text.strip() or None for text in data.to_pylist()]
        data = pa.chunked_array([pa.array(told, pa.string())])
    elif pa.types.is_floating(data.type) and _is_text(wanted):
        data = _whole(data)
    try:
        return data.cast(wanted)
    except pa.ArrowException as error:
        raise InvalidInput(_misfit(field, data, wanted)) from error


def _mended(given: pa.Table, steps: tuple[Step, ...]) -> pa.Table:
    """The cells as the table's were repaired; raises InvalidInput for texts that are no numbers of its form."""
    for step in steps:
        if isinstance(step, DropRepeats | DropColumn) or step.column not in given.column_names:
            continue
        if _is_text(given.column(step.column).type) is isinstance(step, NullNumbers):
            continue  # numbers are read as they are, and texts hold no numbers that stand for nothing
        try:
            given = applied(given, (step,))
        except ValueError as error:
            raise InvalidInput(
                f"The column {step.column!r} has texts that are no numbers in the form of the table's; give numbers."
            ) from error
    return given


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _whole(data: _Values) -> _Values:
    """Numbers without the point that a missing value beside them gave them."""
    try:
        return data.cast(pa.int64())
    except pa.ArrowException:
        return data


def _misfit(field: pa.Field[pa.DataType], data: _Values, wanted: pa.DataType) -> str:
    expected = "numbers" if wanted == pa.float64() else f"values that can be read as {field.type}"
    for place, value in enumerate(data, start=1):
        try:
            value.cast(wanted)
        except pa.ArrowException:
            return f"The column {field.name!r} does not fit in row {place:,}: expected {expected}, as in the analysis."
    return f"The column {field.name!r} does not fit: expected {expected}, as in the analysis."


def _predicted(
    model: LoadedModel, table: Table, *, taken: set[str]
) -> Iterator[tuple[str, pa.Array[pa.Scalar[pa.DataType]]]]:
    """Columns of predictions under names that the file does not have."""
    about = model.about
    values = model.predict(table)
    main = f"predicted {about.target}"
    if about.task in CLASSES:
        yield _free(main, taken), pa.array([about.classes[place] for place in values.argmax(axis=1)])
        values = np.round(values, _PLACES)
        yield _free("probability", taken), pa.array(values.max(axis=1))
        for place, name in enumerate(about.classes[:_MOST_CLASSES]):
            yield _free(f"probability of {name}", taken), pa.array(values[:, place])
        return
    yield _free(main, taken), pa.array(values)
    if about.intervals is not None:
        low, high = about.intervals.of(values, 0.9)
        yield _free(f"{main}, low (90 of 100)", taken), pa.array(low)
        yield _free(f"{main}, high (90 of 100)", taken), pa.array(high)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += " (model)"
    taken.add(name)
    return name


def _asked_for(folder: Path, scratch: Path) -> FilePredictions:
    work = FileWork.model_validate_json(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    if len(content) != work.size:
        sys.exit()  # whoever asked is gone
    with tempfile.TemporaryDirectory(dir=scratch if scratch.is_dir() else None) as place:
        source = Path(place) / "given"
        source.write_bytes(content)
        return predict_file(folder, source, scratch=Path(place))


def main(folder: Path, memory_mb: int, scratch: Path) -> None:
    """Answer one request."""
    answer(lambda: _asked_for(folder, scratch), memory_mb)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
