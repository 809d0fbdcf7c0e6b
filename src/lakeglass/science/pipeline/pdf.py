"""A report as PDF, printed by a browser that this machine has: the page is drawn once, not twice in two ways."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from lakeglass.core.errors import ConfigurationError, TimedOut, Unavailable

_BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
)  # fmt: skip
_SECONDS = 120


def browser() -> str | None:
    """The browser that prints, or None."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def print_pdf(report: Path, target: Path) -> None:
    """Print a report with everything in it unfolded; `target` appears whole or not at all.

    Raises ConfigurationError when this machine has no browser for it, TimedOut, and Unavailable when the browser fails.
    """
    program = browser()
    if program is None:
        raise ConfigurationError(
            "A PDF needs Chromium, Chrome or Edge on this machine, and none is on the path. Install one, or open the "
            "HTML report in any browser and print it."
        )
    with tempfile.TemporaryDirectory(prefix="lakeglass-pdf-") as scratch:
        page, made = Path(scratch) / "report.html", Path(scratch) / "report.pdf"
        # what comes from the data is escaped in the report, so that these tags are the template's own
        page.write_text(
            report.read_text(encoding="utf-8").replace("<details>", "<details open>"), encoding="utf-8"
        )
        command = [
            program, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer", "--disable-extensions",
            f"--user-data-dir={scratch}/profile", f"--print-to-pdf={made}", page.as_uri(),
        ]  # fmt: skip
        if os.name == "posix" and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # which a browser of root does without; the page has no script
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise TimedOut(
                f"The browser took more than {_SECONDS} s to print the report. Try again."
            ) from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if not made.exists() or not made.read_bytes().startswith(b"%PDF-"):
            raise Unavailable(
                f"{Path(program).name} ended with code {process.returncode} and printed nothing. Print the HTML "
                "report by hand."
            )
        partial = target.with_name(f".{target.name}.partial")
        shutil.copyfile(made, partial)
        partial.replace(target)
