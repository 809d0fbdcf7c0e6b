"""Plan to code: readable pandas and Plotly, as a good analyst would write it."""

from __future__ import annotations

from lakeglass.ask.codegen.figure import write_figure
from lakeglass.ask.codegen.frame import write_base, write_frame
from lakeglass.ask.codegen.literals import comment
from lakeglass.ask.codegen.measures import write_measures
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.codegen.statistics import write_statistic
from lakeglass.ask.plan import AnalysisPlan, TableContext, problems, table_of
from lakeglass.ask.plan.naming import part_prefix
from lakeglass.core.errors import InvalidInput

__all__ = ["generate"]


def generate(plan: AnalysisPlan, tables: tuple[TableContext, ...]) -> str:
    """The script of a plan. It runs in the sandbox and, unchanged, in plain Python beside `data/`.

    It assigns `result` (a tidy DataFrame; one row for a single number), `base` (a dict of the rows read,
    kept by the filters, and used) and, if a chart fits, `fig` (a Plotly figure, also written to chart.html).
    Raises InvalidInput when the plan does not fit the tables.
    """
    found = problems(plan, tables)
    if found:
        raise InvalidInput(
            "The plan does not fit the data: " + "; ".join(found) + ". Ask again or edit the plan."
        )
    table = table_of(plan, tables)
    script = Script()
    first, *others = plan.tasks
    frame = _write_task(script, first, table, base=True)
    for number, task in enumerate(others, start=2):
        script.block(f"Keep that and answer part {number}", f"part_{number - 1} = result")
        _write_task(script, task, table, base=False)
        headings = f'result.columns = [f"{part_prefix(number)}{{name}}" for name in result.columns]'
        script.block("Headings with the number of the part", headings)
    if others:
        names = ", ".join([*(f"part_{n}" for n in range(1, len(others) + 1)), "result"])
        script.block(
            "All parts side by side",
            f"result = pd.concat([part.reset_index(drop=True) for part in ({names})], axis=1)",
        )
    with_figure = not others and write_figure(script, plan, table, frame=frame)
    return _header(plan) + script.render(with_figure=with_figure)


def _write_task(script: Script, plan: AnalysisPlan, table: TableContext, *, base: bool) -> str:
    """The paragraphs of one task, which end with its `result`; returns the variable of the rows it looks at."""
    frame = write_frame(script, plan, table)
    if base:
        write_base(script, plan, frame)
    if plan.statistic is None:
        write_measures(script, plan, table, frame=frame)
    else:
        write_statistic(script, plan, plan.statistic, table, frame=frame)
    if plan.p_decimals is not None:
        _round_apart(script, plan.decimals, plan.p_decimals)
    elif plan.decimals is not None:
        script.block(
            f"Rounded to {plan.decimals} decimals as asked", f"result = result.round({plan.decimals})"
        )
    return frame


def _round_apart(script: Script, decimals: int | None, p_decimals: int) -> None:
    """The p-value has its own number of decimals; without another one, what stands beside it is left as it is."""
    others = (
        "" if decimals is None else f" | {{name: {decimals} for name in result.columns if name != 'p-value'}}"
    )
    script.block(
        "Rounded as asked, the p-value by itself",
        f'result = result.round({{"p-value": {p_decimals}}}{others})',
    )


def _header(plan: AnalysisPlan) -> str:
    if not plan.assumptions:
        return ""
    return "\n".join(["# Assumptions", *(comment("- " + a) for a in plan.assumptions)]) + "\n\n"
