"""A page that shows every question with its outcome, plan and code; needs nothing beside itself."""

from __future__ import annotations

from html import escape

from lakeglass.ask.evaluation.runner import Outcome
from lakeglass.ask.evaluation.summary import Comparison, Part, Run, Summary
from lakeglass.llm.ledger import CallView
from lakeglass.llm.use import used

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
details { border-top: 1px solid #8884; padding: .5rem 0; } summary { cursor: pointer; }
pre { overflow-x: auto; padding: .6rem; background: #8881; border-radius: .3rem; font-size: .85em; }
.state { display: inline-block; min-width: 5rem; font-weight: 600; }
.right { color: #18794e; } .wrong { color: #cd2b31; } .refused { color: #ad5700; } .failed { color: #793aaf; }
@media (prefers-color-scheme: dark) {
  .right { color: #4cc38a; } .wrong { color: #ff9592; } .refused { color: #ffb224; } .failed { color: #bf9dff; }
}
"""


def percent(share: float) -> str:
    """A share for the eye: '62.5 %'."""
    return f"{100 * share:.1f} %"


def html(run: Run, *, title: str, comparison: Comparison | None = None) -> str:
    """The whole page."""
    summary = run.summary
    figures = [
        ("Questions", str(summary.questions)),
        ("Right, of all", f"{summary.right} ({percent(summary.accuracy)})"),
        ("Answered, of those that have an answer", percent(summary.answered)),
        ("Right when answered", percent(summary.right_when_answered)),
        ("Wrong with high confidence, of all", percent(summary.sure_and_wrong)),
        ("Fields right", percent(summary.fields_right)),
        ("Refused / failed", f"{summary.refused} / {summary.failed}"),
        ("Planning, median / 95th percentile", _ms(summary.planning_p50, summary.planning_p95)),
        ("Answer, median / 95th percentile", _ms(summary.seconds_p50, summary.seconds_p95)),
        *model_figures(summary),
    ]
    body = [
        f"<h1>{escape(title)}</h1><p>Planner: {escape(run.planner)}</p>",
        _table([(escape(name), escape(value)) for name, value in figures]),
        "<h2>By difficulty</h2>" + _table([_part(p) for p in summary.by_difficulty]),
        "<h2>By operation</h2>" + _table([_part(p) for p in summary.by_operation]),
    ]
    if comparison is not None:
        body.append(_compared(comparison))
    body.append("<h2>Questions</h2>")
    order = {"wrong": 0, "failed": 1, "refused": 2, "right": 3}
    body += [_question(o) for o in sorted(run.outcomes, key=lambda o: order[o.state])]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def model_figures(summary: Summary) -> list[tuple[str, str]]:
    """What a model took and was worth, by name; empty where none was asked."""
    figures: list[tuple[str, str]] = []
    use, agreement = summary.model, summary.agreement
    if use is not None:
        known = f"{use.cost_usd.normalize():f} USD" if use.unpriced < use.calls else "unknown"
        figures += [
            ("Answered or refused by the model", f"{summary.by_model} of {summary.questions}"),
            ("Fell back to the built-in planner", str(summary.fell_back)),
            ("Code corrected", str(summary.corrected)),
            ("Calls / failed / from memory", f"{use.calls:,} / {use.failed:,} / {use.cached:,}"),
            ("Tokens sent / received", f"{use.input_tokens:,} / {use.output_tokens:,}"),
            ("Cost", known + (f" and {use.unpriced:,} calls without a price" if use.unpriced else "")),
            ("Retries", f"{use.retries:,}"),
            ("Call, median / 95th percentile", _ms(use.seconds_p50, use.seconds_p95)),
        ]
    if agreement is not None:
        share = (
            f" ({percent(agreement.agree_right / agreement.agree)} of them right)" if agreement.agree else ""
        )
        figures += [
            ("Read by both planners", str(agreement.both)),
            ("Of these the same plan or values", f"{agreement.agree}{share}"),
            (
                "Both right / only the answered / only the other",
                f"{agreement.both_right} / {agreement.only_answered_right} / {agreement.only_beside_right}",
            ),
        ]
    return figures


def _ms(first: float, second: float) -> str:
    return f"{1000 * first:,.0f} ms / {1000 * second:,.0f} ms"


def _table(rows: list[tuple[str, str]]) -> str:
    cells = "".join(f'<tr><td>{name}</td><td class="n">{value}</td></tr>' for name, value in rows)
    return f"<table>{cells}</table>"


def _part(part: Part) -> tuple[str, str]:
    return escape(part.name), f"{part.right} of {part.questions} ({percent(part.right / part.questions)})"


def _compared(comparison: Comparison) -> str:
    rows = [
        ("Before, on the shared questions", percent(comparison.accuracy_before)),
        ("Now", percent(comparison.accuracy_after)),
        ("Newly right", escape(", ".join(comparison.better)) or "none"),
        ("No longer right", escape(", ".join(comparison.worse)) or "none"),
    ]
    return f"<h2>Against the earlier run ({comparison.compared} shared questions)</h2>" + _table(rows)


def _question(outcome: Outcome) -> str:
    question = outcome.question
    state = f'<span class="state {outcome.state}">{outcome.state}</span>'
    head = f"<summary>{state} {escape(question.question)} <small>({escape(question.table)})</small></summary>"
    expected = "".join(
        f"<li>{'✓' if f.right else '✗'} {escape(_named(f.field.name, f.field.key))}{escape(str(f.field.value))}</li>"
        for f in outcome.fields
    )
    about = (
        f"Understood: {outcome.restatement or 'nothing'}; confidence {outcome.confidence:.2f}; "
        f"{question.operation}, {question.difficulty}; id {question.id}"
    )
    parts = [
        f"<p>{escape(outcome.sentence or outcome.message)}</p>",
        f"<p><small>{escape(about)}</small></p>",
        f"<p>Expected:</p><ul>{expected}</ul>" if expected else "<p>Expected: no answer.</p>",
    ]
    if outcome.calls:
        other = (
            f"; the other planner: {outcome.verdict or 'none'}, {outcome.beside}" if outcome.beside else ""
        )
        said = f"Read by: {outcome.author}{other}. {outcome.fallback} {used(outcome.calls).words}"
        parts.append(f"<p><small>{escape(said)}</small></p>")
    parts += [f"<pre>{escape(text)}</pre>" for text in (outcome.plan_json, outcome.code) if text]
    parts += [_transcript(number, call) for number, call in enumerate(outcome.calls, start=1)]
    return f"<details>{head}{''.join(parts)}</details>"


def _transcript(number: int, call: CallView) -> str:
    """What was sent, scrubbed as it was, and what came back."""
    head = (
        f"Call {number}: {call.purpose}, {call.model}, {call.outcome}, {call.usage.input_tokens:,} tokens sent, "
        f"{call.usage.output_tokens:,} received, {call.seconds:.1f} s, attempts: {call.attempts}"
    )
    sent = "".join(
        f"<p><small>{escape(one.role)} · {escape(one.part)}</small></p><pre>{escape(one.content)}</pre>"
        for one in call.sent
    )
    received = f"<p><small>received</small></p><pre>{escape(call.received)}</pre>"
    return f"<details><summary><small>{escape(head)}</small></summary>{sent}{received}</details>"


def _named(name: str, key: object) -> str:
    shown = [name] if name else []
    if key is not None:
        shown.append(" · ".join(str(k) for k in key) if isinstance(key, tuple) else str(key))
    return f"{' '.join(shown)}: " if shown else ""
