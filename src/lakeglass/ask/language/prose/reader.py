"""A long question read as a whole: prepared, asked, put side by side, and judged by what was left over."""

from __future__ import annotations

from collections.abc import Sequence

from lakeglass.ask.language.link import Schema
from lakeglass.ask.language.prose.analyses import Analysis, read_correlation, read_normality, read_test
from lakeglass.ask.language.prose.asking import read_groups
from lakeglass.ask.language.prose.conditions import read_conditions, split_cases
from lakeglass.ask.language.prose.cut import cut
from lakeglass.ask.language.prose.figures import count_outliers, figures
from lakeglass.ask.language.prose.fitting import read_model
from lakeglass.ask.language.prose.judging import judged
from lakeglass.ask.language.prose.making import read_making
from lakeglass.ask.language.prose.mentions import Reader
from lakeglass.ask.language.prose.periods import read_periods
from lakeglass.ask.language.prose.repairs import read_drop, read_fill, read_outliers
from lakeglass.ask.language.prose.state import Part, Prose, Reading, cleans, values_of
from lakeglass.ask.language.prose.words import has, pattern
from lakeglass.ask.plan import AnalysisPlan, Filter

MOST_TASKS = 9
_RULE_WORDS = pattern("reader", "rule_words")


def read_prose(question: str, schema: Schema) -> Prose | None:
    """The plan of a long question; None when nothing that it asks for was recognised."""
    told = cut(question)
    if not told.sentences:
        return None
    reading = Reading(schema, told, " ".join(told.sentences), Reader(schema, " ".join(told.sentences)))
    for text in told.sentences:
        _prepare(reading, text)
    sentences = [p.sentence for p in reading.parts]
    reading.rule = read_outliers(reading.reader, sentences, question.partition("@")[0])
    if reading.rule is not None:
        _take_rule(reading)
    _analyse(reading)
    for number in range(len(reading.parts)):
        figures(reading, number)
    count_outliers(reading)
    tasks = _distinct(reading.tasks)
    if not tasks or len(tasks) > MOST_TASKS or _tables(tasks):
        return None
    plan = tasks[0].beside(tasks[1:]) if len(tasks) > 1 else tasks[0]
    return Prose(plan, judged(plan, told, sentences, reading.reader.label()), len(told.fields))


def _prepare(reading: Reading, text: str) -> None:
    """Read what a sentence makes, repairs and restricts."""
    reader = reading.reader
    sentence = reader.sentence(text)
    part = Part(sentence, [], [], [])
    fill = read_fill(reader, sentence)
    if fill is not None and fill.column is not None:
        part.fills.append(fill)
        reading.context = [fill.column]
    reading.drops += read_drop(sentence) or []
    made = read_making(reader, sentence, reading.context[0] if reading.context else None)
    if made:
        reading.derives += made
        reading.context = (
            [d.name for d in made] if all(d.kind.startswith("log") for d in made) else [made[-1].name]
        )
    dates, derives = read_periods(reader, sentence)
    reading.derives += derives
    part.conditions = sorted(dates + read_conditions(reader, sentence), key=lambda c: c.start)
    part.rows, part.cases = split_cases(part.conditions)
    part.subject = reading.context[0] if reading.context else None
    reading.parts.append(part)


def _take_rule(reading: Reading) -> None:
    rule = reading.rule
    assert rule is not None
    reading.context = reading.context or [rule.column]
    for part in reading.parts:
        if has("outliers", part.sentence.text, "words", "z", "iqr"):
            first = next((m for m in part.sentence.columns if m.column == rule.column), None)
            if first is not None:
                part.sentence.take(first.start, first.end)
            for match in _RULE_WORDS.finditer(
                part.sentence.text,
            ):
                part.sentence.take(match.start(), match.end())
            for number in part.sentence.numbers:
                if number.value in {rule.threshold, 3.0, 1.5, 2.0}:
                    part.sentence.take(number.start, number.end)


def _analyse(reading: Reading) -> None:
    """Tasks of the analyses that the question names."""
    sentences = [p.sentence for p in reading.parts]
    cut_, reader = reading.cut, reading.reader
    rows = [f for p in reading.parts for f in p.rows]
    cases = next((p.cases for p in reading.parts if p.cases), [])
    subject = reading.context[0] if reading.context else None
    model = read_model(reader, sentences, reading.whole, cut_.level)
    if model is not None:
        reading.task(statistic=model, filters=rows, clean=cleans(reading))
        return
    found: list[Analysis] = []
    test = read_test(reader, sentences, cases, cut_.level)
    if test is not None:
        found.append(test)
        if test.statistic.method != "chi-square":
            reading.context = [test.statistic.columns[0]]
    normal = read_normality(reader, sentences, subject, cut_.level)
    if normal is not None:
        found.append(normal)
        reading.context = reading.context or list(normal.statistic.columns)
    if (test is None and normal is None) or has("correlation", reading.whole, "spearman", "kendall"):
        wanted = max(len(cut_.fields), 1)
        found += read_correlation(reader, sentences, reading.context, cut_.level, cut_.strength, wanted)
    for each in found:
        for case in _spread(reading, each, cases):
            reading.task(
                statistic=each.statistic,
                filters=[*rows, *each.filters, *case],
                clean=cleans(reading),
                limit=each.limit,
            )


def _spread(reading: Reading, analysis: Analysis, cases: Sequence[Filter]) -> list[list[Filter]]:
    """A task for each of several groups that are told apart, for what looks at one group at a time."""
    if analysis.statistic.kind == "test":
        return [[]]
    if cases:
        return [[c] for c in cases]
    for part in reading.parts:
        if not has(analysis.statistic.kind, part.sentence.text):
            continue
        groups = read_groups(reading.reader, part.sentence)
        values = values_of(reading.reader, groups)
        if values:
            return [[v] for v in values]
    return [[]]


def _distinct(tasks: Sequence[AnalysisPlan]) -> list[AnalysisPlan]:
    """Each task once; those over the same rows become one with several measures."""
    kept: list[AnalysisPlan] = []
    for task in tasks:
        if task in kept:
            continue
        like = next((n for n, k in enumerate(kept) if _same_rows(k, task)), None)
        if like is None:
            kept.append(task)
        else:
            measures = tuple(dict.fromkeys((*kept[like].measures, *task.measures)))
            derive = tuple(dict.fromkeys((*kept[like].derive, *task.derive)))
            kept[like] = kept[like].model_copy(update={"measures": measures, "derive": derive})
    return kept


def _same_rows(one: AnalysisPlan, other: AnalysisPlan) -> bool:
    if one.statistic is not None or other.statistic is not None:
        return False
    names = ("clean", "filters", "groups", "limit", "sort", "having")
    return all(getattr(one, n) == getattr(other, n) for n in names)


def _tables(tasks: Sequence[AnalysisPlan]) -> bool:
    """True when a table would stand beside something else."""
    wide = [t for t in tasks if t.groups and t.limit is None]
    return bool(wide) and len(tasks) > 1
