"""Does a plan honour what the question says? Each word that bears content is looked for in the finished plan.

The passes of the grammar mark the words that they use; a mark is no proof. This second look starts from the words and
asks whether anything in the plan stands for them: numbers, quoted text, values, named columns, aggregates, superlatives
and periods. What it misses is not necessarily wrong, but such a reading is never told as sure.
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.ask.language.draft import Draft, Lost, Unheard
from lakeglass.ask.language.link import Item
from lakeglass.ask.plan import AnalysisPlan, Measure

_SCALES = (1.0, 1e3, 1e6, 1e9, 0.01, 100.0)
_ALSO: dict[str, frozenset[str]] = {
    "mean": frozenset({"share"}),
    "sum": frozenset({"count", "ratio", "share"}),
    "count": frozenset({"distinct", "sum", "share"}),
    "distinct": frozenset({"count"}),
    "share": frozenset({"mean", "ratio"}),
    "range": frozenset({"min", "max"}),
    "quantile": frozenset({"median"}),
}
_LOOSE = frozenset({"count", "distinct", "share"})


def unheard(draft: Draft, plan: AnalysisPlan) -> tuple[Unheard, ...]:
    """Every word that bears content and is not honoured by the plan, in the order of the question."""
    facts = _Facts(plan)
    found: list[Unheard] = []
    for place, item in enumerate(draft.items):
        kind = _lost(draft, place, item, facts)
        if kind is not None:
            found.append(Unheard(kind, item.text))
    return tuple(dict.fromkeys(found))


class _Facts:
    """What a plan says, flat: its numbers, texts, columns and operations, those of further parts included."""

    def __init__(self, plan: AnalysisPlan) -> None:
        self.tasks = plan.tasks
        dumped = [t.model_dump(exclude={"sources", "joins", "assumptions", "also"}) for t in plan.tasks]
        said = [leaf for each in dumped for leaf in _leaves(each)]
        self.numbers = {float(v) for v in said if isinstance(v, int | float) and not isinstance(v, bool)}
        self.texts = " | ".join(str(v).casefold() for v in said if isinstance(v, str))
        for text in (v for v in said if isinstance(v, str)):
            self.numbers |= {float(n) for n in _digits(text)}
        self.columns = {name for t in plan.tasks for name in t.columns_read()}
        self.columns |= {d.name for t in plan.tasks for d in t.derive}
        self.aggregates: set[str] = {m.aggregate for m in self.measures}
        self.kinds = {t.statistic.kind for t in plan.tasks if t.statistic is not None}
        for statistic in (t.statistic for t in plan.tasks if t.statistic is not None):
            self.aggregates |= {statistic.aggregate} if statistic.aggregate else set()
            self.aggregates |= {statistic.timeline.aggregate} if statistic.timeline else set()
        self.aggregates |= {c.by for t in plan.tasks for c in t.clean if c.by}
        self.aggregates |= {t.series.of for t in plan.tasks if t.series is not None}
        self.aggregates |= {d.kind for t in plan.tasks for d in t.derive}
        self.aggregates |= (
            {"sum"} if any(t.series and t.series.kind == "cumulative" for t in plan.tasks) else set()
        )
        self.aggregates |= {t.across for t in plan.tasks if t.across}
        self.compares = any(t.groups or t.any_of for t in plan.tasks) or bool(self.kinds)
        self.compares = self.compares or any(f.against for t in plan.tasks for f in t.filters)
        self.compares = self.compares or any(m.where or m.over for m in self.measures)
        keyed = {
            (g.column, f.column) for t in plan.tasks for g in t.groups for f in t.filters if f.operator == "="
        }
        self.places = any(t.place_of for t in plan.tasks) or not any(a == b for a, b in keyed)
        self.ranked = any(t.sort or t.limit or t.nth or t.top for t in plan.tasks)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every part."""
        return tuple(m for t in self.tasks for m in t.measures)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif value is not None:
        yield value


def _digits(text: str) -> Iterator[str]:
    """The numbers inside a text: '2012-01-01' has 2012, 1 and 1."""
    run = ""
    for char in text + " ":
        if char.isascii() and char.isdigit():
            run += char
        elif run:
            yield run
            run = ""


def _lost(draft: Draft, place: int, item: Item, facts: _Facts) -> Lost | None:
    if item.used in {"noun", "rounding", "chart", "ignored"}:
        return None
    if item.quoted:
        return None if item.text.casefold() in facts.texts or item.columns else "quoted text"
    if item.number is not None and not item.columns and not item.values:
        return None if _has_number(item.number, facts) else "number"
    if item.values and not _filler(draft, item):
        return None if _has_value(item, facts) else "value"
    if item.exact_column and len(item.columns) == 1 and not item.keywords and not item.rows:
        known = draft.derived(item.columns[0].column.name) is not None
        return None if known or item.columns[0].column.name in facts.columns else "column"
    if item.has("superlative", "high", "low") and not item.columns:
        return _superlative(draft, place, item, facts)
    if item.has("versus") and not facts.compares:
        return "comparison"
    if item.has("ranking") and not item.columns and not facts.places:
        return "superlative"
    if item.has("aggregate") and not item.columns:
        return None if _has_aggregate(draft, place, item, facts) else "aggregate"
    if item.has("grain") and not (item.columns or item.rows) and not _has_grain(draft, place, item, facts):
        return "period"
    return None


def _filler(draft: Draft, item: Item) -> bool:
    return bool(item.keywords) or item.tokens[0].word in draft.lexicon.filler


def _has_number(number: float, facts: _Facts) -> bool:
    wanted = {number * scale for scale in _SCALES} | {1 - number, 1 - number / 100, number - 1, number + 1}
    return any(abs(a - b) <= 1e-9 * max(1.0, abs(b)) for a in facts.numbers for b in wanted)


def _has_value(item: Item, facts: _Facts) -> bool:
    if any(m.column.name in facts.columns for m in item.columns):
        return True
    texts = {v.value.casefold() for v in item.values}
    return any(t in facts.texts for t in texts) or any(
        v.column.name in facts.columns and v.column.role == "flag" for v in item.values
    )


def _superlative(draft: Draft, place: int, item: Item, facts: _Facts) -> Lost | None:
    text = item.text.casefold()
    if facts.kinds & {"correlation", "missing", "model"}:
        return None  # 'most correlated with height'
    sorted_by = {t.sort.column for t in facts.tasks if t.sort} | {m.column for m in facts.measures}
    said = {m.column.name for i in draft.items[place + 1 :] for m in i.columns[:1]}
    if sorted_by & said and (text == "busiest" or text not in draft.lexicon.words("frequency")):
        return None  # 'heaviest element by density': it says by what
    implied = draft.lexicon.sections["implied"].get(text, ())
    named = {
        m.column.name
        for word in implied
        for m in (draft.schema.index.match([word]) or draft.schema.index.similar(word))
    }
    if implied:
        measured = {m.column for m in facts.measures} | {t.sort.column for t in facts.tasks if t.sort}
        measured |= {t.top.column for t in facts.tasks if t.top}
        return None if named & measured and facts.columns else "superlative"
    if text in draft.lexicon.words("frequency") and text not in {"most", "least", "fewest"}:
        counted = facts.aggregates & {"count", "distinct", "mode"} or "distribution" in facts.kinds
        return None if counted else "frequency"
    if text in draft.lexicon.words("vague"):
        return None if facts.ranked and not facts.aggregates & {"count"} else "superlative"
    if facts.ranked or facts.aggregates & {"min", "max", "mode"} or facts.kinds & {"trend", "rows"}:
        return None
    return "superlative"


def _has_aggregate(draft: Draft, place: int, item: Item, facts: _Facts) -> bool:
    after = draft.items[place + 1] if place + 1 < len(draft.items) else None
    if item.has("aggregate", "count") and after is not None and after.columns and after.used:
        return True  # 'by number of bedrooms', where that is a column
    if item.has("aggregate", "share") and any(m.of_total for m in facts.measures):
        return True
    if item.has("aggregate", "sum") and after is not None and after.guessed:
        return bool(facts.aggregates & {"sum", "share"})  # 'total prisoners' are not rows that are counted
    wanted = {k.name for k in item.keywords if k.role == "aggregate"}
    if facts.kinds & {"describe", "model", "overview"}:
        return True
    if any(f.against for t in facts.tasks for f in t.filters) or facts.kinds & {"difference"}:
        return True
    if wanted & facts.aggregates or any(facts.aggregates & _ALSO.get(w, frozenset()) for w in wanted):
        return True
    if wanted & {"min", "max"} and facts.ranked:
        return True
    return bool(wanted & _LOOSE) and bool(facts.kinds)


def _has_grain(draft: Draft, place: int, item: Item, facts: _Facts) -> bool:
    """A period that a superlative or 'which' asks for is a group, or the rows themselves."""
    before = draft.items[place - 1] if place else None
    if before is None or not (before.has("superlative") or before.has("which")):
        return True
    grain = item.name_of("grain")
    if facts.kinds & {"rows", "trend", "forecast", "seasonality"}:
        return True
    grains = {g.grain for t in facts.tasks for g in t.groups} | {
        d.grain for t in facts.tasks for d in t.derive
    }
    words = {w for c in draft.schema.index.columns if c.name in facts.columns for w in c.words}
    return grain in grains or grain in words or any(t.split()[0] in words for t in (item.text.lower(),))
