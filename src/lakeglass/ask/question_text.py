"""The words of a question, before anybody tries to understand them."""

from __future__ import annotations

from lakeglass.core.errors import InvalidInput
from lakeglass.core.settings import AskSettings


def checked_question(question: str, settings: AskSettings) -> str:
    """The question without the blanks around it; raises InvalidInput for an empty or too long one."""
    text = question.strip()
    if not text:
        raise InvalidInput("The question is empty. Ask something about your data, in your own words.")
    limit = settings.max_question_chars
    if len(text) > limit:
        raise InvalidInput(
            f"The question has {len(text):,} characters; at most {limit:,} are accepted. "
            "Shorten it, or split it into several questions."
        )
    return text


def shortened(text: str) -> str:
    """One line of at most 80 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
