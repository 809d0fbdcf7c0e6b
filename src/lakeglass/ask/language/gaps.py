"""Conditions on cells that are empty, known, or zero where nothing is ever missing."""

from __future__ import annotations

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.conditions import SMALL, negated, text_of, use
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import Filter, Operator
from lakeglass.ask.plan.naming import plain


def missing(draft: Draft, place: int) -> None:
    """'with missing age', 'age is known': cells that are empty, or are not."""
    item = draft.items[place]
    operator: Operator = "present" if item.has("compare", "present") else "missing"
    if item.values:
        return
    left_out = [
        i
        for i in draft.items[max(place - 4, 0) : place]
        if i.free and (i.has("negation") or i.has("clean", "drop"))
    ]
    if left_out and operator == "missing":  # 'leaving out the rows without a type'
        operator, left_out[-1].used = "present", "negation"
    around = (
        [place - 1, place - 2] if not item.text.lower().startswith(("with", "has", "have", "lack")) else []
    )
    around += [place + 1, place + 2]
    for near in around:
        if not 0 <= near < len(draft.items):
            continue
        other = draft.items[near]
        if other.columns and other.free and not other.values and not other.rows:
            column = draft.choose(other, "any")
            if column is not None and operator == "missing" and _means_zero(item, column):
                draft.add_filter(
                    Filter(column=column.name, operator="=", values=(0,)), text_of([item, other])
                )
                use([item, other], column.name)
            elif column is not None and operator == "missing" and not column.statistics.nulls:
                words = text_of([item, other])
                draft.fail(
                    "unclear",
                    f"{plain(column.name)} is never missing, so “{words}” is not clear.",
                    words=words,
                )
            elif column is not None:
                words = text_of([item, other])
                draft.add_filter(Filter(column=column.name, operator=operator), words)
                use([item, other], column.name)
            return
        if other.text.lower() not in SMALL:
            continue


def _means_zero(item: Item, column: ColumnModel) -> bool:
    """'with no discount' in a column that is never missing and begins at 0."""
    said = item.text.lower().startswith(("with", "has ", "have ", "had "))
    return said and column.is_measure and not column.statistics.nulls and column.statistics.minimum == 0


def lacking(draft: Draft) -> None:
    """'rows without category', 'no discount': where it is missing, or where never missing, where it is 0."""
    for place, item in enumerate(draft.items):
        if not item.free or item.text.lower() not in {"without", "no", "without any", "zero"}:
            continue
        after = [
            i for i in draft.items[place + 1 : place + 3] if i.text.lower() not in {"a", "an", "any", "known"}
        ]
        if not after or not after[0].free or not after[0].columns or after[0].rows:
            continue
        column = after[0].columns[0].column
        if after[0].columns[0].score < 0.75 or column.role in {"flag", "identifier"}:
            continue
        low = column.statistics.minimum
        if column.statistics.nulls and not (column.is_measure and low == 0) and item.text.lower() != "zero":
            made = Filter(column=column.name, operator="missing")
        elif column.is_measure and not column.statistics.nulls and low == 0:
            made = Filter(column=column.name, operator="=", values=(0,))
        else:
            continue
        used = [item, after[0]]
        if (
            place
            and draft.items[place - 1].has("negation")
            and draft.items[place - 1].free
            and not made.values
        ):
            continue
        negative = negated(draft, place, column.name) if item.text.lower() == "zero" else []
        if item.text.lower() == "zero" and not negative:
            continue  # 'zero cost' is a sign
        if negative:
            made = made.model_copy(update={"operator": "!="})
        draft.add_filter(made, text_of([*negative, *used]))
        use([*used, *negative], column.name)
