"""The command line and the Python door, as a user would type them."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.product import ROOT, lend

import lakeglass as lg


def run(*arguments: str, cwd: Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LAKEGLASS_")}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "LAKEGLASS_HOME": str(cwd / "home")}
    lend(cwd / "home")
    done = subprocess.run(
        [sys.executable, "-m", "lakeglass", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done


# req: F1
def test_ask_prints_the_answer_the_code_and_writes_the_chart(shop: Path, tmp_path: Path) -> None:
    done = run("ask", "average unit price by city", "--data", str(shop), cwd=tmp_path)
    truth = pd.read_csv(shop).groupby("City")["Unit Price"].mean()
    folder = tmp_path / "lakeglass-answer"
    code = (folder / "answer.py").read_text()
    assert code in done.stdout
    assert truth.idxmax() in done.stdout.splitlines()[-3]
    assert "plotly" in (folder / "chart.html").read_text()

    # The shown code, run by plain Python where the data lies, gives the same numbers.
    (folder / "chart.html").unlink()
    plain = subprocess.run(
        [sys.executable, "-I", "answer.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert plain.stdout.strip() in done.stdout
    for city, mean in truth.items():
        row = next(line for line in plain.stdout.splitlines() if str(city) in line)
        assert float(row.split()[1]) == pytest.approx(mean, abs=1e-5)
    assert (folder / "chart.html").is_file()


@pytest.mark.heavy
def test_ask_as_json_is_one_document(shop: Path, tmp_path: Path) -> None:
    done = run(
        "ask", "how many orders in Berlin", "--data", str(shop), "--json", "--out", "there", cwd=tmp_path
    )
    document = json.loads(done.stdout)
    assert document["answered"] is True
    assert document["answer"]["numbers"][0]["value"] == 134
    assert all(check["passed"] for check in document["answer"]["checks"])
    assert (tmp_path / "there" / "answer.py").read_text() == document["code"]


def test_an_honest_no_has_an_exit_code_of_its_own(shop: Path, tmp_path: Path) -> None:
    done = run("ask", "average salary by department", "--data", str(shop), cwd=tmp_path, status=3)
    assert "There is no column" in done.stdout


@pytest.mark.parametrize("arguments", [("ask", "how many", "--data"), ("profile",)])
def test_a_file_that_is_not_there_is_told_without_a_traceback(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments, "missing.csv", cwd=tmp_path, status=2)
    assert "There is no file 'missing.csv'" in done.stderr
    assert "Traceback" not in done.stderr


def test_profile_prints_every_column(shop: Path, tmp_path: Path) -> None:
    done = run("profile", str(shop), "--json", cwd=tmp_path)
    columns = json.loads(done.stdout)["statistics"]["columns"]
    assert [column["name"] for column in columns] == shop.read_text().splitlines()[0].split(",")
    assert "400 rows × 6 columns" in run("profile", str(shop), cwd=tmp_path).stdout


# req: A16
def test_doctor_tells_isolation_and_every_setting(tmp_path: Path) -> None:
    environment = tmp_path / ".env"
    environment.write_text("LAKEGLASS_AUTH__TOKEN=hunter2\nLAKEGLASS_SANDBOX__MEMORY_MB=512\n")
    done = run("doctor", "--json", cwd=tmp_path)
    document = json.loads(done.stdout)
    findings = {finding["what"]: finding for finding in document["findings"]}
    assert all(finding["ok"] for finding in findings.values()), findings
    assert "namespaces" in findings["sandbox"]["detail"]
    values = {line["env"]: line["value"] for line in document["settings"]}
    assert values["LAKEGLASS_SANDBOX__MEMORY_MB"] == "512"
    assert "hunter2" not in done.stdout


def test_the_database_can_be_upgraded_by_hand_and_twice(tmp_path: Path) -> None:
    first = run("db", "upgrade", cwd=tmp_path).stderr
    assert "The database is at revision" in first
    assert run("db", "upgrade", cwd=tmp_path).stderr == first


# req: A1
def test_a_taken_port_and_an_open_address_are_refused_with_the_remedy(tmp_path: Path) -> None:
    refused = run("serve", "--host", "0.0.0.0", "--port", "0", cwd=tmp_path, status=1)
    assert "LAKEGLASS_AUTH__TOKEN" in refused.stderr


def test_a_frame_in_python_is_profiled_and_answered(shop: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(shop, parse_dates=["Ordered On"])
    profiled = lg.profile(frame)
    assert profiled.statistics.rows == 400
    assert "Unit Price" in profiled._repr_html_()
    answered = lg.ask("total quantity by product", frame, out=tmp_path / "out")
    assert answered.answer is not None
    assert answered.table is not None
    totals = dict(
        zip(answered.table.values("Product"), answered.table.numbers(answered.table.columns[1]), strict=True)
    )
    assert totals == frame.groupby("Product")["Quantity"].sum().to_dict()
    bundle = answered._repr_mimebundle_()
    assert "application/vnd.plotly.v1+json" in bundle
    # Loading the package binds the name `lakeglass.ask` to it; the verb stays callable.
    again = lg.ask("number of orders by product", frame, out=tmp_path / "again")
    assert again.answer is not None
    assert str(inspect.signature(lg.ask)).startswith("(question: 'str'")


# req: F1
@pytest.mark.heavy
def test_a_question_about_two_files(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "customer_id,amount\n" + "".join(f"{n % 5 + 1},{n}\n" for n in range(50)), encoding="utf-8"
    )
    (tmp_path / "customers.csv").write_text(
        "id,segment\n1,home\n2,office\n3,home\n4,office\n", encoding="utf-8"
    )
    done = run(
        "ask",
        "total amount by segment",
        "--data",
        "orders.csv",
        "--data",
        "customers.csv",
        "--json",
        cwd=tmp_path,
    )
    answer = json.loads(done.stdout)
    assert "40 rows matched in customers by customer_id, 10 had no match" in answer["answer"]["base"]
    expected = {
        "home": sum(n for n in range(50) if n % 5 in {0, 2}),
        "office": sum(n for n in range(50) if n % 5 in {1, 3}),
    }
    assert {row[0]: row[1] for row in answer["table"]["rows"]} == expected
