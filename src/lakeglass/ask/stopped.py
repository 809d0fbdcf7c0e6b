"""Why an execution gave no answer, in the words of the error catalogue."""

from __future__ import annotations

from typing import assert_never

from lakeglass.sandbox.base import Execution


def stopped_message(execution: Execution) -> str | None:
    """A sentence for the person who asked; None when the code ended well."""
    match execution.status:
        case "ok":
            return None
        case "timeout":
            return (
                "Execution exceeded its time limit. Consider simplifying the query, or filter the data first."
            )
        case "memory":
            return "Analysis requires too much memory. Try filtering the dataset first."
        case "interrupted":
            return "The execution was stopped before it ended, so there is no answer."
        case "died":
            return "The sandbox was lost while the code ran; a fresh one takes its place. Ask again."
        case "lost":
            return "The connection to the sandbox broke while the code ran, so nobody knows how far it got. Ask again."
        case "error":
            error = execution.error
            what = f"{error.name}: {error.value[:500]}" if error else "an error"
            return f"The code stopped with {what}. The code and the log show where."
        case _:
            assert_never(execution.status)
