"""A crew of real processes: started, started again with growing patience, and stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from router.processes.crew import FIRST_DELAY, LONGEST_DELAY, STEADY, Command, Crew
from tests.servers.process import runs, until
from tests.servers.serving import environment

STAYS = "import signal; signal.pause()"
ENDS = "raise SystemExit(3)"
IS_STUBBORN = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
while True: signal.pause()
"""
FINISHES = """
import pathlib, signal, sys
stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
pathlib.Path(sys.argv[1]).touch()
signal.pause()
pathlib.Path(sys.argv[1]).write_text("finished")
"""
OWNER = """
import os, signal, sys
from router.processes.crew import Command, Crew
crew = Crew([Command(name, (sys.executable, "-c", sys.argv[1]), dict(os.environ)) for name in "ab"])
crew.tend()
print(*crew.pids().values(), flush=True)
signal.pause()
"""


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def crew(clock: Clock) -> Iterator[Callable[..., Crew]]:
    """Makes crews of one, of Python code, and stops them in the end."""
    made: list[Crew] = []

    def make(code: str, *arguments: str, repair: Callable[[], None] | None = None) -> Crew:
        argv = (sys.executable, "-c", code, *arguments)
        made.append(Crew([Command("one", argv, environment({}), repair=repair)], clock))
        return made[-1]

    yield make
    for each in made:
        each.stop(0)


def ended(pid: int) -> Callable[[], bool]:
    return lambda: not runs(pid)


def test_a_process_that_is_killed_is_started_again_after_its_delay(crew: Callable[..., Crew], clock: Clock) -> None:
    one = crew(STAYS)
    one.tend()
    first = one.pids()["one"]
    os.kill(first, signal.SIGKILL)
    until(ended(first), "it has ended")
    assert one.tend() == pytest.approx(2 * FIRST_DELAY)
    assert one.pids() == {}
    clock.now += 2 * FIRST_DELAY
    one.tend()
    assert one.pids()["one"] != first


@pytest.mark.parametrize("lived,delays", [(0.0, [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 15, 15]), (STEADY, [0.1] * 3)])
def test_patience_grows_with_each_bad_end_and_not_with_others(
    crew: Callable[..., Crew], clock: Clock, lived: float, delays: list[float]
) -> None:
    one = crew(ENDS)
    one.tend()
    for delay in delays:
        pid = one.pids()["one"]
        until(ended(pid), "it has ended")
        clock.now += lived
        assert one.tend() == pytest.approx(delay)
        clock.now += delay
        one.tend()


@pytest.mark.parametrize("code,repairs", [(ENDS, 1), (STAYS, 0)])
def test_only_what_gave_up_by_itself_is_repaired(crew: Callable[..., Crew], code: str, repairs: int) -> None:
    done: list[int] = []
    one = crew(code, repair=lambda: done.append(1))
    one.tend()
    pid = one.pids()["one"]
    if code == STAYS:
        os.kill(pid, signal.SIGKILL)
    until(ended(pid), "it has ended")
    one.tend()
    assert len(done) == repairs


def test_stopping_lets_work_finish(crew: Callable[..., Crew], tmp_path: Path) -> None:
    one = crew(FINISHES, str(tmp_path / "mark"))
    one.tend()
    until((tmp_path / "mark").exists, "it has begun")
    assert one.stop(20)
    assert (tmp_path / "mark").read_text() == "finished"
    assert one.pids() == {}


def test_stopping_kills_what_does_not_finish(tmp_path: Path) -> None:
    one = Crew([Command("one", (sys.executable, "-c", IS_STUBBORN, str(tmp_path / "mark")), environment({}))])
    one.tend()
    pid = one.pids()["one"]
    until((tmp_path / "mark").exists, "it has begun")
    assert not one.stop(0.1)
    assert not runs(pid)


def test_nothing_is_due_while_all_run(crew: Callable[..., Crew]) -> None:
    one = crew(STAYS)
    one.tend()
    assert one.tend() == LONGEST_DELAY


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ties processes on Linux only")
@pytest.mark.parametrize("code", [STAYS, IS_STUBBORN])
def test_a_killed_owner_leaves_no_process_behind(code: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, code.replace("sys.argv[1]", repr(str(tmp_path / "mark")))]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment({}) | {"PYTHONPATH": str(Path.cwd())})
    assert owner.stdout is not None
    pids = [int(word) for word in owner.stdout.readline().split()]
    assert all(runs(pid) for pid in pids)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    until(lambda: not any(runs(pid) for pid in pids), "all of them have ended")
