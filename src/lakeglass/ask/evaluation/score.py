"""Is an answer right? Its result table holds every expected field, each in the row that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

from pydantic import BaseModel, ConfigDict

from lakeglass.ask.evaluation.questions import Expected, Field, Question
from lakeglass.ask.plan import AnalysisPlan
from lakeglass.ask.plan.naming import counts_rows, rows_name
from lakeglass.ask.result import TableData, Value, as_number

_WORDY = {"yes": True, "true": True, "no": False, "false": False}


class FieldScore(BaseModel):
    """One field, and whether the result holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Field
    right: bool


def score(question: Question, plan: AnalysisPlan | None, table: TableData | None) -> tuple[FieldScore, ...]:
    """Every field of the question, or of the alternative that fits best; empty when there is none to check."""
    sets = [question.fields, *question.alternatives]
    scored = [tuple(FieldScore(field=f, right=_holds(f, plan, table)) for f in fields) for fields in sets]
    return max(scored, key=lambda fields: sum(f.right for f in fields) / max(len(fields), 1))


def rows_fit(question: Question, table: TableData | None) -> bool:
    """True when the result has as many rows as it should, where the question says so."""
    return question.rows is None or (table is not None and table.total == question.rows)


def _holds(field: Field, plan: AnalysisPlan | None, table: TableData | None) -> bool:
    if table is None:
        return False
    rows = _rows(field, table)
    # The number of rows behind a line stands beside every measure; it is not what was asked for.
    beside = rows_name(plan) if plan is not None and plan.statistic is None and counts_rows(plan) else None
    for row in rows:
        cells = [v for name, v in zip(table.columns, row, strict=False) if name != beside]
        if any(equal(cell, field) for cell in cells):
            return True
    return False


def _rows(field: Field, table: TableData) -> list[tuple[Value, ...]]:
    """The rows in which the field may stand; without their key cells when it names a row by its key."""
    if field.row is not None:
        return [table.rows[field.row]] if field.row < len(table.rows) else []
    if field.key is None:
        return [table.rows[0]] if table.total == 1 else _said_once(table)
    keys = field.key if isinstance(field.key, tuple) else (field.key,)
    found: list[tuple[Value, ...]] = []
    for row in table.rows:
        rest = _without(row, keys)
        if rest is not None:
            found.append(rest)
    return found


def _said_once(table: TableData) -> list[tuple[Value, ...]]:
    """What stands in every row alike, such as R squared beside each coefficient."""
    if not table.rows or not table.complete:
        return []
    alike = (cells[0] for cells in zip(*table.rows, strict=False) if len(set(cells)) == 1)
    return [tuple(alike)]


def _without(row: Sequence[Value], keys: Sequence[str | int | float]) -> tuple[Value, ...] | None:
    """The row less one cell for each key; None when a key is not in it."""
    rest: list[Value] = list(row)
    for key in keys:
        place = next((n for n, cell in enumerate(rest) if _same_key(cell, key)), None)
        if place is None:
            return None
        rest[place] = None
    return tuple(rest)


def _same_key(cell: Value, key: str | int | float) -> bool:
    number, wanted = as_number(cell), as_number(key)
    if number is not None and wanted is not None:
        return isclose(number, wanted, rel_tol=1e-9)
    return _text(cell) == _text(key)


def _text(value: Expected) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip().casefold()
    return text[:10] if text[10:] in {"t00:00:00", " 00:00:00"} else text


def equal(cell: Value, field: Field) -> bool:
    """True when the cell is the field's value, within its tolerance."""
    expected = field.value
    if isinstance(expected, str) and (wanted := _number(expected)) is not None:
        got = as_number(cell)
        if got is not None:
            slack = field.tolerance if field.tolerance is not None else _half_unit(expected)
            return abs(got - wanted) <= slack * (1 + 1e-9) + 1e-12
    if isinstance(expected, bool) or isinstance(cell, bool):
        return cell == expected or (isinstance(expected, str) and _WORDY.get(expected.casefold()) == cell)
    if isinstance(expected, int | float):
        got = as_number(cell)
        slack = field.tolerance or 0.0
        return got is not None and isclose(got, expected, rel_tol=field.relative, abs_tol=max(slack, 1e-12))
    if expected is None:
        return cell is None
    return cell is not None and _text(cell) == _text(expected)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().removesuffix("%").replace(",", ""))
    except ValueError:
        return None


def _half_unit(text: str) -> float:
    """Half of the last written place: '34.65' stands for 34.645 to 34.655."""
    digits = text.strip().removesuffix("%").partition(".")[2]
    return 0.5 * 10.0 ** -len(digits) if digits.isdigit() else 1e-9 if "." in text else 0.5 * 0
