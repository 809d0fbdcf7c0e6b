"""The plan as JSON schema for given tables: column names become enums, so that none can be invented."""

from __future__ import annotations

from typing import cast

from pydantic import JsonValue

from lakeglass.ask.plan.context import TableContext
from lakeglass.ask.plan.model import AnalysisPlan

_COLUMN_FIELDS = {"Clean", "Filter", "Group", "Measure", "Sort"}


def json_schema(table: TableContext) -> dict[str, JsonValue]:
    """JSON schema (draft 2020-12) of a plan over `table`."""
    schema = cast("dict[str, JsonValue]", AnalysisPlan.model_json_schema())
    names: list[JsonValue] = [c.name for c in table.statistics.columns]
    definitions = cast("dict[str, dict[str, dict[str, JsonValue]]]", schema["$defs"])
    for title in _COLUMN_FIELDS:
        _narrow(definitions[title]["properties"], "column", names)
    for title in ("Statistic", "Derive"):
        columns = cast("dict[str, JsonValue]", definitions[title]["properties"]["columns"])
        columns["items"] = {"type": "string", "enum": names}
    source = definitions["Source"]["properties"]
    source["name"] = {"const": table.name}
    source["file"] = {"const": table.file}
    return schema


def _narrow(properties: dict[str, JsonValue], field: str, names: list[JsonValue]) -> None:
    column = cast("dict[str, JsonValue]", properties[field])
    if "anyOf" in column:
        column["anyOf"] = [{"type": "string", "enum": names}, {"type": "null"}]
    else:
        column["enum"] = names
