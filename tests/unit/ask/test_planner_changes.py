"""Two years or two groups against each other, analyses of each group, the nearest row, rankings, opposites, ranges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.ask.analyst_runs import Ran, ask, checked
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask.formats import unit_of_measure
from lakeglass.ask.plan import AnalysisPlan, Derive, Measure, Source
from lakeglass.ask.plan.model import DeriveKind
from lakeglass.ask.planners.base import NotPlanned

RANDOM = np.random.default_rng(11)
N = 500
PEOPLE = pd.DataFrame(
    {
        "day": pd.Timestamp("2021-01-01") + pd.to_timedelta(RANDOM.integers(0, 1095, N), unit="D"),
        "site": RANDOM.choice(["north", "south", "east"], N, p=[0.5, 0.3, 0.2]),
        "sex": RANDOM.choice(["male", "female"], N),
        "survived": RANDOM.choice(["yes", "no"], N),
        "age": RANDOM.integers(1, 90, N),
        "height": np.round(RANDOM.uniform(90, 210, N), 1),
        "charge": np.where(RANDOM.random(N) < 0.1, np.nan, np.round(RANDOM.lognormal(3, 1, N), 2)),
    }
)
CONTEXT = context_of("clinic", PEOPLE)
YEAR = PEOPLE.day.dt.year
CHARGES = PEOPLE.groupby(YEAR).charge.sum()
HEIGHTS = PEOPLE.groupby(YEAR).height.mean()
MEN, WOMEN = PEOPLE[PEOPLE.sex == "male"], PEOPLE[PEOPLE.sex == "female"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("changes")
    save("clinic", PEOPLE, path)
    return path


def answer(question: str, folder: Path) -> Ran:
    """The result, after every check of the product."""
    return checked(question, CONTEXT, folder)


# req: F1
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("percent change in total charge from 2021 to 2023", 100 * (CHARGES[2023] / CHARGES[2021] - 1)),
        ("difference in average height between 2021 and 2022", HEIGHTS[2022] - HEIGHTS[2021]),
        ("by how much did the average height change from 2022 to 2023", HEIGHTS[2023] - HEIGHTS[2022]),
        ("percentage change in the number of rows from 2021 to 2022",
         100 * (float((YEAR == 2022).sum()) / float((YEAR == 2021).sum()) - 1)),
        ("ratio of males to females", len(MEN) / len(WOMEN)),
        ("how much higher is the height of men than of women on average", MEN.height.mean() - WOMEN.height.mean()),
        ("how many died", int((PEOPLE.survived == "no").sum())),
        ("how many patients are taller than 180", int((PEOPLE.height > 180).sum())),
        ("how many patients aged 20 to 30", int(PEOPLE.age.between(20, 30).sum())),
        ("how many children under 10", int((PEOPLE.age < 10).sum())),
        ("how many patients have unknown charge", int(PEOPLE.charge.isna().sum())),
        ("number of patients with height at least 100 but under 120",
         int(((PEOPLE.height >= 100) & (PEOPLE.height < 120)).sum())),
    ],
)  # fmt: skip
def test_a_single_figure_is_that_of_pandas(question: str, expected: float, folder: Path) -> None:
    assert answer(question, folder).result.iloc[0, 0] == pytest.approx(expected)


# req: F1
def test_an_analysis_is_told_for_each_group(folder: Path) -> None:
    result = answer("correlation between age and height by site", folder).result.set_index("site")
    for site, part in PEOPLE.groupby("site"):
        r, p = stats.pearsonr(part.age, part.height)
        assert result.loc[site, ["correlation", "p-value"]].to_list() == pytest.approx([r, p])
    described = answer("summary statistics of charge for each site", folder).result.set_index("site")
    assert described["mean"].to_dict() == pytest.approx(PEOPLE.groupby("site").charge.mean().to_dict())
    gaps = answer("missing values of charge by sex", folder).result.set_index("sex")["missing"].to_dict()
    assert gaps == PEOPLE.charge.isna().groupby(PEOPLE.sex).sum().to_dict()
    outliers = answer("outliers of charge per site", folder).result.set_index("site")["outliers"]
    low, high = PEOPLE[PEOPLE.site == "east"].charge.quantile([0.25, 0.75])
    beyond = PEOPLE[PEOPLE.site == "east"].charge
    assert (
        outliers["east"] == ((beyond < low - 1.5 * (high - low)) | (beyond > high + 1.5 * (high - low))).sum()
    )


def test_the_nearest_row_and_a_ranking(folder: Path) -> None:
    nearest = answer("which patient has a height closest to 150?", folder).result
    assert (nearest.height - 150).abs().max() == pytest.approx((PEOPLE.height - 150).abs().min())
    ranking = answer("rank the sites by average height", folder).result
    assert ranking["site"].to_list() == list(
        PEOPLE.groupby("site").height.mean().sort_values(ascending=False).index
    )
    heaviest = answer("which site is the tallest on average", folder).result
    assert heaviest.iloc[0, 0] == ranking["site"].iloc[0]
    sexes = answer("how many males and how many females", folder).result.set_index("sex")["rows"].to_dict()
    assert sexes == {"male": len(MEN), "female": len(WOMEN)}


@pytest.mark.parametrize(
    "question",
    [
        "how many rows and how many patients",
        "percent change from 2021 to 2023",
        "which patient is closest to the door",
    ],
)
def test_half_a_comparison_is_refused(question: str) -> None:
    assert isinstance(ask(question, CONTEXT), NotPlanned)


# req: F1
def test_amounts_per_amount_sums_and_decades(folder: Path) -> None:
    per = answer("average charge per height", folder).result.iloc[0, 0]
    assert per == pytest.approx((PEOPLE.charge / PEOPLE.height).mean())
    both = answer("average sum of height and charge", folder).result.iloc[0, 0]
    assert both == pytest.approx((PEOPLE.height + PEOPLE.charge).mean())


def test_a_made_column_has_the_unit_of_what_it_is_made_from() -> None:
    def unit(kind: DeriveKind, name: str = "tip_pct") -> str:
        plan = AnalysisPlan(
            sources=(Source(name="clinic", file="data/clinic.parquet"),),
            derive=(Derive(name=name, kind=kind, columns=("share_pct", "height")),),
            measures=(Measure(aggregate="mean", column="tip_pct"),),
        )
        return unit_of_measure(plan.measures[0], plan)

    assert unit("/") == ""
    assert unit("percent") == unit("+") == "%"
    assert unit("/", name="another") == "%"


# req: F1
def test_the_strongest_correlation_with_a_column_names_only_its_pairs(folder: Path) -> None:
    result = answer("which variable is most correlated with height?", folder).result
    assert ((result["first column"] == "height") | (result["second column"] == "height")).all()
    strengths = PEOPLE[["age", "charge"]].corrwith(PEOPLE.height).abs()
    assert result["correlation"].abs().iloc[0] == pytest.approx(strengths.max())


@pytest.mark.parametrize("question", ["what will the average height be in 2030?", "average height next year"])
def test_the_future_is_refused(question: str) -> None:
    assert isinstance(ask(question, CONTEXT), NotPlanned)
