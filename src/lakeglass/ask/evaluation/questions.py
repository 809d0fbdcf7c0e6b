"""A question set: one JSON object a line, each with the fields that a right answer holds.

    {"id": "p1", "table": "penguins", "question": "average body mass by species", "operation": "mean",
     "difficulty": "easy", "rows": 3, "fields": [{"key": "Adelie", "value": 3700.66}]}

A question that has no truthful answer says `"unanswerable": true` instead of fields. The layout of published
sets is read, too: `file_name`, `level`, `concepts`, `constraints`, `format` and `common_answers` ([[name, value], …]).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from pydantic import Field as Setting

from lakeglass.core.errors import InvalidInput

Expected = bool | int | float | str | None
Difficulty = Literal["easy", "medium", "hard"]


class Field(BaseModel):
    """One checked value. Without `key` it stands in the only row of the result (or in row `row`); `key` names
    the row by the text of its other cells. `tolerance` is absolute, `relative` a share of the value; a number
    written as text ('34.65') is right when it rounds to that text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    value: Expected
    key: str | int | float | tuple[str | int | float, ...] | None = None
    row: int | None = Setting(default=None, ge=0)
    tolerance: float | None = Setting(default=None, ge=0)
    relative: float = Setting(default=1e-6, ge=0)


class Question(BaseModel):
    """A closed-form question: every field must be right; any of the `alternatives` will do as well."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Setting(coerce_numbers_to_str=True)
    table: str = Setting(validation_alias=AliasChoices("table", "file_name"))
    question: str = Setting(min_length=1)
    constraints: str = ""
    format: str = ""
    fields: tuple[Field, ...] = Setting(default=(), validation_alias=AliasChoices("fields", "common_answers"))
    alternatives: tuple[tuple[Field, ...], ...] = ()
    rows: int | None = Setting(default=None, ge=0)
    unanswerable: bool = False
    operation: str = Setting(default="other", validation_alias=AliasChoices("operation", "concepts"))
    difficulty: Difficulty = Setting(
        default="medium", validation_alias=AliasChoices("difficulty", "level"), coerce_numbers_to_str=False
    )

    @field_validator("fields", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """[[name, value], …], as published sets write it."""
        if not isinstance(value, list):
            return value
        return [
            {"name": str(f[0]), "value": f[1]} if isinstance(f, list) and len(f) == 2 else f for f in value
        ]

    @field_validator("operation", mode="before")
    @classmethod
    def _first_concept(cls, value: object) -> object:
        return str(value[0]) if isinstance(value, list) and value else value

    @property
    def asked(self) -> str:
        """The question with everything that its set says about the answer."""
        parts = [self.question, self.constraints, f"Format: {self.format}" if self.format else ""]
        return "\n".join(p.strip() for p in parts if p.strip())

    @model_validator(mode="after")
    def _checkable(self) -> Question:
        if self.unanswerable == bool(self.fields):
            raise ValueError("a question has either fields to check or 'unanswerable': true")
        return self


def read_questions(path: Path) -> tuple[Question, ...]:
    """Every question of the file, in order. Raises InvalidInput that names the line it can't read."""
    if not path.is_file():
        raise InvalidInput(f"There is no file {str(path)!r}. Give a file with one JSON question a line.")
    found: list[Question] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                if isinstance(data, dict):
                    data.setdefault("id", str(number))
                found.append(Question.model_validate(data))
            except (json.JSONDecodeError, ValidationError) as error:
                raise InvalidInput(
                    f"Line {number} of {path.name} is no question: {_reason(error)}"
                ) from error
    if not found:
        raise InvalidInput(f"{path.name} holds no question. Write one JSON object a line.")
    return tuple(found)


def _reason(error: json.JSONDecodeError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"])
        return f"{place}: {first['msg']}" if place else str(first["msg"])
    return f"it is no JSON ({error.msg})."
