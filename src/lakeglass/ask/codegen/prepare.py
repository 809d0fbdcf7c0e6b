"""What is done to the rows before they are analysed: repairs, new columns, rows left out."""

from __future__ import annotations

from itertools import pairwise

from lakeglass.ask.codegen.inference import outlier_limits, outlier_rule
from lakeglass.ask.codegen.literals import listing, literal
from lakeglass.ask.codegen.script import Script
from lakeglass.ask.plan import AnalysisPlan, Clean, Derive, Statistic, TableContext
from lakeglass.ask.plan.model import BINNING
from lakeglass.ask.plan.naming import clean_words, derive_words, plain

_JOINED = {"+": " + ", "*": " * ", "-": " - ", "/": " / "}
_FUNCTIONS = {
    "log": "np.log({0})",
    "log10": "np.log10({0})",
    "log1p": "np.log1p({0})",
    "sqrt": "np.sqrt({0})",
    "square": "{0} ** 2",
    "abs": "{0}.abs()",
    "z": "({0} - {0}.mean()) / {0}.std()",
    "minmax": "({0} - {0}.min()) / ({0}.max() - {0}.min())",
    "length": "{0}.str.len()",
    "words": "{0}.str.split().str.len()",
    "codes": '{0}.astype("category").cat.codes.where({0}.notna())',
    "first word": "{0}.str.split().str[0]",
    "last word": "{0}.str.split().str[-1]",
    "number": 'pd.to_numeric({0}.str.extract(r"(-?[0-9]+(?:[.][0-9]+)?)", expand=False))',
}
_PARTS = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "month of year": "month",
    "week": "isocalendar().week",
    "day": "day",
    "weekday": "day_of_week",
    "hour": "hour",
}


def write_preparation(script: Script, plan: AnalysisPlan, table: TableContext) -> str:
    """Write the plan's repairs and new columns; returns the variable that holds the rows that are left."""
    derived = {d.name for d in plan.derive}
    frame = "df"
    for clean in plan.clean:
        if clean.column not in derived:
            frame = _clean(script, clean, frame)
    for derive in plan.derive:
        _derive(script, derive, frame, missing_possible=_may_miss(derive, table))
    for clean in plan.clean:
        if clean.column in derived:
            frame = _clean(script, clean, frame)
    return frame


def _set(frame: str, name: str, expression: str) -> str:
    if frame == "df":
        return f"df[{literal(name)}] = {expression}"
    return f"{frame} = {frame}.assign(**{{{literal(name)}: {expression}}})"


def _clean(script: Script, clean: Clean, frame: str) -> str:
    column = f"{frame}[{literal(clean.column or '')}]"
    why = clean_words(clean)
    match clean.kind:
        case "to_number":
            script.block(
                f"{plain(clean.column or '')} holds numbers as text: keep digits, sign and decimal point",
                f'text = {column}.astype("str").str.replace(r"[^0-9.\\-]", "", regex=True)',
                _set(frame, clean.column or "", 'pd.to_numeric(text, errors="coerce")'),
            )
            return frame
        case "fill":
            if clean.per is not None:
                _fill_within(script, clean, frame)
                return frame
            filling = {"mode": f"{column}.mode().min()", "value": repr(clean.value)}.get(
                clean.by or "", f"{column}.{clean.by}()"
            )
            script.block(why, _set(frame, clean.column or "", f"{column}.fillna({filling})"))
            return frame
        case "drop_missing":
            subset = f"subset=[{literal(clean.column)}]" if clean.column is not None else ""
            script.block(why, f"data = {frame}.dropna({subset})")
        case "drop_duplicates":
            script.block(why, f"data = {frame}.drop_duplicates()")
        case "drop_outliers":
            rule = Statistic(
                kind="outliers", method="z" if clean.by == "z" else "iqr", threshold=clean.threshold
            )
            script.block(
                f"{why} ({outlier_rule(rule)})",
                f"values = {column}",
                *outlier_limits(rule, "values"),
                f"data = {frame}[values.between(low, high)]",
            )
    return "data"


def _fill_within(script: Script, clean: Clean, frame: str) -> None:
    """Fill the gaps of each group with what is usual there; a group without any value keeps its gaps."""
    name, grouped = (
        clean.column or "",
        f"{frame}.groupby({literal(clean.per or '')})[{literal(clean.column or '')}]",
    )
    usual = f'{grouped}.transform("{clean.by}")'
    if clean.by == "mode":
        usual = f"{grouped}.transform(lambda values: values.mode().min())"
    column = f"{frame}[{literal(name)}]"
    script.block(clean_words(clean), f"usual = {usual}", _set(frame, name, f"{column}.fillna(usual)"))


def _edges(script: Script, derive: Derive, column: str) -> str:
    """Given intervals, each with its lower end, as an ordered category."""
    ends = ["np.inf" if e > 1e300 else f"{e:.17g}" for e in derive.edges]
    if "np.inf" in ends:
        script.need("import numpy as np")
    labels = [
        f"{low:g} or more" if high > 1e300 else f"{low:g} to under {high:g}"
        for low, high in pairwise(derive.edges)
    ]
    return f"pd.cut({column}, [{', '.join(ends)}], right=False, labels={listing(labels)})"


def _further(script: Script, derive: Derive, frame: str) -> str:
    column = f"{frame}[{literal(derive.columns[0])}]"
    if derive.kind == "edges":
        return _edges(script, derive, column)
    if derive.kind == "gaps":
        return f"{frame}[{listing(derive.columns)}].isna().sum(axis=1)"
    script.need("import numpy as np")
    return f"np.log({column}) / np.log({derive.number or 0:.17g})"


def _binned(script: Script, derive: Derive, column: str) -> str:
    """Intervals as an ordered category, so that groups stand in their order; quantiles as 1, 2, …"""
    number = derive.number or 0
    if derive.kind == "quantiles":
        return f'(pd.qcut({column}, {number:.0f}, labels=False, duplicates="drop") + 1).astype("Int64")'
    if derive.kind == "bins":
        return f"pd.cut({column}, {number:.0f}).cat.rename_categories(str)"
    script.need("import numpy as np")
    width = f"{number:.17g}"
    whole = ".astype(int)" if float(number).is_integer() else ""
    edges = f"(np.arange({column}.min() // {width}, {column}.max() // {width} + 2) * {width}){whole}"
    return f"pd.cut({column}, {edges}, right=False).cat.rename_categories(str)"


def _may_miss(derive: Derive, table: TableContext) -> bool:
    columns = (table.column(name) for name in derive.columns)
    return any(c is None or c.nulls > 0 for c in columns)


def _derive(script: Script, derive: Derive, frame: str, *, missing_possible: bool) -> None:
    terms = [f"{frame}[{literal(c)}]" for c in derive.columns]
    if derive.number is not None and derive.kind not in BINNING:
        terms.append(f"{derive.number:.17g}")
    if derive.kind in _JOINED:
        expression = _JOINED[derive.kind].join(terms)
    elif derive.kind == "percent":
        expression = f"100 * {terms[0]} / {terms[1]}"
    elif derive.kind == "mean":
        expression = f"{frame}[{listing(derive.columns)}].mean(axis=1, skipna=False)"
    elif derive.kind == "days":
        expression = f"({terms[1]} - {terms[0]}).dt.total_seconds() / 86_400"
    elif derive.kind in {"gaps", "edges", "log base"}:
        expression = _further(script, derive, frame)
    elif derive.kind in BINNING:
        expression = _binned(script, derive, terms[0])
    elif derive.kind == "grain":
        whole = '.astype("Int64")' if missing_possible else ""
        expression = f"{terms[0]}.dt.{_PARTS[derive.grain or 'year']}{whole}"
    else:
        if derive.kind in {"log", "log10", "log1p", "sqrt"}:
            script.need("import numpy as np")
        expression = _FUNCTIONS[derive.kind].replace("{0}", terms[0])
    lines = [_set(frame, derive.name, expression)]
    if derive.kind in {"/", "percent", "log", "log10", "log1p", "log base"}:
        script.need("import numpy as np")
        endless = f"{frame}[{literal(derive.name)}].replace([np.inf, -np.inf], np.nan)"
        lines.append(_set(frame, derive.name, endless))
    script.block(derive_words(derive), *lines)
