"""Season, smoothing and straight lines of a series with one number a period."""

import numpy as np
import pandas as pd
from scipy import optimize, stats


def seasonal_parts(series: pd.Series, length: int) -> pd.DataFrame:
    """Classical decomposition: trend (centred moving average), season (mean at each place, around 0) and rest."""
    trend = series.rolling(length, center=True).mean()
    if length % 2 == 0:
        trend = trend.rolling(2).mean().shift(-1)
    left = series - trend
    place = np.arange(len(series)) % length
    means = left.groupby(place).mean()
    season = pd.Series((means - means.mean()).to_numpy()[place], index=series.index)
    return pd.DataFrame({"trend": trend, "season": season, "rest": left - season})


def seasonal_strength(parts: pd.DataFrame) -> float:
    """From 0 (no season) to 1 (nothing but season): what the season takes away from the spread around the trend."""
    known = parts.dropna()
    around = (known["season"] + known["rest"]).var()
    return float(max(0.0, 1 - known["rest"].var() / around)) if around > 0 else 0.0


def smooth(
    values: np.ndarray, length: int, weights: np.ndarray
) -> tuple[np.ndarray, float, float, list[float]]:
    """One pass of additive Holt-Winters: errors one step ahead, then the last level, trend and season."""
    alpha, beta, gamma = weights
    first = values[:length].mean()
    trend = (
        (values[length : 2 * length].mean() - first) / length if length > 1 else np.diff(values[:10]).mean()
    )
    level = first - trend * (length + 1) / 2
    season = list(values[:length] - level - trend * np.arange(1, length + 1))
    errors = np.zeros(len(values))
    for step, value in enumerate(values):
        place = step % length
        errors[step] = value - (level + trend + season[place])
        level, trend = level + trend + alpha * errors[step], trend + alpha * beta * errors[step]
        season[place] += gamma * (1 - alpha) * errors[step]
    return errors, level, trend, season


def holt_winters(series: pd.Series, length: int, ahead: int, certainty: float) -> pd.DataFrame:
    """Additive Holt-Winters (without a season when length is 1), its weights chosen for the smallest squared errors.

    The interval assumes normal errors of the same size, as in Hyndman & Athanasopoulos, Forecasting, 8.7.
    """
    values = series.to_numpy(dtype=float)
    most = 1.0 if length > 1 else 0.0

    def squared(weights: np.ndarray) -> float:
        return float((smooth(values, length, weights)[0] ** 2).sum())

    start, bounds = np.array([0.3, 0.1, 0.1 * most]), [(0.0, 1.0), (0.0, 1.0), (0.0, most)]
    found = optimize.minimize(squared, start, bounds=bounds)
    errors, level, trend, season = smooth(values, length, found.x)
    alpha, beta, gamma = found.x
    steps = np.arange(1, ahead + 1)
    middle = [level + step * trend + season[(len(values) + step - 1) % length] for step in steps]
    spread = np.sqrt((errors**2).sum() / max(len(values) - 3, 1))
    carried = alpha * (1 + steps * beta) + gamma * (1 - alpha) * (steps % length == 0)
    wide = spread * np.sqrt(1 + np.concatenate([[0], np.cumsum(carried**2)[:-1]]))
    reach = stats.norm.ppf(0.5 + certainty / 2) * wide
    return pd.DataFrame({"forecast": middle, "lower": middle - reach, "upper": middle + reach})


def straight_line(series: pd.Series, ahead: int, certainty: float) -> pd.DataFrame:
    """Least squares over the periods, carried on; the interval is that of a single new value (Student's t)."""
    x, y = np.arange(len(series)), series.to_numpy(dtype=float)
    fit = stats.linregress(x, y)
    later = np.arange(len(x), len(x) + ahead)
    middle = fit.intercept + fit.slope * later
    error = np.sqrt(((y - fit.intercept - fit.slope * x) ** 2).sum() / (len(x) - 2))
    away = (later - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    reach = stats.t.ppf(0.5 + certainty / 2, len(x) - 2) * error * np.sqrt(1 + 1 / len(x) + away)
    return pd.DataFrame({"forecast": middle, "lower": middle - reach, "upper": middle + reach})


def seasonal_naive(series: pd.Series, length: int, ahead: int, certainty: float) -> pd.DataFrame:
    """The last season once more; the spread is that of the changes from season to season."""
    values = series.to_numpy(dtype=float)
    steps = np.arange(ahead)
    middle = values[-length:][steps % length]
    spread = np.sqrt(np.mean((values[length:] - values[:-length]) ** 2))
    reach = stats.norm.ppf(0.5 + certainty / 2) * spread * np.sqrt(steps // length + 1)
    return pd.DataFrame({"forecast": middle, "lower": middle - reach, "upper": middle + reach})
