"""`eval`: a question set asked and scored."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from lakeglass.ask import evaluation
from lakeglass.ask.evaluation.report import html, model_figures, percent
from lakeglass.ask.evaluation.summary import Comparison, Part, Run, Summary, read_run
from lakeglass.cli import logs
from lakeglass.cli.terminal import err, grid, out, working
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import Settings


@dataclass(frozen=True)
class Job:
    """What to ask, about which tables, whom, and where the report goes; `against` is an earlier results.json."""

    questions: Path
    tables: Path
    planner: str
    workers: int
    folder: Path
    against: Path | None = None


# The planner `model` of the settings has the built-in one beside it: here that is `both`, and `model` is it alone.
NAMES = {"model": "model-alone", "both": "model"}


def run(job: Job, *, settings: Settings, as_json: bool) -> None:
    """Ask, score, print the figures; writes results.json and report.html into the folder.

    A run that was killed goes on where it was: what its folder knows is not asked again.
    """
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}))
    questions = evaluation.read_questions(job.questions)
    if not job.tables.is_dir():
        raise InvalidInput(f"There is no folder {str(job.tables)!r}. Give the folder of the tables.")
    earlier = read_run(job.against) if job.against is not None else None
    planner = NAMES.get(job.planner, job.planner)
    progress = evaluation.Progress(
        job.folder, questions, tables=job.tables, planner=planner, model=settings.model
    )
    known = progress.known()
    if known:
        err.print(Text(f"Going on: {len(known):,} of {len(questions):,} questions were asked before."))
    with working(f"Asking {len(questions) - len(known):,} questions…"):
        outcomes = asyncio.run(
            evaluation.evaluate(
                questions,
                job.tables,
                planner=planner,
                workers=job.workers,
                settings=settings,
                on_outcome=progress.keep,
                known=known,
            )
        )
    done = Run(planner=planner, summary=evaluation.summarise(outcomes), outcomes=outcomes)
    comparison = evaluation.compare(earlier, done) if earlier is not None else None
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / "results.json").write_text(done.model_dump_json(indent=1), encoding="utf-8")
    page = html(done, title=f"Evaluation of {job.questions.name}", comparison=comparison)
    (job.folder / "report.html").write_text(page, encoding="utf-8")
    progress.done()
    if as_json:
        sys.stdout.write(done.summary.model_dump_json(indent=1) + "\n")
        return
    _show(done.summary, comparison)
    err.print(Text(f"Wrote {job.folder / 'results.json'} and {job.folder / 'report.html'}", style="dim"))


def _show(summary: Summary, comparison: Comparison | None) -> None:
    out.print(f"{summary.right} of {summary.questions} questions right: {percent(summary.accuracy)}")
    figures = [
        ("answered, of those that have an answer", percent(summary.answered)),
        ("right when answered", percent(summary.right_when_answered)),
        ("wrong with high confidence, of all", percent(summary.sure_and_wrong)),
        ("fields right", percent(summary.fields_right)),
        ("refused", str(summary.refused)),
        ("failed", str(summary.failed)),
        ("planning, median and 95th percentile", _ms(summary.planning_p50, summary.planning_p95)),
        ("answer, median and 95th percentile", _ms(summary.seconds_p50, summary.seconds_p95)),
        *((name[0].lower() + name[1:], value) for name, value in model_figures(summary)),
    ]
    out.print(grid("", ("Figure", ""), figures, right=(1,)))
    for title, parts in (("Difficulty", summary.by_difficulty), ("Operation", summary.by_operation)):
        out.print(grid("", (title, "right", "questions", ""), [_line(p) for p in parts], right=(1, 2, 3)))
    if comparison is not None:
        before, after = percent(comparison.accuracy_before), percent(comparison.accuracy_after)
        out.print(
            f"Against the earlier run, {comparison.compared} shared questions: {before} then, {after} now."
        )
        out.print(f"Newly right: {', '.join(comparison.better) or 'none'}.", markup=False)
        out.print(f"No longer right: {', '.join(comparison.worse) or 'none'}.", markup=False)


def _line(part: Part) -> tuple[str, str, str, str]:
    return part.name, str(part.right), str(part.questions), percent(part.right / part.questions)


def _ms(first: float, second: float) -> str:
    return f"{1000 * first:,.0f} ms, {1000 * second:,.0f} ms"
