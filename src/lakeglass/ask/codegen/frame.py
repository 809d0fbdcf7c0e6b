"""The first half of every script: read, repair, derive, filter; and what the answer rests on."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import assert_never

from lakeglass.ask.codegen.literals import listing, literal
from lakeglass.ask.codegen.prepare import write_preparation
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import AnalysisPlan, Filter, Join, TableContext
from lakeglass.ask.plan.naming import filter_words, plain

TEMPORAL = {"date", "datetime"}
NEEDING = {"correlation", "distribution", "describe", "test", "normality", "outliers", "regression", "model",
           "trend", "seasonality", "forecast"}  # fmt: skip


def write_frame(script: Script, plan: AnalysisPlan, table: TableContext) -> str:
    """Write the frame's paragraphs; returns the variable that holds the rows to analyse."""
    name = PurePosixPath(table.file).stem if plan.joins else table.name
    script.block(f"Read {plain(name)}", f"df = pd.read_parquet({literal(table.file)})")
    for join in plan.joins:
        _join(script, plan, join)
    _convert(script, plan, table)
    frame = write_preparation(script, plan, table)
    return _top(script, plan, _filtered(script, plan, frame))


def _join(script: Script, plan: AnalysisPlan, join: Join) -> None:
    """Look up the other table's columns; `validate` stops the code if a row could match more than once."""
    read = set(plan.columns_read())
    taken = [(there, here) for there, here in join.columns if here in read]
    renamed = {there: here for there, here in ((join.key, join.on), *taken) if there != here}
    names = listing([join.key, *(there for there, _ in taken)])
    lookup = f"other = pd.read_parquet({literal(join.source.file)}, columns={names})"
    lines = [lookup, f"other = other.dropna(subset=[{literal(join.key)}])"]
    if renamed:
        pairs = ", ".join(f"{literal(there)}: {literal(here)}" for there, here in renamed.items())
        lines.append(f"other = other.rename(columns={{{pairs}}})")
    script.block(
        f"Look up {plain(join.source.name)} by {plain(join.on)}; rows without a match stay",
        *lines,
        f"matched = int(df[{literal(join.on)}].isin(other[{literal(join.on)}]).sum())",
        f'df = df.merge(other, on={literal(join.on)}, how="left", validate="many_to_one")',
    )


def _filtered(script: Script, plan: AnalysisPlan, frame: str) -> str:
    for number, each in enumerate(plan.filters):
        lead = "… and where " if number else "Keep rows where "
        script.block(lead + filter_words(each), f"data = {frame}[{condition(each, frame)}]")
        frame = "data"
    if not plan.any_of:
        return frame
    either = " | ".join(f"({condition(each, frame)})" for each in plan.any_of)
    said = " or ".join(filter_words(each) for each in plan.any_of)
    script.block(f"Keep rows where {said}", f"data = {frame}[{either}]")
    return "data"


def _top(script: Script, plan: AnalysisPlan, frame: str) -> str:
    if plan.top is None:
        return frame
    order = f'sort_values({literal(plan.top.column)}, ascending={not plan.top.descending}, kind="stable")'
    script.block(
        f"Only the {plan.top.count} rows with the {'highest' if plan.top.descending else 'lowest'} "
        f"{plain(plan.top.column)}",
        f"data = {frame}.dropna(subset=[{literal(plan.top.column)}]).{order}.head({plan.top.count})",
    )
    return "data"


def _convert(script: Script, plan: AnalysisPlan, table: TableContext) -> None:
    cleaned = {c.column for c in plan.clean if c.kind == "to_number"}
    for name in plan.columns_read():
        column = table.column(name)
        if column is None or name in cleaned:
            continue
        quoted = literal(name)
        if column.kind in TEMPORAL:
            if "ZONE" in column.dtype.upper():
                script.block(
                    f"Times of {plain(name)} in UTC",
                    f"df[{quoted}] = pd.to_datetime(df[{quoted}], utc=True).dt.tz_localize(None)",
                )
            else:
                script.block(f"{plain(name)} as dates", f"df[{quoted}] = pd.to_datetime(df[{quoted}])")
        elif column.dtype.upper().startswith(("DECIMAL", "HUGEINT", "UHUGEINT")):
            script.block(f"{plain(name)} as floating point", f'df[{quoted}] = df[{quoted}].astype("float64")')
        elif column.kind == "integer" and column.nulls and any(g.column == name for g in plan.groups):
            script.block(
                f"{plain(name)} as whole numbers in spite of gaps",
                f'df[{quoted}] = df[{quoted}].astype("Int64")',
            )


def condition(each: Filter, frame: str) -> str:
    """The boolean expression of a filter over the DataFrame variable `frame`."""
    column = f"{frame}[{literal(each.column)}]"
    if each.against is not None:
        other = f"{frame}[{literal(each.against)}]"
        known = f"{column}.notna() & {other}.notna() & " if each.operator == "!=" else ""
        return f"{known}({column} {'==' if each.operator == '=' else each.operator} {other})"
    match each.operator:
        case "missing":
            return f"{column}.isna()"
        case "present":
            return f"{column}.notna()"
        case "in":
            return f"{column}.isin({listing(each.values)})"
        case "not in":
            return f"{column}.notna() & ~{column}.isin({listing(each.values)})"
        case "between" | "period" | "not period":
            return _range(each, column)
        case "contains" | "not contains":
            found = f"{column}.str.contains({literal(each.values[0])}, case=False, regex=False, na=False)"
            return found if each.operator == "contains" else f"{column}.notna() & ~{found}"
        case "starts with" | "ends with":
            found = "startswith" if each.operator == "starts with" else "endswith"
            return f"{column}.str.lower().str.{found}({literal(str(each.values[0]).lower())}, na=False)"
        case "=" | "!=" | "<" | "<=" | ">" | ">=":
            value = literal(each.values[0])
            if each.operator == "!=":
                return f"{column}.notna() & ({column} != {value})"
            return f"{column} {'==' if each.operator == '=' else each.operator} {value}"
        case _:
            assert_never(each.operator)


def _range(each: Filter, column: str) -> str:
    low, high = (literal(v) for v in each.values)
    if each.operator == "between":
        return f"{column}.between({low}, {high})"
    if each.operator == "period":
        return f"({column} >= {low}) & ({column} < {high})"
    return f"({column} < {low}) | ({column} >= {high})"


def write_base(script: Script, plan: AnalysisPlan, frame: str) -> None:
    """`base`: how many rows were read, kept by the filters, and used in the end."""
    needed: list[str] = [g.column for g in plan.groups]
    needed += [m.column for m in plan.measures if m.column and m.aggregate != "share"]
    needed += [m.over for m in plan.measures if m.over]
    if plan.statistic is not None and plan.statistic.kind in NEEDING:
        few = plan.statistic.kind != "correlation" or len(plan.statistic.columns) == 2
        needed += plan.statistic.columns if few else ()
    names = listing(dict.fromkeys(needed))
    used = f"len({frame}.dropna(subset={names}))" if needed else f"len({frame})"
    matched = ', "matched": matched' if plan.joins else ""
    script.block(
        "What the answer rests on: rows read, kept by the filters, and with every value that is needed",
        f'base = {{"rows": len(df), "kept": len({frame}), "used": {used}{matched}}}',
    )
