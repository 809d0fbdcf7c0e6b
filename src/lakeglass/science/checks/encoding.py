"""Text that was read in another encoding than it was written in."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from lakeglass.science.checks.base import About, Seen
from lakeglass.science.checks.subject import Subject
from lakeglass.science.table import Levels

# UTF-8 read as Windows-1252 or Latin-1, the sign for 'no such letter', and HTML entities.
_BROKEN = re.compile(
    r"Ã[\u0080-\u00bf¡-¿ŒœŠšŽžŸƒˆ˜€‚„…†‡‰‹‘’“”•–—™›]|â€[\u0080-\u00bf™œ\u009d“”¦˜]|Â[\u00a0-\u00bf]|\ufffd|&(?:amp|lt|gt|quot|nbsp|#\d{2,5});"
)


class Encoding:
    """Letters that were broken on the way: 'Ã©' for 'é', '&amp;' for '&'."""

    about = About(
        code="broken-letters",
        name="Broken letters",
        area="values",
        why="The same name whole and broken counts as two, and joins miss it.",
        fix="Read the original with its real encoding, or mend the text where it comes from.",
    )

    def obstacle(self, subject: Subject) -> str | None:
        """Needs columns of text."""
        return (
            None
            if any(isinstance(column, Levels) for column in subject.table.columns)
            else "no column of text"
        )

    def look(self, subject: Subject) -> Iterable[Seen]:
        """One finding a column."""
        for column in subject.table.columns:
            if not isinstance(column, Levels):
                continue
            broken = np.array([bool(_BROKEN.search(level)) for level in column.levels], dtype=np.bool_)
            if not broken.any():
                continue
            rows = int(broken[column.codes[column.codes >= 0]].sum())
            example = column.levels[int(np.argmax(broken))]
            yield Seen(
                "medium",
                (column.name,),
                f"{int(broken.sum()):,} different values in {rows:,} of the rows looked at hold broken letters.",
                {
                    "values": int(broken.sum()),
                    "rows_looked_at": rows,
                    "example": subject.shown(column.name, example),
                },
            )
