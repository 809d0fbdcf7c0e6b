"""Columns as arrays of numbers, and how such a number is shown.

A column of whole numbers, dates or times becomes int64, one of floating point or short decimal numbers float64, and
one of decimals that neither holds exactly an array of Python integers (object).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lakeglass.lake.calendar import DAY, day_text, moment_text, time_text
from lakeglass.lake.cells import figure
from lakeglass.lake.figures import Kind
from lakeglass.lake.statistics.arrow import Array, numpy

# int64, float64, or object holding Python integers.
Numbers = NDArray[Any]
Number = int | float
Unit = Literal["number", "day", "moment", "zoned", "time"]

# Doubles tell decimals of up to this many digits apart.
_DOUBLE_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Scale:
    """What the numbers of a column stand for: `value / 10**digits`, or days or microseconds since 1970 or midnight.

    `whole` numbers have nothing between them.
    """

    unit: Unit = "number"
    digits: int = 0
    whole: bool = False

    def show(self, value: Number) -> float | str | None:
        """A number of the column as a profile shows it."""
        match self.unit:
            case "number":
                # A whole number stays one: figure() keeps what is beyond 2^53 as text.
                return figure(Decimal(int(value)).scaleb(-self.digits) if self.digits else value)
            case "day":
                return day_text(int(value))
            case "moment":
                return moment_text(int(value))
            case "zoned":
                return moment_text(int(value)) + "+00:00"
            case "time":
                return time_text(int(value))

    @property
    def is_number(self) -> bool:
        """False for dates and times, whose quantiles are values that occur."""
        return self.unit == "number"

    @property
    def micros(self) -> int:
        """Microseconds of one unit of a date or a time."""
        return DAY if self.unit == "day" else 1


def scale_of(stored: pa.DataType, kind: Kind) -> Scale:
    """How the numbers of an Arrow column are to be read."""
    dtype: Any = stored
    match kind:
        case "date":
            return Scale("day", whole=True)
        case "datetime":
            return Scale("zoned" if dtype.tz else "moment")
        case "time":
            return Scale("time")
        case "integer":
            return Scale(whole=True)
        case _:
            return Scale(digits=dtype.scale) if _is_long(dtype) else Scale()


def numbers(array: Array) -> Numbers:
    """The present values of one array of numbers, dates or times, in their order."""
    present: Any = array.drop_null() if array.null_count else array
    dtype = present.type
    if pa.types.is_decimal(dtype):
        return _decimals(present)
    if pa.types.is_timestamp(dtype):
        present = present.cast(pa.timestamp("us", dtype.tz), safe=False).view(pa.int64())
    elif pa.types.is_time(dtype):
        present = present.cast(pa.time64("us"), safe=False).view(pa.int64())
    elif pa.types.is_date(dtype):
        present = present.cast(pa.date32(), safe=False).view(pa.int32())
    values: Numbers = numpy(present)
    return values.astype(np.float64 if values.dtype.kind == "f" else np.int64, copy=False)


def as_doubles(values: Numbers, scale: Scale) -> NDArray[np.float64]:
    """Numbers of a column as the nearest doubles."""
    if scale.digits:
        return np.array(
            [float(Decimal(value).scaleb(-scale.digits)) for value in values.tolist()], dtype=np.float64
        )
    return values.astype(np.float64, copy=False)


def _is_long(dtype: Any) -> bool:
    return bool(pa.types.is_decimal(dtype) and dtype.precision > _DOUBLE_DIGITS)


def _decimals(present: Array) -> Numbers:
    """Decimal128 is a pair of 64-bit words, the lower one first."""
    content: Any = present.buffers()[1]
    kind: Any = present.type
    words: Numbers = np.frombuffer(content, dtype=np.int64).reshape(-1, 2)
    words = words[present.offset : present.offset + len(present)]
    if not _is_long(kind):
        # Division of two exact doubles is the double nearest to the decimal number.
        short: Numbers = words[:, 0].astype(np.float64) / 10.0**kind.scale
        return short
    long: Numbers = words[:, 1].astype(object) * 2**64 + words[:, 0].view(np.uint64).astype(object)
    return long
