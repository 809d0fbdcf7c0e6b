"""The planner that needs no model: words to typed tokens, tokens to a plan, or an honest refusal."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock

from lakeglass.ask.language import (
    Draft,
    Schema,
    ignored_words,
    in_grammar,
    lexicon,
    schema_of,
    understand,
    unheard,
)
from lakeglass.ask.language.brief import Brief, read_brief
from lakeglass.ask.language.prose import Prose, cells, read_prose
from lakeglass.ask.model import Answer, Chip, Understanding
from lakeglass.ask.plan import AnalysisPlan, Derive, Source, TableContext, problems
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.planners.base import NotPlanned, PlanContext, Planned, TableLink
from lakeglass.ask.planners.building import for_build
from lakeglass.ask.planners.conversation import answer_remark, told
from lakeglass.ask.planners.doubts import misheard, trusted
from lakeglass.ask.planners.explain import (
    assumptions_of,
    chips_of,
    estimate_of,
    restate,
    steps_of,
    without_chips,
)
from lakeglass.ask.planners.followups import follow_up, measure_condition
from lakeglass.ask.planners.foreign import as_said
from lakeglass.ask.planners.joining import (
    ask_for_join,
    both_sides,
    chosen,
    evidence,
    fan_out,
    no_join,
    told_join,
)
from lakeglass.ask.planners.near import near_questions
from lakeglass.ask.planners.recall import said
from lakeglass.ask.planners.references import Reference, refer, with_reference
from lakeglass.ask.planners.several import more, read_several, with_strength
from lakeglass.core.errors import InvalidInput
from lakeglass.llm.access import ModelAccess

THRESHOLD = 0.55
_SURE = 0.9
_KEPT_SCHEMAS = 32
_LONG = 14  # words, from which a single sentence may be read as prose
_MOST_READINGS = 24  # of the parts of a long question, so that planning stays quick


class BuiltinPlanner:
    """Deterministic: the same question on the same dataset version gives the same plan."""

    def __init__(self, access: ModelAccess | None = None) -> None:  # noqa: ARG002  asks nobody
        self._lexicon = lexicon("en")
        self._schemas: OrderedDict[tuple[str, str], Schema] = OrderedDict()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """'builtin'."""
        return "builtin"

    async def suggest(self, tables: tuple[TableContext, ...]) -> tuple[str, ...]:
        """Questions to start with, each of them tried."""
        today = date(2000, 1, 1)  # no suggestion is about 'today'
        found: list[str] = []
        for table in tables:
            schema = self._schema(table)
            found += self._questions(Draft(schema=schema, items=[], today=today), schema, today, "")
        return tuple(dict.fromkeys(found))[:4]

    async def plan(self, question: str, context: PlanContext) -> Planned | NotPlanned:
        """Plan `question` over the first table that it fits. See `base.Planner`."""
        if not context.tables:
            raise InvalidInput("There is no table to ask about. Upload a file or choose a dataset first.")
        outcome = self._plan(question, context)
        schemas = (self._schema(table) for table in _latest_first(context.tables, context))
        return for_build(question, outcome, schemas, plans=self._plans)

    def _plans(self, question: str, schema: Schema) -> bool:
        tried = understand(question, schema, date(2000, 1, 1))
        return plan_of(tried) is not None and tried.confidence >= THRESHOLD

    def _plan(self, question: str, context: PlanContext) -> Planned | NotPlanned:
        link = chosen(question, context.links)
        if link is not None:
            return self._confirmed(link, context)
        confirmed = [k for k in context.links if k.confirmed and k.table is not None]
        alone = self._over(question, _latest_first(context.tables, context), context)
        if _is_sure(alone) or not context.links:
            return alone
        for each in confirmed:
            joined = self._joined(question, each, context)
            if joined is not None and _better(joined, alone):
                return joined
        return self._asking(question, alone, context)

    def _over(
        self, question: str, tables: Sequence[TableContext], context: PlanContext
    ) -> Planned | NotPlanned:
        """The first table that the question fits."""
        first: NotPlanned | None = None
        for table in tables:
            outcome = answer_remark(question, table, context, self) or self.read(question, table, context)
            if isinstance(outcome, Planned) or outcome.answer is not None or outcome.learned is not None:
                return outcome
            first = first or outcome
        assert first is not None
        return first

    def _joined(self, question: str, link: TableLink, context: PlanContext) -> Planned | NotPlanned | None:
        """The question over both tables of a link; None when it does not plan there, or needs only one of them."""
        assert link.table is not None
        outcome = answer_remark(question, link.table, context, self) or self.read(
            question, link.table, context
        )
        if not isinstance(outcome, Planned) or not both_sides(outcome.plan):
            return None
        plan = fan_out(outcome.plan, link, question)
        if isinstance(plan, NotPlanned):
            return plan
        if plan != outcome.plan:
            draft = Draft(schema=self._schema(link.table), items=[], today=context.today)
            outcome = self.finish(plan, draft, link.table, context)
        return told_join(outcome, link)

    def _asking(
        self, question: str, alone: Planned | NotPlanned, context: PlanContext
    ) -> Planned | NotPlanned:
        """Which join is meant, when the question needs one that nobody has confirmed; else what came of it alone."""
        open_links = tuple(k for k in context.links if not k.confirmed)
        for link in open_links:
            if link.table is None:
                continue
            joined = self._joined(question, link, context)
            if joined is not None and _better(joined, alone):
                same = tuple(
                    k for k in open_links if {k.left, k.right} == {link.left, link.right} and k.table
                )
                return joined if isinstance(joined, NotPlanned) else ask_for_join(same[:3])
        return alone

    def _confirmed(self, link: TableLink, context: PlanContext) -> Planned | NotPlanned:
        """A join that a person chose: kept, and the question that needed it answered."""
        link = link.model_copy(update={"confirmed": True})
        if link.table is None or not link.right_unique:
            return no_join(link)
        last = context.earlier[-1] if context.earlier else None
        if last is not None and last.plan is None:
            again = self._joined(
                last.question, link, context.model_copy(update={"earlier": context.earlier[:-1]})
            )
            if again is not None:
                return again.model_copy(update={"joined": link})
        sentence = f"{plain(link.left)} and {plain(link.right)} are joined from now on. {evidence(link)}."
        return said(Answer(sentence=sentence)).model_copy(update={"joined": link})

    def schema(self, table: TableContext) -> Schema:
        """The prepared table; kept for the last few dataset versions."""
        return self._schema(table)

    def finish(self, plan: AnalysisPlan, draft: Draft, table: TableContext, context: PlanContext) -> Planned:
        """A plan with its words, less the chips that the user removed."""
        return _planned(without_chips(plan, context.without) or plan, draft, table, ())

    def read(self, question: str, table: TableContext, context: PlanContext) -> Planned | NotPlanned:
        """Plan a question about one table, in any language; what is said about the conversation is not looked for."""
        reading = in_grammar(question, self._schema(table))
        if reading is None:
            return self._read(question, table, context)
        return as_said(self._read(reading.text, table, context), reading)

    def _read(self, question: str, table: TableContext, context: PlanContext) -> Planned | NotPlanned:
        schema = self._schema(table)
        reference = refer(question, context.earlier, schema)
        if reference is not None:
            return self._referring(reference, question, table, context)
        plan, draft = self._understood(question, schema, context.today)
        if context.previous is not None and context.previous.source.name == table.name:
            changed = follow_up(question, context.previous, schema, context.today, alone=plan)
            if changed is not None:
                plan, draft = changed
                draft.lost = unheard(draft, plan)
        if plan is None or draft.confidence < THRESHOLD or misheard(draft):
            return self._refuse(draft, schema, context.today)
        plan = without_chips(plan, context.without)
        if plan is None:
            return self._refuse(draft, schema, context.today)
        near = self._questions(draft, schema, context.today, question)
        taught = _taught(draft, schema, question)
        plan = plan.model_copy(update={"assumptions": (*taught, *plan.assumptions)})
        return _planned(plan, draft, table, near)

    def _understood(self, question: str, schema: Schema, today: date) -> tuple[AnalysisPlan | None, Draft]:
        """The question as one task or, where it asks for more, as several; and how it was read."""
        brief = read_brief(question, self._lexicon)

        known: dict[str, tuple[AnalysisPlan | None, Draft]] = {}

        def read(text: str) -> tuple[AnalysisPlan | None, Draft]:
            if text not in known and len(known) >= _MOST_READINGS:
                return None, Draft(schema=schema, items=[], today=today)
            if text not in known:
                draft = understand(text, schema, today)
                known[text] = with_strength(plan_of(draft), brief.strength), draft
            return known[text]

        plan, draft = read(brief.text if brief.sentences else question)
        whole = draft
        if len(brief.sentences) > 1 or plan is None or draft.confidence < THRESHOLD:
            several = read_several(brief, read)
            if several is not None and (plan is None or draft.confidence < THRESHOLD or more(several, plan)):
                plan, draft = several.plan, several.draft
        if plan is not None:
            draft.lost = unheard(whole, plan)
        long = _as_prose(question, brief, schema)
        if long is not None and _says_more(long, plan, draft):
            return long.plan, Draft(schema=schema, items=[], today=today, confidence=long.confidence)
        return plan, draft

    def _referring(
        self, reference: Reference, question: str, table: TableContext, context: PlanContext
    ) -> Planned | NotPlanned:
        """A question about what the answer before showed: the rest of it, with those conditions."""
        if reference.problem:
            return told(reference.problem)
        schema = self._schema(table)
        draft = Draft(schema=schema, items=[], today=context.today)
        kept = context.previous and measure_condition(reference.rests[0], context.previous, schema)
        if kept is not None and not problems(kept, (table,)):
            return self.finish(kept, draft, table, context)
        for rest in reference.rests:
            plan = context.previous
            if rest:
                draft = understand(rest, schema, context.today)
                plan = plan_of(draft)
                if context.previous is not None:
                    changed = follow_up(rest, context.previous, schema, context.today, alone=plan)
                    plan, draft = changed if changed is not None else (plan, draft)
            made = with_reference(plan, reference) if plan is not None else None
            if made is not None and draft.confidence >= THRESHOLD and not problems(made, (table,)):
                return self.finish(made, draft, table, context)
        return told(
            f"“{plain(question)}” refers to the answer before, but it is not clear what is asked about it."
        )

    def _refuse(self, draft: Draft, schema: Schema, today: date) -> NotPlanned:
        message = draft.problems[0].message if draft.problems else _unsure(draft)
        near = self._questions(draft, schema, today, "")
        understanding = Understanding(
            restatement="",
            chips=(),
            ignored=ignored_words(draft),
            confidence=round(min(draft.confidence, 0.5), 2),
        )
        first = draft.problems[0] if draft.problems else None
        # What is not there, or not supported, has near ones too, but nobody can have meant each of them.
        choices = bool(first and first.choices and first.kind in {"ambiguous", "unclear"} and near)
        return NotPlanned(
            message=message,
            reason="ambiguous" if choices else "unanswerable",
            near_questions=near,
            understanding=understanding,
        )

    def _questions(self, draft: Draft, schema: Schema, today: date, asked: str) -> tuple[str, ...]:
        """Near questions, each of them tried: it plans, and without a doubt."""
        kept: list[str] = []
        for candidate in near_questions(draft, schema, answered=bool(asked)):
            if candidate.casefold() == asked.casefold() or candidate in kept:
                continue
            tried = understand(candidate, schema, today)
            if plan_of(tried) is not None and tried.confidence >= 0.8:
                kept.append(candidate)
            if len(kept) == 3:
                break
        return tuple(kept)

    def _schema(self, table: TableContext) -> Schema:
        """The prepared table; kept for the last few dataset versions."""
        key = (table.name, table.dataset_version)
        with self._lock:
            known = self._schemas.get(key)
            fits = known is not None and _same(known.table, table)
            if known is not None and fits and (table.dataset_version or known.table == table):
                self._schemas.move_to_end(key)
                return known
        made = schema_of(table, self._lexicon)
        with self._lock:
            self._schemas[key] = made
            if len(self._schemas) > _KEPT_SCHEMAS:
                self._schemas.popitem(last=False)
        return made


def _as_prose(question: str, brief: Brief, schema: Schema) -> Prose | None:
    """A question of several sentences, or one that sets the form of its answer, read as prose."""
    if len(brief.sentences) < 2 and "@" not in question and len(question.split()) < _LONG:
        return None
    prose = read_prose(question, schema)
    return prose if prose is not None and not problems(prose.plan, (schema.table,)) else None


def _says_more(prose: Prose, plan: AnalysisPlan | None, draft: Draft) -> bool:
    """True where the prose is understood and the word by word reading is not, or lost some of it."""
    if plan is None or draft.confidence < THRESHOLD or misheard(draft):
        return True
    tables = any(t.groups and t.limit is None and t.nth is None for t in plan.tasks)
    tables = tables and not any(t.groups and t.limit is None and t.nth is None for t in prose.plan.tasks)
    if prose.fields > cells(plan) or (prose.fields and tables):
        return prose.confidence >= THRESHOLD
    return prose.confidence >= _SURE * min(draft.confidence, 1.0 if prose.fields else 0.0) and (
        prose.fields > 0 or bool(draft.lost)
    )


def _same(known: TableContext, table: TableContext) -> bool:
    """False once a word was taught, or the index of the contents became ready."""
    return known.taught == table.taught and known.contents == table.contents


def _latest_first(tables: tuple[TableContext, ...], context: PlanContext) -> list[TableContext]:
    """The table of the answer before comes first, a joined one as well: a follow-up is about it."""
    last = context.previous.source.name if context.previous is not None else ""
    joined = [k.table for k in context.links if k.confirmed and k.table is not None and k.table.name == last]
    return [*joined, *sorted(tables, key=lambda table: table.name != last)]


def _is_sure(outcome: Planned | NotPlanned) -> bool:
    """True when no other table could say more."""
    if isinstance(outcome, NotPlanned):
        return outcome.answer is not None or outcome.learned is not None
    return outcome.understanding.confidence >= _SURE and not outcome.understanding.ignored


def _better(joined: Planned | NotPlanned, alone: Planned | NotPlanned) -> bool:
    """A join is only for what one table can't answer as well."""
    if isinstance(alone, NotPlanned):
        return True
    return isinstance(joined, Planned) and joined.understanding.confidence > alone.understanding.confidence


def _taught(draft: Draft, schema: Schema, question: str) -> tuple[str, ...]:
    """What a user's own words were read as."""
    names = [(i.text, i.columns[0].column.name) for i in draft.items if i.taught and i.used != "ignored"]
    made = [(text, formula.replace('"', "")) for text, formula in schema.taught.expand(question)[1]]
    said = (
        f"“{plain(text)}” is read as {plain(meaning)}, as you taught" for text, meaning in [*names, *made]
    )
    return tuple(dict.fromkeys(said))


def _unsure(draft: Draft) -> str:
    lost = misheard(draft)
    if lost:
        return f"It is not clear what “{plain(lost[0].text)}” asks for in this question."
    ignored = ", ".join(f"“{w}”" for w in ignored_words(draft)[:5])
    if ignored:
        return f"Too much of the question was not understood: {ignored}."
    return "The question was not understood well enough to answer it without guessing."


def plan_of(draft: Draft) -> AnalysisPlan | None:
    """The plan that a draft amounts to; None while it has problems or does not fit the table."""
    if draft.problems or (draft.statistic is None and not draft.measures):
        return None
    table = draft.schema.table
    plan = AnalysisPlan(
        sources=(Source(name=table.name, file=table.file, dataset_version=table.dataset_version),),
        joins=table.joins,
        clean=tuple(draft.clean),
        derive=_needed(draft),
        filters=tuple(draft.filters),
        any_of=tuple(draft.any_of),
        groups=tuple(draft.groups),
        measures=() if draft.statistic else tuple(draft.measures),
        statistic=draft.statistic,
        top=draft.top,
        having=draft.having,
        series=draft.series,
        sort=draft.sort,
        limit=draft.limit,
        nth=draft.nth,
        per=draft.per,
        across=draft.across,
        place_of=draft.place_of,
        chart=draft.chart,
        decimals=draft.decimals,
        p_decimals=draft.p_decimals,
        assumptions=tuple(draft.assumptions),
    )
    return None if problems(plan, (table,)) else plan


def _needed(draft: Draft) -> tuple[Derive, ...]:
    """The new columns that the plan reads, and those that they are made from."""
    read = (
        {f.column for f in (*draft.filters, *draft.any_of)}
        | {g.column for g in draft.groups}
        | {c.column for c in draft.clean}
    )
    for measure in () if draft.statistic else draft.measures:
        read |= {measure.column, measure.over, *(f.column for f in measure.where)}
    read |= set(draft.statistic.columns) if draft.statistic else set()
    read |= {draft.sort.column} if draft.sort else set()
    read |= {draft.top.column} if draft.top else set()
    read |= {draft.per} if draft.per else set()
    kept: list[Derive] = []
    for derive in reversed(draft.derive):
        if derive.name in read:
            kept.insert(0, derive)
            read |= set(derive.columns)
    return tuple(kept)


def _planned(plan: AnalysisPlan, draft: Draft, table: TableContext, near: tuple[str, ...]) -> Planned:
    chips: tuple[Chip, ...] = chips_of(plan, draft.words)
    plan = plan.model_copy(update={"assumptions": assumptions_of(plan, table)})
    understanding = Understanding(
        restatement=restate(plan),
        chips=chips,
        assumptions=plan.assumptions,
        ignored=ignored_words(draft),
        confidence=round(trusted(plan, draft), 2),
    )
    return Planned(
        plan=plan,
        understanding=understanding,
        steps=steps_of(plan, table),
        estimate=estimate_of(table),
        near_questions=near,
    )
