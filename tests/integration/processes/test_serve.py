"""`firstcontact serve` as its user meets it: it starts, says so, survives what happens to its parts, and ends whole."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.processes.helpers import PATIENCE, environment, runs, until
from tests.servers.process import descendants, free_port

pytestmark = pytest.mark.slow

READY = "Ctrl-C stops everything."
FIRSTCONTACT = str(Path(sys.executable).with_name("firstcontact"))


class Serve:
    """A running `firstcontact serve`, with what it says."""

    def __init__(self, data: Path, *arguments: str, **settings: str) -> None:
        self.data = data
        settings = {"FIRSTCONTACT_DATA": str(data), "FIRSTCONTACT_PORT": "0", **settings}
        self.process = subprocess.Popen(
            [FIRSTCONTACT, "serve", *arguments],
            env=environment() | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.logged: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.said), (self.process.stderr, self.logged))
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream: "subprocess.IO[str]", lines: list[str]) -> None:
        with stream:
            lines.extend(iter(stream.readline, ""))

    def ready(self) -> "Serve":
        until(lambda: READY in self.text or self.process.poll() is not None)
        assert READY in self.text, self.text + "".join(self.logged)
        return self

    @property
    def text(self) -> str:
        return "".join(self.said)

    @property
    def url(self) -> str:
        return next(line.split()[-1] for line in self.said if line.startswith("Firstcontact serves at"))

    def pids(self) -> dict[str, int]:
        """The process of each name that was started last."""
        steps = [json.loads(line) for line in list(self.logged) if '"process.started"' in line]
        return {step["process"]: step["pid"] for step in steps}

    def all_pids(self) -> list[int]:
        return [self.process.pid, *descendants(self.process.pid)]

    def status(self, path: str = "/health/ready") -> int:
        with contextlib.suppress(OSError):
            try:
                with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code
        return 0

    def stop(self, how: int = signal.SIGINT) -> int:
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join()
        return code


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serve]]:
    """Starts `serve` on one data folder, and ends whatever was started."""
    started: list[Serve] = []

    def start(*arguments: str, **settings: str) -> Serve:
        started.append(Serve(tmp_path / "data", *arguments, **settings))
        return started[-1]

    yield start
    for each in started:
        each.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """One that runs through the tests that do it no harm, or harm that it has to mend."""
    one = Serve(tmp_path_factory.mktemp("running") / "data").ready()
    yield one
    assert one.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_says_when_it_is_ready_and_a_signal_ends_all_of_it(serve: Callable[..., Serve], how: int) -> None:
    one = serve().ready()
    assert one.status() == 200
    pids = one.all_pids()
    assert set(one.pids()) == {"redis", "web", "worker-1", "scheduler", "poller"}
    assert one.stop(how) == 0
    assert not any(runs(pid) for pid in pids)
    assert "Stopped." in one.text
    assert not [line for line in one.logged if "Traceback" in line]


def test_a_kill_leaves_nothing_behind_and_the_next_start_goes_on(serve: Callable[..., Serve]) -> None:
    one = serve().ready()
    pids = one.all_pids()
    one.stop(signal.SIGKILL)
    until(lambda: not any(runs(pid) for pid in pids), 5)
    assert serve().ready().status() == 200


@pytest.mark.parametrize("name", ["redis", "web", "worker-1", "scheduler", "poller"])
def test_a_process_that_is_killed_is_back_at_once(running: Serve, name: str) -> None:
    killed = running.pids()[name]
    os.kill(killed, signal.SIGKILL)
    until(lambda: running.pids()[name] != killed)
    until(lambda: running.status() == 200)
    assert runs(running.pids()[name])


def test_a_connection_made_while_the_web_process_is_away_is_answered_when_it_is_back(running: Serve) -> None:
    os.kill(running.pids()["web"], signal.SIGKILL)
    assert running.status() == 200


def test_the_doctor_finds_it_ready(running: Serve) -> None:
    port = running.url.rpartition(":")[2]
    given = environment() | {"FIRSTCONTACT_DATA": str(running.data), "FIRSTCONTACT_PORT": port}
    done = subprocess.run([FIRSTCONTACT, "doctor", "--json"], env=given, capture_output=True, text=True, check=False)
    levels = {row["check"]: row["level"] for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, done.stdout
    assert {levels[name] for name in ("record", "tables", "writing", "ruleset", "Redis", "serve")} == {"ok"}


def test_two_at_once_are_told_apart(serve: Callable[..., Serve], running: Serve) -> None:
    other = serve(FIRSTCONTACT_DATA=str(running.data))
    assert other.process.wait(PATIENCE) == 1
    until(lambda: "FIRSTCONTACT_DATA" in other.text)
    assert f"process {running.process.pid}" in other.text
    assert running.status() == 200


def test_its_parts_can_run_apart_on_one_data_folder(serve: Callable[..., Serve]) -> None:
    web = serve("--only", "web").ready()
    worker = serve("--only", "worker,scheduler").ready()
    assert set(web.pids()) == {"redis", "web"}
    assert set(worker.pids()) == {"worker-1", "scheduler"}
    assert web.status() == 200


def test_a_host_without_the_web_part_is_well_and_shows_its_figures(serve: Callable[..., Serve]) -> None:
    port = str(free_port())
    one = serve("--only", "worker,scheduler", FIRSTCONTACT_METRICS_PORT=port).ready()
    assert set(one.pids()) == {"redis", "worker-1", "scheduler", "figures"}
    until(lambda: answers(port, "/metrics") == 200)
    assert answers(port, "/") == 404
    assert health(one.data).returncode == 0


def answers(port: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request("GET", path)
        return connection.getresponse().status
    return 0


def health(data: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    given = environment() | {"FIRSTCONTACT_DATA": str(data), **settings}
    command = [sys.executable, "-P", "-m", "router.processes.healthy"]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def test_health_is_an_exit_code(running: Serve, tmp_path: Path) -> None:
    assert health(running.data, FIRSTCONTACT_PORT=running.url.rpartition(":")[2]).returncode == 0
    other = health(running.data, FIRSTCONTACT_PORT="1")
    assert (other.returncode, "no answer" in other.stderr) == (1, True)
    nobody = health(tmp_path)
    assert (nobody.returncode, "nothing runs" in nobody.stderr) == (1, True)


def test_a_port_that_is_taken_is_named(serve: Callable[..., Serve]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        one = serve(FIRSTCONTACT_PORT=port)
        assert one.process.wait(PATIENCE) == 1
    until(lambda: f"port {port}" in one.text)


@pytest.mark.parametrize(
    "settings,code,complaint",
    [
        ({"FIRSTCONTACT_PORT": "http"}, 2, "FIRSTCONTACT_PORT"),
        ({"FIRSTCONTACT_CONFIG": "/nowhere"}, 1, "/nowhere"),
        ({"DATABASE_URL": "postgresql://h/n"}, 2, "FIRSTCONTACT_SECRET_KEY"),
        (
            {
                "DATABASE_URL": "postgresql://127.0.0.1:1/n",
                "FIRSTCONTACT_SECRET_KEY": "k" * 32,
                "TWILIO_AUTH_TOKEN": "t",
            },
            1,
            "127.0.0.1",
        ),
    ],
)
def test_what_keeps_it_from_starting_is_said_without_a_traceback(
    serve: Callable[..., Serve], settings: dict[str, str], code: int, complaint: str
) -> None:
    one = serve(**settings)
    assert one.process.wait(PATIENCE) == code
    until(lambda: complaint in one.text + "".join(one.logged))
    assert "Traceback" not in one.text + "".join(one.logged)


def test_without_any_redis_it_serves_and_says_so(serve: Callable[..., Serve]) -> None:
    one = serve(REDIS_URL="redis://127.0.0.1:1/0").ready()
    assert one.status() == 200
    assert "redis" not in one.pids()
