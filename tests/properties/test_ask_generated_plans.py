"""Properties of plans of every kind, generated and not asked for: JSON, code, figures, and what the sentence claims."""

from __future__ import annotations

import ast
import re
from math import isclose
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.unit.ask.analyst_runs import Ran, run
from tests.unit.ask.analyst_tables import context_of, save

from lakeglass.ask import codegen, lint
from lakeglass.ask.answer import compose
from lakeglass.ask.plan import (
    AnalysisPlan,
    Filter,
    Group,
    Having,
    Join,
    Measure,
    Model,
    Series,
    Sort,
    Source,
    Statistic,
    TableContext,
    Timeline,
    problems,
)
from lakeglass.ask.verify import verify

_RELAXED = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
_ROWS = 160
SALES = pd.DataFrame(
    {
        "day": pd.date_range("2022-01-03", periods=_ROWS, freq="8D"),
        "region": [("North", "South", "East")[n * 7 % 3] for n in range(_ROWS)],
        "product": [("tea", "coffee", "cocoa", "juice")[n * 5 % 4 if n % 9 else 0] for n in range(_ROWS)],
        "shop": [n * 11 % 12 + 1 for n in range(_ROWS)],
        "amount": [round(20 + 17.31 * (n * 13 % 29) + 0.4 * n, 2) for n in range(_ROWS)],
        "units": [n * 3 % 11 + 1 for n in range(_ROWS)],
        "rating": [None if n % 13 == 4 else round(1 + n * 17 % 41 / 10, 1) for n in range(_ROWS)],
    }
)
SHOPS = pd.DataFrame(
    {"id": range(1, 11), "town": ["Ash", "Elm", "Oak", "Fir", "Yew"] * 2, "staff": range(3, 13)}
)
TABLE = context_of("sales", SALES)
OTHER = context_of("shops", SHOPS)
JOINED = context_of("sales", SALES.merge(SHOPS, left_on="shop", right_on="id", how="left").drop(columns="id"))
JOIN = Join(
    source=Source(name="shops", file=OTHER.file),
    on="shop",
    key="id",
    columns=(("town", "town"), ("staff", "staff")),
)
_NUMBERS = ("amount", "units", "rating")
_KEYS = ("region", "product", "shop")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("generated")
    save("sales", SALES, path)
    save("shops", SHOPS, path)
    return path


def measures() -> st.SearchStrategy[Measure]:
    """Any measure."""
    reduced = st.builds(
        Measure,
        aggregate=st.sampled_from(["sum", "mean", "median", "min", "max", "deviation", "range", "iqr"]),
        column=st.sampled_from(_NUMBERS),
    )
    share = st.builds(
        lambda v, c: Measure(
            aggregate="share", column=c, where=(Filter(column="region", operator="=", values=(v,)),)
        ),
        st.sampled_from(["North", "South"]),
        st.sampled_from([None, "amount"]),
    )
    return st.one_of(
        reduced,
        share,
        st.just(Measure(aggregate="count")),
        st.just(Measure(aggregate="distinct", column="product")),
        st.just(Measure(aggregate="ratio", column="amount", over="units")),
        st.builds(Measure, aggregate=st.just("sum"), column=st.just("amount"), of_total=st.just(True)),
        st.builds(
            Measure,
            aggregate=st.just("quantile"),
            column=st.just("amount"),
            quantile=st.sampled_from([0.1, 0.9]),
        ),
    )


def filters() -> st.SearchStrategy[tuple[Filter, ...]]:
    """None, one or two conditions, all of which some row satisfies."""
    each = st.sampled_from(
        [
            Filter(column="region", operator="in", values=("North", "East")),
            Filter(column="product", operator="!=", values=("tea",)),
            Filter(column="amount", operator=">", values=(60,)),
            Filter(column="units", operator="between", values=(2, 9)),
            Filter(column="rating", operator="present"),
            Filter(column="day", operator="period", values=("2022-03-01", "2025-01-01")),
        ]
    )
    return st.lists(each, max_size=2, unique=True).map(tuple)


def groups() -> st.SearchStrategy[tuple[Group, ...]]:
    """One or two different keys, of which one may be a period."""
    key = st.sampled_from([Group(column=c) for c in _KEYS])
    period = st.sampled_from([Group(column="day", grain=g) for g in ("year", "quarter", "month", "weekday")])
    return st.one_of(
        st.tuples(key), st.tuples(period), st.tuples(key, period), st.tuples(period, key)
    )  # fmt: skip


@st.composite
def grouped(draw: st.DrawFn) -> dict[str, object]:
    """Measures of groups with what may follow from them: places, series, conditions, one number of all."""
    keys, measure = draw(groups()), draw(measures())
    parts: dict[str, object] = {"groups": keys, "measures": (measure,), "filters": draw(filters())}
    high = draw(st.booleans())
    ranked: dict[str, object] = {"sort": Sort(by="measure", descending=high)}
    match draw(st.sampled_from(["plain", "top", "nth", "within", "series", "across", "place", "having"])):
        case "top":
            parts |= ranked | {"limit": draw(st.integers(1, 5))}
        case "nth":
            parts |= ranked | {"nth": draw(st.integers(2, 3))}
        case "within":
            parts |= ranked | {"per": keys[0].column, "limit": draw(st.integers(1, 3))}
        case "series":
            kind = draw(st.sampled_from(["growth", "change", "cumulative", "rolling"]))
            parts["groups"] = (Group(column="day", grain="month"),)
            parts["series"] = Series(kind=kind, window=3 if kind == "rolling" else None)
        case "across":
            parts["across"] = draw(st.sampled_from(["mean", "median", "max", "sum"]))
        case "place":
            parts |= ranked | {"groups": (Group(column="region"),), "place_of": "East", "filters": ()}
        case "having":
            parts["having"] = Having(
                operator=draw(st.sampled_from([">", "<="])),
                value=draw(st.sampled_from([3, 40, 500])),
                tells=draw(st.sampled_from(["groups", "count"])),
            )
    return parts


def timelines() -> st.SearchStrategy[dict[str, object]]:
    """Trends, seasons and forecasts."""
    columns = st.sampled_from([("day", "amount"), ("day", "units")])
    trend = st.builds(
        lambda c, g: Statistic(kind="trend", columns=c, timeline=Timeline(grain=g, aggregate="sum")),
        columns,
        st.sampled_from(["month", "quarter"]),
    )
    season = st.builds(
        lambda c: Statistic(
            kind="seasonality", columns=c, timeline=Timeline(grain="month", aggregate="mean", season=12)
        ),
        columns,
    )
    forecast = st.builds(
        lambda c, n, m: Statistic(
            kind="forecast",
            columns=c,
            timeline=Timeline(
                grain="month", aggregate="sum", ahead=n, method=m, season=12 if m != "line" else None
            ),
        ),
        columns,
        st.integers(1, 6),
        st.sampled_from(["line", "seasonal naive"]),
    )
    return st.one_of(trend, season, forecast).map(lambda s: {"statistic": s})


def models() -> st.SearchStrategy[dict[str, object]]:
    """Fitted models of each kind."""
    numbers = st.builds(
        lambda kind, metrics, share, tells: Statistic(
            kind="model",
            columns=("amount", "units", "region"),
            model=Model(
                kind=kind,
                task="numbers",
                metrics=metrics,
                test_share=share,
                tells=tells,
                depth=3 if kind == "tree" else None,
            ),
        ),
        st.sampled_from(["linear", "tree"]),
        st.sampled_from([("r2",), ("rmse", "mae"), ("mse", "r2")]),
        st.sampled_from([0.2, 0.3]),
        st.sampled_from(["metrics", "features"]),
    )
    classes = st.builds(
        lambda kind, metrics: Statistic(
            kind="model",
            columns=("region", "amount", "units"),
            model=Model(
                kind=kind,
                task="classes",
                metrics=metrics,
                averaging="macro",
                trees=5 if kind == "forest" else None,
            ),
        ),
        st.sampled_from(["logistic", "tree", "forest"]),
        st.sampled_from([("accuracy",), ("f1", "recall")]),
    )
    clusters = st.builds(
        lambda n, tells: Statistic(
            kind="model",
            columns=("amount", "units"),
            model=Model(
                kind="k-means", task="clusters", metrics=("silhouette",), clusters=n, tells=tells, scaling="z"
            ),
        ),
        st.integers(2, 4),
        st.sampled_from(["metrics", "clusters"]),
    )
    return st.one_of(numbers, classes, clusters).map(lambda s: {"statistic": s})


def lines() -> st.SearchStrategy[dict[str, object]]:
    """Analyses and measures whose result is a line or a table: tests, correlations, outliers, single figures."""
    found = [
        Statistic(kind="test", columns=("amount", "region"), method="anova"),
        Statistic(kind="test", columns=("product", "region"), method="chi-square"),
        Statistic(kind="normality", columns=("amount",), method="shapiro"),
        Statistic(kind="outliers", columns=("amount",), method="iqr"),
        Statistic(kind="correlation", columns=("amount", "units"), method="spearman"),
        Statistic(kind="correlation", columns=_NUMBERS),
        Statistic(kind="regression", columns=("amount", "units")),
        Statistic(kind="describe", columns=("rating",)),
        Statistic(kind="distribution", columns=("product",)),
        Statistic(kind="distribution", columns=("amount",)),
        Statistic(kind="missing"),
        Statistic(
            kind="difference", columns=("amount", "region"), aggregate="mean", values=("North", "South")
        ),
    ]
    told = st.sampled_from(found).map(lambda s: {"statistic": s})
    single = measures().filter(lambda m: not m.of_total).map(lambda m: {"measures": (m,)})
    return st.one_of(told, single)


def plan_of(parts: dict[str, object], *, joined: bool = False) -> AnalysisPlan:
    """A plan over the table; what the plan's own rules refuse is no example."""
    sources = (Source(name="sales", file=TABLE.file),)
    more = {"joins": (JOIN,)} if joined else {}
    try:
        plan = AnalysisPlan.model_validate({"sources": sources, **more, **parts})
    except ValidationError:
        assume(condition=False)
        raise
    assume(not problems(plan, (JOINED if joined else TABLE,)))
    return plan


@st.composite
def plans(draw: st.DrawFn, *, fitted: bool = False) -> tuple[AnalysisPlan, TableContext]:
    """A plan of any kind, and its table."""
    if fitted:
        return plan_of(draw(models())), TABLE
    kind = draw(st.sampled_from(["groups", "groups", "groups", "lines", "times", "joined", "parts"]))
    if kind == "joined":
        measure = draw(
            st.sampled_from(
                [Measure(aggregate="sum", column="amount"), Measure(aggregate="mean", column="staff")]
            )
        )
        parts: dict[str, object] = {"groups": (Group(column="town"),), "measures": (measure,)}
        parts["filters"] = draw(filters())
        table = JOINED.model_copy(update={"joins": (JOIN,)})
        return plan_of(parts, joined=True), table
    if kind == "parts":
        single = measures().filter(lambda m: not m.of_total)
        first, *others = (plan_of({"measures": (draw(single),)}) for _ in range(draw(st.integers(2, 3))))
        return first.beside(others), TABLE
    return plan_of(draw({"groups": grouped(), "lines": lines(), "times": timelines()}[kind])), TABLE


# Feature: glassbox-analyst, Property 4: Code library usage
# req: E5
@_RELAXED
@given(made=st.one_of(plans(), plans(fitted=True)))
def test_any_plan_survives_json_and_its_code_parses_and_lints(
    made: tuple[AnalysisPlan, TableContext],
) -> None:
    plan, table = made
    assert AnalysisPlan.model_validate_json(plan.model_dump_json()) == plan
    code = codegen.generate(plan, (table,))
    ast.parse(code)
    assert lint.check(code, (table,)) == ()


def leaves(value: object) -> list[object]:
    """Everything that a plan says, flat."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in leaves(each)]
    return [value]


def unfounded(sentence: str, plan: AnalysisPlan, ran: Ran, table: TableContext) -> list[str]:
    """The numbers of a sentence that neither the result nor the plan has."""
    known = {float(v) for row in ran.table.rows for v in row if isinstance(v, int | float)}
    known |= {float(ran.table.total), float(table.statistics.rows), *(float(v) for v in ran.base.values())}
    known |= {float(len({row[n] for row in ran.table.rows})) for n in range(len(ran.table.columns))}
    said = [v for v in leaves(plan.model_dump()) if isinstance(v, int | float) and not isinstance(v, bool)]
    known |= {float(v) * scale for v in said for scale in (1, 100)}
    known |= {float(sum(1 for n in ran.table.numbers("missing") if n))}
    texts = [str(v) for row in ran.table.rows for v in row if isinstance(v, str)]
    texts += [*ran.table.columns, *(str(v) for v in leaves(plan.model_dump()) if isinstance(v, str))]
    words = re.sub(r"p [<=] [\d.]+|R2|F1|\d+(?=st|nd|rd|th)", "", sentence)
    for text in sorted((t for t in texts if len(t) > 1), key=len, reverse=True):
        words = words.replace(text, " ")
    words = re.sub(r"\d{4}-\d\d(-\d\d)?|\d{4}Q\d|\d+ more|in \d+ (intervals|steps)", "", words)
    found: list[str] = []
    for token in re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?", words):
        number, places = float(token.replace(",", "")), len(token.partition(".")[2].partition("e")[0])
        near = (isclose(k, number, rel_tol=5e-3 if "e" in token else 1e-9) for k in known)
        digits = sum(c.isdigit() for c in token.lstrip("-0.,"))
        rounded = (abs(abs(k) - abs(number)) <= 0.5 * 10.0**-places + 1e-9 for k in known)
        significant = (
            isclose(abs(k), abs(number), rel_tol=0.5 * 10.0 ** (1 - digits)) for k in known if digits
        )
        if not (any(near) or any(rounded) or (abs(number) < 1 and any(significant))):
            found.append(token)
    return found


def stated(plan: AnalysisPlan, table: TableContext, folder: Path) -> None:
    """Run a plan: no check of its result fails, and its sentence claims nothing that is not there."""
    ran = run(plan, table, folder)
    assume(ran.table.rows)
    checks = verify(plan, ran.table, (table,), base=dict(ran.base))
    assert [c for c in checks if not c.passed and c.name != "filter finds rows"] == []
    sentence = compose(plan, ran.table, checks, (table,), base=dict(ran.base)).sentence
    assert sentence.endswith(".")
    assert unfounded(sentence, plan, ran, table) == [], sentence


# req: E5
@pytest.mark.heavy
@_RELAXED
@given(made=plans())
def test_every_number_of_a_sentence_is_in_the_result_of_any_plan(
    made: tuple[AnalysisPlan, TableContext], folder: Path
) -> None:
    stated(*made, folder)


# req: E5
@pytest.mark.heavy
@settings(_RELAXED, max_examples=100)
@given(made=plans(fitted=True))
def test_every_number_of_a_sentence_is_in_the_result_of_a_fitted_model(
    made: tuple[AnalysisPlan, TableContext], folder: Path
) -> None:
    stated(*made, folder)


def test_a_number_that_is_nowhere_is_found_out(folder: Path) -> None:
    source = Source(name="sales", file=TABLE.file)
    plan = AnalysisPlan(sources=(source,), measures=(Measure(aggregate="sum", column="amount"),))
    ran = run(plan, TABLE, folder)
    assert unfounded("The total amount is 12.34.", plan, ran, TABLE) == ["12.34"]
