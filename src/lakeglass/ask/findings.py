"""Sentences of tests, normality, outliers and regression: the figure, what it means, at which level."""

from __future__ import annotations

from lakeglass.ask.codegen.inference import outlier_rule
from lakeglass.ask.formats import number_text, unit_in, value_text
from lakeglass.ask.model import KeyNumber
from lakeglass.ask.model_findings import model_finding
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.plan.naming import METHODS, plain, where_words
from lakeglass.ask.result import TableData, as_number
from lakeglass.ask.series_findings import series_finding
from lakeglass.ask.wording import chance_text

Stated = tuple[str, tuple[KeyNumber, ...]]


def finding(plan: AnalysisPlan, table: TableData) -> Stated:
    """The sentence of such an analysis, and its key numbers."""
    assert plan.statistic is not None
    where = f" where {where_words(plan)}" if plan.conditions else ""
    match plan.statistic.kind:
        case "difference":
            return _difference(plan, table, where)
        case "test":
            return _test(plan, table, where)
        case "normality":
            return _normality(plan, table, where)
        case "outliers":
            return _outliers(plan, table, where)
        case "model":
            return model_finding(plan, table)
        case "trend" | "seasonality" | "forecast":
            return series_finding(plan, table)
        case _:
            return _regression(plan, table, where)


def _number(plan: AnalysisPlan, table: TableData, name: str, unit: str = "") -> KeyNumber:
    value = table.cell(name)
    number = as_number(value)
    if name == "p-value":
        text = chance_text(plan, number)
    else:
        whole = number is not None and number.is_integer() and plan.decimals is None
        text = value_text(value, decimals=None if whole else plan.decimals, unit=unit)
    return KeyNumber(label=name, value=value, text=text)


def _test(plan: AnalysisPlan, table: TableData, where: str) -> Stated:
    statistic = plan.statistic
    assert statistic is not None
    first, second = (plain(c) for c in statistic.columns[:2])
    chance, figure = _number(plan, table, "p-value"), _number(plan, table, "statistic")
    test = METHODS[statistic.method or "welch"]
    if as_number(chance.value) is None:
        return f"{test} of {first} and {second}{where} has no result: too few values, or none that vary.", ()
    proven = table.cell("significant") is True
    level = f"at the {100 * statistic.level:g} % level"
    if statistic.method == "chi-square":
        what = f"{first} and {second} {'depend on each other' if proven else 'show no dependence'}"
    else:
        what = f"{first} {'differs' if proven else 'does not differ'} between the groups of {second}"
    return f"{what}{where} {level}: {test}, statistic {figure.text}, {chance.text}.", (figure, chance)


def _normality(plan: AnalysisPlan, table: TableData, where: str) -> Stated:
    statistic = plan.statistic
    assert statistic is not None
    name, test = plain(statistic.columns[0]), METHODS[statistic.method or "shapiro"]
    chance, figure = _number(plan, table, "p-value"), _number(plan, table, "statistic")
    level = f"at the {100 * statistic.level:g} % level"
    normal = table.cell("normal") is True
    verdict = "nothing speaks against a normal distribution" if normal else "not normally distributed"
    return f"{name}{where}: {verdict} {level} ({test}, statistic {figure.text}, {chance.text}).", (
        figure,
        chance,
    )


def _difference(plan: AnalysisPlan, table: TableData, where: str) -> Stated:
    statistic = plan.statistic
    assert statistic is not None
    unit = "" if statistic.aggregate in {"count", "distinct"} else unit_in(plan, statistic.columns[0])
    names = ["difference", *(str(v) for v in statistic.values)]
    gap, first, second = (_number(plan, table, name, unit) for name in names)
    what = (
        "number of rows"
        if statistic.aggregate == "count"
        else f"{statistic.aggregate} of {plain(statistic.columns[0])}"
    )
    listed = f"{plain(first.label)} {first.text}, {plain(second.label)} {second.text}"
    if statistic.form == "percent":
        change = _number(plan, table, "change (%)", "%")
        return f"The {what}{where} changes by {change.text}: {listed}.", (change, gap, first, second)
    if statistic.form == "ratio":
        ratio = _number(plan, table, "ratio")
        return f"The ratio of the {what}{where} is {ratio.text}: {listed}.", (ratio, first, second)
    return f"The {what}{where} differs by {gap.text}: {listed}.", (gap, first, second)


def _outliers(plan: AnalysisPlan, table: TableData, where: str) -> Stated:
    statistic = plan.statistic
    assert statistic is not None
    name, unit = statistic.columns[0], unit_in(plan, statistic.columns[0])
    count = _number(plan.model_copy(update={"decimals": None}), table, "outliers")  # never 12.00 values
    low, high = _number(plan, table, "lower limit", unit), _number(plan, table, "upper limit", unit)
    share = number_text(table.numbers("share (%)")[0], decimals=1) if table.numbers("share (%)") else "0"
    noun = "value is" if count.value == 1 else "values are"
    sentence = (
        f"{count.text} {noun} outliers of {plain(name)}{where} ({share} %): below {low.text} or above {high.text}, "
        f"{outlier_rule(statistic)}."
    )
    return sentence, (count, low, high)


def _regression(plan: AnalysisPlan, table: TableData, where: str) -> Stated:
    statistic = plan.statistic
    assert statistic is not None
    target = plain(statistic.columns[0])
    explained = _number(plan, table, "r squared")
    if "slope" not in table.columns:
        features = " and ".join(plain(c) for c in statistic.columns[1:])
        told = f"{features} explain {target}{where} with an r squared of {explained.text}"
        return f"{told}; the coefficients are in the table.", (explained,)
    slope, start = _number(plan, table, "slope"), _number(plan, table, "intercept")
    chance = _number(plan, table, "p-value")
    sentence = (
        f"{target} = {start.text} + {slope.text} × {plain(statistic.columns[1])}{where}: r squared {explained.text}, "
        f"{chance.text}. This says nothing about cause."
    )
    return sentence, (slope, start, explained, chance)
