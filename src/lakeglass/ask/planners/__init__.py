"""Planners by name."""

from lakeglass.ask.planners.base import Planner
from lakeglass.core.errors import InvalidInput
from lakeglass.core.plugins import Registry
from lakeglass.llm.access import ModelAccess

planners: Registry[Planner] = Registry(
    "planners",
    {
        "builtin": "lakeglass.ask.planners.builtin:BuiltinPlanner",
        "auto": "lakeglass.ask.planners.model:AutoPlanner",
        "model": "lakeglass.ask.planners.model:ModelPlanner",
        "model-alone": "lakeglass.ask.planners.model:LoneModelPlanner",
    },
)
registry = planners


def open_planner(name: str, access: ModelAccess | None = None) -> Planner:
    """The planner of this name; 'auto' is the model's whenever `access` has a model, else the built-in one.

    Raises InvalidInput for an unknown name, and for 'model' without a model.
    """
    if name == "auto" and access is None:
        name = "builtin"
    if name in {"model", "model-alone"} and (access is None or not access.configured):
        raise InvalidInput(
            f"The planner {name!r} needs a language model. Set LAKEGLASS_MODEL__API_KEY or LAKEGLASS_MODEL__BASE_URL "
            "for the server; 'builtin' needs none."
        )
    return planners.load(name)(access)


__all__ = ["open_planner", "planners", "registry"]
