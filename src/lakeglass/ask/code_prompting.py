"""What a model is told when it writes, mends or words: rules from the templates, everything else fenced as data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

from pydantic import JsonValue

from lakeglass.ask.faults import Fault
from lakeglass.ask.model import CodeContract, ResultColumn
from lakeglass.ask.prompting import fenced, template
from lakeglass.ask.result import TableData
from lakeglass.llm.model import JsonSchema, Message

# Larger tables are read by DuckDB, which aggregates before pandas holds anything.
LARGE = 2_000_000
_ROWS = 30
_COLUMNS = 12
_LONGEST = 80
_PRINTED = 1_000


def code_rules(today: date) -> Message:
    """How code is written."""
    content = template("code.md", today=today.isoformat(), large=f"{LARGE:,}")
    return Message(key="rules", role="system", part="instruction", content=content)


def code_form() -> JsonSchema:
    """The form of an answer with code."""
    text: JsonValue = {"type": "string"}
    texts: JsonValue = {"type": "array", "items": text}
    step: JsonValue = {
        "type": "object",
        "properties": {"title": text, "inputs": texts, "output": text},
        "required": ["title", "inputs", "output"],
        "additionalProperties": False,
    }
    column = ResultColumn.model_json_schema()
    column["required"] = list(column["properties"])
    properties: dict[str, JsonValue] = {
        "steps": {"type": "array", "items": step},
        "code": text,
        "columns": {"type": "array", "items": column},
        "rows": {"enum": ["one", "many"]},
        "unfiltered": {"type": "boolean"},
        "assumptions": texts,
        "message": text,
    }
    return answer("code", properties)


def correction_rules(today: date) -> Message:
    """How code is mended."""
    content = template("correct.md", today=today.isoformat())
    return Message(key="rules", role="system", part="instruction", content=content)


def correction_form() -> JsonSchema:
    """The form of an answer with mended code."""
    return answer("correction", {"why": {"type": "string"}, "code": {"type": "string"}})


def promised(contract: CodeContract) -> Message:
    """What the code has to bring back."""
    content = f"The promised result: {contract.model_dump_json(include={'rows', 'columns'})}"
    return Message(key="contract", role="user", part="instruction", content=content)


def failed(number: int, code: str, fault: Fault, *, printed: str, values: bool) -> Message:
    """The code that failed and why. Without `values`, only what holds none: class, kind of error, line, hints."""
    hints = [hint for hint in fault.hints if values or _names_code(hint, code)]
    facts: dict[str, JsonValue] = {"class": fault.kind, "hints": [*hints]}
    if fault.name:
        facts |= {"error": fault.name, "line": fault.line}
    if values:
        facts |= {"message": fault.message, "printed": printed[-_PRINTED:]}
    content = (
        f"This code failed (attempt {number}):\n```python\n{code}\n```\nWhat came of it:\n"
        f"<data>\n{fenced(facts)}\n</data>"
    )
    return Message(key="failed", role="user", part="error", content=content)


def _names_code(hint: str, code: str) -> bool:
    """Whether what a hint quotes first, if anything, stands in the code: else it may be a value of a cell."""
    quoted = re.search(r"'([^']*)'", hint)
    return quoted is None or quoted[1] in code


def answer_rules() -> Message:
    """How a result is put into words."""
    return Message(key="rules", role="system", part="instruction", content=template("answer.md"))


def answer_form() -> JsonSchema:
    """The form of an answer in words."""
    return answer("sentence", {"sentence": {"type": "string"}})


def shown_result(result: TableData) -> Message:
    """The head of the result, a line of JSON for each row."""
    columns = result.columns[:_COLUMNS]
    lines = [fenced({"columns": [*columns], "rows": result.total})]
    for row in result.rows[:_ROWS]:
        cells = [cell[:_LONGEST] if isinstance(cell, str) else cell for cell in row[:_COLUMNS]]
        lines.append(json.dumps(cells, ensure_ascii=False).replace("<", "\\u003c"))
    return Message(key="result", role="user", part="error", content="\n".join(["<data>", *lines, "</data>"]))


def told_back(number: int, reply: str, faults: Sequence[str]) -> tuple[Message, Message]:
    """What the model said before, and what was wrong with it: quoted as data, since it may repeat the data's words."""
    told = "\n".join(fenced({"fault": one[:500]}) for one in faults[:10])
    return (
        Message(key=f"reply:{number}", role="assistant", part="history", content=reply[:20_000]),
        Message(
            key=f"problems:{number}",
            role="user",
            part="error",
            content=f"That can't be used. Answer again, in the same form, without these faults:\n<data>\n{told}\n"
            "</data>",
        ),
    )


def answer(name: str, properties: dict[str, JsonValue]) -> JsonSchema:
    """The form of an answer: an object with exactly these properties."""
    return JsonSchema(
        name=name,
        schema_={
            "type": "object",
            "properties": properties,
            "required": [*properties],
            "additionalProperties": False,
        },
    )
