"""The JSON schemas of everything that an analysis leaves, for whoever reads it with another program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from lakeglass.core.errors import NotFound
from lakeglass.lake.model import Statistics
from lakeglass.science.clusters.model import Clustering
from lakeglass.science.explain.model import Explanation
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, Manifest, Result
from lakeglass.science.prose.model import WORDING, Wording
from lakeglass.science.repairs.model import Repairs

ARTIFACTS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "manifest": ("manifest.json", Manifest),
    "statistics": ("statistics.json", Statistics),
    "eda": ("eda.json", Eda),
    "clarify": ("clarify.json", Clarification),
    "repairs": ("repairs.json", Repairs),
    "modeling": ("modeling/modeling.json", Modeling),
    "explain": ("modeling/explain.json", Explanation),
    "clusters": ("modeling/clusters.json", Clustering),
    "forecast": ("modeling/forecast.json", Forecasting),
    "critique": ("critique.json", Critique),
    "wording": (WORDING, Wording),
    "result": ("result.json", Result),
}
"""Each artifact's file in the job's folder, and its model."""


def schema_of(artifact: str) -> dict[str, Any]:
    """The JSON schema (draft 2020-12) that the artifact holds to; raises NotFound."""
    if artifact not in ARTIFACTS:
        raise NotFound(f"There is no artifact of that name; expected one of: {', '.join(ARTIFACTS)}.")
    file, kind = ARTIFACTS[artifact]
    schema = kind.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": file, **schema}
