"""Models of a long question: what is predicted from what, how the rows are split, and what judges it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from lakeglass.ask.language.prose.mentions import Reader, Sentence, next_after
from lakeglass.ask.language.prose.words import find, has, pattern, patterns
from lakeglass.ask.plan import Model, Statistic
from lakeglass.ask.plan.analyses import METRICS, Metric, ModelKind, Task

_SPLIT = pattern("fitting", "split")
_TEST = patterns("fitting", "test")
_TRAIN = pattern("fitting", "train")
_SEED = pattern("fitting", "seed")
_TREES = pattern("fitting", "trees")
_DEPTH = pattern("fitting", "depth")
_CLUSTERS = pattern("fitting", "clusters")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ALL = pattern("fitting", "all")
_UNSCALED = pattern("fitting", "unscaled")


def read_model(
    reader: Reader, sentences: Sequence[Sentence], whole: str, level: float | None
) -> Statistic | None:
    """The model that the question describes; None where it describes none, or not enough of it."""
    said = next((s for sentence in sentences for s in find("model", sentence.text)), None)
    if said is None and not any(has("regression", s.text, "words") for s in sentences):
        return None
    kind = cast("ModelKind", said.name if said is not None else "linear")
    if kind == "k-means":
        return _clusters(reader, sentences, whole)
    roles = _roles(reader, sentences)
    if roles is None:
        return None
    target, features = roles
    _take(sentences, [target, *features])
    share, seed = _test_share(whole), _SEED.search(whole)
    if kind == "linear" and share is None and seed is None:
        return Statistic(kind="regression", columns=(target, *features), level=level or 0.05)
    classes = kind == "logistic" or (
        kind != "linear" and (not reader.numeric(target) or "classif" in whole.lower())
    )
    task: Task = "classes" if classes else "numbers"
    metrics = _metrics(sentences, task)
    trees, depth = _TREES.search(whole), _DEPTH.search(whole)
    numeric_classes = reader.distinct(target) > 2
    model = Model(
        kind=kind,
        task=task,
        metrics=metrics,
        test_share=share or 0.2,
        seed=int(seed.group(1)) if seed else 42,
        trees=int(next(g for g in trees.groups() if g)) if trees and kind == "forest" else None,
        depth=int(depth.group(1)) if depth and kind in {"tree", "forest"} else None,
        scaling=_scaling(whole),
        averaging="weighted" if classes and numeric_classes else "one",
    )
    return Statistic(kind="model", columns=(target, *features), model=model)


def _scaling(whole: str) -> str:
    if _UNSCALED.search(whole) or not has("scale", whole):
        return "none"
    return next(find("scale", whole)).name


def _metrics(sentences: Sequence[Sentence], task: Task) -> tuple[Metric, ...]:
    named = [s.name for sentence in sentences for s in find("metric", sentence.text)]
    known = tuple(dict.fromkeys(m for m in named if m in METRICS[task]))
    return known or METRICS[task][:1]


def _test_share(whole: str) -> float | None:
    for each in _TEST:
        match = each.search(whole)
        if match:
            return _share(match.group(1))
    split = _SPLIT.search(whole)
    if split and int(split.group(1)) + int(split.group(2)) == 100:
        return min(int(split.group(1)), int(split.group(2))) / 100
    train = _TRAIN.search(whole)
    return round(1 - _share(train.group(1)), 6) if train else None


def _share(text: str) -> float:
    return float(text.strip(" %")) / 100 if "%" in text or float(text.strip(" %")) >= 1 else float(text)


def _roles(reader: Reader, sentences: Sequence[Sentence]) -> tuple[str, tuple[str, ...]] | None:
    """What is predicted, and from what."""
    for sentence in sentences:
        if not (
            has("model", sentence.text)
            or has("regression", sentence.text)
            or has("predicts", sentence.text, "before", "target")
        ):
            continue
        left = sentence.left()
        target = _target(sentence)
        if target is None:
            continue
        features = [m.column for m in left if m.column != target]
        if not features:
            features = _features(sentences, sentence, target)
        if _ALL.search(sentence.text) and not features:
            features = [n for n in reader.columns if n != target and (reader.numeric(n) or reader.few(n, 30))]
        features = list(dict.fromkeys(features))
        if features:
            return target, tuple(features)
    return None


def _features(sentences: Sequence[Sentence], said: Sentence, target: str) -> list[str]:
    """The columns of the first other sentence that speaks of a model or its features."""
    for sentence in sentences:
        spoken = has("model", sentence.text) or re.search(
            r"(?i)features?|predictors?|variables", sentence.text
        )
        columns = [m.column for m in sentence.left() if m.column != target]
        if sentence is not said and spoken and columns:
            return columns
    return []


def _target(sentence: Sentence) -> str | None:
    left = sentence.left()
    named = next(find("predicts", sentence.text, "target"), None)
    if named is not None:
        before = [m for m in left if m.end <= named.start]
        if before:
            return before[-1].column
    for said in find("predicts", sentence.text, "before"):
        after = next_after(left, sentence.text, said.end, 6)
        if after is not None:
            return after.column
    for said in find("regression", sentence.text, "words"):
        match = re.compile(r"(?i)\s+(?:model\s+)?(?:of|for)\s+(?:the\s+)?").match(sentence.text, said.end)
        after = next_after(left, sentence.text, match.end(), 2) if match else None
        if after is not None:
            return after.column
        match = re.compile(r"(?i)\s+(?:the\s+)?").match(sentence.text, said.end)
        if sentence.text[said.start : said.end].lower() == "regress" and match:
            after = next_after(left, sentence.text, match.end(), 1)
            return after.column if after else None
    return None


def _take(sentences: Sequence[Sentence], names: Sequence[str]) -> None:
    for sentence in sentences:
        for mention in sentence.columns:
            if mention.column in names:
                sentence.take(mention.start, mention.end)


def _clusters(reader: Reader, sentences: Sequence[Sentence], whole: str) -> Statistic | None:
    sentence = next(s for s in sentences if has("model", s.text))
    count = _CLUSTERS.search(whole)
    columns = tuple(dict.fromkeys(m.column for m in sentence.left() if reader.numeric(m.column)))
    if count is None or len(columns) < 2:
        return None
    said = next(g for g in count.groups() if g)
    seed = _SEED.search(whole)
    _take(sentences, columns)
    told = bool(
        re.search(
            r"(?i)\b(?:largest|smallest|biggest|size|sizes|centers?|centres?|centroids?|how many)\b", whole
        )
    )
    metrics = tuple(
        dict.fromkeys(
            s.name for each in sentences for s in find("metric", each.text, "inertia", "silhouette")
        )
    )
    model = Model(
        kind="k-means",
        task="clusters",
        metrics=metrics or ("inertia",),
        clusters=_NUMBERS.get(said.lower()) or int(said),
        seed=int(seed.group(1)) if seed else 42,
        scaling=_scaling(whole),
        tells="clusters" if told and not metrics else "metrics",
    )
    return Statistic(kind="model", columns=columns, model=model)
