"""Names of people and places, by spaCy, where one of its language models is installed.

A name has no form; without a model of the language nothing can tell it from another word, and this detector finds
nothing and says so. Columns whose *name* says that they hold names are kept back by `llm.columns` in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import spacy
from spacy.language import Language
from spacy.util import get_installed_models

from lakeglass.llm.detectors.base import Capabilities, Found

_KINDS: Final = {"PERSON": "PERSON", "PER": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION"}


class NameDetector:
    """People and places; off without a language model."""

    @property
    def capabilities(self) -> Capabilities:
        if self._language is None:
            return Capabilities(
                kinds=frozenset(),
                needs="a language model of spaCy, such as: python -m spacy download en_core_web_sm",
            )
        return Capabilities(kinds=frozenset(_KINDS.values()))

    def find(self, text: str, *, hint: str = "") -> Sequence[Found]:  # noqa: ARG002  the protocol's signature
        if self._language is None:
            return ()
        return [
            Found(_KINDS[entity.label_], entity.start_char, entity.end_char, 0.85)
            for entity in self._language(text).ents
            if entity.label_ in _KINDS
        ]

    @cached_property
    def _language(self) -> Language | None:
        names = get_installed_models()
        return spacy.load(names[0], exclude=["lemmatizer", "parser"]) if names else None
