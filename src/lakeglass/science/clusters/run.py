"""From a table to `clusters.json`: k-means over balanced columns, believed only when chance does not do as well.

Rousseeuw, 'Silhouettes', 1987; Hennig, 'Cluster-wise assessment of cluster stability', 2007. The table without groups
that a result must beat has the same means and covariances of numbers, and the same shares of categories.
"""

from __future__ import annotations

import itertools
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import stats

from lakeglass.core.errors import InvalidInput
from lakeglass.science.clusters.model import Clustering, ClusterRequest, Group, Trait, Tried
from lakeglass.science.features.preparation import Preparation, Style, prepare
from lakeglass.science.repairs.actions import applied
from lakeglass.science.roles import ColumnRole, roles_of
from lakeglass.science.search.store import write_json
from lakeglass.science.table import (
    Codes,
    Column,
    Flags,
    Floats,
    Levels,
    Numbers,
    Rows,
    Table,
    from_arrow,
    read_arrow,
)

_FEWEST_ROWS, _MOST_GROUPS = 30, 8
_LEARNED, _JUDGED = 5_000, 1_500
_DRAWN, _HALVES, _STARTS = 5, 6, 4
_MARGIN, _STABLE, _APART = 0.04, 0.75, 0.12
_SMALLEST = 0.01
_TRAITS = 6
_SKEWED = 1.0
_LEVELS = 12
_STYLE = Style(shape="linear", categories="columns", bends=0, most_levels=_LEVELS)


@dataclass(frozen=True)
class _Space:
    """Rows as points: `blocks` are the outputs of each column, `numbers` says which of them are numbers."""

    points: Floats
    blocks: tuple[slice, ...]
    numbers: tuple[bool, ...]


def find_clusters(request: ClusterRequest) -> Clustering:
    """Look for groups, and write what was found. Raises InvalidInput without columns or with fewer than 30 rows."""
    begun = time.monotonic()
    table = from_arrow(applied(read_arrow(Path(request.table)), request.repairs)).without(request.leave_out)
    if table.rows < _FEWEST_ROWS:
        raise InvalidInput(
            f"{table.rows} rows are too few to look for groups, expected at least {_FEWEST_ROWS}"
        )
    roles = tuple(
        role for role in roles_of(table)
        if role.role in {"number", "truth", "moment"} or (role.role == "category" and role.distinct <= table.rows / 10)
    )  # fmt: skip
    roles = tuple(role for role in roles if role.missing < 0.5)
    if not roles:
        raise InvalidInput("no column to group rows by: all are constant, empty, texts or identifiers")
    draw = np.random.default_rng(request.seed)
    sample = np.sort(draw.permutation(table.rows)[:_LEARNED])
    straight = _straightened(table, roles, sample)
    space, made = _space(straight.take(sample), roles)
    tried = tuple(_tried(space, groups, request.seed) for groups in range(2, _most(sample.size) + 1))
    best, reason = _best(tried)
    groups: tuple[Group, ...] = ()
    if best is not None:
        centers = _centers(space.points, best.groups, request.seed)
        label = _assigned(made.transform(straight) * _weights(made), centers)
        groups = _profiles(table, roles, label, personal=frozenset(request.personal))
    found = Clustering(
        found=best is not None, reason=reason, columns=tuple(role.name for role in roles), rows=table.rows,
        judged_rows=int(min(sample.size, _JUDGED)), tried=tried, groups=groups, seed=request.seed,
        seconds=time.monotonic() - begun,
    )  # fmt: skip
    folder = Path(request.folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "clusters.json", found)
    return found


def _most(rows: int) -> int:
    return int(min(_MOST_GROUPS, max(2, rows // 15)))


def _straightened(table: Table, roles: tuple[ColumnRole, ...], sample: Rows) -> Table:
    """Skewed numbers bent towards a normal shape (Yeo and Johnson): a long tail is no group of its own."""
    names = {role.name for role in roles if role.role == "number"}
    columns: list[Column] = []
    for column in table.columns:
        if isinstance(column, Numbers) and column.name in names:
            known = column.values[sample]
            known = known[~np.isnan(known)]
            known = (known - known.mean()) / (known.std() or 1.0)
            if abs(float(np.mean(known**3))) > _SKEWED:
                middle, spread = float(np.nanmean(column.values)), float(np.nanstd(column.values)) or 1.0
                _, bend = stats.yeojohnson(known)
                bent = np.asarray(stats.yeojohnson((column.values - middle) / spread, bend))
                columns.append(replace(column, values=bent))
                continue
        columns.append(column)
    return replace(table, columns=tuple(columns))


def _space(table: Table, roles: tuple[ColumnRole, ...]) -> tuple[_Space, Preparation]:
    made, matrix = prepare(table, roles, _STYLE, wanted=np.zeros((table.rows, 1)), seed=0)
    sources, kinds = made.sources(), {role.name: role.role for role in roles}
    starts = [0, *(n for n in range(1, len(sources)) if sources[n] != sources[n - 1]), len(sources)]
    blocks = tuple(slice(one, two) for one, two in itertools.pairwise(starts))
    numbers = tuple(kinds[sources[block.start]] == "number" for block in blocks)
    return _Space(matrix * _weights(made), blocks, numbers), made


def _weights(made: Preparation) -> Floats:
    """Outputs of one column weigh as much together as one number does."""
    sources = made.sources()
    return np.array([1 / sources.count(name) ** 0.5 for name in sources])


def _centers(points: Floats, groups: int, seed: int) -> Floats:
    from sklearn.cluster import KMeans

    with warnings.catch_warnings():
        # fewer different rows than groups: judged by its silhouette like any other
        warnings.simplefilter("ignore")
        return np.asarray(KMeans(groups, n_init=_STARTS, random_state=seed).fit(points).cluster_centers_)


def _assigned(points: Floats, centers: Floats) -> Codes:
    apart = (points**2).sum(axis=1)[:, None] - 2 * points @ centers.T + (centers**2).sum(axis=1)
    return np.asarray(apart.argmin(axis=1), dtype=np.int32)


def _tried(space: _Space, groups: int, seed: int) -> Tried:
    draw = np.random.default_rng([seed, groups])
    without = [_silhouette(_groupless(space, draw), groups, seed, draw) for _ in range(_DRAWN)]
    return Tried(
        groups=groups, silhouette=_silhouette(space.points, groups, seed, draw), without=max(without),
        stability=_stability(space.points, groups, seed, draw),
    )  # fmt: skip


def _silhouette(points: Floats, groups: int, seed: int, draw: np.random.Generator) -> float:
    from sklearn.metrics import silhouette_score

    label = _assigned(points, _centers(points, groups, seed))
    rows = draw.permutation(points.shape[0])[:_JUDGED]
    if np.unique(label[rows]).size < groups or np.bincount(label).min() < _SMALLEST * label.size:
        return -1.0
    return float(silhouette_score(points[rows], label[rows]))


def _groupless(space: _Space, draw: np.random.Generator) -> Floats:
    """Rows without groups: numbers from one normal cloud of the same shape, other columns dealt anew."""
    drawn = np.empty_like(space.points)
    for block, number in zip(space.blocks, space.numbers, strict=True):
        if not number:
            drawn[:, block] = space.points[draw.permutation(drawn.shape[0]), block]
    places = [
        p
        for b, number in zip(space.blocks, space.numbers, strict=True)
        if number
        for p in range(b.start, b.stop)
    ]
    if places:
        numbers = space.points[:, places]
        shape = np.atleast_2d(np.cov(numbers, rowvar=False))
        drawn[:, places] = draw.multivariate_normal(
            numbers.mean(axis=0), shape, size=drawn.shape[0], method="eigh"
        )
    return drawn


def _stability(points: Floats, groups: int, seed: int, draw: np.random.Generator) -> float:
    """Mean agreement on all rows of groups that were found in two halves of them."""
    from sklearn.metrics import adjusted_rand_score

    found = []
    for number in range(_HALVES // 2):
        order: Rows = draw.permutation(points.shape[0])
        halves = (order[: order.size // 2], order[order.size // 2 :])
        one, two = (_assigned(points, _centers(points[half], groups, seed + number)) for half in halves)
        found.append(float(adjusted_rand_score(one, two)))
    return float(np.mean(found))


def _best(tried: tuple[Tried, ...]) -> tuple[Tried | None, str]:
    """The number of groups that is furthest above chance among the stable ones, with the reason."""
    real = [
        each for each in tried
        if each.silhouette - each.without >= _MARGIN and each.stability >= _STABLE and each.silhouette >= _APART
    ]  # fmt: skip
    if real:
        best = max(real, key=lambda each: each.silhouette)
        return best, (
            f"{best.groups} groups: rows lie nearer to their own group than to others ({best.silhouette:.2f}; tables "
            f"drawn without groups reach {best.without:.2f}, and 1 is most), and halves of the rows give the same "
            f"groups (agreement {best.stability:.2f} of 1)"
        )
    near = max(tried, key=lambda each: each.silhouette - each.without)
    if near.silhouette - near.without < _MARGIN or near.silhouette < _APART:
        return None, (
            f"no groups: with {near.groups} of them, at best, rows lie hardly nearer to their own than tables drawn "
            f"without groups give ({near.silhouette:.2f} against {near.without:.2f}, and 1 is most)"
        )
    return (
        None,
        f"no groups that last: halves of the rows give different ones (agreement {near.stability:.2f} of 1)",
    )


def _profiles(
    table: Table, roles: tuple[ColumnRole, ...], label: Codes, *, personal: frozenset[str]
) -> tuple[Group, ...]:
    """The groups, the largest first, each with what sets it apart."""
    sizes = np.bincount(label)
    order = [int(n) for n in np.argsort(-sizes, kind="stable") if sizes[n]]
    told = [role for role in roles if role.name not in personal and role.role != "moment"]
    found = []
    for number, place in enumerate(order):
        mine = label == place
        traits = [trait for role in told for trait in _traits(table, role.name, mine)]
        traits.sort(key=lambda one: (-one.strength, one.column, one.value))
        found.append(
            Group(
                number=number + 1,
                rows=int(mine.sum()),
                share=float(mine.mean()),
                traits=tuple(traits[:_TRAITS]),
            )
        )
    return tuple(found)


def _traits(table: Table, name: str, mine: Flags) -> list[Trait]:
    column = table.column(name)
    if not isinstance(column, Levels):
        known = ~np.isnan(column.values)
        here, every = column.values[known & mine], column.values[known]
        spread = float(every.std())
        if not here.size or spread == 0:
            return []
        moved = (float(here.mean()) - float(every.mean())) / spread
        return [
            Trait(
                column=name, kind="mean", value="", here=float(here.mean()), overall=float(every.mean()),
                strength=float(abs(moved) / (1 + abs(moved))),
            )
        ]  # fmt: skip
    here_codes, codes = column.codes[mine & (column.codes >= 0)], column.codes[column.codes >= 0]
    if not here_codes.size:
        return []
    shares = np.bincount(here_codes, minlength=len(column.levels)) / here_codes.size
    overall = np.bincount(codes, minlength=len(column.levels)) / codes.size
    level = int(np.argmax(shares - overall))
    return [
        Trait(
            column=name, kind="share", value=column.levels[level], here=float(shares[level]),
            overall=float(overall[level]), strength=float(shares[level] - overall[level]),
        )
    ]  # fmt: skip
