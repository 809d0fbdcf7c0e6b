"""Exercises in prose, with a form for the answer: every figure that the form asks for stands in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.ask.analyst_runs import ask, planned, run
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask.answer import compose
from lakeglass.ask.language.prose.cut import cut
from lakeglass.ask.planners.base import NotPlanned
from lakeglass.ask.verify import verify

RANDOM = np.random.default_rng(77)
N = 260
HOMES = pd.DataFrame(
    {
        "price": np.round(RANDOM.gamma(3.0, 60_000.0, N), 0),
        "plot_area": np.round(RANDOM.normal(420, 90, N), 1),
        "age": RANDOM.integers(0, 90, N),
        "heat_score": np.where(RANDOM.random(N) < 0.2, np.nan, np.round(RANDOM.gamma(2, 4, N), 2)),
        "garage": RANDOM.choice(["yes", "no"], N),
        "district": RANDOM.choice(["Harbour", "Old Town", "Hills"], N),
        "sold": pd.to_datetime("2021-01-01") + pd.to_timedelta(RANDOM.integers(0, 900, N), unit="D"),
    }
)
CONTEXT = context_of("homes", HOMES)
Z = (HOMES.price - HOMES.price.mean()) / HOMES.price.std()
BY_DISTRICT = HOMES.groupby("district").price.mean()
MEDIANS = HOMES.groupby("district").price.median()
PER = HOMES.price / HOMES.plot_area
FILLED = HOMES.heat_score.fillna(HOMES.heat_score.median())
YES, NO = (HOMES[HOMES.garage == g] for g in ("yes", "no"))

CASES = [
    (
        (
            "Work out the mean and the standard deviation of the prices (price) of these fine homes.\nUse the sample "
            "formula. Round each to one decimal.\nFormat: @mean_price[x] @std_price[y]"
        ),
        [round(HOMES.price.mean(), 1), round(HOMES.price.std(), 1)],
    ),
    (
        (
            "Identify the outliers of price with the Z-score method (threshold 2), remove them and report the median "
            "price of the homes that are left.\nFormat: @n_outliers[n] @median_after[m]"
        ),
        [int((Z.abs() > 2).sum()), HOMES.price[Z.abs() <= 2].median()],
    ),
    (
        (
            "Create a new feature 'price_per_area' by dividing price by plot_area. Compare the mean of this "
            "feature for "
            "homes with a garage and homes without one.\nFormat: @with_garage[a] @without_garage[b]"
        ),
        [PER[HOMES.garage == "yes"].mean(), PER[HOMES.garage == "no"].mean()],
    ),
    (
        (
            "Split the homes into three classes: new (below 20), middle (20 to 50) and old (above 50) by "
            "age. What is the "
            "median price of each class?\nFormat: @new[a] @middle[b] @old[c]"
        ),
        [
            HOMES.price[HOMES.age < 20].median(),
            HOMES.price[HOMES.age.between(20, 50)].median(),
            HOMES.price[HOMES.age > 50].median(),
        ],
    ),
    (
        (
            "Replace the missing values in heat_score by its median. Report the mean of heat_score before "
            "and after the "
            "replacement.\nFormat: @mean_before[a] @mean_after[b]"
        ),
        [HOMES.heat_score.mean(), FILLED.mean()],
    ),
    (
        (
            "Apply a log transformation to price and compute the Pearson correlation between the "
            "transformed column and "
            "plot_area. Is it significant at the 5% level?\nFormat: @r[r] @significant[yes/no]"
        ),
        [np.log(HOMES.price).corr(HOMES.plot_area)],
    ),
    (
        (
            "Perform Welch's t-test of the price between homes with garage yes and garage no at alpha = "
            "0.05; what are the "
            "mean price of both groups and the p-value?\nFormat: @mean_yes[a] @mean_no[b] @p[p]"
        ),
        [
            YES.price.mean(),
            NO.price.mean(),
            stats.ttest_ind(NO.price, YES.price, equal_var=False).pvalue,
        ],
    ),
    (
        (
            "Which district has the highest average price, and what is it? Give the value to 2 decimals.\n"
            "Format: @district[name] @value[v]"
        ),
        [
            HOMES.groupby("district").price.mean().idxmax(),
            round(HOMES.groupby("district").price.mean().max(), 2),
        ],
    ),
    (
        "What percentage of the homes in the Old Town have a garage?\nFormat: @percentage[p]",
        [100 * (HOMES[HOMES.district == "Old Town"].garage == "yes").mean()],
    ),
    (
        "How many homes were sold on weekends and how many on weekdays?\nFormat: @weekend[a] @weekday[b]",
        [int((HOMES.sold.dt.day_of_week >= 5).sum()), int((HOMES.sold.dt.day_of_week < 5).sum())],
    ),
    (
        (
            "Compare the average price of 2021 and 2022. Report both averages and the change from 2021 to 2022.\n"
            "Format: @avg_2021[a] @avg_2022[b] @change[c]"
        ),
        (lambda m: [m[2021], m[2022], m[2022] - m[2021]])(HOMES.groupby(HOMES.sold.dt.year).price.mean()),
    ),
    (
        "Derive the plot in feet as plot_area * 10.764 and give its maximum and minimum.\nFormat: @max[a] @min[b]",
        [(HOMES.plot_area * 10.764).max(), (HOMES.plot_area * 10.764).min()],
    ),
    (
        (
            "Group the homes by district and calculate the median price of each. Which district has the highest "
            "median and which has the lowest?\nFormat: @highest[a] @lowest[b]"
        ),
        [MEDIANS.idxmax(), MEDIANS.idxmin()],
    ),
    (
        "In which district were the second most homes sold?\nFormat: @district[name]",
        [HOMES.district.value_counts().index[1]],
    ),
    (
        (
            "Apply the natural logarithm to price and to plot_area and compute the Spearman correlation between the "
            "two transformed columns.\nFormat: @rho[r]"
        ),
        [HOMES.price.corr(HOMES.plot_area, method="spearman")],
    ),
    (
        "How many values of heat_score are missing, and what percentage of the rows is that?\nFormat: @n[n] @share[p]",
        [int(HOMES.heat_score.isna().sum()), 100 * HOMES.heat_score.isna().mean()],
    ),
]


def _told(result: pd.DataFrame, wanted: object) -> bool:
    """True when a cell of the only row holds the value."""
    for cell in result.iloc[0]:
        if isinstance(wanted, str):
            if str(cell) == wanted:
                return True
        elif not isinstance(cell, str) and np.isclose(float(cell), float(wanted), rtol=1e-9):  # type: ignore[arg-type]
            return True
    return False


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q[:40] for q, _ in CASES])
def test_every_figure_that_is_asked_for_stands_in_one_row(
    question: str, expected: list[object], tmp_path: Path
) -> None:
    save("homes", HOMES, tmp_path)
    ran = run(planned(question, CONTEXT).plan, CONTEXT, tmp_path)
    assert len(ran.result) == 1
    assert [e for e in expected if not _told(ran.result, e)] == []


def test_a_count_of_outliers_has_no_decimals_whatever_the_rounding(tmp_path: Path) -> None:
    question = (
        "Count the outliers of price by the Z-score method with a threshold of 2.\nRound to three decimals."
    )
    save("homes", HOMES, tmp_path)
    plan = planned(f"{question}\nFormat: @n_outliers[n]", CONTEXT).plan
    ran = run(plan, CONTEXT, tmp_path)
    checks = verify(plan, ran.table, (CONTEXT,), base=ran.base)
    answer = compose(plan, ran.table, checks, (CONTEXT,), base=ran.base)
    assert answer.sentence.startswith(f"{int((Z.abs() > 2).sum())} values are outliers of price")


def test_a_form_with_more_figures_than_were_found_is_not_answered() -> None:
    outcome = ask(
        "Report the mean price and whatever else matters.\nFormat: @a[x] @b[x] @c[x] @d[x] @e[x]", CONTEXT
    )
    assert isinstance(outcome, NotPlanned) or outcome.understanding.confidence < 0.8


def test_a_number_that_nothing_stands_for_is_never_told_as_sure() -> None:
    outcome = ask("Calculate the mean price for the 17 best neighbours.\nFormat: @mean[x]", CONTEXT)
    assert isinstance(outcome, NotPlanned) or outcome.understanding.confidence < 0.8


def test_what_only_tells_how_to_write_the_answer_is_cut_off() -> None:
    told = cut(
        "Find the mean price.\nUse a significance level of 0.01. If the p-value is below 0.01 it is significant. Round "
        "to three decimal places, the p-value to 5.\nFormat: @mean_price[x] @p_value[y]"
    )
    assert told.sentences == ("Find the mean price",)
    assert told.fields == (("mean", "price"), ("p", "value"))
    assert told.level == 0.01
    assert told.decimals == 3
