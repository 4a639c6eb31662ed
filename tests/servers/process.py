"""Servers that tests start: found on this machine, run as an unprivileged user on a free port, and ended with us."""

import contextlib
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar

USER = "firstcontact-test"
PR_SET_PDEATHSIG = 1
PORTS = (10_000, 32_000)
PATIENCE = 120.0
"""Seconds that anything may take: waiting costs nothing when things go right, and machines are busy."""
GONE = {"", "Z", "X"}
Made = TypeVar("Made")
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def free_port() -> int:
    """A port that nothing listens on, outside the range that the system gives to whoever connects.

    A connection that somebody makes would else take it before the server is up, or while it is started again; and one
    made to a port of that range that nobody listens on can be connected to itself.
    """
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def find(names: Iterable[str], folders: Iterable[Path], install: str) -> Path:
    """The first program of these names on the PATH or in the folders; says what to install when there is none."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
        for folder in folders:
            if os.access(folder / name, os.X_OK):
                return folder / name
    raise RuntimeError(f"the tests need {' or '.join(names)}, which is not on this machine: {install}")


def made_once(make: Callable[[], Made]) -> Callable[[], Made]:
    """What it makes, made when it is first asked for, and once also where several threads ask at the same time."""
    turn, known = threading.Lock(), cache(make)

    @wraps(make)
    def found() -> Made:
        with turn:
            return known()

    return found


def unprivileged_user() -> str | None:
    """Whom servers run as when we are root, made if absent; None when we are not root and they run as ourselves."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(USER).pw_name
    subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], check=True)
    return USER


def _identity(user: str | None) -> dict[str, Any]:
    """What makes a process that user's: its groups too, or it would keep ours."""
    return {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def run_as(user: str | None, command: Sequence[str | Path], **environment: str) -> str:
    """Run a command to its end as that user; its output, or an error that holds it."""
    done = subprocess.run(
        [str(word) for word in command],
        **_identity(user),
        cwd="/",
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def own(folder: Path, user: str | None) -> None:
    """Make a folder, and let that user have it and reach it."""
    folder.mkdir(parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(folder, user)
        folder.chmod(0o700)


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until the condition holds; fails, saying what did not happen, when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"in {seconds:.0f} seconds it did not happen that {what}"
        wait_a_moment()


def runs(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    return _state(pid) not in GONE


def _state(pid: int) -> str:
    """The letter by which the system tells what a process does; none where there is no process, or no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_a_moment(seconds: float = 0.02) -> None:
    """Let time go by between two looks at what another process does."""
    threading.Event().wait(seconds)


@dataclass(slots=True)
class Server:
    """A server process that can be killed and started again on the same data and port."""

    command: Sequence[str | Path]
    log: Path
    ready: Callable[[], bool]
    user: str | None = None
    stop_signal: int = signal.SIGTERM
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, and return once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                **_identity(self.user),
                cwd="/",
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call, safe beside threads
            )
        self._wait()

    def kill(self) -> None:
        """End it and all its processes at once, as a power cut would; does nothing when it is down."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(self.stop_signal)

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def _end(self, how: int) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if how == signal.SIGKILL:
            _kill_all(process.pid)
        else:
            process.send_signal(how)
        process.wait(PATIENCE)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.ready():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = self.log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{self.command[0]} did not start: {said}")
            wait_a_moment()


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs; nothing where the system has no /proc."""
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return children + [below for child in children for below in descendants(child)]


def _kill_all(pid: int) -> None:
    """Kill a process and all below it, and return when none is left.

    It is stopped first, as a child that it makes meanwhile would stay; and what still held its memory would keep a
    PostgreSQL from being started again.
    """
    _signal(pid, signal.SIGSTOP)
    until(lambda: _state(pid) in GONE | {"T"}, f"process {pid} stops")
    below = descendants(pid)
    for each in (pid, *below):
        _signal(each, signal.SIGKILL)
    until(lambda: not any(map(runs, below)), f"what process {pid} had started ends")


def _signal(pid: int, which: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, which)


def _end_with_parent() -> None:
    """Have the kernel end the server when the tests end, however they do."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
