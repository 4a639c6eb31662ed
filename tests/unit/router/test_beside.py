"""Work in a process beside this one: its answers, its errors, its end, and what happens when it dies or is too slow."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from router import beside
from router.beside import Beside, BusyError, GoneError, TooLongError
from rules.model import Mark
from rules.problems import Problem, RulesetError
from tests.servers.process import until

PROBLEM = Problem(Mark("a.yaml", 1, 2), "it is wrong", "put it right")


class NotCarriedError(Exception):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def double(number: int) -> int:
    return 2 * number


def pid() -> int:
    return os.getpid()


def not_carried() -> object:
    return MappingProxyType({})


def fail(how: str) -> None:
    if how == "ruleset":
        raise RulesetError([PROBLEM])
    if how == "not-carried":
        raise NotCarriedError("a", "b")
    os.kill(os.getpid(), signal.SIGKILL)


def wait_for(pipe: str) -> None:
    """Wait until somebody opens the named pipe to write."""
    with open(pipe):  # noqa: PTH123 - in the other process, which is to import little
        pass


@pytest.fixture
def worker() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.close()


def test_it_answers_from_a_process_that_lasts(worker: Beside) -> None:
    assert worker.run(double, 21) == 42
    first = worker.run(pid)
    assert first != os.getpid()
    assert worker.run(pid) == first


def test_errors_are_raised_here(worker: Beside) -> None:
    with pytest.raises(RulesetError) as wrong:
        worker.run(fail, "ruleset")
    assert wrong.value.problems == (PROBLEM,)
    with pytest.raises(RuntimeError, match="NotCarriedError"):
        worker.run(fail, "not-carried")
    with pytest.raises(RuntimeError, match="mappingproxy cannot be carried"):
        worker.run(not_carried)
    assert worker.run(double, 1) == 2


def test_one_that_dies_is_started_again_and_work_that_kills_it_is_given_up(worker: Beside) -> None:
    first = worker.run(pid)
    os.kill(first, signal.SIGKILL)
    assert worker.run(pid) != first
    with pytest.raises(GoneError):
        worker.run(fail, "killed")
    assert worker.run(double, 1) == 2


def test_work_that_takes_too_long_is_ended(worker: Beside, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    first = worker.run(pid)
    with pytest.raises(TooLongError):
        worker.run(wait_for, str(tmp_path / "never"), seconds=0.1)
    assert worker.run(pid) != first


def test_who_comes_when_many_wait_is_told_so(worker: Beside, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    os.mkfifo(stop)
    waiting = [threading.Thread(target=worker.run, args=(wait_for, str(stop))) for _ in range(beside.MOST_AT_ONCE)]
    for thread in waiting:
        thread.start()
    until(lambda: not worker._places._value, "every place is taken")
    with pytest.raises(BusyError):
        worker.run(double, 1)
    with stop.open("w"):
        for thread in waiting:
            thread.join()
    assert worker.run(double, 1) == 2
