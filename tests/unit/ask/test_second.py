"""Whether two results say the same."""

from __future__ import annotations

import pytest

from lakeglass.ask.comparing import same_values
from lakeglass.ask.result import TableData

SALES = (("north", 10.0), ("south", 20.5))


def table(columns: tuple[str, ...], *rows: tuple[object, ...], total: int | None = None) -> TableData:
    return TableData.model_validate(
        {"columns": columns, "rows": rows, "total": len(rows) if total is None else total}
    )


MINE = table(("region", "total sales"), *SALES)


# req: E5
@pytest.mark.parametrize(
    "other",
    [
        table(("area", "sum"), *SALES),
        table(("region", "total sales"), *reversed(SALES)),
        table(("sum", "region"), *((value, name) for name, value in SALES)),
        table(("region", "total sales"), ("north", 10), ("south", 20.500000000001)),
        table(("region", "total sales", "rows"), *((*row, 4) for row in SALES)),
    ],
    ids=["other names", "other order", "other columns first", "to nine digits", "a count beside it"],
)
def test_the_same_values_are_the_same_however_they_are_listed(other: TableData) -> None:
    assert same_values(MINE, other)
    assert same_values(other, MINE)


# req: E5
@pytest.mark.parametrize(
    "other",
    [
        table(("region", "total sales"), ("north", 10.0), ("south", 20.6)),
        table(("region", "total sales"), ("north", 20.5), ("south", 10.0)),
        table(("region", "total sales"), SALES[0]),
        table(("region", "total sales"), *SALES, ("west", 1.0)),
        table(("region", "total sales"), *SALES, total=5000),
        table(("region",), *((name,) for name, _ in SALES), total=3),
        table(()),
    ],
    ids=["another value", "values swapped", "a row less", "a row more", "cut off", "other rows", "nothing"],
)
def test_other_values_are_not(other: TableData) -> None:
    assert not same_values(MINE, other)
    assert not same_values(other, MINE)
