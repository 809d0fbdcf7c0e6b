"""Calls of Plotly Express as source, and the few largest of many groups."""

from __future__ import annotations

from typing import Literal

from lakeglass.ask.codegen.literals import literal, shown
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan.naming import plain


def express(script: Script, call: str, data: str, *, title: str, **arguments: str) -> None:
    """`fig = px.CALL(DATA, …)`; the arguments are source."""
    script.need("import plotly.express as px")
    lines = [f"fig = px.{call}(", f"    {data},"]
    lines += [f"    {name}={value}," for name, value in arguments.items()]
    if call in {"scatter", "line"}:
        lines.append(
            '    render_mode="svg",'
        )  # thousands of points would need WebGL, which not every browser has
    lines += [f"    title={shown(title)},", '    template="plotly_white",', ")"]
    script.block("Chart", *lines)


def labels_of(*names: str) -> str:
    """Headings as the labels of a chart, their tags made harmless."""
    return "{" + ", ".join(f"{literal(n)}: {shown(n)}" for n in dict.fromkeys(names)) + "}"


def write_largest(
    script: Script, key: str, name: str, *, most: int, word: str, others: Literal["never", "small", "always"]
) -> str:
    """`chart_rows`: at most that many lines of `result`: the 'largest' by value, else the first, which `word` names.

    With `others`, what is left is one more line; 'small' only while its bar leaves the rest readable. Returns the words
    for the axis: source of a text that counts them.
    """

    def few(rows: int) -> str:
        return f"result.nlargest({rows}, {literal(name)})" if word == "largest" else f"result.head({rows})"

    shown_rows = most - 1 if others != "never" else most
    together = {
        "never": "",
        "small": ", the others together where their bar leaves these readable",
        "always": ", the others taken together",
    }[others]
    value = f"rest[{literal(name)}].sum()"
    lines = [f"chart_rows = result if len(result) <= {most} else {few(shown_rows)}"]
    if others != "never":
        lines.append("rest = result.drop(chart_rows.index)")
    if others == "small":
        lines += [f"if len(rest) and {value} > 2 * chart_rows[{literal(name)}].max():",
                  f"    chart_rows, rest = {few(most)}, rest.head(0)"]  # fmt: skip
    lines.append(
        "shown_of = '' if len(chart_rows) == len(result) else f': the {len(chart_rows)} {word} of {len(result):,}'"
    )
    if others != "never":
        lines += [
            "if len(rest):",
            '    label = f"{len(rest):,} others"',
            f"    other = pd.DataFrame({{{literal(key)}: [label], {literal(name)}: [{value}]}})",
            "    chart_rows = pd.concat([chart_rows, other], ignore_index=True)",
        ]
    script.block(
        f"The chart shows {most} lines at most{together}; the table has all",
        *(line.replace("{word}", word) for line in lines),
    )
    return f"{shown(plain(key))} + shown_of"


def express_pie(script: Script, data: str, *, title: str, names: str, values: str) -> None:
    """A pie whose slices stand in the order of the table, with its legend below, where it takes no width."""
    express(script, "pie", data, title=title, names=literal(names), values=literal(values))
    script.block(
        "Slices in the order of the table",
        'fig.update_traces(sort=False, direction="clockwise", textposition="inside")',
        'fig.update_layout(legend={"orientation": "h"}, uniformtext={"minsize": 10, "mode": "hide"})',
    )
