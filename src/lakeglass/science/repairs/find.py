"""Which repairs a table gets: each is asked in its order, sees what the ones before it leave, and is written down."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.core.plugins import Registry
from lakeglass.science.checks import Finding, Subject
from lakeglass.science.repairs.actions import changed, repeated, without_numbers
from lakeglass.science.repairs.base import Repair, Sight
from lakeglass.science.repairs.model import Example, Made, Repairs
from lakeglass.science.repairs.steps import (
    Blanks,
    DropColumn,
    DropRepeats,
    NullNumbers,
    ParseNumbers,
    Rewrite,
    Step,
    TextStep,
)

repairs: Registry[Repair] = Registry(
    "repairs",
    {
        "repeated-rows": "lakeglass.science.repairs.repeated_rows:RepeatedRows",
        "constant-columns": "lakeglass.science.repairs.constant_columns:ConstantColumns",
        "missing-marks": "lakeglass.science.repairs.missing_marks:MissingMarks",
        "stray-blanks": "lakeglass.science.repairs.stray_blanks:StrayBlanks",
        "letter-case": "lakeglass.science.repairs.letter_case:LetterCase",
        "numbers-in-text": "lakeglass.science.repairs.numbers_in_text:NumbersInText",
    },
)
_EXAMPLES, _LONGEST = 3, 60


def find_repairs(
    path: Path,
    subject: Subject,
    findings: tuple[Finding, ...],
    *,
    kept: frozenset[str] = frozenset(),
    without: tuple[str, ...] = (),
) -> Repairs:
    """What is right to repair in the table at `path`, which stays as it is; `kept` are columns to leave alone.

    `without` names repairs to leave out, all of a kind (`letter-case`) or one (`letter-case:city`). Raises InvalidInput
    for a kind that there is not, UnprocessableFile for a broken table.
    """
    refuse_unknown(without)
    sight = Sight(path, subject, findings, kept)
    made: list[Made] = []
    left_out: list[str] = []
    try:
        for name in repairs.names():
            repair = repairs.load(name)()
            for step in repair.find(sight):
                if {name, step.id} & set(without):
                    left_out.append(step.id)
                    continue
                one = _made(sight, repair, step)
                made.append(one)
                sight.steps.append(one.step)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnprocessableFile(f"{path.name} can't be read as Parquet; write the table again") from error
    columns = len(subject.statistics.columns)
    return Repairs(
        rows_before=subject.rows,
        rows_after=subject.rows - sum(one.rows for one in made if isinstance(one.step, DropRepeats)),
        columns_before=columns,
        columns_after=columns - sum(isinstance(one.step, DropColumn) for one in made),
        made=tuple(made),
        left_out=tuple(left_out),
        looked_for=repairs.names(),
    )


def refuse_unknown(without: tuple[str, ...]) -> None:
    """Raises InvalidInput for the name of a repair of no known kind."""
    for one in without:
        if one.partition(":")[0] not in repairs.names():
            raise InvalidInput(
                f"There is no repair {one[:80]!r}; expected one of: {', '.join(repairs.names())}."
            )


def _made(sight: Sight, repair: Repair, step: Step) -> Made:
    rows, cells, examples = _effect(sight, step)
    what = _what(step, rows, cells)
    return Made(
        id=step.id,
        repair=repair.name,
        column=None if isinstance(step, DropRepeats) else step.column,
        what=what,
        reason=repair.reason,
        rows=rows,
        cells=cells,
        examples=examples,
        undo=f"Run it again without it: a click under Findings on the page, --without-repair {step.id!r} in the "
        "terminal, without_repairs in Python and the API.",
        settles=repair.settles,
        step=step.model_copy(update={"told": what}),
    )


def _effect(sight: Sight, step: Step) -> tuple[int, int, tuple[Example, ...]]:
    """Rows and cells that the step touches, and a few of them before and after."""
    if isinstance(step, DropRepeats):
        dropped = int(repeated(pq.read_table(sight.path)).sum())
        return dropped, dropped * len(sight.subject.statistics.columns), ()
    if isinstance(step, DropColumn):
        return sight.subject.rows, sight.subject.rows, ()
    if isinstance(step, NullNumbers):
        column = sight.column(step.column).column(step.column)
        cells = without_numbers(column, step).null_count - column.null_count
        return cells, cells, tuple(Example(before=f"{value:.15g}", after=None) for value in step.values)
    return _of_texts(sight, step)


def _of_texts(sight: Sight, step: TextStep) -> tuple[int, int, tuple[Example, ...]]:
    texts = sight.texts(step.column)
    touched = [
        (-count, level, after)
        for level, count in zip(texts.levels, texts.counts.tolist(), strict=True)
        if (after := changed(step, level)) != level
    ]
    cells = -sum(count for count, _, _ in touched)
    repeat = [each for each in sorted(touched, key=lambda one: one[:2]) if -each[0] > 1 or _is_amount(step)]
    return cells, cells, tuple(_example(level, after) for _, level, after in repeat[:_EXAMPLES])


def _is_amount(step: Step) -> bool:
    return isinstance(step, ParseNumbers)


def _example(before: str, after: str | float | None) -> Example:
    told = after if isinstance(after, str) or after is None else f"{after:.15g}"
    return Example(before=before[:_LONGEST], after=told[:_LONGEST] if told is not None else None)


def _what(step: Step, rows: int, cells: int) -> str:
    match step:
        case DropRepeats():
            return f"{_many(rows, 'row')} that equal an earlier one in every column are left out."
        case DropColumn():
            return f"{step.column} is left out: all {rows:,} rows have the same value."
        case NullNumbers():
            values = " and ".join(f"{value:.15g}" for value in step.values)
            return f"{_many(cells, 'cell')} of {step.column} with {values} are read as missing."
        case Rewrite() if all(after is None for after in step.to.values()):
            return (
                f"{_many(cells, 'cell')} of {step.column} that say 'no value' in words are read as missing."
            )
        case Rewrite():
            return f"{_many(cells, 'cell')} of {step.column} get the spelling that most rows have."
        case Blanks():
            return f"{_many(cells, 'cell')} of {step.column} lose blanks around or inside."
        case ParseNumbers():
            unit = f", in {step.sign}" if step.sign else ""
            return f"{_many(cells, 'cell')} of {step.column} are read as the numbers that they are{unit}."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
