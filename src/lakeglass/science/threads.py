"""Threads of native libraries, set before they load: waiting threads must sleep, not spin, when cores are shared."""

from __future__ import annotations

import os

SETTINGS: dict[str, str] = {
    # two spinning threads on two busy cores made a fit of a second take ten
    "OMP_WAIT_POLICY": "PASSIVE",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_DYNAMIC": "FALSE",
}


def limit_threads() -> None:
    """One thread for each call of a native library: fits run side by side instead. Only before such a library loads."""
    os.environ.update(SETTINGS)
