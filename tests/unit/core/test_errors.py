from __future__ import annotations

import multiprocessing
import pickle

import pytest

from lakeglass.core import errors
from lakeglass.core.errors import LakeglassError, TooLarge


def tree(kind: type[LakeglassError]) -> list[type[LakeglassError]]:
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in tree(child))]


def test_every_class_stands_in_the_drawn_tree() -> None:
    drawing = errors.__doc__ or ""
    own = [kind for kind in tree(LakeglassError) if kind.__module__ == errors.__name__]
    assert [kind.__name__ for kind in own if kind.__name__ not in drawing] == []


def test_the_drawn_status_is_the_real_one() -> None:
    for line in (errors.__doc__ or "").splitlines():
        words = [word for word in line.replace("(retryable)", "").split() if word not in {"│", "├──", "└──"}]
        if len(words) > 1 and words[1].isdigit():
            assert getattr(errors, words[0]).status == int(words[1]), words[0]


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in tree(LakeglassError)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", tree(LakeglassError))
def test_an_error_survives_a_process_border(kind: type[LakeglassError]) -> None:
    copy = pickle.loads(pickle.dumps(kind("got 3, expected 2", details={"field": "x"})))
    assert (type(copy), copy.message, copy.details) == (kind, "got 3, expected 2", {"field": "x"})


def _fail() -> None:
    raise TooLarge("too much", details={"limit": 5})


def test_an_error_of_a_worker_process_arrives_whole() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(TooLarge) as caught:
        pool.apply(_fail)
    assert caught.value.details == {"limit": 5}
