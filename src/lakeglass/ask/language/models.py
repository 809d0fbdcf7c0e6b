"""Models in a question: which one, what it predicts from what, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from lakeglass.ask.language.columns import ColumnModel
from lakeglass.ask.language.draft import Draft
from lakeglass.ask.language.link import Item
from lakeglass.ask.language.model_settings import Settings, read_settings
from lakeglass.ask.language.spoken import Said, Section, Spoken, vocabulary
from lakeglass.ask.plan import Statistic
from lakeglass.ask.plan.analyses import METRICS, TASKS, Metric, Model, ModelKind, Task
from lakeglass.ask.plan.naming import METRIC_NAMES, plain
from lakeglass.ask.plan.validate import NUMERIC

_MOST_CLASSES = 30
_MOST_CATEGORIES = 20
_MOST_FEATURES = 60
_DEFAULT_CLUSTERS = 3
_KINDS: tuple[ModelKind, ...] = ("linear", "logistic", "tree", "forest", "k-means")
_ERRORS = {"rmse", "mse", "mae"}


@dataclass
class Named:
    """A column that the question names, and at which token."""

    place: int
    item: Item
    column: ColumnModel


def read_model(draft: Draft) -> None:
    """A statistic of the kind 'model' where the question asks for one; a problem where it is not clear."""
    spoken, words = Spoken(draft.items), dict(vocabulary())
    said = [s for s in spoken.find(words["model"]) if not any(i.exact_column for i in spoken.items(s))]
    verbs = spoken.find(words["target"], "before")
    settings = read_settings(spoken, words)
    if not _asks(draft, spoken, said, verbs, settings):
        return
    taken = {n for s in said for n in range(s.start, s.end)} | settings.used
    columns = _columns(draft, spoken, taken)
    if draft.problems:
        return
    kinds = [s.name for s in said]
    if "k-means" in kinds and not verbs:
        _cluster(draft, spoken, words, columns, settings)
    else:
        _predict(draft, spoken, words, columns, settings, kinds)
    if draft.problems or draft.statistic is None:
        return
    _consume(spoken, words, said, taken, columns)
    draft.note("statistic", " ".join(i.text for s in said[:1] for i in spoken.items(s)) or "predict")


def _asks(draft: Draft, spoken: Spoken, said: list[Said], verbs: list[Said], settings: Settings) -> bool:
    """A model is meant when it is named; a regression or a prediction only with what makes it a model."""
    names = {s.name for s in said}
    if names & {"logistic", "tree", "forest"}:
        return True
    if "k-means" in names:
        return any(i.columns for i in draft.items) or settings.clusters is not None
    judged = settings.holds_out or bool(_ERRORS & set(settings.metrics))
    if "linear" in names:
        return judged
    predicts = any(spoken.word(v.start).startswith(("predict", "classif")) for v in verbs)
    if predicts and ("classifier" in names or judged or settings.tells or settings.metrics):
        return True
    leads = {"from", "using", "based", "with", "given"}
    return predicts and any(spoken.word(n) in leads for v in verbs for n in range(v.end, len(spoken.pairs)))


def _columns(draft: Draft, spoken: Spoken, taken: set[int]) -> list[Named]:
    """The columns that the question names, each once, in its order."""
    found: list[Named] = []
    for item in draft.items:
        place = spoken.place(item)
        if not item.free or place in taken or any(i is item for n in taken for i in (spoken.pairs[n][1],)):
            continue
        column = None
        if item.columns:
            column = draft.choose(item, "any")
            if column is None:
                return []
        elif item.rows and len(item.tokens) == 1:
            both = draft.schema.index.match([item.tokens[0].word])
            column = both[0].column if both and both[0].score >= 1.0 and both[0].column.is_measure else None
        if column is not None and all(column is not n.column for n in found):
            found.append(Named(place, item, column))
    return found


def _target(spoken: Spoken, words: dict[str, Section], columns: list[Named]) -> Named | None:
    """What is predicted: beside the word that says so, otherwise the first column before 'on', 'from' or 'using'."""
    for said in spoken.find(words["target"], "noun"):
        before = [c for c in columns if said.start - 5 <= c.place < said.start]
        if before and {"as", "is"} & {spoken.word(n) for n in range(before[-1].place, said.start)}:
            return before[-1]
    leads = [s.start for s in spoken.find(words["feature"], "before")]
    for said in spoken.find(words["target"], "before"):
        after = [c for c in columns if said.end <= c.place < said.end + 6]
        if after and not any(said.end <= n < after[0].place and _leads(spoken, n) for n in leads):
            return after[0]
    return columns[0] if columns else None


def _leads(spoken: Spoken, place: int) -> bool:
    return spoken.word(place) in {"from", "using", "based", "features", "predictors", "inputs", "with"}


def _features(
    draft: Draft, spoken: Spoken, words: dict[str, Section], columns: list[Named], target: Named | None
) -> list[ColumnModel]:
    """Those that are named; every usable column when the question says so, or names none."""
    others = spoken.find(words["feature"], "others")
    named = [c for c in columns if target is None or c.column is not target.column]
    if named and not others:
        return [c.column for c in named]
    without: set[str] = set()
    for said in spoken.find(words["feature"], "except")[:1]:
        without = {c.column.name for c in named if c.place >= said.end}
    usable = [
        c
        for c in draft.schema.index.columns
        if _usable(c) and c.name not in without and (target is None or c is not target.column)
    ]
    numeric = any("numeric" in spoken.word(n) for said in others for n in range(said.start, said.end))
    if target is None or numeric:
        usable = [c for c in usable if c.is_measure]
    if not others:
        draft.assume("no features were named: every other column that fits is used", cost=0.9)
    left = [
        c.name
        for c in draft.schema.index.columns
        if c not in usable and (target is None or c is not target.column)
    ]
    if left and not numeric:
        draft.assume(f"not used, as they fit no model: {', '.join(plain(n, limit=30) for n in left[:6])}")
    return usable[:_MOST_FEATURES]


def _usable(column: ColumnModel) -> bool:
    statistics = column.statistics
    if statistics.null_share > 0.4 or statistics.distinct < 2:
        return False
    if column.role in {"measure", "flag", "period"}:
        return True
    return column.role == "category" and statistics.distinct <= _MOST_CATEGORIES


def _predict(
    draft: Draft,
    spoken: Spoken,
    words: dict[str, Section],
    columns: list[Named],
    settings: Settings,
    kinds: list[str],
) -> None:
    target = _target(spoken, words, columns)
    if target is None:
        draft.fail("incomplete", "Which column should the model predict? Name it in the question.")
        return
    features = _features(draft, spoken, words, columns, target)
    kind, task = _kind(draft, target.column, kinds, settings)
    if draft.problems:
        return
    wrong = [c.name for c in features if not _fits(c)]
    if not features or wrong:
        what = (
            f"{plain(wrong[0])} holds no numbers and too many categories" if wrong else "no feature is named"
        )
        draft.fail("unclear", f"A model can't predict from that: {what}.", words=target.item.text)
        return
    _judged(draft, target.column, kind, task, settings, features)


def _fits(column: ColumnModel) -> bool:
    if column.statistics.kind in NUMERIC or column.text_numbers:
        return True
    return column.statistics.kind in {"text", "boolean"} and column.statistics.distinct <= _MOST_CLASSES


def _kind(draft: Draft, target: ColumnModel, kinds: list[str], settings: Settings) -> tuple[ModelKind, Task]:
    """The model that is named, otherwise the plain one for such a target."""
    named: ModelKind | None = next((k for k in _KINDS if k in kinds), None)
    numeric = target.statistics.kind in NUMERIC or target.text_numbers
    classes = set(settings.metrics) & set(METRICS["classes"]) or "classifier" in kinds
    few = target.statistics.distinct == 2 or (bool(classes) and target.statistics.distinct <= _MOST_CLASSES)
    task: Task = "classes" if not numeric or few else "numbers"
    if set(settings.metrics) & set(METRICS["numbers"]) and numeric:
        task = "numbers"
    if named is None:
        named = "forest" if "features" in settings.tells else "linear" if task == "numbers" else "logistic"
        said = {"forest": "a random forest", "linear": "a linear regression"}.get(
            named, "a logistic regression"
        )
        draft.assume(f"no model was named: {said} is fitted", cost=0.9)
    if named == "linear" and numeric:
        task = "numbers"
    if named == "logistic" and target.statistics.distinct <= _MOST_CLASSES:
        task = "classes"
    if task not in TASKS[named] or (
        task == "classes" and not 2 <= target.statistics.distinct <= _MOST_CLASSES
    ):
        distinct = target.statistics.distinct
        what = f"{distinct:,} different {'numbers' if numeric else 'values'}"
        draft.fail(
            "unclear",
            f"{plain(target.name)} holds {what}; "
            + (
                "a linear regression predicts numbers."
                if named == "linear"
                else f"a classifier takes 2 to {_MOST_CLASSES}."
            ),
            words=target.name,
        )
    return named, task


def _judged(
    draft: Draft,
    target: ColumnModel,
    kind: ModelKind,
    task: Task,
    settings: Settings,
    features: list[ColumnModel],
) -> None:
    metrics = _metrics(draft, task, settings)
    if draft.problems:
        return
    share, seed = settings.test_share or 0.2, 42 if settings.seed is None else settings.seed
    if settings.test_share is None or settings.seed is None:
        split = f"{100 - 100 * share:g}/{100 * share:g} split" if settings.test_share is None else ""
        said = ", ".join(p for p in (split, f"seed {seed}" if settings.seed is None else "") if p)
        draft.assume(said)
    averaging = settings.averaging or ("one" if target.statistics.distinct == 2 else "weighted")
    _tell_classes(draft, target, metrics, averaging, settings)
    if any(c.statistics.kind == "text" and not c.text_numbers for c in features):
        draft.assume("categories become columns of 0 and 1, the first of each left out")
    draft.statistic = Statistic(
        kind="model",
        columns=(
            draft.usable(target) if target.is_measure else target.name,
            *(draft.usable(c) if c.is_measure else c.name for c in features),
        ),
        model=Model(
            kind=kind,
            task=task,
            metrics=metrics,
            tells="features" if "features" in settings.tells else "metrics",
            test_share=share,
            seed=seed,
            trees=settings.trees if kind == "forest" else None,
            depth=settings.depth if kind in {"tree", "forest"} else None,
            scaling=settings.scaling,
            averaging=averaging if task == "classes" else "one",
        ),
    )


def _tell_classes(
    draft: Draft, target: ColumnModel, metrics: tuple[Metric, ...], averaging: str, settings: Settings
) -> None:
    """Of which class precision, recall and F1 are, or how they are averaged."""
    several = {"precision", "recall", "f1"} & set(metrics)
    classes = sorted((v.value for v in target.statistics.top_values if v.value is not None), key=str)
    if several and averaging == "one" and len(classes) == 2:
        draft.assume(
            f"precision, recall and F1 are those of {plain(target.name)} = {plain(str(classes[-1]))}"
        )
    if several and averaging == "weighted" and settings.averaging is None:
        draft.assume("precision, recall and F1 are averages over the classes, weighted by their rows")
    if "auc" in metrics and target.statistics.distinct > 2:
        draft.assume("AUC is the average over the classes, each against the others")


def _metrics(draft: Draft, task: Task, settings: Settings) -> tuple[Metric, ...]:
    """Those that are asked for, otherwise the usual ones."""
    wrong = [m for m in settings.metrics if m not in METRICS[task]]
    if wrong:
        listed = ", ".join(METRIC_NAMES[m] for m in METRICS[task])
        draft.fail("unclear", f"{METRIC_NAMES[wrong[0]]} does not judge such a model; {listed} do.")
        return ()
    return settings.metrics or METRICS[task][: 3 if task == "numbers" else None]


def _cluster(
    draft: Draft, spoken: Spoken, words: dict[str, Section], columns: list[Named], settings: Settings
) -> None:
    without = [c for c in columns if not (c.column.is_measure or c.column.statistics.kind in NUMERIC)]
    if without:
        name = plain(without[0].column.name)
        draft.fail(
            "unclear", f"{name} holds no numbers, so k-means can't use it.", words=without[0].item.text
        )
        return
    features = _features(draft, spoken, words, columns, None)
    if len(features) < 2:
        draft.fail("incomplete", "Clusters need at least two columns with numbers; name them.")
        return
    clusters = settings.clusters or _DEFAULT_CLUSTERS
    if not 2 <= clusters <= 100:
        draft.fail("unclear", f"K-means takes 2 to 100 clusters, not {clusters}.")
        return
    if settings.clusters is None:
        draft.assume(f"{clusters} clusters, as none were named", cost=0.9)
    if settings.seed is None:
        draft.assume("seed 42, the best of ten starts")
    if settings.scaling == "none":
        draft.assume("the columns are taken as they are, not scaled")
    metrics = _metrics(draft, "clusters", settings)
    if draft.problems:
        return
    asked = bool(settings.metrics) and "clusters" not in settings.tells
    draft.statistic = Statistic(
        kind="model",
        columns=tuple(draft.usable(c) for c in features),
        model=Model(
            kind="k-means",
            task="clusters",
            metrics=metrics,
            tells="metrics" if asked else "clusters",
            seed=42 if settings.seed is None else settings.seed,
            clusters=clusters,
            scaling=settings.scaling,
        ),
    )


def _consume(
    spoken: Spoken, words: dict[str, Section], said: list[Said], taken: set[int], columns: list[Named]
) -> None:
    """Everything that went into the model, and words that say no more than that there is one."""
    places = set(taken)
    for section in ("target", "feature", "words"):
        for each in spoken.find(words[section]):
            places |= set(range(each.start, each.end))
    for each in said:
        places |= set(range(each.start, each.end))
    for named in columns:
        named.item.used = "statistic"
    for place in places:
        item = spoken.pairs[place][1]
        if item.free and not item.values:
            item.used = "statistic"
