"""What a question sets for a model: the split, the seed, trees, depth, clusters, scaling, metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, cast

from lakeglass.ask.language.spoken import Said, Section, Spoken
from lakeglass.ask.plan.analyses import Averaging, Metric

_REACH = 4
_FRACTION_SIGNS = {"/", "-", "to", "and", "%", "percent", ":"}


@dataclass
class Settings:
    """As far as the question names them; `used` holds the tokens that say so."""

    test_share: float | None = None
    seed: int | None = None
    trees: int | None = None
    depth: int | None = None
    clusters: int | None = None
    scaling: Literal["none", "z", "minmax"] = "none"
    averaging: Averaging | None = None
    metrics: tuple[Metric, ...] = ()
    tells: frozenset[str] = frozenset()
    used: set[int] = field(default_factory=set)
    split: bool = False

    @property
    def holds_out(self) -> bool:
        """True when the question speaks of rows that the model has not seen."""
        return self.split or self.test_share is not None or self.seed is not None


def read_settings(spoken: Spoken, words: dict[str, Section]) -> Settings:
    """Everything that the question sets."""
    found = Settings()
    settings = words["setting"]
    found.seed = _whole(spoken, found, spoken.find(settings, "seed"), before=False)
    found.trees = _whole(spoken, found, spoken.find(settings, "trees"), before=True)
    found.depth = _whole(spoken, found, spoken.find(settings, "depth"), before=False)
    found.clusters = _whole(spoken, found, spoken.find(settings, "clusters"), before=True)
    _share(spoken, found, settings)
    metrics = [s for s in spoken.find(words["metric"]) if not _named(spoken, s)]
    found.metrics = cast("tuple[Metric, ...]", tuple(dict.fromkeys(s.name for s in metrics)))
    scaled = [s for s in spoken.find(words["scaling"]) if not _named(spoken, s)]
    if scaled:
        found.scaling = "z" if scaled[0].name == "z" else "minmax"
    averaged = spoken.find(words["averaging"])
    if averaged:
        found.averaging = averaged[0].name  # type: ignore[assignment]
    told = [s for s in spoken.find(words["tells"]) if not _named(spoken, s)]
    found.tells = frozenset(s.name for s in told)
    for said in (*metrics, *scaled, *averaged, *told):
        found.used |= set(range(said.start, said.end))
    return found


def _named(spoken: Spoken, said: Said) -> bool:
    """True when the phrase is a column's own name or a part of it; 'random state' is none, beside a column State."""
    return any(i.exact_column and len(i.tokens) >= said.end - said.start for i in spoken.items(said))


def _whole(spoken: Spoken, found: Settings, phrases: list[Said], *, before: bool) -> int | None:
    """The whole number beside one of the phrases."""
    for said in phrases:
        if _named(spoken, said):
            continue
        behind = range(said.end, said.end + 3)
        places = [said.start - 1, *behind] if before else [*behind, said.start - 1]
        for place in places:
            number = spoken.number(place)
            blocked = place > said.end and not _passes(spoken, said.end, place)
            if number is None or not number.is_integer() or place in found.used or blocked:
                continue
            found.used |= {place, *range(said.start, said.end), *range(said.end, place)}
            return int(number)
    return None


def _passes(spoken: Spoken, start: int, end: int) -> bool:
    return all(
        spoken.word(n) in {"=", "of", "to", "is", "set", "at", "as", "value", "number"}
        for n in range(start, end)
    )


def _share(spoken: Spoken, found: Settings, settings: Section) -> None:
    """'80/20', 'a 30 % test set', 'test_size=0.25', '75 % for training'."""
    phrases = spoken.find(settings, "split", "test", "train")
    found.split = bool(phrases)
    for said in phrases:
        if not _named(spoken, said):
            found.used |= set(range(said.start, said.end))
    numbers = [
        (n, _fraction(spoken, n))
        for n in range(len(spoken.pairs))
        if n not in found.used and spoken.number(n)
    ]
    fractions = [(n, share) for n, share in numbers if share is not None]
    for (first, one), (second, other) in pairwise(fractions):
        near = second - first <= 3 or (
            second - first <= 7 and _parts_between(spoken, first, second, settings)
        )
        if near and abs(one + other - 1) < 1e-9:
            found.test_share = _smaller_or_named(spoken, (first, one), (second, other), settings)
            found.split = True
            found.used |= {n for n in range(first, second + 2) if _sign(spoken, n) or n in {first, second}}
            return
    for place, share in fractions:
        side = _side(spoken, place, settings)
        if side is not None:
            found.test_share = share if side == "test" else round(1 - share, 10)
            found.used |= {place} | {n for n in (place - 1, place + 1) if _sign(spoken, n)}
            return


def _sign(spoken: Spoken, place: int) -> bool:
    return spoken.word(place) in {"%", "percent", "=", "/", "-", ":", "to"}


def _fraction(spoken: Spoken, place: int) -> float | None:
    """0.2 for '0.2', '20 %' and the 20 of '80/20'."""
    number = spoken.number(place)
    if number is None or number <= 0:
        return None
    if number < 1:
        return number
    beside = {spoken.word(place + 1), spoken.word(place - 1)}
    paired = any(
        (other := spoken.number(place + step)) is not None and other + number == 100
        for step in (-3, -2, -1, 1, 2, 3)
    )
    if number < 100 and (beside & {"%", "percent"} or paired):
        return number / 100
    return None


def _parts_between(spoken: Spoken, first: int, second: int, settings: Section) -> bool:
    known = {p[0] for name in ("test", "train", "split") for p in settings[name] if len(p) == 1}
    return any(spoken.word(n) in known for n in range(first, second))


def _smaller_or_named(
    spoken: Spoken, one: tuple[int, float], other: tuple[int, float], settings: Section
) -> float:
    side = _side(spoken, one[0], settings)
    if side == "test" and _side(spoken, other[0], settings) != "test":
        return one[1]
    return min(one[1], other[1]) if side != "train" else other[1]


def _side(spoken: Spoken, place: int, settings: Section) -> Literal["test", "train"] | None:
    """Which part a share is of: the next word behind it that says so, otherwise the last before it."""
    ahead = [*range(place + 1, place + 1 + _REACH), *range(place - 1, place - 1 - _REACH, -1)]
    for n in ahead:
        for name in ("test", "train"):
            for phrase in settings[name]:
                words = tuple(spoken.word(n + step) for step in range(len(phrase)))
                if words == phrase and "split" not in words:
                    return "test" if name == "test" else "train"
        if n > place and spoken.number(n) is not None:
            continue
    return None
