"""What forecasting takes (`ForecastRequest`) and gives: `forecast.json` (`Forecasting`)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.science.model import ModelingRequest

StepName = Literal[
    "second", "minute", "hour", "day", "working day", "week", "month", "quarter", "year", "step"
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ForecastRequest(_Frozen):
    """What to tell ahead: the request of the search, how many steps (one season without a number), and the time."""

    modeling: ModelingRequest
    horizon: int | None = Field(default=None, ge=1, le=1_000)
    seconds: float = Field(default=20, gt=0)


class Method(_Frozen):
    """A method over all origins: scaled and relative errors, and on the last origin, which took no part in choosing.

    MASE: mean absolute error over that of the seasonal naive forecast within the history (below 1 is better than it);
    sMAPE in percent, 0..200. Hyndman and Koehler, 'Another look at measures of forecast accuracy', 2006.
    """

    name: str
    about: str
    mase: float
    error: float
    smape: float
    last_mase: float
    last_smape: float
    origins: int
    series: int


class Held(_Frozen):
    """How often intervals learned from the other origins held what came."""

    level: float
    held: float
    values: int


class Ahead(_Frozen):
    """A step ahead: when, the forecast, and the ends that hold 80 and 90 of 100 values."""

    when: str
    value: float
    low80: float
    high80: float
    low90: float
    high90: float


class SeriesForecast(_Frozen):
    """One series: the end of its history and what comes."""

    series: str
    history: tuple[tuple[str, float], ...]
    ahead: tuple[Ahead, ...]


class Forecasting(_Frozen):
    """The artifact `forecast.json`."""

    version: Literal[1] = 1
    target: str
    time: str
    series_column: str | None
    step: StepName
    step_seconds: float
    season: int
    season_reason: str
    horizon: int
    series: int
    judged_series: int
    length: int
    filled: int
    chosen: str
    methods: tuple[Method, ...]
    coverage: tuple[Held, ...]
    forecasts: tuple[SeriesForecast, ...]
    notes: tuple[str, ...]
    seconds: float
