"""Tests, normality, outliers and regression in words give what scipy gives for the rows that are meant."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scipy import stats
from tests.unit.ask.analyst_runs import ask, planned, run
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask import lint
from lakeglass.ask.answer import compose
from lakeglass.ask.planners.base import NotPlanned
from lakeglass.ask.verify import verify

FRAMES = {name: TABLES[name]() for name in ("patients", "passengers", "strikes")}
CONTEXTS = {name: context_of(name, frame) for name, frame in FRAMES.items()}
C, P = FRAMES["patients"], FRAMES["passengers"]
MEN, WOMEN = C[C.sex == "male"].pulse, C[C.sex == "female"].pulse
AGES = [group.Age.dropna() for _, group in P.groupby("Embarked")]
FARE = P.Fare
LOW, HIGH = FARE.quantile(0.25), FARE.quantile(0.75)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inference")
    for name, frame in FRAMES.items():
        save(name, frame, path)
    return path


@pytest.mark.parametrize(
    ("table", "question", "expected"),
    [
        ("patients", "t-test of pulse between men and women",
         {"p-value": stats.ttest_ind(MEN, WOMEN).pvalue}),
        ("patients", "does pulse differ significantly between smokers and non-smokers?",
         {"p-value": stats.ttest_ind(C[C.smoker == "Yes"].pulse, C[C.smoker == "No"].pulse, equal_var=False).pvalue}),
        ("patients", "welch t-test of pulse by sex", {"p-value": stats.ttest_ind(MEN, WOMEN, equal_var=False).pvalue}),
        ("patients", "Mann-Whitney U test of pulse by sex", {"p-value": stats.mannwhitneyu(MEN, WOMEN).pvalue}),
        ("patients", "ks test of pulse by sex", {"p-value": stats.ks_2samp(MEN, WOMEN).pvalue}),
        ("passengers", "anova of age by embarked", {"statistic": stats.f_oneway(*AGES)[0]}),
        ("passengers", "Kruskal-Wallis test of age across Embarked", {"p-value": stats.kruskal(*AGES)[1]}),
        ("patients", "chi-square test of sex and status",
         {"p-value": stats.chi2_contingency(pd.crosstab(C.sex, C.status))[1]}),
        ("passengers", "is the fare normally distributed?", {"p-value": stats.shapiro(FARE)[1]}),
        ("passengers", "anderson-darling test of fare",
         {"statistic": stats.anderson(FARE, method="interpolate").statistic}),
        ("passengers", "how many outliers in fare by the iqr rule",
         {"outliers": int(((FARE < LOW - 1.5 * (HIGH - LOW)) | (FARE > HIGH + 1.5 * (HIGH - LOW))).sum())}),
        ("passengers", "outliers of fare with z-scores above 2",
         {"outliers": int((((FARE - FARE.mean()) / FARE.std()).abs() > 2).sum())}),
        ("patients", "linear regression of pulse on balance", {"slope": stats.linregress(C.balance, C.pulse).slope}),
        ("patients", "kendall correlation of pulse and balance",
         {"correlation": stats.kendalltau(C.pulse, C.balance)[0]}),
        ("patients", "skewness of balance", {"skewness of balance": C.balance.skew()}),
        ("patients", "interquartile range of pulse",
         {"interquartile range of pulse": C.pulse.quantile(0.75) - C.pulse.quantile(0.25)}),
        ("patients", "mode of ward_class", {"most frequent ward_class": C.ward_class.mode()[0]}),
    ],
)  # fmt: skip
def test_the_figures_are_those_of_scipy(
    table: str, question: str, expected: dict[str, float], folder: Path
) -> None:
    context = CONTEXTS[table]
    outcome = planned(question, context)
    ran = run(outcome.plan, context, folder)
    for name, value in expected.items():
        got = ran.result[name].iloc[0]
        assert got == (value if isinstance(value, str) else pytest.approx(value, rel=1e-9))
    assert lint.check(ran.code, (context,)) == ()
    checks = verify(outcome.plan, ran.table, (context,), base=dict(ran.base))
    assert [c for c in checks if not c.passed] == []
    answer = compose(outcome.plan, ran.table, checks, (context,), base=dict(ran.base))
    assert answer.sentence.endswith(".")
    assert answer.numbers


def test_the_verdict_keeps_the_level_that_was_named(folder: Path) -> None:
    frame = pd.DataFrame({"kind": ["a", "b"] * 30, "size": [i % 7 + 0.42 * (i % 2) * 2 for i in range(60)]})
    context = context_of("kinds", frame)
    save("kinds", frame, folder)
    chance = stats.ttest_ind(frame[frame.kind == "a"]["size"], frame[frame.kind == "b"]["size"]).pvalue
    strict, loose = chance / 2, min(0.5, chance * 2)
    for level, proven in ((strict, False), (loose, True)):
        outcome = planned(f"t-test of size by kind with a significance level of {level:.6f}", context)
        assert outcome.plan.statistic is not None
        assert outcome.plan.statistic.level == pytest.approx(level, abs=1e-6)
        assert bool(run(outcome.plan, context, folder).result["significant"].iloc[0]) is proven


@pytest.mark.parametrize(
    "question",
    [
        "t-test of pulse by status",  # three groups
        "chi-square test of sex",
        "anova of pulse",
        "shapiro test of sex",
        "linear regression of pulse",
        "outliers",
    ],
)
def test_an_analysis_without_its_columns_is_refused(question: str) -> None:
    assert isinstance(ask(question, CONTEXTS["patients"]), NotPlanned)


def test_a_level_behind_significant_and_a_shortened_name_are_read() -> None:
    outcome = planned(
        "Calculate the correlation of pulse and balance. Is it significant at 0.01?", CONTEXTS["patients"]
    )
    assert outcome.plan.statistic is not None
    assert outcome.plan.statistic.level == 0.01
    frame = pd.DataFrame({"lifeExp": [float(n) for n in range(40)], "continent": ["Asia", "Africa"] * 20})
    outcome = planned("median life expectancy by continent", context_of("nations", frame))
    assert outcome.plan.measures[0].column == "lifeExp"
