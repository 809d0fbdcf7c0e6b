"""Calls of Plotly Express as source, and the few largest of many groups."""

from __future__ import annotations

from lakeglass.ask.codegen.literals import literal, shown
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan.naming import plain


def express(script: Script, call: str, data: str, *, title: str, **arguments: str) -> None:
    """`fig = px.CALL(DATA, …)`; the arguments are source."""
    script.need("import plotly.express as px")
    lines = [f"fig = px.{call}(", f"    {data},"]
    lines += [f"    {name}={value}," for name, value in arguments.items()]
    lines += [f"    title={shown(title)},", '    template="plotly_white",', ")"]
    script.block("Chart", *lines)


def labels_of(*names: str) -> str:
    """Headings as the labels of a chart, their tags made harmless."""
    return "{" + ", ".join(f"{literal(n)}: {shown(n)}" for n in dict.fromkeys(names)) + "}"


def write_largest(script: Script, key: str, name: str, *, most: int, order: str, others: bool) -> str:
    """`chart_rows`: at most that many lines of `result`, the 'first', 'largest' or 'smallest' by `order`.

    With `others`, what is left is one more line. Returns the words for the axis: source of a text that counts them.
    """
    shown_rows = most - 1 if others else most
    pick = {
        "first": f"result.head({shown_rows})",
        "largest": f"result.nlargest({shown_rows}, {literal(name)})",
        "smallest": f"result.nsmallest({shown_rows}, {literal(name)})",
    }[order]
    together = ", the others taken together" if others else ""
    lines = [
        f"chart_rows = result if len(result) <= {most} else {pick}",
        "shown_of = '' if len(chart_rows) == len(result) else f': {order} {len(chart_rows)} of {len(result):,}'",
    ]
    if others:
        lines += [
            "rest = result.drop(chart_rows.index)",
            "if len(rest):",
            '    label = f"{len(rest):,} others"',
            f"    other = pd.DataFrame({{{literal(key)}: [label], {literal(name)}: [rest[{literal(name)}].sum()]}})",
            "    chart_rows = pd.concat([chart_rows, other], ignore_index=True)",
        ]
    script.block(
        f"The chart shows {most} lines at most{together}; the table has all",
        *(line.replace("{order}", order) for line in lines),
    )
    return f"{shown(plain(key))} + shown_of"
