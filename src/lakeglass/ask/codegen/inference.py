"""Tests, normality, outliers and regression: each is a call that the reader of the code can look up."""

from __future__ import annotations

from lakeglass.ask.codegen.literals import listing, literal
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import Statistic
from lakeglass.ask.plan.naming import METHODS, plain

_TWO = {
    "t": "stats.ttest_ind(first, second)",
    "welch": "stats.ttest_ind(first, second, equal_var=False)",
    "mann-whitney": "stats.mannwhitneyu(first, second)",
    "ks": "stats.ks_2samp(first, second)",
}
_MANY = {"anova": "stats.f_oneway", "kruskal": "stats.kruskal"}


def write_inference(script: Script, statistic: Statistic, *, frame: str) -> None:
    """The analysis of one of these kinds."""
    writers = {
        "test": write_test,
        "normality": write_normality,
        "outliers": write_outliers,
        "regression": write_regression,
        "difference": write_difference,
    }
    writers[statistic.kind](script, statistic, frame=frame)


def write_test(script: Script, statistic: Statistic, *, frame: str) -> None:
    """Does the first column differ between the groups of the second? One row: statistic, p-value, verdict."""
    method = statistic.method or "welch"
    script.need("from scipy import stats")
    measure, key = (literal(c) for c in statistic.columns[:2])
    named = METHODS[method]
    if method == "chi-square":
        script.block(
            f"How often each {plain(statistic.columns[0])} occurs with each {plain(statistic.columns[1])}",
            f"counts = pd.crosstab({frame}[{measure}], {frame}[{key}])",
            "test = stats.chi2_contingency(counts)",
        )
        extra = [
            '        "degrees of freedom": [test.dof],',
            '        "smallest expected count": [test.expected_freq.min()],',
            '        "rows": [int(counts.to_numpy().sum())],',
        ]
    else:
        script.block(
            f"The known values of {plain(statistic.columns[0])} for each {plain(statistic.columns[1])}",
            f"pairs = {frame}[[{measure}, {key}]].dropna()",
            f"grouped = pairs.groupby({key}, observed=True)[{measure}]",
            "samples = {name: values for name, values in grouped if len(values) > 1}",
        )
        if method in _TWO:
            script.block(
                f"{named} of the two groups", "first, second = samples.values()", f"test = {_TWO[method]}"
            )
        else:
            script.block(f"{named} of all groups", f"test = {_MANY[method]}(*samples.values())")
        extra = [
            '        "groups": [", ".join(f"{name}: {len(values)}" for name, values in samples.items())],',
            '        "rows": [len(pairs)],',
        ]
        if method in _TWO:
            extra.insert(0, '        "difference of means": [first.mean() - second.mean()],')
    script.block(
        "The result, with a verdict at the stated level",
        "result = pd.DataFrame(",
        "    {",
        f'        "test": [{literal(named)}],',
        '        "statistic": [test.statistic],',
        '        "p-value": [test.pvalue],',
        f'        "significant": [bool(test.pvalue < {statistic.level!r})],',
        f'        "verdict": ["significant" if test.pvalue < {statistic.level!r} else "not significant"],',
        *extra,
        "    }",
        ")",
    )


def write_normality(script: Script, statistic: Statistic, *, frame: str) -> None:
    """Could the values come from a normal distribution?"""
    method, column = statistic.method or "shapiro", literal(statistic.columns[0])
    script.need("from scipy import stats")
    lines = [f'values = {frame}[{column}].dropna().astype("float64")']
    if method == "anderson":
        lines += [
            'test = stats.anderson(values, dist="norm", method="interpolate")',
        ]
    else:
        lines.append(f"test = stats.{'shapiro' if method == 'shapiro' else 'normaltest'}(values)")
    script.block(f"{METHODS[method]} of {plain(statistic.columns[0])}", *lines)
    script.block(
        "Normal means: nothing speaks against it at the stated level",
        "result = pd.DataFrame(",
        "    {",
        f'        "test": [{literal(METHODS[method])}],',
        '        "statistic": [test.statistic],',
        '        "p-value": [test.pvalue],',
        f'        "normal": [bool(test.pvalue >= {statistic.level!r})],',
        f'        "verdict": ["normal" if test.pvalue >= {statistic.level!r} else "not normal"],',
        '        "skewness": [values.skew()],',
        '        "rows": [len(values)],',
        "    }",
        ")",
    )


def outlier_limits(statistic: Statistic, series: str) -> list[str]:
    """Lines that set `low` and `high`, beyond which a value of `series` is an outlier."""
    if statistic.method == "z":
        times = statistic.threshold or 3.0
        return [
            f"low = {series}.mean() - {times!r} * {series}.std()",
            f"high = {series}.mean() + {times!r} * {series}.std()",
        ]
    times = statistic.threshold or 1.5
    return [
        f"lower, upper = {series}.quantile(0.25), {series}.quantile(0.75)",
        f"low, high = lower - {times!r} * (upper - lower), upper + {times!r} * (upper - lower)",
    ]


def write_outliers(script: Script, statistic: Statistic, *, frame: str) -> None:
    """How many values lie far out, and where far out begins."""
    name = statistic.columns[0]
    script.block(
        f"Where outliers of {plain(name)} begin ({outlier_rule(statistic)})",
        f"values = {frame}[{literal(name)}].dropna()",
        *outlier_limits(statistic, "values"),
    )
    script.block(
        "Values beyond",
        "outliers = values[(values < low) | (values > high)]",
        "result = pd.DataFrame(",
        "    {",
        '        "outliers": [len(outliers)],',
        '        "share (%)": [100 * len(outliers) / max(len(values), 1)],',
        '        "lower limit": [low],',
        '        "upper limit": [high],',
        '        "rows": [len(values)],',
        "    }",
        ")",
    )


def outlier_rule(statistic: Statistic) -> str:
    """The rule in words."""
    if statistic.method == "z":
        return f"more than {statistic.threshold or 3:g} standard deviations from the mean"
    return f"more than {statistic.threshold or 1.5:g} interquartile ranges beyond the quartiles"


def write_regression(script: Script, statistic: Statistic, *, frame: str) -> None:
    """Ordinary least squares with an intercept."""
    target, features = statistic.columns[0], statistic.columns[1:]
    named = listing(statistic.columns)
    script.block(
        "Rows that have every value",
        f'pairs = {frame}[{named}].dropna().astype("float64")',
    )
    if len(features) == 1:
        script.need("from scipy import stats")
        script.block(
            f"Least squares line of {plain(target)} over {plain(features[0])}",
            f"fit = stats.linregress(pairs[{literal(features[0])}], pairs[{literal(target)}])",
            "result = pd.DataFrame(",
            "    {",
            '        "slope": [fit.slope],',
            '        "intercept": [fit.intercept],',
            '        "r squared": [fit.rvalue**2],',
            '        "p-value": [fit.pvalue],',
            '        "standard error": [fit.stderr],',
            '        "rows": [len(pairs)],',
            "    }",
            ")",
        )
        return
    script.need("import numpy as np")
    script.block(
        f"Least squares of {plain(target)} over {len(features)} columns",
        f"x = np.column_stack([np.ones(len(pairs)), pairs[{listing(features)}]])",
        f"y = pairs[{literal(target)}].to_numpy()",
        "coefficients, _, _, _ = np.linalg.lstsq(x, y, rcond=None)",
        "explained = 1 - ((y - x @ coefficients) ** 2).sum() / ((y - y.mean()) ** 2).sum()",
        'result = pd.DataFrame({"term": ["intercept", *pairs.columns[1:]], "coefficient": coefficients})',
        'result["r squared"] = explained',
        'result["rows"] = len(pairs)',
    )


def write_difference(script: Script, statistic: Statistic, *, frame: str) -> None:
    """The aggregate for one value of a column, less that for another."""
    measure, key = (literal(c) for c in statistic.columns[:2])
    first, second = (literal(v) for v in statistic.values)
    reduced = _AGGREGATED.get(str(statistic.aggregate), f"{{0}}.{statistic.aggregate}()")
    one, other = (
        reduced.replace("{0}", f"{frame}.loc[{frame}[{key}] == {v}, {measure}]") for v in (first, second)
    )
    told = {
        "difference": [],
        "percent": ['        "change (%)": [100 * (first - second) / second],'],
        "ratio": ['        "ratio": [first / second],'],
    }[statistic.form]
    script.block(
        f"{statistic.aggregate} of {plain(statistic.columns[0])} for both, and how they compare",
        f"first = {one}",
        f"second = {other}",
        "result = pd.DataFrame(",
        "    {",
        *told,
        '        "difference": [first - second],',
        f"        {literal(str(statistic.values[0]))}: [first],",
        f"        {literal(str(statistic.values[1]))}: [second],",
        f'        "rows": [int({frame}[{key}].isin([{first}, {second}]).sum())],',
        "    }",
        ")",
    )


_AGGREGATED = {
    "count": "len({0})",
    "distinct": "{0}.nunique()",
    "deviation": "{0}.std()",
    "variance": "{0}.var()",
    "range": "({0}.max() - {0}.min())",
    "skewness": "{0}.skew()",
    "kurtosis": "{0}.kurt()",
}
