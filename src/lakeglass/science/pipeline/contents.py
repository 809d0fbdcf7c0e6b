"""Everything that the stages before the report left in a job's folder, read at once."""

from __future__ import annotations

from dataclasses import dataclass

from lakeglass.science.clusters.model import Clustering
from lakeglass.science.explain.model import Explanation
from lakeglass.science.forecast.model import Forecasting
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.folder import Artifact, JobFolder
from lakeglass.science.pipeline.model import Clarification, Critique, Eda, Manifest
from lakeglass.science.repairs.model import Repairs


@dataclass(frozen=True, slots=True)
class Contents:
    """The artifacts; None for what this analysis has no use for."""

    manifest: Manifest
    eda: Eda
    clarification: Clarification
    critique: Critique
    modeling: Modeling | None
    explanation: Explanation | None
    forecasting: Forecasting | None
    clustering: Clustering | None
    repairs: Repairs | None


def contents_of(folder: JobFolder) -> Contents:
    """The artifacts of a folder whose critique is over; raises Conflict when one was changed."""
    return Contents(
        manifest=folder.read("manifest.json", Manifest),
        eda=folder.read("eda.json", Eda),
        clarification=folder.read("clarify.json", Clarification),
        critique=folder.read("critique.json", Critique),
        modeling=made(folder, "modeling/modeling.json", Modeling),
        explanation=made(folder, "modeling/explain.json", Explanation),
        forecasting=made(folder, "modeling/forecast.json", Forecasting),
        clustering=made(folder, "modeling/clusters.json", Clustering),
        repairs=made(folder, "repairs.json", Repairs),
    )


def made(folder: JobFolder, name: str, kind: type[Artifact]) -> Artifact | None:
    """An artifact that not every analysis has; raises Conflict when it was changed."""
    return folder.read(name, kind) if (folder.path / name).exists() else None
