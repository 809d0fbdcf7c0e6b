"""What a reference may call: rounding to text, rows without outliers, and models by scikit-learn itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

_MODELS = {
    "linear": LinearRegression,
    "rf": lambda: RandomForestRegressor(n_estimators=100, random_state=42),
    "logit": lambda: LogisticRegression(max_iter=10_000),
    "tree": lambda: DecisionTreeClassifier(random_state=42),
}


def r(value: float, places: int) -> str:
    """A number as published sets write it: text that any number rounding to it equals."""
    return f"{value:.{places}f}"


def inz(column: pd.Series, threshold: float, ddof: int = 1) -> pd.Series:
    """True for the values within so many standard deviations of the mean."""
    return ((column - column.mean()) / column.std(ddof=ddof)).abs() <= threshold


def iniqr(column: pd.Series, factor: float = 1.5) -> pd.Series:
    """True for the values within so many interquartile ranges of the quartiles."""
    low, high = column.quantile(0.25), column.quantile(0.75)
    return column.between(low - factor * (high - low), high + factor * (high - low))


def model(
    d: pd.DataFrame, target: str, features: Sequence[str], test: float, seed: int, kind: str
) -> dict[str, float]:
    """The scores of a model on held-out rows."""
    x, x_test, y, y_test = train_test_split(d[list(features)], d[target], test_size=test, random_state=seed)
    said = _MODELS[kind]().fit(x, y).predict(x_test)
    if kind in {"logit", "tree"}:
        return {"accuracy": float(np.mean(said == y_test))}
    return {
        "mse": float(mean_squared_error(y_test, said)),
        "mae": float(mean_absolute_error(y_test, said)),
        "r2": float(r2_score(y_test, said)),
    }


def lin(d: pd.DataFrame, target: str, features: Sequence[str], test: float, seed: int) -> dict[str, float]:
    """The scores of a linear regression on held-out rows."""
    return model(d, target, features, test, seed, "linear")


def kmeans(d: pd.DataFrame, columns: Sequence[str], clusters: int, seed: int) -> KMeans:
    """Clusters of the rows as they are."""
    return KMeans(n_clusters=clusters, random_state=seed, n_init=10).fit(d[list(columns)])


def ad(column: pd.Series) -> object:
    """The Anderson-Darling test of normality."""
    return stats.anderson(column.dropna(), "norm")


NAMES = {
    "r": r, "inz": inz, "iniqr": iniqr, "model": model, "lin": lin, "kmeans": kmeans, "ad": ad,
    "LinearRegression": LinearRegression,
}  # fmt: skip
