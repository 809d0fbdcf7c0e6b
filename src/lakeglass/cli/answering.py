"""`ask`: a question about a file, answered in the terminal."""

from __future__ import annotations

import asyncio
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.syntax import Syntax
from rich.text import Text

from lakeglass.ask.local import CALLS_FILE, LocalAnswer, answer_locally
from lakeglass.ask.planners.base import ForBuild
from lakeglass.cli import logs
from lakeglass.cli.terminal import out, plain, say, tell, working
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import Settings
from lakeglass.llm.use import used
from lakeglass.runs.model import ApprovalRequest


@dataclass(frozen=True)
class Job:
    """What was asked about which files; `join` says how two of them belong together."""

    question: str
    data: tuple[Path, ...]
    folder: Path
    join: str | None = None


def run(job: Job, *, settings: Settings, as_json: bool) -> int:
    """Print the answer and write the chart; returns the exit code: 0 answered, 3 honestly not answered."""
    for data in job.data:
        if not data.is_file():
            raise InvalidInput(
                f"There is no file {str(data)!r}. Give the path of a CSV, Excel, JSON, Parquet, Arrow or SQLite file."
            )
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}))
    with working("Reading, planning, running…") as spinner:

        def allow(request: ApprovalRequest) -> bool:
            if spinner is None:
                return allows(request)
            spinner.stop()  # it would draw over the answer
            allowed = allows(request)
            spinner.start()
            return allowed

        work = answer_locally(
            job.question, job.data, folder=job.folder, settings=settings, allow=allow, join=job.join
        )
        answered = asyncio.run(work)
    if as_json:
        sys.stdout.write(_document(answered) + "\n")
    else:
        _show(answered, job.data)
    return 0 if answered.answer else 3


def allows(request: ApprovalRequest) -> bool:
    """Ask at the terminal whether packages may be installed; where nobody is there to answer, they may not."""
    tell(request.reason)
    for one in request.packages:
        tell(f"  {one.name} {one.version}, {one.size_bytes:,} bytes, SHA-256 {one.sha256}: {one.why}")
    if not sys.stdin.isatty():
        tell("Nobody is at the terminal to allow it, so it counts as declined.")
        return False
    return typer.confirm(plain(request.title), err=True)


def _document(answered: LocalAnswer) -> str:
    from pydantic_core import to_json  # keeps dates and decimals as the API shows them

    files = _files(answered)
    return to_json(
        {
            "question": answered.question,
            "answered": answered.answer is not None,
            "answer": answered.answer,
            "message": answered.message,
            "near_questions": answered.near_questions,
            "build": answered.build,
            "understanding": answered.understanding,
            "code": answered.code,
            "table": answered.table,
            "files": files,
            "author": answered.author,
            "fallback": answered.fallback,
            "attempts": answered.attempts,
            "model": used(answered.calls) if answered.calls else None,
        },
        indent=1,
    ).decode()


def _files(answered: LocalAnswer) -> list[str]:
    if answered.folder is None:
        return []
    names = ("answer.py", "chart.html", CALLS_FILE)
    return [str(answered.folder / name) for name in names if (answered.folder / name).is_file()]


def _command(build: ForBuild, data: tuple[Path, ...]) -> str:
    """What analyses it here."""
    path = next((path for path in data if path.stem == build.table), data[0])
    target = [] if build.target is None else ["--target", build.target]
    return shlex.join(["lakeglass", "analyze", str(path), *target])


def _show_refusal(answered: LocalAnswer, data: tuple[Path, ...]) -> None:
    say(Text(plain(answered.message or "")))
    if answered.build is not None:
        say(Text(plain(f"  $ {_command(answered.build, data)}")))
    for question in answered.near_questions:
        say(Text(plain(f"  · {question}")))


def _show(answered: LocalAnswer, data: tuple[Path, ...]) -> None:
    understood = answered.understanding
    if understood is not None and understood.restatement:
        tell(f"Understood as: {understood.restatement}")
        for line in understood.assumptions:
            tell(f"Assumed: {line}")
        if understood.ignored:
            tell(f"Did not use: {', '.join(understood.ignored)}", style="yellow")
    _show_attempts(answered)
    if answered.code:
        # Raw when piped, and never wrapped: the code is there to be run.
        shown = (
            Syntax(answered.code, "python", background_color="default") if out.is_terminal else answered.code
        )
        out.print(shown, soft_wrap=True, markup=False)
    if answered.printed:
        say(Text(plain(answered.printed.rstrip()) + "\n"))
    if answered.answer is None:
        _show_refusal(answered, data)
        return
    say(Text(plain(answered.answer.sentence), style="bold"))
    if answered.answer.base:
        say(Text(plain(answered.answer.base), style="dim"))
    failed = [check for check in answered.answer.checks if not check.passed]
    passed = len(answered.answer.checks) - len(failed)
    say(Text(f"{passed} of {len(answered.answer.checks)} checks passed", style="red" if failed else "dim"))
    for check in failed:
        say(Text(plain(f"  ✗ {check.name}: {check.detail}"), style="red"))
    _show_trust(answered)
    for name in _files(answered):
        tell(f"Wrote {name}")
    if answered.folder is not None:
        tell(f"The same numbers again: cd {shlex.quote(str(answered.folder))} && python answer.py")


def _show_attempts(answered: LocalAnswer) -> None:
    """Why no model was heard, and what became of code that failed."""
    if answered.fallback:
        tell(f"Fell back: {answered.fallback}", style="yellow")
    for number, tried in enumerate(answered.attempts, start=1):
        if number > 1:
            tell(f"Attempt {number}: {tried.why or 'corrected'}")
            tell(tried.diff)
        if tried.fault is not None:
            tell(f"Attempt {number} failed, {tried.fault.kind}: {tried.fault.message}", style="yellow")


def _show_trust(answered: LocalAnswer) -> None:
    """What the other planner makes of it, and what the model took."""
    second = answered.answer.second if answered.answer else None
    if second is not None:
        match second.verdict:
            case "same plan":
                tell("The built-in analyst reads the question in the same way.")
            case "same values":
                tell(f"The built-in analyst reads it as '{second.restatement}' and gets the same values.")
            case "differs":
                tell(f"The built-in analyst reads it otherwise, as '{second.restatement}'.", style="yellow")
                tell(f"It says: {second.sentence}", style="yellow")
    if answered.calls:
        tell(used(answered.calls).words)
