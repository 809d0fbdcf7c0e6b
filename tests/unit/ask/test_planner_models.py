"""Models that a question names give what scikit-learn gives for the rows, the split and the seed that are meant."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    mean_absolute_error,
    mean_squared_error,
    precision_score,
    r2_score,
    recall_score,
    roc_auc_score,
    silhouette_score,
)
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from tests.unit.ask.analyst_runs import ask, checked, planned
from tests.unit.ask.analyst_tables import TABLES, context_of, save

from lakeglass.ask.answer import compose
from lakeglass.ask.planners.base import NotPlanned

PASSENGERS = TABLES["passengers"]()
TABLE = context_of("passengers", PASSENGERS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models")
    save("passengers", PASSENGERS, path)
    return path


def split(target: str, features: list[str], share: float, seed: int) -> list[pd.DataFrame]:
    """x_train, x_test, y_train, y_test: written here without a look at the generated code."""
    whole = PASSENGERS.dropna(subset=[target, *features])
    x = whole[features].copy()
    if "Sex" in features:
        x["Sex"] = (x["Sex"] == "male").astype(float)
    parts: list[pd.DataFrame] = train_test_split(x, whole[target], test_size=share, random_state=seed)
    return parts


def predicted(model: object, parts: list[pd.DataFrame]) -> tuple[pd.Series, pd.Series]:
    """What is true of the held-out rows, and what the fitted model says."""
    fitted = model.fit(parts[0], parts[2])  # type: ignore[attr-defined]
    return parts[3], fitted.predict(parts[1])


# req: F1
@pytest.mark.parametrize(
    ("question", "column", "truth"),
    [
        (
            "train a logistic regression to predict Survived from Age and Fare, 80/20 split, seed 42: accuracy",
            "accuracy",
            lambda: accuracy_score(
                *predicted(LogisticRegression(max_iter=10_000), split("Survived", ["Age", "Fare"], 0.2, 42))
            ),
        ),
        (
            "linear regression of Fare on Age and Pclass with a 70/30 train test split and random state 7: RMSE",
            "RMSE",
            lambda: (
                mean_squared_error(*predicted(LinearRegression(), split("Fare", ["Age", "Pclass"], 0.3, 7)))
                ** 0.5
            ),
        ),
        (
            "linear regression predicting Fare from Sex and Pclass, R2 on a 25% test set, seed 3",
            "R2",
            lambda: r2_score(*predicted(LinearRegression(), split("Fare", ["Sex", "Pclass"], 0.25, 3))),
        ),
        (
            "random forest with 20 trees to predict Fare from Age and Pclass: MAE",
            "MAE",
            lambda: mean_absolute_error(
                *predicted(
                    RandomForestRegressor(20, random_state=42), split("Fare", ["Age", "Pclass"], 0.2, 42)
                )
            ),
        ),
        (
            "decision tree with max depth 4 to predict Fare from Age: mean squared error",
            "MSE",
            lambda: mean_squared_error(
                *predicted(
                    DecisionTreeRegressor(max_depth=4, random_state=42), split("Fare", ["Age"], 0.2, 42)
                )
            ),
        ),
        (
            "random forest classifier of 30 trees for Survived using Sex, Age and Fare, seed 5, f1",
            "F1",
            lambda: f1_score(
                *predicted(
                    RandomForestClassifier(30, random_state=5),
                    split("Survived", ["Sex", "Age", "Fare"], 0.2, 5),
                )
            ),
        ),
        (
            "precision of a logistic regression predicting Survived from Sex and Age",
            "precision",
            lambda: precision_score(
                *predicted(LogisticRegression(max_iter=10_000), split("Survived", ["Sex", "Age"], 0.2, 42))
            ),
        ),
        (
            "recall of a decision tree (max depth 2) predicting Survived from Sex and Fare, 60/40 split",
            "recall",
            lambda: recall_score(
                *predicted(
                    DecisionTreeClassifier(max_depth=2, random_state=42),
                    split("Survived", ["Sex", "Fare"], 0.4, 42),
                )
            ),
        ),
        (
            "decision tree with max depth 3 to predict Embarked from Fare and Age, macro F1",
            "F1",
            lambda: f1_score(
                *predicted(
                    DecisionTreeClassifier(max_depth=3, random_state=42),
                    split("Embarked", ["Fare", "Age"], 0.2, 42),
                ),
                average="macro",
            ),
        ),
    ],
)
def test_a_model_is_judged_on_the_rows_that_it_has_not_seen(
    question: str, column: str, truth: object, folder: Path
) -> None:
    result = checked(question, TABLE, folder).result
    assert list(result.columns) == [column, "training rows", "test rows"]
    assert result[column].iloc[0] == pytest.approx(truth(), rel=1e-6)  # type: ignore[operator]


# req: F1
def test_the_area_under_the_curve_is_that_of_the_probabilities(folder: Path) -> None:
    result = checked("logistic regression of Survived on Sex and Age: AUC", TABLE, folder).result
    x, test, y, truth = split("Survived", ["Sex", "Age"], 0.2, 42)
    chances = LogisticRegression(max_iter=10_000).fit(x, y).predict_proba(test)[:, 1]
    assert result["AUC"].iloc[0] == pytest.approx(roc_auc_score(truth, chances))


# req: F1
def test_features_are_scaled_as_the_training_rows_teach(folder: Path) -> None:
    question = "logistic regression of Survived on Age and Fare with standardized features: what are the coefficients?"
    result = checked(question, TABLE, folder).result.set_index("term")
    x, _, y, _ = split("Survived", ["Age", "Fare"], 0.2, 42)
    fitted = LogisticRegression(max_iter=10_000).fit(StandardScaler().fit_transform(x), y)
    assert result["coefficient"].to_dict() == pytest.approx(
        dict(zip(["Age", "Fare"], fitted.coef_[0], strict=True)), rel=1e-6
    )


# req: F1
def test_clusters_have_sizes_means_inertia_and_silhouette(folder: Path) -> None:
    result = checked("k-means with 4 clusters on Age and Fare", TABLE, folder).result
    rows = PASSENGERS[["Age", "Fare"]].dropna()
    truth = KMeans(4, n_init=10, random_state=42).fit(rows)
    assert sorted(result["rows"]) == sorted(pd.Series(truth.labels_).value_counts())
    assert sorted(result["mean Age"]) == pytest.approx(sorted(rows.groupby(truth.labels_).Age.mean()))
    assert result["inertia"].iloc[0] == pytest.approx(truth.inertia_)
    assert result["silhouette"].iloc[0] == pytest.approx(silhouette_score(rows, truth.labels_))


# req: F1
def test_a_model_tells_what_it_took_for_granted(folder: Path) -> None:
    found = planned("predict Survived from Age and Sex", TABLE)
    told = " ".join(found.understanding.assumptions)
    for said in (
        "a logistic regression is fitted",
        "80/20 split, seed 42",
        "Survived = 1",
        "columns of 0 and 1",
    ):
        assert said in told
    ran = checked("predict Survived from Age and Sex", TABLE, folder)
    answer = compose(found.plan, ran.table, (), (TABLE,), base=dict(ran.base))
    assert "held-out rows" in answer.sentence
    assert answer.base == "300 rows; 52 without Survived, Age or Sex left out"


@pytest.mark.parametrize(
    "question",
    [
        "linear regression to predict Embarked from Age, 80/20 split",
        "logistic regression to predict Fare from Age",
        "RMSE of a logistic regression of Survived on Age",
        "train a random forest to predict the weather from Age",
        "train a support vector machine to predict Survived from Age",
        "train a random forest to predict Fare from Name",
        "cluster by Embarked",
        "k-means with 1 cluster on Age and Fare",
        "predict Fare for next year",
    ],
)
def test_a_model_that_makes_no_sense_is_refused(question: str) -> None:
    assert isinstance(ask(question, TABLE), NotPlanned)
