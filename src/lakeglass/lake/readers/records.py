"""Where the records are in a JSON document that is no plain list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from lakeglass.core.errors import EmptyFile, InvalidInput
from lakeglass.lake.decisions import Alternative, ReadDecision
from lakeglass.lake.readers.base import EMPTY

Record = Mapping[str, JsonValue]
_DEPTH = 4
_SINGLE = "the whole document"


def records_of(document: JsonValue, wanted: str | None) -> tuple[Sequence[Record], list[ReadDecision]]:
    """The records and how they were found; `wanted` is the dotted path of a list, or says to take the whole.

    Raises EmptyFile, InvalidInput for a list that is not there.
    """
    if isinstance(document, list):
        if not document:
            raise EmptyFile(EMPTY)
        return _rows(document, None), []
    if not isinstance(document, dict) or not document:
        raise EmptyFile(EMPTY)
    lists = dict(_lists(document, ""))
    if wanted is None:
        whole = _oriented(document)
        if whole is not None:
            return whole
    if wanted is not None and wanted not in {*lists, _SINGLE}:
        raise InvalidInput(
            f"There is no list {wanted!r}; there are {', '.join(map(repr, [*lists][:20])) or 'none'}."
        )
    chosen = wanted or max(lists, key=lambda name: len(lists[name]), default=_SINGLE)
    records = [document] if chosen == _SINGLE else _rows(lists[chosen], None)
    return records, [_told(chosen, lists, wanted)] if lists else []


def _lists(document: Record, prefix: str) -> list[tuple[str, list[JsonValue]]]:
    """The lists of objects or rows inside, by dotted path."""
    found: list[tuple[str, list[JsonValue]]] = []
    for name, value in document.items():
        path = f"{prefix}.{name}" if prefix else name
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            found.append((path, value))
        elif isinstance(value, dict) and path.count(".") < _DEPTH:
            found += _lists(value, path)
    return found


def _oriented(document: Record) -> tuple[Sequence[Record], list[ReadDecision]] | None:
    """Tables as programs write them in one object: by columns, by index, or split from their names."""
    names, data = document.get("columns"), document.get("data")
    if isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
        if not data:
            raise EmptyFile(EMPTY)
        return _rows(data, [str(name) for name in names]), [
            _layout("names under 'columns', rows under 'data'")
        ]
    values = list(document.values())
    if all(isinstance(value, list) for value in values):
        columns = {name: value for name, value in document.items() if isinstance(value, list)}
        sizes = {len(column) for column in columns.values()}
        plain = not any(isinstance(item, dict | list) for column in columns.values() for item in column)
        if len(sizes) == 1 and plain and len(columns) > 1:
            rows = zip(*columns.values(), strict=True)
            return [dict(zip(columns, row, strict=True)) for row in rows], [_layout("one list a column")]
    inner = [value for value in values if isinstance(value, dict)]
    if len(inner) == len(values) > 0 and all(inner):
        flat = not any(isinstance(item, dict | list) for value in inner for item in value.values())
        if flat and all(key.isdigit() for value in inner for key in value):
            index = list(dict.fromkeys(key for value in inner for key in value))
            columns_by_name = {name: value for name, value in document.items() if isinstance(value, dict)}
            table = [{name: column.get(key) for name, column in columns_by_name.items()} for key in index]
            return table, [_layout("one object a column, by row number")]
        if flat and len(inner) > 1 and len({frozenset(value) for value in inner}) == 1:
            keyed = [{"key": name, **value} for name, value in document.items() if isinstance(value, dict)]
            if all(name.isdigit() for name in document):
                return inner, [_layout("one object a row, by row number")]
            return keyed, [_layout("one object a row, its name in the column 'key'")]
    return None


def _rows(items: Sequence[JsonValue], names: list[str] | None) -> list[Record]:
    """Records of a list of objects, of rows (the first may name them), or of single values."""
    if all(isinstance(item, dict) for item in items):
        return [item for item in items if isinstance(item, dict)]
    if all(isinstance(item, list) for item in items):
        rows = [item for item in items if isinstance(item, list)]
        first = rows[0]
        if names is None and len(rows) > 1 and first and all(isinstance(cell, str) for cell in first):
            texts = [str(cell) for cell in first]
            if len(set(texts)) == len(texts) and any(
                not isinstance(cell, str) for row in rows[1:] for cell in row
            ):
                names, rows = texts, rows[1:]
        width = max(len(row) for row in rows)
        names = [*(names or []), *(f"column_{place + 1}" for place in range(len(names or []), width))]
        return [dict(zip(names, row, strict=False)) for row in rows]
    return [{"value": item} for item in items]


def _layout(words: str) -> ReadDecision:
    return ReadDecision(what="layout", value=words)


def _told(chosen: str, lists: Mapping[str, list[JsonValue]], wanted: str | None) -> ReadDecision:
    others = [name for name in (*lists, _SINGLE) if name != chosen]
    return ReadDecision(
        what="records",
        value=chosen if chosen == _SINGLE else f"the list {chosen!r}",
        note="as you chose" if wanted else "the longest list of objects in the document",
        option="table",
        chosen=chosen,
        confidence="certain" if wanted else "likely",
        alternatives=tuple(
            Alternative(
                value=name, label=f"{name} ({len(lists[name]):,})" if name in lists else f"{name}, one row"
            )
            for name in others[:20]
        ),
    )
