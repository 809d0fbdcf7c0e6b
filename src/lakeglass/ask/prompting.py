"""What a model is told of a question: instructions, tables as data, the plan before. Scrubbing is the gateway's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from string import Template

from pydantic import JsonValue

from lakeglass.ask.plan import AnalysisPlan, Meaning, TableContext
from lakeglass.ask.plan.schema import json_schema
from lakeglass.lake.model import ColumnStatistics
from lakeglass.llm.model import JsonSchema, Message

# Values of a column that a model is shown, at most, and the longest of them. A longer one is left out, not cut: half a
# card number is found by no detector.
_VALUES = 8
_LONGEST = 60
# Wider tables show their values for these first columns only.
_WIDE = 60


def instructions(today: date) -> Message:
    """The rules, from the template beside this module."""
    content = template("plan.md", today=today.isoformat())
    return Message(key="rules", role="system", part="instruction", content=content)


def template(name: str, **values: str) -> str:
    """A prompt of the folder `prompts` with its values filled in."""
    text = files(__package__).joinpath("prompts", name).read_text(encoding="utf-8")
    return Template(text).substitute(values)


def described(tables: tuple[TableContext, ...], *, samples: bool) -> Message:
    """The tables: a line of JSON for each column, fenced as data. Columns with personal marks show no value."""
    lines = ["<data>"]
    for table in tables:
        head: dict[str, JsonValue] = {
            "table": table.name,
            "file": table.file,
            "rows": table.statistics.rows,
        }
        lines.append(fenced(head))
        # Whoever said what a column means may have seen its values.
        said = {one.name: one for one in table.meanings} if samples else {}
        for place, column in enumerate(table.statistics.columns):
            facts = dict(_facts(column, samples=samples and place < _WIDE))
            lines.append(fenced(facts | dict(_said_of(said.get(column.name)))))
    lines.append("</data>")
    return Message(key="tables", role="user", part="schema", content="\n".join(lines))


def before(plan: AnalysisPlan) -> Message:
    """The plan of the question before, which a follow-up changes."""
    content = f"The plan of the question before: {plan.model_dump_json(exclude_defaults=True)}"
    return Message(key="before", role="user", part="history", content=content)


def asked(question: str) -> Message:
    """The user's own words."""
    return Message(key="question", role="user", part="question", content=f"Question: {question}")


def form(tables: tuple[TableContext, ...]) -> JsonSchema:
    """The schema of the answer; names of columns are a closed list where there is one table."""
    plan = json_schema(tables[0]) if len(tables) == 1 else AnalysisPlan.model_json_schema()
    definitions = plan.pop("$defs", {})
    return JsonSchema(
        name="answer",
        schema_={
            "type": "object",
            "properties": {
                "plan": {"anyOf": [plan, {"type": "null"}]},
                "beyond": {"type": "string"},
                "options": {"type": "array", "items": {"type": "string"}},
                "message": {"type": "string"},
            },
            "required": ["plan", "beyond", "options", "message"],
            "additionalProperties": False,
            "$defs": definitions,
        },
    )


def _facts(column: ColumnStatistics, *, samples: bool) -> Iterator[tuple[str, JsonValue]]:
    yield "column", column.name
    yield "type", column.kind
    yield "distinct", column.distinct
    if column.nulls:
        yield "missing", column.nulls
    if column.pii:
        yield "personal", ", ".join(mark.title for mark in column.pii)
        return
    if not samples:
        return
    if column.minimum is not None:
        yield "from", column.minimum
        yield "to", column.maximum
    shown = (str(top.value) for top in column.top_values[:_VALUES])
    values: list[JsonValue] = [text for text in shown if len(text) <= _LONGEST]
    if column.kind in ("text", "boolean") and values:
        yield "values", values


def _said_of(meaning: Meaning | None) -> Iterator[tuple[str, JsonValue]]:
    """What another model made of the column, told as that."""
    if meaning is not None and meaning.meaning:
        yield "meaning, as a model sees it", meaning.meaning
    if meaning is not None and meaning.unit:
        yield "unit, as a model sees it", meaning.unit


def fenced(facts: dict[str, JsonValue]) -> str:
    """One line of JSON in which no value can close the fence around data."""
    return json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
