"""A model words a finished result; whatever it does, the report is there and says who worded it."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pytest
from tests.corpora.defects import customers
from tests.model_server import Heard, Say
from tests.planted import PLANTED
from tests.wording_model import FAITHFUL, WordingModel, facts_in, summary
from typer.testing import CliRunner

import lakeglass
from lakeglass.cli.commands import app
from lakeglass.core.settings import AnalysisSettings, LakeSettings, ModelSettings, Settings
from lakeglass.llm.local import open_model
from lakeglass.llm.replies import Asker
from lakeglass.science.pipeline.folder import JobFolder
from lakeglass.science.pipeline.model import AnalysisRequest, Result, StageName
from lakeglass.science.pipeline.run import Analysis
from lakeglass.science.pipeline.wording import CALLS, locally, worded
from lakeglass.science.prose.model import WORDING, Wording
from lakeglass.science.schemas import schema_of

REQUEST = AnalysisRequest(target=PLANTED["mail"], fits=3)
PERSONS = ("Wilhelmina Strauss", "Bernhard Adenauer")
PAID = Say(FAITHFUL, cost=0.002)
LIE = "The table has 77 rows."


@pytest.fixture(scope="module")
def model() -> Iterator[WordingModel]:
    with WordingModel(PAID).running() as server:
        yield server


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Customers whose target is named like a mail address, and has persons for classes."""
    table = customers(np.random.default_rng(4), 300).table
    table["left_shop"] = np.where(table["left_shop"] == "gone", *PERSONS)
    path = tmp_path_factory.mktemp("tables") / "shop.csv"
    table.rename(columns={"left_shop": PLANTED["mail"]}).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def analysed(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An analysis that was reported without a model."""
    folder = tmp_path_factory.mktemp("made") / "job"
    result, _ = reported(table, folder, None)
    assert result.wording is None
    return folder


@pytest.fixture
def job(analysed: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(analysed, tmp_path / "job"))


def settings_for(model: WordingModel, home: Path, *, wait_s: float = 60, **more: Any) -> Settings:
    return Settings(
        home=home,
        analysis=AnalysisSettings(prose_timeout_s=wait_s),
        model=ModelSettings.model_validate(
            {
                "provider": "compatible",
                "base_url": f"{model.url}/v1",
                "strong": "tiny",
                "retries": 0,
                "cache_s": 0,
                **more,
            }
        ),
    )


def reported(
    table: Path, folder: Path, settings: Settings | None, *, wished: bool | None = None
) -> tuple[Result, list[str]]:
    """The analysis in its folder, whose finished stages are not done again."""
    told: list[str] = []

    def tell(stage: StageName, text: str) -> None:
        told.append(f"{stage}: {text}")

    word = locally(settings, tell, wished=wished) if settings is not None else None
    lake = LakeSettings(threads=1)
    return Analysis(table, folder, REQUEST, settings=lake, tell=tell, word=word).run(), told


def scripted(model: WordingModel, *script: Say) -> WordingModel:
    model.heard.clear()
    model.say(*script)
    return model


# req: D10 E3 E11
def test_a_summary_that_holds_is_used_marked_and_paid_for_once(
    model: WordingModel, table: Path, job: Path, tmp_path: Path
) -> None:
    settings = settings_for(scripted(model, PAID), tmp_path / "home")
    by_rules = Result.model_validate_json((job / "result.json").read_bytes())
    result, told = reported(table, job, settings)
    wording = result.wording
    assert wording is not None
    assert (wording.by, wording.model, wording.calls) == ("model", "compatible/tiny", 1)
    assert wording.cost_usd is not None
    assert float(wording.cost_usd) == 0.002
    assert f"report: {wording.reason}" in told
    # What the rules say stays beside it, the verdict among it.
    same = ("asked", "found", "sure", "do", "verdict")
    assert [getattr(result, name) for name in same] == [getattr(by_rules, name) for name in same]
    assert [each.text for each in wording.do] == list(result.do)
    assert PLANTED["mail"] in wording.asked[0].text
    parts = (wording.asked, wording.found, wording.sure, wording.do)
    assert set(wording.facts) == {each.fact for part in parts for each in part}
    page = (job / "report.html").read_text()
    assert "Worded by compatible/tiny." in page
    assert "Cost: 0.002 USD." in page
    assert all(text in page for text in ("The same in fixed words", "First screen: Worded by"))
    for name in ("wording", "result"):
        document = json.loads((job / f"{name}.json").read_text())
        assert jsonschema_rs.is_valid(schema_of(name), document)
    assert WORDING in result.files
    events = [json.loads(line) for line in (job / "telemetry.jsonl").read_text().splitlines()]
    assert [(each["by"], each["calls"]) for each in events if each["event"] == "worded"] == [("model", 1)]
    # No name and no value has left; what has is kept to be read.
    sent = model.heard[0].content.decode()
    for word in (*PERSONS, "Strauss", "Wilhelmina", "kundenpost", "shop.csv", "signup", "income"):
        assert word not in sent
    assert json.loads((job / CALLS).read_text())[0]["outcome"] == "ok"
    # The same command again writes the report again and asks nobody.
    again, _ = reported(table, job, settings)
    assert again.wording == wording
    assert len(model.heard) == 1
    # Nor does whoever died after the reply and before the wording was kept: the ledger has it.
    (job / WORDING).unlink()
    once_more, _ = reported(table, job, settings)
    assert once_more.wording == wording
    assert len(model.heard) == 1
    # Without a model to ask, or by request, nothing of it is left.
    off, _ = reported(table, job, None)
    assert (off.wording, (job / WORDING).exists()) == (None, False)


class Liar(WordingModel):
    """Lies in its first answers."""

    lies = 1

    def next(self, heard: Heard) -> Say:
        say = super().next(heard)
        return replace(say, text=summary(heard, F2=LIE)) if len(self.heard) <= self.lies else say


# req: D10
@pytest.mark.parametrize(("lies", "by"), [(1, "model"), (2, "rules")])
def test_an_untruth_is_corrected_once_or_the_rules_word_the_result(
    table: Path, job: Path, tmp_path: Path, lies: int, by: str
) -> None:
    liar = Liar(PAID)
    liar.lies = lies
    with liar.running():
        result, told = reported(table, job, settings_for(liar, tmp_path / "home"))
    assert len(liar.heard) == 2
    assert "the number 77 is not what F2 says at this place" in liar.heard[1].content.decode()
    assert result.wording is not None
    assert (result.wording.by, result.wording.calls) == (by, 2)
    page = (job / "report.html").read_text()
    assert LIE not in page
    if by == "rules":
        assert result.wording.asked == ()
        assert "asked 2: the number 77" in result.wording.reason
        assert told[-2] == f"report: {result.wording.reason}"
        assert result.wording.reason.split(":")[0] in page


# req: D10 E6
@pytest.mark.parametrize(
    ("say", "why"),
    [
        (Say(status=503), "No model was heard."),
        (Say(status=401), "No model was heard."),
        (Say(status=429), "No model was heard."),
        (Say("no idea"), "the answer holds no JSON object"),
        (Say('{"asked": [], "found": [], "sure": []}'), "asked: Tuple should have at least 1 item"),
        (Say("[1, 2]" * 40), "the answer holds no JSON object"),
        (Say("{" * 5000), "no JSON"),
        (Say("", refusal="I won't."), "the model declined to answer"),
        (Say(FAITHFUL, stop="length"), "the answer was cut short"),
        (Say(FAITHFUL, cut=True), ""),
        (Say(FAITHFUL, broken={"message": "out of order"}), "No model was heard."),
    ],
)
def test_whatever_a_model_does_there_is_a_report(
    model: WordingModel, table: Path, job: Path, tmp_path: Path, say: Say, why: str
) -> None:
    result, _ = reported(table, job, settings_for(scripted(model, say), tmp_path / "home"))
    assert result.wording is not None
    assert result.wording.by == "rules"
    assert why in result.wording.reason
    assert result.found in (job / "report.html").read_text().replace("&#39;", "'")
    assert (job / "report.done").exists()


# req: D10 C2
def test_a_budget_that_is_used_up_asks_nobody(
    model: WordingModel, table: Path, job: Path, tmp_path: Path
) -> None:
    lie = Say(json.dumps({"asked": [], "found": [], "sure": []}), cost=0.5)
    settings = settings_for(scripted(model, lie), tmp_path / "home", daily_usd=0.4)
    first, _ = reported(table, job, settings)
    assert first.wording is not None
    assert first.wording.by == "rules"
    assert "Today's budget" in first.wording.reason
    assert len(model.heard) == 1


# req: D10 E3
def test_no_model_no_values_no_call(model: WordingModel, table: Path, job: Path, tmp_path: Path) -> None:
    scripted(model, PAID)
    none = Settings(home=tmp_path / "home", model=ModelSettings())
    assert reported(table, job, none)[0].wording is None
    missed = reported(table, job, none, wished=True)[0].wording
    assert missed is not None
    assert missed.reason == "No model is configured, so the rules word the result."
    assert reported(table, job, settings_for(model, tmp_path / "home"), wished=False)[0].wording is None
    closed = settings_for(model, tmp_path / "home", send_samples=False)
    kept = reported(table, job, closed)[0].wording
    assert kept is not None
    assert (kept.by, kept.calls) == ("rules", 0)
    assert model.heard == []
    assert not (job / CALLS).exists()


class Silence(threading.Event):
    """Set to answer; `asked` is set once the model was."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.set()
        return super().wait(timeout)


# req: D10 D11
def test_a_silent_model_is_not_waited_for_and_a_cancel_ends_it_at_once(
    model: WordingModel, table: Path, job: Path, tmp_path: Path
) -> None:
    silent = Silence()
    scripted(model, Say(FAITHFUL, silent=silent))
    try:
        result, _ = reported(table, job, settings_for(model, tmp_path / "home", wait_s=0.5))
        assert result.wording is not None
        assert (result.wording.by, result.wording.cost_usd) == ("rules", None)
        assert "had not worded the result after 0.5 s" in result.wording.reason

        async def cancelled() -> None:
            settings = settings_for(model, tmp_path / "home")
            async with open_model(settings) as opened:
                assert opened is not None
                asker = Asker(opened.who, "run_1", None)
                work = asyncio.create_task(
                    worded(JobFolder(job), access=opened.access, asker=asker, timeout_s=60)
                )
                silent.asked.clear()
                assert await asyncio.to_thread(silent.asked.wait, 60)
                work.cancel()
                async with asyncio.timeout(2):
                    await asyncio.wait([work])
                assert work.cancelled()

        asyncio.run(cancelled())
        # The wording of before stands: nothing half-made is left.
        assert Wording.model_validate_json((job / WORDING).read_bytes()) == result.wording
    finally:
        silent.set()


# req: D10 E3
def test_a_model_is_told_the_facts_and_the_words_it_may_use(
    model: WordingModel, table: Path, job: Path, tmp_path: Path
) -> None:
    reported(table, job, settings_for(scripted(model, PAID), tmp_path / "home"))
    told = facts_in(model.heard[0])
    assert "F1 (must): the question was to predict from the other columns whether [F1a] is [F1b]" in told
    assert "([F1a] is the column that is predicted; [F1b] is one of its two values)" in told
    assert "F2: the table has 300 rows | " in told
    form = json.dumps(model.heard[0].body["response_format"])
    assert '"enum": ["F1", "F2"]' in form


# req: D10 F1
def test_the_command_line_tells_who_worded_it_and_does_without_by_request(
    model: WordingModel, table: Path, job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(model, PAID)
    chosen = {"HOME": str(tmp_path / "home"), "MODEL__BASE_URL": f"{model.url}/v1", "MODEL__STRONG": "tiny"}
    for name, value in chosen.items():
        monkeypatch.setenv(f"LAKEGLASS_{name}", value)
    command = ["analyze", str(table), "--folder", str(job), "--target", PLANTED["mail"], "--fits", "3"]
    off = CliRunner().invoke(app, [*command, "--no-prose"])
    assert off.exit_code == 0, off.output
    assert "tiny" not in off.output
    assert model.heard == []
    made = CliRunner().invoke(app, command)
    assert made.exit_code == 0, made.output
    said = " ".join(made.output.split())
    assert "are the words of compatible/tiny, checked against result.json (0.002 USD)" in said
    assert "Found: On rows kept back for the purpose the model was tried" in said
    analysed = lakeglass.analyze(table, target=PLANTED["mail"], fits=3, folder=job)
    assert analysed.result.wording is not None
    assert analysed.result.wording.by == "model"
    assert len(model.heard) == 1
