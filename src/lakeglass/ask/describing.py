"""What a cheap model makes of a dataset: meaning, unit and likely issues of its columns, questions to ask.

Kept for each version, shown as a model's words. Measured facts stand elsewhere and are never touched; a number that the
statistics do not hold, a column that is not there or an address is dropped with the words around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from lakeglass.ask import code_prompting, prompting
from lakeglass.ask.claims import unsupported
from lakeglass.ask.contexts import session_tables
from lakeglass.ask.formats import unit_of
from lakeglass.ask.grounding import Said
from lakeglass.ask.plan import TableContext
from lakeglass.ask.replies import shown
from lakeglass.ask.result import TableData
from lakeglass.ask.tables import DescriptionRow
from lakeglass.core.clock import now
from lakeglass.core.errors import Conflict, Unavailable
from lakeglass.lake.service import Lake
from lakeglass.llm.access import ModelAccess
from lakeglass.llm.gateway import Gateway, Told
from lakeglass.llm.ledger import forget
from lakeglass.llm.model import JsonSchema, Message, Options
from lakeglass.llm.replies import faults_in, object_in, restored
from lakeglass.store.database import Database
from lakeglass.tenants.model import Principal

_TRIES = 2
_FEW, _MANY = 3, 5
_LONGEST_UNIT = 20


class ColumnMeaning(BaseModel):
    """What a model says of a column; `unit` is empty where it names none, or where the name itself states one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    meaning: str = ""
    unit: str = ""
    issues: tuple[str, ...] = ()


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    columns: tuple[ColumnMeaning, ...] = Field(min_length=1)
    issues: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


class DescriptionView(BaseModel):
    """A model's words about a version of a dataset; `model` said them, no measurement stands behind them."""

    model_config = ConfigDict(frozen=True)

    dataset_id: str
    version_id: str
    model: str
    columns: tuple[ColumnMeaning, ...]
    issues: tuple[str, ...]
    questions: tuple[str, ...]
    created_at: datetime


class Descriptions:
    """Descriptions of a tenant's datasets, a version each."""

    def __init__(self, database: Database, lake: Lake, access: ModelAccess) -> None:
        self._database = database
        self._lake = lake
        self._access = access

    def get(self, who: Principal, dataset_id: str) -> DescriptionView | None:
        """That of the current version, None before a model was asked; raises NotFound."""
        version = self._lake.get(who.tenant_id, dataset_id).version
        if version is None:
            return None
        with self._database.transaction() as session:
            row = session.get(DescriptionRow, version.id)
            return _view(row) if row is not None and row.tenant_id == who.tenant_id else None

    async def describe(self, who: Principal, dataset_id: str) -> DescriptionView:
        """Ask the cheap model, and keep what it says; one from before is replaced.

        Raises NotFound, Conflict without a model or while the dataset is read, Unavailable when the model says
        nothing of use, and what `Gateway.complete` raises.
        """
        table = session_tables(self._lake, who.tenant_id, [dataset_id])[0].context
        gateway = await self._access.gateway()
        if gateway is None:
            raise Conflict("No model is configured, so there is nobody to describe the data. See Settings.")
        described, told = await self._asked(gateway, who, dataset_id, table)
        row = DescriptionRow(
            version_id=table.dataset_version,
            tenant_id=who.tenant_id,
            dataset_id=dataset_id,
            model=told.reply.model.name,
            content=described.model_dump(mode="json"),
            created_at=now(),
        )
        with self._database.transaction() as session:
            return _view(session.merge(row))

    def forget(self, who: Principal, dataset_id: str) -> None:
        """Delete what was said with a model about a dataset that is gone; its costs stay."""
        with self._database.transaction() as session:
            forget(session, who.tenant_id, dataset_id)

    async def _asked(
        self, gateway: Gateway, who: Principal, dataset_id: str, table: TableContext
    ) -> tuple[_Described, Told]:
        rules = Message(
            key="rules", role="system", part="instruction", content=prompting.template("profile.md")
        )
        messages = [rules, prompting.described((table,), samples=self._access.send_samples)]
        for attempt in range(_TRIES):
            told = await gateway.complete(
                who, dataset_id, messages, options=Options(purpose="profile"), form=_form(table)
            )
            answer = object_in(told)
            try:
                if not isinstance(answer, str):
                    return checked(_Described.model_validate(restored(answer, told)), table), told
                faults: tuple[str, ...] = (answer,)
            except ValidationError as error:
                faults = faults_in(error)
            messages += code_prompting.told_back(attempt, told.text, faults)
        raise Unavailable("The model said nothing that can be used about this data. Try again later.")


def checked(described: _Described, table: TableContext) -> _Described:
    """Only what is about columns that are there and against no measured fact."""
    known = {column.name: column for column in table.statistics.columns}
    kept: dict[str, ColumnMeaning] = {}
    for one in described.columns:
        if one.name not in known:
            continue
        unit = shown(one.unit)[:_LONGEST_UNIT]
        kept[one.name] = ColumnMeaning(
            name=one.name,
            meaning=_backed(one.meaning, table),
            unit="" if unit_of(one.name) or known[one.name].kind not in {"integer", "number"} else unit,
            issues=tuple(text for issue in one.issues[:_FEW] if (text := _backed(issue, table))),
        )
    return _Described.model_construct(
        columns=tuple(kept[name] for name in known if name in kept),
        issues=tuple(text for issue in described.issues[:_MANY] if (text := _backed(issue, table))),
        questions=tuple(_questions(described.questions, known)),
    )


def _backed(text: str, table: TableContext) -> str:
    """`text` as it may be shown, '' where it states a number that was not measured."""
    said = shown(text)
    facts: list[int | float] = [table.statistics.rows, len(table.statistics.columns)]
    for column in table.statistics.columns:
        facts += [
            column.nulls,
            column.distinct,
            round(100 * column.null_share, 1),
            round(100 * column.null_share),
        ]
        facts += [
            one for one in (column.minimum, column.maximum, column.mean) if isinstance(one, int | float)
        ]
    cells = TableData(columns=tuple(c.name for c in table.statistics.columns), rows=(tuple(facts),), total=1)
    return "" if unsupported(said, cells) else said


def _questions(given: tuple[str, ...], known: Iterable[str]) -> Iterator[str]:
    """Questions that name a column, each once."""
    kept = dict.fromkeys(text for one in given if (text := shown(one)))
    yield from [text for text in kept if any(Said(text).column(name) for name in known)][:_MANY]


def _form(table: TableContext) -> JsonSchema:
    """The form of an answer; names of columns are a closed list."""
    text: JsonValue = {"type": "string"}
    texts: JsonValue = {"type": "array", "items": text}
    names: list[JsonValue] = [column.name for column in table.statistics.columns]
    column: dict[str, JsonValue] = {"name": {"enum": names}, "meaning": text, "unit": text, "issues": texts}
    one: JsonValue = {
        "type": "object",
        "properties": column,
        "required": [*column],
        "additionalProperties": False,
    }
    columns: JsonValue = {"type": "array", "items": one}
    return code_prompting.answer("description", {"columns": columns, "issues": texts, "questions": texts})


def _view(row: DescriptionRow) -> DescriptionView:
    return DescriptionView.model_validate(
        {
            **row.content,
            "dataset_id": row.dataset_id,
            "version_id": row.version_id,
            "model": row.model,
            "created_at": row.created_at,
        }
    )
