"""Tables for the analyst's tests: made from a fixed seed, with statistics computed here by pandas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from lakeglass.ask.plan import TableContext
from lakeglass.lake.model import Cell, ColumnStatistics, Kind, Quantiles, Statistics, TopValue

_STATES = ["Texas", "California", "Louisiana", "Ohio", "New York", "Georgia", "Florida"]
_AIRPORTS = ["DALLAS/FORT WORTH INTL ARPT", "SACRAMENTO INTL", "NEW ORLEANS INTL", "LA GUARDIA", "MIAMI INTL"]
_SPECIES = ["Turkey vulture", "Black vulture", "Canada goose", "Rock pigeon", "Unknown bird", "Barn owl"]


def strikes() -> pd.DataFrame:
    """Like the shipped sample of wildlife strikes."""
    rng = np.random.default_rng(11)
    n = 600
    repair = np.where(rng.random(n) < 0.25, rng.integers(100, 90_000, n), 0)
    other = np.where(rng.random(n) < 0.2, rng.integers(50, 9_000, n), 0)
    days = rng.integers(0, 4500, n)
    frame = pd.DataFrame(
        {
            "Airport Name": rng.choice(_AIRPORTS, n, p=[0.35, 0.25, 0.2, 0.12, 0.08]),
            "Aircraft Make Model": rng.choice(["B-737-300", "MD-80", "A-320", "DC-9"], n),
            "Effect Amount of damage": rng.choice(
                ["None", "Minor", "Medium", "Substantial"], n, p=[0.7, 0.15, 0.1, 0.05]
            ),
            "Flight Date": [dt.date(1990, 1, 8) + dt.timedelta(days=int(d)) for d in days],
            "Aircraft Airline Operator": rng.choice(
                ["AMERICAN AIRLINES", "DELTA AIR LINES", "US AIRWAYS*", "MILITARY"], n
            ),
            "Origin State": pd.Series(rng.choice(_STATES, n, p=[0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05])),
            "Phase of flight": rng.choice(["Approach", "Climb", "Take-off run", "Landing Roll"], n),
            "Wildlife Size": rng.choice(["Small", "Medium ", "Large"], n, p=[0.5, 0.3, 0.2]),
            "Wildlife Species": rng.choice(_SPECIES, n),
            "Time of day": rng.choice(["Day", "Night", "Dusk", "Dawn"], n, p=[0.55, 0.3, 0.1, 0.05]),
            "Cost Other": other,
            "Cost Repair": repair,
            "Cost Total $": repair + other,
            "Speed IAS in knots": np.where(rng.random(n) < 0.1, np.nan, rng.integers(60, 350, n)),
        }
    )
    frame["Wildlife Size"] = frame["Wildlife Size"].str.strip()
    frame.loc[rng.choice(n, 31, replace=False), "Origin State"] = None
    return frame


def orders() -> pd.DataFrame:
    """A shop: identifiers, two amounts, a flag with gaps, snake_case names."""
    rng = np.random.default_rng(5)
    n = 400
    quantity = rng.integers(1, 9, n)
    price = np.round(rng.uniform(2, 90, n), 2)
    return pd.DataFrame(
        {
            "order_id": np.arange(1000, 1000 + n),
            "order_date": pd.to_datetime("2023-01-02") + pd.to_timedelta(rng.integers(0, 700, n), unit="D"),
            "customer_id": rng.integers(1, 60, n),
            "region": rng.choice(["North", "South", "East", "West"], n, p=[0.4, 0.3, 0.2, 0.1]),
            "product_category": rng.choice(["Toys", "Books", "Garden", "Kitchen"], n),
            "unitPrice": price,
            "quantity": quantity,
            "net_sales": np.round(price * quantity, 2),
            "discount_pct": np.where(rng.random(n) < 0.15, np.nan, np.round(rng.uniform(0, 30, n), 1)),
            "returned": rng.random(n) < 0.12,
        }
    )


def passengers() -> pd.DataFrame:
    """People with an age, a fare, a 0/1 outcome and a class written as a number."""
    rng = np.random.default_rng(3)
    n = 300
    sex = rng.choice(["male", "female"], n, p=[0.6, 0.4])
    survived = (rng.random(n) < np.where(sex == "female", 0.7, 0.2)).astype(int)
    return pd.DataFrame(
        {
            "PassengerId": np.arange(1, n + 1),
            "Survived": survived,
            "Pclass": rng.choice([1, 2, 3], n, p=[0.25, 0.25, 0.5]),
            "Name": [f"Person {i:03d}" for i in range(n)],
            "Sex": sex,
            "Age": np.where(rng.random(n) < 0.2, np.nan, rng.integers(1, 80, n)),
            "Fare": np.round(rng.exponential(30, n), 2),
            "Embarked": rng.choice(["Southampton", "Cherbourg", "Queenstown"], n),
        }
    )


def weather() -> pd.DataFrame:
    """Daily weather with an integer year beside the measures, and no date column."""
    rng = np.random.default_rng(8)
    n = 365
    rain = np.round(np.where(rng.random(n) < 0.6, 0, rng.exponential(6, n)), 1)
    return pd.DataFrame(
        {
            "year": rng.choice([2012, 2013, 2014, 2015], n),
            "city": rng.choice(["Seattle", "Portland", "Boise"], n),
            "precipitation": rain,
            "temp_max": np.round(rng.normal(16, 7, n), 1),
            "temp_min": np.round(rng.normal(8, 5, n), 1),
            "wind": np.round(rng.gamma(4, 0.8, n), 1),
            "weather": rng.choice(
                ["rain", "sun", "fog", "snow", "drizzle"], n, p=[0.35, 0.4, 0.1, 0.05, 0.1]
            ),
        }
    )


def patients() -> pd.DataFrame:
    """A clinic: yes/no as text, year and month as numbers, a grade with gaps, values with small words in them."""
    rng = np.random.default_rng(21)
    n = 250
    grade = np.where(rng.random(n) < 0.3, np.nan, rng.integers(1, 5, n))
    return pd.DataFrame(
        {
            "name": [f"Patient {i:03d}" for i in range(n)],
            "year": rng.choice([2018, 2019, 2020], n),
            "month": rng.integers(1, 13, n),
            "sex": rng.choice(["male", "female"], n),
            "smoker": rng.choice(["Yes", "No"], n, p=[0.3, 0.7]),
            "status": rng.choice(["admitted", "not admitted", "In Transfer"], n),
            "grade": grade,
            "ward_class": rng.choice(["First Class", "Second Class"], n),
            "balance": np.round(rng.normal(20, 60, n), 2),
            "pulse": rng.integers(50, 120, n),
            "temp_max": np.round(rng.normal(38, 0.7, n), 1),
        }
    )


def museum() -> pd.DataFrame:
    """Two sites by day over four whole years: rising, with a season of the year and one of the week."""
    rng = np.random.default_rng(17)
    days = pd.date_range("2021-01-01", "2024-12-31", freq="D")
    year = 40 * np.sin(2 * np.pi * (days.day_of_year.to_numpy() - 90) / 365.25)
    week = np.array([0, -5, -5, 0, 10, 40, 15])[days.day_of_week]
    middle = 200 + 0.05 * np.arange(len(days)) + year + week
    parts = [
        pd.DataFrame(
            {
                "day": days,
                "site": name,
                "visits": np.maximum(0, middle * share + rng.normal(0, 10, len(days))).round().astype(int),
                "rating": np.round(rng.normal(3.8, 0.3, len(days)), 2),
            }
        )
        for name, share in (("Site A", 1.0), ("Site B", 0.4))
    ]
    return pd.concat(parts, ignore_index=True)


TABLES = {
    "patients": patients,
    "strikes": strikes,
    "orders": orders,
    "passengers": passengers,
    "weather": weather,
    "museum": museum,
}


def _kind(series: pd.Series) -> tuple[Kind, str]:
    if pd.api.types.is_bool_dtype(series):
        return "boolean", "BOOLEAN"
    if pd.api.types.is_integer_dtype(series):
        return "integer", "BIGINT"
    if pd.api.types.is_float_dtype(series):
        return "number", "DOUBLE"
    if pd.api.types.is_datetime64_any_dtype(series):
        return "datetime", "TIMESTAMP"
    first = series.dropna()
    if len(first) and isinstance(first.iloc[0], dt.date):
        return "date", "DATE"
    return "text", "VARCHAR"


def column_statistics(name: str, series: pd.Series) -> ColumnStatistics:
    """What the lake says about a column."""
    kind, dtype = _kind(series)
    known = series.dropna()
    numeric = kind in {"integer", "number"}
    low: float | str | None = None
    high: float | str | None = None
    if len(known) and kind != "text" and kind != "boolean":
        low = float(known.min()) if numeric else str(known.min())[:10]
        high = float(known.max()) if numeric else str(known.max())[:10]
    counts = known.value_counts() if kind in {"text", "boolean"} or known.nunique() <= 200 else None
    top: tuple[TopValue, ...] = ()
    if counts is not None:
        top = tuple(
            TopValue(value=_cell(value), count=int(count), share=float(count / len(known)))
            for value, count in counts.head(200).items()
        )
    return ColumnStatistics(
        name=name,
        dtype=dtype,
        kind=kind,
        nulls=int(series.isna().sum()),
        null_share=float(series.isna().mean()) if len(series) else 0.0,
        distinct=int(known.nunique()),
        distinct_is_exact=True,
        minimum=low,
        maximum=high,
        mean=float(known.mean()) if numeric and len(known) else None,
        deviation=float(known.std()) if numeric and len(known) > 1 else None,
        quantiles=Quantiles(p50=float(known.median())) if numeric and len(known) else None,
        top_values=top,
    )


def _cell(value: object) -> Cell:
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, str | int | float | bool) else str(value)


def statistics_of(frame: pd.DataFrame) -> Statistics:
    """What the lake says about a table."""
    columns = tuple(column_statistics(str(name), frame[name]) for name in frame.columns)
    return Statistics(rows=len(frame), columns=columns, size_bytes=1, seconds=0.0)


def context_of(name: str, frame: pd.DataFrame) -> TableContext:
    """The table as a planner sees it."""
    return TableContext(
        name=name, file=f"data/{name}.parquet", statistics=statistics_of(frame), dataset_version=f"v-{name}"
    )


def save(name: str, frame: pd.DataFrame, folder: Path) -> None:
    """Write data/<name>.parquet below `folder`."""
    (folder / "data").mkdir(exist_ok=True)
    frame.to_parquet(folder / "data" / f"{name}.parquet", index=False)
