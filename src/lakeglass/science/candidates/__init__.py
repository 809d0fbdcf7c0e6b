"""Kinds of models by name."""

from lakeglass.core.plugins import Registry
from lakeglass.science.candidates.base import Candidate, Capabilities

candidates: Registry[Candidate] = Registry(
    "candidates",
    {
        "baseline": "lakeglass.science.candidates.baseline:Baseline",
        "linear": "lakeglass.science.candidates.linear:Linear",
        "lightgbm": "lakeglass.science.candidates.lightgbm:LightGBM",
        "forest": "lakeglass.science.candidates.forest:Forest",
        "neighbours": "lakeglass.science.candidates.neighbours:Neighbours",
        "ebm": "lakeglass.science.candidates.ebm:ExplainableBoosting",
    },
    extras={"lightgbm": "science", "ebm": "ebm"},
)

__all__ = ["Candidate", "Capabilities", "candidates"]
