"""A saved model read back: the weighted mean of its members, for any table with its columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from lakeglass.core.errors import InvalidInput, UnprocessableFile
from lakeglass.science.candidates import candidates
from lakeglass.science.candidates.base import Core
from lakeglass.science.features.preparation import Preparation
from lakeglass.science.metrics import as_probabilities
from lakeglass.science.model import SavedModel
from lakeglass.science.table import Floats, Table


@dataclass(frozen=True)
class LoadedMember:
    """A member ready to predict."""

    candidate: str
    preparation: Preparation
    core: Core
    weight: float


@dataclass(frozen=True)
class LoadedModel:
    """A model with all its members."""

    about: SavedModel
    members: tuple[LoadedMember, ...]

    def predict(self, table: Table) -> Floats:
        """(rows,) amounts or (rows, classes) probabilities in the order of `about.classes`.

        Raises InvalidInput when a column that the model learned from is absent.
        """
        absent = [name for name in self.about.columns if name not in table.names()]
        if absent:
            missing = ", ".join(absent)
            raise InvalidInput(
                f"the table has no column {missing}; expected all {len(self.about.columns)} learned from"
            )
        prepared: dict[int, Floats] = {}
        total: Floats | None = None
        for member in self.members:
            place = id(member.preparation)
            if place not in prepared:
                prepared[place] = member.preparation.transform(table)
            predicted = member.weight * as_probabilities(
                self.about.task, member.core.predict(prepared[place])
            )
            total = predicted if total is None else total + predicted
        if total is None:
            return np.zeros(table.rows)
        return self.about.calibrator.apply(total) if self.about.calibrator else total

    def interval(self, table: Table, *, level: float = 0.9) -> tuple[Floats, Floats]:
        """Lower and upper ends (rows,) that hold the truth in `level` of rows like those learned from.

        Raises InvalidInput for classes, or a level other than 0.5, 0.8, 0.9 and 0.95.
        """
        known = self.about.intervals
        if known is None or level not in known.levels:
            levels = ", ".join(f"{one:g}" for one in known.levels) if known else "none: it predicts classes"
            raise InvalidInput(f"no intervals of level {level:g}; this model has {levels}")
        return known.of(self.predict(table), level)


def load_model(folder: Path) -> LoadedModel:
    """The model of a run's folder. Nothing in it is executed.

    Raises UnprocessableFile when a file is absent or damaged.
    """
    try:
        about = SavedModel.model_validate_json((folder / "model.json").read_text(encoding="utf-8"))
        texts = {m.preparation: (folder / m.preparation).read_text(encoding="utf-8") for m in about.members}
        preparations = {name: Preparation.model_validate_json(text) for name, text in texts.items()}
    except (OSError, ValidationError) as error:
        raise UnprocessableFile("model.json, or a file it names, is absent or damaged; fit again") from error
    kinds = {name: candidates.load(name)() for name in {member.candidate for member in about.members}}
    return LoadedModel(
        about=about,
        members=tuple(
            LoadedMember(
                m.candidate, preparations[m.preparation], kinds[m.candidate].load(folder / m.fit), m.weight
            )
            for m in about.members
        ),
    )
