"""Named analyses for each value of a group: correlation, description, outliers, missing values."""

from __future__ import annotations

from lakeglass.ask.codegen.inference import outlier_limits, outlier_rule
from lakeglass.ask.codegen.literals import listing, literal
from lakeglass.ask.codegen.measures import write_keys
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import AnalysisPlan, Statistic
from lakeglass.ask.plan.naming import FIVE_NUMBERS, ROWS, key_names, plain

BY_GROUP = frozenset({"correlation", "describe", "outliers", "missing"})
_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


def write_by_group(script: Script, plan: AnalysisPlan, statistic: Statistic, *, frame: str) -> None:
    """Write `result`, one row for each value of the plan's only group."""
    keys, key = write_keys(script, plan, frame=frame), literal(key_names(plan)[0])
    per = plain(key_names(plan)[0])
    script.block(
        f"One part for each {per}; rows without it are left out",
        f"grouped = {frame}.groupby({keys}, observed=True)",
    )
    match statistic.kind:
        case "correlation":
            _correlation(script, statistic, key)
        case "outliers":
            _outliers(script, statistic, key)
        case "missing":
            wanted = f"part[{listing(statistic.columns)}]" if statistic.columns else "part"
            script.block(
                "Empty cells of each part",
                "parts = [",
                f'    {{{key}: name, "missing": int({wanted}.isna().sum().sum()), "rows": len(part)}}',
                "    for name, part in grouped",
                "]",
                "result = pd.DataFrame(parts)",
            )
        case _:
            _describe(script, statistic)
    script.block("Names as text", f'result[{key}] = result[{key}].astype("str")') if plan.groups[
        0
    ].grain else None


def _correlation(script: Script, statistic: Statistic, key: str) -> None:
    method = statistic.method or "pearson"
    first, second = (literal(c) for c in statistic.columns[:2])
    function = {"spearman": "spearmanr", "kendall": "kendalltau"}.get(method, "pearsonr")
    script.need("from scipy import stats")
    script.block(
        f"{method.title()} correlation over the rows of each part that have both values, three at least",
        "parts = []",
        "for name, part in grouped:",
        f"    pairs = part[[{first}, {second}]].dropna()",
        "    if len(pairs) > 2:",
        f"        test = stats.{function}(pairs[{first}], pairs[{second}])",
        "        parts.append((name, test.statistic, test.pvalue, len(pairs)))",
        f'result = pd.DataFrame(parts, columns=[{key}, "correlation", "p-value", "rows"])',
    )


def _outliers(script: Script, statistic: Statistic, key: str) -> None:
    script.block(
        f"Values of each part beyond its own limits ({outlier_rule(statistic)})",
        "parts = []",
        "for name, part in grouped:",
        f"    values = part[{literal(statistic.columns[0])}].dropna()",
        *(f"    {line}" for line in outlier_limits(statistic, "values")),
        "    parts.append((name, int(((values < low) | (values > high)).sum()), low, high, len(values)))",
        f'result = pd.DataFrame(parts, columns=[{key}, "outliers", "lower limit", "upper limit", "rows"])',
    )


def _describe(script: Script, statistic: Statistic) -> None:
    values = f"grouped[{literal(statistic.columns[0])}]"
    script.block(
        f"{plain(statistic.columns[0])} of each part in numbers (sample standard deviation)",
        "result = pd.DataFrame(",
        "    {",
        f"        {literal(ROWS)}: {values}.count(),",
        f'        "mean": {values}.mean(),',
        f'        "standard deviation": {values}.std(),',
        *(
            f"        {literal(n)}: {values}.quantile({q}),"
            for n, q in zip(FIVE_NUMBERS, _QUANTILES, strict=True)
        ),
        "    }",
        ").reset_index()",
    )
