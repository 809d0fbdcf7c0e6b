"""The same walls where the server is not root: the suites once more, as `nobody`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parents[2]
_NOBODY = "65534"
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
    HOME=/nonexistent PATH=/usr/bin:/bin LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 "$@"
"""


def _unpassable(path: Path) -> set[Path]:
    """Top folders that others can't enter on the way to `path`."""
    parents = [*path.parents, path]
    blocked = [one for one in parents if one != Path("/") and not one.stat().st_mode & 0o001]
    return {Path("/", *one.parts[1:2]) for one in blocked}


@pytest.mark.heavy
@pytest.mark.timeout(400)
@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become another user; as a user the suites run directly"
)
def test_the_suites_hold_as_an_ordinary_user(tmp_path: Path) -> None:
    if shutil.which("setpriv") is None or shutil.which("unshare") is None:
        pytest.skip("setpriv and unshare (util-linux) are needed to become another user")
    base = Path(sys.base_prefix)
    tops = _unpassable(base) | _unpassable(_PROJECT)
    keep = [path for path in (base, _PROJECT) if Path("/", *path.parts[1:2]) in tops]
    own = Path("/var/tmp") / f"lakeglass-nobody-{os.getpid()}"
    own.mkdir(mode=0o700)
    os.chown(own, int(_NOBODY), int(_NOBODY))
    suites = ["tests/contracts/test_sandbox_conformance.py", "tests/security/test_sandbox_walls.py"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--basetemp={own}/t", *suites]
    environment = {
        "PATH": os.environ["PATH"],
        "KEEP": " ".join(map(str, keep)),
        "TOPS": " ".join(map(str, tops)),
        "PROJECT": str(_PROJECT),
        "USER_ID": _NOBODY,
    }
    try:
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", _SCRIPT, "sh", *command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=380,
            check=False,
        )
    finally:
        shutil.rmtree(own, ignore_errors=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    assert "own user namespace" in done.stdout
