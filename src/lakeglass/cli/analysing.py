"""`analyze`: from a file to a checked report."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from lakeglass.cli import logs, questioning
from lakeglass.cli.terminal import grid, plain, say, show, tell
from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import Settings
from lakeglass.science.assess.threshold import Costs
from lakeglass.science.checks import alike
from lakeglass.science.figures import measured
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.model import AnalysisRequest, Critique, Eda, Remedy, Result, StageName
from lakeglass.science.pipeline.pdf import print_pdf
from lakeglass.science.pipeline.run import Analysis, free_folder
from lakeglass.science.pipeline.theme import theme_of
from lakeglass.science.pipeline.wording import locally
from lakeglass.science.prose.model import WordedSentence

_SHOWN, _NAMED = 8, 3
_OPTIONS = {"leave_out": "leave-out", "group": "group", "budget_s": "time-budget"}


@dataclass(frozen=True, slots=True)
class Job:
    """What to analyse, and where the artifacts and a copy of the report go; without a folder one is named."""

    file: Path
    folder: Path | None
    report: Path | None
    request: AnalysisRequest
    ask: bool = False
    prose: bool | None = None


def run(job: Job, *, settings: Settings, as_json: bool) -> int:
    """Run the pipeline; exit code 3 says that the critique rejects the result."""
    if not job.file.is_file():
        raise InvalidInput(
            f"There is no file {str(job.file)!r}. Give the path of a CSV, Excel, JSON, Parquet, Arrow or SQLite file."
        )
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}))
    folder = job.folder or free_folder(Path(f"lakeglass-analysis-{job.file.stem}"), job.file, job.request)

    def said(stage: StageName, text: str) -> None:
        tell(f"{stage}: {text}")

    analysis = Analysis(
        job.file,
        folder,
        job.request,
        settings=settings.lake,
        theme=theme_of(settings.analysis.theme),
        tell=said,
        ask=questioning.ask if job.ask and questioning.is_answerable() else None,
        word=locally(settings, said, wished=job.prose),
    )
    result = analysis.run()
    report = folder / "report.html"
    if job.report is not None:
        if job.report.suffix.lower() == ".pdf":
            print_pdf(report, job.report)
        else:
            shutil.copyfile(report, job.report)
        report = job.report
    if as_json:
        sys.stdout.write(result.model_dump_json(indent=1) + "\n")
    else:
        _show(result, folder)
    tell(f"Report: {report}")
    return 3 if result.verdict == "fail" else 0


def costs_of(text: str) -> Costs:
    """Prices as they are typed: `fp=1,fn=5`. Raises InvalidInput for anything else."""
    given = re.fullmatch(r"\s*fp\s*=\s*([\d.]+)\s*,\s*fn\s*=\s*([\d.]+)\s*", text)
    try:
        if given is not None:
            return Costs(false_alarm=float(given[1]), miss=float(given[2]))
    except ValueError:
        pass  # two dots in a number, or a price of 0
    raise InvalidInput(
        f"--cost is {text!r}, expected the price of a wrong yes and of a wrong no, such as fp=1,fn=5."
    )


def _show(result: Result, folder: Path) -> None:
    eda = Eda.model_validate_json((folder / "eda.json").read_bytes())
    every = alike(eda.examination.findings)
    findings = [each for each in every if each[0].severity != "low"][:_SHOWN]
    for first, *others in findings:
        columns = [name for each in (first, *others) for name in each.columns]
        more = f" and {len(columns) - _NAMED} more" if len(columns) > _NAMED else ""
        where = f"{', '.join(columns[:_NAMED])}{more}: " if columns else ""
        _say(f"[{first.severity}] {where}{first.name}. {first.why if others else first.detail}")
    if (rest := len(every) - len(findings)) > 0:
        _say(f"{rest} more {'finding' if rest == 1 else 'findings'} in the report.")
    modeling = folder / "modeling" / "modeling.json"
    if modeling.exists():
        show(_measures(Modeling.model_validate_json(modeling.read_bytes())))
    worded = result.wording if result.wording is not None and result.wording.by == "model" else None
    for head, text, sentences in (
        ("Asked", result.asked, worded.asked if worded else ()),
        ("Found", result.found, worded.found if worded else ()),
        ("Sure", result.sure, worded.sure if worded else ()),
    ):
        _say(f"{head}: {_words(sentences) or text}")
    critique = Critique.model_validate_json((folder / "critique.json").read_bytes())
    options = {each.do_this: _options(each.remedy) for each in critique.remarks if each.remedy is not None}
    for line in result.do:
        _say(f"Do: {line} Run it again with {options[line]}" if line in options else f"Do: {line}")
    if worded is not None:
        cost = "cost unknown" if worded.cost_usd is None else f"{worded.cost_usd.normalize():f} USD"
        _say(f"Asked, Found and Sure are the words of {worded.model}, checked against result.json ({cost}).")


def _options(remedy: Remedy) -> str:
    """What a remedy is called here."""
    option = f"--{_OPTIONS[remedy.field]}"
    return " ".join(f"{option} {shlex.quote(name)}" for name in remedy.columns) or f"a larger {option}"


def _words(sentences: tuple[WordedSentence, ...]) -> str:
    return " ".join(each.text for each in sentences)


def _say(text: str) -> None:
    """A line with names out of the file: they must not steer the terminal."""
    say(Text(plain(text)))


def _measures(modeling: Modeling) -> Table:
    held = {each.measure: each for each in modeling.holdout}
    base = {each.measure: each for each in modeling.baseline}
    beside = {each.measure: each for each in modeling.baseline_holdout}
    rows = [
        (
            each.measure,
            measured(each.measure, held[each.measure].value) if each.measure in held else "",
            measured(each.measure, beside[each.measure].value) if each.measure in beside else "",
            measured(each.measure, each.value),
            f"{measured(each.measure, each.low)} to {measured(each.measure, each.high)}",
            measured(each.measure, base[each.measure].value) if each.measure in base else "",
        )
        for each in modeling.out_of_fold
    ]
    heads = ("Measure", "Kept back", "No model", "Within folds", "95 % of resamples", "No model")
    return grid(plain(f"Model of {modeling.task.target}"), heads, rows, right=range(1, len(heads)))
