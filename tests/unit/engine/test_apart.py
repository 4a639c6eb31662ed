"""Turns are short while pages are made, and as long as before afterwards, whatever becomes of the pages."""

import asyncio
import sys
import threading
from collections.abc import Iterator

import pytest

from router.apart import SHORT, apart

USUAL = 0.02


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(USUAL)
    yield
    sys.setswitchinterval(before)


def test_turns_are_short_until_the_last_of_several_is_done() -> None:
    async def two() -> list[float]:
        begun, go_on = threading.Event(), threading.Event()
        slow = asyncio.create_task(apart(lambda: begun.set() or go_on.wait(60)))
        await asyncio.to_thread(begun.wait, 60)
        seen = [await apart(sys.getswitchinterval), sys.getswitchinterval()]
        go_on.set()
        assert await slow
        return seen

    assert asyncio.run(two()) == pytest.approx([SHORT, SHORT])
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def test_what_fails_leaves_turns_as_they_were() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(apart(divmod, 1, 0))
    assert sys.getswitchinterval() == pytest.approx(USUAL)
