"""What tests see of analyses from outside: their folders, and the processes that work in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STATIONS = ["ingest", "eda", "clarify", "modeling", "explain", "qa", "report"]


def processes_of(job_id: str) -> list[int]:
    """Processes that work in the folder of this analysis, with what they started."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and job_id.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def folder_of(home: Path, job_id: str) -> Path | None:
    """The folder, once it is there."""
    return next(home.glob(f"jobs/*/{job_id}"), None)


def fits_of(home: Path, job_id: str) -> dict[str, int]:
    """Finished fits, each with the moment that it was written."""
    folder = folder_of(home, job_id)
    places = folder.glob("modeling/fits/[a-z]*/record.json") if folder else ()
    return {place.parent.name: place.stat().st_mtime_ns for place in places}


def telemetry_of(home: Path, job_id: str) -> list[dict[str, Any]]:
    """What happened, line by line; a line that a kill cut short is left out."""
    folder = folder_of(home, job_id)
    file = folder / "telemetry.jsonl" if folder else None
    found = []
    for line in file.read_text().splitlines() if file and file.exists() else ():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return found


def marked(home: Path, job_id: str) -> set[str]:
    """The stages that are marked as finished."""
    folder = folder_of(home, job_id)
    return {file.stem for file in folder.glob("*.done")} if folder else set()


def repeated(home: Path, job_id: str) -> list[str]:
    """Stages that were begun again after they had been finished."""
    over: set[str] = set()
    again = []
    for each in telemetry_of(home, job_id):
        if each["event"] == "started" and each["stage"] in over:
            again.append(each["stage"])
        if each["event"] == "finished":
            over.add(each["stage"])
    return again


def comparable(home: Path, job_id: str) -> dict[str, Any]:
    """Every artifact without the times."""
    folder = folder_of(home, job_id)
    assert folder is not None
    names = ("eda", "clarify", "modeling/modeling", "modeling/model", "critique", "result")
    found = {name: json.loads((folder / f"{name}.json").read_text()) for name in names}
    found["modeling/modeling"].pop("timing")
    # The rest of an explanation takes as many rows as the time allows.
    explained = folder / "modeling" / "explain.json"
    if explained.exists():
        found["importance"] = json.loads(explained.read_text())["importance"]
    found["result"].pop("stages")
    found["eda"]["examination"].pop("seconds")
    return found
