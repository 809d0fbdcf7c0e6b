"""The nouns of a profile: a table and its columns in numbers.

Every count is of rows. Shares are 0..1. Numbers are exact over every row unless `basis`, `distinct_error` or a
docstring here says otherwise. What can be derived (variance, range, interquartile range, variation) is not stored.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["integer", "number", "boolean", "date", "datetime", "time", "text", "nested"]
Cell = str | int | float | bool | None
# 'all': every row was read. 'sample': the first rows of a file that is still being read.
Basis = Literal["all", "sample"]
Order = Literal["rising", "strictly rising", "falling", "strictly falling"]
Period = Literal[
    "year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond"
]
Severity = Literal["warning", "notice"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bin(_Frozen):
    """A histogram bar over [low, high), the last one closed. Dates are ISO text."""

    low: float | str
    high: float | str
    count: int


class TopValue(_Frozen):
    """A frequent value, how often it occurs and its share of the non-null rows (0..1).

    Texts of more than 300 characters are cut and end in '…'.
    """

    value: Cell
    count: int
    share: float


class Quantiles(_Frozen):
    """Numbers are interpolated between ranks (R type 7); dates and times are values that occur (R type 1)."""

    p01: float | str | None = None
    p05: float | str | None = None
    p25: float | str | None = None
    p50: float | str | None = None
    p75: float | str | None = None
    p95: float | str | None = None
    p99: float | str | None = None


class NumberFigures(_Frozen):
    """What only numbers have. Infinities and NaN are counted, and take part in nothing else.

    `skewness` and excess `kurtosis` are the sample-adjusted ones (G1, G2); `mad` is the median absolute deviation from
    the median. The fences are Tukey's (quartiles -/+ 1.5 interquartile ranges; none when the quartiles are equal).
    `order` is the order of the rows' values in the file. `lowest` and `highest` are up to five distinct values.
    """

    sum: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    mad: float | None = None
    zeros: int = 0
    negatives: int = 0
    infinities: int = 0
    nans: int = 0
    lower_fence: float | None = None
    upper_fence: float | None = None
    below_fence: int = 0
    above_fence: int = 0
    lowest: tuple[float | str, ...] = ()
    highest: tuple[float | str, ...] = ()
    order: Order | None = None


class TextPattern(_Frozen):
    """A shape of text: `9` a digit, `A` and `a` letters, `+` one or more of it; other signs stand for themselves."""

    shape: str
    count: int
    share: float


class TextFigures(_Frozen):
    """What only text has; lengths are in characters.

    `patterns` and the counts of `numeric`, `padded` and `case_variants` look at `looked_at` distinct values; when these
    are not all of them, counts are scaled up from evenly spread ones, and a share is off by less than
    2 / sqrt(looked_at) in all but one of 10,000 columns.
    """

    mean_length: float | None = None
    median_length: float | None = None
    lengths: tuple[Bin, ...] = ()
    empty: int = 0
    blank: int = 0
    padded: int = 0
    numeric: int = 0
    case_variants: int = 0
    patterns: tuple[TextPattern, ...] = ()
    looked_at: int = 0


class Gap(_Frozen):
    """A stretch without any value between two neighbouring ones, as ISO text."""

    after: str
    before: str
    seconds: float


class TimeFigures(_Frozen):
    """What only dates and times have.

    `grain` is the coarsest calendar unit on whose beginning every value falls. `period` is the finest one, not below
    the grain, of which at least half between the first and the last value hold a value: `missing` of them hold none.
    `step_s` is the most frequent distance between neighbouring distinct values, `step_share` how many of the
    distances are that one.
    """

    grain: Period | None = None
    period: Period | None = None
    periods: int | None = None
    missing: int | None = None
    step_s: float | None = None
    step_share: float | None = None
    longest_gap: Gap | None = None
    order: Order | None = None


class Meaning(_Frozen):
    """What the values of a column are beyond their type, such as 'email', and the share of them that fit."""

    name: str
    title: str
    share: float


class PiiMark(_Frozen):
    """Personal data that patterns or the column's name point to; the values themselves are not kept here.

    `found_in` is the share of the values looked at in which the pattern occurs; `by_name` when the header says so.
    """

    name: str
    title: str
    found_in: float
    by_name: bool = False


class ColumnStatistics(_Frozen):
    """What the table says about one column.

    `distinct_error` bounds a distinct count that is not exact: it is off by at most this share of itself in all but
    one of 10,000 columns. `top_values` holds up to 200 values of a text, boolean or low-cardinality column and up to
    ten of any other, most frequent first. `minimum`, `maximum` and quantiles are numbers, or ISO text for dates
    and for whole numbers beyond 2^53; text columns carry lengths instead.
    """

    name: str
    dtype: str
    kind: Kind
    nulls: int
    null_share: float
    distinct: int
    distinct_is_exact: bool
    distinct_error: float = 0.0
    minimum: float | str | None = None
    maximum: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: Quantiles | None = None
    histogram: tuple[Bin, ...] = ()
    top_values: tuple[TopValue, ...] = ()
    min_length: int | None = None
    max_length: int | None = None
    numbers: NumberFigures | None = None
    text: TextFigures | None = None
    times: TimeFigures | None = None
    meaning: Meaning | None = None
    pii: tuple[PiiMark, ...] = ()


class Association(_Frozen):
    """How strongly two columns go together, 0..1 (a correlation keeps its sign); it says nothing about cause.

    'pearson' and 'spearman' are correlations of two numbers or times, 'cramers_v' (bias-corrected) of two columns of
    categories, 'correlation_ratio' (eta) of a category and a number. Measured over `rows` rows that have both values;
    the strongest pairs were chosen among all by an even sample of at most 20,000 rows.
    """

    left: str
    right: str
    measure: Literal["pearson", "spearman", "cramers_v", "correlation_ratio"]
    strength: float
    rows: int


class Finding(_Frozen):
    """Something about the table that its owner should know, in plain words with its figure."""

    rule: str
    severity: Severity
    column: str | None
    title: str
    detail: str
    why: str
    fix: str
    count: int | None = None
    share: float | None = None


class Statistics(_Frozen):
    """A table in numbers: computed over every row, once a version.

    Over a sample, `rows` is the size of the sample and `rows_estimate` what the whole table may have. Duplicate rows
    are those equal to an earlier one; they are found by 64-bit hashes, so the count is wrong with a probability of
    less than rows^2 / 2^65.
    """

    rows: int
    columns: tuple[ColumnStatistics, ...]
    size_bytes: int
    seconds: float
    basis: Basis = "all"
    rows_estimate: int | None = None
    duplicate_rows: int | None = None
    associations: tuple[Association, ...] = ()
    findings: tuple[Finding, ...] = ()
