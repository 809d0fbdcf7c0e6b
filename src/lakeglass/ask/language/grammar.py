"""Items to plan: the passes in their order, then the honest look at what is left over."""

from __future__ import annotations

from datetime import date

from lakeglass.ask.language import filters, groups, measures, periods, requests, statistics
from lakeglass.ask.language.complete import complete
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.leftovers import look_at_leftovers
from lakeglass.ask.language.link import Schema, link


def understand(question: str, schema: Schema, today: date) -> Draft:
    """Read a question. The draft either holds a complete plan or at least one problem."""
    draft = Draft(schema=schema, items=link(question, schema), today=today)
    for step in (
        requests.read_unsupported,
        requests.read_rounding,
        requests.read_chart,
        requests.read_limit,
        requests.read_order,
        periods.read_periods,
        filters.read_comparisons,
        filters.read_values,
        statistics.read_statistic,
        groups.read_groups,
        measures.read_measures,
        filters.read_flags,
        complete,
        look_at_leftovers,
    ):
        step(draft)
        if draft.problems:
            break
    return draft
