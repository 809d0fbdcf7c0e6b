"""A plan in words: restatement, chips, steps, assumptions, estimate."""

from __future__ import annotations

from collections.abc import Mapping

from lakeglass.ask import charts
from lakeglass.ask.model import Chip, PlanStep
from lakeglass.ask.plan import AnalysisPlan, TableContext
from lakeglass.ask.plan.naming import (
    clean_words,
    derive_words,
    filter_words,
    measure_words,
    ordinal,
    plain,
    where_words,
)
from lakeglass.runs.model import Estimate

_ROWS_A_SECOND = 400_000


def restate(plan: AnalysisPlan) -> str:
    """The question as it was understood, in one line."""
    return charts.title(plan)


def chips_of(plan: AnalysisPlan, words: Mapping[str, str]) -> tuple[Chip, ...]:
    """One chip for each understood part; its id names the part, so that removing it can be repeated."""
    chips: list[Chip] = []
    for number, measure in enumerate(plan.measures):
        said = words.get(f"measure:{number}") or words.get("share", "")
        chips.append(
            Chip(
                id=f"measure:{number}",
                role="measure",
                label=measure_words(measure),
                words=plain(said),
                removable=len(plan.measures) > 1,
            )
        )
    for number, task in enumerate(plan.tasks[1:], start=2):
        chips.append(Chip(id=f"part:{number}", role="measure", label=charts.title(task), removable=False))
    plan = plan.tasks[0]
    if plan.statistic is not None:
        said = plain(words.get("statistic", ""))
        label = charts.title(plan.model_copy(update={"filters": (), "any_of": ()}))
        chips.append(Chip(id="statistic", role="statistic", label=label, words=said, removable=False))
    for group in plan.groups:
        label = f"by {group.grain} of {plain(group.column)}" if group.grain else f"by {plain(group.column)}"
        said = plain(words.get(f"group:{group.column}", ""))
        chips.append(
            Chip(id=f"group:{group.column}:{group.grain or ''}", role="group", label=label, words=said)
        )
    chips += _preparing(plan, words)
    for each in plan.filters:
        dated = each.operator in {"period", "not period"}
        said = plain(words.get(f"filter:{each.column}", ""))
        chips.append(
            Chip(
                id=_filter_id(each.column),
                role="period" if dated else "filter",
                label=filter_words(each),
                words=said,
            )
        )
    if plan.any_of:
        label = where_words(plan.model_copy(update={"filters": ()}))
        chips.append(Chip(id="any", role="filter", label=label, words=plain(words.get("any", ""))))
    if plan.per is not None and all(g.column != plan.per for g in plan.groups):
        chips.append(
            Chip(id=f"group:{plan.per}:", role="group", label=f"in each {plain(plan.per)}", words="")
        )
    if plan.nth is not None:
        chips.append(Chip(id="nth", role="limit", label=f"{ordinal(plan.nth)} place", removable=False))
    if plan.limit is not None:
        label = "ties included" if plan.picks_one else f"first {plan.limit}"
        chips.append(
            Chip(id="limit", role="limit", label=f"only the best, {label}" if plan.picks_one else label)
        )
    if plan.chart is not None:
        chips.append(
            Chip(id="chart", role="chart", label=f"as {plan.chart}", words=plain(words.get("chart", "")))
        )
    return _distinct(chips)


def _preparing(plan: AnalysisPlan, words: Mapping[str, str]) -> list[Chip]:
    """New columns and cleaning steps."""
    chips: list[Chip] = []
    for derive in plan.derive:
        said = plain(words.get(f"derive:{derive.name}", ""))
        chips.append(
            Chip(
                id=f"derive:{derive.name}",
                role="measure",
                label=derive_words(derive),
                words=said,
                removable=False,
            )
        )
    for clean in plan.clean:
        if clean.kind != "to_number":
            said = plain(words.get("clean", ""))
            chips.append(
                Chip(
                    id=f"clean:{clean.kind}:{clean.column or ''}",
                    role="filter",
                    label=clean_words(clean),
                    words=said,
                )
            )
    return chips


def _filter_id(column: str) -> str:
    return f"filter:{column}"


def _distinct(chips: list[Chip]) -> tuple[Chip, ...]:
    """Two conditions on one column leave together, so they share a chip's id only once."""
    kept: dict[str, Chip] = {}
    for chip in chips:
        other = kept.get(chip.id)
        kept[chip.id] = (
            chip if other is None else other.model_copy(update={"label": f"{other.label} and {chip.label}"})
        )
    return tuple(kept.values())


def without_chips(plan: AnalysisPlan, ids: frozenset[str]) -> AnalysisPlan | None:
    """The plan without the parts that these chips stand for; None when nothing would be left to compute."""
    if not ids:
        return plan
    measures = tuple(m for n, m in enumerate(plan.measures) if f"measure:{n}" not in ids)
    if plan.measures and not measures:
        return None
    groups = tuple(g for g in plan.groups if f"group:{g.column}:{g.grain or ''}" not in ids)
    filters = tuple(f for f in plan.filters if _filter_id(f.column) not in ids)
    kept = tuple(c for c in plan.clean if f"clean:{c.kind}:{c.column or ''}" not in ids)
    update: dict[str, object] = {"measures": measures, "groups": groups, "filters": filters, "clean": kept}
    if plan.per is not None and (f"group:{plan.per}:" in ids or (plan.groups and groups != plan.groups)):
        update["per"] = None
    if "limit" in ids or (plan.groups and not groups):
        update["limit"] = None
    if plan.groups and not groups:
        update["sort"] = None
        update["measures"] = tuple(m.model_copy(update={"of_total": False}) for m in measures)
    if "any" in ids:
        update["any_of"] = ()
    if plan.groups and not groups:
        update["nth"] = None
    if "chart" in ids:
        update["chart"] = None
    return plan.model_copy(update=update)


def assumptions_of(plan: AnalysisPlan, table: TableContext) -> tuple[str, ...]:
    """What the plan takes for granted, beyond the readings noted while understanding."""
    found = list(plan.assumptions)
    for group in plan.groups:
        nulls = _nulls(table, group.column)
        if nulls:
            found.append(f"rows without {plain(group.column)} ({nulls:,} in the table) are left out")
    for measure in plan.measures:
        nulls = _nulls(table, measure.column) if measure.column else 0
        if nulls and measure.column:
            found.append(f"empty cells of {plain(measure.column)} ({nulls:,} in the table) are left out")
        if measure.aggregate == "mode":
            found.append("of several equally frequent values the first in order is given")
        if measure.aggregate in {"skewness", "kurtosis"}:
            found.append("bias-corrected sample formula; a normal distribution has 0")
        if measure.aggregate in {"deviation", "variance", "variation"}:
            found.append("sample formula (divided by n - 1)")
        if measure.aggregate in {"quantile", "iqr"}:
            found.append("linear interpolation between neighbours")
    return tuple(dict.fromkeys(found))


def _nulls(table: TableContext, name: str) -> int:
    column = table.column(name)
    return column.nulls if column else 0


def steps_of(plan: AnalysisPlan, table: TableContext) -> tuple[PlanStep, ...]:
    """What will be done, in order; never empty."""
    rows = table.statistics.rows
    titles = [
        ("read", f"Read {plain(table.name)}", f"{rows:,} rows, {len(table.statistics.columns)} columns")
    ]
    titles += [
        (
            f"join-{n}",
            f"Look up {plain(j.source.name)} where {plain(j.on)} = {plain(j.key)}",
            "rows without a match stay",
        )
        for n, j in enumerate(plan.joins)
    ]
    titles += [(f"clean-{n}", clean_words(c), "") for n, c in enumerate(plan.clean)]
    titles += [(f"derive-{n}", "New column: " + derive_words(d), "") for n, d in enumerate(plan.derive)]
    if plan.conditions:
        titles.append(("filter", "Keep rows where " + where_words(plan), ""))
    core = charts.title(plan.model_copy(update={"filters": (), "any_of": ()}))
    titles.append(("compute", "Compute: " + core[:1].lower() + core[1:], ""))
    kind = charts.chart_kind(plan, table)
    if kind != "none":
        titles.append(
            (
                "chart",
                f"Draw a {kind} chart" if kind not in {"histogram", "heatmap"} else f"Draw a {kind}",
                "",
            )
        )
    titles.append(("verify", "Check the result against the table's statistics", ""))
    return tuple(PlanStep(id=i, title=t, detail=d) for i, t, d in titles)


def estimate_of(table: TableContext) -> Estimate:
    """Seconds from the number of rows; no money is spent."""
    rows = table.statistics.rows
    seconds = 0.5 + rows / _ROWS_A_SECOND
    return Estimate(seconds_low=round(seconds * 0.5, 2), seconds_high=round(seconds * 3, 2), rows=rows)
