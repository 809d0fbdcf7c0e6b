"""Follow-ups: a short question that changes the plan of the turn before."""

from __future__ import annotations

from lakeglass.ask.language import Draft
from lakeglass.ask.plan import AnalysisPlan


def follow_up(
    question: str, previous: AnalysisPlan, draft: Draft, plan: AnalysisPlan | None
) -> AnalysisPlan | None:
    """The changed plan, or None when the question stands on its own."""
    return None
