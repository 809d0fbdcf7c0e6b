"""What every sandbox backend must do; a new adapter is done when this passes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.contracts.sandbox_arena import SANDBOXES, SMALL, Arena, execute
from tests.wheels import make_wheel

from lakeglass.core.errors import InvalidInput, NotFound, SandboxUnavailable
from lakeglass.sandbox.base import PLOTLY_MIME, TABLE_MIME, InputFile, PackageFile, SandboxSession


@pytest.fixture(scope="module", params=SANDBOXES)
def sandbox_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# --- state ------------------------------------------------------------------------------------------


def test_variables_last_from_one_execution_to_the_next(arena: Arena, session: SandboxSession) -> None:
    # req: E7
    arena.execute(session, "import math\nx = 41")
    assert arena.execute(session, "x + math.floor(1.5)").data == [{"text/plain": "42"}]


def test_a_fresh_session_has_no_state_of_another(arena: Arena, session: SandboxSession) -> None:
    arena.execute(session, "leak = 'secret'\nimport builtins, sys\nbuiltins.leak = 1\nsys.leak = 1")
    arena.execute(session, "open('left.txt', 'w').write('x'); open('/tmp/left.txt', 'w').write('x')")
    with arena.session() as other:
        code = (
            "import os, sys, builtins\n"
            "seen = ['leak' in globals(), hasattr(builtins, 'leak'), hasattr(sys, 'leak'),"
            " os.path.exists('left.txt'), os.path.exists('/tmp/left.txt')]"
        )
        assert arena.execute(other, code, collect=["seen"]).value("seen") == [False] * 5


def test_two_sessions_do_not_share_random_numbers(arena: Arena) -> None:
    code = "import random, numpy\ndrawn = [random.random(), numpy.random.rand()]"
    drawn = []
    for _ in range(2):
        with arena.session() as one:
            drawn.append(arena.execute(one, code, collect=["drawn"]).value("drawn"))
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_code_runs_as_the_main_module(arena: Arena, session: SandboxSession) -> None:
    ran = arena.execute(session, "import pickle\nclass A: pass\nok = __name__, type(pickle.loads(pickle.dumps(A()))) is A", collect=["ok"])  # fmt: skip  # noqa: E501
    assert ran.value("ok") == ["__main__", True]


# --- output -----------------------------------------------------------------------------------------


def test_stdout_and_stderr_arrive_apart_and_in_order(arena: Arena, session: SandboxSession) -> None:
    # req: A5
    code = "import sys\nfor i in range(200):\n    print(i)\n    print(-i, file=sys.stderr)"
    ran = arena.execute(session, code)
    assert ran.stdout.split() == [str(i) for i in range(200)]
    assert ran.stderr.split() == [str(-i) for i in range(200)]


def test_output_arrives_while_the_code_still_runs(arena: Arena, session: SandboxSession) -> None:
    # req: A5
    async def scenario() -> str:
        seen = asyncio.Event()

        async def sink(_chunk: Any) -> None:
            seen.set()

        running = asyncio.ensure_future(
            session.execute("print('first', end='')\nwhile True: pass", on_output=sink, timeout_s=20)
        )
        await asyncio.wait_for(seen.wait(), 10)
        assert not running.done()
        await session.interrupt()
        return (await running).status

    assert arena.run(scenario()) == "interrupted"


def test_output_of_subprocesses_and_of_c_code_is_captured(arena: Arena, session: SandboxSession) -> None:
    code = "import subprocess, os\nsubprocess.run(['echo', 'child'])\nos.write(2, b'raw')"
    ran = arena.execute(session, code)
    assert (ran.stdout, ran.stderr) == ("child\n", "raw")


def test_text_that_is_no_utf8_does_not_break_the_stream(arena: Arena, session: SandboxSession) -> None:
    ran = arena.execute(session, r"import os; _ = os.write(1, b'\xff\xfe ok \xe2\x82'); print('\udcff €')")
    assert "ok" in ran.stdout
    assert "€" in ran.stdout


def test_a_flood_of_output_is_dropped_and_counted(arena: Arena, session: SandboxSession) -> None:
    ran = arena.execute(session, "for _ in range(64): print('x' * (1 << 20))\nend = 1", collect=["end"])
    assert ran.value("end") == 1
    assert len(ran.stdout) == SMALL.stream_bytes
    assert ran.execution.dropped_bytes == 64 * ((1 << 20) + 1) - SMALL.stream_bytes
    assert arena.execute(session, "print('still here')").stdout == "still here\n"


def test_late_output_of_a_thread_is_marked(arena: Arena, session: SandboxSession) -> None:
    code = "import threading\ngo = threading.Event()\nthreading.Thread(target=lambda: (go.wait(), print('late'), said.set())).start()\nsaid = threading.Event()"  # noqa: E501
    assert arena.execute(session, code).execution.status == "ok"
    ran = arena.execute(session, "print('now'); go.set(); said.wait()\n")
    assert ran.stdout == "now\n"
    assert ran.late == "late\n"


def test_what_a_thread_prints_between_two_executions_is_marked(arena: Arena, session: SandboxSession) -> None:
    code = "import threading, time\nsaid = threading.Event()\nthreading.Timer(0.2, lambda: (print('between'), said.set())).start()"  # noqa: E501
    assert arena.execute(session, code).stdout == ""
    arena.run(asyncio.sleep(0.6))
    ran = arena.execute(session, "print('now', said.wait(10))")
    assert (ran.stdout, ran.late) == ("now True\n", "between\n")


def test_reading_standard_input_ends_at_once(arena: Arena, session: SandboxSession) -> None:
    error = arena.execute(session, "input()").execution.error
    assert error is not None
    assert error.name == "EOFError"


def test_a_sink_that_fails_raises_its_own_error_and_leaves_the_session_usable(
    arena: Arena, session: SandboxSession
) -> None:
    async def sink(_chunk: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        arena.run(session.execute("print(1)", on_output=sink))
    assert arena.execute(session, "print(2)").stdout == "2\n"


# --- results ----------------------------------------------------------------------------------------


def test_the_last_expression_is_shown_unless_it_is_none_or_silenced(
    arena: Arena, session: SandboxSession
) -> None:
    assert arena.execute(session, "1\n'a' * 3").data == [{"text/plain": "'aaa'"}]
    assert arena.execute(session, "None").data == []
    assert arena.execute(session, "5;").data == []


def test_display_shows_values_in_order(arena: Arena, session: SandboxSession) -> None:
    assert arena.execute(session, "display(1, 2)\ndisplay(3)\n4").data == [
        {"text/plain": str(i)} for i in (1, 2, 3, 4)
    ]


FRAME = """
import pandas as pd, numpy as np, datetime as dt, decimal
df = pd.DataFrame({
    "i": [1, 2**60, 3], "f": [1.5, float("nan"), float("inf")], "s": ["a", None, "ü"],
    "d": pd.to_datetime(["2020-01-02", None, "2021-01-01"]), "b": [True, False, True],
    "o": [decimal.Decimal("1.10"), {"k": [np.int64(1)]}, dt.date(2020, 5, 1)],
})
"""


def test_a_pandas_frame_becomes_a_table_of_plain_json(arena: Arena, session: SandboxSession) -> None:
    # req: E9
    ran = arena.execute(session, FRAME + "df", collect=["df"])
    table = ran.table()
    assert table["columns"] == ["i", "f", "s", "d", "b", "o"]
    assert table["total"] == 3
    assert table["rows"] == [
        [1, 1.5, "a", "2020-01-02T00:00:00", True, "1.10"],
        [str(2**60), None, None, None, False, {"k": [1]}],
        [3, "inf", "ü", "2021-01-01T00:00:00", True, "2020-05-01"],
    ]
    assert ran.table("df") == table
    json.dumps(ran.data, allow_nan=False)


def test_an_index_becomes_columns_and_long_frames_are_cut(arena: Arena, session: SandboxSession) -> None:
    code = "import pandas as pd\nbig = pd.DataFrame({'k': range(5000), 'v': 1}).groupby('k')['v'].sum()"
    table = arena.execute(session, code, collect=["big"]).table("big")
    assert (table["columns"], len(table["rows"]), table["total"]) == (["k", "v"], 1000, 5000)
    assert table["rows"][-1] == [999, 1]
    table = arena.execute(session, "pd.DataFrame({'a': [1, 2]}).describe()").table()
    assert table["columns"] == ["index", "a"]
    assert table["rows"][0] == ["count", 2.0]


def test_empty_and_odd_frames_are_tables_too(arena: Arena, session: SandboxSession) -> None:
    code = "import pandas as pd\ndisplay(pd.DataFrame())\ndisplay(pd.DataFrame({'a': []}))\ndisplay(pd.DataFrame([[1, 2]], columns=['x', 'x']))\npd.DataFrame({('a', 'b'): [1]})"  # noqa: E501
    tables: Any = [data[TABLE_MIME] for data in arena.execute(session, code).data]
    assert [table["columns"] for table in tables] == [[], ["a"], ["x", "x"], ["a / b"]]
    assert [table["rows"] for table in tables] == [[], [], [[1, 2]], [[1]]]


def test_arrow_tables_and_duckdb_relations_are_tables(arena: Arena, session: SandboxSession) -> None:
    code = (
        "import pyarrow as pa, duckdb\n"
        "t = pa.table({'a': [1, None]})\n"
        "r = duckdb.sql('select range a from range(2000)')"
    )
    ran = arena.execute(session, code, collect=["t", "r"])
    assert ran.table("t") == {"columns": ["a"], "dtypes": ["int64"], "rows": [[1], [None]], "total": 2}
    assert (len(ran.table("r")["rows"]), ran.table("r")["total"]) == (1000, 2000)


def test_a_plotly_figure_is_shown_by_value_by_show_and_collected(
    arena: Arena, session: SandboxSession
) -> None:
    # req: E9
    code = "import plotly.express as px\nfig = px.bar(x=['a'], y=[1])\nfig.show()\nfig"
    ran = arena.execute(session, code, collect=["fig"])
    assert ran.execution.status == "ok"
    figures: Any = [data[PLOTLY_MIME] for data in ran.data]
    assert [figure["data"][0]["type"] for figure in figures] == ["bar"] * 3
    assert [result.name for result in ran.execution.results] == [None, None, "fig"]


def test_what_an_earlier_execution_left_is_not_collected_again(arena: Arena, session: SandboxSession) -> None:
    arena.execute(session, "fig = [1]\nresult = 1", collect=["fig", "result"])
    ran = arena.execute(session, "result = 2", collect=["fig", "result"])
    assert [result.name for result in ran.execution.results] == ["result"]
    ran = arena.execute(session, "fig.append(2)", collect=["fig", "result"])
    assert ran.value("fig") == [1, 2]


def test_open_matplotlib_figures_are_shown_once_as_png(arena: Arena, session: SandboxSession) -> None:
    code = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nfig"
    data = arena.execute(session, code).data
    assert [sorted(d) for d in data] == [["image/png", "text/plain"]]
    assert str(data[0]["image/png"]).startswith("iVBOR")
    assert len(arena.execute(session, "plt.plot([1]); plt.show()").data) == 1
    assert arena.execute(session, "1;").data == []


def test_rich_representations_of_objects_are_used(arena: Arena, session: SandboxSession) -> None:
    code = """
class H:
    def _repr_html_(self): return "<b>h</b>"
class M:
    def _repr_markdown_(self): return "*m*"
class S:
    def _repr_svg_(self): return "<svg/>"
class B:
    def _repr_mimebundle_(self, **_): return {"application/json": {"a": [1]}}
class Broken:
    def __repr__(self): raise RuntimeError
display(H(), M(), S(), B(), Broken())
"""
    data = arena.execute(session, code).data
    assert data[0]["text/html"] == "<b>h</b>"
    assert data[1]["text/markdown"] == "*m*"
    assert data[2]["image/svg+xml"] == "<svg/>"
    assert data[3]["application/json"] == {"a": [1]}
    assert data[4]["text/plain"] == "<Broken: its repr failed>"


def test_collected_names_come_back_and_missing_ones_are_omitted(
    arena: Arena, session: SandboxSession
) -> None:
    code = (
        "import numpy as np\na = {'n': np.float64(1.5), 'l': [float('nan')]}\nb = np.arange(3)\nc = object()"
    )
    results = arena.execute(session, code, collect=["a", "nope", "b", "c"]).execution.results
    assert [result.name for result in results] == ["a", "b", "c"]
    assert results[0].data["application/json"] == {"n": 1.5, "l": [None]}
    assert results[1].data["application/json"] == [0, 1, 2]
    assert "application/json" not in results[2].data


def test_nothing_is_collected_after_an_error(arena: Arena, session: SandboxSession) -> None:
    assert arena.execute(session, "x = 1\n1 / 0", collect=["x"]).data == []


def test_a_flood_of_displays_is_dropped_and_counted(arena: Arena) -> None:
    with arena.session(
        limits=SMALL.model_copy(update={"max_results": 20, "results_bytes": 1 << 16})
    ) as session:
        ran = arena.execute(session, "for i in range(5000): display(i)\nend = 1")
        assert ran.execution.status == "ok"
        assert len(ran.data) == 20
        assert ran.execution.dropped_bytes > 4980 * 20
        ran = arena.execute(session, "for i in range(4): display('x' * 50_000)")
        assert len(ran.data) == 1
        assert ran.execution.dropped_bytes > 150_000
        assert arena.execute(session, "end").data == [{"text/plain": "1"}]


def test_one_enormous_result_is_replaced_by_a_note(arena: Arena, session: SandboxSession) -> None:
    code = "class H:\n    def _repr_html_(self): return 'x' * (20 << 20)\nH()"
    assert "left out" in str(arena.execute(session, code).data[0]["text/plain"])


# --- variables --------------------------------------------------------------------------------------

LIVING = """
import math, datetime, numpy as np, pandas as pd, pyarrow as pa
_hidden, number, word, items = 1, 42, "abc", {"a": [1]}
grid, frame = np.zeros((3, 4)), pd.DataFrame({"k": pd.Categorical(["a", "b"]), "s": ["x", None], "v": [1, 2]})
grouped = pd.DataFrame({"a": [1, 1, 2], "b": [1, 2, 2], "v": 1.0}).set_index(["a", "b"])
days, table, empty = pd.date_range("2020", periods=5), pa.table({"x": [1, 2], "y": [3, 4]}), pd.DataFrame()
def double(x): return 2 * x
"""


def test_variables_are_told_by_name_type_shape_and_size(arena: Arena, session: SandboxSession) -> None:
    # req: E7
    told = arena.execute(session, LIVING).execution.variables
    assert told is not None
    assert {one.name: (one.type, one.shape) for one in told.items} == {
        "days": ("pandas.DatetimeIndex", (5,)),
        "double": ("function", None),
        "empty": ("pandas.DataFrame", (0, 0)),
        "frame": ("pandas.DataFrame", (2, 3)),
        "grid": ("numpy.ndarray", (3, 4)),
        "grouped": ("pandas.DataFrame", (3, 1)),
        "items": ("dict", (1,)),
        "number": ("int", None),
        "table": ("pyarrow.Table", (2, 2)),
        "word": ("str", (3,)),
    }
    sizes = {one.name: one.bytes for one in told.items}
    assert (sizes["grid"], sizes["grouped"], sizes["days"], sizes["double"]) == (96, 24, 40, None)
    assert told.total == 10


def test_variables_are_told_after_an_error_too(arena: Arena, session: SandboxSession) -> None:
    told = arena.execute(session, "kept = 1\n1 / 0\nnever = 2").execution.variables
    assert told is not None
    assert [one.name for one in told.items] == ["kept"]


# Every class here notes in `ran` that code of it was called; listing the variables calls none of it.
HOSTILE = """
import numpy as np, pandas as pd
ran = []
def trap(name):
    def call(*a, **k):
        ran.append(name)
        raise SystemExit(name)
    return call
NAMES = ["__repr__", "__str__", "__len__", "__getattribute__", "__getattr__", "__sizeof__", "__iter__", "__bool__",
         "__reduce_ex__", "__dir__", "__eq__", "__hash__", "__array__", "__dataframe__", "__index__", "__format__"]
PROPERTIES = ["__class__", "__dict__", "__module__", "__doc__", "shape", "nbytes", "size", "index", "columns",
              "axes", "dtype", "_mgr", "_data", "num_rows"]
def body():
    return {**{n: trap(n) for n in NAMES}, **{n: property(trap(n)) for n in PROPERTIES}}
class Meta(type):
    __getattribute__ = trap("meta getattribute")
    __instancecheck__ = trap("meta instancecheck")
    __subclasscheck__ = trap("meta subclasscheck")
    __eq__ = trap("meta eq")
    __hash__ = trap("meta hash")
    __repr__ = trap("meta repr")
    __name__ = property(trap("meta name"))
    __module__ = property(trap("meta module"))
class Words(str):
    __hash__ = trap("key hash"); __eq__ = trap("key eq"); __repr__ = trap("key repr"); startswith = trap("key")
plain = type("Plain", (), body())()
meta = Meta("Odd", (), body())
made = object.__new__(meta)
more = type("Many", (list,), body())((1, 2, 3))
text = type("Text", (str,), body())("four")
count = type("Count", (int,), body())(7)
table = type("Table", (dict,), body())(a=1)
array = np.zeros(5).view(type("Array", (np.ndarray,), {k: v for k, v in body().items() if "array" not in k}))
FrameLike = type("Frame", (pd.DataFrame,), {"x": 1})
frame = FrameLike({"a": [1, 2]})
for name in ("shape", "size", "index", "columns", "axes"): setattr(FrameLike, name, property(trap(name)))
FrameLike.__len__ = FrameLike.__getattr__ = FrameLike.__getattribute__ = FrameLike.__sizeof__ = trap("frame")
ran.clear()
"""


def test_hostile_classes_are_listed_without_a_line_of_theirs(arena: Arena, session: SandboxSession) -> None:
    first = arena.execute(session, HOSTILE)
    assert first.execution.status == "ok", first.execution.error
    told = first.execution.variables
    assert told is not None
    known = {one.name: (one.type, one.shape) for one in told.items}
    assert known["more"] == ("Many", (3,))
    assert known["text"] == ("Text", (4,))
    assert known["table"] == ("Table", (1,))
    assert known["array"] == ("Array", (5,))
    assert known["frame"] == ("Frame", (2, 1))
    assert known["plain"] == ("Plain", None)
    assert known["made"] == ("Odd", None)
    assert known["count"] == ("Count", None)
    assert arena.execute(session, "seen = list(ran)", collect=["seen"]).value("seen") == []


def test_a_thousand_variables_are_listed_and_the_rest_counted(arena: Arena, session: SandboxSession) -> None:
    told = arena.execute(session, "for i in range(1500): globals()[f'v{i:04}'] = i").execution.variables
    assert told is not None
    assert (len(told.items), told.total) == (1000, 1501)


def test_what_lived_in_a_dead_interpreter_is_not_told(arena: Arena, session: SandboxSession) -> None:
    assert arena.execute(session, "x = 1\nimport os\nos._exit(0)").execution.variables is None


# --- errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name", "line"),
    [
        ("x = 1\n\n1 / 0\n", "ZeroDivisionError", 3),
        ("def f():\n    raise KeyError('k')\n\nf()", "KeyError", 2),
        ("x = 1\ny = = 2", "SyntaxError", 2),
        ("import pandas as pd\npd.DataFrame({'a': [1]})['nope']", "KeyError", 2),
        ("raise SystemExit(3)", "SystemExit", 1),
        ("x = 1\nraise KeyboardInterrupt", "KeyboardInterrupt", 2),
    ],
)
def test_an_error_names_its_kind_and_its_line(
    arena: Arena, session: SandboxSession, code: str, name: str, line: int
) -> None:
    # req: E6
    execution = arena.execute(session, code).execution
    assert execution.status == "error"
    assert execution.error is not None
    assert (execution.error.name, execution.error.line) == (name, line)
    assert name in execution.error.traceback
    assert arena.execute(session, "1").execution.status == "ok"


def test_a_traceback_shows_the_users_lines_and_none_of_ours(arena: Arena, session: SandboxSession) -> None:
    error = arena.execute(session, "def f():\n    return {}['k']\nf()").execution.error
    assert error is not None
    assert "return {}['k']" in error.traceback
    assert "lakeglass" not in error.traceback
    assert "jail" not in error.traceback


def test_surrogates_and_control_characters_in_an_error_survive(arena: Arena, session: SandboxSession) -> None:
    execution = arena.execute(session, r"raise ValueError('\ud800 \x00 é')").execution
    assert execution.error is not None
    assert (execution.error.name, execution.error.value) == ("ValueError", "? \0 é")


# --- time -------------------------------------------------------------------------------------------


def test_a_timeout_stops_the_code_and_keeps_variables(arena: Arena, session: SandboxSession) -> None:
    # req: E7
    arena.execute(session, "x = 1")
    ran = arena.execute(session, "while True: pass", timeout_s=0.2)
    assert (ran.execution.status, ran.execution.state_lost) == ("timeout", False)
    assert 0.2 <= ran.execution.seconds < SMALL.timeout_s
    assert arena.execute(session, "x").data == [{"text/plain": "1"}]


@pytest.mark.parametrize(
    "code",
    [
        "import duckdb\nduckdb.sql('select sum(a.range * b.range) from range(10000000) a, range(1000000) b').show()",
        "import time\ntime.sleep(60)",
        "import subprocess\nsubprocess.run(['sleep', '60'])",
        "while True: display(1)",
        "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')",
    ],
    ids=["duckdb", "sleep", "subprocess", "display", "regex"],
)
def test_an_interrupt_stops_slow_code_and_keeps_variables(
    arena: Arena, session: SandboxSession, code: str
) -> None:
    # req: E7
    async def scenario() -> str:
        await session.execute("x = 7")
        started = asyncio.Event()

        async def sink(_chunk: Any) -> None:
            started.set()

        running = asyncio.ensure_future(session.execute("print('go')\n" + code, on_output=sink))
        await started.wait()
        await session.interrupt()
        done = await running
        assert not done.state_lost
        assert done.error is None
        return done.status

    assert arena.run(scenario()) == "interrupted"
    assert arena.execute(session, "x").data == [{"text/plain": "7"}]


@pytest.mark.parametrize(
    "code",
    [
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "import os\nwhile True:\n    os.fork()\n    while True: pass",
    ],
    ids=["ignores SIGINT", "catches everything", "forks"],
)
def test_code_that_ignores_the_interrupt_is_killed(arena: Arena, session: SandboxSession, code: str) -> None:
    ran = arena.execute(session, code, timeout_s=0.2)
    assert ran.execution.status == "timeout"
    assert ran.execution.seconds < SMALL.timeout_s


def test_code_that_ignores_the_interrupt_costs_the_variables(arena: Arena, session: SandboxSession) -> None:
    code = "x = 1\nimport signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    ran = arena.execute(session, code, timeout_s=0.1)
    assert (ran.execution.status, ran.execution.state_lost) == ("timeout", True)
    assert_variables_are_gone(arena, session)


def assert_variables_are_gone(arena: Arena, session: SandboxSession) -> None:
    """A backend may start the interpreter again where it was, else the session is over."""
    if session.alive:
        assert arena.execute(session, "'x' in globals()").data == [{"text/plain": "False"}]
    else:
        with pytest.raises(SandboxUnavailable):
            arena.execute(session, "1")


def test_an_interrupt_of_an_idle_session_changes_nothing(arena: Arena, session: SandboxSession) -> None:
    arena.execute(session, "x = 1")
    arena.run(session.interrupt())
    assert arena.execute(session, "x").data == [{"text/plain": "1"}]


def test_cancelling_the_caller_stops_the_code_and_keeps_the_session(
    arena: Arena, session: SandboxSession
) -> None:
    async def scenario() -> None:
        started = asyncio.Event()

        async def sink(_chunk: Any) -> None:
            started.set()

        running = asyncio.ensure_future(session.execute("x = 3; print(1)\nwhile True: pass", on_output=sink))
        await started.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    arena.run(asyncio.wait_for(scenario(), 5))
    assert arena.execute(session, "x", timeout_s=5).data == [{"text/plain": "3"}]


def test_executions_of_one_session_take_turns(arena: Arena, session: SandboxSession) -> None:
    async def scenario() -> list[str]:
        codes = [f"seen = globals().get('seen', [])\nseen.append({i})\nprint(seen)" for i in range(5)]
        return [ran.stdout for ran in await asyncio.gather(*(execute(session, code) for code in codes))]

    assert arena.run(scenario())[-1] == "[0, 1, 2, 3, 4]\n"


# --- resources --------------------------------------------------------------------------------------


def test_a_memory_bomb_hits_the_wall_and_the_host_stays(arena: Arena, session: SandboxSession) -> None:
    # req: E7
    execution = arena.execute(session, "x = [bytearray(1 << 24) for _ in range(1000)]").execution
    if execution.status == "memory":
        assert execution.state_lost
    else:
        assert execution.error is not None
        assert execution.error.name == "MemoryError"
        assert arena.execute(session, "1 + 1").data == [{"text/plain": "2"}]


def test_a_disk_bomb_hits_the_wall(arena: Arena, session: SandboxSession) -> None:
    code = "for i in range(100):\n    with open(f'f{i}', 'wb') as f: f.write(bytes(1 << 20))"
    error = arena.execute(session, code).execution.error
    assert error is not None
    assert "No space left" in error.value
    code = "import glob, itertools, os\nfor f in glob.glob('f*'): os.remove(f)\nfor i in itertools.count(): open(f'f{i}', 'w').close()"  # noqa: E501
    execution = arena.execute(session, code).execution
    if execution.status == "memory":  # where the number of files is watched, the session ends
        assert execution.state_lost
    else:
        assert execution.error is not None
        assert "No space left" in execution.error.value


def test_file_descriptors_are_bounded(arena: Arena, session: SandboxSession) -> None:
    error = arena.execute(session, "held = [open('/dev/null') for _ in range(1000)]").execution.error
    assert error is not None
    assert "Too many open files" in error.value
    assert arena.execute(session, "del held\n", timeout_s=5).execution.status in {"ok", "error"}


def test_a_dying_interpreter_is_reported(arena: Arena, session: SandboxSession) -> None:
    execution = arena.execute(session, "x = 1\nimport os\nos._exit(0)").execution
    assert (execution.status, execution.state_lost) == ("died", True)
    assert_variables_are_gone(arena, session)


# --- files ------------------------------------------------------------------------------------------


@pytest.fixture
def csv(tmp_path: Path) -> InputFile:
    source = tmp_path / "blob"
    source.write_text("a,b\n1,x\n2,y\n")
    return InputFile(source=source, name="sales 2024 (ü).csv")


def test_inputs_are_read_below_data(arena: Arena, csv: InputFile) -> None:
    # req: A11
    with arena.session(csv) as session:
        code = f"import pandas as pd\nn = pd.read_csv('data/{csv.name}')['a'].sum()"
        assert arena.execute(session, code, collect=["n"]).value("n") == 3


def test_private_sources_can_be_read_too(arena: Arena, csv: InputFile) -> None:
    csv.source.chmod(0o600)
    with arena.session(csv) as session:
        assert arena.execute(session, f"open('data/{csv.name}').read(3)").data == [{"text/plain": "'a,b'"}]


def test_inputs_can_not_be_changed(arena: Arena, csv: InputFile) -> None:
    before = csv.source.read_bytes()
    with arena.session(csv) as session:
        for attempt in (
            f"open('data/{csv.name}', 'ab')",
            f"import os; os.remove('data/{csv.name}')",
            f"import os; os.chmod('data/{csv.name}', 0o777)",
            f"import os; os.truncate('data/{csv.name}', 0)",
            f"import os; os.utime('data/{csv.name}')",
            f"import os; os.rename('data/{csv.name}', 'x')",
            "open('data/new', 'w')",
        ):
            error = arena.execute(session, attempt).execution.error
            assert error is not None, attempt
            assert error.name in {"OSError", "PermissionError"}, attempt
    assert csv.source.read_bytes() == before


def test_more_inputs_can_come_later_and_replace_earlier_ones(
    arena: Arena, csv: InputFile, tmp_path: Path
) -> None:
    with arena.session() as session:
        arena.run(session.add_inputs([csv]))
        newer = tmp_path / "newer"
        newer.write_text("a\n9\n")
        arena.run(session.add_inputs([InputFile(source=newer, name=csv.name)]))
        assert arena.execute(session, f"open('data/{csv.name}').read()").data == [{"text/plain": r"'a\n9\n'"}]
    assert csv.source.read_text().startswith("a,b")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "..", "a\0b", "a\nb", "x" * 300])
def test_a_bad_input_name_is_refused(
    arena: Arena, csv: InputFile, session: SandboxSession, name: str
) -> None:
    with pytest.raises(InvalidInput):
        arena.run(session.add_inputs([InputFile(source=csv.source, name=name)]))


def test_a_source_that_is_no_regular_file_is_refused(
    arena: Arena, session: SandboxSession, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "missing", "."):
        with pytest.raises(NotFound):
            arena.run(session.add_inputs([InputFile(source=tmp_path / name, name="f")]))
    assert arena.execute(session, "import os; os.listdir('data')").data == [{"text/plain": "[]"}]


def test_packages_are_installed_or_refused_as_the_capabilities_say(
    arena: Arena, session: SandboxSession, tmp_path: Path
) -> None:
    path = make_wheel(tmp_path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    size = path.stat().st_size
    tiny = PackageFile(source=path, name="tinypkg", version="1.0", sha256=sha256, size_bytes=size)
    if arena.backend.capabilities.installs_packages:
        arena.run(session.add_packages([tiny]))
    else:
        with pytest.raises(InvalidInput, match="tinypkg can't be installed"):
            arena.run(session.add_packages([tiny]))
        assert arena.backend.libraries == ()
    error = arena.execute(session, "import tinypkg").execution.error
    assert (error is None) == arena.backend.capabilities.installs_packages


def test_artifacts_are_listed_and_read(arena: Arena, session: SandboxSession, csv: InputFile) -> None:
    # req: A11
    arena.run(session.add_inputs([csv]))
    code = "import os\nimport plotly.express as px\nos.mkdir('out')\nopen('a.csv', 'w').write('x')\npx.bar(x=[1], y=[1]).write_html('out/chart.html')"  # noqa: E501
    arena.execute(session, code)
    listed = {artifact.name: artifact.size_bytes for artifact in arena.run(session.artifacts())}
    assert set(listed) == {"a.csv", "out/chart.html"}
    assert arena.run(session.read_artifact("a.csv")) == b"x"
    assert len(arena.run(session.read_artifact("out/chart.html"))) == listed["out/chart.html"]


def test_artifacts_that_are_traps_are_neither_listed_nor_opened(
    arena: Arena, session: SandboxSession
) -> None:
    code = """
import os
os.symlink("/etc/passwd", "link"); os.symlink("/", "root"); os.symlink("link", "chain"); os.mkfifo("fifo")
os.symlink("/proc/self/environ", "env"); os.mkdir("dir"); os.symlink("..", "dir/up")
os.symlink("/proc/self/fd/1", "fd")
import socket; s = socket.socket(socket.AF_UNIX); s.bind("sock")
open(b"\\xff.csv", "w").close()
"""
    assert arena.execute(session, code).execution.status == "ok"
    assert arena.run(session.artifacts()) == ()
    for name in (
        "link", "root/etc/passwd", "chain", "fifo", "env", "dir", "dir/up/link", "fd", "sock", "", ".", "..",
        "/etc/passwd", "../../etc/passwd", "dir/../../etc/passwd", "data", "a\0b", "\udcff.csv",
    ):  # fmt: skip
        with pytest.raises(NotFound):
            arena.run(session.read_artifact(name))


def test_a_large_artifact_is_refused(arena: Arena) -> None:
    from lakeglass.core.errors import TooLarge

    with arena.session(limits=SMALL.model_copy(update={"work_mb": 100})) as session:
        arena.execute(session, "f = open('big', 'wb'); f.truncate((64 << 20) + 1); f.close()")
        with pytest.raises(TooLarge):
            arena.run(session.read_artifact("big"))


def test_a_closed_session_refuses_everything_and_closing_twice_is_harmless(arena: Arena) -> None:
    session = arena.create()
    arena.run(session.close())
    arena.run(session.close())
    with pytest.raises(SandboxUnavailable):
        arena.execute(session, "1")
    with pytest.raises(SandboxUnavailable):
        arena.run(session.add_inputs([]))


def test_closing_answers_the_running_execution(arena: Arena) -> None:
    async def scenario() -> str:
        session = await arena.backend.create("c", tenant_id="t", inputs=(), limits=SMALL)
        started = asyncio.Event()

        async def sink(_chunk: Any) -> None:
            started.set()

        running = asyncio.ensure_future(session.execute("print(1)\nwhile True: pass", on_output=sink))
        await started.wait()
        await session.close()
        return (await running).status

    assert arena.run(scenario()) == "died"


def test_many_sessions_live_side_by_side(arena: Arena) -> None:
    async def scenario() -> list[str]:
        sessions = await asyncio.gather(
            *(arena.backend.create(f"m{i}", tenant_id="t", inputs=(), limits=SMALL) for i in range(8))
        )
        await asyncio.gather(*(session.execute(f"x = {i}") for i, session in enumerate(sessions)))
        seen = [(await execute(session, "print(x)")).stdout.strip() for session in sessions]
        await asyncio.gather(*(session.close() for session in sessions))
        return seen

    assert arena.run(scenario()) == [str(i) for i in range(8)]
