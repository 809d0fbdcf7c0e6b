"""What to say when a process of the data scientist may have no more memory."""

from __future__ import annotations

import resource

from lakeglass.core.errors import TooLarge


def too_large() -> TooLarge:
    """The failure in the words of whoever can mend it; names the limit of this process where it has one."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if limit == resource.RLIM_INFINITY:
        return TooLarge("This needs more memory than there is. Give fewer rows or columns.")
    return TooLarge(
        f"This needs more memory than the {limit >> 20:,} MB that each process of an analysis may have. Give fewer "
        "rows or columns, or raise LAKEGLASS_ANALYSIS__MEMORY_MB.",
        details={"limit_mb": limit >> 20},
    )
