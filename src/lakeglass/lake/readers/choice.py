"""Which type each column of text gets: proposed from a sample, held against every value, told when two would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from lakeglass.core.errors import InvalidInput
from lakeglass.lake.decisions import Alternative, Confidence, ReadDecision, ReadOptions
from lakeglass.lake.readers import moments, numbers
from lakeglass.lake.readers.types import ColumnType, examples, misfits, present_values, values

Kinds = list[ColumnType | None]
TEXT = "text"
_FEW = 20
_PLAIN = (moments.TRUE_FALSE, numbers.INTEGER, numbers.NUMBER, moments.ISO_DATE, moments.ISO_PLAIN)
_OBVIOUS = frozenset({"integer", "number", "date", "date and time", "true or false", "time"})


class Misfit(Exception):
    """A value does not fit the type that was proposed for its column."""


class TextTable(Protocol):
    """A table whose every cell is text."""

    @property
    def names(self) -> Sequence[str]:
        """The columns' names, unique."""

    def sample(self) -> Sequence[Sequence[str | None]]:
        """The first values of each column."""

    def aggregate(self, wanted: Mapping[int, Sequence[str]]) -> dict[int, tuple[object, ...]]:
        """Aggregates (SQL over the trimmed text `v`) for columns by position, over every row."""

    def write(self, target: Path, kinds: Kinds) -> int:
        """Write the table as Parquet under these types (None is text) and count its rows; raises Misfit."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the rest of the file says about columns that could be read in two ways."""

    decimal: Literal[".", ","] | None = None
    order: Literal["day first", "month first"] | None = None


def candidates(present: set[str]) -> list[ColumnType]:
    """The types that all these values could have, the plainest first; none means text."""
    if not present:
        return []
    few = list(present)[:_FEW]
    return [
        kind
        for kind in _kinds(present)
        if all(kind.shape.fullmatch(value) for value in few)
        and all(kind.shape.fullmatch(value) for value in present)
    ]


def _kinds(present: set[str]) -> Iterable[ColumnType]:
    yield from moments.flags(present)
    if moments.compact_date(present):
        yield from moments.dates(present)
    yield from numbers.plain(present)
    yield from numbers.written(present)
    yield from moments.dates(present)
    yield from moments.times()


def _plainly(present: set[str]) -> ColumnType | None:
    """The type of values that can be read in one way only; None asks for a closer look."""
    if not present:
        return None
    few = list(present)[:_FEW]
    for kind in _PLAIN:
        if all(kind.shape.fullmatch(value) for value in few) and all(
            kind.shape.fullmatch(v) for v in present
        ):
            if kind is numbers.INTEGER and moments.compact_date(present):
                return None
            if kind is not numbers.NUMBER:
                return kind
            return None if numbers.could_be_grouped(present) else numbers.evenly_cut(present)
    return None


def typed(
    table: TextTable, target: Path, options: ReadOptions, *, hint: Hints
) -> tuple[int, list[ReadDecision]]:
    """Write the table with the types that its values have; raises InvalidInput for a type that can't be followed."""
    _refuse_unknown(table.names, options)
    chosen = _Chosen(table, _sampled(table), options, hint)
    chosen.settle()
    chosen.verify(chosen.open)
    try:
        return table.write(target, chosen.kinds), chosen.told()
    except Misfit:
        chosen.verify(set(range(len(table.names))) - chosen.open)
        return table.write(target, chosen.kinds), chosen.told()


def _sampled(table: TextTable) -> list[set[str]]:
    """The values of the sample, and for a column without any in it, some from further down."""
    columns = [present_values(column) for column in table.sample()]
    bare = [place for place, present in enumerate(columns) if not present]
    if bare:
        for place, found in table.aggregate({place: examples() for place in bare}).items():
            columns[place] = present_values([str(value) for value in found if value is not None])
    return columns


def _refuse_unknown(names: Sequence[str], options: ReadOptions) -> None:
    for name in options.types:
        if name not in names:
            raise InvalidInput(f"There is no column {name!r} to give a type; see the dataset's columns.")


class _Chosen:
    """The types on their way from possible to certain."""

    def __init__(self, table: TextTable, sample: list[set[str]], options: ReadOptions, hint: Hints) -> None:
        self._table = table
        self._sample = sample
        self._options = options
        self._hint = hint
        plain = [_plainly(present) for present in sample]
        # Columns to look at before anything is written: more than one reading is possible, or one was asked for.
        self.open = {
            place
            for place, name in enumerate(table.names)
            if (plain[place] is None and sample[place]) or name in options.types
        }
        self._possible = [[kind] if kind else [] for kind in plain]
        self._looked_at: dict[int, list[ColumnType]] = {}
        self._wrong: dict[int, tuple[int, int]] = {}
        self._doubt: dict[int, tuple[Confidence, str]] = {}
        self.kinds: Kinds = plain

    def settle(self) -> None:
        """Numbers whose sample has three digits after each point: one other value tells that these are no groups."""
        doubtful = {
            place
            for place in self.open
            if self._table.names[place] not in self._options.types and numbers.in_doubt(self._sample[place])
        }
        if doubtful and not self._comma_possible(self.open - doubtful):
            # Nothing could speak for groups, so they are numbers if all fit; if not, every column is looked at.
            self._take_for_numbers(doubtful)
            return
        # A cheap question: held against every type that they could have, such columns cost many times the reading.
        asked = {place: [numbers.DECISIVE] for place in sorted(doubtful)}
        for place, (decisive, *_) in self._table.aggregate(asked).items() if asked else ():
            if decisive:
                self._take_for_numbers({place})

    def _comma_possible(self, places: set[int]) -> bool:
        """True when one of these columns, or what was asked for, may say that a comma divides decimals."""
        return self._options.decimal == "," or any(
            kind.decimal == "," for place in places for kind in self._candidates(place)
        )

    def _candidates(self, place: int) -> list[ColumnType]:
        if place not in self._looked_at:
            self._looked_at[place] = candidates(self._sample[place])
        return self._looked_at[place]

    def _take_for_numbers(self, places: set[int]) -> None:
        for place in places:
            kind = numbers.evenly_cut(self._sample[place])
            self._possible[place] = [kind]
            self.kinds[place] = kind
        self.open -= places

    def verify(self, places: set[int]) -> None:
        """Look at every value of these columns, keep the types that all of them fit, and choose among those."""
        for place in places:
            self._possible[place] = self._candidates(place)
        wanted = {
            place: [*(misfits("v", kind) for kind in self._possible[place]), values("v")]
            for place in sorted(places)
            if self._possible[place]
        }
        for place, counts in self._table.aggregate(wanted).items() if wanted else ():
            wrong = [count for count in counts[:-1] if isinstance(count, int)]
            fitting = [kind for kind, count in zip(self._possible[place], wrong, strict=True) if count == 0]
            if not fitting:
                self._wrong[place] = (min(wrong), int(str(counts[-1])))
            self._possible[place] = fitting
        hint = self._evidence()
        for place in places:
            self.kinds[place] = self._choose(place, hint)

    def told(self) -> list[ReadDecision]:
        """One decision for each column whose type is not plain to see."""
        found = []
        for place, (name, kind) in enumerate(zip(self._table.names, self.kinds, strict=True)):
            if decision := self._decision(place, name, kind):
                found.append(decision)
        return found

    def _evidence(self) -> Hints:
        """Decimal marks and date orders that columns with a single reading have."""
        decimals, orders = set(), set()
        for kinds in self._possible:
            marks = {kind.decimal for kind in kinds}
            if len(marks) == 1 and None not in marks:
                decimals |= marks
            dates = {kind.order for kind in kinds if kind.order}
            if len(dates) == 1:
                orders |= dates
        decimal = self._options.decimal or (decimals.pop() if len(decimals) == 1 else self._hint.decimal)
        order = self._options.date_order or (orders.pop() if len(orders) == 1 else self._hint.order)
        return Hints(decimal, order)

    def _choose(self, place: int, hint: Hints) -> ColumnType | None:
        kinds = self._possible[place]
        wanted = self._options.types.get(self._table.names[place])
        if wanted is not None:
            return self._followed(place, wanted)
        if not kinds:
            return None
        first = kinds[0]
        orders = {kind.order for kind in kinds if kind.order and kind.family == first.family}
        if first.order and len(orders) > 1:
            return self._dated(place, hint)
        other = next((kind for kind in kinds if kind.decimal and kind.decimal != first.decimal), None)
        if first.decimal and other and first.name != "integer":
            return self._marked(place, other, hint)
        if first.name.startswith("date as YYYYMMDD"):
            self._doubt[place] = ("likely", "every value is a date, but could be a plain number")
        return first

    def _followed(self, place: int, wanted: str) -> ColumnType | None:
        self._doubt[place] = ("certain", "as you chose")
        if wanted == TEXT:
            return None
        for kind in self._possible[place]:
            if kind.name == wanted:
                return kind
        able = ", ".join(dict.fromkeys(repr(kind.name) for kind in self._possible[place]))
        raise InvalidInput(
            f"Not every value of {self._table.names[place]!r} can be read as {wanted!r}. "
            f"What fits all of them: {able + ', ' if able else ''}'text'."
        )

    def _dated(self, place: int, hint: Hints) -> ColumnType | None:
        """Day or month first, where every value would do for both: as the rest of the file has it, else text."""
        if hint.order is None:
            note = "day and month can't be told apart: every value fits both orders, so choose one"
            self._doubt[place] = ("assumed", note)
            return None
        chosen = self._options.date_order is not None
        note = (
            "as you chose"
            if chosen
            else f"every value fits both orders; the rest of the file has the {hint.order}"
        )
        self._doubt[place] = ("certain" if chosen else "likely", note)
        return next(kind for kind in self._possible[place] if kind.order == hint.order)

    def _marked(self, place: int, other: ColumnType, hint: Hints) -> ColumnType:
        """A comma or a point that may divide groups or decimals: as the rest of the file has it."""
        first = self._possible[place][0]
        fitting = next((kind for kind in self._possible[place] if kind.decimal == hint.decimal), first)
        if first.name == "number" and fitting is first:
            return first  # a point before decimals is what programs write
        said = self._options.decimal is not None
        note = (
            "as you chose"
            if said
            else f"every value could also be read as {other.name if fitting is first else first.name}"
        )
        sure: Confidence = "certain" if said else "likely" if hint.decimal else "assumed"
        self._doubt[place] = (sure, note)
        return fitting

    def _decision(self, place: int, name: str, kind: ColumnType | None) -> ReadDecision | None:
        doubt = self._doubt.get(place)
        wrong = self._wrong.get(place)
        if doubt is None and wrong is None and (kind is None or (kind.name in _OBVIOUS and not kind.note)):
            return None
        notes = [kind.note] if kind is not None and kind.note else []
        if doubt and doubt[1]:
            notes.append(doubt[1])
        if wrong is not None and kind is None and doubt is None:
            notes.append(f"{wrong[0]:,} of {wrong[1]:,} values have another type than the rest")
        chosen = kind.name if kind is not None else TEXT
        others = [other for other in _distinct(self._possible[place]) if other != chosen]
        offered = others[:4] + ([TEXT] if kind is not None else [])
        return ReadDecision(
            what=f"type of {name}",
            value=chosen,
            note="; ".join(notes),
            option="types",
            column=name,
            chosen=chosen,
            confidence=doubt[0] if doubt else "certain",
            alternatives=tuple(Alternative(value=other, label=other) for other in offered),
        )


def _distinct(kinds: Sequence[ColumnType]) -> list[str]:
    """Names of types that read the values differently: one for each family, decimal mark and date order."""
    seen: dict[tuple[object, ...], str] = {}
    for kind in kinds:
        seen.setdefault((kind.family, kind.decimal, kind.order), kind.name)
    return list(seen.values())
