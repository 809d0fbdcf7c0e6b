"""How a report looks: colours, font and logo, out of the settings, inside the page itself."""

from __future__ import annotations

import base64

from pydantic import BaseModel, ConfigDict, Field

from lakeglass.core.errors import ConfigurationError
from lakeglass.core.settings import ThemeSettings

THEME = "theme.json"
_MOST_BYTES = 256 * 1024
_KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
_COLOUR = r"^#[0-9a-fA-F]{6}$"


class Theme(BaseModel):
    """The file `theme.json`; `logo` is a data URI, so that the page needs nothing beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accent: str = Field(default="#0b6b62", pattern=_COLOUR)
    accent_dark: str = Field(default="#4cc2b4", pattern=_COLOUR)
    font: str = Field(default="system-ui, Segoe UI, sans-serif", pattern=r"^[A-Za-z0-9 ,-]{1,200}$")
    logo: str | None = Field(
        default=None, pattern=r"^data:image/(?:png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=]+$"
    )


def theme_of(settings: ThemeSettings) -> Theme:
    """The theme of these settings; raises ConfigurationError for a logo that can't be read or is too large."""
    logo = None
    if settings.logo is not None:
        kind = _KINDS.get(settings.logo.suffix.lower())
        try:
            content = settings.logo.expanduser().read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"The logo of reports, {str(settings.logo)!r}, can't be read ({error.strerror}). Give another path."
            ) from error
        if kind is None or not content or len(content) > _MOST_BYTES:
            raise ConfigurationError(
                f"The logo of reports, {str(settings.logo)!r}, has {len(content):,} bytes; expected a PNG, JPEG or SVG "
                f"of at most {_MOST_BYTES:,}."
            )
        logo = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return Theme(accent=settings.accent, accent_dark=settings.accent_dark, font=settings.font, logo=logo)
