"""What every call was, said and cost; and the placeholders of a conversation, kept from one call to the next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lakeglass.core.clock import now
from lakeglass.core.errors import NotFound
from lakeglass.core.ids import new_id
from lakeglass.llm.aliases import Alias, Aliases
from lakeglass.llm.model import ModelRef, Options, Reply, Usage
from lakeglass.llm.scrub import ScrubbedPrompt
from lakeglass.llm.tables import AliasRow, CallRow
from lakeglass.store.database import Database
from lakeglass.tenants.audit import record
from lakeglass.tenants.model import Principal

_NANO = Decimal(10) ** 9
# The outcome of a call that nobody knows the end of yet.
STARTED = "started"


class Said(BaseModel):
    """One message of a transcript."""

    model_config = ConfigDict(frozen=True)

    role: str
    part: str
    content: str


class CallView(BaseModel):
    """A call as its user sees it: exactly what left this machine, and what came back.

    `asked` is the model that was to answer; `model` is another one where that one stood in. `originals` are the values
    behind the placeholders of this call, for the eyes of the user whose conversation it is.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    run_id: str | None
    purpose: str
    asked: str
    model: ModelRef
    at: datetime
    seconds: float
    outcome: str
    usage: Usage
    cost_usd: Decimal | None
    attempts: int
    cached: bool
    redactions: dict[str, int]
    sent: tuple[Said, ...]
    received: str
    originals: dict[str, str] = {}


class Ledger:
    """Calls and placeholders of every tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def aliases(self, tenant_id: str, scope: str) -> Aliases:
        """The placeholders that this conversation has so far."""
        query = select(AliasRow).where(AliasRow.tenant_id == tenant_id, AliasRow.scope == scope)
        with self._database.transaction() as session:
            return Aliases(Alias(row.kind, row.number, row.original) for row in session.scalars(query))

    def redacted(self, who: Principal, scope: str, prompt: ScrubbedPrompt, aliases: Aliases) -> bool:
        """Keep new placeholders, and one audit entry for every value that was cut out; never the value.

        False when another call of the conversation took the same placeholder meanwhile: scrub again.
        """
        new = aliases.taken()
        try:
            with self._database.transaction() as session:
                for alias in new:
                    session.add(
                        AliasRow(
                            tenant_id=who.tenant_id,
                            scope=scope,
                            kind=alias.kind,
                            number=alias.number,
                            original=alias.original,
                        )
                    )
                for one in prompt.redactions:
                    record(session, who, action="model.redacted", subject=scope, details={"type": one.kind})
        except IntegrityError:
            return False
        return True

    def forget_values(self, tenant_id: str, scope: str) -> None:
        """Delete what was hidden in a conversation; its transcripts never held it."""
        hidden = delete(AliasRow).where(AliasRow.tenant_id == tenant_id, AliasRow.scope == scope)
        with self._database.transaction() as session:
            session.execute(hidden)

    def spent_today(self, tenant_id: str) -> Decimal:
        """US dollars of a tenant's calls since midnight (UTC), as far as their prices are known."""
        midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
        query = select(func.coalesce(func.sum(CallRow.cost_nano_usd), 0)).where(
            CallRow.tenant_id == tenant_id, CallRow.at >= midnight
        )
        with self._database.transaction() as session:
            return Decimal(session.scalars(query).one() or 0) / _NANO

    def begin(
        self,
        who: Principal,
        scope: str,
        prompt: ScrubbedPrompt,
        *,
        run_id: str | None,
        options: Options,
        model: ModelRef,
    ) -> str:
        """Keep what is about to be sent, before it is: a call that a crash cuts short stays 'started'. Gives its id."""
        sent: list[JsonValue] = [
            {"role": message.role, "part": message.part, "content": message.content}
            for message in prompt.messages
        ]
        redactions: dict[str, JsonValue] = dict(Counter(one.kind for one in prompt.redactions))
        row = CallRow(
            id=new_id("llm"),
            tenant_id=who.tenant_id,
            scope=scope,
            run_id=run_id,
            user_id=who.user_id,
            purpose=options.purpose,
            provider=model.provider,
            model=model.name,
            at=now(),
            seconds=0.0,
            outcome=STARTED,
            input_tokens=0,
            output_tokens=0,
            cost_nano_usd=None,
            attempts=0,
            cached=False,
            redactions=redactions,
            transcript={"asked": model.name, "sent": sent, "received": ""},
        )
        with self._database.transaction() as session:
            session.add(row)
            return row.id

    def end(self, tenant_id: str, call_id: str, *, reply: Reply | None, outcome: str) -> None:
        """What came of a call. One whose conversation was deleted meanwhile keeps its cost, and no words."""
        query = select(CallRow).where(CallRow.tenant_id == tenant_id, CallRow.id == call_id)
        with self._database.transaction() as session:
            row = session.scalars(query).one()
            row.outcome, row.seconds = outcome, (now() - row.at).total_seconds()
            if reply is None:
                return
            row.provider, row.model = reply.model.provider, reply.model.name
            row.input_tokens, row.output_tokens = reply.usage.input_tokens, reply.usage.output_tokens
            if reply.cost is not None:
                row.cost_nano_usd = int((reply.cost * _NANO).to_integral_value())
            row.attempts, row.cached = reply.attempts, reply.cached
            if row.transcript["sent"]:
                row.transcript = {**row.transcript, "received": reply.text}

    def calls(self, tenant_id: str, scope: str) -> Sequence[CallView]:
        """The calls of a conversation, oldest first."""
        query = (
            select(CallRow)
            .where(CallRow.tenant_id == tenant_id, CallRow.scope == scope)
            .order_by(CallRow.at, CallRow.id)
        )
        aliases = self.aliases(tenant_id, scope)
        with self._database.transaction() as session:
            return [_view(row, aliases) for row in session.scalars(query)]

    def call(self, tenant_id: str, call_id: str) -> CallView:
        """One call; raises NotFound."""
        query = select(CallRow).where(CallRow.tenant_id == tenant_id, CallRow.id == call_id)
        with self._database.transaction() as session:
            row = session.scalars(query).one_or_none()
            if row is None:
                raise NotFound("There is no such call of a model.")
            return _view(row, Aliases())


def forget(session: Session, tenant_id: str, scope: str) -> None:
    """With the caller's transaction: delete what was hidden in a conversation, and what was said; costs stay."""
    session.execute(delete(AliasRow).where(AliasRow.tenant_id == tenant_id, AliasRow.scope == scope))
    session.execute(
        update(CallRow)
        .where(CallRow.tenant_id == tenant_id, CallRow.scope == scope)
        .values(transcript={"sent": [], "received": ""})
    )


def _view(row: CallRow, aliases: Aliases) -> CallView:
    words = json.dumps(row.transcript, ensure_ascii=False)
    return CallView.model_validate(
        {
            "id": row.id,
            "run_id": row.run_id,
            "purpose": row.purpose,
            "asked": row.transcript.get("asked", row.model),
            "model": ModelRef(provider=row.provider, name=row.model),
            "at": row.at,
            "seconds": row.seconds,
            "outcome": row.outcome,
            "usage": Usage(input_tokens=row.input_tokens, output_tokens=row.output_tokens),
            "cost_usd": None if row.cost_nano_usd is None else Decimal(row.cost_nano_usd) / _NANO,
            "attempts": row.attempts,
            "cached": row.cached,
            "redactions": row.redactions,
            "sent": row.transcript["sent"],
            "received": row.transcript["received"],
            "originals": aliases.behind(words),
        }
    )
