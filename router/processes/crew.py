"""A crew of processes: all are started, each that ends is started again, later each time, until all are stopped."""

import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from router.logs import log
from router.processes import forked, tied
from router.processes.forked import Forked

FIRST_DELAY, LONGEST_DELAY = 0.1, 15.0
STEADY = 10.0
"""Seconds after which a process counts as sound, so that its next end is not held against it."""

Process = subprocess.Popen[bytes] | Forked


@dataclass(frozen=True, slots=True)
class Command:
    """One process of a crew: its name, what to run, and what to do before it is run again after a bad end.

    What is run is a program, or a body that a copy of this process runs.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    files: tuple[int, ...] = ()
    repair: Callable[[], None] | None = None
    body: Callable[[], None] | None = None

    def start(self) -> "Process":
        """Start it."""
        if self.body is None:
            return tied.start(self.argv, self.environment, self.files)
        return forked.start(self.body, self.name, self.environment, self.files)


@dataclass(slots=True)
class _Member:
    command: Command
    process: Process | None = None
    since: float = 0.0
    delay: float = FIRST_DELAY
    due: float = 0.0


class Crew:
    """Keeps its processes running. All methods are for the main thread, which owns the processes."""

    def __init__(self, commands: Iterable[Command], clock: Callable[[], float] = time.monotonic) -> None:
        """Take on the processes; none runs yet."""
        self._members = [_Member(command) for command in commands]
        self._clock = clock

    def names(self) -> list[str]:
        """The names of all processes, running or not."""
        return [member.command.name for member in self._members]

    def commands(self) -> list[Command]:
        """What all processes are started by."""
        return [member.command for member in self._members]

    def pids(self) -> dict[str, int]:
        """The processes that run, by name."""
        return {m.command.name: m.process.pid for m in self._members if m.process is not None}

    def tend(self, only: str = "") -> float:
        """Start what is due, note what has ended, of all or of one alone; gives the seconds until something is due."""
        now = self._clock()
        for member in self._members:
            if only and member.command.name != only:
                continue
            if member.process is not None and (code := member.process.poll()) is not None:
                self._note_end(member, code, now)
            if member.process is None and member.due <= now:
                self._start(member, now)
        return min((max(m.due - now, 0.0) for m in self._members if m.process is None), default=LONGEST_DELAY)

    def stop(self, seconds: float) -> bool:
        """Ask all to finish, and kill what has not after so many seconds; False if anything had to be killed."""
        running = [m.process for m in self._members if m.process is not None]
        for process in running:
            process.terminate()
        deadline = self._clock() + seconds
        late = [process for process in running if not _ended(process, deadline - self._clock())]
        for process in late:
            process.kill()
            process.wait()
        for member in self._members:
            member.process = None
        return not late

    def _start(self, member: _Member, now: float) -> None:
        command = member.command
        member.process = command.start()
        member.since = now
        log("process.started", process=command.name, pid=member.process.pid)

    def _note_end(self, member: _Member, code: int, now: float) -> None:
        sound = now - member.since >= STEADY
        member.process = None
        member.delay = FIRST_DELAY if sound else min(member.delay * 2, LONGEST_DELAY)
        member.due = now + member.delay
        if member.command.repair is not None and code > 0 and not sound:  # it gave up by itself: it was not killed
            member.command.repair()
        log("process.ended", process=member.command.name, code=code, seconds=member.delay)


def _ended(process: Process, seconds: float) -> bool:
    try:
        process.wait(max(seconds, 0.0))
    except subprocess.TimeoutExpired:
        return False
    return True
