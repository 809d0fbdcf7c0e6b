"""What the host puts up for a run: secrets to steal, servers to reach, and a look at them afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from lakeglass.sandbox.attacks.bait import bait_package
from lakeglass.sandbox.base import InputFile, PackageFile

_SECRET_VARIABLE = "LAKEGLASS_ATTACK_SECRET"  # noqa: S105  the name of a bait
_MOST_MB = 2400

Owner = Literal["attacker", "neighbour"]
OWNERS: tuple[Owner, ...] = ("attacker", "neighbour")


class Scene:
    """Use as a context, around the start of the backend: what is in our environment now must not get in."""

    def __init__(self) -> None:
        self.secret = secrets.token_hex(16)
        self.folder = Path(tempfile.mkdtemp(prefix="lakeglass-attack-"))
        self._mark = "lakeglass-mark-" + secrets.token_hex(8)
        self._abstract = "lakeglass-" + secrets.token_hex(8)
        self._listeners: list[socket.socket] = []
        self._datagrams: list[socket.socket] = []

    def __enter__(self) -> Scene:
        # everybody may read it: what keeps a session out has to be a wall, not our umask
        self.folder.chmod(0o755)
        self.canary.write_text(self.secret)
        self.input.source.write_text("a,b\n1,2\n")
        self.private.source.write_text(self.secret)
        for path in (self.canary, self.input.source, self.private.source):
            path.chmod(0o644)
        os.environ[_SECRET_VARIABLE] = self.secret
        self._listen()
        return self

    def __exit__(self, *_details: object) -> None:
        os.environ.pop(_SECRET_VARIABLE, None)
        for opened in (*self._listeners, *self._datagrams):
            opened.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def canary(self) -> Path:
        """A file of the host that only the walls protect."""
        return self.folder / "canary"

    @property
    def input(self) -> InputFile:
        """What every attacking session is given to read."""
        return InputFile(source=self.folder / "input.csv", name="input.csv")

    @property
    def private(self) -> InputFile:
        """What only the neighbour is given."""
        return InputFile(source=self.folder / "private.csv", name="private-of-the-neighbour.csv")

    def package(self, owner: Owner) -> PackageFile:
        """What that session is given to import."""
        content = f"secret = {self.secret!r}" if owner == "neighbour" else ""
        return bait_package(self.folder, f"bait{owner}", content=content)

    def facts(self, *, root: Path) -> dict[str, JsonValue]:
        """What attacks know about the host: everything, as an attacker might."""
        ports = [listener.getsockname()[1] for listener in self._listeners[:2]]
        return {
            "canary": str(self.canary),
            "root": str(root),
            "secret": self.secret,
            "secret_name": self.private.name,
            "input": f"data/{self.input.name}",
            "disks": _disks(),
            "port": ports[0],
            "port6": ports[-1],
            "udp": self._datagrams[0].getsockname()[1],
            "unix": str(self.folder / "socket"),
            "abstract": self._abstract,
            "pid": os.getpid(),
            "mark": self._mark,
            "trap": str(self.folder / "trap"),
            "much": min(_MOST_MB, _available_mb() // 2),
        }

    def touched(self) -> str | None:
        """How the last attack reached the host, None when it did not."""
        for listener in self._listeners:
            with suppress(BlockingIOError):
                listener.accept()[0].close()
                return f"it reached a server of the host: {listener.getsockname()}"
        for datagram in self._datagrams:
            with suppress(BlockingIOError):
                datagram.recv(100)
                return "it reached a datagram socket of the host"
        if (self.folder / "trap").exists():
            return "it ran code on the host"
        if self.canary.read_text() != self.secret or self.input.source.read_text() != "a,b\n1,2\n":
            return "it changed a file of the host"
        return None

    def survivor(self) -> str | None:
        """A process that the attack left behind, None when there is none; it is ended, so that it is told once."""
        needle = self._mark.encode()
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and needle in (entry / "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)
                    return f"process {entry.name} lives on"
        return None

    def _listen(self) -> None:
        self._listeners.append(socket.create_server(("127.0.0.1", 0)))
        with suppress(OSError):  # a machine without IPv6
            self._listeners.append(socket.create_server(("::1", 0), family=socket.AF_INET6))
        for address in (str(self.folder / "socket"), "\0" + self._abstract):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(address)
            listener.listen()
            self._listeners.append(listener)
        (self.folder / "socket").chmod(0o777)
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.bind(("127.0.0.1", 0))
        self._datagrams.append(datagram)
        for opened in (*self._listeners, *self._datagrams):
            opened.setblocking(False)


def _disks() -> list[JsonValue]:
    found: list[JsonValue] = []
    for entry in Path("/dev").iterdir():
        with suppress(OSError):
            if stat.S_ISBLK(entry.stat().st_mode):
                found.append(str(entry))
    return found[:8]


def _available_mb() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return _MOST_MB
