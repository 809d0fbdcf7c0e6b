"""Named analyses: distribution, correlation, missing values, description, overview, duplicates, rows."""

from __future__ import annotations

from typing import assert_never

from lakeglass.ask.codegen.by_group import BY_GROUP, write_by_group
from lakeglass.ask.codegen.inference import write_inference
from lakeglass.ask.codegen.literals import listing, literal
from lakeglass.ask.codegen.measures import write_keys
from lakeglass.ask.codegen.models import write_model
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.codegen.series import write_series
from lakeglass.ask.plan import AnalysisPlan, Statistic, TableContext
from lakeglass.ask.plan.naming import FIVE_NUMBERS, ROWS, SHARE, key_names, ordinal, plain
from lakeglass.ask.plan.validate import is_numeric

_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_BINS = 30


def write_statistic(
    script: Script, plan: AnalysisPlan, statistic: Statistic, table: TableContext, *, frame: str
) -> None:
    """Write the paragraphs that compute `result`."""
    if plan.groups and statistic.kind in BY_GROUP:
        write_by_group(script, plan, statistic, frame=frame)
        return
    match statistic.kind:
        case "distribution":
            _distribution(script, plan, statistic, table, frame=frame)
        case "correlation":
            _correlation(script, plan, statistic, frame=frame)
        case "missing":
            _missing(script, plan, statistic, frame=frame)
        case "describe":
            _describe(script, statistic, frame=frame)
        case "overview":
            _overview(script, frame=frame)
        case "duplicates":
            script.block(
                "Count rows that repeat an earlier row in every column",
                f"repeated = {frame}.duplicated().sum()",
                f'result = pd.DataFrame({{"duplicate rows": [repeated], "rows": [len({frame})]}})',
            )
        case "test" | "normality" | "outliers" | "regression" | "difference":
            write_inference(script, statistic, frame=frame)
        case "model":
            write_model(script, plan, statistic, table, frame=frame)
        case "trend" | "seasonality" | "forecast":
            write_series(script, plan, statistic, table, frame=frame)
        case "rows":
            _rows(script, plan, statistic, frame=frame)
        case _:
            assert_never(statistic.kind)


def _distribution(
    script: Script, plan: AnalysisPlan, statistic: Statistic, table: TableContext, *, frame: str
) -> None:
    name = statistic.columns[0]
    quoted = literal(name)
    if plan.groups:
        keys, key = write_keys(script, plan, frame=frame), literal(key_names(plan)[0])
        entries = [
            f"{literal(label)}: grouped.quantile({q})"
            for label, q in zip(FIVE_NUMBERS, _QUANTILES, strict=True)
        ]
        script.block(
            f"Five-number summary of {plain(name)} for each {plain(key_names(plan)[0])}",
            f"grouped = {frame}.groupby({keys}, observed=True)[{quoted}]",
            f"result = pd.DataFrame({{{', '.join(entries)}, {literal(ROWS)}: grouped.count()}}).reset_index()",
            *([f'result[{key}] = result[{key}].astype("str")'] if plan.groups[0].grain else []),
        )
    elif is_numeric(name, plan, table):
        script.need("import numpy as np")
        script.block(
            f"Rows in equal intervals of {plain(name)}; the last interval includes its end",
            f"values = {frame}[{quoted}].dropna()",
            f"bins = min({MAX_BINS}, max(5, int(np.ceil(np.log2(max(len(values), 1)))) + 5))",
            "counts, edges = np.histogram(values, bins=bins)",
            'result = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "rows": counts})',
            'result["share (%)"] = 100 * result["rows"] / max(len(values), 1)',
        )
    else:
        first = name if name not in {ROWS, SHARE} else f"{name} value"
        script.block(
            f"How often each {plain(name)} occurs, most frequent first; rows without it are left out",
            f"counts = {frame}[{quoted}].value_counts()",
            f"result = pd.DataFrame({{{literal(first)}: counts.index, {literal(ROWS)}: counts.to_numpy()}})",
            f"result[{literal(SHARE)}] = 100 * result[{literal(ROWS)}] / max(counts.sum(), 1)",
        )


def _correlation(script: Script, plan: AnalysisPlan, statistic: Statistic, *, frame: str) -> None:
    method = statistic.method or "pearson"
    named = listing(statistic.columns)
    if len(statistic.columns) == 2:
        first, second = (literal(c) for c in statistic.columns)
        function = {"spearman": "spearmanr", "kendall": "kendalltau"}.get(method, "pearsonr")
        script.need("from scipy import stats")
        script.block(
            f"{method.title()} correlation over the rows that have both values",
            f"pairs = {frame}[{named}].dropna()",
            f"test = stats.{function}(pairs[{first}], pairs[{second}])",
            *_relationship(statistic),
            "result = pd.DataFrame(",
            "    {",
            f'        "first column": [{first}],',
            f'        "second column": [{second}],',
            '        "correlation": [test.statistic],',
            '        "p-value": [test.pvalue],',
            f'        "significant": [bool(test.pvalue < {statistic.level!r})],',
            f'        "verdict": ["significant" if test.pvalue < {statistic.level!r} else "not significant"],',
            *(['        "relationship": [relationship],'] if statistic.strength is not None else []),
            '        "rows": [len(pairs)],',
            "    }",
            ")",
        )
        return
    script.block(
        f"{method.title()} correlation of every pair, over the rows that have both values",
        f'matrix = {frame}[{named}].astype("float64").corr(method={literal(method)})',
        "columns = list(matrix.columns)",
        "pairs = [",
        "    (first, second, matrix.loc[first, second])",
        "    for place, first in enumerate(columns)",
        "    for second in columns[place + 1 :]",
        *([f"    if {literal(statistic.focus)} in (first, second)"] if statistic.focus else []),
        "]",
        'result = pd.DataFrame(pairs, columns=["first column", "second column", "correlation"])',
        'result = result.dropna().sort_values("correlation", key=abs, ascending=False)'
        + (f".head({plan.limit})" if plan.limit is not None else ""),
    )


def _relationship(statistic: Statistic) -> list[str]:
    """What the question calls the relationship: its own words for strong, weak and none."""
    if statistic.strength is None:
        return []
    strong = f"abs(test.statistic) >= {statistic.strength!r}"
    return [
        f'relationship = "linear" if {strong} else "nonlinear"',
        f"if test.pvalue >= {statistic.level!r}:",
        '    relationship = "none"',
    ]


def _missing(script: Script, plan: AnalysisPlan, statistic: Statistic, *, frame: str) -> None:
    wanted = f"{frame}[{listing(statistic.columns)}]" if statistic.columns else frame
    script.block(
        "Count empty cells in each column",
        f"missing = {wanted}.isna().sum()",
        'result = pd.DataFrame({"column": missing.index, "missing": missing.to_numpy()})',
        f'result[{literal(SHARE)}] = 100 * result["missing"] / max(len({frame}), 1)',
        'result = result.sort_values("missing", ascending=False, kind="stable")',
    )
    if plan.limit == 1:
        most = 'result = result[result["missing"] == result["missing"].max()]'
        script.block("Only the column with the most, with ties", most)


def _describe(script: Script, statistic: Statistic, *, frame: str) -> None:
    name = statistic.columns[0]
    script.block(
        f"{plain(name)} in numbers (sample standard deviation)",
        f"values = {frame}[{literal(name)}]",
        "result = pd.DataFrame(",
        "    {",
        '        "rows": [values.count()],',
        '        "missing": [values.isna().sum()],',
        '        "mean": [values.mean()],',
        '        "standard deviation": [values.std()],',
        *(
            f"        {literal(label)}: [values.quantile({q})],"
            for label, q in zip(FIVE_NUMBERS, _QUANTILES, strict=True)
        ),
        "    }",
        ")",
    )


def _overview(script: Script, *, frame: str) -> None:
    script.block(
        "One line a column: its type, gaps and different values",
        "result = pd.DataFrame(",
        "    {",
        f'        "column": {frame}.columns,',
        f'        "type": {frame}.dtypes.astype("str").to_numpy(),',
        f'        "missing": {frame}.isna().sum().to_numpy(),',
        f'        "different values": [{frame}[name].nunique() for name in {frame}.columns],',
        "    }",
        ")",
        f'numbers = {frame}.select_dtypes("number").mean().rename("average")',
        'result = result.merge(numbers, how="left", left_on="column", right_index=True)',
    )


def _rows(script: Script, plan: AnalysisPlan, statistic: Statistic, *, frame: str) -> None:
    wanted = f"{frame}[{listing(statistic.columns)}]" if statistic.columns else frame
    limit = plan.nth or plan.limit or 10
    if plan.sort is None or plan.sort.column is None:
        script.block(f"The first {limit} rows", f"result = {wanted}.head({limit})")
        return
    column = literal(plan.sort.column)
    if plan.sort.near is not None:
        script.block(
            f"The rows whose {plain(plan.sort.column)} is nearest to {plan.sort.near:g}",
            f"distance = ({frame}[{column}] - {plan.sort.near!r}).abs().dropna()",
            f"result = {wanted}.loc[distance[distance == distance.min()].index]"
            if limit == 1
            else f'result = {wanted}.loc[distance.sort_values(kind="stable").index].head({limit})',
        )
        return
    if plan.per is not None:
        order = f"[{literal(plan.per)}, {column}], ascending=[True, {not plan.sort.descending}]"
        script.block(
            f"The {limit} rows of each {plain(plan.per)} with the "
            f"{'highest' if plan.sort.descending else 'lowest'} {plain(plan.sort.column)}",
            f'ranking = {frame}.dropna(subset=[{literal(plan.per)}, {column}]).sort_values({order}, kind="stable")',
            f"result = ranking.groupby({literal(plan.per)}, observed=True).head({limit})",
        )
        return
    if plan.limit == 1:
        best = "max" if plan.sort.descending else "min"
        script.block(
            f"The row with the {'highest' if plan.sort.descending else 'lowest'} {plain(plan.sort.column)}, with ties",
            f"result = {wanted}[{frame}[{column}] == {frame}[{column}].{best}()]",
        )
        return
    script.block(
        f"The {limit} rows with the {'highest' if plan.sort.descending else 'lowest'} {plain(plan.sort.column)}, "
        "rows without it left out",
        f'order = {frame}[{column}].dropna().sort_values(ascending={not plan.sort.descending}, kind="stable")',
        f"result = {wanted}.loc[order.index].head({limit})",
    )
    if plan.nth is not None:
        script.block(
            f"Only the {ordinal(plan.nth)} of them", f"result = result.iloc[{plan.nth - 1} : {plan.nth}]"
        )
