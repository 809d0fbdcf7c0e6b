"""The commands and their options; what they do stands in the neighbouring files.

Each command imports its own file when it runs: together they take seconds to import, and one of them needs but a few.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

import lakeglass
from lakeglass.cli.terminal import err, out
from lakeglass.core.settings import Settings

app = typer.Typer(
    name="lakeglass",
    help="Ask your data anything, with every step in plain sight.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
database = typer.Typer(help="The metadata database.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(database, name="db")

Home = Annotated[Path | None, typer.Option("--home", help="Data folder instead of LAKEGLASS_HOME.")]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Open = Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")]
TimeBudget = Annotated[float, typer.Option("--time-budget", min=1, help="Seconds for the search of a model.")]
ReportFile = Annotated[
    Path | None, typer.Option("--out", help="Write the report here, too, as HTML or (.pdf) PDF.")
]
JobFolder = Annotated[
    Path | None,
    typer.Option("--folder", help="Folder of all artifacts; the same one goes on with its work."),
]
LeaveOut = Annotated[
    list[str] | None,
    typer.Option("--leave-out", help="A column that no model may see; again for others."),
]
Fits = Annotated[
    int | None,
    typer.Option("--fits", min=1, help="Number of fits instead of seconds: the same every time."),
]
Horizon = Annotated[
    int | None, typer.Option("--horizon", min=1, max=1000, help="Steps to tell a series over time ahead.")
]
Mend = Annotated[
    bool | None,
    typer.Option("--repair/--no-repair", help="Mend what is wrong beyond doubt before modelling, or not."),
]
WithoutRepair = Annotated[
    list[str] | None,
    typer.Option(
        "--without-repair", help="A repair to leave out, such as letter-case:city; again for others."
    ),
]
Prose = Annotated[
    bool | None,
    typer.Option(
        "--prose/--no-prose", help="Have a configured model word the result, its numbers checked, or not."
    ),
]
AskBack = Annotated[
    bool,
    typer.Option("--ask", help="Ask in the terminal where target, task, time, groups or costs are open."),
]
Cost = Annotated[
    str | None, typer.Option("--cost", help="Prices of a wrong yes and a wrong no, such as fp=1,fn=5.")
]
Sensitive = Annotated[
    str | None, typer.Option("--sensitive", help="The column whose groups must be treated alike.")
]


def _settings(*, home: Path | None = None, host: str | None = None, port: int | None = None) -> Settings:
    """The environment's settings with what the command line says on top."""
    settings = Settings()
    server = settings.server.model_copy(
        update={key: value for key, value in (("host", host), ("port", port)) if value is not None}
    )
    return settings.model_copy(update={"server": server, "home": home or settings.home})


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Ask your data anything, with every step in plain sight."""
    if version:
        out.print(lakeglass.__version__)
        raise typer.Exit


@app.command()
def serve(home: Home = None, host: Host = None, port: Port = None, open_page: Open = False) -> None:
    """Start the service and its page."""
    from lakeglass.cli import serving

    serving.serve(_settings(home=home, host=host, port=port), open_page=open_page, prepare=None)


@app.command()
def demo(home: Home = None, host: Host = None, port: Port = None, open_page: Open = True) -> None:
    """Start with a sample data set, and open the page."""
    from lakeglass.cli import serving

    visible = open_page and sys.stdout.isatty()
    settings = _settings(home=home, host=host, port=port)
    serving.serve(settings, open_page=visible, prepare=serving.load_sample)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in your own words.")],
    data: Annotated[
        list[Path],
        typer.Option(
            "--data", help="A CSV, Excel, JSON, Parquet, Arrow or SQLite file; again for a second one."
        ),
    ],
    out_dir: Annotated[
        Path, typer.Option("--out", help="Folder for the chart, the code and the data that it reads.")
    ] = Path("lakeglass-answer"),
    join: Annotated[
        str | None, typer.Option("--join", help="How two files belong together: 'customer_id = id'.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question about a file, or two that belong together, with chart and code."""
    from lakeglass.cli import answering

    job = answering.Job(question, tuple(data), out_dir, join)
    raise typer.Exit(answering.run(job, settings=_settings(), as_json=as_json))


@app.command()
def profile(
    file: Annotated[Path, typer.Argument(help="A CSV, Excel, JSON, Parquet, Arrow or SQLite file.")],
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with the same content.")] = None,
) -> None:
    """Every column of a file in numbers."""
    from lakeglass.cli import profiling

    profiling.run(file, settings=_settings(), as_json=as_json, html=html)


@app.command()
def analyze(
    file: Annotated[Path, typer.Argument(help="A CSV, Excel, JSON, Parquet, Arrow or SQLite file.")],
    target: Annotated[str | None, typer.Option("--target", help="The column to explain and predict.")] = None,
    time_budget: TimeBudget = 60.0,
    out_file: ReportFile = None,
    folder: JobFolder = None,
    time: Annotated[str | None, typer.Option("--time", help="The column that says when.")] = None,
    group: Annotated[str | None, typer.Option("--group", help="Rows that share it stay together.")] = None,
    leave_out: LeaveOut = None,
    fits: Fits = None,
    horizon: Horizon = None,
    cost: Cost = None,
    sensitive: Sensitive = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of whatever is drawn.")] = 0,
    repair: Mend = None,
    without_repair: WithoutRepair = None,
    ask_back: AskBack = False,
    prose: Prose = None,
    as_json: AsJson = False,
) -> None:
    """Look for faults in a table, search for a model, criticise it, and report."""
    from lakeglass.science.threads import limit_threads

    limit_threads()
    from lakeglass.cli import analysing
    from lakeglass.science.pipeline.model import AnalysisRequest

    settings = _settings()
    request = AnalysisRequest(
        target=target,
        time=time,
        group=group,
        leave_out=tuple(leave_out or ()),
        budget_s=time_budget,
        fits=fits,
        horizon=horizon,
        costs=analysing.costs_of(cost) if cost else None,
        sensitive=sensitive,
        seed=seed,
        repairs="safe" if (settings.analysis.safe_auto_actions if repair is None else repair) else "none",
        without_repairs=tuple(without_repair or ()),
    )
    job = analysing.Job(file, folder, out_file, request, ask_back, prose)
    raise typer.Exit(analysing.run(job, settings=settings, as_json=as_json))


@app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions, one JSON object a line.")],
    tables: Annotated[Path, typer.Option("--tables", help="Folder with the tables that they are about.")],
    planner: Annotated[
        str | None,
        typer.Option("--planner", help="builtin, model (alone) or both (the model beside the built-in one)."),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Questions at once.")] = 2,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the report and the results.")] = Path(
        "lakeglass-eval"
    ),
    against: Annotated[
        Path | None, typer.Option("--compare", help="The results.json of an earlier run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score answers to closed-form questions."""
    from lakeglass.cli import evaluating

    settings = _settings()
    job = evaluating.Job(file, tables, planner or settings.ask.planner, workers, out_dir, against)
    evaluating.run(job, settings=settings, as_json=as_json)


@app.command()
def doctor(
    home: Home = None,
    as_json: AsJson = False,
    attack: Annotated[
        bool, typer.Option("--attack", help="Attack the sandbox of this machine and print how it held.")
    ] = False,
) -> None:
    """What works here, and how to mend what doesn't."""
    from lakeglass.cli import attacking, doctoring

    if attack:
        raise typer.Exit(attacking.run(_settings(home=home), as_json=as_json))
    raise typer.Exit(doctoring.run(_settings(home=home), as_json=as_json))


@app.command()
def schemas(
    name: Annotated[str | None, typer.Argument(help="An artifact; without one, all of them.")] = None,
) -> None:
    """Print the JSON schemas that the artifacts of an analysis hold to."""
    from lakeglass.science.schemas import ARTIFACTS, schema_of

    found = schema_of(name) if name is not None else {each: schema_of(each) for each in ARTIFACTS}
    sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


@app.command()
def openapi() -> None:
    """Print the API's description (OpenAPI 3.1, JSON)."""
    from lakeglass.cli import serving

    from_app = serving.describe_api(_settings())
    sys.stdout.write(json.dumps(from_app, indent=1, ensure_ascii=False) + "\n")


@database.command("upgrade")
def db_upgrade(home: Home = None) -> None:
    """Bring the database's tables up to date."""
    from lakeglass.cli import doctoring

    revision = doctoring.upgrade_database(_settings(home=home))
    err.print(f"The database is at revision {revision}.")
