"""What earlier turns of the conversation say: why an answer is as it is, and how two of them differ."""

from __future__ import annotations

from lakeglass.ask.formats import number_text, unit_of_measure
from lakeglass.ask.model import Answer, Chip, KeyNumber, Understanding
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.plan.naming import measure_words, plain, where_words
from lakeglass.ask.planners.base import Exchange, NotPlanned
from lakeglass.ask.result import TableData, as_number

_NOTHING = Understanding(restatement="", chips=(), confidence=1.0)
_SHOWN = 6


def explained(last: Exchange) -> NotPlanned:
    """How the turn before was read, filtered, computed and checked."""
    if last.plan is None or last.answer is None:
        reason = last.message or "It has no answer yet."
        return said(Answer(sentence=f"“{plain(last.question)}” was not answered. {reason}"))
    understood = last.understanding
    parts = [f"“{plain(last.question)}” was read as “{_end(understood, last.plan)}”."]
    chips = [
        f"{chip.label} (from “{chip.words}”)" if chip.words else chip.label for chip in _chips(understood)
    ]
    if chips:
        parts.append(f"Understood: {'; '.join(chips)}.")
    parts.append(
        f"Only rows where {where_words(last.plan)} were used."
        if last.plan.conditions
        else "No row was filtered out."
    )
    if last.plan.assumptions:
        parts.append(f"Taken for granted: {'; '.join(last.plan.assumptions)}.")
    if understood is not None and understood.ignored:
        parts.append("Not used: " + ", ".join(f"“{plain(w)}”" for w in understood.ignored) + ".")
    checks = last.answer.checks
    passed = sum(1 for check in checks if check.passed)
    if checks:
        parts.append(f"{passed} of {len(checks)} checks of the result passed.")
    return said(Answer(sentence=" ".join(parts), base=last.answer.base, checks=checks))


def _end(understood: Understanding | None, plan: AnalysisPlan) -> str:
    if understood is not None and understood.restatement:
        return understood.restatement
    return "; ".join(measure_words(m) for m in plan.measures)


def _chips(understood: Understanding | None) -> tuple[Chip, ...]:
    return understood.chips if understood is not None else ()


def compared(earlier: tuple[Exchange, ...]) -> NotPlanned:
    """The difference between the last two answers, where they hold the same figure."""
    answered = [e for e in earlier if e.plan is not None and e.result is not None]
    if len(answered) < 2:
        return _refused("There are no two answers yet that could be compared.")
    before, after = answered[-2], answered[-1]
    assert before.plan is not None
    assert after.plan is not None
    assert before.result is not None
    assert after.result is not None
    same = len(before.plan.measures) == len(after.plan.measures) == 1
    same = same and _kind(before.plan) == _kind(after.plan)
    if not same or before.plan.groups != after.plan.groups:
        return _refused(
            f"“{plain(before.question)}” and “{plain(after.question)}” do not hold the same figure, "
            "so their answers can't be compared. Ask for the same measure and grouping twice."
        )
    pairs = _pairs(before.result, after.result, keys=len(after.plan.groups))
    if not pairs:
        return _refused("The two answers have no value in common that could be compared.")
    return said(_stated(before, after, pairs))


def _kind(plan: AnalysisPlan) -> tuple[str, str | None, bool]:
    measure = plan.measures[0]
    return measure.aggregate, measure.column, measure.of_total


def _pairs(before: TableData, after: TableData, *, keys: int) -> list[tuple[str, float, float]]:
    """Label, value before and value after, for keys that both answers tell."""
    if len(before.columns) <= keys or len(after.columns) <= keys:
        return []

    def figures(table: TableData) -> dict[str, float]:
        found: dict[str, float] = {}
        for row in table.rows:
            value = as_number(row[keys])
            if value is not None:
                found[", ".join(str(cell) for cell in row[:keys])] = value
        return found

    old, new = figures(before), figures(after)
    return [(label, old[label], value) for label, value in new.items() if label in old]


def _stated(before: Exchange, after: Exchange, pairs: list[tuple[str, float, float]]) -> Answer:
    assert after.plan is not None
    assert before.plan is not None
    unit = unit_of_measure(after.plan.measures[0], after.plan)
    what = measure_words(after.plan.measures[0])
    base = f"now: {_rows(after.plan)}; before: {_rows(before.plan)}"
    if not after.plan.groups:
        _, old, new = pairs[0]
        percent = f" ({number_text(round(100 * (new - old) / abs(old), 2))} %)" if old else ""
        step = (
            "the same"
            if new == old
            else f"{number_text(abs(new - old), unit=unit)} {_way(old, new)}{percent}"
        )
        sentence = (
            f"{plain(what).capitalize()} is {number_text(new, unit=unit)} now and was "
            f"{number_text(old, unit=unit)} in the answer before: {step}."
        )
        numbers = (
            _number("now", new, unit),
            _number("before", old, unit),
            _number("difference", new - old, unit),
        )
        return Answer(sentence=sentence, base=base, numbers=numbers)
    more, less = (sum(1 for _, o, n in pairs if n > o), sum(1 for _, o, n in pairs if n < o))
    largest = sorted(pairs, key=lambda p: -abs(p[2] - p[1]))
    label, old, new = largest[0]
    sentence = (
        f"{plain(what).capitalize()}, for {len(pairs)} values that both answers tell: {more} higher and {less} lower "
        f"than in the answer before; the largest change is {plain(label)}, from {number_text(old, unit=unit)} "
        f"to {number_text(new, unit=unit)}."
    )
    shown = tuple(_number(plain(text), n - o, unit) for text, o, n in largest[:_SHOWN])
    return Answer(sentence=sentence, base=base, numbers=shown)


def _way(old: float, new: float) -> str:
    return "more" if new > old else "less"


def _rows(plan: AnalysisPlan) -> str:
    return f"rows where {where_words(plan)}" if plan.conditions else "all rows"


def _number(label: str, value: float, unit: str) -> KeyNumber:
    return KeyNumber(label=label, value=value, text=number_text(value, unit=unit))


def _refused(message: str) -> NotPlanned:
    return NotPlanned(message=message, understanding=_NOTHING)


def said(answer: Answer) -> NotPlanned:
    """An answer for which nothing has to run."""
    return NotPlanned(message="", understanding=_NOTHING, answer=answer)
