"""Reports take colours, font and logo from the settings, and a browser of the machine prints them."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from lakeglass.core.errors import ConfigurationError, Unavailable
from lakeglass.core.settings import AnalysisSettings, LakeSettings, ThemeSettings
from lakeglass.science.pipeline import pdf
from lakeglass.science.pipeline.model import AnalysisRequest
from lakeglass.science.pipeline.run import Analysis
from lakeglass.science.pipeline.theme import Theme, theme_of

PAGE = "<!doctype html><title>r</title><details><summary>more</summary><p>folded away</p></details>"


def test_a_theme_comes_out_of_the_settings_with_its_logo_inside(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    theme = theme_of(ThemeSettings(accent="#123456", font="Inter, sans-serif", logo=logo))
    assert (theme.accent, theme.font) == ("#123456", "Inter, sans-serif")
    assert theme.logo is not None
    assert base64.b64decode(theme.logo.partition(",")[2]) == logo.read_bytes()
    assert theme_of(AnalysisSettings().theme) == Theme()


@pytest.mark.parametrize(
    "wrong", [{"accent": "red"}, {"accent_dark": "#12345"}, {"font": "x; } body { background: url(//e)"}]
)
def test_what_is_no_colour_or_font_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ThemeSettings.model_validate(wrong)
    with pytest.raises(ValidationError):
        Theme.model_validate(wrong)


def test_a_logo_that_is_absent_too_large_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    large, text = tmp_path / "large.png", tmp_path / "logo.txt"
    large.write_bytes(b"0" * 300_000)
    text.write_text("x", encoding="utf-8")
    for path, told in (
        (tmp_path / "none.png", "can't be read"),
        (large, "300,000 bytes"),
        (text, "PNG, JPEG or SVG"),
    ):
        with pytest.raises(ConfigurationError, match=told):
            theme_of(ThemeSettings(logo=path))


def test_what_one_check_finds_in_many_columns_is_one_card_that_names_them_all(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    names = [f"tail <{number}>" for number in range(12)]
    source = tmp_path / "tails.csv"
    pd.DataFrame(np.exp(draw.normal(scale=1.2, size=(300, 12))), columns=names).to_csv(source, index=False)
    analysis = Analysis(
        source,
        tmp_path / "job",
        AnalysisRequest(budget_s=2),
        settings=LakeSettings(threads=1),
        tell=lambda *_: None,
    )
    analysis.run()
    report = (tmp_path / "job" / "report.html").read_text(encoding="utf-8")
    card = re.search(r"Long tail: (\d+) columns</h3>\s*<p>([^\n]*)</p>", report)
    assert card is not None
    told = card[2].split(", ")
    assert len(told) == int(card[1]) > 1
    assert set(told) <= {name.replace("<", "&lt;").replace(">", "&gt;") for name in names}
    assert report.count("> Long tail") == 1
    # each of them is told below, by its name
    below = report[card.end() :]
    assert all(f"<b>{name}</b>: " in below or f"<p>{name} " in below for name in told)


def stand_in(folder: Path, script: str) -> None:
    """A browser that does what the script says with its arguments."""
    program = folder / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def test_everything_is_unfolded_before_it_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    report, target = tmp_path / "report.html", tmp_path / "report.pdf"
    report.write_text(PAGE, encoding="utf-8")
    stand_in(
        tmp_path,
        'for one in "$@"; do case "$one" in --print-to-pdf=*) to="${one#*=}";; file://*) page="${one#file://}";; '
        "esac; done\n"
        'printf "%%PDF-" > "$to"; cat "$page" >> "$to"',
    )
    pdf.print_pdf(report, target)
    assert target.read_text(encoding="utf-8") == "%PDF-" + PAGE.replace("<details>", "<details open>")
    target.unlink()
    stand_in(tmp_path, "exit 7")
    with pytest.raises(Unavailable, match="chromium ended with code 7"):
        pdf.print_pdf(report, target)
    assert not target.exists()


def test_without_a_browser_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="open the HTML report in any browser and print it"):
        pdf.print_pdf(tmp_path / "report.html", tmp_path / "report.pdf")


@pytest.mark.heavy
@pytest.mark.skipif(pdf.browser() is None, reason="this machine has no Chromium, Chrome or Edge")
def test_a_real_browser_prints_a_report(tmp_path: Path) -> None:
    report, target = tmp_path / "report.html", tmp_path / "report.pdf"
    report.write_text(PAGE, encoding="utf-8")
    pdf.print_pdf(report, target)
    assert target.read_bytes().startswith(b"%PDF-")
    assert target.stat().st_size > 1000
