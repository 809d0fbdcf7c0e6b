"""An evaluation that was killed goes on: each outcome is kept as soon as it is known, until the run is over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from lakeglass.ask.evaluation.questions import Question
from lakeglass.ask.evaluation.runner import Outcome
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.gateway import provider_name

NAME = "progress.jsonl"


class Progress:
    """The outcomes of an unfinished run in `folder`. Those of other questions or models don't count."""

    def __init__(
        self,
        folder: Path,
        questions: Sequence[Question],
        *,
        tables: Path,
        planner: str,
        model: ModelSettings,
    ) -> None:
        self._path = folder / NAME
        self._questions = questions
        shown = [
            planner,
            str(tables.resolve()),
            provider_name(model) or "",
            model.strong,
            model.base_url or "",
        ]
        asked = [question.model_dump_json() for question in questions]
        self._key = hashlib.sha256(json.dumps([*shown, *asked]).encode()).hexdigest()
        self._numbers = {_id(question): number for number, question in enumerate(questions)}

    def known(self) -> dict[int, Outcome]:
        """What is known already, by the place of its question; an older file that is about something else is replaced.

        A question that no model replied to is asked again. A line that was cut in the middle is none.
        """
        lines = self._path.read_text("utf-8").split("\n") if self._path.is_file() else []
        found: dict[int, Outcome] = {}
        for line in lines[1:] if lines and lines[0] == self._key else []:
            try:
                outcome = Outcome.model_validate_json(line)
            except ValidationError:
                continue
            if not outcome.unheard:
                found[self._numbers[_id(outcome.question)]] = outcome
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = [self._key, *(outcome.model_dump_json() for outcome in found.values()), ""]
        started = self._path.with_suffix(".new")
        started.write_text("\n".join(kept), encoding="utf-8")
        started.replace(self._path)
        return found

    def keep(self, outcome: Outcome) -> None:
        """Add one outcome."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(outcome.model_dump_json() + "\n")

    def done(self) -> None:
        """The results are written: the next run starts anew."""
        self._path.unlink(missing_ok=True)


def _id(question: Question) -> tuple[str, str, str]:
    return question.id, question.table, question.question
