"""The planner that asks a language model, and takes nothing of it on trust.

The model fills the same typed plan as the built-in planner. A plan counts once it fits the tables and the code that it
makes passes the linter; what is wrong with one is told to the model at most three times. The built-in planner reads
every question as well: it answers alone where no model does, and where both read a question in the same way, that is
told as a sign of trust.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pydantic import JsonValue, ValidationError

from lakeglass.ask import codegen, lint, prompting
from lakeglass.ask.model import Understanding
from lakeglass.ask.plan import AnalysisPlan, TableContext, problems, table_of
from lakeglass.ask.planners.base import NotPlanned, PlanContext, Planned
from lakeglass.ask.planners.builtin import BuiltinPlanner
from lakeglass.ask.planners.explain import (
    assumptions_of,
    chips_of,
    estimate_of,
    restate,
    steps_of,
    without_chips,
)
from lakeglass.core.errors import (
    BudgetSpent,
    ConfigurationError,
    InvalidInput,
    RateLimited,
    TimedOut,
    TooLarge,
    Unavailable,
)
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.gateway import Gateway, Told
from lakeglass.llm.model import Options

CORRECTIONS = 3
_AGREED, _ALONE, _DIFFERS = 0.95, 0.8, 0.7
_NO_MODEL = (BudgetSpent, ConfigurationError, RateLimited, TimedOut, TooLarge, Unavailable)
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_LONGEST_MESSAGE = 600


class Refused(Exception):
    """The model says that there is no plan, and why."""


class ModelPlanner:
    """Asks the model of `access`; the built-in planner reads the question besides, and answers while no model does."""

    def __init__(self, access: ModelAccess | None = None) -> None:
        self._access = access
        self._builtin = BuiltinPlanner()

    @property
    def name(self) -> str:
        """'model'."""
        return "model"

    async def suggest(self, tables: tuple[TableContext, ...]) -> tuple[str, ...]:
        """The built-in planner's: they cost nothing and certainly plan."""
        return await self._builtin.suggest(tables)

    async def plan(self, question: str, context: PlanContext) -> Planned | NotPlanned:
        """Plan `question`. See `base.Planner`."""
        alone = await self._builtin.plan(question, context)
        if _settled(alone, context):
            return alone
        try:
            gateway = None if self._access is None else await self._access.gateway()
            if self._access is None or gateway is None or context.asker is None:
                return alone
            samples = self._access.status.send_samples
            plan = await _asked(gateway, question, context, samples=samples)
        except _NO_MODEL as error:
            return _said_alone(alone, f"No model answered, so the built-in analyst did: {error.message}")
        except Refused as refused:
            message = f"{str(refused)[:_LONGEST_MESSAGE]} (said by the model)"
            return NotPlanned(
                message=message, near_questions=alone.near_questions, understanding=alone.understanding
            )
        if plan is None:
            note = f"The model gave no usable plan in {CORRECTIONS + 1} attempts, so the built-in analyst answered."
            return _said_alone(alone, note)
        return _planned(plan, alone, context)


async def _asked(
    gateway: Gateway, question: str, context: PlanContext, *, samples: bool
) -> AnalysisPlan | None:
    """The model's plan, None when it gave none that can be used. Raises Refused."""
    messages = [prompting.instructions(context.today), prompting.described(context.tables, samples=samples)]
    if context.previous is not None:
        messages.append(prompting.before(context.previous))
    messages.append(prompting.asked(question))
    form = prompting.form(context.tables)
    assert context.asker is not None
    seen: set[str] = set()
    for attempt in range(CORRECTIONS + 1):
        options = Options(purpose="plan" if attempt == 0 else "correct")
        told = await gateway.complete(
            context.asker, context.scope, messages, options=options, form=form, run_id=context.run_id
        )
        plan, faults = _read(told, context)
        if plan is not None:
            return plan
        if told.reply.text in seen:
            return None  # it says the same again
        seen.add(told.reply.text)
        messages += prompting.corrected(attempt, told.text, faults)
    return None


def _read(told: Told, context: PlanContext) -> tuple[AnalysisPlan | None, tuple[str, ...]]:
    """The plan in a reply, or what is wrong with it. Raises Refused."""
    match = _OBJECT.search(told.reply.text)
    try:
        answer = json.loads(match[0]) if match else None
    except ValueError as error:
        return None, (f"the answer is no JSON: {error}",)
    if not isinstance(answer, dict):
        return None, ("the answer holds no JSON object",)
    given = answer.get("plan", answer if "sources" in answer else None)
    if given is None:
        message = answer.get("message")
        if isinstance(message, str) and message.strip():
            raise Refused(told.restored(message))
        return None, ("the answer has neither a plan nor a message",)
    try:
        plan = AnalysisPlan.model_validate_json(json.dumps(_restored(given, told)))
    except ValidationError as error:
        return None, tuple(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False, include_context=False)[:8]
        )
    return _usable(plan, context)


def _usable(plan: AnalysisPlan, context: PlanContext) -> tuple[AnalysisPlan | None, tuple[str, ...]]:
    """The plan, if it fits the tables and its code passes the linter; else what is wrong."""
    faults = problems(plan, context.tables)
    if faults:
        return None, faults
    table = table_of(plan, context.tables)
    source = plan.source.model_copy(update={"file": table.file, "dataset_version": table.dataset_version})
    plan = plan.model_copy(update={"sources": (source, *plan.sources[1:])})
    try:
        code = codegen.generate(plan, context.tables)
    except InvalidInput as error:
        return None, (error.message,)
    found = tuple(one.message for one in lint.check(code, context.tables) if one.severity == "error")
    return (None, found) if found else (plan, ())


def _restored(value: JsonValue, told: Told) -> JsonValue:
    """The user's own values in place of their placeholders, in every string."""
    if isinstance(value, str):
        return told.restored(value)
    if isinstance(value, list):
        return [_restored(item, told) for item in value]
    if isinstance(value, Mapping):
        return {key: _restored(item, told) for key, item in value.items()}
    return value


def _planned(plan: AnalysisPlan, alone: Planned | NotPlanned, context: PlanContext) -> Planned:
    plan = without_chips(plan, context.without) or plan
    table = table_of(plan, context.tables)
    confidence, note = _trust(plan, alone)
    own = assumptions_of(plan, table)
    plan = plan.model_copy(update={"assumptions": (*own, note) if note else own})
    return Planned(
        plan=plan,
        understanding=Understanding(
            restatement=restate(plan),
            chips=chips_of(plan, {}),
            assumptions=plan.assumptions,
            ignored=(),
            confidence=confidence,
        ),
        steps=steps_of(plan, table),
        estimate=estimate_of(table),
        near_questions=alone.near_questions,
    )


def _trust(plan: AnalysisPlan, alone: Planned | NotPlanned) -> tuple[float, str]:
    """How sure the reading is, and what the built-in analyst makes of the question."""
    if isinstance(alone, NotPlanned):
        return _ALONE, ""
    if _essence(plan) == _essence(alone.plan):
        return _AGREED, "the built-in analyst reads the question in the same way"
    return _DIFFERS, f"the built-in analyst reads it otherwise: {alone.understanding.restatement}"


def _essence(plan: AnalysisPlan) -> AnalysisPlan:
    """What is computed, whatever is said or drawn of it and in which order it is listed."""
    update: dict[str, object] = {"assumptions": (), "chart": None, "decimals": None}
    if plan.limit is None and plan.nth is None:
        update["sort"] = None
    return plan.model_copy(update=update)


def _settled(alone: Planned | NotPlanned, context: PlanContext) -> bool:
    """Whether it is about the conversation, or about how tables belong together: no model is asked for that."""
    if alone.learned is not None or alone.joined is not None:
        return True
    return isinstance(alone, NotPlanned) and (alone.answer is not None or bool(context.links))


def _said_alone(alone: Planned | NotPlanned, note: str) -> Planned | NotPlanned:
    """The built-in planner's outcome, saying that no model was heard."""
    if isinstance(alone, NotPlanned):
        return alone.model_copy(update={"message": f"{alone.message} {note}"})
    assumptions = (*alone.plan.assumptions, note)
    return alone.model_copy(
        update={
            "plan": alone.plan.model_copy(update={"assumptions": assumptions}),
            "understanding": alone.understanding.model_copy(update={"assumptions": assumptions}),
        }
    )
