"""Detectors of personal values by name."""

from lakeglass.core.plugins import Registry
from lakeglass.llm.detectors.base import Capabilities, Detector, Found

detectors: Registry[Detector] = Registry(
    "detectors",
    {
        "patterns": "lakeglass.llm.detectors.patterns:PatternDetector",
        "phones": "lakeglass.llm.detectors.phones:PhoneDetector",
        "names": "lakeglass.llm.detectors.names:NameDetector",
    },
    extras={"patterns": "model", "phones": "model", "names": "model"},
)
registry = detectors

__all__ = ["Capabilities", "Detector", "Found", "detectors"]
