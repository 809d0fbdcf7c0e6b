"""What a model said that columns mean, for the model that plans; the built-in planner reads measured facts only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from lakeglass.ask.plan import Meaning
from lakeglass.ask.tables import DescriptionRow


def meanings_of(
    session: Session, tenant_id: str, dataset_ids: Sequence[str]
) -> Mapping[str, tuple[Meaning, ...]]:
    """Meanings and units by dataset version, of those versions that were described."""
    query = select(DescriptionRow).where(
        DescriptionRow.tenant_id == tenant_id, DescriptionRow.dataset_id.in_(dataset_ids)
    )
    return {row.version_id: tuple(_columns(row)) for row in session.scalars(query)}


def _columns(row: DescriptionRow) -> list[Meaning]:
    """What was kept is what was checked when it was said; one that can't be read any more is left out."""
    found = []
    columns = row.content.get("columns")
    for one in columns if isinstance(columns, list) else []:
        try:
            meaning = Meaning.model_validate(one)
        except ValidationError:
            continue
        if meaning.meaning or meaning.unit:
            found.append(meaning)
    return found
