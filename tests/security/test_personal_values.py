"""How many personal values are found, and how much is taken for one that is none: over texts of 49 countries.

The corpus was written by somebody who had not read the detectors.
"""

from __future__ import annotations

from collections import Counter

import pytest
from tests.corpora.personal.corpus import Case, cases, check, encoded

from lakeglass.llm.detectors import detectors
from lakeglass.llm.scrub import Scrubber

SCRUBBER = Scrubber([detectors.load(name)() for name in detectors.names()])
# The least share found; what leaks of the rest is told by the counts.
LEAST = {"EMAIL": 0.99, "CARD": 0.99, "IBAN": 0.99, "SSN": 0.99, "PHONE": 0.97}
OTHERS = 0.97
PRECISION = 0.97


def found(texts: list[Case]) -> tuple[dict[str, float], float, float]:
    """The share found of each kind and of all, and the share of findings that are right."""
    planted: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    right = wrong = 0
    for case in texts:
        spans = SCRUBBER.find(case.text, hint=case.hint)
        for value in case.planted:
            planted[value.kind] += 1
            hidden[value.kind] += any(one.start <= value.start and value.end <= one.end for one in spans)
        for one in spans:
            if any(one.start < value.end and value.start < one.end for value in case.planted):
                right += 1
            else:
                wrong += 1
    shares = {kind: hidden[kind] / planted[kind] for kind in planted}
    return shares, hidden.total() / planted.total(), right / (right + wrong)


def judge(texts: list[Case]) -> None:
    shares, _, precision = found(texts)
    assert {kind: share for kind, share in shares.items() if share < LEAST.get(kind, OTHERS)} == {}
    assert precision >= PRECISION


def test_the_corpus_holds_what_it_says() -> None:
    check()


# req: E3 E17
@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.heavy), pytest.param(3, marks=pytest.mark.heavy)]
)
def test_personal_values_are_found_and_little_else(seed: int) -> None:
    judge(cases(seed=seed, count=1500 if seed > 1 else 1000))


# req: E3
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.heavy)])
def test_hiding_a_value_in_an_encoding_does_not_help(seed: int) -> None:
    _, share, precision = found(encoded(seed=seed, count=200))
    assert share >= 0.98
    assert precision >= 0.95
