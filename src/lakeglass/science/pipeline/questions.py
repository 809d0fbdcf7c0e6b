"""What only a person knows about a table: asked when the data leave it open, with a default for when nobody answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeglass.core.errors import InvalidInput
from lakeglass.science.assess.threshold import Costs
from lakeglass.science.checks import Examination, Subject
from lakeglass.science.pipeline.model import (
    AnalysisRequest,
    AnsweredBy,
    Choice,
    Clarification,
    Question,
    QuestionName,
)
from lakeglass.science.pipeline.targets import LIKELY, MOST
from lakeglass.science.tasks import Task

_NEAR = 0.25
"""Targets whose scores lie this close are equally plausible."""
_PRICES: dict[str, tuple[str, str, Costs | None]] = {
    "equal": ("Both are equally bad", "nobody said otherwise", None),
    "miss-5": (
        "A miss is 5 times as bad",
        "as for a customer who leaves unnoticed",
        Costs(false_alarm=1, miss=5),
    ),
    "miss-20": ("A miss is 20 times as bad", "as for an illness or a fraud", Costs(false_alarm=1, miss=20)),
    "alarm-5": (
        "A false alarm is 5 times as bad",
        "as for a good customer who is turned away",
        Costs(false_alarm=5, miss=1),
    ),
}
_TASKS: dict[Task, str] = {
    "binary": "Yes or no",
    "multiclass": "Classes: which of a few values",
    "regression": "A number: how much",
    "count": "A count: how many",
    "forecast": "A forecast: what comes next",
    "clustering": "Groups of alike rows",
}
_NONE = Choice(value="", label="None of them", reason="rows stand for themselves")


def questions_of(
    subject: Subject, clarification: Clarification, found: Examination, *, asked: AnalysisRequest
) -> tuple[Question, ...]:
    """What is left open by the table and by what was asked; none when everything is clear."""
    target = _target(clarification) if asked.target is None else ()
    if clarification.chosen is None:
        return tuple(target)
    return (
        *target,
        *(_task(subject) if asked.task is None else ()),
        *(_time(subject) if asked.time is None else ()),
        *(_group(found) if asked.group is None else ()),
        *(_cost(subject, found) if asked.costs is None else ()),
    )


def checked(
    clarification: Clarification, answers: Mapping[str, str | None], *, columns: tuple[str, ...]
) -> dict[QuestionName, str]:
    """An answer to each question, defaults where there is none.

    Raises InvalidInput for an answer to another question, and for one that is neither an option nor, where a column is
    asked for, a column.
    """
    known = {question.id: question for question in clarification.questions}
    if unknown := sorted(set(answers) - set(known)):
        raise InvalidInput(f"Nothing was asked about {unknown[0]!r}; open are: {', '.join(known) or 'none'}.")
    found: dict[QuestionName, str] = {}
    for name, question in known.items():
        value = answers.get(name)
        options = [each.value for each in question.options]
        if (
            value is not None
            and value not in options
            and not (name in {"target", "time", "group"} and value in columns)
        ):
            raise InvalidInput(
                f"{value[:80]!r} is no answer to {name!r}; expected one of: {', '.join(map(repr, options))}."
            )
        found[name] = question.default if value is None else value
    return found


def answered(clarification: Clarification, answers: Mapping[QuestionName, str] | None) -> Clarification:
    """The clarification once it is over: with a person's answers, or with the defaults."""
    by: AnsweredBy = "default" if answers is None else "you"
    taken = {each.id: each.default for each in clarification.questions} if answers is None else dict(answers)
    update: dict[str, object] = {"answers": taken, "answered_by": by if clarification.questions else None}
    if answers is not None and "target" in answers:
        chosen = answers["target"] or None
        reason = "You chose it." if chosen else "You want no model."
        update |= {"chosen": chosen, "chosen_by": "you", "reason": reason}
    return clarification.model_copy(update=update)


def settled(asked: AnalysisRequest, clarification: Clarification) -> AnalysisRequest:
    """What was asked, completed by what was answered."""
    answers = clarification.answers or {}
    update: dict[str, object] = {"target": clarification.chosen}
    likeliest = clarification.options[0].column if clarification.options else None
    # The task was asked about the target that was likeliest.
    if "task" in answers and (asked.target or likeliest) == clarification.chosen:
        update["task"] = answers["task"]
    for name in ("time", "group"):
        if name in answers:
            update[name] = answers[name] or None
    if "cost" in answers:
        update["costs"] = _PRICES[answers["cost"]][2] or (
            Costs(false_alarm=1, miss=1) if clarification.answered_by == "you" else None
        )
    return asked.model_copy(update=update)


def told(clarification: Clarification) -> Iterator[str]:
    """What was settled and by whom, in sentences."""
    yield clarification.reason
    for each in clarification.questions:
        value = (clarification.answers or {}).get(each.id, each.default)
        label = next((option.label for option in each.options if option.value == value), value)
        by = (
            "as you said"
            if clarification.answered_by == "you"
            else "nobody answered, so the default was taken"
        )
        yield f"{each.question} {label} ({by})."


def _target(clarification: Clarification) -> Iterator[Question]:
    options = [each for each in clarification.options if each.score >= LIKELY]
    if clarification.chosen is not None and (
        len(options) < 2 or options[0].score - options[1].score >= _NEAR
    ):
        return
    shown = options if clarification.chosen is not None else list(clarification.options)
    choices = [Choice(value=each.column, label=each.column, reason=each.reason) for each in shown[:MOST]]
    none = Choice(value="", label="No model", reason="only look for faults in the table")
    yield Question(
        id="target",
        question=clarification.question,
        why="Several columns could be what is asked for."
        if clarification.chosen is not None
        else "Nothing tells which column is asked for.",
        options=(*choices, none) if clarification.chosen is not None else (none, *choices),
        default=clarification.chosen or "",
    )


def _task(subject: Subject) -> Iterator[Question]:
    choice = subject.choice
    if choice is None or choice.target is None or not choice.alternatives:
        return
    tasks = (
        choice.task,
        *(task for task in choice.alternatives if task != "regression" or choice.task != "count"),
    )
    if len(tasks) < 2:
        return
    yield Question(
        id="task",
        question=f"What is {choice.target}?",
        why="Its values can be read in more than one way, and that decides how a model is judged.",
        options=tuple(
            Choice(value=task, label=_TASKS[task], reason=choice.reason if not place else "the other reading")
            for place, task in enumerate(tasks)
        ),
        default=choice.task,
    )


def _time(subject: Subject) -> Iterator[Question]:
    moments = [column.name for column in subject.moments() if column.name != subject.target]
    if len(moments) < 2 or subject.time is not None:
        return
    yield Question(
        id="time",
        question="Which column says when a row was known?",
        why="With it, a model is judged on rows that came later than those it learned from, as in use.",
        options=(
            _NONE.model_copy(update={"reason": "earlier rows do not tell of later ones"}),
            *(Choice(value=name, label=name, reason="it holds dates or times") for name in moments[:MOST]),
        ),
        default="",
    )


def _group(found: Examination) -> Iterator[Question]:
    things = [each for each in found.findings if each.code == "groups"]
    if not things:
        return
    yield Question(
        id="group",
        question="Will the model meet new values of this column?",
        why="Rows of one customer or machine are alike. If new ones come, they must not be on both sides of the split.",
        options=(
            Choice(value="", label="No, the same ones again", reason="rows are split one by one"),
            *(
                Choice(value=each.columns[0], label=f"Yes, new ones of {each.columns[0]}", reason=each.detail)
                for each in things[:MOST]
            ),
        ),
        default="",
    )


def _cost(subject: Subject, found: Examination) -> Iterator[Question]:
    choice = subject.choice
    rare = any(each.code == "class-imbalance" for each in found.findings)
    if choice is None or choice.task != "binary" or not rare:
        return
    yield Question(
        id="cost",
        question=f"What is worse: to miss {_shown(subject)}, or a false alarm?",
        why="One class is rare, so that the answer decides from which chance on to say yes.",
        options=tuple(
            Choice(value=name, label=label, reason=reason) for name, (label, reason, _) in _PRICES.items()
        ),
        default="equal",
    )


def _shown(subject: Subject) -> str:
    """The class looked for, as evidence shows it."""
    choice = subject.choice
    return (
        subject.shown(choice.target, choice.positive)
        if choice and choice.target and choice.positive
        else "one"
    )
