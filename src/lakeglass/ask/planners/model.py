"""The planner that asks a language model, and takes nothing of it on trust.

The model fills the same typed plan as the built-in planner. A plan counts once it fits the tables, the code that it
makes passes the linter, and the question speaks of its conditions; what is wrong with one is told to the model at most
three times. Where no plan can say what was asked, the model writes code; where the question can mean several things, it
asks back. The built-in planner reads every question as well: it answers alone where no model does, it decides where it
is sure and the model asks back or gives up, and where both read a question in the same way, that is told as a sign of
trust.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from lakeglass.ask import code_prompting, codegen, grounding, lint, prompting
from lakeglass.ask.grounding import Said
from lakeglass.ask.model import PlanStep, Understanding
from lakeglass.ask.plan import AnalysisPlan, TableContext, problems, table_of
from lakeglass.ask.planners.base import Coded, NotPlanned, PlanContext, Planned
from lakeglass.ask.planners.builtin import BuiltinPlanner
from lakeglass.ask.planners.explain import (
    assumptions_of,
    chips_of,
    estimate_of,
    restate,
    steps_of,
    without_chips,
)
from lakeglass.ask.replies import shown
from lakeglass.ask.writer import CodeWriter, Written
from lakeglass.core.errors import InvalidInput
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.gateway import Gateway, Told
from lakeglass.llm.model import Options
from lakeglass.llm.replies import NO_MODEL, Asker, faults_in, object_in, restored
from lakeglass.runs.model import Estimate

CORRECTIONS = 3
_AGREED, _ALONE, _DIFFERS, _CODED = 0.95, 0.8, 0.7, 0.7
_SURE = 0.9
# A reading that is worth showing beside code.
_NEAR = 0.6
_FEWEST_OPTIONS, _MOST_OPTIONS, _LONGEST_OPTION = 2, 4, 300
# Free code is not written by a generator whose pace is known.
_SLOWER = 5

Alone = Planned | NotPlanned


@dataclass(frozen=True, slots=True)
class Refused:
    """The model says that there is no answer, and why."""

    message: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The model asks back: which of these questions is meant?"""

    message: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beyond:
    """No plan can say it, for this reason."""

    reason: str


Reading = AnalysisPlan | Refused | Unclear | Beyond


class ModelPlanner:
    """Asks the model of `access`; the built-in planner reads the question besides, and answers while no model does."""

    def __init__(self, access: ModelAccess | None = None) -> None:
        self._access = access
        self._builtin: BuiltinPlanner | _Nobody = BuiltinPlanner()

    @property
    def name(self) -> str:
        """'model'."""
        return "model"

    async def suggest(self, tables: tuple[TableContext, ...]) -> tuple[str, ...]:
        """The built-in planner's: they cost nothing and certainly plan."""
        return await self._builtin.suggest(tables)

    async def plan(self, question: str, context: PlanContext) -> Planned | Coded | NotPlanned:
        """Plan `question`. See `base.Planner`."""
        alone = await self._builtin.plan(question, context)
        if _settled(alone, context):
            return alone
        try:
            gateway = None if self._access is None else await self._access.gateway()
            if self._access is None or gateway is None or context.asker is None:
                return alone
            samples = self._access.send_samples
            reading = await _asked(gateway, question, context, samples=samples)
            if isinstance(reading, Beyond):
                return await _coded(gateway, question, context, alone, reason=reading.reason, samples=samples)
        except NO_MODEL as error:
            return _said_alone(alone, f"No model answered, so the built-in analyst did: {error.message}")
        match reading:
            case None:
                return _said_alone(alone, _useless("plan"))
            case Refused():
                return _refused(reading, alone)
            case Unclear():
                return _asked_back(reading, question, alone, context)
            case _:
                return _planned(reading, question, alone, context)


class AutoPlanner(ModelPlanner):
    """The model's planner while one is set up, the built-in one while none is: the settings may change at any time."""

    @property
    def name(self) -> str:
        """Whose turn it is now."""
        return "model" if self._access is not None and self._access.configured else "builtin"


class LoneModelPlanner(ModelPlanner):
    """The model with nobody beside it: for measuring what it is worth. Where it gives nothing, there is no answer."""

    def __init__(self, access: ModelAccess | None = None) -> None:
        super().__init__(access)
        self._builtin = _Nobody()

    @property
    def name(self) -> str:
        """'model-alone'."""
        return "model-alone"

    async def plan(self, question: str, context: PlanContext) -> Planned | Coded | NotPlanned:
        """Plan `question`. See `base.Planner`."""
        planned = await super().plan(question, context)
        if isinstance(planned, NotPlanned) and planned.fallback:
            return planned.model_copy(update={"message": "The model alone gave no answer."})
        return planned


class _Nobody:
    """A planner that reads no question."""

    def __init__(self, access: ModelAccess | None = None) -> None:
        self._access = access

    @property
    def name(self) -> str:
        return "nobody"

    async def suggest(self, tables: tuple[TableContext, ...]) -> tuple[str, ...]:  # noqa: ARG002  the protocol's
        return ()

    async def plan(self, question: str, context: PlanContext) -> NotPlanned:  # noqa: ARG002  the protocol's
        return NotPlanned(
            message="Nobody was asked.",
            understanding=Understanding(restatement="", chips=(), assumptions=(), confidence=0.0),
        )


def _useless(what: str) -> str:
    return f"The model gave no usable {what} in {CORRECTIONS + 1} attempts, so the built-in analyst answered."


async def _asked(gateway: Gateway, question: str, context: PlanContext, *, samples: bool) -> Reading | None:
    """What the model makes of the question, None when it said nothing that can be used."""
    messages = [prompting.instructions(context.today), prompting.described(context.tables, samples=samples)]
    if context.previous is not None:
        messages.append(prompting.before(context.previous))
    messages.append(prompting.asked(question))
    form = prompting.form(context.tables)
    assert context.asker is not None
    seen: set[str] = set()
    said = _said(question, context)
    for attempt in range(CORRECTIONS + 1):
        options = Options(purpose="plan" if attempt == 0 else "correct")
        told = await gateway.complete(
            context.asker, context.scope, messages, options=options, form=form, run_id=context.run_id
        )
        reading, faults = _read(told, question, context, said)
        if reading is not None:
            return reading
        if told.reply.text in seen:
            return None  # it says the same again
        seen.add(told.reply.text)
        messages += code_prompting.told_back(attempt, told.text, faults)
    return None


def _said(question: str, context: PlanContext) -> Said:
    """The user's words that conditions are looked for in: a follow-up goes on with those before it."""
    earlier = [exchange.question for exchange in context.earlier[-3:]] if context.previous is not None else []
    taught = [word.phrase for table in context.tables for word in table.taught]
    return Said(question, *earlier, *taught)


def _read(
    told: Told, question: str, context: PlanContext, said: Said
) -> tuple[Reading | None, tuple[str, ...]]:
    """The reading in a reply, or what is wrong with it."""
    answer = object_in(told)
    if isinstance(answer, str):
        return None, (answer,)
    given = answer.get("plan", answer if "sources" in answer else None)
    if given is None:
        return _without_plan(answer, told, question)
    try:
        plan = AnalysisPlan.model_validate_json(json.dumps(restored(given, told)))
    except ValidationError as error:
        return None, faults_in(error)
    except RecursionError:
        return None, ("the plan is nested too deeply",)
    return _usable(plan, context, said)


def _without_plan(
    answer: dict[str, JsonValue], told: Told, question: str
) -> tuple[Reading | None, tuple[str, ...]]:
    # Looked at with placeholders: an address that is left then is not the user's own.
    message = told.restored(shown(answer.get("message")))
    given = answer.get("options")
    options = _options(given, question) if isinstance(given, list) else ()
    options = tuple(told.restored(one) for one in options)
    if len(options) >= _FEWEST_OPTIONS:
        return Unclear(message or "Which one do you mean?", options), ()
    beyond = answer.get("beyond")
    if isinstance(beyond, str) and beyond.strip():
        return Beyond(shown(restored(beyond, told)) or "no plan can say it"), ()
    if message:
        return Refused(message), ()
    return None, ("the answer has neither a plan nor options nor a message",)


def _options(given: list[JsonValue], question: str) -> tuple[str, ...]:
    """Questions to choose from: each about what was asked, none the question itself, none leading elsewhere."""
    said = Said(question)
    kept: dict[str, str] = {}
    for one in given:
        text = shown(one)
        about = sum(1 for word in Said(text).words if len(word) > 2 and word in said.words)
        if text and len(text) <= _LONGEST_OPTION and about and text.casefold() != question.strip().casefold():
            kept.setdefault(text.casefold(), text)
    return tuple(kept.values())[:_MOST_OPTIONS]


def _usable(
    plan: AnalysisPlan, context: PlanContext, said: Said
) -> tuple[AnalysisPlan | None, tuple[str, ...]]:
    """The plan, if it fits the tables and its code passes the linter; else what is wrong."""
    faults = problems(plan, context.tables) or grounding.faults(plan, context.tables, said)
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


async def _coded(
    gateway: Gateway, question: str, context: PlanContext, alone: Alone, *, reason: str, samples: bool
) -> Planned | Coded | NotPlanned:
    """Code for what no plan can say; not where the built-in planner can."""
    if _sure(alone):
        return _said_alone(alone, "The model would write code for it, but a plan says it: it was used.")
    assert context.asker is not None
    writer = CodeWriter(gateway, Asker(context.asker, context.scope, context.run_id), values=samples)
    written = await writer.write(question, context.tables, context.today, said=_said(question, context))
    if written is None:
        return _said_alone(alone, _useless("code"))
    if isinstance(written, str):
        return _refused(Refused(written), alone)
    free = _free(written, question, context, reason)
    if isinstance(alone, Planned) and alone.understanding.confidence >= _NEAR:
        return free.model_copy(update={"second": alone.plan})
    return free


def _free(written: Written, question: str, context: PlanContext, reason: str) -> Coded:
    steps = tuple(
        PlanStep(
            id=f"code:{number}",
            title=shown(step.title) or f"Step {number}",
            detail=shown(
                f"reads {', '.join(step.inputs) or 'the table'}; gives {step.output or 'the next table'}"
            ),
        )
        for number, step in enumerate(written.steps, start=1)
    )
    state = PlanStep(id="state", title="Check and state the answer", detail="every number against the result")
    known = [estimate_of(table) for table in context.tables]
    estimate = Estimate(
        seconds_low=sum(one.seconds_low for one in known),
        seconds_high=_SLOWER * sum(one.seconds_high for one in known),
        rows=sum(table.statistics.rows for table in context.tables),
    )
    assumptions = tuple(text for one in written.assumptions[:8] if (text := shown(one)))
    note = f"no plan can say this, so a model wrote the code: {reason}"
    return Coded(
        code=written.code,
        contract=written.contract(reason),
        understanding=Understanding(
            restatement=shown(question) or "As asked",
            chips=(),
            assumptions=(*assumptions, note),
            confidence=_CODED,
        ),
        steps=(*steps, state),
        estimate=estimate,
    )


def _refused(refused: Refused, alone: Alone) -> Planned | NotPlanned:
    """The model's 'no', unless the built-in planner surely reads the question."""
    if _sure(alone):
        return _said_alone(alone, "The model gave no plan, so the built-in analyst answered.")
    return NotPlanned(
        message=f"{refused.message} (said by the model)",
        author="model",
        near_questions=alone.near_questions,
        understanding=alone.understanding,
    )


def _asked_back(unclear: Unclear, question: str, alone: Alone, context: PlanContext) -> Planned | NotPlanned:
    """The model's question back, unless one reading is sure or the user chose this question from such options."""
    if _sure(alone):
        return _said_alone(alone, "The model asked back, but the words leave one reading, which was used.")
    last = context.earlier[-1] if context.earlier else None
    if last is not None and question in last.near_questions:
        return _said_alone(alone, "The model asked back twice, so the built-in analyst answered.")
    return NotPlanned(
        message=f"{unclear.message} (asked by the model)",
        author="model",
        reason="ambiguous",
        near_questions=unclear.options,
        understanding=alone.understanding,
    )


def _sure(alone: Alone) -> bool:
    """Whether the built-in planner reads every word of the question, and in one way."""
    if isinstance(alone, NotPlanned):
        return False
    return alone.understanding.confidence >= _SURE and not alone.understanding.ignored


def _planned(plan: AnalysisPlan, question: str, alone: Alone, context: PlanContext) -> Planned | NotPlanned:
    said = _said(question, context)
    plan, left = grounding.grounded(plan, said)
    if _sure(alone) and isinstance(alone, Planned) and (left or _strange(plan, alone.plan, said)):
        return _said_alone(
            alone, f"The model reads it otherwise ({restate(plan)}), which the question does not say."
        )
    if problems(plan, context.tables):
        return _said_alone(alone, _useless("plan"))
    plan = without_chips(plan, context.without) or plan
    table = table_of(plan, context.tables)
    confidence, note = _trust(plan, alone)
    same = isinstance(alone, Planned) and _essence(plan) == _essence(alone.plan)
    told = tuple(text for one in plan.assumptions if (text := shown(one)))
    own = assumptions_of(plan.model_copy(update={"assumptions": told}), table)
    notes = [f"left out, since the question does not say it: {words}" for words in left]
    plan = plan.model_copy(update={"assumptions": (*own, *notes, *([note] if note else []))})
    return Planned(
        plan=plan,
        author="model",
        second=plan if same else alone.plan if isinstance(alone, Planned) else None,
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


def _strange(plan: AnalysisPlan, sure: AnalysisPlan, said: Said) -> bool:
    """Whether the plan reads columns that neither the question nor the sure plan speaks of."""
    known = set(sure.columns_read()) | {derive.name for derive in sure.derive}
    return any(name not in known and not said.column(name) for name in plan.columns_read())


def _trust(plan: AnalysisPlan, alone: Alone) -> tuple[float, str]:
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


def _settled(alone: Alone, context: PlanContext) -> bool:
    """Whether it is about the conversation, about how tables belong together, or work for Build: no model is asked."""
    if alone.learned is not None or alone.joined is not None:
        return True
    if not isinstance(alone, NotPlanned):
        return False
    return alone.answer is not None or alone.build is not None or bool(context.links)


def _said_alone(alone: Alone, note: str) -> Planned | NotPlanned:
    """The built-in planner's outcome, saying that no model was heard."""
    if isinstance(alone, NotPlanned):
        return alone.model_copy(update={"message": f"{alone.message} {note}", "fallback": note})
    assumptions = (*alone.plan.assumptions, note)
    return alone.model_copy(
        update={
            "fallback": note,
            "plan": alone.plan.model_copy(update={"assumptions": assumptions}),
            "understanding": alone.understanding.model_copy(update={"assumptions": assumptions}),
        }
    )
