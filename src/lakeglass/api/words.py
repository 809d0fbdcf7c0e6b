"""Words that users taught for a dataset."""

from __future__ import annotations

from fastapi import APIRouter, Response

from lakeglass.api.model import MAX_JSON_BYTES, NewWord
from lakeglass.api.services import Rooms, Who
from lakeglass.ask.model import TaughtWordView

router = APIRouter(tags=["ask"], max_body_size=MAX_JSON_BYTES)


@router.get("/datasets/{dataset_id}/words", operation_id="listWords")
def list_words(dataset_id: str, rooms: Rooms, who: Who) -> tuple[TaughtWordView, ...]:
    """Words that were taught for this dataset, in conversations or here; unusable ones name a column that is gone."""
    return tuple(rooms.vocabulary.list(who, dataset_id))


@router.post("/datasets/{dataset_id}/words", status_code=201, operation_id="teachWord")
def teach_word(dataset_id: str, word: NewWord, rooms: Rooms, who: Who) -> TaughtWordView:
    """Teach a word for a column or for a calculation ('net sales minus cost'); a known word gets the new meaning."""
    return rooms.vocabulary.teach(who, dataset_id, phrase=word.phrase, meaning=word.meaning)


@router.delete("/datasets/{dataset_id}/words/{word_id}", status_code=204, operation_id="forgetWord")
def forget_word(dataset_id: str, word_id: str, rooms: Rooms, who: Who) -> Response:
    """Remove a taught word; later questions are read without it."""
    rooms.vocabulary.forget(who, dataset_id, word_id)
    return Response(status_code=204)
