"""Questions over two tables: which join they need, what a person is asked once, and what a join would count twice."""

from __future__ import annotations

import re

from lakeglass.ask.language.text import stem, tokenise, words_of
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.planners.base import NotPlanned, Planned, TableLink, Understanding

_CHOICE = re.compile(
    r'\s*join (?P<left>\w+) with (?P<right>\w+) on "(?P<on>.+)" = "(?P<key>.+)"\s*', re.IGNORECASE
)
_SAFE = frozenset({"min", "max", "distinct", "mode"})


def choice_text(link: TableLink) -> str:
    """What a person says to confirm a join; `chosen` understands it."""
    return f'join {link.left} with {link.right} on "{link.on}" = "{link.key}"'


def chosen(question: str, links: tuple[TableLink, ...]) -> TableLink | None:
    """The join that these words confirm; None when they are about anything else."""
    match = _CHOICE.fullmatch(question)
    if match is None:
        return None
    said = match.groupdict()
    return next(
        (
            k
            for k in links
            if (k.left, k.right, k.on, k.key) == (said["left"], said["right"], said["on"], said["key"])
        ),
        None,
    )


def evidence(link: TableLink) -> str:
    """'customer_id = id: 388 of 400 rows of orders (97 %) have a match in customers, where no id repeats'."""
    unique = "no" if link.right_unique else "a"
    return (
        f"{plain(link.on)} = {plain(link.key)}: {link.matched:,} of {link.rows:,} rows of {plain(link.left)} "
        f"({100 * link.share:.0f} %) have a match in {plain(link.right)}, where {unique} {plain(link.key)} repeats"
    )


def both_sides(plan: AnalysisPlan) -> bool:
    """True when the plan reads columns of both tables."""
    other = {here for join in plan.joins for _, here in join.columns}
    return any(other & set(task.columns_read()) for task in plan.tasks)


def ask_for_join(links: tuple[TableLink, ...]) -> NotPlanned:
    """The question back: which of at most three joins is right."""
    first = links[0]
    listed = "; ".join(evidence(link) for link in links)
    return _refused(
        f"This needs {plain(first.left)} and {plain(first.right)} together. How do they belong together? "
        f"{listed}. The choice is remembered for these two datasets.",
        tuple(choice_text(link) for link in links),
    )


def no_join(link: TableLink) -> NotPlanned:
    """Why two tables are not joined where rows would be multiplied."""
    return _refused(
        f"This needs {plain(link.left)} and {plain(link.right)} together, but in both of them values of "
        f"{plain(link.on)} and {plain(link.key)} repeat: a join would count rows several times. Bring one of them to "
        "one row for each value first, and ask again."
    )


def fan_out(plan: AnalysisPlan, link: TableLink, question: str) -> NotPlanned | AnalysisPlan:
    """The plan, with the other table's rows counted once each; or why its numbers would be counted several times."""
    if not link.right_unique:
        return no_join(link)
    if link.left_unique:
        return plan
    other = {here: there for join in plan.joins for there, here in join.columns}
    measures = [measure for task in plan.tasks for measure in task.measures]
    for measure in measures:
        if measure.column in other and measure.aggregate not in _SAFE:
            return _refused(
                f"{plain(link.right)} have one {plain(other[measure.column])} each, but several rows in "
                f"{plain(link.left)}: {plain(measure.column)} would be counted once for each of them. Ask about "
                f"{plain(link.right)} alone, or for the lowest, highest or number of different values."
            )
    counted = any(m.aggregate == "count" or (m.aggregate == "share" and m.column is None) for m in measures)
    if counted and _names(question, link.right) and not _names(question, link.left):
        single = measures[0]
        if len(measures) > 1 or single.aggregate != "count" or single.of_total:
            return _refused(
                f"The rows of the join are {plain(link.left)}, so a share of {plain(link.right)} would count some of "
                f"them several times. Ask how many {plain(link.right)} there are instead."
            )
        distinct = single.model_copy(update={"aggregate": "distinct", "column": link.on})
        note = f"each of {plain(link.right)} is counted once, however many rows it has in {plain(link.left)}"
        return plan.model_copy(update={"measures": (distinct,), "assumptions": (*plan.assumptions, note)})
    return plan


def _names(question: str, table: str) -> bool:
    """True when the question names the table's rows."""
    named = {stem(w) for w in words_of(table)}
    return any(stem(t.word) in named for t in tokenise(question) if t.kind == "word")


def told_join(planned: Planned, link: TableLink) -> Planned:
    """The plan with the join in its assumptions."""
    note = (
        f"{plain(link.left)} and {plain(link.right)} are joined where {plain(link.on)} = {plain(link.key)}"
        f" ({link.rows - link.matched:,} rows of {plain(link.left)} have no match)"
    )
    plan = planned.plan.model_copy(update={"assumptions": (*planned.plan.assumptions, note)})
    understood = planned.understanding.model_copy(
        update={"assumptions": (*planned.understanding.assumptions, note)}
    )
    return planned.model_copy(update={"plan": plan, "understanding": understood})


def _refused(message: str, questions: tuple[str, ...] = ()) -> NotPlanned:
    understanding = Understanding(restatement="", chips=(), confidence=1.0)
    return NotPlanned(message=message, near_questions=questions, understanding=understanding)
