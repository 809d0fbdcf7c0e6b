"""A question without a server: packages that its code needs are asked for in the terminal."""

from __future__ import annotations

import asyncio
import io
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.wheels import make_wheel

from lakeglass.ask import codegen
from lakeglass.ask.local import LocalAnswer, answer_about, open_table
from lakeglass.ask.planners import planners
from lakeglass.cli import answering
from lakeglass.core.settings import SandboxSettings, Settings
from lakeglass.runs.model import ApprovalRequest, Estimate, PackageRequest
from lakeglass.sandbox.service import SandboxService


async def answers(
    folder: Path, root: Path, said: list[bool]
) -> tuple[list[LocalAnswer], list[ApprovalRequest]]:
    """The same question once for every thing that is said; and what was asked."""
    wheels = folder / "wheels"
    wheels.mkdir()
    make_wheel(wheels)
    data = folder / "shop.csv"
    data.write_text("city,price\nRome,1\nParis,3\n")
    table = await open_table(data, folder, settings=Settings(), index=root)
    planner = planners.load("builtin")()
    settings = SandboxSettings(slots=0, memory_mb=512, wheels=wheels, packages=("tinypkg",))
    asked: list[ApprovalRequest] = []
    found: list[LocalAnswer] = []
    async with aclosing(SandboxService(settings, root=root)) as sandbox:
        for word in said:

            def allow(request: ApprovalRequest, word: bool = word) -> bool:
                asked.append(request)
                return word

            answer = await answer_about(
                "average price by city", table, planner=planner, sandbox=sandbox, session="s", allow=allow
            )
            found.append(answer)
    return found, asked


def test_declined_packages_end_the_question_and_allowed_ones_answer_it(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate = codegen.generate
    monkeypatch.setattr(
        codegen,
        "generate",
        lambda *known: "import tinypkg\nassert tinypkg.answer() == 42\n" + generate(*known),
    )
    root = tmp_path_factory.getbasetemp() / "sandbox"
    (refused, answered, again), asked = asyncio.run(answers(tmp_path, root, [False, True, False]))
    assert refused.answer is None
    assert (refused.message or "").startswith("You declined to install tinypkg 1.0")
    for one in (answered, again):  # the session has it by then, so nobody is asked
        assert one.answer is not None
        assert "Paris" in one.answer.sentence
    assert [[package.name for package in request.packages] for request in asked] == [["tinypkg"]] * 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stdin", "allowed"),
    [(Terminal("y\n"), True), (Terminal("n\n"), False), (Terminal("\n"), False), (io.StringIO("y\n"), False)],
)
def test_only_a_yes_at_a_terminal_allows(
    stdin: io.StringIO, allowed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = PackageRequest(
        name="tinypkg", version="1.0", sha256="ab" * 32, size_bytes=905, why="the code imports it"
    )
    request = ApprovalRequest(
        title="Install tinypkg 1.0?",
        steps=(),
        estimate=Estimate(seconds_low=0, seconds_high=1),
        reason="It is missing.",
        packages=(package,),
    )
    monkeypatch.setattr("sys.stdin", stdin)
    assert answering.allows(request) is allowed
    told = capsys.readouterr().err
    assert "ab" * 32 in told
    assert "tinypkg 1.0, 905 bytes" in told
