"""Trees of scikit-learn as plain arrays: reading them runs nothing, and they are checked before they are walked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lakeglass.core.errors import UnprocessableFile
from lakeglass.science.candidates.files import read_numbers, write_numbers
from lakeglass.science.table import Floats

_LEAF = -1
_ASKED = ("left_child", "right_child", "feature", "threshold")


@dataclass(frozen=True)
class Grove:
    """Trees (`sklearn.tree._tree.Tree`) that predict by the mean of their leaves, for `classes` or one amount (0)."""

    trees: tuple[Any, ...]
    seen: Floats
    classes: int

    def predict(self, matrix: Floats) -> Floats:
        """(rows, classes) probabilities or (rows, 1); `seen` are the classes that the leaves hold."""
        rows = np.ascontiguousarray(matrix, dtype=np.float32)
        total = np.zeros((rows.shape[0], max(1, self.seen.size)))
        for tree in self.trees:
            total += np.asarray(tree.predict(rows)).reshape(rows.shape[0], -1)
        mean = total / len(self.trees)
        if not self.classes:
            return mean
        shares = np.zeros((rows.shape[0], self.classes))
        shares[:, self.seen.astype(np.intp)] = mean / np.maximum(mean.sum(axis=1, keepdims=True), 1e-12)
        return shares


def grove_of(forest: Any, classes: int) -> Grove:
    """The trees of a fitted scikit-learn forest; probabilities for all `classes`, also those it never saw."""
    seen = np.asarray(forest.classes_, dtype=np.float64) if classes else np.zeros(0)
    return Grove(trees=tuple(one.tree_ for one in forest.estimators_), seen=seen, classes=classes)


def write_grove(path: Path, grove: Grove, *, fill: Floats) -> None:
    """One file of arrays, the trees end to end."""
    states = [tree.__getstate__() for tree in grove.trees]
    nodes = np.concatenate([state["nodes"] for state in states])
    write_numbers(
        path,
        sizes=np.array([state["node_count"] for state in states]),
        depths=np.array([state["max_depth"] for state in states]),
        left_child=nodes["left_child"].astype(np.int32),
        right_child=nodes["right_child"].astype(np.int32),
        feature=nodes["feature"].astype(np.int32),
        threshold=nodes["threshold"],
        values=np.concatenate([state["values"][:, 0, :] for state in states]),
        seen=grove.seen,
        classes=np.array([grove.classes]),
        fill=fill,
    )


def read_grove(path: Path) -> tuple[Grove, Floats]:
    """What `write_grove` wrote. Raises UnprocessableFile when it is damaged or a tree points outside itself."""
    from sklearn.tree._tree import NODE_DTYPE, Tree

    stored = read_numbers(path, "sizes", "depths", *_ASKED, "values", "seen", "classes", "fill")
    width, start = stored["fill"].size, 0
    trees: list[Any] = []
    for size, depth in zip(stored["sizes"].astype(np.intp), stored["depths"].astype(np.intp), strict=True):
        part = {name: stored[name][start : start + size] for name in _ASKED}
        values = stored["values"][start : start + size]
        if not _sound(part, int(size), width) or values.shape[0] != size:
            raise UnprocessableFile(f"{path.name} is not the file that was saved; fit the model again")
        nodes = np.zeros(size, dtype=NODE_DTYPE)
        for name in _ASKED:
            nodes[name] = part[name]
        tree = Tree(width, np.array([values.shape[1]], dtype=np.intp), 1)
        state = {
            "max_depth": int(depth),
            "node_count": int(size),
            "nodes": nodes,
            "values": values[:, None, :].copy(),
        }
        tree.__setstate__(state)
        trees.append(tree)
        start += int(size)
    return Grove(trees=tuple(trees), seen=stored["seen"], classes=int(stored["classes"][0])), stored["fill"]


def _sound(part: dict[str, Floats], size: int, width: int) -> bool:
    """Children lie further down the same tree, and features within the matrix."""
    left, right, feature = part["left_child"], part["right_child"], part["feature"]
    if left.size != size or size == 0:
        return False
    inner = left != _LEAF
    below = np.arange(size)[inner]
    ahead = (left[inner] > below) & (right[inner] > below) & (left[inner] < size) & (right[inner] < size)
    known = (feature[inner] >= 0) & (feature[inner] < width)
    return bool(np.all(ahead & known)) and bool(np.all(right[~inner] == _LEAF))
