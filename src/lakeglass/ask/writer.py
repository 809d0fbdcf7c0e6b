"""A model writes code, mends it and words its result; nothing that it says is used before it was checked."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from lakeglass.ask import code_prompting, lint, prompting
from lakeglass.ask.code_grounding import other_columns, unspoken
from lakeglass.ask.faults import Fault
from lakeglass.ask.free_answer import faults_of
from lakeglass.ask.grounding import Said
from lakeglass.ask.model import CodeContract, ErrorClass, ResultColumn
from lakeglass.ask.plan import TableContext
from lakeglass.ask.replies import shown
from lakeglass.ask.result import TableData
from lakeglass.llm.gateway import Gateway, Told
from lakeglass.llm.model import JsonSchema, Message, Options, Purpose
from lakeglass.llm.replies import Asker, faults_in, object_in, restored

TRIES = 4
_WORDINGS = 2


class _Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str = Field(min_length=1)
    inputs: tuple[str, ...] = ()
    output: str = ""


class Written(BaseModel):
    """Code as a model gives it, with what it promises; `steps` come first, so there is a plan before any code."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    steps: tuple[_Step, ...] = Field(min_length=1, max_length=20)
    code: str = Field(min_length=1)
    columns: tuple[ResultColumn, ...] = Field(min_length=1, max_length=200)
    rows: Literal["one", "many"]
    unfiltered: bool = False
    assumptions: tuple[str, ...] = ()

    def contract(self, reason: str) -> CodeContract:
        """What the code promises."""
        return CodeContract(
            reason=shown(reason),
            rows=self.rows,
            columns=self.columns,
            unfiltered=self.unfiltered,
            figure=_assigns(self.code, "fig"),
        )


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that failed: its code, why, and what it had printed."""

    code: str
    fault: Fault
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Mended:
    """Code that differs from all that was tried. `fault` is what the linter has against it: then it never runs."""

    code: str
    why: str
    diff: str
    fault: Fault | None


class CodeWriter:
    """Asks the model behind `gateway` for one asker; `values` says whether anything of cells may be sent."""

    def __init__(self, gateway: Gateway, asker: Asker, *, values: bool) -> None:
        self._gateway = gateway
        self._asker = asker
        self._values = values

    async def write(
        self, question: str, tables: tuple[TableContext, ...], today: date, *, said: Said
    ) -> Written | str | None:
        """Code for `question`; the model's own words when the tables can't answer it, None when it gave none of use.

        Raises what `Gateway.complete` raises.
        """
        messages = [code_prompting.code_rules(today), *self._about(question, tables)]
        for attempt in range(TRIES):
            told = await self._ask(
                messages, "code" if attempt == 0 else "correct", form=code_prompting.code_form()
            )
            written, faults = _read(told)
            if isinstance(written, str):
                return written
            if written is not None:
                faults = _against(written.code, tables, said)
                if not faults:
                    return written
            messages += code_prompting.told_back(attempt, told.text, faults)
        return None

    async def correct(
        self,
        question: str,
        tables: tuple[TableContext, ...],
        today: date,
        *,
        contract: CodeContract | None,
        failed: Sequence[Failed],
    ) -> Mended | None:
        """The code of the last of `failed` mended; None when the model repeats itself or says nothing of use.

        Only the last code and its error are sent, not the whole history. Raises what `Gateway.complete` raises.
        """
        last = failed[-1]
        messages = [code_prompting.correction_rules(today), *self._about(question, tables)]
        if contract is not None:
            messages.append(code_prompting.promised(contract))
        messages.append(
            code_prompting.failed(
                len(failed), last.code, last.fault, printed=last.printed, values=self._values
            )
        )
        told = await self._ask(messages, "correct", form=code_prompting.correction_form())
        answer = object_in(told)
        code = restored(answer.get("code"), told) if not isinstance(answer, str) else None
        if isinstance(answer, str) or not isinstance(code, str) or not code.strip():
            return None
        if any(same_code(code, one.code) for one in failed):
            return None
        faults = _against(code, tables, Said(question), before=last.code)
        fault = None if not faults else Fault(kind=_lint_class(code), message=faults[0], hints=faults[:5])
        why = told.restored(shown(answer.get("why")))
        return Mended(code=code, why=why, diff=diff_of(last.code, code, len(failed)), fault=fault)

    async def word(
        self, question: str, contract: CodeContract, result: TableData, tables: tuple[TableContext, ...]
    ) -> tuple[str | None, tuple[str, ...]]:
        """A sentence that states the result and passed every check, or None and what the last one stated wrongly.

        Raises what `Gateway.complete` raises.
        """
        messages = [
            code_prompting.answer_rules(),
            prompting.asked(question),
            code_prompting.shown_result(result),
        ]
        faults: tuple[str, ...] = ()
        for attempt in range(_WORDINGS):
            told = await self._ask(messages, "answer", form=code_prompting.answer_form())
            answer = object_in(told)
            sentence = restored(answer.get("sentence"), told) if not isinstance(answer, str) else ""
            said = sentence.strip() if isinstance(sentence, str) else ""
            faults = faults_of(said, contract, result, tables, question=question)
            if not faults:
                return said, ()
            messages += code_prompting.told_back(attempt, told.text, faults)
        return None, faults

    def _about(self, question: str, tables: tuple[TableContext, ...]) -> tuple[Message, Message]:
        return prompting.described(tables, samples=self._values), prompting.asked(question)

    async def _ask(self, messages: Sequence[Message], purpose: Purpose, *, form: JsonSchema) -> Told:
        asker, options = self._asker, Options(purpose=purpose, max_tokens=8192)
        return await self._gateway.complete(
            asker.who, asker.scope, messages, options=options, form=form, run_id=asker.run_id
        )


def _read(told: Told) -> tuple[Written | str | None, tuple[str, ...]]:
    """The code in a reply, or the model's own 'no', or what is wrong with the reply."""
    answer = object_in(told)
    if isinstance(answer, str):
        return None, (answer,)
    if not answer.get("code"):
        message = told.restored(shown(answer.get("message")))
        return (message, ()) if message else (None, ("the answer has neither code nor a message",))
    try:
        return Written.model_validate(_plain(restored(answer, told))), ()
    except ValidationError as error:
        return None, faults_in(error)


def _plain(value: JsonValue) -> JsonValue:
    """Columns without fields that we do not know: a model may add what it likes."""
    if not isinstance(value, Mapping):
        return value
    columns = value.get("columns")
    if not isinstance(columns, list):
        return dict(value)
    fields = ResultColumn.model_fields
    kept: list[JsonValue] = [
        {k: v for k, v in one.items() if k in fields} if isinstance(one, dict) else one for one in columns
    ]
    return {**value, "columns": kept}


def _against(
    code: str, tables: tuple[TableContext, ...], said: Said, *, before: str | None = None
) -> tuple[str, ...]:
    """What the linter has against code, and what it does that neither the question nor the code `before` speaks of."""
    found = [
        f"line {one.line}: {one.message}"
        for one in lint.check(code, tables, origin="model")
        if one.severity == "error"
    ]
    if not found:
        strange = [*unspoken(code, tables, said)]
        strange += other_columns(code, before, tables, said) if before is not None else ()
        found = [f"the question does not speak of {value}" for value in strange]
    return tuple(found)


def _lint_class(code: str) -> ErrorClass:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "syntax"
    return "not allowed"


def same_code(first: str, second: str) -> bool:
    """Whether two scripts do the same: comments and layout count for nothing."""
    if first.strip() == second.strip():
        return True
    try:
        return ast.dump(ast.parse(first)) == ast.dump(ast.parse(second))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " ".join(first.split()) == " ".join(second.split())


def diff_of(before: str, after: str, number: int) -> str:
    """The unified diff from attempt `number` to the next one."""
    lines = difflib.unified_diff(
        before.splitlines(),
        after.splitlines(),
        fromfile=f"attempt {number}",
        tofile=f"attempt {number + 1}",
        lineterm="",
    )
    return "\n".join(lines)


def _assigns(code: str, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(ast.parse(code))
    )
