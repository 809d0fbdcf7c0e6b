"""One contestant in a process of its own: `python peer.py request.json`. Runs in the peer's environment.

Writes `predicted.npy` (chance of the last class in sorted order, or the amount) and `spent.json`.
"""

from __future__ import annotations

import time

STARTED = time.monotonic()

import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402


def flaml_of(asked: dict[str, Any], x: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    from flaml import AutoML

    for frame in (x, test):
        for name in frame.columns:
            if frame[name].dtype.kind not in "iuf":
                frame[name] = frame[name].astype("category")
    classes = asked["measure"] == "roc_auc"
    model = AutoML()
    more = {"estimator_list": ["lgbm"]} if asked["contestant"] == "lightgbm_tuned" else {}
    model.fit(
        x, y, task="classification" if classes else "regression", metric="roc_auc" if classes else "rmse",
        time_budget=max(1.0, asked["budget"] - (time.monotonic() - STARTED)), n_jobs=asked["threads"],
        seed=0, verbose=0, **more,
    )  # fmt: skip
    return model.predict_proba(test)[:, 1] if classes else model.predict(test)


def autogluon_of(asked: dict[str, Any], x: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    from autogluon.tabular import TabularPredictor

    classes = asked["measure"] == "roc_auc"
    preset = "best_quality" if asked["contestant"] == "autogluon_best" else "medium_quality"
    predictor = TabularPredictor(
        label="__target__", eval_metric="roc_auc" if classes else "root_mean_squared_error",
        problem_type="binary" if classes else "regression", path=asked["folder"] + "/autogluon", verbosity=0,
    )  # fmt: skip
    more = {"dynamic_stacking": False} if preset == "best_quality" else {}
    predictor.fit(
        x.assign(__target__=y.to_numpy()), presets=preset, num_cpus=asked["threads"], num_gpus=0,
        time_limit=max(1.0, asked["budget"] - (time.monotonic() - STARTED)), **more,
    )  # fmt: skip
    return predictor.predict_proba(test)[1].to_numpy() if classes else predictor.predict(test).to_numpy()


def simple_of(asked: dict[str, Any], x: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegressionCV, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    classes = asked["measure"] == "roc_auc"
    if asked["contestant"] == "dummy":
        model: Any = DummyClassifier() if classes else DummyRegressor()
    else:
        model = (
            LogisticRegressionCV(Cs=6, max_iter=300, scoring="roc_auc", use_legacy_attributes=False)
            if classes
            else RidgeCV(np.logspace(-2, 4, 13))
        )
    numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    texts = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, sparse_output=False)
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (texts, make_column_selector(dtype_exclude="number")),
    )
    fitted = make_pipeline(columns, model).fit(x, y)
    return fitted.predict_proba(test)[:, 1] if classes else fitted.predict(test)


def lightgbm_default_of(
    asked: dict[str, Any], x: pd.DataFrame, y: pd.Series, test: pd.DataFrame
) -> np.ndarray:
    from lightgbm import LGBMClassifier, LGBMRegressor

    for name in x.columns:
        if x[name].dtype.kind not in "iuf":
            x[name] = x[name].astype("category")
            test[name] = pd.Categorical(test[name], categories=x[name].cat.categories)
    classes = asked["measure"] == "roc_auc"
    model = (LGBMClassifier if classes else LGBMRegressor)(
        n_jobs=asked["threads"], verbosity=-1, random_state=0
    ).fit(x, y)
    return model.predict_proba(test)[:, 1] if classes else model.predict(test)


def ebm_of(asked: dict[str, Any], x: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

    classes = asked["measure"] == "roc_auc"
    kind = ExplainableBoostingClassifier if classes else ExplainableBoostingRegressor
    model = kind(n_jobs=asked["threads"], random_state=0).fit(x, y)
    return model.predict_proba(test)[:, 1] if classes else model.predict(test)


CONTESTANTS = {
    "flaml": flaml_of, "lightgbm_tuned": flaml_of, "autogluon_medium": autogluon_of, "autogluon_best": autogluon_of,
    "linear": simple_of, "dummy": simple_of, "lightgbm_default": lightgbm_default_of, "ebm": ebm_of,
}  # fmt: skip


def main() -> None:
    """Fit on the training file, predict the test file."""
    asked = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(asked["folder"])
    train, test = pd.read_parquet(asked["train"]), pd.read_parquet(asked["test"])
    y = train.pop(asked["target"])
    if asked["measure"] == "roc_auc":
        y = (y == sorted(y.unique())[-1]).astype(int)
    predicted = CONTESTANTS[asked["contestant"]](asked, train, y, test.drop(columns=asked["target"]))
    np.save(folder / "predicted.npy", np.asarray(predicted, dtype=np.float64))
    (folder / "spent.json").write_text(json.dumps({"seconds": time.monotonic() - STARTED}))


if __name__ == "__main__":
    main()
