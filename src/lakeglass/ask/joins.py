"""How the tables of a session belong together: evidence from the data, and what a person has confirmed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lakeglass.ask.plan import Join, Source, TableContext
from lakeglass.ask.planners.base import TableLink
from lakeglass.ask.tables import JoinRow
from lakeglass.core.clock import now
from lakeglass.core.ids import new_id
from lakeglass.lake.engine import Engine
from lakeglass.lake.links import Joined, Side, join_tables
from lakeglass.lake.statistics.table import Bounds

MOST_TABLES = 4
_KEPT = 16


class JoinFinder:
    """Finds joins between tables; what was found for a pair of versions is kept."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[tuple[str, str], tuple[TableLink, ...]] = OrderedDict()

    async def find(self, tables: Sequence[tuple[TableContext, Path]]) -> tuple[TableLink, ...]:
        """Every likely join between two of the tables, at most three a pair, best first."""
        found: list[TableLink] = []
        for first, second in combinations(tables[:MOST_TABLES], 2):
            key = (first[0].dataset_version, second[0].dataset_version)
            known = self._known.get(key) if all(key) else None
            if not known or {known[0].left, known[0].right} != {first[0].name, second[0].name}:
                known = await self._pair(first, second)
                self._known[key] = known
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
            found += known
        return tuple(found)

    async def _pair(
        self, first: tuple[TableContext, Path], second: tuple[TableContext, Path]
    ) -> tuple[TableLink, ...]:
        bounds = Bounds.of(self._engine.settings)
        with self._engine.scratch() as folder:
            found = await self._engine.run(
                lambda connection: join_tables(
                    connection, _side(*first), _side(*second), folder=folder, bounds=bounds
                )
            )
        return tuple(
            _made(second[0], first[0], joined) if joined.turned else _made(first[0], second[0], joined)
            for joined in found
        )


def _side(table: TableContext, file: Path) -> Side:
    return Side(name=table.name, file=file, statistics=table.statistics)


def _made(one: TableContext, other: TableContext, joined: Joined) -> TableLink:
    """The link as the planner sees it, with the table that it makes."""
    link = joined.link
    source = Source(name=other.name, file=other.file, dataset_version=other.dataset_version)
    table = TableContext(
        name=f"{one.name}_with_{other.name}",
        file=one.file,
        statistics=joined.statistics,
        dataset_version=f"{one.dataset_version}+{other.dataset_version}:{link.on}={link.key}",
        taught=one.taught,
        joins=(Join(source=source, on=link.on, key=link.key, columns=joined.columns),),
    )
    return TableLink(
        left=one.name,
        right=other.name,
        on=link.on,
        key=link.key,
        rows=one.statistics.rows,
        matched=link.matched,
        share=link.share,
        left_unique=link.left_unique,
        right_unique=link.right_unique,
        table=table,
    )


def with_confirmed(
    session: Session, tenant_id: str, links: Sequence[TableLink], ids: Mapping[str, str]
) -> tuple[TableLink, ...]:
    """The links with what was confirmed for these datasets (`ids` by table name): it leaves the others out."""
    query = select(JoinRow).where(JoinRow.tenant_id == tenant_id, JoinRow.left_id.in_(ids.values()))
    rows = {(row.left_id, row.right_id): row for row in session.execute(query).scalars()}
    kept: list[TableLink] = []
    for link in links:
        row = rows.get(_pair_ids(ids[link.left], ids[link.right]))
        if row is None:
            kept.append(link)
        elif _columns(link, ids) == (row.left_column, row.right_column):
            kept.append(link.model_copy(update={"confirmed": True}))
    pairs = {frozenset((k.left, k.right)) for k in kept}
    lost = [k for k in links if frozenset((k.left, k.right)) not in pairs]  # the confirmed columns are gone
    return (*kept, *lost)


def keep_join(
    session: Session, tenant_id: str, link: TableLink, ids: Mapping[str, str], *, user_id: str
) -> None:
    """Remember a join that a person confirmed, instead of an earlier one of the pair."""
    left_id, right_id = _pair_ids(ids[link.left], ids[link.right])
    query = select(JoinRow).where(
        JoinRow.tenant_id == tenant_id, JoinRow.left_id == left_id, JoinRow.right_id == right_id
    )
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        row = JoinRow(id=new_id("joi"), tenant_id=tenant_id, left_id=left_id, right_id=right_id)
        session.add(row)
    row.left_column, row.right_column = _columns(link, ids)
    row.user_id, row.created_at = user_id, now()
    session.flush()


def _pair_ids(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _columns(link: TableLink, ids: Mapping[str, str]) -> tuple[str, str]:
    """The columns in the order of the datasets' ids."""
    return (link.on, link.key) if ids[link.left] < ids[link.right] else (link.key, link.on)
