"""What is usual where the question leaves it open: the aggregate of a column, the order of a result, a division."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Aggregate, Measure, Sort


def usual_aggregate(draft: Draft, column: ColumnModel) -> Aggregate:
    """Sum for amounts that add up (cost, quantity, …), mean for everything else (speed, price a unit, …)."""
    if column.name in draft.summed:
        return "sum"
    additive = draft.lexicon.words("column_roles", "additive")
    return "sum" if set(column.words) & additive or column.unit in {"$", "€", "£"} else "mean"


_QUALITIES = frozenset(
    {"type", "kind", "class", "status", "category", "level", "date", "time", "grade", "group", "size"}
)


def of_a_kind(item: Item) -> bool:
    """'polls' beside a column poll_type: the type of a poll is not the poll."""
    if not item.columns or not item.tokens[-1].word.endswith("s") or len(item.tokens) > 1:
        return False
    names = [m.column.words for m in item.columns]
    return all(
        len(words) > 1 and words[-1] in _QUALITIES and item.tokens[0].word not in words for words in names
    )


def sort_for(draft: Draft) -> Sort | None:
    """The order of the result: rankings by measure, time by time, categories by size."""
    if not draft.groups:
        return None
    if draft.high is not None:
        return Sort(by="measure", descending=draft.high)
    if draft.groups[0].grain is not None or len(draft.groups) > 1:
        return Sort(by="group", descending=False)
    column = draft.schema.table.column(draft.groups[0].column)
    if column is not None and column.kind == "text":
        return Sort(by="measure", descending=True)
    return Sort(by="group", descending=False)


def divide(draft: Draft, item: Item, column: ColumnModel) -> bool:
    """'profit divided by sales' without an aggregate: total by total."""
    made = draft.derived(column.name)
    if made is None or made.kind != "/" or made.number is not None or draft.chart is not None:
        return False
    item.used = "measure"
    draft.measures.append(Measure(aggregate="ratio", column=made.columns[0], over=made.columns[1]))
    draft.note(f"measure:{len(draft.measures) - 1}", item.text)
    draft.assume("the totals are divided, not the values of each row", cost=0.95)
    return True
