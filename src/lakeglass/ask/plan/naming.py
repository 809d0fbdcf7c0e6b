"""Names of the result's columns: the contract between generator, verifier and answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from lakeglass.ask.plan.analyses import Metric, Model, ModelKind
from lakeglass.ask.plan.model import (
    AnalysisPlan,
    Clean,
    Derive,
    DeriveKind,
    Filter,
    Group,
    Measure,
    Method,
    Operator,
    Statistic,
)

ROWS = "rows"
SHARE = "share (%)"
GROUPS = "groups"
GAPS = "missing values of the row"
FIVE_NUMBERS = ("minimum", "lower quartile", "median", "upper quartile", "maximum")
_WORDS = {
    "sum": "total",
    "mean": "average",
    "median": "median",
    "min": "lowest",
    "max": "highest",
    "range": "range of",
    "deviation": "standard deviation of",
    "variance": "variance of",
    "distinct": "different",
    "mode": "most frequent",
    "skewness": "skewness of",
    "kurtosis": "excess kurtosis of",
    "iqr": "interquartile range of",
    "variation": "coefficient of variation of",
}


def part_prefix(number: int) -> str:
    """How headings of a further part of the result begin: '2: '."""
    return f"{number}: "


def plain(text: str, *, limit: int = 80) -> str:
    """One printable line of a name or value that somebody else chose."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


METHODS: dict[Method, str] = {
    "pearson": "Pearson",
    "spearman": "Spearman",
    "kendall": "Kendall",
    "t": "Student's t-test",
    "welch": "Welch's t-test",
    "mann-whitney": "Mann-Whitney U test",
    "ks": "Kolmogorov-Smirnov test",
    "anova": "One-way analysis of variance",
    "kruskal": "Kruskal-Wallis test",
    "chi-square": "Chi-square test",
    "shapiro": "Shapiro-Wilk test",
    "anderson": "Anderson-Darling test",
    "dagostino": "D'Agostino-Pearson test",
    "z": "z-scores",
    "iqr": "interquartile range",
}


TRAINING_ROWS = "training rows"
TEST_ROWS = "test rows"
METRIC_NAMES: dict[Metric, str] = {
    "r2": "R2",
    "rmse": "RMSE",
    "mse": "MSE",
    "mae": "MAE",
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "auc": "AUC",
    "inertia": "inertia",
    "silhouette": "silhouette",
}
_MODELS: dict[ModelKind, str] = {
    "linear": "linear regression",
    "logistic": "logistic regression",
    "tree": "decision tree",
    "forest": "random forest",
    "k-means": "k-means",
}


def model_words(model: Model) -> str:
    """A model as people call it: 'random forest of 100 trees'."""
    words = _MODELS[model.kind]
    if model.kind == "forest":
        words += f" of {model.trees or 100} trees"
    if model.depth is not None:
        words += f", at most {model.depth} deep"
    return words


def series_words(statistic: Statistic) -> str:
    """What a series holds, as people say it: 'total Sales', 'number of rows'."""
    timeline = statistic.timeline
    assert timeline is not None
    if timeline.aggregate == "count":
        return "number of rows"
    return measure_words(Measure(aggregate=timeline.aggregate, column=statistic.columns[1]))


_CONDITIONS: dict[Operator, str] = {
    "=": "{0} is {1}",
    "!=": "{0} is not {1}",
    "<": "{0} below {1}",
    "<=": "{0} at most {1}",
    ">": "{0} above {1}",
    ">=": "{0} at least {1}",
    "between": "{0} from {1} to {2}",
    "contains": "{0} contains {1}",
    "starts with": "{0} starts with {1}",
    "ends with": "{0} ends with {1}",
    "not contains": "{0} does not contain {1}",
    "missing": "{0} is missing",
    "present": "{0} is known",
}
_DAYS: dict[Operator, str] = {
    "<": "{0} before {1}",
    "<=": "{0} up to {1}",
    ">": "{0} after {1}",
    ">=": "{0} from {1} on",
}


def filter_words(each: Filter) -> str:
    """A filter as people say it: 'Origin State is Texas or Ohio'."""
    name = plain(each.column)
    if each.column == GAPS and each.values == (0,):
        return "no value is missing" if each.operator == "=" else "a value is missing"
    values = [plain(str(v)) for v in each.values] + ([plain(each.against)] if each.against else [])
    match each.operator:
        case "in":
            return f"{name} is {_either(values)}"
        case "not in":
            return f"{name} is not {_either(values)}"
        case "period":
            return f"{name} {period_words(values[0], values[1])}"
        case "not period":
            return f"{name} not {period_words(values[0], values[1])}"
        case _:
            dated = each.operator in _DAYS and is_day(values[0])
            return (_DAYS if dated else _CONDITIONS)[each.operator].format(name, *values)


def where_words(plan: AnalysisPlan) -> str:
    """The conditions on rows as people say them; empty without any."""
    said = [filter_words(f) for f in plan.filters]
    if plan.any_of:
        either = " or ".join(filter_words(f) for f in plan.any_of)
        said.append(f"({either})" if said else either)
    return " and ".join(said)


def ordinal(number: int) -> str:
    """A place: '2nd', '11th'."""
    return _ordinal(number / 100)


def is_day(text: str) -> bool:
    """True for '1995-03-08'."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def period_words(start: str, end: str) -> str:
    """A half-open period in words: 'in 1995', 'in March 1995', 'from 1995-01-01 to 1996-06-30'."""
    try:
        first, after = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return f"from {start} to before {end}"
    last = after - timedelta(days=1)
    whole_months = first.day == 1 and after.day == 1
    if first == last:
        return f"on {first}"
    if whole_months and (first.year, first.month) == (last.year, last.month):
        return f"in {first:%B %Y}"
    if whole_months and first.month == 1 and last.month == 12:
        return f"in {first.year}" if first.year == last.year else f"from {first.year} to {last.year}"
    return f"from {first} to {last}"


def _either(values: list[str]) -> str:
    shown = values[:5] + ([f"{len(values) - 5} more"] if len(values) > 5 else [])
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1]


def measure_words(measure: Measure) -> str:
    """A measure as people say it: 'average Cost Repair', 'number of rows'."""
    column = plain(measure.column or "")
    match measure.aggregate:
        case "count":
            return "share of rows" if measure.of_total else "number of rows"
        case "share":
            where = " and ".join(filter_words(f) for f in measure.where)
            return f"share of {column} where {where}" if column else f"share of rows where {where}"
        case "quantile":
            return f"{_ordinal(measure.quantile or 0)} percentile of {column}"
        case "sum":
            if measure.of_total:
                return f"share of the sum of {column}"
            return f"sum of {column}" if "total" in column.lower() else f"total {column}"
        case "ratio":
            return f"total {column} divided by total {plain(measure.over or '')}"
        case "distinct":
            return f"number of different {column}"
        case _:
            return f"{_WORDS[measure.aggregate]} {column}"


_MADE: dict[DeriveKind, str] = {
    "grain": "{2} of {0}",
    "+": "{0} plus {1}",
    "-": "{0} minus {1}",
    "*": "{0} times {1}",
    "/": "{0} divided by {1}",
    "percent": "{0} in percent of {1}",
    "mean": "mean of {3}",
    "log": "natural logarithm of {0}",
    "log10": "logarithm of {0} to base 10",
    "log1p": "natural logarithm of 1 + {0}",
    "sqrt": "square root of {0}",
    "square": "{0} squared",
    "abs": "absolute value of {0}",
    "z": "z-score of {0}",
    "minmax": "{0} scaled to 0..1",
    "days": "days from {0} to {1}",
    "length": "number of characters of {0}",
    "words": "number of words of {0}",
    "number": "number inside {0}",
    "bin": "{0} in steps of {1}",
    "bins": "{0} in {1} equal intervals",
    "quantiles": "{1} parts of {0} with as many rows each",
    "log base": "logarithm of {0} to base {1}",
    "edges": "{0} in given intervals",
    "gaps": "missing values of the row",
    "codes": "{0} as numbers",
    "first word": "first word of {0}",
    "last word": "last word of {0}",
}


def derive_words(derive: Derive) -> str:
    """A new column as people say it: 'temp_max minus temp_min'."""
    terms = [plain(c) for c in derive.columns]
    if derive.number is not None:
        terms.append(f"{derive.number:g}")
    made = _MADE[derive.kind]
    if derive.kind in {"+", "*"} and len(terms) > 2:
        made = made.replace("{0}", "{0}" + "".join(f" {made.split()[1]} {t}" for t in terms[1:-1]))
    words = made.format(terms[0], terms[-1], derive.grain or "", " and ".join(terms))
    return words if plain(derive.name) == words else f"{plain(derive.name)} is the {words}"


def clean_words(clean: Clean) -> str:
    """A repair as people say it."""
    name = plain(clean.column or "")
    match clean.kind:
        case "to_number":
            return f"{name} read as numbers"
        case "fill":
            by = f"{clean.value:g}" if clean.value is not None else f"its {clean.by}"
            per = f" of the same {plain(clean.per)}" if clean.per else ""
            return f"Gaps of {name} filled with {by}{per}"
        case "drop_missing":
            return f"Rows without {name} left out" if name else "Rows with any gap left out"
        case "drop_duplicates":
            return "Rows that repeat an earlier row left out"
        case "drop_outliers":
            return f"Rows with outliers of {name} left out"


def _ordinal(quantile: float) -> str:
    number = f"{quantile * 100:.10g}"
    ending = {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return number + ("th" if number[-2:] in {"11", "12", "13"} else ending)


def _unique(name: str, taken: Iterable[str]) -> str:
    used = set(taken)
    candidate, number = name, 2
    while candidate in used:
        candidate, number = f"{name} ({number})", number + 1
    return candidate


def key_name(group: Group) -> str:
    """Heading of a key column: the column's name, or the grain ('month')."""
    return group.grain or group.column


def key_names(plan: AnalysisPlan) -> tuple[str, ...]:
    """Headings of the key columns, all different."""
    names: list[str] = []
    for group in plan.told_groups:
        names.append(_unique(key_name(group), names))
    return tuple(names)


def measure_name(measure: Measure) -> str:
    """Heading of a measure column, without regard to the others."""
    if measure.aggregate == "count":
        return SHARE if measure.of_total else ROWS
    if measure.aggregate == "share":
        return SHARE
    name = measure_words(measure)
    return f"{name} (%)" if measure.of_total else name


def measure_names(plan: AnalysisPlan) -> tuple[str, ...]:
    """Headings of the measure columns, all different from each other and from the keys."""
    names = list(key_names(plan))
    keys = len(names)
    if plan.across is not None:
        return (_unique(across_words(plan), names),)
    for measure in plan.measures:
        names.append(_unique(measure_name(measure), names))
    return tuple(names[keys:])


def across_words(plan: AnalysisPlan) -> str:
    """What taking groups together gives: 'average of total Sales per State'."""
    last = plan.groups[-1]
    per = f"{last.grain} of {last.column}" if last.grain else last.column
    which = "standard deviation" if plan.across == "deviation" else _WORDS[plan.across or "mean"]
    return f"{which} of {measure_words(plan.measures[0])} per {plain(per)}"


def inner_plan(plan: AnalysisPlan) -> AnalysisPlan:
    """The plan of the groups before they are taken together."""
    return plan.model_copy(update={"across": None, "sort": None, "limit": None, "nth": None, "having": None})


def place_names(plan: AnalysisPlan) -> tuple[str, str]:
    """Headings of the place of one group, and of how many places there are."""
    taken = (*key_names(plan), *measure_names(plan), ROWS)
    return _unique("place", taken), _unique("places", taken)


def series_name(plan: AnalysisPlan) -> str:
    """Heading of what follows from the first measure by period."""
    assert plan.series is not None
    of = measure_names(plan)[0]
    match plan.series.kind:
        case "growth":
            return f"growth of {of} (%)"
        case "change":
            return f"change of {of}"
        case "cumulative":
            return f"cumulative {of}"
        case "rolling":
            return f"{of}, {plan.series.of} of {plan.series.window}"


def counts_rows(plan: AnalysisPlan) -> bool:
    """True when the result carries a further column with the number of rows behind each line."""
    if plan.across is not None:
        return False
    return any(m.aggregate not in {"count", "distinct"} or m.of_total for m in plan.measures)


def rows_name(plan: AnalysisPlan) -> str:
    """Heading of that further column."""
    return _unique(ROWS, [*key_names(plan), *measure_names(plan)])
