"""What grouping takes (`ClusterRequest`) and gives: `clusters.json` (`Clustering`)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.science.repairs.steps import Step


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClusterRequest(_Frozen):
    """A Parquet file, the folder for `clusters.json`, and columns whose values must not be told."""

    table: str
    folder: str
    leave_out: tuple[str, ...] = ()
    repairs: tuple[Step, ...] = ()
    personal: tuple[str, ...] = ()
    seed: int = Field(default=0, ge=0)


class Tried(_Frozen):
    """A number of groups: how well apart they are, in these rows and in rows drawn without groups; how stable.

    `silhouette` from -1 to 1; `without` is the largest one of the drawn tables; `stability` is the mean adjusted Rand
    index of groups found in halves of the rows, 1 when they are the same.
    """

    groups: int
    silhouette: float
    without: float
    stability: float


class Trait(_Frozen):
    """What sets a group apart in a column: its mean or a value's share, against all rows. `strength` is 0..1."""

    column: str
    kind: Literal["mean", "share"]
    value: str
    here: float
    overall: float
    strength: float


class Group(_Frozen):
    """A group of alike rows."""

    number: int
    rows: int
    share: float
    traits: tuple[Trait, ...]


class Clustering(_Frozen):
    """The artifact `clusters.json`; `groups` is empty when there are none."""

    version: Literal[1] = 1
    found: bool
    reason: str
    columns: tuple[str, ...]
    rows: int
    judged_rows: int
    tried: tuple[Tried, ...]
    groups: tuple[Group, ...]
    seed: int
    seconds: float
