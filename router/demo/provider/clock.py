"""The provider's time: as it is, faster, or virtual, where minutes of waiting pass at once."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Given = TypeVarTuple("Given")
STUCK_SECONDS = 1.0
"""So long nothing comes of who works, and what waits for a moment meanwhile, such as a deadline, gets its time."""

HURRY = 100.0
"""How much faster than life somebody is waited for where otherwise nobody waits."""


@dataclass(frozen=True, slots=True)
class Time:
    """What time it is, and how fast it goes. At speed 0 nobody waits but for others."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    speed: float = 1.0

    def passed(self) -> float:
        """Seconds of the simulated life since some moment."""
        return asyncio.get_running_loop().time() * (self.speed or HURRY)

    async def wait(self, signal: asyncio.Event, seconds: float | None, *, alone: bool) -> None:
        """Return once the signal is given, or when so many seconds have gone by; `alone`: nobody is to give it."""
        if alone and not self.speed:
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(None if seconds is None else seconds / (self.speed or HURRY)):
                await signal.wait()
        except TimeoutError:
            return

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds go by."""
        await asyncio.sleep(seconds / self.speed if self.speed else 0)


class _Selector(selectors.DefaultSelector):
    """Waits for nothing while nobody works: instead it lets the time pass that would have been waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0
        self.working = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.working or timeout is None:
            return self._real(timeout)
        self.passed += timeout
        return []

    def _real(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for who works, in real time; the virtual time goes on only where nothing comes of it for long."""
        ready = super().select(None if timeout is None else STUCK_SECONDS)
        if not ready and timeout is not None:
            self.passed += min(timeout, STUCK_SECONDS)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time stands still while somebody works, and else jumps to what comes next."""

    def __init__(self, start: datetime) -> None:
        """Begin at this moment."""
        self._virtual = _Selector()
        self._start = start
        super().__init__(self._virtual)

    def time(self) -> float:
        """Seconds since the beginning."""
        return self._virtual.passed

    def clock(self) -> datetime:
        """The moment it is, for any thread."""
        return self._start + timedelta(seconds=self._virtual.passed)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Given], Result], *args: *Given
    ) -> asyncio.Future[Result]:
        """Let time stand still while another thread works for us."""
        self._virtual.working += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: object) -> None:
        self._virtual.working -= 1

    @contextmanager
    def still(self) -> Iterator[None]:
        """Let time stand still while other threads work for us."""
        self._virtual.working += 1
        try:
            yield
        finally:
            self._virtual.working -= 1


@contextmanager
def still() -> Iterator[None]:
    """Let time stand still inside the block, where it is virtual."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        yield
        return
    with loop.still():
        yield


def play(loop: VirtualLoop, main: Coroutine[Any, Any, Result]) -> Result:
    """Run it to its end in virtual time."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main)
