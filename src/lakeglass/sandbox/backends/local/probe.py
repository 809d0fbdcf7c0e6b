"""The proof at start: a real session has to compute, and has to fail at everything else."""

from __future__ import annotations

import socket
from pathlib import Path

from lakeglass.core.errors import SandboxUnavailable
from lakeglass.sandbox.backends.local.session import LocalSession

_CODE = """
import os, socket
def _reads(path):
    try:
        open(path).close()
        return True
    except OSError:
        return False
def _connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False
def _status(key):
    return next(line.split()[1] for line in open("/proc/self/status") if line.startswith(key + ":"))
report = {
    "sum": 1 + 1,
    "canary": _reads(CANARY),
    "connected": _connects(PORT),
    "root": os.getuid() == 0,
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "capabilities": [_status(key) for key in ("CapEff", "CapPrm", "CapBnd")],
    "seccomp": _status("Seccomp"),
    "interfaces": [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]],
}
"""
_NONE = "0000000000000000"
_MAX_PROCESSES = 2  # process 1 and the worker
_TIMEOUT_S = 60.0


async def prove(session: LocalSession, folder: Path) -> None:
    """Raises SandboxUnavailable, naming every wall that does not hold."""
    canary = folder / "canary"
    canary.write_text("host")
    canary.chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        code = _CODE.replace("CANARY", repr(str(canary))).replace("PORT", str(server.getsockname()[1]))
        execution = await session.execute(code, timeout_s=_TIMEOUT_S, collect=["report"])
        reached = _was_reached(server)
    report = execution.results[0].data.get("application/json") if execution.results else None
    if execution.status != "ok" or not isinstance(report, dict) or report.get("sum") != 2:
        reason = execution.error.traceback if execution.error is not None else execution.status
        raise SandboxUnavailable("the first session could not compute", details={"reason": reason})
    processes = report["processes"]
    broken = {
        "a file of the host can be read": report["canary"],
        "a server of the host can be reached": report["connected"] or reached,
        "the session is root": report["root"],
        "processes of the host are visible": not isinstance(processes, int) or processes > _MAX_PROCESSES,
        "the session holds capabilities": report["capabilities"] != [_NONE] * 3,
        "system calls are not filtered": report["seccomp"] != "2",
        "a network interface is there": report["interfaces"] != ["lo"],
    }
    found = [name for name, escaped in broken.items() if escaped]
    if found:
        raise SandboxUnavailable("the jail does not hold: " + "; ".join(found))


def _was_reached(server: socket.socket) -> bool:
    try:
        connection, _ = server.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True
