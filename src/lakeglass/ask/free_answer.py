"""The answer of code that a model wrote: a plain sentence made from the result, or the model's once it is checked."""

from __future__ import annotations

from lakeglass.ask.claims import foreign_units, unsupported
from lakeglass.ask.formats import unit_of, value_text
from lakeglass.ask.model import Answer, Check, CodeContract, KeyNumber
from lakeglass.ask.plan import TableContext
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.result import TableData

_FEW = 4
_LONGEST = 600
_REPLACED = (
    "The model's sentence was replaced by a plain one: it stated {what}, which the result does not hold."
)


def compose_free(
    contract: CodeContract, result: TableData, checks: tuple[Check, ...], tables: tuple[TableContext, ...]
) -> Answer:
    """The answer in a sentence of our own."""
    units = {column.name: unit_of(column.of or "") or column.unit for column in contract.columns}
    numbers = tuple(
        KeyNumber(
            label=plain(name),
            value=result.cell(name),
            text=value_text(result.cell(name), unit=units.get(name, "")),
        )
        for name in result.columns
        if isinstance(result.cell(name), int | float)
    )
    rows = " and ".join(f"{table.statistics.rows:,} rows of {plain(table.name)}" for table in tables)
    return Answer(
        sentence=_sentence(result, numbers),
        base=f"Computed over {rows} by code that a model wrote.",
        numbers=numbers[:_FEW] if result.total == 1 else (),
        checks=checks,
    )


def _sentence(result: TableData, numbers: tuple[KeyNumber, ...]) -> str:
    if result.total == 1 and len(result.columns) <= 2 * _FEW:
        told = [f"{plain(name)} is {value_text(result.cell(name))}" for name in result.columns]
        by_label = {number.label: f"{number.label} is {number.text}" for number in numbers}
        told = [by_label.get(plain(name), text) for name, text in zip(result.columns, told, strict=True)]
        return "; ".join(told) + "."
    first = ", ".join(f"{plain(name)} {value_text(result.cell(name))}" for name in result.columns[:_FEW])
    return f"The result has {result.total:,} rows; the first is {first}."


def faults_of(
    sentence: str,
    contract: CodeContract,
    result: TableData,
    tables: tuple[TableContext, ...],
    *,
    question: str,
) -> tuple[str, ...]:
    """What a model's sentence states that the result does not back, in words that can be told back to it."""
    if not sentence.strip() or len(sentence) > _LONGEST or "\n" in sentence.strip():
        return (f"a sentence of at most {_LONGEST} characters on one line",)
    rows = [float(table.statistics.rows) for table in tables]
    units = [*(column.unit for column in contract.columns), *result.columns]
    units += [column.of for column in contract.columns if column.of]
    wrong = [f"the number {text}" for text in unsupported(sentence, result, also=rows, words=question)]
    wrong += [f"the unit {sign}" for sign in foreign_units(sentence, units, words=question)]
    wrong += [f"the address {word}" for word in sentence.split() if "://" in word or word.startswith("www.")]
    return tuple(wrong)


def with_sentence(answer: Answer, sentence: str) -> Answer:
    """The same answer in the model's words, which were checked."""
    check = Check(
        name="numbers are the result's",
        passed=True,
        detail="every number of the sentence stands in the result",
    )
    return answer.model_copy(
        update={"sentence": sentence.strip(), "stated_by": "model", "checks": (*answer.checks, check)}
    )


def replaced(answer: Answer, faults: tuple[str, ...]) -> Answer:
    """The same answer, saying that the model's sentence was not used and why."""
    return answer.model_copy(update={"notice": _REPLACED.format(what=", ".join(faults[:3]))})
