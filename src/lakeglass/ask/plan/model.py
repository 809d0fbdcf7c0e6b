"""The typed plan: what every planner writes, a person approves, one generator turns into code.

It is also the JSON schema that a model fills. Everything in it is a name, a number or a choice from a closed
list: no code, no expression language. Columns are named as in the dataset; `Derive` makes further ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lakeglass.ask.plan.analyses import Model, Timeline

Scalar = str | int | float | bool

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "contains", "not contains", "starts with", "ends with",
    "period", "not period", "missing", "present",
]  # fmt: skip
Aggregate = Literal[
    "count", "distinct", "sum", "mean", "median", "min", "max", "range",
    "deviation", "variance", "quantile", "share", "mode", "skewness", "kurtosis", "iqr", "variation", "ratio",
]  # fmt: skip
Across = Literal["mean", "median", "min", "max", "sum", "deviation"]
Grain = Literal["year", "quarter", "month", "week", "day", "month of year", "weekday", "hour"]
StatisticKind = Literal[
    "distribution", "correlation", "missing", "describe", "overview", "duplicates", "rows",
    "test", "normality", "outliers", "regression", "difference", "model",
    "trend", "seasonality", "forecast",
]  # fmt: skip
CorrelationMethod = Literal["pearson", "spearman", "kendall"]
TestMethod = Literal["t", "welch", "mann-whitney", "ks", "anova", "kruskal", "chi-square"]
NormalityMethod = Literal["shapiro", "anderson", "dagostino"]
OutlierMethod = Literal["z", "iqr"]
Method = Literal[CorrelationMethod, TestMethod, NormalityMethod, OutlierMethod]
ChartKind = Literal[
    "bar", "line", "scatter", "histogram", "heatmap", "box", "pie", "area", "stacked", "violin", "none"
]
CleanKind = Literal["to_number", "drop_missing", "fill", "drop_duplicates", "drop_outliers"]
Filling = Literal["mean", "median", "mode", "value"]
DeriveKind = Literal[
    "grain", "+", "-", "*", "/", "percent", "mean", "log", "log10", "log1p", "sqrt", "square", "abs",
    "z", "minmax", "days", "length", "words", "number", "bin", "bins", "quantiles",
    "log base", "edges", "gaps", "codes", "first word", "last word",
]  # fmt: skip

_TWO: frozenset[str] = frozenset({"between", "period", "not period"})
_NONE: frozenset[str] = frozenset({"missing", "present"})
_MANY: frozenset[str] = frozenset({"in", "not in"})


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Frozen):
    """A table that the plan reads: `name` is the Python variable, `file` the path below the session."""

    name: str
    file: str
    dataset_version: str = ""


class Join(_Frozen):
    """A table whose columns are looked up for each row of the source: its `key`, which never repeats, equals `on`.

    `columns` are pairs of a name there and the name here. Rows without a match stay, with nothing in those columns.
    """

    source: Source
    on: str
    key: str
    columns: tuple[tuple[str, str], ...]


class Clean(_Frozen):
    """A repair before anything else, in the order of the plan.

    'to_number' reads text such as '$1,200' as numbers. 'drop_missing' leaves out rows without a value in the
    column (or in any, without a column), 'drop_duplicates' rows that repeat an earlier one. 'fill' puts the
    column's mean, median, mode (with `per`, that of the rows with the same value there) or `value` into its gaps.
    'drop_outliers' keeps rows within `threshold` standard
    deviations of the mean ('z', 3) or interquartile ranges of the quartiles ('iqr', 1.5).
    """

    kind: CleanKind
    column: str | None = None
    by: Filling | OutlierMethod | None = None
    value: float | None = None
    threshold: float | None = Field(default=None, gt=0)
    per: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Clean:
        if self.per is not None and (self.kind != "fill" or self.by == "value"):
            raise ValueError("`per` belongs to filling by a mean, median or mode")
        if self.kind in {"to_number", "fill", "drop_outliers"} and self.column is None:
            raise ValueError(f"{self.kind!r} needs a column")
        if self.kind == "fill" and self.by not in {"mean", "median", "mode", "value"}:
            raise ValueError("'fill' needs `by`: mean, median, mode or value")
        if (self.by == "value") != (self.value is not None):
            raise ValueError("`value` belongs to filling by a value, which needs it")
        if self.kind == "drop_outliers" and self.by not in {"z", "iqr"}:
            raise ValueError("'drop_outliers' needs `by`: z or iqr")
        return self

    @property
    def drops(self) -> bool:
        """True when it leaves out rows."""
        return self.kind.startswith("drop")


_PAIRED: frozenset[str] = frozenset({"-", "/", "percent", "days"})
BINNING: frozenset[str] = frozenset({"bin", "bins", "quantiles"})


class Derive(_Frozen):
    """A new column `name`, made row by row from `columns`.

    '+', '*' and 'mean' take two or more columns; '-', '/', 'percent' (100 a / b) and 'days' (between two dates:
    the second less the first) take two; the others one. `number` is a constant that stands for the second column.
    'grain' takes a date apart: year, or the number of its month or hour, Monday = 0. 'z' and 'minmax' rescale,
    'length' and 'words' measure text, 'number' reads the first number inside text. 'bin' cuts numbers into intervals
    that are `number` wide, 'bins' into `number` intervals of equal width, 'quantiles' into `number` parts with as many
    rows each (1 holds the lowest values); 'edges' into the intervals between `edges`, each with its lower end (an edge
    beyond 1e300 is no end). 'log base' takes the logarithm to the base `number`, 'gaps' counts the empty cells of the
    columns, 'codes' numbers the values of a column in their order from 0, 'first word' and 'last word' cut text.
    """

    name: str
    kind: DeriveKind
    columns: tuple[str, ...] = Field(min_length=1)
    grain: Grain | None = None
    number: float | None = None
    edges: tuple[float, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _complete(self) -> Derive:
        if (self.kind == "edges") != (len(self.edges) > 1) or list(self.edges) != sorted(set(self.edges)):
            raise ValueError("`edges` belongs to the kind 'edges', which needs two rising numbers at least")
        if self.kind == "log base" and (
            len(self.columns) != 1 or (self.number or 1) <= 0 or self.number in {None, 1}
        ):
            raise ValueError("'log base' takes one column and a base above 0 that is not 1")
        return self if self.kind in {"gaps", "log base"} else self._operands()

    def _operands(self) -> Derive:
        if self.kind in BINNING:
            if len(self.columns) != 1 or self.number is None or self.number <= 0:
                raise ValueError(f"{self.kind!r} takes one column and a positive `number`")
            if self.kind != "bin" and not (self.number.is_integer() and 2 <= self.number <= 100):
                raise ValueError(f"{self.kind!r} takes 2 to 100 parts, got {self.number:g}")
            return self
        taken = len(self.columns) + (self.number is not None)
        if (self.kind == "grain") != (self.grain is not None):
            raise ValueError("`grain` belongs to the kind 'grain', which needs it")
        if self.kind in _PAIRED and taken != 2:
            raise ValueError(f"{self.kind!r} takes two columns, got {taken}")
        if self.kind in {"+", "*", "mean"} and taken < 2:
            raise ValueError(f"{self.kind!r} takes at least two columns")
        if self.kind not in {*_PAIRED, "+", "*", "mean"} and taken != 1:
            raise ValueError(f"{self.kind!r} takes one column, got {taken}")
        return self


class Filter(_Frozen):
    """Keep rows that satisfy this. Dates are ISO text; `period` keeps start <= x < end.

    A row without a value never satisfies a comparison, not even a negated one. `against` is a column of the same row
    that stands for the value.
    """

    column: str
    operator: Operator
    values: tuple[Scalar, ...] = ()
    against: str | None = None

    @model_validator(mode="after")
    def _arity(self) -> Filter:
        got = len(self.values)
        if self.against is not None:
            if got or self.operator not in {"=", "!=", "<", "<=", ">", ">="}:
                raise ValueError(
                    "a column is compared with another one by =, !=, <, <=, > or >=, and no value"
                )
            return self
        if self.operator in _NONE:
            fits = got == 0
        elif self.operator in _TWO:
            fits = got == 2
        elif self.operator in _MANY:
            fits = got >= 1
        else:
            fits = got == 1
        if not fits:
            raise ValueError(f"operator {self.operator!r} got {got} values")
        return self


class Group(_Frozen):
    """One key of the grouping; `grain` cuts a date column into periods."""

    column: str
    grain: Grain | None = None


class Measure(_Frozen):
    """One number per group (or over everything).

    `count` counts rows and has no column; `distinct` counts different values. `share` is the percentage
    (0..100) of rows, or of the sum of `column`, that satisfies `where`. `of_total` turns a count or sum into
    its percentage of the whole. `quantile` is 0..1 and belongs to the aggregate of that name. `ratio` is the
    sum of `column` divided by the sum of `over`.
    """

    aggregate: Aggregate
    column: str | None = None
    over: str | None = None
    where: tuple[Filter, ...] = ()
    quantile: float | None = Field(default=None, ge=0, le=1)
    of_total: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Measure:
        if self.aggregate == "count" and self.column is not None:
            raise ValueError("count counts rows and takes no column; use a `present` filter to count values")
        if self.aggregate not in {"count", "share"} and self.column is None:
            raise ValueError(f"aggregate {self.aggregate!r} needs a column")
        if (self.aggregate == "share") != bool(self.where):
            raise ValueError("`where` belongs to the aggregate 'share', which needs it")
        if (self.aggregate == "quantile") != (self.quantile is not None):
            raise ValueError("`quantile` belongs to the aggregate 'quantile', which needs it")
        if (self.aggregate == "ratio") != (self.over is not None):
            raise ValueError("`over` belongs to the aggregate 'ratio', which needs it")
        if self.of_total and self.aggregate not in {"count", "sum"}:
            raise ValueError("only counts and sums have a share of a total")
        return self


class Statistic(_Frozen):
    """A named analysis instead of measures; `columns` are what it looks at (empty: every fitting one).

    'test' compares the first column between the groups of the second (chi-square: the counts of both);
    'normality' and 'outliers' look at one column; 'regression' explains the first by the others. `level` is
    the significance level of a verdict, `threshold` the number of standard deviations (z) or of interquartile
    ranges (iqr) beyond which a value is an outlier. 'difference' is the aggregate of the first column for the
    first of two `values` of the second column, less that for the second; `form` 'percent' gives it in percent of the
    second, 'ratio' divides the two instead. `strength` is the least absolute correlation of two columns that is told
    as 'linear'; a significant but weaker one is 'nonlinear', any other 'none'.
    A correlation of several columns tells every pair, or only those of
    `focus`. With a group, correlations, descriptions, outliers and missing values are told for each of its values.
    A 'model' predicts the first column from the others; k-means takes them all.
    'trend', 'seasonality' and 'forecast' look at the second column (or the rows) over the dates of the first.
    """

    kind: StatisticKind
    columns: tuple[str, ...] = ()
    method: Method | None = None
    level: float = Field(default=0.05, gt=0, lt=1)
    threshold: float | None = Field(default=None, gt=0)
    aggregate: Aggregate | None = None
    values: tuple[Scalar, ...] = ()
    form: Literal["difference", "percent", "ratio"] = "difference"
    focus: str | None = None
    strength: float | None = Field(default=None, gt=0, lt=1)
    model: Model | None = None
    timeline: Timeline | None = None

    @model_validator(mode="after")
    def _complete(self) -> Statistic:
        if (self.kind == "model") != (self.model is not None):
            raise ValueError("`model` belongs to the kind 'model', which needs it")
        if self.model is not None and len(self.columns) < 2:
            raise ValueError("a model needs at least two columns")
        if (self.kind in {"trend", "seasonality", "forecast"}) != (self.timeline is not None):
            raise ValueError("`timeline` belongs to trends, seasons and forecasts, which need it")
        if self.timeline is not None:
            self._fits(self.timeline)
        compares = self.aggregate is not None and len(self.values) == 2 and len(self.columns) == 2
        if self.focus is not None and (self.kind != "correlation" or self.focus not in self.columns):
            raise ValueError("`focus` is one of the columns of a correlation")
        if (self.kind == "difference") != compares or (self.values and not compares):
            raise ValueError(
                "'difference' needs an aggregate, two columns and two values; nothing else has them"
            )
        return self

    def _fits(self, timeline: Timeline) -> None:
        if len(self.columns) != (1 if timeline.aggregate == "count" else 2):
            raise ValueError("a series needs a date, and a column unless rows are counted")
        if (self.kind == "forecast") != (timeline.ahead is not None):
            raise ValueError("`ahead` belongs to a forecast, which needs it")
        if self.kind == "seasonality" and timeline.season is None:
            raise ValueError("a season needs its length")


class Having(_Frozen):
    """Keep the groups whose first measure satisfies this; `tells` the groups themselves or only how many they are."""

    operator: Literal["<", "<=", ">", ">=", "="]
    value: float
    tells: Literal["groups", "count"] = "groups"


class Top(_Frozen):
    """Analyse only the rows with the highest (or lowest) values of a column."""

    column: str
    count: int = Field(ge=1, le=1_000_000)
    descending: bool = True


class Series(_Frozen):
    """What follows from a measure by period: 'growth' in percent or 'change' from the period before, the
    'cumulative' sum, or the 'rolling' mean (or sum, min, max) over `window` periods. With a second group, within
    each of its values."""

    kind: Literal["growth", "change", "cumulative", "rolling"]
    window: int | None = Field(default=None, ge=2, le=1_000)
    of: Literal["mean", "sum", "min", "max"] = "mean"

    @model_validator(mode="after")
    def _complete(self) -> Series:
        if self.of != "mean" and self.kind != "rolling":
            raise ValueError("`of` belongs to the kind 'rolling'")
        if (self.kind == "rolling") != (self.window is not None):
            raise ValueError("`window` belongs to the kind 'rolling', which needs it")
        return self


class Sort(_Frozen):
    """Order of the result: by the first measure, by the keys, or (for rows) by a column, or how `near` it is to a
    number."""

    by: Literal["measure", "group", "column"]
    column: str | None = None
    descending: bool = True
    near: float | None = None


class Task(_Frozen):
    """One thing to compute, in the order in which it happens.

    Rows must satisfy every one of `filters` and, where there are any, at least one of `any_of`. `nth` keeps a single
    place of the ranking by `sort`: 2 is the runner-up. With `per`, places and shares of a total are those within each
    value of that column, which is the first of the groups. `across` takes the groups of the last key together, by their
    first measure ('mean' of the totals of each month). `place_of` tells the place of that one group in the ranking.
    `decimals` round every number, `p_decimals` a p-value where it is rounded otherwise.
    """

    sources: tuple[Source, ...] = Field(min_length=1)
    joins: tuple[Join, ...] = Field(default=(), max_length=1)
    clean: tuple[Clean, ...] = ()
    derive: tuple[Derive, ...] = ()
    filters: tuple[Filter, ...] = ()
    any_of: tuple[Filter, ...] = ()
    groups: tuple[Group, ...] = Field(default=(), max_length=3)
    measures: tuple[Measure, ...] = ()
    statistic: Statistic | None = None
    top: Top | None = None
    having: Having | None = None
    series: Series | None = None
    sort: Sort | None = None
    limit: int | None = Field(default=None, ge=1, le=10_000)
    nth: int | None = Field(default=None, ge=2, le=1_000)
    per: str | None = None
    across: Across | None = None
    place_of: Scalar | None = None
    chart: ChartKind | None = None
    decimals: int | None = Field(default=None, ge=0, le=12)
    p_decimals: int | None = Field(default=None, ge=0, le=12)
    assumptions: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_task(self) -> Task:
        if bool(self.measures) == (self.statistic is not None):
            raise ValueError("a plan has either measures or a statistic")
        if len(self.any_of) == 1:
            raise ValueError("`any_of` needs at least two conditions; a single one belongs to `filters`")
        ranked = self.groups or (self.statistic is not None and self.statistic.kind == "rows")
        if self.nth is not None and (self.limit is not None or self.sort is None or not ranked):
            raise ValueError("`nth` needs a ranking of groups or rows by `sort`, and no `limit`")
        if self.per is not None and not _ranks_within(self):
            raise ValueError(
                "`per` is the first of several groups, or belongs to rows with `sort` and `limit`"
            )
        if self.across is not None and not (self.groups and len(self.measures) == 1 and self.series is None):
            raise ValueError("`across` takes the groups of one measure together, and no series")
        if self.place_of is not None and not (
            len(self.groups) == 1 and self.measures and self.sort is not None
        ):
            raise ValueError("`place_of` needs one group, a measure and `sort`")
        if self.place_of is not None and (self.limit or self.nth or self.having or self.across):
            raise ValueError("`place_of` tells one place of the whole ranking")
        if (self.having is not None or self.series is not None) and not (self.groups and self.measures):
            raise ValueError("`having` and `series` belong to measures of groups")
        return self

    @property
    def source(self) -> Source:
        """The table that is analysed."""
        return self.sources[0]

    @property
    def conditions(self) -> tuple[Filter, ...]:
        """Every condition on rows, whether all or one of them must hold."""
        return (*self.filters, *self.any_of)

    @property
    def picks_one(self) -> bool:
        """True for 'which X has the highest Y': the best group, with ties."""
        return self.limit == 1 and self.per is None and bool(self.told_groups) and bool(self.measures)

    @property
    def told_groups(self) -> tuple[Group, ...]:
        """The keys of the result: every group, less the one whose groups are taken together."""
        return self.groups if self.across is None else self.groups[:-1]

    def columns_read(self) -> tuple[str, ...]:
        """Every dataset column that the plan names, each once, in order of use."""
        derived = {d.name for d in self.derive}
        names = [c.column for c in self.clean if c.column is not None] + [c.per for c in self.clean if c.per]
        names += [name for d in self.derive for name in d.columns]
        names += [n for f in self.conditions for n in (f.column, f.against) if n] + [
            g.column for g in self.groups
        ]
        for measure in self.measures:
            names += [name for name in (measure.column, measure.over) if name]
            names += [n for f in measure.where for n in (f.column, f.against) if n]
        names += list(self.statistic.columns) if self.statistic else []
        names += [self.top.column] if self.top else []
        names += [self.per] if self.per else []
        names += [self.sort.column] if self.sort and self.sort.column else []
        return tuple(dict.fromkeys(n for n in names if n not in derived))


def _ranks_within(plan: Task) -> bool:
    if plan.statistic is not None:
        return plan.statistic.kind == "rows" and plan.sort is not None and plan.limit is not None
    told = plan.limit is not None or plan.nth is not None or any(m.of_total for m in plan.measures)
    return len(plan.groups) > 1 and plan.groups[0].column == plan.per and told


class AnalysisPlan(Task):
    """What will be computed: a task and, where a question asks for several things, the others, each a task of its own
    whose result stands beside the first one's under headings that begin with its number."""

    also: tuple[Task, ...] = Field(default=(), max_length=9)

    def beside(self, others: Iterable[AnalysisPlan]) -> AnalysisPlan:
        """This plan with the tasks of others as further parts."""
        also = tuple(Task(**{n: getattr(p, n) for n in Task.model_fields}) for p in others)
        return self.model_copy(update={"also": also})

    @property
    def tasks(self) -> tuple[AnalysisPlan, ...]:
        """Every task as a plan of its own."""
        first = self.model_copy(update={"also": ()}) if self.also else self
        others = (
            AnalysisPlan.model_construct(**{n: getattr(t, n) for n in Task.model_fields}) for t in self.also
        )
        return (first, *others)
