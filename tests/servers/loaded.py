"""`serve` many times over, without loading it each time: one process that has loaded it, and makes a copy for each.

What runs is what the installed command runs in the end, as a process of its own with its own environment, output and
exit code; only the loading is shared. Tests of the command itself, and of the README, run the installed one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

from tests.servers.process import PATIENCE, made_once

LOADED = """
import gc, json, os, signal, sys
from importlib import import_module
from multiprocessing.connection import Connection
from router.processes import forked, supervisor, tied
from router.store.migrate import _known
from rules.read_landlord import countries

for role in (*supervisor.ROLES, "prepare", "figures"):
    import_module(f"router.processes.{role}")
import_module("psycopg")
_known(), countries()
gc.collect()
gc.freeze()

def play(only):
    sys.argv = ["serve", only]
    supervisor.main()

def keep(request):
    log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    told = Connection(os.open(request["told"], os.O_WRONLY), readable=False)
    copy = forked.start(lambda: play(request["only"]), "serve", request["environment"])
    told.send(copy.pid)
    told.send(os.waitstatus_to_exitcode(os.waitpid(copy.pid, 0)[1]))

for line in sys.stdin:
    tie = tied.kernel_tie("keeper")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if not os.fork():
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        try:
            tie and tie()
            keep(json.loads(line))
        finally:
            os._exit(0)
"""


@dataclass(slots=True)
class Copy:
    """A `serve` that was started, with as much of subprocess.Popen as is asked of it."""

    pid: int
    told: Connection
    """Where its exit code is told as soon as it has one."""

    returncode: int | None = None

    def poll(self, timeout: float = 0.0) -> int | None:
        """Its exit code, as soon as it has one in so many seconds; None while it runs."""
        if self.returncode is None and self.told.poll(timeout):
            self.returncode = self.told.recv()
            self.told.close()
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its exit code, as soon as it has one; raises subprocess.TimeoutExpired."""
        code = self.poll(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("serve", timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The process that has loaded everything. It ends with us, and whatever it started with it."""

    process: "subprocess.Popen[str]"
    _turn: Lock = field(default_factory=Lock)

    def serve(self, only: str, environment: Mapping[str, str], log: Path) -> Copy:
        """Start a `serve` with these processes, all where it is empty; what it says is added to `log`."""
        told = log.with_name(f"{log.name}-told")
        os.mkfifo(told)
        request = {"only": only, "environment": dict(environment), "log": str(log), "told": str(told)}
        answer = Connection(os.open(told, os.O_RDONLY | os.O_NONBLOCK), writable=False)
        with self._turn:
            assert self.process.stdin is not None
            print(json.dumps(request), file=self.process.stdin, flush=True)
        assert answer.poll(PATIENCE), "what serves could not be loaded: see what was said above"
        told.unlink()
        return Copy(answer.recv(), answer)


@made_once
def loaded() -> Loaded:
    """The one of this process."""
    command = [sys.executable, "-P", "-c", LOADED]
    return Loaded(subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True))
