"""Properties of seed 004 that belong to the sandbox, each against one shared backend."""

from __future__ import annotations

import builtins
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contracts.sandbox_arena import HOSTED_HEAVY, Arena

from lakeglass.sandbox.base import Execution, RichResult, SandboxSession

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=8).map(lambda name: f"v_{name}")
VALUES = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.booleans(),
    st.none(),
    st.lists(st.integers(0, 9), max_size=5),
    st.dictionaries(st.text(max_size=5), st.integers(0, 9), max_size=5),
)
LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60), max_size=8)


@pytest.fixture(scope="module", params=HOSTED_HEAVY)
def sandbox_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# Feature: glassbox-analyst, Property 5: Isolated execution
@given(
    number=st.integers(0, 2**40),
    source=st.sampled_from(["{n}", "x = {n}", "print({n})", "raise ValueError({n})"]),
)
@MANY
def test_property_5_code_runs_in_the_session_and_never_here(
    arena: Arena, session: SandboxSession, monkeypatch: pytest.MonkeyPatch, number: int, source: str
) -> None:
    # req: E8
    import os

    def refuse(*_arguments: object) -> None:
        raise AssertionError("code was run in this process")

    code = (
        source.format(n=number)
        if "raise" in source
        else source.format(n=number) + "\nimport os; where = os.uname()[1], os.getpid()"
    )
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "exec", refuse)
        patch.setattr(builtins, "eval", refuse)
        ran = arena.execute(session, code, collect=["where"])
    if ran.execution.status == "ok":
        host, pid = ran.value("where")
        assert (host, pid) != (os.uname()[1], os.getpid())
        assert host == "sandbox"
    else:
        assert ran.execution.error is not None
        assert ran.execution.error.value == str(number)


# Feature: glassbox-analyst, Property 9: Output capture
@given(out=LINES, err=LINES)
@MANY
def test_property_9_both_streams_are_captured_whole(
    arena: Arena, session: SandboxSession, out: list[str], err: list[str]
) -> None:
    # req: A5
    code = f"import sys\nfor l in {out!r}: print(l)\nfor l in {err!r}: print(l, file=sys.stderr)"
    ran = arena.execute(session, code)
    assert ran.stdout == "".join(line + "\n" for line in out)
    assert ran.stderr == "".join(line + "\n" for line in err)


# Feature: glassbox-analyst, Property 14: Stateful sandbox
@given(variables=st.dictionaries(NAMES, VALUES, min_size=1, max_size=5))
@MANY
def test_property_14_variables_stay_for_the_follow_up(
    arena: Arena, session: SandboxSession, variables: dict[str, object]
) -> None:
    # req: E7
    arena.execute(session, "\n".join(f"{name} = {value!r}" for name, value in variables.items()))
    ran = arena.execute(session, f"same = [{', '.join(variables)}] == {list(variables.values())!r}", collect=["same", *variables])  # fmt: skip  # noqa: E501
    assert ran.value("same") is True
    assert {name: ran.value(name) for name in variables} == variables


# Feature: glassbox-analyst, Property 15: Fresh session isolation
@given(variables=st.dictionaries(NAMES, VALUES, min_size=1, max_size=3), file=NAMES)
@MANY
@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_property_15_a_new_session_knows_nothing_of_earlier_ones(
    arena: Arena, session: SandboxSession, variables: dict[str, object], file: str
) -> None:
    # req: E7
    code = "\n".join(f"{name} = {value!r}" for name, value in variables.items())
    arena.execute(session, f"{code}\nfor f in ({file!r}, '/tmp/' + {file!r}): open(f, 'w').close()")
    with arena.session() as fresh:
        code = f"import os\nseen = [n for n in {list(variables)!r} if n in globals()] + os.listdir('/tmp') + os.listdir('.') + os.listdir('data')"  # noqa: E501
        assert arena.execute(fresh, code, collect=["seen"]).value("seen") == ["data"]


# Feature: glassbox-analyst, Property 16: Execution result structure
@given(
    code=st.sampled_from(
        ["{v!r}", "x = {v!r}", "print({v!r})", "1 / 0", "nope", "x = = 1", "import sys; print({v!r}, file=sys.stderr)",
         "display({v!r})", "def f():\n    raise ValueError({v!r})\nf()"]
    ),
    value=VALUES,
)  # fmt: skip
@MANY
def test_property_16_a_result_shows_nothing_of_the_jail(
    arena: Arena, session: SandboxSession, code: str, value: object
) -> None:
    ran = arena.execute(session, code.format(v=value), collect=["x"])
    assert set(Execution.model_fields) == {
        "status", "seconds", "results", "error", "dropped_bytes", "state_lost", "renewed", "variables",
    }  # fmt: skip
    assert set(RichResult.model_fields) == {"data", "name"}
    shown = ran.execution.model_dump_json() + ran.stdout + ran.stderr
    for internal in ("lakeglass/jail", "bwrap", "zygote", "/sess", str(arena.root), "runner.py"):
        assert internal not in shown
