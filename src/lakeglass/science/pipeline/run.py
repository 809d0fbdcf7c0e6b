"""An analysis from a file to a report, stage by stage, in a folder that says how far it has come.

The same request in the same folder goes on where it stopped: finished stages are not done again, and the search goes
on within its finished fits. The search runs in a process group of its own, which ends with whoever started it.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lakeglass.core.errors import (
    Conflict,
    InvalidInput,
    LakeglassError,
    StorageFull,
    UnprocessableFile,
)
from lakeglass.core.settings import LakeSettings
from lakeglass.lake.model import Statistics
from lakeglass.science.checks import Subject, examine, findings_of, of_table
from lakeglass.science.clusters.model import ClusterRequest
from lakeglass.science.explain.model import ExplainRequest, Explanation
from lakeglass.science.forecast.model import Forecasting, ForecastRequest
from lakeglass.science.model import Budget, Modeling, ModelingRequest
from lakeglass.science.pipeline.apart import apart as _apart
from lakeglass.science.pipeline.contents import Contents, contents_of, made
from lakeglass.science.pipeline.critique import criticise
from lakeglass.science.pipeline.folder import JobFolder
from lakeglass.science.pipeline.model import (
    STAGES,
    AnalysisRequest,
    Ask,
    Clarification,
    Eda,
    Manifest,
    QuestionName,
    Result,
    StageName,
    StageTime,
    Tell,
)
from lakeglass.science.pipeline.questions import answered, checked, questions_of, settled, told
from lakeglass.science.pipeline.targets import propose
from lakeglass.science.pipeline.theme import THEME, Theme
from lakeglass.science.pipeline.words import summary
from lakeglass.science.prose.model import WORDING, Wording
from lakeglass.science.repairs.find import find_repairs
from lakeglass.science.repairs.steps import Step
from lakeglass.science.reproduce.write import NOTEBOOK, SCRIPT, notebook_of, plan_of, script_of

Word = Callable[[JobFolder], None]
"""Leaves `wording.json` in the folder, unless it is there."""
_TABLE = "table.parquet"
_EXPLAIN_S, _EXPLAIN_SHARE = 10.0, 0.25
_FORECAST_SHARE, _FORECAST_COUNTED_S = 0.5, 600.0


class Analysis:
    """One analysis in its folder. `ask` puts open questions to a person; without it the defaults are taken.

    `word` has a model word the result before it is reported; without it a wording of before is not used.
    """

    def __init__(
        self,
        source: Path,
        folder: Path,
        request: AnalysisRequest,
        *,
        settings: LakeSettings,
        tell: Tell,
        theme: Theme | None = None,
        ask: Ask | None = None,
        word: Word | None = None,
    ) -> None:
        self._source = source
        self._is_new = not folder.exists()
        self._folder = JobFolder(folder)
        self._request = request
        self._settings = settings
        self._tell = tell
        self._theme = theme
        self._ask = ask
        self._word = word
        self._times: list[StageTime] = []
        self._answers: Mapping[QuestionName, str] | None = None

    def run(self) -> Result:
        """Do what is not done yet; raises the file errors of the lake, InvalidInput, Conflict, TimedOut.

        The folder holds `original/`, `manifest.json`, `eda.json`, `clarify.json`, `modeling/`, `critique.json`,
        `result.json`, `report.html`, `telemetry.jsonl` and a marker for each finished stage.
        """
        with self._folder.alone():
            return self._work()

    @classmethod
    def begun(cls, folder: Path, *, settings: LakeSettings, tell: Tell) -> Analysis:
        """The analysis whose table was put into `folder` with its manifest; raises Conflict when none was."""
        manifest = JobFolder(folder).read("manifest.json", Manifest)
        source = folder / "original" / manifest.name
        # Whoever began it has asked a model already, where one was to be asked: nothing can be asked from here.
        return cls(source, folder, manifest.request, settings=settings, tell=tell, word=_left_there)

    def do(self, stage: StageName, answers: Mapping[QuestionName, str] | None = None) -> None:
        """One stage, unless it is done; raises what `run` raises. `answers` are a person's, None for the defaults."""
        self._answers = answers
        with self._folder.alone():
            # Also the report, which a second command of the terminal writes again.
            if self._folder.is_done(stage):
                self._folder.tell("skipped", stage=stage)
            else:
                self._stage(stage, self._stages()[stage])

    def _work(self) -> Result:
        if not _may_go_on(self._folder, self._source, self._request):
            raise Conflict(
                f"{str(self._folder.path)!r} holds other work. Give a new folder, or remove this one."
            )
        stages = self._stages()
        for name in STAGES:
            self._stage(name, stages[name])
        return self._folder.read("result.json", Result)

    def _stages(self) -> dict[StageName, Callable[[], None]]:
        return {
            "ingest": self._ingest, "eda": self._eda, "clarify": self._clarify, "modeling": self._modeling,
            "explain": self._explain, "qa": self._qa, "report": self._report,
        }  # fmt: skip

    def _stage(self, name: StageName, work: Callable[[], None]) -> None:
        # The report tells the times of all stages; it is cheap, and written again.
        if self._folder.is_done(name) and name != "report":
            self._times.append(StageTime(name=name, seconds=0.0, skipped=True))
            self._folder.tell("skipped", stage=name)
            return
        began = time.monotonic()
        self._folder.tell("started", stage=name)
        try:
            with _room():
                work()
        except LakeglassError as error:
            if name == "ingest" and self._is_new:
                shutil.rmtree(self._folder.path, ignore_errors=True)  # a refused file leaves no trace
                raise
            self._folder.tell(
                "failed", stage=name, code=error.code, seconds=round(time.monotonic() - began, 3)
            )
            raise
        seconds = round(time.monotonic() - began, 3)
        self._folder.finish(name, seconds=seconds)
        self._times.append(StageTime(name=name, seconds=seconds, skipped=False))
        self._folder.tell("finished", stage=name, seconds=seconds)

    def _ingest(self) -> None:
        from lakeglass.lake.local import prepare  # the query engine, which no other stage has to load

        self._tell("ingest", f"Reading {self._source.name}")
        original = self._folder.path / "original"
        shutil.rmtree(original, ignore_errors=True)  # of a copy that was cut short
        original.mkdir()
        kept = original / self._source.name
        shutil.copyfile(self._source, kept)
        prepared = prepare(kept, self._folder.path / "work", settings=self._settings)
        prepared.path.replace(self._folder.path / _TABLE)
        shutil.rmtree(self._folder.path / "work", ignore_errors=True)
        self._folder.write("statistics.json", prepared.statistics)
        self._folder.write(
            "manifest.json",
            Manifest(
                name=self._source.name,
                sha256=prepared.sha256,
                size_bytes=kept.stat().st_size,
                rows=prepared.statistics.rows,
                columns=tuple(column.name for column in prepared.statistics.columns),
                decisions=tuple((each.what, each.value, each.note or "") for each in prepared.decisions),
                request=self._request,
            ),
        )

    def _eda(self) -> None:
        statistics = self._folder.read("statistics.json", Statistics)
        if not statistics.rows:
            raise UnprocessableFile(f"{self._source.name} has no rows; there is nothing to analyse.")
        self._tell("eda", f"Asking what is wrong with {statistics.rows:,} rows")
        table = self._folder.path / _TABLE
        first = examine(table, statistics, time=self._request.time)
        clarification = propose(first.table, statistics, wanted=self._request.target, time=first.time)
        subject = of_table(
            first.table,
            statistics,
            places=first.places,
            target=clarification.chosen,
            time=self._request.time,
        )
        eda = _told_of(subject)
        questions = questions_of(subject, clarification, eda.examination, asked=self._request)
        self._folder.write("clarify.json", clarification.model_copy(update={"questions": questions}))
        self._folder.write("eda.json", eda)

    def _clarify(self) -> None:
        before = self._folder.read("clarify.json", Clarification)
        answers = self._answers
        if answers is None and self._ask is not None and before.questions:
            columns = self._folder.read("manifest.json", Manifest).columns
            answers = checked(before, self._ask(before.questions), columns=columns)
        after = answered(before, answers)
        was, now = settled(self._request, before), settled(self._request, after)
        if (was.target, was.time) != (now.target, now.time):
            self._tell("clarify", f"Looking again, now that {now.target or 'nothing'} is what is asked for")
            statistics = self._folder.read("statistics.json", Statistics)
            table = self._folder.path / _TABLE
            subject = examine(table, statistics, target=now.target, time=now.time)
            self._folder.write("eda.json", _told_of(subject))
        self._folder.write("clarify.json", after)
        for line in told(after):
            self._tell("clarify", line)

    def _modeling(self) -> None:
        asked = settled(self._request, self._folder.read("clarify.json", Clarification))
        repairs = self._repaired(asked)
        target = asked.target
        if target is None:
            self._tell("modeling", "No model: no target. Looking for groups of alike rows instead")
            self._group(repairs)
            return
        folder = self._folder.path / "modeling"
        folder.mkdir(exist_ok=True)
        budget = (
            Budget(fits=self._request.fits) if self._request.fits else Budget(seconds=self._request.budget_s)
        )
        request = ModelingRequest(
            table=str(self._folder.path / _TABLE),
            folder=str(folder),
            target=target,
            budget=budget,
            task=asked.task,
            group=asked.group,
            time=asked.time,
            leave_out=self._request.leave_out,
            repairs=repairs,
            threads=self._request.threads,
            seed=self._request.seed,
        )
        self._folder.write("modeling-request.json", request)
        limit = f"{self._request.fits} fits" if self._request.fits else f"{self._request.budget_s:g} s"
        self._tell("modeling", f"Searching for a model of {target} within {limit}")
        _apart("train", self._folder.path / "modeling-request.json", seconds=budget.seconds)
        self._forecast(request)

    def _repaired(self, asked: AnalysisRequest) -> tuple[Step, ...]:
        """The repairs that models are to see the table after; what was asked about is left alone."""
        if asked.repairs == "none":
            return ()
        table = self._folder.path / _TABLE
        subject = examine(
            table, self._folder.read("statistics.json", Statistics), target=asked.target, time=asked.time
        )
        named = (asked.target, subject.time, asked.group, asked.sensitive, *asked.leave_out)
        found = find_repairs(
            table,
            subject,
            self._folder.read("eda.json", Eda).examination.findings,
            kept=frozenset(name for name in named if name is not None),
            without=asked.without_repairs,
        )
        self._folder.write("repairs.json", found)
        self._folder.tell("repaired", stage="modeling", made=len(found.made), left_out=len(found.left_out))
        for each in found.made:
            self._tell("modeling", f"Repaired: {each.what}")
        return found.steps

    def _forecast(self, request: ModelingRequest) -> None:
        """A series over time is told ahead, too; one that is too short is not, and that is said."""
        modeling = self._model()
        if modeling is None or modeling.task.task != "forecast":
            return
        seconds = (
            _FORECAST_COUNTED_S if self._request.fits else max(5.0, self._request.budget_s * _FORECAST_SHARE)
        )
        self._tell("modeling", f"Telling {request.target} ahead along {modeling.task.time}")
        asked = ForecastRequest(modeling=request, horizon=self._request.horizon, seconds=seconds)
        self._folder.write("forecast-request.json", asked)
        try:
            _apart("forecast", self._folder.path / "forecast-request.json", seconds=seconds)
        except InvalidInput as error:
            self._tell("modeling", f"No forecast: {error.message}")

    def _group(self, repairs: tuple[Step, ...]) -> None:
        statistics = self._folder.read("statistics.json", Statistics)
        request = ClusterRequest(
            table=str(self._folder.path / _TABLE),
            folder=str(self._folder.path / "modeling"),
            leave_out=self._request.leave_out,
            repairs=repairs,
            personal=tuple(column.name for column in statistics.columns if column.pii),
            seed=self._request.seed,
        )
        self._folder.write("cluster-request.json", request)
        try:
            _apart(
                "clusters",
                self._folder.path / "cluster-request.json",
                seconds=max(30.0, self._request.budget_s),
            )
        except InvalidInput as error:
            self._tell("modeling", f"No groups: {error.message}")

    def _explain(self) -> None:
        request = self._folder.path / "modeling-request.json"
        modeling = self._model()
        if modeling is None:
            return
        if any(each.weight > 0 and each.state != "finished" for each in modeling.leaderboard):
            self._tell("explain", "Nothing to explain: the time ended before a model had judged every row")
            return
        seconds = min(_EXPLAIN_S, self._request.budget_s * _EXPLAIN_SHARE)
        self._tell("explain", f"Asking the model what it leans on, for {seconds:.0f} s")
        asked = ExplainRequest(
            modeling=self._folder.read(request.name, ModelingRequest),
            seconds=seconds,
            sensitive=self._request.sensitive,
            costs=settled(self._request, self._folder.read("clarify.json", Clarification)).costs,
        )
        self._folder.write("explain-request.json", asked)
        _apart("explain", self._folder.path / "explain-request.json", seconds=seconds)

    def _qa(self) -> None:
        eda = self._folder.read("eda.json", Eda)
        explanation = made(self._folder, "modeling/explain.json", Explanation)
        forecasting = made(self._folder, "modeling/forecast.json", Forecasting)
        critique = criticise(eda, self._model(), explanation, forecasting)
        self._tell("qa", f"Critique: {critique.verdict}")
        self._folder.write("critique.json", critique)

    def _report(self) -> None:
        from lakeglass.science.pipeline.report import render  # nor for what writes pages

        wording = self._wording()
        known = contents_of(self._folder)
        statistics = self._folder.read("statistics.json", Statistics)
        theme = self._theme or made(self._folder, THEME, Theme) or Theme()
        files = ["manifest.json", "eda.json", "clarify.json", "critique.json", "result.json", "report.html"]
        if known.modeling is not None:
            files[3:3] = ["modeling/modeling.json", "modeling/explain.json"]
            files += self._reproduction(known.modeling)
        for place, name, artifact in (
            (4, "modeling/forecast.json", known.forecasting),
            (3, "repairs.json", known.repairs),
            (3, "modeling/clusters.json", known.clustering),
        ):
            if artifact is not None:
                files.insert(place, name)
        files += [WORDING] if wording is not None else []
        files += self._plots(statistics, known, accent=theme.accent)
        result = summary(
            known.manifest.name,
            known.eda,
            known.clarification,
            known.modeling,
            known.critique,
            explanation=known.explanation,
            forecasting=known.forecasting,
            clustering=known.clustering,
            repairs=known.repairs,
            stages=tuple(self._stage_time(name) for name in STAGES[:-1]),
            files=tuple(files),
            wording=wording,
        )
        page = render(statistics=statistics, known=known, result=result, theme=theme)
        self._folder.write_text("report.html", page)
        self._folder.write("result.json", result)
        self._tell("report", "report.html")

    def _wording(self) -> Wording | None:
        """The first screen in the words of a model, where one is asked."""
        if self._word is None:
            (self._folder.path / WORDING).unlink(missing_ok=True)
            return None
        self._word(self._folder)
        return made(self._folder, WORDING, Wording)

    def _plots(self, statistics: Statistics, known: Contents, *, accent: str) -> list[str]:
        """The report's figures as PNG; gives their names."""
        from lakeglass.science.pipeline.figures import PLOTS, plots  # findings do not wait for what draws

        self._folder.emptied(PLOTS)
        drawn = plots(
            statistics=statistics,
            eda=known.eda,
            modeling=known.modeling,
            explanation=known.explanation,
            forecasting=known.forecasting,
            accent=accent,
        )
        names = []
        for name, picture in drawn:
            self._folder.write_bytes(name, picture)
            names.append(name)
        return names

    def _reproduction(self, modeling: Modeling) -> list[str]:
        """A script and a notebook that fit the leaderboard again."""
        request = self._folder.read("modeling-request.json", ModelingRequest)
        plan = plan_of(modeling, request, table=self._folder.path / _TABLE)
        self._folder.write_text(SCRIPT, script_of(plan, modeling))
        self._folder.write_text(NOTEBOOK, notebook_of(plan, modeling))
        return [SCRIPT, NOTEBOOK]

    def _stage_time(self, name: StageName) -> StageTime:
        mine = next((each for each in self._times if each.name == name), None)
        return mine or StageTime(name=name, seconds=self._folder.seconds(name), skipped=False)

    def _model(self) -> Modeling | None:
        return made(self._folder, "modeling/modeling.json", Modeling)


def _left_there(_: JobFolder) -> None:
    """Take the wording that is there."""


def _told_of(subject: Subject) -> Eda:
    return Eda(
        rows=subject.rows,
        columns=len(subject.statistics.columns),
        target=subject.target,
        time=subject.time,
        examination=findings_of(subject),
    )


def free_folder(base: Path, source: Path, request: AnalysisRequest) -> Path:
    """The folder `base` when it is free or holds this very work, else the first of `base`-2, `base`-3, … that is."""
    numbered = (base.with_name(f"{base.name}-{number}") for number in itertools.count(2))
    for folder in itertools.chain((base,), numbered):
        if not folder.exists() or (folder.is_dir() and _may_go_on(JobFolder(folder), source, request)):
            return folder
    raise AssertionError("there are more numbers than folders")


def _may_go_on(folder: JobFolder, source: Path, request: AnalysisRequest) -> bool:
    """Whether the folder is empty, was left before anything was read, or holds the work on this file and request."""
    if folder.is_done("ingest"):
        try:
            known = folder.read("manifest.json", Manifest)
        except Conflict:
            return False  # of another version
        return known.request == request and known.sha256 == _digest(source)
    return folder.is_fresh()


@contextmanager
def _room() -> Iterator[None]:
    """A full disk in our words, wherever it fills."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise StorageFull(
            "The disk has no room left for this analysis. Free some space; the same command goes on where it stopped."
        ) from error


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
