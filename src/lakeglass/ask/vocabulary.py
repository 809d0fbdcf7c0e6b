"""Words that users taught for a dataset: kept for every version of it, listed, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from lakeglass.ask.contexts import session_tables
from lakeglass.ask.language import lexicon, schema_of
from lakeglass.ask.language.taught import phrase_key
from lakeglass.ask.language.teaching import taught_word
from lakeglass.ask.model import TaughtWordView
from lakeglass.ask.plan import TaughtWord
from lakeglass.ask.repository import AskRepository
from lakeglass.ask.tables import TaughtWordRow, TurnRow
from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict, InvalidInput, NotFound
from lakeglass.core.ids import new_id
from lakeglass.lake.service import Lake
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

_MOST = 500


class Vocabulary:
    """The taught words of a tenant's datasets."""

    def __init__(self, database: Database, lake: Lake) -> None:
        self._database = database
        self._lake = lake

    def list(self, who: Principal, dataset_id: str) -> Sequence[TaughtWordView]:
        """Every word of a dataset, the oldest first; raises NotFound."""
        self._lake.get(who.tenant_id, dataset_id)
        with self._database.transaction() as session:
            rows = AskRepository(session, who.tenant_id).taught_rows([dataset_id])
        columns = self._columns(who, dataset_id)
        return tuple(_view(row, columns) for row in rows)

    def teach(self, who: Principal, dataset_id: str, *, phrase: str, meaning: str) -> TaughtWordView:
        """Remember that `phrase` means a column, or a calculation such as 'total minus cost'.

        Raises NotFound, Conflict while the dataset is read, InvalidInput for a phrase or meaning that can't be used.
        """
        table = session_tables(self._lake, who.tenant_id, [dataset_id])[0].context
        word = taught_word(phrase.strip(), meaning.strip(), schema_of(table, lexicon()))
        if isinstance(word, str):
            raise InvalidInput(f"This word can't be taught: {word}")
        with self._database.transaction() as session:
            row = _store(session, who.tenant_id, who.user_id, dataset_id, word)
        return _view(row, frozenset(c.name for c in table.statistics.columns))

    def forget(self, who: Principal, dataset_id: str, word_id: str) -> None:
        """Read the word as if it had never been taught; raises NotFound."""
        with self._database.transaction() as session:
            row = session.get(TaughtWordRow, word_id)
            if row is None or row.tenant_id != who.tenant_id or row.dataset_id != dataset_id:
                raise NotFound("There is no such word; it may have been removed already.")
            session.delete(row)

    def _columns(self, who: Principal, dataset_id: str) -> frozenset[str] | None:
        """Names of the dataset's columns; None while they are not known."""
        try:
            statistics = self._lake.statistics(who.tenant_id, dataset_id)
        except Conflict:
            return None
        return frozenset(c.name for c in statistics.columns)


def taught_words(
    session: Session, tenant_id: str, dataset_ids: Sequence[str]
) -> Mapping[str, tuple[TaughtWord, ...]]:
    """What the planner is told of each of these datasets."""
    found: dict[str, tuple[TaughtWord, ...]] = {}
    for row in AskRepository(session, tenant_id).taught_rows(dataset_ids):
        word = TaughtWord(phrase=row.phrase, columns=tuple(row.columns), formula=row.formula)
        found[row.dataset_id] = (*found.get(row.dataset_id, ()), word)
    return found


def keep_word(session: Session, turn: TurnRow, dataset_id: str, word: TaughtWord) -> None:
    """Remember a word that was taught in a turn; a stage that is repeated finds it there."""
    user_id = AskRepository(session, turn.tenant_id).session_row(turn.session_id).user_id
    _store(session, turn.tenant_id, user_id, dataset_id, word)


def _store(
    session: Session, tenant_id: str, user_id: str, dataset_id: str, word: TaughtWord
) -> TaughtWordRow:
    known = AskRepository(session, tenant_id).taught_rows([dataset_id])
    key = phrase_key(word.phrase)
    row = next((row for row in known if row.phrase_key == key), None)
    if row is None:
        if len(known) >= _MOST:
            raise Conflict(f"A dataset keeps {_MOST} taught words; remove one that is not needed any more.")
        row = TaughtWordRow(id=new_id("wrd"), tenant_id=tenant_id, dataset_id=dataset_id, phrase_key=key)
        session.add(row)
    row.user_id, row.phrase, row.created_at = user_id, word.phrase, now()
    row.columns, row.formula = [*word.columns], word.formula
    session.flush()
    return row


def _view(row: TaughtWordRow, columns: frozenset[str] | None) -> TaughtWordView:
    return TaughtWordView(
        id=row.id,
        dataset_id=row.dataset_id,
        phrase=row.phrase,
        meaning=row.formula.replace('"', "") if row.formula else row.columns[0],
        usable=columns is None or columns.issuperset(row.columns),
        created_at=row.created_at,
    )
