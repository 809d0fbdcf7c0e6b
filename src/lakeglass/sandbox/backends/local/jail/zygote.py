"""The warm parent: imports the data libraries once, then forks every session from itself.

Trusted, and free of tenants: it starts with an empty environment and never sees a file or a line of code.
Run as `python -I -c "...main()"` inside the outer jail with its configuration as the first argument.
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path

from . import confine, preload, runner, syscalls

INIT_BYTE, WORKER_BYTE = b"I", b"W"
_MAX_ORDER = 4096


def main(argument: str) -> None:
    """Preload, say `ready`, then fork one session for every order until the host hangs up."""
    configuration: confine.Configuration = json.loads(argument)
    host = socket.socket(fileno=configuration["fd"])
    os.sched_setaffinity(0, configuration["cpus"])  # thread pools are sized by this
    if configuration["one_session"]:
        _become_only_session(host, configuration["python_roots"])
    preload.preload()
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    child_ended, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    gc.collect()
    gc.freeze()
    host.send(b"ready")
    while True:
        ready, _, _ = select.select([host.fileno(), child_ended], [], [])
        if child_ended in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(child_ended, 4096)
            _reap()
        if host.fileno() in ready:
            order, descriptors = _receive(host)
            if order is None:
                os._exit(0)
            _fork_session(order, descriptors, configuration["python_roots"], host)


def _receive(host: socket.socket) -> tuple[confine.Order | None, list[int]]:
    message, ancillary, _, _ = host.recvmsg(_MAX_ORDER, socket.CMSG_LEN(64))
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return (json.loads(message) if message else None), list(descriptors)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _fork_session(
    order: confine.Order, descriptors: list[int], python_roots: list[str], host: socket.socket
) -> None:
    if os.fork() == 0:
        _become_session(order, descriptors, python_roots, host)
    for descriptor in descriptors:
        os.close(descriptor)


def _become_only_session(host: socket.socket, python_roots: list[str]) -> None:
    """The outer jail is this session's alone: its namespaces and its file systems are there, we are process 1.

    The libraries are loaded behind the walls, by the worker: their threads would hold on to our rights.
    """
    host.send(b"ready")
    order, descriptors = _receive(host)
    if order is None:
        os._exit(0)
    with _ending_here(descriptors[2]):
        _leave_the_zygote(host)
        _serve_session(order, descriptors, python_roots, idle=_load_behind_the_walls(order))


def _become_session(
    order: confine.Order, descriptors: list[int], python_roots: list[str], host: socket.socket
) -> None:
    with _ending_here(descriptors[2]):
        _leave_the_zygote(host)
        confine.enter_namespaces(order["kernel_uid"])
        if os.fork():
            os._exit(0)
        # from here on: process 1 of the session
        confine.build_root(order, python_roots)
        _serve_session(order, descriptors, python_roots, idle=preload.nothing())


@contextlib.contextmanager
def _ending_here(err: int) -> Iterator[None]:
    """This process ends with the block, whatever happens, and tells the host why."""
    try:
        os.dup2(err, 2)
        yield
    finally:
        os.write(2, traceback.format_exc().encode())
        os._exit(97)


def _leave_the_zygote(host: socket.socket) -> None:
    host.close()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _serve_session(
    order: confine.Order, descriptors: list[int], python_roots: list[str], *, idle: Generator[None]
) -> None:
    """Process 1 gives up its rights, forks the worker, and waits for it."""
    confine.keep_only(*descriptors)
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115  lives as long as the process
    confine.give_up_rights(order, python_roots)
    sys.dont_write_bytecode = True
    os.environ["HOME"] = confine.WORK
    control = socket.socket(fileno=os.dup(confine.CONTROL_FD))
    folders = [os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in confine.FOLDERS]
    socket.send_fds(control, [INIT_BYTE], folders)
    for folder in folders:
        os.close(folder)
    worker = os.fork()
    if worker:
        _wait_for(worker)
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
    confine.limit_memory(order, libraries_are_loaded=numpy is not None)
    control.send(WORKER_BYTE)
    control.close()
    runner.serve(confine.CONTROL_FD, idle=idle, packages=confine.PACKAGES)


def _load_behind_the_walls(order: confine.Order) -> Generator[None]:
    """While nobody has asked for anything: a slot is as warm as a fork by the time that it is handed out."""
    try:
        yield from preload.steps()
        confine.limit_memory(order, libraries_are_loaded=True)
    finally:
        for left in Path(tempfile.gettempdir()).iterdir():  # font caches and the like
            shutil.rmtree(left, ignore_errors=True)


def _wait_for(worker: int) -> None:
    """Adopt and reap orphans; when the worker ends, process 1 ends, and with it every process of the session."""
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    os.closerange(0, 256)
    while True:
        try:
            ended, _ = os.wait()
        except (ChildProcessError, InterruptedError):
            continue
        if ended == worker:
            os._exit(0)
