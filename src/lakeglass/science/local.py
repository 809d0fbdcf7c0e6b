"""An analysis in a notebook or a script, without a server: `lg.analyze(df, target="price")`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from lakeglass.core.settings import LakeSettings, Settings
from lakeglass.lake.local import Frame, as_file
from lakeglass.science.assess.threshold import Costs
from lakeglass.science.checks import Finding
from lakeglass.science.model import Modeling
from lakeglass.science.pipeline.model import AnalysisRequest, Critique, Eda, Result, StageName
from lakeglass.science.pipeline.pdf import print_pdf
from lakeglass.science.pipeline.run import Analysis
from lakeglass.science.pipeline.wording import locally
from lakeglass.science.repairs.model import Policy, Repairs


@dataclass(frozen=True, slots=True)
class Analysed:
    """A finished analysis: `result` in a few sentences, the artifacts it rests on, and the report as a page."""

    result: Result
    findings: tuple[Finding, ...]
    modeling: Modeling | None
    critique: Critique
    report: str
    repairs: Repairs | None = None

    def __repr__(self) -> str:
        """A line for consoles; notebooks show the report."""
        return f"<analysis of {self.result.name}: {self.result.verdict}; {len(self.findings)} findings; .save(path)>"

    def _repr_html_(self) -> str:
        """The report in a frame of its own: its style stays there."""
        page = escape(self.report, quote=True)
        return f'<iframe srcdoc="{page}" sandbox="" style="width:100%;height:640px;border:0" title="Report"></iframe>'

    def save(self, path: str | Path) -> Path:
        """Write the report, as PDF for a name that ends so; gives back where it is."""
        target = Path(path)
        if target.suffix.lower() != ".pdf":
            target.write_text(self.report, encoding="utf-8")
            return target
        with tempfile.TemporaryDirectory(prefix="lakeglass-") as scratch:
            page = Path(scratch) / "report.html"
            page.write_text(self.report, encoding="utf-8")
            print_pdf(page, target)
        return target


def analyze(
    data: str | Path | Frame,
    *,
    target: str | None = None,
    time_budget: float = 60.0,
    time: str | None = None,
    group: str | None = None,
    leave_out: tuple[str, ...] | list[str] = (),
    fits: int | None = None,
    horizon: int | None = None,
    costs: Mapping[str, float] | None = None,
    sensitive: str | None = None,
    seed: int = 0,
    repairs: Policy = "none",
    without_repairs: tuple[str, ...] | list[str] = (),
    prose: bool | None = None,
    folder: str | Path | None = None,
) -> Analysed:
    """Look for faults in a table, search for a model of `target` in `time_budget` seconds, criticise it, and report.

    With `repairs='safe'` models see the table after the repairs that are right beyond doubt, save those that
    `without_repairs` names; `Analysed.repairs` tells them. A language model that the settings name words the result
    (`Analysed.result.wording`) unless `prose` is False or the setting says no; it sees no row and no name. With a
    `folder` all artifacts stay there, and the same call goes on with its work. Raises the file errors of the lake,
    InvalidInput for a target that can't be used, Conflict for a folder of other work.
    """
    request = AnalysisRequest(
        target=target,
        time=time,
        group=group,
        leave_out=tuple(leave_out),
        budget_s=time_budget,
        fits=fits,
        horizon=horizon,
        sensitive=sensitive,
        costs=Costs(false_alarm=costs["fp"], miss=costs["fn"]) if costs else None,
        seed=seed,
        repairs=repairs,
        without_repairs=tuple(without_repairs),
    )
    with tempfile.TemporaryDirectory(prefix="lakeglass-") as scratch:
        source, _ = as_file(data, Path(scratch))
        job = Path(folder) if folder is not None else Path(scratch) / "job"
        settings = Settings()
        word = locally(settings, _quiet, wished=prose)
        result = Analysis(source, job, request, settings=LakeSettings(), tell=_quiet, word=word).run()
        modeling, repaired = job / "modeling" / "modeling.json", job / "repairs.json"
        return Analysed(
            result=result,
            findings=Eda.model_validate_json((job / "eda.json").read_bytes()).examination.findings,
            modeling=Modeling.model_validate_json(modeling.read_bytes()) if modeling.exists() else None,
            critique=Critique.model_validate_json((job / "critique.json").read_bytes()),
            report=(job / "report.html").read_text("utf-8"),
            repairs=Repairs.model_validate_json(repaired.read_bytes()) if repaired.exists() else None,
        )


def _quiet(_: StageName, __: str) -> None:
    """A notebook shows the result; what happens on the way is in the folder's telemetry."""
