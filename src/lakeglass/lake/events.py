"""What the lake says while it reads a file."""

from __future__ import annotations

from typing import Literal

from lakeglass.events.model import EventBody
from lakeglass.lake.model import DatasetState


class DatasetChanged(EventBody):
    """A dataset was created, became ready, was renamed or deleted, or could not be read (`failure` says why)."""

    type: Literal["dataset"] = "dataset"
    dataset_id: str
    name: str
    state: DatasetState | Literal["deleted"]
    version_id: str | None = None
    failure: str | None = None


class ProfilePart(EventBody):
    """A part of the profile can be fetched now: the preview first, the statistics after it."""

    type: Literal["profile"] = "profile"
    dataset_id: str
    version_id: str
    part: Literal["preview", "statistics"]
    columns_done: int | None = None
    columns_total: int | None = None
