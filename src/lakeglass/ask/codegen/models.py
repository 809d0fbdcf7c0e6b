"""Models: rows that have every value, a split, a fit, and figures on rows that the model has not seen."""

from __future__ import annotations

from lakeglass.ask.codegen.literals import listing, literal
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import AnalysisPlan, Model, Statistic, TableContext
from lakeglass.ask.plan.analyses import Metric
from lakeglass.ask.plan.naming import METRIC_NAMES, TEST_ROWS, TRAINING_ROWS, model_words, plain
from lakeglass.ask.plan.validate import is_numeric

SILHOUETTE_ROWS = 10_000
_SCORES: dict[Metric, str] = {
    "r2": "r2_score",
    "rmse": "root_mean_squared_error",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "accuracy": "accuracy_score",
    "precision": "precision_score",
    "recall": "recall_score",
    "f1": "f1_score",
    "auc": "roc_auc_score",
    "silhouette": "silhouette_score",
}
_SCALERS = {"z": "StandardScaler", "minmax": "MinMaxScaler"}
_SCALED = {"z": "mean 0 and standard deviation 1", "minmax": "0 to 1"}


def write_model(
    script: Script, plan: AnalysisPlan, statistic: Statistic, table: TableContext, *, frame: str
) -> None:
    """Write `result`: one row of figures, a row for each coefficient or importance, or one for each cluster."""
    model = statistic.model
    assert model is not None
    script.block(
        "Rows that have every value that the model needs",
        f"rows = {frame}[{listing(statistic.columns)}].dropna()",
    )
    if model.task == "clusters":
        _clusters(script, statistic, model)
        return
    _data(script, plan, statistic, table)
    _split(script, model)
    _scale(script, model)
    estimator = _estimator(script, model)
    script.block(
        f"Fit the {model_words(model)} to the training rows, predict the others",
        f"model = {estimator}.fit(x_train, y_train)",
        "predicted = model.predict(x_test)",
    )
    _judge(script, model)


def _data(script: Script, plan: AnalysisPlan, statistic: Statistic, table: TableContext) -> None:
    target, features = statistic.columns[0], statistic.columns[1:]
    categories = [name for name in features if not is_numeric(name, plan, table) and not _flag(name, table)]
    if categories:
        script.block(
            "Categories become columns of 0 and 1, the first of each left out; everything else is a number",
            f"x = pd.get_dummies(rows[{listing(features)}], columns={listing(categories)}, drop_first=True)",
            'x = x.astype("float64")',
        )
    else:
        script.block("What it predicts from", f'x = rows[{listing(features)}].astype("float64")')
    numbers = statistic.model is not None and statistic.model.task == "numbers"
    script.block(
        "What it predicts", f"y = rows[{literal(target)}]" + ('.astype("float64")' if numbers else "")
    )


def _flag(name: str, table: TableContext) -> bool:
    column = table.column(name)
    return column is not None and column.kind == "boolean"


def _split(script: Script, model: Model) -> None:
    script.need("from sklearn.model_selection import train_test_split")
    script.block(
        f"Hold out {100 * model.test_share:g} % of the rows, drawn with seed {model.seed}",
        "x_train, x_test, y_train, y_test = train_test_split(",
        f"    x, y, test_size={model.test_share!r}, random_state={model.seed}",
        ")",
    )


def _scale(script: Script, model: Model) -> None:
    if model.scaling == "none":
        return
    scaler = _SCALERS[model.scaling]
    script.need(f"from sklearn.preprocessing import {scaler}")
    script.block(
        f"Scale to {_SCALED[model.scaling]}, as learnt from the training rows",
        f"scaler = {scaler}().fit(x_train)",
        "x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)",
    )


def _estimator(script: Script, model: Model) -> str:
    """The estimator as source, with its import noted."""
    depth = f", max_depth={model.depth}" if model.depth is not None else ""
    kind = "Regressor" if model.task == "numbers" else "Classifier"
    match model.kind:
        case "linear":
            script.need("from sklearn.linear_model import LinearRegression")
            return "LinearRegression()"
        case "logistic":
            script.need("from sklearn.linear_model import LogisticRegression")
            return f"LogisticRegression(max_iter=10_000, random_state={model.seed})"
        case "tree":
            script.need(f"from sklearn.tree import DecisionTree{kind}")
            return f"DecisionTree{kind}(random_state={model.seed}{depth})"
        case "forest":
            script.need(f"from sklearn.ensemble import RandomForest{kind}")
            return f"RandomForest{kind}(n_estimators={model.trees or 100}, random_state={model.seed}{depth})"
        case "k-means":
            script.need("from sklearn.cluster import KMeans")
            return f"KMeans(n_clusters={model.clusters}, n_init=10, random_state={model.seed})"


def _judge(script: Script, model: Model) -> None:
    entries = [f"        {literal(METRIC_NAMES[m])}: [{_score(script, model, m)}]," for m in model.metrics]
    counts = [
        f"        {literal(TRAINING_ROWS)}: [len(x_train)],",
        f"        {literal(TEST_ROWS)}: [len(x_test)],",
    ]
    if model.averaging == "one" and {"precision", "recall", "f1"} & set(model.metrics):
        script.block(
            "Precision, recall and F1 are those of the last class in order",
            "positive = model.classes_[-1]",
        )
    name = "scores" if model.tells == "features" else "result"
    script.block(
        "How well it predicts rows that it has not seen",
        f"{name} = pd.DataFrame(",
        "    {",
        *entries,
        *counts,
        "    }",
        ")",
    )
    if model.tells == "features":
        _features(script, model)


def _score(script: Script, model: Model, metric: Metric) -> str:
    if metric != "auc":
        script.need(f"from sklearn.metrics import {_SCORES[metric]}")
    match metric:
        case "precision" | "recall" | "f1":
            how = "pos_label=positive" if model.averaging == "one" else f"average={literal(model.averaging)}"
            return f"{_SCORES[metric]}(y_test, predicted, {how}, zero_division=0)"
        case "auc":
            script.need("from sklearn.metrics import roc_auc_score")
            if model.averaging == "one":
                return "roc_auc_score(y_test, model.predict_proba(x_test)[:, 1])"
            chances = "model.predict_proba(x_test)"
            return (
                f"roc_auc_score(y_test, {chances} if len(model.classes_) > 2 else {chances}[:, 1], "
                'multi_class="ovr")'
            )
        case _:
            return f"{_SCORES[metric]}(y_test, predicted)"


def _features(script: Script, model: Model) -> None:
    if model.kind == "linear":
        lines = [
            'terms = ["intercept", *x.columns]',
            'result = pd.DataFrame({"term": terms, "coefficient": [model.intercept_, *model.coef_]})',
        ]
    elif model.kind == "logistic":
        lines = [
            "classes = model.classes_ if len(model.classes_) > 2 else model.classes_[1:]",
            "coefficients = pd.DataFrame(model.coef_, columns=x.columns)",
            'coefficients.insert(0, "class", classes)',
            'result = coefficients.melt(id_vars="class", var_name="term", value_name="coefficient")',
        ]
    else:
        lines = [
            'result = pd.DataFrame({"feature": x.columns, "importance": model.feature_importances_})',
            'result = result.sort_values("importance", ascending=False, ignore_index=True)',
        ]
    what = "importance" if model.kind in {"tree", "forest"} else "coefficient"
    script.block(
        f"The {what} of each feature, beside the figures", *lines, 'result = result.join(scores, how="cross")'
    )


def _clusters(script: Script, statistic: Statistic, model: Model) -> None:
    script.block("What is clustered", 'x = rows.astype("float64")')
    if model.scaling != "none":
        scaler = _SCALERS[model.scaling]
        script.need(f"from sklearn.preprocessing import {scaler}")
        script.block(f"Scale to {_SCALED[model.scaling]}", f"x = {scaler}().fit_transform(x)")
    script.block(
        f"{model.clusters} clusters, the best of ten starts with seed {model.seed}",
        f"model = {_estimator(script, model)}.fit(x)",
    )
    entries: list[str] = []
    for metric in model.metrics:
        if metric == "inertia":
            entries.append('        "inertia": [model.inertia_],')
            continue
        script.need("from sklearn.metrics import silhouette_score")
        script.block(
            f"Silhouette: from -1 (wrong cluster) to 1 (well apart), over at most {SILHOUETTE_ROWS:,} rows",
            f"sample = min(len(rows), {SILHOUETTE_ROWS})",
            f"silhouette = silhouette_score(x, model.labels_, sample_size=sample, random_state={model.seed})",
        )
        entries.append('        "silhouette": [silhouette],')
    told = "scores" if model.tells == "clusters" else "result"
    script.block(
        "How tight and how far apart the clusters are",
        f"{told} = pd.DataFrame(",
        "    {",
        *entries,
        '        "rows": [len(rows)],',
        "    }",
        ")",
    )
    if model.tells == "clusters":
        script.block(
            f"Size and means of each cluster, numbered by {plain(statistic.columns[0])}",
            "clusters = rows.groupby(model.labels_)",
            'result = clusters.mean().add_prefix("mean ")',
            'result.insert(0, "rows", clusters.size())',
            f"result = result.sort_values({literal('mean ' + statistic.columns[0])}).reset_index(drop=True)",
            'result.insert(0, "cluster", range(1, len(result) + 1))',
            'result = result.join(scores.drop(columns="rows"), how="cross")',
        )
