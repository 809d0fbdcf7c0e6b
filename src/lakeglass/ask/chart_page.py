"""A chart as one HTML file: interactive, and in need of neither Lakeglass nor a network."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from pydantic import JsonValue


def chart_page(figure: Mapping[str, JsonValue], *, title: str) -> str:
    """The page of a Plotly figure, about 5 MB because it carries the drawing code with it.

    The figure is data of a sandbox: it is embedded as JSON in which no character can end the script.
    """
    from plotly import io  # heavy, and needed only when there is a chart

    html: str = io.to_html(dict(figure), include_plotlyjs=True, full_html=True, validate=False)
    return html.replace("<head>", f"<head><title>{escape(title)}</title>", 1)
