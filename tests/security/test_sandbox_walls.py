"""What code in a session tries to get out, and what it finds. The same list runs on every tier of the jail.

Every attempt runs for real in one session and has to be refused by the kernel (an errno), not by our
interpreter: a snippet that fails for another reason fails the test.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts.sandbox_arena import SMALL, Arena

from lakeglass.sandbox.base import InputFile, SandboxSession

_SETUP = '''
import ctypes, errno, os, socket, struct, platform
_libc = ctypes.CDLL(None, use_errno=True)
_x86 = platform.machine() == "x86_64"
def call(x86, arm, *arguments):
    """A raw system call; raises OSError like the os module does."""
    result = _libc.syscall(x86 if _x86 else arm, *arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
def attempt(code):
    """The errno that stopped it, or 'done'."""
    try:
        exec(code, globals())
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    return "done"
'''


@pytest.fixture(scope="module", params=["local"])
def sandbox_name(request: pytest.FixtureRequest) -> str:
    """The backend whose walls are ours; a hosted one is attacked in `test_attacks_on_hosted`."""
    return str(request.param)


@pytest.fixture(scope="module")
def arena(sandbox_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with asyncio.Runner() as runner:
        opened = Arena(sandbox_name, tmp_path_factory.getbasetemp() / "sandbox", runner)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def prisoner(arena: Arena) -> Iterator[SandboxSession]:
    """One session for all attempts that do not destroy it."""
    with arena.session() as opened:
        assert arena.execute(opened, _SETUP).execution.status == "ok"
        yield opened


@pytest.fixture
def session(arena: Arena) -> Iterator[SandboxSession]:
    with arena.session() as opened:
        yield opened


def outcome(arena: Arena, session: SandboxSession, code: str) -> str:
    ran = arena.execute(session, f"answer = attempt({code!r})", collect=["answer"])
    return str(ran.value("answer"))


_REFUSED = {"EPERM", "EACCES", "ENOENT", "ENOSYS", "EROFS", "EAFNOSUPPORT", "ENOTDIR", "EINVAL", "ESRCH"}

ATTEMPTS = {
    "read shadow": "open('/etc/shadow')",
    "read passwd": "open('/etc/passwd')",
    "read host name": "open('/etc/hostname')",
    "list homes": "os.listdir('/home')",
    "list sessions": "os.listdir('/sess') and None; open('/sess/x')",
    "sysfs": "os.listdir('/sys')",
    "raw disk": "open('/dev/vda')",
    "kernel memory": "open('/dev/mem')",
    "kmsg": "open('/dev/kmsg')",
    "kvm": "open('/dev/kvm')",
    "fuse": "open('/dev/fuse')",
    "terminal": "open('/dev/tty')",
    "pseudo terminal": "os.openpty()",
    "make device": "os.mknod('/wk/dev', 0o600 | 0o020000, os.makedev(1, 1))",
    "write usr": "open('/usr/x', 'w')",
    "write dev": "open('/dev/x', 'w')",
    "write root": "open('/x', 'w')",
    "write jail": "open('/opt/lakeglass/jail/x', 'w')",
    "write bytecode": "open('/opt/lakeglass/bytecode/x', 'w')",
    "write libraries": "import pandas; open(os.path.dirname(pandas.__file__) + '/x', 'w')",
    "sysctl": "open('/proc/sys/kernel/hostname', 'w').write('x')",
    "core pattern": "open('/proc/sys/kernel/core_pattern', 'w').write('|x')",
    "sysrq": "open('/proc/sysrq-trigger', 'w').write('x')",
    "init memory": "open('/proc/1/mem', 'rb+')",
    "init environment": "open('/proc/1/environ').read(1)",
    "init root": "os.listdir('/proc/1/root/')",
    "init descriptors": "os.listdir('/proc/1/fd')",
    "become root": "os.setuid(0)",
    "root group": "os.setgid(0)",
    "groups": "os.setgroups([0])",
    "chroot": "os.chroot('/wk')",
    "mount": "call(165, 40, b'none', b'/wk', b'tmpfs', 0, None)",
    "remount data": "call(165, 40, b'none', b'/wk/data', None, 32 | 4096, None)",
    "umount": "call(166, 39, b'/wk/data', 2)",
    "pivot": "call(155, 41, b'/wk', b'/wk')",
    "new mount api": "call(430, 430, b'tmpfs', 0)",
    "open_tree": "call(428, 428, -100, b'/', 1)",
    "user namespace": "call(272, 97, 0x10000000)",
    "net namespace": "call(272, 97, 0x40000000)",
    "clone user namespace": "call(56, 220, 0x10000000 | 17, 0, 0, 0, 0)",
    "clone3": "call(435, 435, None, 0)",
    "setns": "call(308, 268, os.open('/proc/self/ns/net', os.O_RDONLY), 0)",
    "ptrace": "call(101, 117, 16, 1, 0, 0)",
    "read other memory": "call(310, 270, 1, None, 0, None, 0, 0)",
    "kcmp": "call(312, 272, 1, 1, 0, 0, 0)",
    "pidfd_getfd": "call(438, 438, os.pidfd_open(1), 0, 0)",
    "keyring": "call(250, 219, 0, -3, 1)",
    "add key": "call(248, 217, b'user', b'k', b'v', 1, -3)",
    "bpf": "call(321, 280, 0, None, 0)",
    "perf": "call(298, 241, None, 0, -1, -1, 0)",
    "userfaultfd": "call(323, 282, 0)",
    "io_uring": "call(425, 425, 1, None)",
    "open by handle": "call(304, 265, -100, None, 0)",
    "fanotify": "call(300, 262, 0, 0)",
    "kernel module": "call(313, 273, 0, b'', 0)",
    "kexec": "call(246, 104, 0, 0, None, 0)",
    "reboot": "call(169, 142, 0xfee1dead, 672274793, 0, None)",
    "swap": "call(167, 224, b'/wk/x', 0)",
    "host name": "socket.sethostname('x')",
    "clock": "import time; time.clock_settime(time.CLOCK_REALTIME, 0)",
    "kernel log": "call(103, 116, 3, None, 0)",
    "personality": "call(135, 92, 0x0040000)",
    "quotas": "call(179, 60, 0, None, 0, None)",
    "affinity": "os.sched_setaffinity(0, {0})",
    "real time": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "priority": "os.nice(-20)",
    "oom score": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
    "more memory": "call(302, 261, 0, 2, struct.pack('QQ', 2**64 - 1, 2**64 - 1), None)",
    "more processes": "call(302, 261, 0, 6, struct.pack('QQ', 2**64 - 1, 2**64 - 1), None)",
    "type into terminal": "import fcntl; fcntl.ioctl(0, 0x5412, b'x')",
    "vsock": "socket.socket(40, socket.SOCK_STREAM)",
    "netlink": "socket.socket(16, socket.SOCK_RAW, 0)",
    "packet": "socket.socket(17, socket.SOCK_RAW, 0)",
    "kernel crypto": "socket.socket(38, socket.SOCK_SEQPACKET, 0)",
    "raw ip": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "memfd_secret": "call(447, 447, 0)",
    "signal to strangers": "os.kill(2**22 - 1, 9)",
}


@pytest.mark.parametrize("code", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_an_attempt_to_get_out_is_refused(arena: Arena, prisoner: SandboxSession, code: str) -> None:
    # req: E7
    assert outcome(arena, prisoner, code) in _REFUSED


def test_the_list_can_see_a_success(arena: Arena, prisoner: SandboxSession) -> None:
    assert outcome(arena, prisoner, "open('/dev/null')") == "done"
    assert outcome(arena, prisoner, "socket.socket(socket.AF_UNIX)") == "done"


def test_x32_calls_do_not_pass_the_filter(arena: Arena, session: SandboxSession) -> None:
    arena.execute(session, _SETUP)
    if arena.execute(session, "x86 = _x86", collect=["x86"]).value("x86"):
        assert outcome(arena, session, "call(0x40000000 + 39, 0)") == "ENOSYS"


# --- files ------------------------------------------------------------------------------------------


def test_files_of_the_host_can_not_be_read(
    arena: Arena, prisoner: SandboxSession, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    canary = tmp_path / "canary"
    canary.write_text("secret")
    canary.chmod(0o644)
    paths = [
        canary,
        Path(__file__),
        arena.root,
        *arena.root.glob("sandbox-*"),
        Path.home(),
        Path.cwd() / "pyproject.toml",
    ]
    for path in paths:
        code = f"os.listdir({str(path)!r}) if os.path.isdir({str(path)!r}) else open({str(path)!r})"
        assert outcome(arena, prisoner, code) in _REFUSED, path


@pytest.mark.heavy
def test_the_environment_holds_nothing_of_ours(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEGLASS_AUTH__TOKEN", "hunter2-canary")
    with asyncio.Runner() as runner:
        fresh = Arena(arena.backend.capabilities.name, arena.root, runner)
        with fresh.session() as session:
            code = "import os\nenv = dict(os.environ), open('/proc/self/environ').read()"
            env, raw = fresh.execute(session, code, collect=["env"]).value("env")
        fresh.close()
    assert "hunter2-canary" not in str(env) + raw
    assert set(env) <= {
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR",
        "MPLBACKEND", "LD_LIBRARY_PATH", "PWD", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK",
    }  # fmt: skip


def test_another_sessions_files_are_not_there(arena: Arena, prisoner: SandboxSession, tmp_path: Path) -> None:
    source = tmp_path / "private.csv"
    source.write_text("neighbour-secret")
    with arena.session(InputFile(source=source, name="private.csv")) as neighbour:
        arena.execute(
            neighbour, "open('mine.txt', 'w').write('neighbour-secret'); open('/dev/shm/m', 'w').write('x')"
        )
        code = (
            "found = []\n"
            "for top in ('/wk', '/tmp', '/sess', '/dev/shm', '/dev/pts', '/proc/1/root', '/opt/lakeglass'):\n"
            "    for folder, _, files in os.walk(top):\n"
            "        found += [f for f in files if f in ('private.csv', 'mine.txt', 'm')]\n"
        )
        assert arena.execute(prisoner, code, collect=["found"]).value("found") == []


def test_a_file_written_to_shared_folders_is_not_seen_by_the_next_session(arena: Arena) -> None:
    folders = (
        "/tmp",
        "/dev/shm",
        "/wk",
        "/dev",
        "/dev/pts",
        "/opt/lakeglass",
        "/var/tmp",
        "/run",
        "/etc",
        "/",
    )
    code = f"import os\nfor f in {folders!r}:\n    try: open(f + '/mark', 'w').close()\n    except OSError: pass\n"
    seen = f"import os\nseen = [f for f in {folders!r} if os.path.exists(f + '/mark')]"
    with arena.session() as one, arena.session() as other:
        assert len(arena.execute(one, code + seen, collect=["seen"]).value("seen")) >= 3
        assert arena.execute(other, seen, collect=["seen"]).value("seen") == []


# --- processes and network --------------------------------------------------------------------------


def test_processes_of_the_host_are_invisible(arena: Arena, prisoner: SandboxSession) -> None:
    code = "pids = sorted(int(p) for p in os.listdir('/proc') if p.isdigit())\nme = os.getpid()"
    ran = arena.execute(prisoner, code, collect=["pids", "me"])
    assert ran.value("pids") == sorted({1, ran.value("me")})


def test_no_capability_is_left(arena: Arena, prisoner: SandboxSession) -> None:
    code = "caps = [l.split()[1] for l in open('/proc/self/status') if l.startswith('Cap')]\nnnp = [l.split()[1] for l in open('/proc/self/status') if l.startswith('NoNewPrivs')]"  # noqa: E501
    ran = arena.execute(prisoner, code, collect=["caps", "nnp"])
    assert ran.value("caps") == ["0" * 16] * 5
    assert ran.value("nnp") == ["1"]


def test_only_the_four_expected_descriptors_are_open(arena: Arena, session: SandboxSession) -> None:
    code = "import os\nfds = {fd: os.readlink(f'/proc/self/fd/{fd}').split(':')[0] for fd in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{fd}') or int(fd) < 4}"  # noqa: E501
    fds = arena.execute(session, code, collect=["fds"]).value("fds")
    assert fds == {"0": "/dev/null", "1": "pipe", "2": "pipe", "3": "socket"}


def test_the_loopback_of_the_host_is_not_reachable(arena: Arena, prisoner: SandboxSession) -> None:
    # req: E7
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):  # the control: it is reachable from here
            server.accept()[0].close()
        ran = arena.execute(
            prisoner,
            f"answer = attempt(\"socket.create_connection(('127.0.0.1', {port}), timeout=2)\")",
            collect=["answer"],
        )
        assert ran.value("answer") in {"EACCES", "ENETUNREACH", "ECONNREFUSED", "EPERM"}
        with pytest.raises(BlockingIOError):
            server.accept()


def test_there_is_no_route_and_no_name_service(arena: Arena, prisoner: SandboxSession) -> None:
    code = "routes = open('/proc/net/route').read().splitlines()[1:]\ndevices = [l.split(':')[0].strip() for l in open('/proc/net/dev').readlines()[2:]]"  # noqa: E501
    ran = arena.execute(prisoner, code, collect=["routes", "devices"])
    assert ran.value("routes") == []  # guards the packet below: nothing is sent when isolation is missing
    assert ran.value("devices") == ["lo"]
    sent = outcome(
        arena, prisoner, "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))"
    )
    assert sent in {"ENETUNREACH", "EACCES", "EPERM"}


def test_unix_sockets_of_the_host_are_not_reachable(
    arena: Arena, prisoner: SandboxSession, tmp_path: Path
) -> None:
    name = f"\0lakeglass-{os.getpid()}"
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as abstract, socket.socket(socket.AF_UNIX) as named:
        abstract.bind(name)
        named.bind(path)
        abstract.listen()
        named.listen()
        for address in (name, path):
            code = f"socket.socket(socket.AF_UNIX).connect({address!r})"
            assert outcome(arena, prisoner, code) in {"ECONNREFUSED", "ENOENT", "EACCES", "EPERM"}


# --- resources --------------------------------------------------------------------------------------


def test_a_fork_bomb_is_held_and_the_neighbour_still_works(arena: Arena, session: SandboxSession) -> None:
    code = """
import os
made = 0
try:
    while made < 2000:
        if os.fork() == 0:
            os.read(os.pipe()[0], 1)
        made += 1
except OSError as error:
    stopped = error.errno
"""
    with arena.session() as neighbour:
        ran = arena.execute(session, code, collect=["made", "stopped"])
        assert ran.value("made") <= SMALL.processes
        assert arena.execute(neighbour, "import subprocess; subprocess.run(['true']).returncode").data == [
            {"text/plain": "0"}
        ]


def test_daemons_die_with_their_session(arena: Arena) -> None:
    mark = f"mark-{os.getpid()}-{os.urandom(4).hex()}"
    code = f"import subprocess\nsubprocess.Popen(['sleep', '1000', ], start_new_session=True, executable='/usr/bin/sleep', env={{'M': {mark!r}}})\n"  # noqa: E501
    with arena.session() as session:
        arena.execute(session, code + "import os; os.setsid() if os.fork() == 0 else None")
        assert _processes_with(mark) == 1
    assert _processes_with(mark) == 0


@pytest.mark.heavy
def test_memory_of_many_processes_together_is_held(arena: Arena, session: SandboxSession) -> None:
    # every process alone stays below its own limit
    code = """
import os
ready, said = os.pipe()
family = set()
for _ in range(16):
    child = os.fork()
    if child == 0:
        hold = [os.urandom(1 << 20) for _ in range(300)]
        os.write(said, b"x")
        os.read(os.pipe()[0], 1)
    family.add(child)
os.close(said)
full, dead = 0, 0
while full + dead < 16:
    if os.waitpid(-1, os.WNOHANG)[0]:
        dead += 1
    os.set_blocking(ready, False)
    try:
        full += len(os.read(ready, 16))
    except BlockingIOError:
        pass
"""
    ran = arena.execute(session, code, timeout_s=30, collect=["full", "dead"])
    if ran.execution.status != "memory":  # the whole session ended, or only the processes that were too much
        assert ran.value("full") * 300 < 1200
        assert ran.value("dead") >= 12


# --- the wire ---------------------------------------------------------------------------------------

_FORGE = """
import os, struct, json
def frame(kind, token, payload): os.write(3, struct.pack("<Ic8s", len(payload), kind, token) + payload)
DONE = json.dumps({"error": None}).encode()
"""


def test_a_forged_end_of_another_execution_is_ignored(arena: Arena, session: SandboxSession) -> None:
    ran = arena.execute(session, _FORGE + "frame(b'D', bytes(8), DONE)\nx = 5", collect=["x"])
    assert ran.value("x") == 5


def test_a_forged_success_changes_neither_time_nor_limits(arena: Arena, session: SandboxSession) -> None:
    code = _FORGE + (
        "import sys, gc\n"
        "runner = next(o for o in gc.get_objects() if type(o).__name__ == 'Session')\n"
        "frame(b'D', runner._token, DONE)\n"
        "while True: pass"
    )
    assert (
        arena.execute(session, code, timeout_s=5).execution.status == "ok"
    )  # it may lie about its own success
    ran = arena.execute(session, "1 + 1", timeout_s=0.3)  # but what still runs is judged by the host's clock
    assert ran.execution.status == "timeout"
    assert ran.execution.seconds < SMALL.timeout_s


@pytest.mark.parametrize(
    "code",
    [
        "os.write(3, b'\\xff' * 64)",
        "os.write(3, struct.pack('<Ic8s', 2**31, b'R', bytes(8)))",
        "os.write(3, struct.pack('<Ic8s', 10, b'?', bytes(8)))",
        "os.close(3)",
        "os.dup2(os.open('/dev/null', os.O_RDWR), 3)",
    ],
    ids=["garbage", "2 GB", "unknown kind", "closed", "replaced"],
)
def test_garbage_on_the_wire_ends_the_session_and_nothing_else(
    arena: Arena, session: SandboxSession, code: str
) -> None:
    execution = arena.execute(session, _FORGE + code + "\nimport time; time.sleep(5)", timeout_s=3).execution
    assert execution.status in {"died", "timeout"}
    assert execution.state_lost
    with arena.session() as other:
        assert arena.execute(other, "1").execution.status == "ok"


_TOKEN = (
    "runner = next(o for o in __import__('gc').get_objects() if type(o).__name__ == 'Session')\n"
    "token = runner._token\n"
)


@pytest.mark.parametrize(
    "payload",
    [
        "b'[' * 500_000",
        "b'{\"name\": null, \"data\": {\"a\": ' + b'[' * 5000 + b']' * 5000 + b'}}'",
        "b'not json'",
        "b'[]'",
        'b\'{"name": null, "data": {"a": NaN}}\'',
        'b\'{"name": "x", "data": {}}\'',
        'b\'{"name": null, "data": {"application/vnd.lakeglass.table+json": {"columns": ["a"]}}}\'',
        'b\'{"name": null, "data": {"application/vnd.lakeglass.table+json": {"columns": ["a"], "dtypes": ["x"], "rows": [[1, 2]], "total": 1}}}\'',  # noqa: E501
        'b\'{"name": null, "data": {"application/vnd.plotly.v1+json": "x"}}\'',
        "b'\\xff'",
    ],
)
def test_a_malformed_result_is_dropped_and_counted(
    arena: Arena, session: SandboxSession, payload: str
) -> None:
    ran = arena.execute(
        session, _FORGE + _TOKEN + f"p = {payload}\nframe(b'R', token, p)\nend = 1", collect=["end"]
    )
    assert ran.value("end") == 1
    assert len(ran.execution.results) == 1
    assert ran.execution.dropped_bytes > 0


def test_broken_builtins_break_only_their_own_session(arena: Arena, session: SandboxSession) -> None:
    code = "import builtins\nfor n in ('len', 'print', 'isinstance', 'repr'): setattr(builtins, n, None)"
    arena.execute(session, code, timeout_s=2)
    with arena.session() as other:
        assert arena.execute(other, "print(len('ab'))").stdout == "2\n"


def _processes_with(mark: str) -> int:
    found = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found += mark.encode() in (entry / "environ").read_bytes()
            except OSError:
                continue
    return found
