"""Commands of this project run as `nobody`, for whom root makes a way to the interpreter and to this tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NOBODY = 65534
# In a private mount namespace the interpreter and this tree are shown at their own paths with passable
# parents; then the rights of root are given up for good.
_SCRIPT = """
set -e
hold=$(mktemp -d)
place=0
for path in $KEEP; do mkdir $hold/$place; mount --bind $path $hold/$place; place=$((place + 1)); done
for top in $TOPS; do mount -t tmpfs -o mode=0755 none $top; done
place=0
for path in $KEEP; do mkdir -p $path; mount --bind $hold/$place $path; place=$((place + 1)); done
cd $PROJECT
exec setpriv --reuid $USER_ID --regid $USER_ID --clear-groups --inh-caps=-all --bounding-set=-all env -i \
    HOME=$OWN LAKEGLASS_HOME=$OWN/home PATH=/usr/bin:/bin LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 "$@"
"""


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that belongs to nobody."""
    if shutil.which("setpriv") is None or shutil.which("unshare") is None:
        pytest.skip("setpriv and unshare (util-linux) are needed to become another user")
    own = Path("/var/tmp") / f"lakeglass-nobody-{os.getpid()}"
    own.mkdir(mode=0o700)
    os.chown(own, NOBODY, NOBODY)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def run(arguments: Sequence[str], own: Path, *, timeout_s: float) -> subprocess.CompletedProcess[str]:
    """`python -m` with these arguments, as nobody, whose home is `own`."""
    base = Path(sys.base_prefix)
    tops = _unpassable(base) | _unpassable(PROJECT)
    keep = [path for path in (base, PROJECT) if Path("/", *path.parts[1:2]) in tops]
    environment = {
        "PATH": os.environ["PATH"],
        "KEEP": " ".join(map(str, keep)),
        "TOPS": " ".join(map(str, tops)),
        "PROJECT": str(PROJECT),
        "USER_ID": str(NOBODY),
        "OWN": str(own),
    }
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", _SCRIPT, "sh", sys.executable, "-m", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def _unpassable(path: Path) -> set[Path]:
    """Top folders that others can't enter on the way to `path`."""
    parents = [*path.parents, path]
    blocked = [one for one in parents if one != Path("/") and not one.stat().st_mode & 0o001]
    return {Path("/", *one.parts[1:2]) for one in blocked}
