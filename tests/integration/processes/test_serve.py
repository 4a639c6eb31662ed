"""`firstcontact serve` as its user meets it: it starts, says so, survives what happens to its parts, and ends whole."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.process import PATIENCE, free_port, runs, until
from tests.servers.serving import FIRSTCONTACT, Serving, environment

pytestmark = pytest.mark.slow


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Makes a `serve` on one data folder, and ends whatever was started."""
    made: list[Serving] = []

    def make(only: str = "", **settings: str) -> Serving:
        made.append(serving_on(tmp_path / "data", tmp_path / f"log-{len(made)}", only, **settings))
        return made[-1]

    yield make
    for each in made:
        each.stop(signal.SIGKILL)


def serving_on(data: Path, log: Path, only: str = "", **settings: str) -> Serving:
    return Serving({"FIRSTCONTACT_DATA": str(data), "FIRSTCONTACT_PORT": "0", **settings}, log, only)


def ended(one: Serving) -> int:
    """The exit code of one that ends by itself."""
    one.begin()
    assert one.process is not None
    return one.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One that runs through the tests that do it no harm, or harm that it has to mend."""
    folder = tmp_path_factory.mktemp("running")
    one = serving_on(folder / "data", folder / "log").start()
    yield one
    assert one.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_says_when_it_is_ready_and_a_signal_ends_all_of_it(serve: Callable[..., Serving], how: int) -> None:
    one = serve()
    one.installed = how == signal.SIGINT
    one.start()
    assert one.ready()["code"] == 200
    pids = one.all_pids()
    assert set(one.pids()) == {"redis", "web", "worker-1", "scheduler", "poller"}
    assert one.stop(how) == 0
    assert not any(runs(pid) for pid in pids)
    assert "Stopped." in one.said()
    assert "Traceback" not in one.said()


def test_a_kill_leaves_nothing_behind_and_the_next_start_goes_on(serve: Callable[..., Serving]) -> None:
    one = serve().start()
    pids = one.all_pids()
    one.stop(signal.SIGKILL)
    until(lambda: not any(runs(pid) for pid in pids), "all of them have ended")
    assert serve().start().ready()["code"] == 200


@pytest.mark.parametrize("name", ["redis", "web", "worker-1", "scheduler", "poller"])
def test_a_process_that_is_killed_is_back_at_once(running: Serving, name: str) -> None:
    running.kill(name)
    until(lambda: running.ready().get("code") == 200, "it is ready again")
    assert runs(running.pids()[name])


def test_a_connection_made_while_the_web_process_is_away_is_answered_when_it_is_back(running: Serving) -> None:
    os.kill(running.pids()["web"], signal.SIGKILL)
    assert running.ready()["code"] == 200


def test_the_doctor_finds_it_ready(running: Serving) -> None:
    port = running.url.rpartition(":")[2]
    given = environment({}) | {"FIRSTCONTACT_DATA": running.settings["FIRSTCONTACT_DATA"], "FIRSTCONTACT_PORT": port}
    done = subprocess.run([FIRSTCONTACT, "doctor", "--json"], env=given, capture_output=True, text=True, check=False)
    levels = {row["check"]: row["level"] for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, done.stdout
    assert {levels[name] for name in ("record", "tables", "writing", "ruleset", "Redis", "serve")} == {"ok"}


def test_two_at_once_are_told_apart(serve: Callable[..., Serving], running: Serving) -> None:
    other = serve(**running.settings)
    assert ended(other) == 1
    assert "FIRSTCONTACT_DATA" in other.said()
    assert f"process {running.all_pids()[0]}" in other.said()
    assert running.ready()["code"] == 200


def test_its_parts_can_run_apart_on_one_data_folder(serve: Callable[..., Serving]) -> None:
    web = serve("web").start()
    worker = serve("worker,scheduler").start()
    assert set(web.pids()) == {"redis", "web"}
    assert set(worker.pids()) == {"worker-1", "scheduler"}
    assert web.ready()["code"] == 200


def test_a_host_without_the_web_part_is_well_and_shows_its_figures(serve: Callable[..., Serving]) -> None:
    port = str(free_port())
    one = serve("worker,scheduler", FIRSTCONTACT_METRICS_PORT=port).start()
    assert set(one.pids()) == {"redis", "worker-1", "scheduler", "figures"}
    until(lambda: answers(port, "/metrics") == 200, "the figures are shown")
    assert answers(port, "/") == 404
    assert health(data_of(one)).returncode == 0


def answers(port: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request("GET", path)
        return connection.getresponse().status
    return 0


def data_of(one: Serving) -> Path:
    return Path(one.settings["FIRSTCONTACT_DATA"])


def health(data: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    given = environment({}) | {"FIRSTCONTACT_DATA": str(data), **settings}
    command = [sys.executable, "-P", "-m", "router.processes.healthy"]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def test_health_is_an_exit_code(running: Serving, tmp_path: Path) -> None:
    assert health(data_of(running), FIRSTCONTACT_PORT=running.url.rpartition(":")[2]).returncode == 0
    other = health(data_of(running), FIRSTCONTACT_PORT="1")
    assert (other.returncode, "no answer" in other.stderr) == (1, True)
    nobody = health(tmp_path)
    assert (nobody.returncode, "nothing runs" in nobody.stderr) == (1, True)


def test_a_port_that_is_taken_is_named(serve: Callable[..., Serving]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        one = serve(FIRSTCONTACT_PORT=port)
        assert ended(one) == 1
    assert f"port {port}" in one.said()


@pytest.mark.parametrize(
    "settings,code,complaint",
    [
        ({"FIRSTCONTACT_PORT": "http"}, 2, "FIRSTCONTACT_PORT"),
        ({"FIRSTCONTACT_CONFIG": "/nowhere"}, 1, "/nowhere"),
        ({"FIRSTCONTACT_DATA": "/dev/null/x"}, 1, "cannot run on /dev/null/x: Not a directory.\n`firstcontact doctor`"),
        ({"DATABASE_URL": "postgresql://h/n"}, 2, "FIRSTCONTACT_SECRET_KEY"),
    ],
)
def test_what_keeps_it_from_starting_is_said_without_a_traceback(
    serve: Callable[..., Serving], settings: dict[str, str], code: int, complaint: str
) -> None:
    one = serve(**settings)
    one.installed = "FIRSTCONTACT_PORT" in settings
    assert ended(one) == code
    assert complaint in one.said()
    assert "Traceback" not in one.said()


def test_without_any_redis_it_serves_and_says_so(serve: Callable[..., Serving]) -> None:
    one = serve(REDIS_URL="redis://127.0.0.1:1/0").start()
    assert one.ready()["code"] == 200
    assert "redis" not in one.pids()
