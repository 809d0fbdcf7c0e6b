"""Which chart fits a plan's result, and what it is called. Drawing it is the generator's part."""

from __future__ import annotations

from lakeglass.ask.plan import AnalysisPlan, ChartKind, Grain, Statistic, TableContext
from lakeglass.ask.plan.naming import (
    METHODS,
    across_words,
    measure_words,
    model_words,
    ordinal,
    plain,
    series_words,
    where_words,
)
from lakeglass.ask.plan.validate import NUMERIC

TIMELINE: frozenset[Grain] = frozenset({"year", "quarter", "month", "week", "day"})
MANY_SERIES = 8
MANY_BARS = 30
LONG_BARS = 8
MANY_FIELDS = 40
SLICES = 8


def chart_kind(plan: AnalysisPlan, table: TableContext) -> ChartKind:
    """The chart that was asked for if the result can carry it, otherwise the fitting one."""
    if plan.also:
        return "none"
    fitting = _fitting(plan, table)
    asked = plan.chart
    if asked is None or fitting == "none" or asked == "none":
        return "none" if asked == "none" else fitting
    if plan.statistic is not None:
        spread: set[ChartKind] = {"box", "violin"}
        allowed: dict[ChartKind, set[ChartKind]] = {
            "box": spread,
            "histogram": {"histogram", "box", "violin"},
            "bar": {"bar", "pie"} if plan.statistic.kind == "distribution" else {"bar"},
        }
        return asked if asked in allowed.get(fitting, set()) else fitting
    if len(plan.groups) == 1:
        return asked if asked in {"bar", "line", "area", "scatter"} or _has_parts(asked, plan) else fitting
    return asked if asked in {"bar", "stacked", "line", "area", "heatmap", "scatter"} else fitting


def _has_parts(asked: ChartKind, plan: AnalysisPlan) -> bool:
    """A pie shows the parts of a whole; averages have none."""
    return asked == "pie" and adds_up(plan)


def adds_up(plan: AnalysisPlan) -> bool:
    """True when the groups' values are parts of their sum."""
    return bool(plan.measures) and plan.measures[0].aggregate in {"count", "sum"} and plan.series is None


def most_groups(plan: AnalysisPlan, table: TableContext) -> int:
    """How many groups the first key can have, as far as the table tells; a made column can have any number."""
    group = plan.groups[0]
    if group.grain is not None:
        return 1
    made = next((d for d in plan.derive if d.name == group.column), None)
    if made is not None:
        return (
            MANY_BARS + 1
            if made.kind in {"first word", "last word", "number", "words", "length"}
            else LONG_BARS
        )
    column = table.column(group.column)
    return column.distinct if column is not None else MANY_BARS + 1


def is_long(plan: AnalysisPlan, table: TableContext) -> bool:
    """True when the labels of the groups need lines of their own."""
    grain = plan.groups[0].grain if plan.groups else None
    return bool(plan.groups) and grain not in TIMELINE and most_groups(plan, table) > LONG_BARS


def is_number(name: str, table: TableContext) -> bool:
    """True for a column of numbers, such as years."""
    column = table.column(name)
    return column is not None and column.kind in NUMERIC


def along(plan: AnalysisPlan, table: TableContext) -> int:
    """Which of two keys the chart runs along: time, then numbers, then the first."""
    kinds = [(g.grain is not None, is_number(g.column, table)) for g in plan.groups[:2]]
    return 0 if kinds[0] >= kinds[1] else 1


def along_numbers(plan: AnalysisPlan, table: TableContext) -> bool:
    """True when the bars stand along an axis of numbers, in their order: ages, years."""
    column = table.column(plan.groups[0].column)
    ranked = plan.sort is not None and plan.sort.by == "measure"
    numeric = column is not None and column.kind in NUMERIC and plan.groups[0].grain is None
    return numeric and not ranked and column is not None and column.distinct > LONG_BARS


def _fitting(plan: AnalysisPlan, table: TableContext) -> ChartKind:
    if plan.statistic is not None:
        return _statistic_chart(plan, table)
    if plan.across is not None or plan.place_of is not None:
        return "none"
    if (
        not plan.groups
        or len(plan.groups) > 2
        or plan.nth is not None
        or (plan.having is not None and plan.having.tells == "count")
    ):
        return "none"
    if any(g.grain in TIMELINE for g in plan.groups):
        return "line"
    if len(plan.groups) == 1:
        return "bar"
    second = table.column(plan.groups[1].column)
    return "heatmap" if second is not None and second.distinct > MANY_SERIES else "bar"


def _statistic_chart(plan: AnalysisPlan, table: TableContext) -> ChartKind:
    statistic = plan.statistic
    assert statistic is not None
    if plan.groups and statistic.kind != "distribution":
        return "none"
    if statistic.kind == "correlation":
        return "scatter" if len(statistic.columns) == 2 else "heatmap"
    if statistic.kind == "distribution":
        if plan.groups:
            return "violin" if plan.chart == "violin" and plan.groups[0].grain is None else "box"
        column = table.column(statistic.columns[0])
        cleaned = any(c.column == statistic.columns[0] and c.kind == "to_number" for c in plan.clean)
        cleaned = cleaned or any(d.name == statistic.columns[0] for d in plan.derive)
        return "histogram" if cleaned or (column is not None and column.kind in NUMERIC) else "bar"
    if statistic.timeline is not None:
        return "bar" if statistic.kind == "seasonality" else "line"
    if statistic.model is not None:
        if statistic.model.tells == "features":
            return "bar"
        return "heatmap" if statistic.model.task == "classes" else "scatter"
    if statistic.kind == "missing" and len(statistic.columns) != 1:
        return "bar"
    return "none"


def title(plan: AnalysisPlan) -> str:
    """Heading of the chart and of the table: 'Average Cost Repair by Wildlife Size, Origin State is Texas'."""
    if plan.also:
        return "; ".join(title(task) for task in plan.tasks)
    words = _subject(plan)
    if plan.series is not None:
        words = {"growth": "growth of ", "change": "change of ", "cumulative": "cumulative "}.get(
            plan.series.kind, f"rolling {plan.series.of} over {plan.series.window} of "
        ) + words
    if plan.having is not None:
        counted = "number of groups: " if plan.having.tells == "count" else ""
        words = f"{counted}{words}, only {plan.having.operator} {plan.having.value:g}"
    if plan.nth is not None:
        words = f"{ordinal(plan.nth)} place: {words}"
    if plan.top is not None:
        which = "highest" if plan.top.descending else "lowest"
        words += f" over the {plan.top.count} rows with the {which} {plain(plan.top.column)}"
    if plan.conditions:
        words += f", where {where_words(plan)}"
    return words[:1].upper() + words[1:]


def _subject(plan: AnalysisPlan) -> str:
    statistic = plan.statistic
    per = " and ".join(plain((g.grain and f"{g.grain} of {g.column}") or g.column) for g in plan.groups)
    if statistic is None:
        words = " and ".join(measure_words(m) for m in plan.measures)
        if plan.place_of is not None:
            order = "highest" if plan.sort is None or plan.sort.descending else "lowest"
            return f"Place of {plain(str(plan.place_of))} by {words}, {order} first"
        if plan.across is not None:
            words = across_words(plan)
            per = " and ".join(
                plain((g.grain and f"{g.grain} of {g.column}") or g.column) for g in plan.told_groups
            )
        if not per:
            return words
        if plan.per is not None:
            return _within(plan, words)
        if plan.limit is None and plan.nth is None:
            return f"{words} by {per}"
        if plan.limit is None:
            order = "highest" if plan.sort is None or plan.sort.descending else "lowest"
            return f"{per} by {words}, {order} first"
        which = "highest" if plan.sort is None or plan.sort.descending else "lowest"
        words = words.removeprefix(f"{which} ") if len(plan.measures) == 1 else words
        return (
            f"{per} with the {which} {words}"
            if plan.limit == 1
            else f"{per}: {which} {plan.limit} by {words}"
        )
    return _analysis(plan, statistic, per)


def _within(plan: AnalysisPlan, words: str) -> str:
    inner = " and ".join(plain((g.grain and f"{g.grain} of {g.column}") or g.column) for g in plan.groups[1:])
    first = plan.groups[0]
    each = f"within each {plain((first.grain and f'{first.grain} of {first.column}') or first.column)}"
    if plan.limit is None and plan.nth is None:
        return f"{words} by {inner} {each}"
    which = "highest" if plan.sort is None or plan.sort.descending else "lowest"
    if plan.nth is not None:
        return f"{inner} by {words}, {which} first, {each}"
    if plan.limit == 1:
        return f"{inner} with the {which} {words} {each}"
    return f"{inner}: {which} {plan.limit} by {words} {each}"


def _analysis(plan: AnalysisPlan, statistic: Statistic, per: str) -> str:
    columns = [plain(c) for c in statistic.columns]
    match statistic.kind:
        case "difference":
            what = f"{statistic.aggregate} of {columns[0]}" if statistic.aggregate != "count" else "rows"
            first, second = (plain(str(v)) for v in statistic.values)
            form = {"percent": "Change in percent", "ratio": "Ratio"}.get(statistic.form, "Difference")
            return f"{form} in {what} between {first} and {second} ({columns[1]})"
        case (
            "test" | "normality" | "outliers" | "regression" | "model" | "trend" | "seasonality" | "forecast"
        ):
            return _inference(statistic, columns) + (f" by {per}" if per else "")
        case "distribution":
            return f"Distribution of {columns[0]}" + (f" by {per}" if per else "")
        case "correlation":
            method = (statistic.method or "pearson").title()
            what = f"{columns[0]} and {columns[1]}" if len(columns) == 2 else f"{len(columns)} columns"
            return f"{method} correlation of {what}" + (f" by {per}" if per else "")
        case "missing":
            of = f" of {columns[0]}" if len(columns) == 1 else ""
            return f"Missing values{of}" + (f" by {per}" if per else "")
        case "describe":
            return f"{columns[0]} in numbers" + (f" by {per}" if per else "")
        case "overview":
            return "Columns of the table"
        case "duplicates":
            return "Duplicate rows"
        case "rows":
            if plan.sort is not None and plan.sort.near is not None:
                return f"Rows with the {plain(plan.sort.column or '')} nearest to {plan.sort.near:g}"
            if plan.sort is not None and plan.sort.column:
                each = f" of each {plain(plan.per)}" if plan.per else ""
                which = "highest" if plan.sort.descending else "lowest"
                return f"Rows{each} with the {which} {plain(plan.sort.column)}"
            return "Rows"


def _timeline(statistic: Statistic) -> str:
    timeline = statistic.timeline
    assert timeline is not None
    words = f"{series_words(statistic)} by {timeline.grain}"
    if statistic.kind == "forecast":
        ahead = f"{timeline.ahead} {timeline.grain}s" if timeline.ahead != 1 else timeline.grain
        return f"Forecast of {words} for the next {ahead}"
    return f"{'Trend' if statistic.kind == 'trend' else 'Season'} of {words}"


def _fitted(statistic: Statistic, columns: list[str]) -> str:
    model = statistic.model
    assert model is not None
    words = model_words(model)
    if model.task == "clusters":
        return f"{model.clusters} clusters by {' and '.join(columns)} (k-means)"
    features = ", ".join(columns[1:6]) + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")
    return f"{words[:1].upper()}{words[1:]}: {columns[0]} from {features}"


def _inference(statistic: Statistic, columns: list[str]) -> str:
    match statistic.kind:
        case "model":
            return _fitted(statistic, columns)
        case "trend" | "seasonality" | "forecast":
            return _timeline(statistic)
        case "test":
            joint = "and" if statistic.method == "chi-square" else "by"
            return f"{METHODS[statistic.method or 'welch']}: {columns[0]} {joint} {columns[1]}"
        case "normality":
            return f"{METHODS[statistic.method or 'shapiro']} of {columns[0]}"
        case "outliers":
            return f"Outliers of {columns[0]} by {METHODS[statistic.method or 'iqr']}"
        case _:
            return f"Linear regression of {columns[0]} on {' and '.join(columns[1:])}"
