"""Planners by name."""

from lakeglass.ask.planners.base import Planner
from lakeglass.core.errors import InvalidInput
from lakeglass.core.plugins import Registry
from lakeglass.llm.access import ModelAccess

planners: Registry[Planner] = Registry(
    "planners",
    {
        "builtin": "lakeglass.ask.planners.builtin:BuiltinPlanner",
        "model": "lakeglass.ask.planners.model:ModelPlanner",
        "model-alone": "lakeglass.ask.planners.model:LoneModelPlanner",
    },
)
registry = planners


def open_planner(name: str, access: ModelAccess | None = None) -> Planner:
    """The planner of this name; 'auto' is the model's where `access` has a model, else the built-in one.

    Raises InvalidInput for an unknown name, and for 'model' without a model.
    """
    asked = access if access is not None and access.status.configured else None
    if name == "auto":
        name = "builtin" if asked is None else "model"
    if name in {"model", "model-alone"} and asked is None:
        raise InvalidInput(
            f"The planner {name!r} needs a language model. Set LAKEGLASS_MODEL__API_KEY or LAKEGLASS_MODEL__BASE_URL "
            "for the server; 'builtin' needs none."
        )
    return planners.load(name)(asked)


__all__ = ["open_planner", "planners", "registry"]
