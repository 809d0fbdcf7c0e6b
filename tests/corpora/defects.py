"""Tables without fault, and the faults that are planted in them: each is one that people have met in their data.

A fault names the check that must tell it and the columns that it must name. The tables are made by rules, with
relations between their columns as in life; no check knows them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

Dice = np.random.Generator


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault: where it is planted, which check must find it in which columns."""

    name: str
    base: Callable[[Dice], Plain]
    plant: Callable[[pd.DataFrame, Dice], pd.DataFrame]
    code: str
    columns: frozenset[str]
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Plain:
    """A table without fault, its target and its time."""

    table: pd.DataFrame
    target: str | None = None
    time: str | None = None


def customers(dice: Dice, rows: int = 1_500) -> Plain:
    """Customers of a shop, and whether they left: two values."""
    age = dice.integers(18, 80, rows)
    income = np.round(dice.lognormal(10.2, 0.35, rows) + 120 * age, 2)
    visits = dice.poisson(4 + 6 * (dice.random(rows) < 0.3))
    city = dice.choice(
        ["Hamburg", "Munich", "Cologne", "Leipzig", "Bremen"], rows, p=[0.3, 0.25, 0.2, 0.15, 0.1]
    )
    plan = dice.choice(["basic", "plus", "family"], rows, p=[0.5, 0.3, 0.2])
    logit = 0.9 - 0.18 * visits - 0.012 * (age - 45) + 0.5 * (plan == "basic")
    left = dice.random(rows) < 1 / (1 + np.exp(-logit))
    table = pd.DataFrame({
        "age": age, "income": income, "visits": visits, "city": city, "plan": plan,
        "discount": np.round(dice.uniform(0, 30, rows), 1), "left_shop": np.where(left, "gone", "stays"),
    })  # fmt: skip
    return Plain(table, "left_shop")


def houses(dice: Dice, rows: int = 1_200) -> Plain:
    """Houses and what they were sold for: an amount."""
    area = np.round(dice.normal(120, 30, rows).clip(35), 1)
    rooms = np.round(area / 28 + dice.normal(0, 0.8, rows)).clip(1).astype(int)
    built = dice.integers(1920, 2022, rows)
    district = dice.choice(["north", "south", "harbour", "old town"], rows)
    worth = {"north": 0, "south": 20_000, "harbour": 45_000, "old town": 60_000}
    price = (
        1_900 * area
        + 400 * (built - 1920)
        + pd.Series(district).map(worth).to_numpy()
        + dice.normal(0, 25_000, rows)
    )
    table = pd.DataFrame({
        "area": area, "rooms": rooms, "built": built, "district": district,
        "garden": dice.random(rows) < 0.4, "walk_minutes": np.round(dice.gamma(4, 3, rows), 1),
        "price": np.round(price, -2),
    })  # fmt: skip
    return Plain(table, "price")


def rides(dice: Dice, rows: int = 900) -> Plain:
    """Rides of rented bikes, a day each: a series along time without trend."""
    day = pd.date_range("2022-01-03", periods=rows, freq="D")
    warmth = np.round(12 - 9 * np.cos(2 * np.pi * np.arange(rows) / 365.25) + dice.normal(0, 3, rows), 1)
    wind = np.round(dice.gamma(3, 4, rows), 1)
    count = np.round(
        300 + 18 * warmth - 4 * wind + 60 * (day.day_of_week < 5) + dice.normal(0, 40, rows)
    ).clip(0)
    table = pd.DataFrame({"day": day, "warmth": warmth, "wind": wind, "rides": count.astype(int)})
    return Plain(table, "rides", "day")


def flowers(dice: Dice, rows: int = 600) -> Plain:
    """Flowers of three kinds: several classes."""
    kind = dice.integers(0, 3, rows)
    table = pd.DataFrame({
        "petal": np.round(dice.normal(2 + 1.1 * kind, 0.8), 2),
        "leaf": np.round(dice.normal(5 + 0.6 * (kind == 1), 0.9), 2),
        "stem": np.round(dice.normal(30 - 4 * (kind == 2), 5), 1),
        "soil": dice.choice(["sand", "clay", "loam"], rows),
        "kind": np.array(["alba", "rosea", "nigra"])[kind],
    })  # fmt: skip
    return Plain(table, "kind")


def readings(dice: Dice, rows: int = 2_000) -> Plain:
    """Readings of machines: no target."""
    load = dice.beta(2, 3, rows)
    table = pd.DataFrame({
        "hour": dice.integers(0, 24, rows), "load": np.round(load, 4),
        "heat": np.round(35 + 30 * load + dice.normal(0, 4, rows), 2),
        "noise": np.round(50 + dice.normal(0, 6, rows), 1),
        "hall": dice.choice(["A", "B", "C"], rows), "shift": dice.choice(["early", "late", "night"], rows),
    })  # fmt: skip
    return Plain(table)


PLAIN = (customers, houses, rides, flowers, readings)


def some(dice: Dice, rows: int, share: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows a fault befalls: at least five."""
    chosen = np.zeros(rows, dtype=bool)
    chosen[dice.choice(rows, max(5, round(share * rows)), replace=False)] = True
    return chosen


def put(column: str, value: object, share: float = 0.03) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    """A value in the place of others."""

    def plant(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
        kept = table[column].astype(object) if isinstance(value, str) else table[column]
        return table.assign(**{column: kept.mask(some(dice, len(table), share), value)})

    return plant


def respell(
    column: str, change: Callable[[str], str], share: float
) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    """Another spelling in some rows."""

    def plant(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
        chosen = some(dice, len(table), share)
        texts = [change(text) if hit else text for text, hit in zip(table[column], chosen, strict=True)]
        return table.assign(**{column: texts})

    return plant


def add(
    column: str, make: Callable[[pd.DataFrame, Dice], object]
) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    """One more column."""
    return lambda table, dice: table.assign(**{column: make(table, dice)})


def slip(text: str) -> str:
    """Two neighbouring letters changed."""
    return text[:2] + text[3] + text[2] + text[4:]


def mojibake(text: str) -> str:
    """Umlauts read in the wrong encoding."""
    return text.replace("u", "ü").replace("o", "ö").encode().decode("cp1252")


def _far(column: str, factor: float) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    def plant(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
        chosen = np.zeros(len(table), dtype=bool)
        chosen[dice.choice(len(table), 3, replace=False)] = True
        return table.assign(**{column: table[column].where(~chosen, table[column] * factor)})

    return plant


def _scaled(column: str, factor: float, share: float) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    def plant(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
        chosen = some(dice, len(table), share)
        return table.assign(**{column: np.where(chosen, table[column] * factor, table[column])})

    return plant


def _again(
    share: float, **changed: Callable[[pd.Series, Dice], object]
) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    """Some rows once more, with what `changed` says."""

    def plant(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
        copies = table[some(dice, len(table), share)].copy()
        for column, make in changed.items():
            copies[column] = make(copies[column], dice)
        return pd.concat([table, copies]).sample(frac=1, random_state=7).reset_index(drop=True)

    return plant


def _numbered(
    plant: Callable[[pd.DataFrame, Dice], pd.DataFrame], name: str
) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    """The same, and the rows are numbered at the end."""

    def both(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
        planted = plant(table, dice)
        planted.insert(0, name, dice.permutation(len(planted)) + 10_001)
        return planted

    return both


def _gone(
    column: str, when: Callable[[pd.DataFrame], pd.Series], share: float
) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    def plant(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
        chosen = when(table) & (dice.random(len(table)) < share)
        return table.assign(**{column: table[column].mask(chosen)})

    return plant


def _kept(choose: Callable[[pd.DataFrame], pd.Series]) -> Callable[[pd.DataFrame, Dice], pd.DataFrame]:
    return lambda table, _: table[choose(table)].reset_index(drop=True)


def _both_gone(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
    chosen = some(dice, len(table), 0.1)
    return table.assign(heat=table["heat"].mask(chosen), noise=table["noise"].mask(chosen))


def _drifting(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
    rise = np.linspace(0, 25, len(table))
    return table.assign(wind=np.round(table["wind"] + rise + dice.normal(0, 1, len(table)), 1))


def _new_levels(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
    late = np.arange(len(table)) > len(table) * 0.6
    return table.assign(
        station=np.where(
            late & (dice.random(len(table)) < 0.8), "harbour", dice.choice(["hill", "mill"], len(table))
        )
    )


def _trend(table: pd.DataFrame, _: Dice) -> pd.DataFrame:
    return table.assign(rides=table["rides"] + np.arange(len(table)) * 2)


def _emails(table: pd.DataFrame, dice: Dice) -> list[str]:
    return [f"{name}{n}@example.org" for n, name in enumerate(dice.choice(["ann", "bob", "eve"], len(table)))]


def _backwards(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
    opened = pd.Timestamp("2015-01-01") + pd.to_timedelta(dice.integers(0, 2_000, len(table)), "D")
    days = np.where(some(dice, len(table), 0.02), -40, dice.integers(5, 900, len(table)))
    return table.assign(opened=opened, closed=opened + pd.to_timedelta(days, "D"))


def _humid(table: pd.DataFrame, dice: Dice) -> pd.DataFrame:
    return table.assign(
        rel_humid=np.where(some(dice, len(table), 0.01), 140.0, dice.uniform(20, 99, len(table)))
    )


def defects() -> tuple[Defect, ...]:
    """Every planted fault."""

    def of(
        name: str,
        base: Callable[[Dice], Plain],
        plant: Callable[[pd.DataFrame, Dice], pd.DataFrame],
        code: str,
        *columns: str,
    ) -> Defect:
        return Defect(name, base, plant, code, frozenset(columns))

    shop = {"Hamburg": "HAMBURG", "Munich": "munich", "Cologne": " Cologne"}
    return (
        of("a mark of -999", houses, put("walk_minutes", -999.0), "disguised-missing", "walk_minutes"),
        of("a mark of 9999", readings, put("noise", 9999.0), "disguised-missing", "noise"),
        of("a mark in words", customers, put("city", "unknown"), "disguised-missing", "city"),
        of("a question mark", flowers, put("soil", "?", 0.05), "disguised-missing", "soil"),
        of(
            "the first day of 1900",
            rides,
            put("day", pd.Timestamp("1900-01-01"), 0.01),
            "disguised-missing",
            "day",
        ),
        of(
            "a third is missing",
            houses,
            _gone("walk_minutes", lambda t: t["area"] > 0, 0.33),
            "missing-values",
            "walk_minutes",
        ),
        of(
            "an empty column",
            customers,
            add("fax", lambda t, _: pd.Series([None] * len(t), dtype="float64")),
            "missing-values",
            "fax",
        ),
        of(
            "old people do not tell",
            customers,
            _gone("income", lambda t: t["age"] > 60, 0.9),
            "missing-pattern",
            "income",
            "age",
        ),
        of(
            "one hall does not measure",
            readings,
            _gone("noise", lambda t: t["hall"] == "B", 0.95),
            "missing-pattern",
            "noise",
            "hall",
        ),
        of("two sensors fail together", readings, _both_gone, "missing-pattern", "heat", "noise"),
        of("rows twice", houses, _again(0.05), "duplicate-rows"),
        of(
            "rows twice under new numbers",
            customers,
            _numbered(_again(0.05), "customer_id"),
            "near-duplicates",
        ),
        of(
            "rows twice in capitals",
            customers,
            _again(0.06, city=lambda c, _: c.str.upper()),
            "near-duplicates",
        ),
        of("one value only", flowers, add("source", lambda *_: "herbarium"), "constant", "source"),
        of(
            "hardly another value",
            customers,
            add("tested", lambda t, d: np.where(d.random(len(t)) < 0.004, "yes", "no")),
            "constant",
            "tested",
        ),
        of(
            "numbers of rows",
            flowers,
            add("flower_id", lambda t, d: d.permutation(len(t)) + 1000),
            "identifier",
            "flower_id",
        ),
        of(
            "keys of letters",
            readings,
            add("key", lambda t, d: [f"{n:08x}" for n in d.permutation(len(t) * 977)[: len(t)]]),
            "identifier",
            "key",
        ),
        of(
            "hundreds of streets",
            customers,
            add("street", lambda t, d: [f"Street {n}" for n in d.integers(0, 500, len(t))]),
            "high-cardinality",
            "street",
        ),
        of("hardly a night", readings, put("shift", "holiday", 0.002), "rare-levels", "shift"),
        of(
            "words among numbers",
            houses,
            lambda t, d: put("area", "n.b.", 0.05)(t.assign(area=t["area"].astype(str)), d),
            "mixed-types",
            "area",
        ),
        of(
            "dates in two forms",
            readings,
            add(
                "read_on",
                lambda t, d: [
                    f"2024-0{n % 9 + 1}-1{n % 8}" if n % 3 else f"1{n % 8}.0{n % 9 + 1}.2024"
                    for n in range(len(t))
                ],
            ),
            "mixed-types",
            "read_on",
        ),
        of(
            "kilograms and pounds",
            readings,
            add(
                "weight",
                lambda t, d: [
                    f"{n:.1f} {'lb' if hit else 'kg'}"
                    for n, hit in zip(d.normal(70, 9, len(t)), d.random(len(t)) < 0.2, strict=True)
                ],
            ),
            "mixed-units",
            "weight",
        ),
        of(
            "metres and millimetres",
            readings,
            lambda t, d: _scaled("width", 1000.0, 0.15)(t.assign(width=d.normal(1.5, 0.1, len(t))), d),
            "mixed-units",
            "width",
        ),
        of(
            "euros and cents",
            customers,
            lambda t, d: _scaled("fee", 100.0, 0.1)(t.assign(fee=d.normal(29, 3, len(t))), d),
            "mixed-units",
            "fee",
        ),
        of("broken umlauts", customers, respell("city", mojibake, 0.2), "broken-letters", "city"),
        of(
            "HTML in names",
            houses,
            respell("district", lambda text: text + " &amp; port", 0.1),
            "broken-letters",
            "district",
        ),
        of("a comma too far", houses, _far("area", 100.0), "outliers", "area"),
        of("a sensor gone mad", readings, _far("heat", -40.0), "outliers", "heat"),
        of(
            "a long tail",
            readings,
            add("repair_cost", lambda t, d: np.round(d.lognormal(3, 1.6, len(t)), 2)),
            "skewed",
            "repair_cost",
        ),
        of("nobody is 212", customers, put("age", 212, 0.01), "impossible-values", "age"),
        of("negative prices", houses, put("price", -5000.0, 0.01), "impossible-values", "price"),
        of(
            "a place beyond the pole",
            readings,
            add("latitude", lambda t, d: np.where(d.random(len(t)) < 0.01, 153.0, d.uniform(47, 55, len(t)))),
            "impossible-values",
            "latitude",
        ),
        of(
            "born next century",
            customers,
            add(
                "birth_date",
                lambda t, d: pd.to_datetime(
                    np.where(d.random(len(t)) < 0.01, 4e9, d.integers(0, 10**9, len(t))), unit="s"
                ).floor("D"),
            ),
            "impossible-values",
            "birth_date",
        ),
        of(
            "more than all",
            readings,
            add(
                "fill_percent",
                lambda t, d: np.where(d.random(len(t)) < 0.01, 340.0, d.uniform(0, 100, len(t))),
            ),
            "impossible-values",
            "fill_percent",
        ),
        of(
            "capitals and blanks",
            customers,
            respell("city", lambda text: shop.get(text, text), 0.1),
            "inconsistent-categories",
            "city",
        ),
        of(
            "slips of the pen",
            customers,
            respell("city", lambda text: slip(text) if len(text) > 6 else text, 0.02),
            "inconsistent-categories",
            "city",
        ),
        of(
            "yes and no",
            houses,
            add("cellar", lambda t, d: d.choice(["Yes", "No"], len(t))),
            "boolean-in-disguise",
            "cellar",
        ),
        of(
            "codes of zones",
            houses,
            add("zone_code", lambda t, d: d.integers(1, 6, len(t))),
            "category-as-number",
            "zone_code",
        ),
        of(
            "metres and feet beside",
            houses,
            add("area_sqft", lambda t, _: t["area"] * 10.764),
            "collinear",
            "area_sqft",
            "area",
        ),
        of(
            "code and name",
            readings,
            add("hall_no", lambda t, _: t["hall"].map({"A": "h1", "B": "h2", "C": "h3"})),
            "collinear",
            "hall",
            "hall_no",
        ),
        of(
            "the answer in other words",
            customers,
            add("state", lambda t, _: np.where(t["left_shop"] == "gone", "X", "O")),
            "leak-copy",
            "state",
        ),
        of(
            "the answer in another currency",
            houses,
            add("price_usd", lambda t, d: np.round(t["price"] * 1.09 + d.normal(0, 30, len(t)))),
            "leak-copy",
            "price_usd",
        ),
        of(
            "the answer as a code",
            flowers,
            add("label", lambda t, _: t["kind"].map({"alba": 7, "rosea": 2, "nigra": 5})),
            "leak-copy",
            "label",
        ),
        of(
            "the answer before a threshold",
            customers,
            add(
                "risk",
                lambda t, d: np.where(
                    t["left_shop"] == "gone", d.uniform(0.5, 1, len(t)), d.uniform(0, 0.5, len(t))
                ),
            ),
            "leak-copy",
            "risk",
        ),
        of(
            "the parts of the price",
            houses,
            lambda t, d: t.assign(
                plot_worth=lambda x: np.round(x["price"] * d.uniform(0.2, 0.5, len(t))),
                house_worth=lambda x: x["price"] - x["plot_worth"],
            ),
            "leak-parts",
            "plot_worth",
            "house_worth",
        ),
        of(
            "price by the metre",
            houses,
            add("per_metre", lambda t, _: t["price"].clip(1000) / t["area"]),
            "leak-parts",
            "per_metre",
            "area",
        ),
        of(
            "asked why when gone",
            customers,
            add(
                "reason",
                lambda t, d: np.where(t["left_shop"] == "gone", d.choice(["price", "moved"], len(t)), None),
            ),
            "leak-gaps",
            "reason",
        ),
        of(
            "the refund after leaving",
            customers,
            add(
                "refund_final",
                lambda t, d: np.where(
                    t["left_shop"] == "gone",
                    d.gamma(3, 10, len(t)),
                    d.gamma(3, 10, len(t)) * (d.random(len(t)) < 0.12),
                ),
            ),
            "leak-gaps",
            "refund_final",
        ),
        of(
            "sorted by the answer",
            customers,
            lambda t, _: t.sort_values("left_shop").reset_index(drop=True),
            "leak-order",
        ),
        of(
            "numbers by the answer",
            customers,
            lambda t, d: t.assign(customer_id=t["left_shop"].rank(method="first").astype(int) + 100).sample(
                frac=1, random_state=3
            ),
            "leak-order",
            "customer_id",
        ),
        of(
            "hardly anybody leaves",
            customers,
            _kept(lambda t: (t["left_shop"] == "stays") | (t.index % 60 == 0)),
            "class-imbalance",
            "left_shop",
        ),
        of("more wind every year", rides, _drifting, "drift", "wind"),
        of("a new station", rides, _new_levels, "drift", "station"),
        of("more rides every year", rides, _trend, "time-series", "rides"),
        of(
            "a spring without rides",
            rides,
            _kept(lambda t: ~t["day"].between("2023-02-01", "2023-06-15")),
            "time-gaps",
            "day",
        ),
        of("thirty rows", houses, _kept(lambda t: t.index < 30), "few-rows"),
        of(
            "more columns than rows carry",
            flowers,
            lambda t, d: t.head(300).assign(**{f"gene_{n}": d.normal(0, 1, 300) for n in range(60)}),
            "few-rows",
        ),
        of("e-mail addresses", customers, add("contact", _emails), "personal-data", "contact"),
        of(
            "eight visits of each patient",
            readings,
            add("patient_id", lambda t, d: d.integers(0, 250, len(t))),
            "groups",
            "patient_id",
        ),
        of("a mark of 99999999", readings, put("noise", 99_999_999.0), "disguised-missing", "noise"),
        of("frost and a mark", rides, put("warmth", -999.0), "disguised-missing", "warmth"),
        of("a zero that nobody measured", flowers, put("stem", 0.0), "disguised-missing", "stem"),
        of(
            "degrees and kelvins",
            readings,
            add("air", lambda t, d: d.normal(20, 4, len(t)) + np.where(d.random(len(t)) < 0.1, 273.15, 0)),
            "mixed-units",
            "air",
        ),
        of(
            "decimal commas and points",
            readings,
            add(
                "worth",
                lambda t, d: [
                    f"{n:.1f}".replace(".", "," if hit else ".")
                    for n, hit in zip(d.normal(70, 9, len(t)), d.random(len(t)) < 0.3, strict=True)
                ],
            ),
            "mixed-types",
            "worth",
        ),
        of("ended before it began", customers, _backwards, "impossible-values", "opened", "closed"),
        of("more than saturated", readings, _humid, "impossible-values", "rel_humid"),
        of(
            "rows twice, one figure off",
            houses,
            _again(0.05, walk_minutes=lambda c, _: c + 0.1),
            "near-duplicates",
            "walk_minutes",
        ),
        of(
            "the same house, another price",
            houses,
            _again(0.05, price=lambda c, _: c * 1.4),
            "contradicting-answers",
            "price",
        ),
        of(
            "nothing above the limit",
            houses,
            lambda t, _: t.assign(price=t["price"].clip(upper=t["price"].quantile(0.9))),
            "cut-off",
            "price",
        ),
        of(
            "thirty stalls with a row or two",
            customers,
            add(
                "shop",
                lambda t, d: np.where(
                    d.random(len(t)) < 0.02, [f"stall {n}" for n in d.integers(0, 30, len(t))], "main"
                ),
            ),
            "rare-levels",
            "shop",
        ),
        of(
            "yes and no in eight ways",
            customers,
            add("remote", lambda t, d: d.choice(["yes", "no", "Y", "N", "true", "false", "1", "0"], len(t))),
            "boolean-in-disguise",
            "remote",
        ),
        of(
            "numbers of branches",
            customers,
            add("branch", lambda t, d: d.choice([101, 205, 330, 412, 777, 810], len(t))),
            "category-as-number",
            "branch",
        ),
        of(
            "eight rows of each bird",
            readings,
            add("bird", lambda t, d: [f"p{n:03d}" for n in d.integers(0, 250, len(t))]),
            "groups",
            "bird",
        ),
        of(
            "a blank behind",
            customers,
            respell("city", lambda text: text + " ", 0.1),
            "inconsistent-categories",
            "city",
        ),
        of("minus one among zeros", customers, put("visits", -1), "disguised-missing", "visits"),
        of("nobody is nought years old", customers, put("age", 0), "disguised-missing", "age"),
        of("a score beyond the scale", customers, put("discount", 95.0, 0.004), "outliers", "discount"),
        of(
            "by month and by year",
            customers,
            lambda t, d: _scaled("wage", 1 / 12, 0.15)(t.assign(wage=d.normal(52_000, 9_000, len(t))), d),
            "mixed-units",
            "wage",
        ),
        of(
            "without the accent",
            customers,
            add("town", lambda t, d: d.choice(["Orléans", "Orleans", "Lyon"], len(t), p=[0.3, 0.1, 0.6])),
            "inconsistent-categories",
            "town",
        ),
        of(
            "the last letter twice",
            customers,
            respell("city", lambda text: text + "n" if text == "Bremen" else text, 0.03),
            "inconsistent-categories",
            "city",
        ),
        of(
            "a copy with errors",
            customers,
            add(
                "flag",
                lambda t, d: np.where((t["left_shop"] == "gone") ^ (d.random(len(t)) < 0.02), "A", "B"),
            ),
            "leak-copy",
            "flag",
        ),
        of(
            "hours twice",
            rides,
            lambda t, d: pd.concat([t, t.head(20).assign(rides=lambda x: x["rides"] + 1)]),
            "time-repeats",
            "day",
        ),
    )
