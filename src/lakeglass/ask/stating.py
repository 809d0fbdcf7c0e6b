"""Is the result of free code possible, and what is said of it: by the model where its sentence holds, else by rule."""

from __future__ import annotations

from lakeglass.ask.execution import table_of_result
from lakeglass.ask.faults import Fault, of_execution
from lakeglass.ask.free_answer import compose_free, replaced, with_sentence
from lakeglass.ask.free_checks import check_free
from lakeglass.ask.model import Answer, CodeContract
from lakeglass.ask.plan import TableContext
from lakeglass.ask.result import TableData
from lakeglass.ask.writer import CodeWriter
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.replies import NO_MODEL, Asker
from lakeglass.sandbox.base import Execution

Tables = tuple[TableContext, ...]


def judged(execution: Execution, tables: Tables, contract: CodeContract | None) -> Fault | None:
    """What is wrong with an execution; the result of free code is checked as well, before anybody sees an answer."""
    result = table_of_result(execution)
    fault = of_execution(execution, tables, contract=contract, result=result)
    if fault is not None or contract is None or result is None or execution.status != "ok":
        return fault
    failed = [check for check in check_free(contract, result, tables) if not check.passed]
    if not failed:
        return None
    return Fault(
        kind="implausible",
        message=f"The result can't be right: {failed[0].name}: {failed[0].detail}.",
        hints=tuple(f"this check failed: {check.name}" for check in failed),
    )


def judged_edited(execution: Execution, tables: Tables) -> Fault | None:
    """What is wrong with code that a person wrote: its errors only, what it brings back is their own matter."""
    if execution.status == "ok":
        return None
    return of_execution(execution, tables, contract=None, result=None)


async def stated(
    question: str,
    contract: CodeContract,
    result: TableData,
    tables: Tables,
    *,
    asker: Asker,
    access: ModelAccess | None,
) -> Answer:
    """The answer of free code. The model's sentence is used only if every number in it stands in the result.

    Where no value may leave this machine, no model is asked for a sentence.
    """
    answer = compose_free(contract, result, check_free(contract, result, tables), tables)
    if access is None or not access.send_samples:
        return answer
    try:
        gateway = await access.gateway()
        if gateway is None:
            return answer
        writer = CodeWriter(gateway, asker, values=True)
        sentence, faults = await writer.word(question, contract, result, tables)
    except NO_MODEL:
        return answer
    return replaced(answer, faults) if sentence is None else with_sentence(answer, sentence)
