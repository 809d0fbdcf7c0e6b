"""Predictions of a few rows in a process of its own: `python -m lakeglass.science.jobs.predictions folder memory_mb`.

The request comes as JSON on standard input, the answer goes out as JSON. Nothing of the model is executed.
"""

from __future__ import annotations

from lakeglass.science.threads import limit_threads

limit_threads()

import resource  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from datetime import datetime  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from pydantic import BaseModel  # noqa: E402

from lakeglass.core.errors import InvalidInput, LakeglassError, TooLarge  # noqa: E402
from lakeglass.science.jobs.orders import (  # noqa: E402
    MOST_ANSWER_BYTES,
    PredictedRow,
    Predictions,
    PredictWork,
    Refusal,
)
from lakeglass.science.memory import too_large  # noqa: E402
from lakeglass.science.pipeline.folder import read_plain  # noqa: E402
from lakeglass.science.predict import LoadedModel, load_model  # noqa: E402
from lakeglass.science.repairs.actions import applied, changed  # noqa: E402
from lakeglass.science.repairs.model import Repairs  # noqa: E402
from lakeglass.science.repairs.steps import DropColumn, DropRepeats, NullNumbers, Step  # noqa: E402
from lakeglass.science.table import Table, from_arrow  # noqa: E402
from lakeglass.science.tasks import CLASSES  # noqa: E402

Value = str | int | float | bool | None


def predict(folder: Path, rows: tuple[dict[str, Value], ...]) -> Predictions:
    """Predict each row; a column that a row lacks is a missing value, as it may be in the table.

    Raises InvalidInput for a value that does not fit its column.
    """
    model = load_model(folder / "modeling")
    steps = repairs_of(folder)
    known = known_columns(folder, model, steps)
    mended = [_repaired(row, steps) for row in rows]
    columns = {field.name: _column(field, [row.get(field.name) for row in mended]) for field in known.schema}
    table = read_alike(known, pa.table(columns))
    lacking = tuple(name for name in model.about.columns if any(row.get(name) is None for row in rows))
    return Predictions(predictions=_told(model, table), missing=lacking)


def repairs_of(folder: Path) -> tuple[Step, ...]:
    """The repairs of cells that the model learned after; rows to predict are never dropped."""
    try:
        found = Repairs.model_validate_json(read_plain(folder, "repairs.json"))
    except FileNotFoundError:
        return ()
    return tuple(step for step in found.steps if not isinstance(step, DropRepeats))


def _repaired(row: dict[str, Value], steps: tuple[Step, ...]) -> dict[str, Value]:
    """The row as the table's were repaired; raises InvalidInput for a text that is no number of its column's form."""
    mended = dict(row)
    for step in steps:
        if isinstance(step, DropRepeats | DropColumn) or (value := mended.get(step.column)) is None:
            continue
        if isinstance(step, NullNumbers):
            mended[step.column] = None if value in step.values else value
        elif isinstance(value, str):
            try:
                mended[step.column] = changed(step, value)
            except ValueError as error:
                raise InvalidInput(
                    f"The value given for {step.column!r} is no number in the form of the table's; give a number."
                ) from error
    return mended


def known_columns(folder: Path, model: LoadedModel, steps: tuple[Step, ...]) -> pa.Table:
    """The columns of an analysis' table that its model learned from, as it learned from them."""
    return applied(pq.read_table(folder / "table.parquet", columns=list(model.about.columns)), steps)


def _told(model: LoadedModel, table: Table) -> tuple[PredictedRow, ...]:
    predicted = model.predict(table)
    about = model.about
    if about.task in CLASSES:
        best = predicted.argmax(axis=1)
        return tuple(
            PredictedRow(
                value=about.classes[place],
                probability=float(chances[place]),
                probabilities={name: float(one) for name, one in zip(about.classes, chances, strict=True)},
            )
            for place, chances in zip(best, predicted, strict=True)
        )
    if about.intervals is None:
        return tuple(PredictedRow(value=float(one)) for one in predicted)
    low, high = model.interval(table, level=0.9)
    return tuple(
        PredictedRow(value=float(one), low=float(least), high=float(most))
        for one, least, most in zip(predicted, low, high, strict=True)
    )


def read_alike(known: pa.Table, given: pa.Table) -> Table:
    """Rows read as the table's were: texts that are numbers or dates there are so here.

    Raises InvalidInput for a column whose values turn out to be of another kind.
    """
    together = pa.concat_tables([_plain(known), given], promote_options="permissive")
    before, after = from_arrow(known), from_arrow(together)
    for was, now in zip(before.columns, after.columns, strict=True):
        if type(was) is not type(now):
            raise InvalidInput(
                f"The values given for {was.name!r} can't be read as the table's are; give them in the same form."
            )
    return after.take(np.arange(known.num_rows, after.rows))


def _plain(known: pa.Table) -> pa.Table:
    for place, field in enumerate(known.schema):
        if pa.types.is_decimal(field.type):
            known = known.set_column(place, field.name, known.column(place).cast(pa.float64()))
        elif pa.types.is_dictionary(field.type):
            known = known.set_column(place, field.name, known.column(place).cast(field.type.value_type))
    return known


def _column(field: pa.Field[pa.DataType], values: list[Value]) -> pa.Array[pa.Scalar[pa.DataType]]:
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    try:
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return pa.array([None if one is None else str(one) for one in values], kind)
        if pa.types.is_boolean(kind):
            return pa.array([None if one is None else _truth(one) for one in values], kind)
        if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            moments = [None if one is None else datetime.fromisoformat(str(one)) for one in values]
            return pa.array(moments, pa.timestamp("us")).cast(kind)
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return pa.array([None if one is None else float(one) for one in values], pa.float64())
        return pa.array([None if one is None else str(one) for one in values]).cast(kind)
    except (ValueError, TypeError, pa.ArrowException) as error:
        raise InvalidInput(
            f"A value given for {field.name!r} does not fit; expected what can be read as {kind}."
        ) from error


def _truth(value: Value) -> bool:
    told = str(value).strip().lower()
    if told not in {"true", "false", "1", "0", "yes", "no"}:
        raise ValueError(told)
    return told in {"true", "1", "yes"}


def answer(make: Callable[[], BaseModel], memory_mb: int) -> None:
    """Say on standard output, as JSON, what `make` gives within this memory, or why it gives nothing."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    try:
        try:
            told = make().model_dump_json().encode()
            if len(told) > MOST_ANSWER_BYTES:
                raise TooLarge(
                    f"The predictions take {len(told) / 2**20:,.0f} MB, expected at most "
                    f"{MOST_ANSWER_BYTES >> 20:,} MB; predict the rows in parts."
                )
        except MemoryError as error:
            raise too_large() from error
    except LakeglassError as error:
        told = Refusal(code=error.code, message=error.message).model_dump_json().encode()
    sys.stdout.buffer.write(told)


def main(folder: Path, memory_mb: int) -> None:
    """Answer one request."""
    answer(
        lambda: predict(folder, PredictWork.model_validate_json(sys.stdin.buffer.read()).rows),
        memory_mb,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
