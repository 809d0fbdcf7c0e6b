"""Questions that ask for several things: each of them read by itself, and put side by side in one plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lakeglass.ask.language import Draft
from lakeglass.ask.language.brief import Brief, steps_of
from lakeglass.ask.plan import AnalysisPlan

Read = Callable[[str], tuple[AnalysisPlan | None, Draft]]
SURE_ENOUGH = 0.55
MOST = 8
_VAGUE = ("no aggregate was named", "no measure was named", "the totals are divided")


@dataclass(frozen=True)
class Several:
    """A plan of several tasks; `draft` is the reading with the lowest confidence."""

    plan: AnalysisPlan
    draft: Draft


def read_several(brief: Brief, read: Read) -> Several | None:
    """Plan the question part by part; None unless there are two at least and each of them is understood.

    A sentence that is no question by itself prepares what follows ('Consider only …', 'Create a column …') or, at the
    end, says how it is to be told ('Round to two decimals'): it goes with every part that it may be about.
    """
    if len(brief.sentences) < 2 and not any(steps_of(s) for s in brief.sentences):
        return None
    asked = _asked(brief, read)
    if asked is None or not 2 <= len(asked) <= MOST:
        return None
    plans = [plan for plan, _ in asked]
    if any(_many_rows(plan) for plan in plans[:-1]) and plans[-1].picks_one:
        plans = [p for p in plans if not _many_rows(p)]  # 'the rate of each class, and which is highest'
    bare = [p.model_copy(update={"assumptions": ()}) for p in plans]
    plans = [p for n, p in enumerate(plans) if bare[n] not in bare[:n]]
    if len(plans) < 2 or any(_many_rows(plan) for plan in plans):
        return None
    least = min((draft for _, draft in asked), key=lambda d: d.confidence)
    return Several(plans[0].beside(plans[1:]), least)


def more(several: Several, plan: AnalysisPlan) -> bool:
    """True when reading part by part finds what reading as a whole does not: an analysis that the whole lacks."""
    tasks = several.plan.tasks
    told = {(m, t.filters) for t in tasks for m in t.measures}
    kinds = {t.statistic for t in tasks} - {None}
    return not (told <= {(m, plan.filters) for m in plan.measures} and kinds <= {plan.statistic})


def with_strength(plan: AnalysisPlan | None, strength: float | None) -> AnalysisPlan | None:
    """A correlation of two columns with the least strength that the question calls linear."""
    statistic = plan.statistic if plan is not None else None
    if plan is None or strength is None or statistic is None or statistic.kind != "correlation":
        return plan
    if plan.groups or len(statistic.columns) != 2:
        return plan
    return plan.model_copy(update={"statistic": statistic.model_copy(update={"strength": strength})})


def _many_rows(plan: AnalysisPlan) -> bool:
    """True when the result of a task is a table and not a line."""
    if plan.statistic is not None:
        kind = plan.statistic.kind
        pairs = kind == "correlation" and len(plan.statistic.columns) != 2
        return (
            bool(plan.groups)
            or pairs
            or kind in {"distribution", "overview", "missing"}
            or (kind == "rows" and plan.limit != 1 and plan.nth is None)
        )
    told = plan.having is not None and plan.having.tells == "count"
    return bool(plan.groups) and not plan.picks_one and plan.nth is None and not told


def _asked(brief: Brief, read: Read) -> list[tuple[AnalysisPlan, Draft]] | None:
    sentences = brief.sentences
    told = [n for n, s in enumerate(sentences) if _planned(brief.completed(s), read) is None and n > 0]
    after = _after(sentences, told, brief, read)
    rest = " ".join(sentences[n] for n in sorted(after))
    before: list[str] = []
    found: list[tuple[AnalysisPlan, Draft]] = []
    for number, sentence in enumerate(sentences):
        if number in after:
            continue
        parts = _part(sentence, " ".join(before), rest, brief, read)
        if parts is None and found:
            parts = _part(sentence, " ".join([*before, sentences[number - 1]]), rest, brief, read)
        if parts is None:
            before.append(sentence)
        else:
            found += parts
    return found or None


def _after(sentences: Sequence[str], told: Sequence[int], brief: Brief, read: Read) -> set[int]:
    """Sentences at the end that ask for nothing new: 'Round to two decimals', 'Report the p-value'."""
    found: set[int] = set()
    for number in range(len(sentences) - 1, 0, -1):
        if number not in told:
            break
        alone = _planned(brief.completed(sentences[number - 1]), read)
        together = _planned(brief.completed(" ".join(sentences[number - 1 : number + 1])), read)
        if (
            alone is not None
            and together is None
            and _cut(sentences[number], sentences[number - 1], "", brief, read)
        ):
            break
        if alone is None and number - 1 not in told:
            break
        if together is not None and alone is None:
            break
        found.add(number)
    return found


def _part(
    sentence: str, context: str, after: str, brief: Brief, read: Read
) -> list[tuple[AnalysisPlan, Draft]] | None:
    """What one sentence asks for, with what was said before it and what is said of every part."""
    whole = _planned(brief.completed(f"{context} {sentence} {after}".strip()), read)
    if whole is not None:
        return [whole]
    return _cut(sentence, context, after, brief, read)


def _cut(
    sentence: str, context: str, after: str, brief: Brief, read: Read
) -> list[tuple[AnalysisPlan, Draft]] | None:
    """A sentence that asks twice: 'count the outliers and report the mean without them'."""
    for first, second in steps_of(sentence):
        one = _planned(brief.completed(f"{context} {first}. {after}".strip()), read)
        if one is None:
            continue
        other = _planned(brief.completed(f"{second} {after}".strip()), read)
        other = other or _planned(brief.completed(f"{context} {second} {after}".strip()), read)
        if other is not None and other[0] != one[0]:
            return [one, other]
        rest = _cut(second, context, after, brief, read) if other is None else None
        if rest is not None:
            return [one, *rest]
    return None


def _planned(text: str, read: Read) -> tuple[AnalysisPlan, Draft] | None:
    plan, draft = read(text)
    vague = any(a.startswith(_VAGUE) for a in draft.assumptions)
    return (plan, draft) if plan is not None and draft.confidence >= SURE_ENOUGH and not vague else None
