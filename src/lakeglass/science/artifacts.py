"""JSON of an artifact that its own schema takes back: what a reader would refuse is not written."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from lakeglass.core.errors import LakeglassError


def json_of(artifact: BaseModel) -> str:
    """The artifact as JSON; raises LakeglassError when it holds what its schema has no room for.

    A model may be built around a number that JSON doesn't know: pydantic writes `nan` as `null`, which is no number
    to whoever reads it next.
    """
    text = artifact.model_dump_json(indent=1)
    try:
        type(artifact).model_validate_json(text)
    except ValidationError as error:
        # Places only: the values are the table's own.
        places = ", ".join(".".join(map(str, each["loc"])) for each in error.errors()[:3])
        raise LakeglassError(
            f"{type(artifact).__name__} was made with something that its schema does not allow, at {places}. "
            "This is a defect of Lakeglass; please report it."
        ) from None
    return text
