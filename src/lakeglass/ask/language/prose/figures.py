"""Figures that a sentence of a long question asks for, as tasks of a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lakeglass.ask.language.prose.asking import (
    Ask,
    Best,
    parts_of_share,
    read_asks,
    read_best,
    read_groups,
    read_other_end,
)
from lakeglass.ask.language.prose.mentions import Sentence
from lakeglass.ask.language.prose.state import Part, Reading, cleans, values_of, years_of
from lakeglass.ask.language.prose.words import has, pattern
from lakeglass.ask.plan import Filter, Group, Measure, Statistic

_OUTLYING = pattern("reader", "outlying")
_COUNTED = pattern("reader", "counted")
_COMPARED = pattern("reader", "compared")
_CASE_WORDS = pattern("reader", "case_words")
_REMAIN = pattern("reader", "remain")


def figures(reading: Reading, number: int) -> None:
    """Tasks of the figures that a sentence asks for."""
    part = reading.parts[number]
    sentence, reader = part.sentence, reading.reader
    if any(t.statistic is not None and t.statistic.kind in {"model", "regression"} for t in reading.tasks):
        return
    best = read_other_end(sentence, reading.ranked[1]) if reading.ranked is not None else None
    best = best or read_best(reader, sentence)
    groups = () if best is not None else read_groups(reader, sentence)
    told_apart = part.cases or _cases_before(reading, sentence, number)
    for mention in sentence.left() if told_apart else ():
        if mention.column == told_apart[0].column:
            sentence.take(mention.start, mention.end)
    own = has("subject", sentence.text, "words") or not any(reader.numeric(m.column) for m in sentence.left())
    context = [part.subject] if part.subject and own and reader.numeric(part.subject) else []
    context = context or [c for c in reading.context if own and reader.numeric(c)]
    asks = read_asks(reader, sentence, context)
    rows = list(part.rows)
    if has("follow", sentence.text, "words") or not asks:
        rows += [f for p in reading.parts[:number] for f in p.rows]
    else:
        rows += [f for p in reading.parts[:number] for f in p.rows if not _asked(p)]
    if best is not None:
        _best(reading, best, asks, rows, number)
        return
    if asks and not _told_by_analysis(reading, sentence):
        _tasks_of(reading, part, asks, groups, rows, number)
        reading.context = [c for a in asks for c in a.columns][:3] or reading.context


def _asked(part: Part) -> bool:
    return has("quantity", part.sentence.text)


def _told_by_analysis(reading: Reading, sentence: Sentence) -> bool:
    """'Test whether the mean wage differs': what a test compares is not asked for besides, unless the form says so."""
    if not any(t.statistic is not None for t in reading.tasks):
        return False
    if (
        not has("test", sentence.text)
        and not has("normality", sentence.text)
        and not has("correlation", sentence.text)
    ):
        return False
    words = {w for f in reading.cut.fields for w in f}
    wanted = re.search(
        r"(?i)\b(?:what (?:is|are)|report|calculate|compute|give|state|determine)\b[^.;?]{0,30}?"
        r"\b(?:means?|averages?|medians?|standard deviations?)\b",
        sentence.text,
    )
    return not (
        wanted or words & {"mean", "avg", "average", "median", "std", "skewness", "skew", "kurtosis", "kurt"}
    )


def _best(reading: Reading, best: Best, asks: Sequence[Ask], rows: Sequence[Filter], number: int) -> None:
    """The first group of a ranking."""
    measures = [m for a in asks if a.kind == "measure" for m in a.measures()]
    spoken = [m for m in reading.parts[number].sentence.left() if reading.reader.numeric(m.column)]
    if best.counted:
        measures = [Measure(aggregate="count")]
    elif not measures and not spoken and (reading.ranked or reading.table) is not None:
        measures = list((reading.ranked or reading.table or ((), ()))[0])
    elif not measures and (spoken or reading.context):
        column = spoken[0].column if spoken else reading.context[0]
        if reading.reader.numeric(column):
            measures = [Measure(aggregate="max" if best.high[0] else "min", column=column)]
    elif any(a.kind == "rows" for a in asks) and not measures:
        measures = [Measure(aggregate="count")]
    if not measures:
        return
    for m in spoken:
        reading.parts[number].sentence.take(m.start, m.end)
    told = (
        [Measure(aggregate="count"), Measure(aggregate="count", of_total=True)]
        if best.share and best.counted
        else measures[:3]
    )
    reading.ranked = (tuple(measures), best.groups)
    if (
        reading.table is not None
        and reading.tasks
        and reading.tasks[-1].groups
        and reading.tasks[-1].limit is None
    ):
        reading.tasks.pop()
    for high in best.high:
        reading.task(
            measures=told,
            filters=rows,
            clean=cleans(reading, number),
            groups=best.groups,
            limit=best.count,
            nth=best.nth,
            high=high,
        )


def _tasks_of(
    reading: Reading,
    part: Part,
    asks: Sequence[Ask],
    groups: Sequence[Group],
    rows: Sequence[Filter],
    number: int,
) -> None:
    trimmed = _is_trimmed(reading, number)
    stages = [False, True] if _both_stages(reading, part.sentence) else [True]
    kept = part.cases or _cases_before(reading, part.sentence, number)
    cases = [[c] for c in kept] or [[]]
    apart = _apart(reading, groups, rows)
    cases, groups = ([[v] for v in apart], ()) if apart else (cases, groups)
    for ask in asks:
        if ask.kind in {"missing", "missing share", "outliers"}:
            _gaps(reading, ask, rows)
    remaining = [a for a in asks if a.kind == "rows" and _REMAIN.match(part.sentence.text[a.place :])]
    for ask in remaining:
        reading.task(measures=ask.measures(), filters=rows, clean=cleans(reading, number, trimmed=trimmed))
    asks = [a for a in asks if a not in remaining]
    plain = [a for a in asks if a.kind in {"measure", "rows"}]
    if _compared(reading, part, plain, rows, number):
        plain = [a for a in plain if a.kind == "rows"]
    for case in cases:
        for stage in stages if plain else ():
            clean = cleans(reading, number if stage else -1, trimmed=trimmed and stage)
            measures = [m for a in plain for m in _staged(reading, a, stage=stage, both=len(stages) > 1)]
            if reading.rule is not None and _counts_outliers(part.sentence, plain):
                measures = [m for m in measures if m.aggregate != "count"]
            if measures:
                reading.task(measures=measures, filters=[*rows, *case], clean=clean, groups=groups)
    if groups and plain:
        reading.table = (tuple(m for a in plain for m in a.measures()), tuple(groups))
    for ask in (a for a in asks if a.kind == "share"):
        for case in cases:
            _share(reading, part, ask, number, case, groups)


def _apart(reading: Reading, groups: Sequence[Group], rows: Sequence[Filter]) -> list[Filter]:
    """The values of a group, where the form of the answer has a field for each of them."""
    asked = groups and reading.cut.fields
    values = (years_of(groups, rows) or values_of(reading.reader, groups)) if asked else []
    wanted = len(reading.cut.fields)
    return values if values and wanted % len(values) == 0 else []


def _both_stages(reading: Reading, sentence: Sentence) -> bool:
    """'Report the mean before and after.'"""
    words = {w for f in reading.cut.fields for w in f}
    said = "before" in sentence.low and "after" in sentence.low
    return said or {"before", "after"} <= words


def _cases_before(reading: Reading, sentence: Sentence, number: int) -> list[Filter]:
    """'Count the cars in each category': the groups that an earlier sentence told apart."""
    if not _CASE_WORDS.search(
        sentence.text,
    ):
        return []
    return next((p.cases for p in reversed(reading.parts[:number]) if p.cases and not _asked(p)), [])


def _staged(reading: Reading, ask: Ask, *, stage: bool, both: bool) -> list[Measure]:
    """Before a column was transformed, its own figure; afterwards that of the new column."""
    measures = ask.measures()
    if not both or ask.kind != "measure":
        return measures
    made = {d.columns[0]: d.name for d in reading.derives if len(d.columns) == 1 and d.number is None}
    back = {name: column for column, name in made.items()}
    names = made if stage else back
    return [m.model_copy(update={"column": names.get(m.column or "", m.column)}) for m in measures]


def _counts_outliers(sentence: Sentence, asks: Sequence[Ask]) -> bool:
    return any(a.kind == "rows" for a in asks) and bool(_OUTLYING.search(sentence.text))


def _is_trimmed(reading: Reading, number: int) -> bool:
    """True once the question has left out the outliers."""
    return reading.rule is not None and any(
        has("outliers", p.sentence.text, "removed") for p in reading.parts[: number + 1]
    )


def _compared(reading: Reading, part: Part, asks: Sequence[Ask], rows: Sequence[Filter], number: int) -> bool:
    """Two groups and how they compare: both figures, and their difference or ratio."""
    match = _COMPARED.search(
        reading.whole,
    )
    of = [m for a in asks if a.kind == "measure" for m in a.measures() if m.aggregate != "mode"]
    if match is None or len(part.cases) != 2 or not of:
        return False
    if any(f.operator != "=" for f in part.cases) or len({m.column for m in of}) != 1:
        return False
    word = match.group().lower()
    form = "ratio" if word.startswith("ratio") else "percent" if word.startswith("percent") else "difference"
    values = tuple(f.values[0] for f in part.cases)
    if re.search(r"(?i)\bchange|increase|growth|gap", word) and all(isinstance(v, int) for v in values):
        values = (max(values), min(values))
    minus = re.search(r"(?i)\(?\b([\w]+) (?:minus|-|less) ([\w]+)", reading.whole)
    if minus and str(values[1]).lower() == minus.group(1).lower():
        values = values[::-1]
    for measure in of:
        statistic = Statistic(
            kind="difference",
            columns=(measure.column or "", part.cases[0].column),
            aggregate=measure.aggregate,
            values=values,
            form=form,
        )
        reading.task(statistic=statistic, filters=rows, clean=cleans(reading, number))
    return True


def _gaps(reading: Reading, ask: Ask, rows: Sequence[Filter]) -> None:
    """How many values a column lacks, and which share that is."""
    if ask.kind == "outliers":
        return
    shares = re.search(r"(?i)percent|proportion|share|fraction", reading.whole)
    for column in ask.columns:
        empty = Filter(column=column, operator="missing")
        if shares:
            reading.task(measures=[Measure(aggregate="share", where=(empty,))], filters=rows)
        reading.task(measures=[Measure(aggregate="count")], filters=[*rows, empty])


def _share(
    reading: Reading,
    part: Part,
    ask: Ask,
    number: int,
    case: Sequence[Filter],
    groups: Sequence[Group],
) -> None:
    """The percentage of rows that satisfy something, among those that the question restricts it to."""
    conditions = [(c.start, c.filter) for c in part.conditions if c.filter not in part.cases]
    base, of = parts_of_share(part.sentence, ask, conditions)
    earlier = [f for p in reading.parts[:number] for f in p.rows]
    if not of and conditions:
        of, base, earlier = [f for _, f in conditions], [], []
    elif not of and earlier:
        of, earlier = earlier, []
    if not of:
        return
    behind = [f for p, f in conditions if p < ask.place and f not in of]
    kept = base or behind or earlier
    known = [Filter(column=f.column, operator="present") for f in of if _known(reading, f.column)]
    measure = Measure(aggregate="share", where=tuple(of))
    reading.task(measures=[measure], filters=[*kept, *known, *case], groups=groups)


def _known(reading: Reading, column: str) -> bool:
    """True where the question leaves out rows without a value of the column."""
    return bool(re.search(r"(?i)\bknown\b", reading.whole)) and column in reading.reader.columns


def count_outliers(reading: Reading) -> None:
    """How many outliers there are, where the question wants to know."""
    rule = reading.rule
    if rule is None:
        return
    words = {w for f in reading.cut.fields for w in f}
    told = words & {"outlier", "outliers", "count", "removed", "n", "number", "bound", "limit"}
    asked = bool(told) or _COUNTED.search(reading.whole)
    if not asked and reading.tasks:
        return
    statistic = Statistic(kind="outliers", columns=(rule.column,), method=rule.way, threshold=rule.threshold)
    rows = [f for p in reading.parts for f in p.rows if has("outliers", p.sentence.text)]
    before = len(reading.tasks)
    reading.task(statistic=statistic, filters=rows)
    reading.tasks.insert(0, reading.tasks.pop(before))
