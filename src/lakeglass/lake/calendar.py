"""Days and moments as ISO 8601 text, also where Python's calendar ends (years 1 to 9999)."""

from __future__ import annotations

import numpy as np

SECOND = 1_000_000
DAY = 86_400 * SECOND


def day_text(days: int) -> str:
    """Days since 1970-01-01 as a date."""
    return _era(str(np.datetime64(days, "D")))


def moment_text(micros: int) -> str:
    """Microseconds since 1970-01-01 as date and time, without zeros at the end of a second's fraction."""
    whole, _, fraction = str(np.datetime64(micros, "us")).partition(".")
    fraction = fraction.rstrip("0")
    return _era(f"{whole}.{fraction}" if fraction else whole)


def time_text(micros: int) -> str:
    """Microseconds since midnight as a time of day; the end of a day is 24:00:00."""
    seconds, rest = divmod(micros, SECOND)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:06d}".rstrip("0") if rest else text


def _era(text: str) -> str:
    """Years before the first one as people count them, and as the engine shows them: there is no year 0."""
    year, dash, rest = text[1:].partition("-") if text.startswith("-") else ("", "", text)
    if dash:
        return f"{int(year) + 1:04d}-{rest} (BC)"
    return f"0001-{text[5:]} (BC)" if text.startswith("0000-") else text
