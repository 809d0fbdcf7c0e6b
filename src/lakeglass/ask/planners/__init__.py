"""Planners by name."""

from lakeglass.ask.planners.base import Planner
from lakeglass.core.plugins import Registry

planners: Registry[Planner] = Registry(
    "planners", {"builtin": "lakeglass.ask.planners.builtin:BuiltinPlanner"}
)
registry = planners

__all__ = ["planners", "registry"]
