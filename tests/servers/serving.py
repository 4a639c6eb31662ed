"""`firstcontact serve` as a server of the tests: started on a data folder, with parts that can be killed by name."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.loaded import Copy, loaded
from tests.servers.process import PATIENCE, descendants, runs, until

FIRSTCONTACT = str(Path(sys.executable).with_name("firstcontact"))
SERVES, READY = "Firstcontact serves at", "Ctrl-C stops everything."
GRACE = 30.0
"""Seconds in which whatever a killed supervisor leaves behind has to have ended."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our environment with these settings and no other."""
    mine = ("FIRSTCONTACT_", "TWILIO_", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)} | dict(settings)


@dataclass(slots=True)
class Serving:
    """A `serve` with its settings, by the names they have in the environment; what it says and logs goes to `log`."""

    settings: Mapping[str, str]
    log: Path
    only: str = ""
    installed: bool = False
    """Whether it is the installed command that is run, which takes a second or two longer."""

    process: "subprocess.Popen[bytes] | Copy | None" = None
    _from: int = field(default=0)

    @property
    def url(self) -> str:
        """Where it serves: at the port of the settings, or, where that is 0, where it says."""
        if (port := self.settings["FIRSTCONTACT_PORT"]) != "0":
            return f"http://127.0.0.1:{port}"
        return next(line.split()[-1] for line in self.said().splitlines() if line.startswith(SERVES))

    def start(self) -> "Serving":
        """Start it, and return once it says that it is ready."""
        self.begin()
        until(lambda: READY in self.said() or not runs(self._pid), "serve is ready or has ended")
        assert READY in self.said(), self.said()[-4000:]
        return self

    def begin(self) -> None:
        """Start it, whatever comes of that."""
        self._from = self.log.stat().st_size if self.log.exists() else 0
        given = environment(self.settings)
        if not self.installed:
            self.process = loaded().serve(self.only, given, self.log)
            return
        with self.log.open("ab") as log:
            command = [FIRSTCONTACT, "serve", "--only", self.only]
            self.process = subprocess.Popen(command, env=given, stdout=log, stderr=log)

    def said(self) -> str:
        """Everything that it has said and logged since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._from)
            return log.read().decode(errors="replace")

    def pids(self) -> dict[str, int]:
        """The process of each name that was started last."""
        lines = [line for line in self.said().splitlines() if '"process.started"' in line and line.endswith("}")]
        return {step["process"]: step["pid"] for step in map(json.loads, lines)}

    def all_pids(self) -> list[int]:
        """All of its processes, the supervisor first."""
        return [self._pid, *descendants(self._pid)]

    def kill(self, name: str) -> None:
        """Kill one of its processes, and return once it runs again."""
        until(lambda: runs(self.pids().get(name, 0)), f"{name} runs")
        killed = self.pids()[name]
        os.kill(killed, signal.SIGKILL)
        until(lambda: self.pids()[name] != killed, f"{name} is started again")

    def kill_whole(self) -> list[int]:
        """Kill the supervisor; gives the processes of it that are still there when it is long gone."""
        pids = self.all_pids()
        self.stop(signal.SIGKILL)
        with contextlib.suppress(AssertionError):
            until(lambda: not any(runs(pid) for pid in pids), "all of them have ended", GRACE)
        return [pid for pid in pids if runs(pid)]

    def stop(self, how: int = signal.SIGINT) -> int:
        """End it; its exit code."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(how)
        return process.wait(PATIENCE)

    def ready(self) -> dict[str, Any]:
        """What `/health/ready` says, with the HTTP status as `code`; empty when nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=PATIENCE) as answer:
                return {**json.load(answer), "code": answer.status}
        except urllib.error.HTTPError as error:
            with error:
                return {**json.load(error), "code": error.code}
        except OSError:
            return {}

    @property
    def _pid(self) -> int:
        return self.process.pid if self.process is not None else 0
