"""Virtual time: it passes at once where nobody works, and stands still where somebody does."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from router.demo.provider.simulator import Time, VirtualLoop, play, still

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_hours_pass_at_once_and_in_order() -> None:
    loop, seen = VirtualLoop(START), []

    async def wait(seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.append(loop.clock())

    async def main() -> None:
        await asyncio.gather(*(wait(seconds) for seconds in (7_200, 60, 3_600)))

    play(loop, main())
    assert seen == [START + timedelta(seconds=seconds) for seconds in (60, 3_600, 7_200)]


def test_time_stands_still_while_a_thread_works() -> None:
    loop, go = VirtualLoop(START), threading.Event()

    async def main() -> datetime:
        later = asyncio.create_task(asyncio.sleep(3_600))
        with still():
            working = asyncio.create_task(asyncio.to_thread(go.wait))
            await asyncio.sleep(0)
            go.set()
            await working
        at = loop.clock()
        await later
        return at

    assert play(loop, main()) == START
    assert loop.clock() == START + timedelta(hours=1)


def test_a_deadline_passes_even_while_somebody_works() -> None:
    loop = VirtualLoop(START)

    async def main() -> None:
        with still(), pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await asyncio.Event().wait()

    play(loop, main())


@pytest.mark.parametrize(
    "speed,alone,seconds", [(1.0, False, 50.0), (2.0, False, 25.0), (0.0, True, 0.0), (0.0, False, 0.5)]
)
def test_a_wait_is_as_long_as_the_speed_says(speed: float, alone: bool, seconds: float) -> None:
    loop = VirtualLoop(START)

    async def main() -> None:
        await Time(loop.clock, speed).wait(asyncio.Event(), 50.0, alone=alone)

    play(loop, main())
    assert loop.clock() == START + timedelta(seconds=seconds)
