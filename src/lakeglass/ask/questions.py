"""Questions and edited code: taken in one transaction, carried out by a durable run."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue
from sqlalchemy.orm import Session

from lakeglass.ask.contexts import session_tables
from lakeglass.ask.conversations import UNTITLED, new_session
from lakeglass.ask.events import BuildStarted, CodeWritten, ExecutionEnded, TurnStarted
from lakeglass.ask.model import Asked, BuildOffer
from lakeglass.ask.planners.base import Planner
from lakeglass.ask.question_text import checked_question, shortened
from lakeglass.ask.repository import AskRepository, attempt_view
from lakeglass.ask.tables import AttemptRow, SessionRow, TurnRow
from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict, InvalidInput, NotFound
from lakeglass.core.ids import new_id
from lakeglass.core.settings import AskSettings
from lakeglass.events.log import EventLog
from lakeglass.events.model import EventBody
from lakeglass.lake.service import Lake
from lakeglass.runs.model import Decision
from lakeglass.runs.service import Runs
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal


class Questions:
    """What a person asks of the analyst."""

    def __init__(
        self,
        database: Database,
        events: EventLog,
        runs: Runs,
        lake: Lake,
        *,
        planner: Planner,
        settings: AskSettings,
    ) -> None:
        self._database = database
        self._events = events
        self._runs = runs
        self._lake = lake
        self._planner = planner
        self._settings = settings

    @property
    def planner(self) -> str:
        """Who plans, by name."""
        return self._planner.name

    def ask(
        self,
        who: Principal,
        question: str,
        *,
        session_id: str | None = None,
        dataset_ids: Sequence[str] = (),
        review: bool = False,
        base_turn_id: str | None = None,
        without_chips: Sequence[str] = (),
    ) -> Asked:
        """Take a question; its turn, run and first event are made together or not at all.

        Raises InvalidInput for an empty or too long question or a session without data, NotFound.
        """
        text = checked_question(question, self._settings)
        for dataset_id in dataset_ids:
            self._lake.get(who.tenant_id, dataset_id)
        with self._database.transaction() as session:
            repository = AskRepository(session, who.tenant_id)
            conversation = self._conversation(repository, who, session_id, dataset_ids, title=shortened(text))
            if base_turn_id is not None:
                repository.turn_row(base_turn_id)
            turn = self._turn(repository, conversation, text)
            payload: dict[str, JsonValue] = {
                "turn_id": turn.id,
                "dataset_ids": [*conversation.dataset_ids],
                "base_turn_id": base_turn_id,
                "without_chips": [*without_chips],
                "review": review,
            }
            self._submit(session, "ask", turn, shortened(text), payload, run_id=turn.run_id)
            return Asked(session_id=conversation.id, turn_id=turn.id, run_id=turn.run_id)

    def execute(
        self, who: Principal, session_id: str, *, turn_id: str, code: str, approval_id: str | None = None
    ) -> Asked:
        """Run edited code beside a turn of this session, or, with `approval_id`, in place of what waits for it.

        Raises NotFound, InvalidInput without data, Conflict when nothing waits for that approval (any more).
        """
        dataset_ids = self._session_data(who, session_id)
        tables = session_tables(self._lake, who.tenant_id, dataset_ids)
        with self._database.transaction() as session:
            repository = AskRepository(session, who.tenant_id)
            turn = repository.turn_row(turn_id)
            if turn.session_id != session_id:
                raise InvalidInput("This question belongs to another session; edit its code there.")
            attempt = AttemptRow(
                id=new_id("exe"),
                tenant_id=who.tenant_id,
                turn_id=turn_id,
                run_id=new_id("run") if approval_id is None else turn.run_id,
                number=len(repository.attempts([turn_id])) + 1,
                origin="edited",
                code=code,
                state="pending",
                dataset_versions=[table.context.dataset_version for table in tables],
                created_at=now(),
            )
            session.add(attempt)
            repository.session_row(session_id).updated_at = now()
            session.flush()
            written = CodeWritten(turn_id=turn_id, attempt=attempt_view(attempt, ()))
            self._tell(session, turn, attempt, written, key=f"code:{attempt.id}")
            if approval_id is not None:
                self._take_its_place(who, repository, turn, attempt, approval_id=approval_id)
                return Asked(session_id=session_id, turn_id=turn_id, run_id=attempt.run_id)
            payload: dict[str, JsonValue] = {
                "turn_id": turn_id,
                "attempt_id": attempt.id,
                "dataset_ids": [*dataset_ids],
                "edited": True,
            }
            title = shortened(f"Edited code: {turn.question}")
            self._submit(session, "execute", turn, title, payload, run_id=attempt.run_id)
            return Asked(session_id=session_id, turn_id=turn_id, run_id=attempt.run_id)

    def offered(self, who: Principal, session_id: str, turn_id: str) -> BuildOffer:
        """The analysis that a question was handed over to; raises NotFound, Conflict for a question that was not."""
        with self._database.transaction() as session:
            return _offer_of(AskRepository(session, who.tenant_id), session_id, turn_id)[1]

    def build_started(self, who: Principal, session_id: str, turn_id: str) -> None:
        """Keep and tell that the offered analysis has begun; a second time changes nothing. Raises as `offered`."""
        with self._database.transaction() as session:
            turn, offer = _offer_of(AskRepository(session, who.tenant_id), session_id, turn_id)
            offer = offer.model_copy(update={"started": True})
            turn.offer = offer.model_dump(mode="json")
            self._events.append(
                turn.tenant_id,
                session_id,
                BuildStarted(turn_id=turn_id, offer=offer),
                run_id=turn.run_id,
                key=f"build:{offer.job_id}",
                session=session,
            )

    async def suggest(self, who: Principal, dataset_id: str) -> tuple[str, ...]:
        """Questions about a dataset that the planner can answer."""
        tables = session_tables(self._lake, who.tenant_id, [dataset_id])
        return await self._planner.suggest(tuple(table.context for table in tables))

    def _take_its_place(
        self,
        who: Principal,
        repository: AskRepository,
        turn: TurnRow,
        edited: AttemptRow,
        *,
        approval_id: str,
    ) -> None:
        """Approve the waiting run with `edited`; the attempts that waited will never run."""
        session = repository.session
        for attempt in repository.attempts([turn.id]):
            waited = attempt.run_id == turn.run_id and attempt.state == "pending"
            if waited and attempt.id != edited.id:
                attempt.state = "skipped"
                ended = ExecutionEnded(turn_id=turn.id, attempt=attempt_view(attempt, ()))
                self._tell(session, turn, attempt, ended, key=f"skipped:{attempt.id}")
        decision = Decision(verdict="approve", by=who.user_id, instead=edited.id)
        self._runs.decide(who.tenant_id, turn.run_id, approval_id, decision, session=session)

    def _tell(
        self, session: Session, turn: TurnRow, attempt: AttemptRow, body: EventBody, *, key: str
    ) -> None:
        self._events.append(
            turn.tenant_id, turn.session_id, body, run_id=attempt.run_id, key=key, session=session
        )

    def _session_data(self, who: Principal, session_id: str) -> Sequence[str]:
        with self._database.transaction() as session:
            return AskRepository(session, who.tenant_id).session_row(session_id).dataset_ids

    def _conversation(
        self,
        repository: AskRepository,
        who: Principal,
        session_id: str | None,
        dataset_ids: Sequence[str],
        *,
        title: str,
    ) -> SessionRow:
        """The session of a question, opened for it when there is none yet."""
        if session_id is None:
            row = new_session(who, title, dataset_ids)
            repository.session.add(row)
            repository.session.flush()
        else:
            row = repository.session_row(session_id)
            row.title = title if row.title == UNTITLED else row.title
            row.dataset_ids = [*dataset_ids] or row.dataset_ids
            row.updated_at = now()
        if not row.dataset_ids:
            raise InvalidInput(
                "There is no data to ask about. Add a dataset to this session, then ask again."
            )
        return row

    def _turn(self, repository: AskRepository, conversation: SessionRow, text: str) -> TurnRow:
        turn = TurnRow(
            id=new_id("trn"),
            tenant_id=conversation.tenant_id,
            session_id=conversation.id,
            number=repository.turn_count(conversation.id) + 1,
            run_id=new_id("run"),
            question=text,
            planner=self._planner.name,
            steps=[],
            near_questions=[],
            created_at=now(),
        )
        repository.session.add(turn)
        repository.session.flush()
        started = TurnStarted(turn_id=turn.id, question=text, planner=turn.planner)
        self._events.append(
            turn.tenant_id,
            conversation.id,
            started,
            run_id=turn.run_id,
            key=f"turn:{turn.id}",
            session=repository.session,
        )
        return turn

    def _submit(
        self,
        session: Session,
        kind: str,
        turn: TurnRow,
        title: str,
        payload: dict[str, JsonValue],
        *,
        run_id: str,
    ) -> None:
        self._runs.submit(
            turn.tenant_id,
            kind,
            title=title,
            subject=turn.session_id,
            payload=payload,
            session=session,
            run_id=run_id,
        )


def _offer_of(repository: AskRepository, session_id: str, turn_id: str) -> tuple[TurnRow, BuildOffer]:
    turn = repository.turn_row(turn_id)
    if turn.session_id != session_id:
        raise NotFound("There is no such question in this session; it may belong to another one.")
    if turn.offer is None:
        raise Conflict("This question was not handed over to Build; start an analysis there instead.")
    return turn, BuildOffer.model_validate(turn.offer)
