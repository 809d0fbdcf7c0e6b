"""Items to plan: the passes in their order, then the honest look at what is left over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lakeglass.ask.language import (
    calendar,
    changes,
    cleaning,
    comparisons,
    derived,
    everyday,
    fills,
    filters,
    groups,
    having,
    measures,
    models,
    operations,
    pairs,
    periods,
    requests,
    shapes,
    statistics,
    stretches,
    timelines,
    totals,
    within,
)
from lakeglass.ask.language.complete import complete, settle_counts
from lakeglass.ask.language.draft import Draft, Problem
from lakeglass.ask.language.hints import read_hints
from lakeglass.ask.language.leftovers import look_at_leftovers
from lakeglass.ask.language.link import Schema, link
from lakeglass.ask.language.nouns import suppose_rows
from lakeglass.ask.language.rare import look_up_rare
from lakeglass.ask.plan.naming import plain

_PASSES: tuple[Callable[[Draft], None], ...] = (
    everyday.read_everyday,
    operations.read_whole_rows,
    fills.read_fill_groups,
    cleaning.read_cleaning,
    fills.settle_fill_groups,
    models.read_model,
    timelines.read_timeline,
    operations.read_operations,
    pairs.read_pairs,
    shapes.read_bins,
    changes.read_years,
    changes.read_ratio,
    derived.read_derived,
    everyday.settle_brackets,
    stretches.read_rolling,
    requests.read_unsupported,
    requests.read_rounding,
    requests.read_chart,
    requests.read_limit,
    requests.read_order,
    calendar.read_decades,
    periods.read_periods,
    stretches.read_compared_periods,
    calendar.read_calendar,
    totals.read_across,
    within.read_within,
    shapes.read_pivot,
    shapes.read_ranking,
    shapes.read_nearest,
    having.read_series,
    having.read_having,
    comparisons.read_comparisons,
    totals.read_place,
    filters.read_answers,
    filters.read_values,
    statistics.read_statistic,
    groups.read_groups,
    measures.read_measures,
    having.read_difference,
    filters.read_flags,
    complete,
    settle_counts,
    within.settle_within,
    totals.settle_across,
    stretches.settle_rolling,
    pairs.settle_its,
    having.settle_series,
    cleaning.settle_pending,
    look_at_leftovers,
)


def understand(question: str, schema: Schema, today: date) -> Draft:
    """Read a question. The draft either holds a complete plan or at least one problem."""
    draft = Draft(
        schema=schema,
        items=look_up_rare(question, link(question, schema), schema),
        today=today,
        text=question,
    )
    read_hints(draft.items, question)
    suppose_rows(draft.items, schema)
    for step in _PASSES:
        step(draft)
        if draft.problems:
            break
    _name_unknown(draft)
    return draft


def _name_unknown(draft: Draft) -> None:
    """A vague refusal names the words that are nowhere in the table, for they are the likely reason."""
    if not draft.problems or draft.problems[0].kind not in {"incomplete", "unclear"}:
        return
    unknown = [
        i.text
        for i in draft.items
        if i.free
        and i.tokens[0].kind == "word"
        and i.tokens[0].word not in draft.lexicon.filler
        and not (i.keywords or i.columns or i.values or i.rows)
    ]
    if unknown:
        first = draft.problems[0]
        listed = ", ".join(f"“{plain(w, limit=40)}”" for w in dict.fromkeys(unknown[:3]))
        message = f"{first.message} Neither a column nor a known value: {listed}."
        near = draft.schema.index.nearest([u.lower() for u in unknown[:1]])
        draft.problems[0] = Problem(first.kind, message, unknown[0], first.choices or near)


def understand_part(question: str, schema: Schema, today: date) -> Draft:
    """Read a follow-up such as 'only for Texas' or 'what about the median?': parts of a plan, not a whole one."""
    draft = Draft(
        schema=schema,
        items=look_up_rare(question, link(question, schema), schema),
        today=today,
        part=True,
        text=question,
    )
    for step in (
        cleaning.read_cleaning,
        derived.read_derived,
        requests.read_unsupported,
        requests.read_rounding,
        requests.read_chart,
        requests.read_limit,
        requests.read_order,
        calendar.read_decades,
        periods.read_periods,
        calendar.read_calendar,
        comparisons.read_comparisons,
        filters.read_answers,
        filters.read_values,
        groups.read_groups,
        measures.read_measures,
        filters.read_flags,
    ):
        step(draft)
        if draft.problems:
            break
    return draft
