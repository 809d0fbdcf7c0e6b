"""Sentences of trends, seasons and forecasts, and what their results must hold."""

from __future__ import annotations

from collections.abc import Iterator

from lakeglass.ask.formats import number_text, unit_in
from lakeglass.ask.model import Check, KeyNumber
from lakeglass.ask.plan import AnalysisPlan, Statistic, Timeline
from lakeglass.ask.plan.naming import plain, series_words, where_words
from lakeglass.ask.result import TableData, Value, as_number
from lakeglass.ask.wording import chance_text

Stated = tuple[str, tuple[KeyNumber, ...]]
_SLACK = 1e-9
_STRENGTHS = ((0.6, "strong"), (0.3, "moderate"), (0.1, "weak"), (-1.0, "hardly any"))
_NAMES = {
    "holt-winters": "Holt-Winters",
    "line": "a straight line",
    "seasonal naive": "the last season once more",
}


def series_finding(plan: AnalysisPlan, table: TableData) -> Stated:
    """The sentence of such an analysis, and its key numbers."""
    statistic = plan.statistic
    assert statistic is not None
    assert statistic.timeline is not None
    where = f" where {where_words(plan)}" if plan.conditions else ""
    match statistic.kind:
        case "trend":
            return _trend(plan, statistic, table, where)
        case "seasonality":
            return _season(plan, statistic, table, where)
        case _:
            return _forecast(plan, statistic, statistic.timeline, table, where)


def _key(plan: AnalysisPlan, statistic: Statistic, label: str, value: Value) -> KeyNumber:
    number = as_number(value)
    counted = statistic.timeline is not None and statistic.timeline.aggregate in {"count", "distinct"}
    unit = "" if counted or len(statistic.columns) < 2 else unit_in(plan, statistic.columns[1])
    text = "unknown" if number is None else number_text(number, decimals=plan.decimals, unit=unit)
    return KeyNumber(label=label, value=value, text=text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _trend(plan: AnalysisPlan, statistic: Statistic, table: TableData, where: str) -> Stated:
    timeline = statistic.timeline
    assert timeline is not None
    slope = _key(plan, statistic, "slope", table.cell(f"slope per {timeline.grain}"))
    chance = as_number(table.cell("p-value"))
    explained = as_number(table.cell("r squared"))
    keys = (
        slope,
        KeyNumber(label="p-value", value=chance, text=chance_text(plan, chance)),
        KeyNumber(
            label="r squared", value=explained, text="unknown" if explained is None else f"{explained:.3f}"
        ),
    )
    words = series_words(statistic)
    level = f"at the {100 * statistic.level:g} % level"
    if as_number(slope.value) is None:
        return f"{_capital(words)}{where} has too few periods for a trend.", ()
    if table.cell("significant") is True:
        way = "rises" if (as_number(slope.value) or 0) > 0 else "falls"
        told = f"{_capital(words)}{where} {way} {level}"
    else:
        told = f"{_capital(words)}{where} shows no trend {level}"
    count = f"{as_number(table.cell('periods')) or 0:,.0f}"
    said = (
        f"{told}: by {slope.text} a {timeline.grain} over {count} {timeline.grain}s (least squares, "
        f"{chance_text(plan, chance)}, r squared {keys[2].text})."
    )
    return said, keys


def _season(plan: AnalysisPlan, statistic: Statistic, table: TableData, where: str) -> Stated:
    timeline = statistic.timeline
    assert timeline is not None
    strength = as_number(table.cell("strength")) or 0.0
    effects = [
        (as_number(v) or 0.0, str(table.cell(table.columns[0], row)))
        for row, v in enumerate(table.values("effect"))
    ]
    high, low = max(effects), min(effects)
    keys = (
        KeyNumber(label="strength", value=table.cell("strength"), text=f"{strength:.2f}"),
        _key(plan, statistic, f"highest, {plain(high[1])}", high[0]),
        _key(plan, statistic, f"lowest, {plain(low[1])}", low[0]),
    )
    word = next(name for least, name in _STRENGTHS if strength >= least)
    article = "" if word == "hardly any" else "a "
    said = (
        f"{_capital(series_words(statistic))}{where} has {article}{word} season of {timeline.season} {timeline.grain}s "
        f"(strength {keys[0].text} of 1): highest in {plain(high[1])} ({keys[1].text} against the trend), lowest in "
        f"{plain(low[1])} ({keys[2].text})."
    )
    return said, keys


def _forecast(
    plan: AnalysisPlan, statistic: Statistic, timeline: Timeline, table: TableData, where: str
) -> Stated:
    last = len(table.rows) - 1
    labels = [plain(str(table.cell(timeline.grain, row))) for row in range(len(table.rows))]
    keys = [
        _key(plan, statistic, labels[row], table.cell("forecast", row)) for row in dict.fromkeys((0, last))
    ]
    bounds = [_key(plan, statistic, name, table.cell(name, 0)) for name in ("lower", "upper")]
    season = as_number(table.cell("season")) or 1
    how = _NAMES[timeline.method or "holt-winters"]
    if season > 1 and timeline.method != "line":
        how += f", season of {season:.0f} {timeline.grain}s"
    told = (
        f"{_capital(series_words(statistic))}{where} is forecast at {keys[0].text} for {labels[0]} "
        f"({100 * timeline.certainty:g} % interval {bounds[0].text} to {bounds[1].text})"
    )
    if len(keys) > 1:
        told += f", and at {keys[1].text} for {labels[last]}"
    return f"{told}; {how}. It carries the past on and knows of nothing else.", (*keys, *bounds)


def series_checks(statistic: Statistic, table: TableData) -> Iterator[Check]:
    """Every check of such a result."""
    timeline = statistic.timeline
    assert timeline is not None
    if statistic.kind == "forecast":
        order = zip(*(table.numbers(n) for n in ("lower", "forecast", "upper")), strict=False)
        inside = all(low - _SLACK <= middle <= high + _SLACK for low, middle, high in order)
        yield Check(name="forecast within its interval", passed=inside, detail="lower ≤ forecast ≤ upper")
        told = len(table.numbers("forecast"))
        yield Check(
            name="every period told", passed=told == timeline.ahead, detail=f"{told} of {timeline.ahead}"
        )
        return
    name, low, high = ("strength", 0.0, 1.0) if statistic.kind == "seasonality" else ("p-value", 0.0, 1.0)
    numbers = table.numbers(name)
    inside = bool(numbers) and all(low <= n <= high for n in numbers)
    yield Check(
        name=f"{name} between 0 and 1",
        passed=inside,
        detail=f"{name} = {numbers[0]:.3g}" if numbers else "unknown",
    )
    if statistic.kind == "seasonality":
        effects = table.numbers("effect")
        around = abs(sum(effects)) <= 1e-6 * max(1.0, *(abs(e) for e in effects))
        yield Check(
            name="effects around the trend", passed=around, detail=f"they add up to {sum(effects):.3g}"
        )
