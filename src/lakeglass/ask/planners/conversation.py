"""What a user says about the conversation: 'undo', 'why?', 'no, I meant net sales', 'by revenue I mean net_sales'."""

from __future__ import annotations

from typing import Protocol

from lakeglass.ask.language import LANGUAGES, Draft, Remark, Schema, remarks, understand
from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.teaching import named_column, refusal, taught_word
from lakeglass.ask.model import Answer, Understanding
from lakeglass.ask.plan import AnalysisPlan, Source, TableContext, TaughtWord, problems
from lakeglass.ask.plan.naming import plain
from lakeglass.ask.planners.base import Exchange, NotPlanned, PlanContext, Planned
from lakeglass.ask.planners.edits import reset
from lakeglass.ask.planners.recall import compared, explained, said

Outcome = Planned | NotPlanned


class Reader(Protocol):
    """The planner, as far as a remark needs it."""

    def schema(self, table: TableContext) -> Schema:
        """The prepared table."""

    def read(self, question: str, table: TableContext, context: PlanContext) -> Outcome:
        """Plan a question about one table, remarks aside."""

    def finish(self, plan: AnalysisPlan, draft: Draft, table: TableContext, context: PlanContext) -> Planned:
        """A plan with its words."""


def is_undo(question: str) -> bool:
    """True when a turn only takes the one before it back."""
    return any(r.kind == "undo" for language in LANGUAGES for r in remarks(question, language))


def answer_remark(question: str, table: TableContext, context: PlanContext, reader: Reader) -> Outcome | None:
    """What comes of a remark; None for an ordinary question."""
    for language in LANGUAGES:
        for remark in remarks(question, language):
            outcome = _answer(remark, table, context, reader)
            if outcome is not None:
                return outcome
    return None


def _answer(remark: Remark, table: TableContext, context: PlanContext, reader: Reader) -> Outcome | None:
    match remark.kind:
        case "undo":
            return _undone(table, context, reader)
        case "why":
            return explained(context.earlier[-1]) if context.earlier else None
        case "compare_answers":
            return compared(context.earlier)
        case "define" | "is":
            return _defined(remark, table, context, reader)
        case "correct":
            return _corrected(remark, table, context, reader)
        case "unfilter" | "all" | "ungroup" | "unlimit" | "percent":
            return _reset(remark, table, context, reader)


def _reset(remark: Remark, table: TableContext, context: PlanContext, reader: Reader) -> Outcome | None:
    """The plan before without its conditions, groups or limit, or in percent; None when it has none of them."""
    previous = context.previous
    if previous is None or previous.source.name != table.name:
        return None
    plan = reset(remark, previous, reader.schema(table))
    if plan is None or problems(plan, context.tables):
        return None
    return reader.finish(
        plan, Draft(schema=reader.schema(table), items=[], today=context.today), table, context
    )


def _undone(table: TableContext, context: PlanContext, reader: Reader) -> Outcome:
    """The plan that stood before the last turn, carried out on the data of today."""
    if not context.earlier:
        return told("There is nothing to take back: no question was asked before.")
    before = next((e for e in reversed(context.earlier[:-1]) if e.plan is not None), None)
    undone = plain(context.earlier[-1].question)
    if before is None or before.plan is None:
        return told(f"“{undone}” is the first question, so there is no answer to go back to.")
    source = Source(name=table.name, file=table.file, dataset_version=table.dataset_version)
    plan = before.plan.model_copy(update={"sources": (source, *before.plan.sources[1:])})
    if before.plan.source.name != table.name or problems(plan, context.tables):
        return told(f"The data has changed since “{plain(before.question)}”; ask it again.")
    note = f"“{undone}” is taken back; this is “{plain(before.question)}” again"
    plan = plan.model_copy(update={"assumptions": (*plan.assumptions, note)})
    return reader.finish(
        plan, Draft(schema=reader.schema(table), items=[], today=context.today), table, context
    )


def _defined(remark: Remark, table: TableContext, context: PlanContext, reader: Reader) -> Outcome | None:
    """A word that is taught outright; the question before is answered with it when it used the word."""
    schema = reader.schema(table)
    word = taught_word(remark.phrase, remark.meaning, schema)
    if isinstance(word, str):
        return None if remark.kind == "is" else told(f"Nothing was learned. {word}")
    last = context.earlier[-1] if context.earlier else None
    if last is not None and _says(last.question, word.phrase):
        again = _asked_again(last, word, table, context, reader)
        if isinstance(again, Planned):
            return again.model_copy(update={"learned": word})
    meaning = word.formula.replace('"', "") if word.formula else word.columns[0]
    sentence = (
        f"From now on “{plain(word.phrase)}” is read as {plain(meaning)} in questions about {plain(table.name)}. "
        "The page of the dataset lists such words and removes them."
    )
    return said(Answer(sentence=sentence)).model_copy(update={"learned": word})


def _corrected(remark: Remark, table: TableContext, context: PlanContext, reader: Reader) -> Outcome | None:
    """'No, I meant net sales': the word that was read otherwise is learned, and the question answered anew."""
    last = context.earlier[-1] if context.earlier else None
    if last is None:
        return None
    schema = reader.schema(table)
    column = named_column(remark.meaning, schema)
    if isinstance(column, str):
        return _changed(remark, table, context, reader)
    if remark.phrase:
        phrase = remark.phrase if _says(last.question, remark.phrase) else ""
    else:
        phrase = _misread(last.question, column.name, schema, context)
    if phrase and not refusal(phrase, schema):
        word = TaughtWord(phrase=phrase, columns=(column.name,))
        again = _asked_again(last, word, table, context, reader)
        if isinstance(again, Planned) and column.name in again.plan.columns_read():
            return again.model_copy(update={"learned": word})
    plan = last.plan and _with_column(last.plan, column)
    if plan is None or plan.source.name != table.name or problems(plan, context.tables):
        return _changed(remark, table, context, reader)
    return reader.finish(plan, Draft(schema=schema, items=[], today=context.today), table, context)


def _with_column(plan: AnalysisPlan, column: ColumnModel) -> AnalysisPlan | None:
    """The plan with another column in the only place that takes one of its sort; None when that is not clear."""
    if column.name in plan.columns_read():
        note = f"{plain(column.name)} is what was read the first time, too"
        return plan.model_copy(update={"assumptions": tuple(dict.fromkeys((*plan.assumptions, note)))})
    measured = [m for m in plan.measures if m.column is not None]
    update: dict[str, object] = {"assumptions": ()}
    if column.is_measure and len(measured) == 1 and measured[0].over is None:
        update["measures"] = tuple(
            m.model_copy(update={"column": column.name}) if m is measured[0] else m for m in plan.measures
        )
    elif column.is_key and not column.is_measure and len(plan.groups) == 1 and plan.groups[0].grain is None:
        update["groups"] = (plan.groups[0].model_copy(update={"column": column.name}),)
    else:
        return None
    return AnalysisPlan.model_validate(plan.model_copy(update=update).model_dump())


def _changed(remark: Remark, table: TableContext, context: PlanContext, reader: Reader) -> Outcome | None:
    """'No, only Texas', 'I meant the median': no word to learn, but a change of the plan before."""
    outcome = reader.read(remark.meaning, table, context)
    return outcome if isinstance(outcome, Planned) else None


def _asked_again(
    last: Exchange, word: TaughtWord, table: TableContext, context: PlanContext, reader: Reader
) -> Outcome:
    kept = tuple(w for w in table.taught if w.phrase.casefold() != word.phrase.casefold())
    taught = table.model_copy(update={"taught": (*kept, word)})
    before = context.earlier[:-1]
    previous = next((e.plan for e in reversed(before) if e.plan is not None), None)
    return reader.read(
        last.question, taught, context.model_copy(update={"earlier": before, "previous": previous})
    )


def _says(question: str, phrase: str) -> bool:
    return f" {phrase.casefold()} " in f" {' '.join(_words(question))} "


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c in "_-'" else " " for c in text.casefold()).split()


def _misread(question: str, column: str, schema: Schema, context: PlanContext) -> str:
    """The one word of the question that a column was guessed for, or that nothing was; empty when unclear."""
    draft = understand(question, schema, context.today)
    named = [i for i in draft.items if i.columns and not i.rows and i.columns[0].column.name != column]
    guessed = [i.text for i in named if not i.exact_column and not i.quoted and not i.keywords]
    unknown = [
        i.text
        for i in draft.items
        if i.tokens[0].kind == "word"
        and i.tokens[0].word not in schema.lexicon.filler
        and (i.guessed or not (i.keywords or i.columns or i.values or i.rows))
    ]
    for found in (unknown, guessed):
        if len(found) == 1:
            return found[0]
    wanted = next((c for c in schema.index.columns if c.name == column), None)
    alike = [
        i.text for i in named if i.text in guessed and wanted and i.columns[0].column.role == wanted.role
    ]
    return alike[0] if len(alike) == 1 else ""


def told(message: str) -> NotPlanned:
    """Something said without a plan."""
    return NotPlanned(message=message, understanding=Understanding(restatement="", chips=(), confidence=1.0))
