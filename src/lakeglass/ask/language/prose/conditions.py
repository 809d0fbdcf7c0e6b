"""Which rows a sentence of a long question speaks of."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import cast

from lakeglass.ask.language.prose.mentions import (
    Mention,
    Numeral,
    Reader,
    Sentence,
    nearest_before,
    next_after,
)
from lakeglass.ask.language.prose.words import Said, find, pattern
from lakeglass.ask.plan import Filter
from lakeglass.ask.plan.model import Operator

_NO_ROWS = pattern("conditions", "no_rows")
_NOT_BOUND = pattern("conditions", "not_bound")
_OPEN_END = pattern("conditions", "open_end")
_SIGNED = pattern("conditions", "signed")
_EXAMPLE = pattern("conditions", "example")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_RANGE = pattern("conditions", "range")


@dataclass(frozen=True)
class Condition:
    """A filter and the stretch of the sentence that says so."""

    start: int
    end: int
    filter: Filter


def read_conditions(reader: Reader, sentence: Sentence) -> list[Condition]:
    """Every condition of a sentence, in order; numbers and values that it takes are marked."""
    found: list[Condition] = []
    for read in (_ranges, _open_ends, _compared, _equal, _values, _flags, _signed, _calendar):
        found += read(reader, sentence)
    return sorted(found, key=lambda c: c.start)


def _subject(reader: Reader, sentence: Sentence, said: Said, number: Numeral) -> Mention | None:
    """The column that a bound is about."""
    numeric = [m for m in sentence.columns if reader.numeric(m.column) or reader.dated(m.column)]
    before = nearest_before(numeric, sentence.text, said.start, 3)
    if before is not None:
        return before
    after = next_after(numeric, sentence.text, number.end, 4)
    if after is not None:
        return after
    if (
        len({m.column for m in numeric}) == 1
        and len(list(find("compare", sentence.text, ">", "<", ">=", "<="))) > 1
    ):
        return numeric[0]
    for name in find("implied", sentence.text[said.start : said.end]):
        ages = [n for n in reader.columns if n.lower() == name.name or n.lower().split("_")[0] == name.name]
        if len(ages) == 1:
            return Mention(said.start, said.end, ages[0])
    return None


def _compared(reader: Reader, sentence: Sentence) -> list[Condition]:
    found: list[Condition] = []
    subject: Mention | None = None
    for said in find("compare", sentence.text, ">", ">=", "<", "<="):
        number = next((n for n in sentence.numbers if said.end <= n.start <= said.end + 3), None)
        if number is None or not sentence.free(number.start, number.end):
            continue
        if _NO_ROWS.search(sentence.text[: said.start]) or _NOT_BOUND.match(sentence.text[number.end :]):
            continue
        mention = _subject(reader, sentence, said, number) or subject
        if mention is None or not reader.numeric(mention.column):
            continue
        subject = mention
        sentence.take(min(said.start, number.start), number.end)
        if mention.start > number.end or mention.end <= said.start:
            sentence.take(mention.start, mention.end)
        value = number.value
        found.append(
            Condition(
                said.start,
                number.end,
                Filter(column=mention.column, operator=said.name, values=(_whole(value),)),
            )
        )
    return found


def _ranges(reader: Reader, sentence: Sentence) -> list[Condition]:
    found: list[Condition] = []
    numeric = [m for m in sentence.columns if reader.numeric(m.column)]
    for match in _RANGE.finditer(sentence.text):
        between = match.group().lower().startswith(("between", "from"))
        bracketed = sentence.text[: match.start()].rstrip().endswith("(")
        low, high = float(match.group(1)), float(match.group(2))
        if low >= high or not sentence.free(match.start(), match.end()):
            continue
        about = nearest_before(numeric, sentence.text, match.start(), 4) if between or bracketed else None
        if about is None and _labelled(sentence, match) and numeric:
            about = next((m for m in numeric if reader.has_value(m.column, (low + high) / 2)), None)
        if about is None:
            years = [n for n in reader.columns if n.lower() == "year"]
            if (
                len(years) == 1
                and 1000 < low < 2200
                and (between or re.search(r"(?i)years?\s+$", sentence.text[: match.start()]))
            ):
                about = Mention(match.start(), match.end(), years[0])
        if about is None or not reader.has_value(about.column, (low + high) / 2):
            continue
        sentence.take(match.start(), match.end())
        sentence.take(about.start, about.end)
        values = (_whole(low), _whole(high))
        found.append(
            Condition(
                match.start(), match.end(), Filter(column=about.column, operator="between", values=values)
            )
        )
    return found


def _labelled(sentence: Sentence, match: re.Match[str]) -> bool:
    """'early (up to 7 days), standard (8 to 28 days) and late': one interval of several."""
    others = len(list(find("compare", sentence.text, ">", "<", ">=", "<="))) + len(
        list(_RANGE.finditer(sentence.text))
    )
    return others >= 2 and not sentence.text[match.end() :].lstrip().startswith("%")


def _equal(reader: Reader, sentence: Sentence) -> list[Condition]:
    """'chas equal to 1', '(sex = 1)', 'type Yes' is read by its value."""
    found: list[Condition] = []
    for number in sentence.numbers:
        if not sentence.free(number.start, number.end):
            continue
        about = nearest_before(sentence.columns, sentence.text, number.start, 3)
        ahead = next(
            (
                m
                for m in sentence.columns
                if m.start >= number.end and not sentence.text[number.end : m.start].strip()
            ),
            None,
        )
        if ahead is not None and reader.numeric(ahead.column) and reader.few(ahead.column):
            sentence.take(number.start, ahead.end)
            each = Filter(column=ahead.column, operator="=", values=(_whole(number.value),))
            found.append(Condition(number.start, ahead.end, each))
            continue
        if about is None or not reader.numeric(about.column) or about.column in reader.made:
            continue
        between = sentence.text[about.end : number.start].strip().lower()
        plain = between == "" and reader.few(about.column, 40)
        if not (
            plain
            or between in {"=", "==", "is", "equal to", "equals", "is equal to", "of", "is =", "being", ":"}
        ):
            continue
        if between == "of" and not reader.few(about.column, 40):
            continue
        sentence.take(about.start, number.end)
        each = Filter(column=about.column, operator="=", values=(_whole(number.value),))
        found.append(Condition(about.start, number.end, each))
    return found


def _open_ends(reader: Reader, sentence: Sentence) -> list[Condition]:
    """'40 years old and above', '10 or more'."""
    found: list[Condition] = []
    numeric = [m for m in sentence.columns if reader.numeric(m.column)]
    for match in _OPEN_END.finditer(sentence.text):
        value = float(match.group(1))
        about = nearest_before(numeric, sentence.text, match.start(), 4) or next_after(
            numeric, sentence.text, match.end(), 4
        )
        about = about or next((m for m in numeric if reader.has_value(m.column, value)), None)
        if about is None or not sentence.free(match.start(), match.end()):
            continue
        sentence.take(match.start(), match.end())
        more = match.group(2).lower() in {"above", "over", "older", "more", "higher", "greater", "up"}
        each = Filter(column=about.column, operator=">=" if more else "<=", values=(_whole(value),))
        found.append(Condition(match.start(), match.end(), each))
    return found


def _signed(reader: Reader, sentence: Sentence) -> list[Condition]:
    """'a positive growth', 'negative ones': by a column that the question made."""
    made = [m for m in sentence.columns if m.column in reader.made]
    name = made[0].column if made else next(reversed(reader.made), None)
    if name is None:
        return []
    found: list[Condition] = []
    for match in _SIGNED.finditer(sentence.text):
        sign = ">" if match.group(1).lower() == "positive" else "<"
        each = Filter(column=name, operator=cast("Operator", sign), values=(0,))
        found.append(Condition(match.start(), match.end(), each))
        for m in made:
            sentence.take(m.start, m.end)
    return found


def _values(_: Reader, sentence: Sentence) -> list[Condition]:
    found: list[Condition] = []
    for mention in sentence.values:
        if not sentence.free(mention.start, mention.end) or mention.value is None:
            continue
        if _EXAMPLE.search(sentence.text[: mention.start]):
            continue
        near = nearest_before(sentence.columns, sentence.text, mention.start, 2)
        column, start = mention.column, mention.start
        if near is not None and near.column in mention.others:
            column, start = near.column, near.start
            sentence.take(near.start, near.end)
        before = sentence.low[:start].rstrip()
        negated = before.endswith((" not", "except", "excluding", "other than", "apart from"))
        sentence.take(mention.start, mention.end)
        each = Filter(column=column, operator="!=" if negated else "=", values=(mention.value,))
        found.append(Condition(start, mention.end, each))
    return found


_HAS = pattern("conditions", "has")
_WITHOUT_IT = pattern("conditions", "without_it")


def _flags(reader: Reader, sentence: Sentence) -> list[Condition]:
    """'with air conditioning and without it', where a column says yes or no."""
    found: list[Condition] = []
    for mention in sentence.left():
        column = reader.columns.get(mention.column)
        said = _HAS.search(sentence.text[: mention.start])
        if column is None or column.role != "flag" or said is None:
            continue
        yes, no = column.answers
        negated = said.group(1).lower() in {"without", "no", "not", "lacking"}
        sentence.take(said.start(), mention.end)
        each = Filter(column=mention.column, operator="=", values=(no if negated else yes,))
        found.append(Condition(said.start(), mention.end, each))
        if not negated and _WITHOUT_IT.search(sentence.text, mention.end):
            found.append(Condition(mention.end, mention.end, each.model_copy(update={"values": (no,)})))
    return found


def _calendar(reader: Reader, sentence: Sentence) -> list[Condition]:
    """'in 2007', 'in July': by a column that holds years or months. A column of dates is cut by `periods`."""
    found: list[Condition] = []
    years = [n for n in reader.columns if n.lower() in {"year", "yr"}]
    for number in sentence.numbers:
        if len(years) != 1 or not sentence.free(number.start, number.end) or not number.value.is_integer():
            continue
        if 1000 < number.value < 2200 and reader.has_value(years[0], number.value):
            sentence.take(number.start, number.end)
            bound = next(
                (s for s in find("compare", sentence.text) if 0 < number.start - s.end + 1 <= 3), None
            )
            sign = bound.name if bound is not None and bound.name in {">", ">=", "<", "<="} else "="
            each = Filter(column=years[0], operator=cast("Operator", sign), values=(int(number.value),))
            found.append(Condition(number.start, number.end, each))
    months = [n for n in reader.columns if n.lower() == "month" and reader.numeric(n)]
    for place, name in enumerate(_MONTHS, start=1):
        match = re.search(rf"(?i)\bin\s+{name}\b", sentence.text)
        if match and len(months) == 1:
            each = Filter(column=months[0], operator="=", values=(place,))
            found.append(Condition(match.start(), match.end(), each))
    return found


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def split_cases(conditions: list[Condition]) -> tuple[list[Filter], list[Filter]]:
    """Conditions that all rows satisfy, and those that exclude each other: several values of one column."""
    common: list[Filter] = []
    cases: list[Filter] = []
    by_column: dict[str, list[Filter]] = {}
    for condition in conditions:
        known = by_column.setdefault(condition.filter.column, [])
        if condition.filter not in known:
            known.append(condition.filter)
    for known in (_without_spans(k) for k in by_column.values()):
        if len(known) > 1 and _exclusive(known):
            cases = known if len(known) > len(cases) else cases
            continue
        common += known
    if cases:
        common = [f for f in common if f not in cases]
    return common, cases


def _without_spans(filters: list[Filter]) -> list[Filter]:
    """'The means of 70 and 82, and the increase from 70 to 82': the span is no third group."""
    points = {f.values for f in filters if f.operator == "="}
    if len(points) < 2:
        return filters
    return [f for f in filters if f.operator != "between" or {(v,) for v in f.values} != points]


def _exclusive(filters: list[Filter]) -> bool:
    if all(f.operator == "=" for f in filters):
        return True
    if all(f.operator == "in" for f in filters):
        return len({v for f in filters for v in f.values}) == sum(len(f.values) for f in filters)
    if len(filters) < 2 or any(f.operator not in {"=", "<", "<=", ">", ">=", "between"} for f in filters):
        return False
    spans = sorted(_span(f) for f in filters)
    return all(a[1] <= b[0] or (a[1] - b[0]) < 1e-9 for a, b in itertools.pairwise(spans))


def _span(each: Filter) -> tuple[float, float]:
    if not isinstance(each.values[0], int | float):
        return (-1e300, 1e300)
    first = float(each.values[0])
    if each.operator == "=":
        return (first, first)
    if each.operator in {"<", "<="}:
        return (-1e300, first)
    if each.operator in {">", ">="}:
        return (first, 1e300)
    return (first, float(each.values[1]))
