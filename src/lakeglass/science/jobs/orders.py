"""What a server and the process of an analysis say to each other: one line of JSON each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from lakeglass.science.pipeline.model import QuestionName, StageName


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageWork(_Frozen):
    """Do this stage; `answers` are a person's, for `clarify`."""

    stage: StageName
    answers: dict[QuestionName, str] | None = None


class Line(_Frozen):
    """What comes back: words on the way, and in the end that it is done, or why not."""

    kind: Literal["said", "done", "refused"]
    stage: StageName
    text: str = ""
    code: str = ""
    details: dict[str, JsonValue] = {}
