"""Tests, normality, outliers and regression: which columns they are about, which method, at which level."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Statistic
from lakeglass.ask.plan.model import NormalityMethod, OutlierMethod, TestMethod
from lakeglass.ask.plan.naming import plain

TESTS: dict[str, TestMethod] = {
    "t": "t",
    "welch": "welch",
    "mann_whitney": "mann-whitney",
    "ks": "ks",
    "anova": "anova",
    "kruskal": "kruskal",
    "chi_square": "chi-square",
}
NORMALITY: dict[str, NormalityMethod] = {
    "shapiro": "shapiro",
    "anderson": "anderson",
    "dagostino": "dagostino",
}
_PAIRS: frozenset[TestMethod] = frozenset({"t", "welch", "mann-whitney", "ks"})
_MOST_GROUPS = 50


def read_inference(draft: Draft, item: Item, name: str) -> None:
    """Read the analysis that `name` is a word for; a problem is noted where its columns are not clear."""
    others = {k.name for i in draft.items for k in i.keywords if k.role == "statistic" and not i.exact_column}
    if name == "t" and "welch" in others:
        name = "welch"  # 'a t-test (Welch)'
    specific = next((n for n in (*TESTS, *NORMALITY) if n in others), None)
    if name in TESTS or (name == "test" and specific in TESTS):
        _test(draft, item, TESTS[name if name in TESTS else str(specific)])
    elif name in NORMALITY or (name == "test" and specific in NORMALITY):
        _normality(draft, item, others)
    elif name == "outliers":
        _outliers(draft, item)
    elif name == "regression":
        _regression(draft, item)
    elif "correlation" in others or "regression" in others or "outliers" in others:
        return
    else:
        _test(draft, item, None)
    if draft.statistic is not None:
        _consume(draft)


def _consume(draft: Draft) -> None:
    """Words for parts of the result, and for the kind of analysis, are used with it."""
    for item in draft.items:
        if item.exact_column or not item.free:
            continue
        named = item.has("report") or item.has("statistic") or item.has("unsupported", "difference")
        splits = item.has("group") and (draft.statistic is None or draft.statistic.kind != "outliers")
        if named or splits or item.has("versus") or item.has("comparative"):
            item.used = "statistic"


def consume_report(draft: Draft) -> None:
    """'report the coefficient and the p-value': the answer to a correlation gives them anyway."""
    for item in draft.items:
        if item.free and (item.has("report") or item.has("statistic", "test")) and not item.exact_column:
            item.used = "statistic"


def _parts(draft: Draft) -> tuple[list[tuple[Item, ColumnModel]], list[tuple[Item, ColumnModel]]]:
    """The columns with numbers and those with categories that the question names, each once."""
    numbers: list[tuple[Item, ColumnModel]] = []
    keys: list[tuple[Item, ColumnModel]] = []
    for item in draft.items:
        if not item.free or not item.columns:
            continue
        measure = any(m.column.is_measure for m in item.columns)
        column = draft.choose(item, "measure" if measure else "key")
        if column is None:
            return [], []
        target = numbers if column.is_measure else keys
        if all(column is not c for _, c in target):
            target.append((item, column))
        else:
            item.used = "statistic"
    return numbers or _row_numbers(draft), keys


def _row_numbers(draft: Draft) -> list[tuple[Item, ColumnModel]]:
    """'tips' may be the rows of a table and its column tip at once; here numbers are needed."""
    for item in draft.items:
        both = draft.schema.index.match([item.tokens[0].word]) if item.rows and item.free else ()
        if both and both[0].score >= 0.9 and both[0].column.is_measure:
            return [(item, both[0].column)]
    return []


def _compared(draft: Draft) -> str | None:
    """The column whose values the question sets against each other: 'between smokers and non-smokers'."""
    several = [f for f in draft.filters if f.operator == "in"]
    return several[0].column if len(several) == 1 else None


def _test(draft: Draft, item: Item, method: TestMethod | None) -> None:
    numbers, keys = _parts(draft)
    if draft.problems:
        return
    compared = _compared(draft)
    names = list(dict.fromkeys([*([compared] if compared else []), *(c.name for _, c in keys)]))
    if not names and len(numbers) == 2 and any(c.is_key for _, c in numbers):
        names = [_few(numbers)[1].name]  # 'does age differ between sites', where sites are numbers
        numbers = [n for n in numbers if n[1].name != names[0]]
    if method == "chi-square" or (method is None and not numbers and len(names) == 2):
        if len(names) != 2:
            draft.fail(
                "incomplete", f"“{plain(item.text)}” needs two columns with categories.", words=item.text
            )
            return
        _settle(draft, item, names, "chi-square")
        return
    if len(numbers) != 1 or len(names) != 1:
        draft.fail(
            "incomplete",
            f"“{plain(item.text)}” compares one column with numbers between the groups of one other column.",
            words=item.text,
        )
        return
    groups = _groups(draft, names[0])
    if method in _PAIRS and groups != 2:
        draft.fail(
            "unclear",
            f"{plain(names[0])} has {groups} groups, and “{plain(item.text)}” compares two; name the two.",
            words=item.text,
        )
        return
    if not 2 <= groups <= _MOST_GROUPS:
        draft.fail("unclear", f"{plain(names[0])} has {groups} groups: too many to compare.", words=item.text)
        return
    if method is None:
        method = "welch" if groups == 2 else "anova"
        draft.assume(
            f"“{plain(item.text)}” is read as {'a t-test (Welch)' if groups == 2 else 'an analysis of variance'}"
        )
    _settle(draft, item, [draft.usable(numbers[0][1]), names[0]], method)


def _few(numbers: list[tuple[Item, ColumnModel]]) -> tuple[Item, ColumnModel]:
    return min((n for n in numbers if n[1].is_key), key=lambda n: n[1].statistics.distinct)


def _groups(draft: Draft, name: str) -> int:
    """How many groups of the column remain after its conditions."""
    column = draft.schema.table.column(name)
    count = column.distinct if column is not None else 0
    for each in draft.filters:
        if each.column == name:
            count = {"in": len(each.values), "=": 1, "!=": count - 1, "not in": count - len(each.values)}.get(
                each.operator, count
            )
    return count


def _settle(draft: Draft, item: Item, columns: list[str], method: TestMethod) -> None:
    for each in draft.items:
        if each.columns and each.free:
            each.used = "statistic"
        elif each.free and each.has("negation"):
            each.used = "statistic"  # 'students versus non-students': both answers of the column are compared
    draft.statistic = Statistic(kind="test", columns=tuple(columns), method=method, level=level_of(draft))
    draft.note("statistic", item.text)


def level_of(draft: Draft) -> float:
    """'at the 1 % level', 'alpha = 0.01', 'significance level of 0.05'."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.has("report", "level") and item.text.lower() not in {
            "level",
            "significant",
            "significantly",
        }:
            continue
        near = [i for i in items[place + 1 : place + 4] if i.number is not None]
        near = near or [i for i in items[max(place - 3, 0) : place] if i.number is not None]
        if near and near[0].number is not None:
            number = near[0].number
            if item.has("statistic") and not 0 < number <= 0.2:
                continue
            level = number if number < 1 else number / 100
            level = 1 - level if level > 0.5 else level
            if 0 < level < 1:
                for each in items[max(place - 3, 0) : place + 4]:
                    if each is near[0] or each.text in {"%", "=", "percent"} or each is item:
                        each.used = "statistic"
                return level
    return 0.05


def _one(draft: Draft, item: Item) -> ColumnModel | None:
    """The only column with numbers that the question names."""
    numbers, _ = _parts(draft)
    if draft.problems:
        return None
    if len(numbers) != 1:
        draft.fail("incomplete", f"“{plain(item.text)}” of which column?", words=item.text)
        return None
    numbers[0][0].used = "statistic"
    return numbers[0][1]


def _normality(draft: Draft, item: Item, others: set[str]) -> None:
    column = _one(draft, item)
    if column is None:
        return
    method = next((NORMALITY[n] for n in ("anderson", "dagostino") if n in others), "shapiro")
    draft.statistic = Statistic(
        kind="normality", columns=(draft.usable(column),), method=method, level=level_of(draft)
    )
    draft.note("statistic", item.text)


def outlier_method(draft: Draft) -> tuple[OutlierMethod, float | None]:
    """The rule that the question names, and its number; 1.5 interquartile ranges where it names none."""
    items = draft.items
    scores = [n for n, i in enumerate(items) if i.has("report", "z")]
    ranges = [n for n, i in enumerate(items) if i.has("report", "iqr")]
    method: OutlierMethod = "z" if scores else "iqr"
    if not scores and not ranges:
        draft.assume("outliers are values beyond 1.5 interquartile ranges from the quartiles", cost=0.95)
    for item in items:
        if item.free and item.has("report", "limits"):
            item.used = "statistic"  # 'the z-score method'
    marks = scores + ranges + [n for n, i in enumerate(items) if i.has("report", "threshold")]
    threshold: float | None = None
    for place in marks:
        items[place].used = "statistic"
        for at in (*range(place, min(place + 4, len(items))), *range(max(place - 3, 0), place)):
            near, after = items[at], items[at + 1] if at + 1 < len(items) else None
            rounds = after is not None and after.has("rounding")  # '(2 decimals)'
            if near.number is not None and near.free and threshold is None and not rounds:
                threshold, near.used = near.number, "statistic"
            elif near.free and near.has("compare", ">", ">="):
                near.used = "statistic"
    return method, threshold


def _outliers(draft: Draft, item: Item) -> None:
    method, threshold = outlier_method(draft)
    column = _one(draft, item)
    if column is None:
        return
    for each in draft.items:
        if each.free and each.has("aggregate", "count"):
            each.used = "statistic"
    draft.statistic = Statistic(
        kind="outliers", columns=(draft.usable(column),), method=method, threshold=threshold
    )
    draft.note("statistic", item.text)


def _target_first(draft: Draft, numbers: list[tuple[Item, ColumnModel]]) -> list[tuple[Item, ColumnModel]]:
    """'with x as the independent and y as the dependent variable', 'predict y from x': the target goes first."""
    items = draft.items
    for place, item in enumerate(items):
        if not item.has("report", "target"):
            continue
        before = [n for n in numbers if n[0] in items[max(place - 5, 0) : place]]
        after = [n for n in numbers if n[0] in items[place + 1 : place + 6]]
        as_it = any(i.text.lower() in {"as", "is"} for i in items[max(place - 3, 0) : place])
        chosen = before[-1:] if as_it and before else after[:1] or before[-1:]
        if chosen:
            return chosen + [n for n in numbers if n is not chosen[0]]
    return numbers


def _regression(draft: Draft, item: Item) -> None:
    """'regression of tip on total bill', 'regress y on x', 'predict y from x' (target first)."""
    numbers, keys = _parts(draft)
    if draft.problems:
        return
    if len(numbers) < 2 or keys:
        draft.fail("incomplete", f"“{plain(item.text)}” needs two columns with numbers.", words=item.text)
        return
    numbers = _target_first(draft, numbers)
    names = [draft.usable(c) for _, c in numbers]
    if any(i.text.lower() in {"from", "using", "with", "on", "against", "by"} for i in draft.items) is False:
        draft.assume(f"{plain(names[0])} is explained by {plain(names[1])}", cost=0.9)
    for each, _ in numbers:
        each.used = "statistic"
    draft.statistic = Statistic(kind="regression", columns=tuple(names))
    draft.note("statistic", item.text)
