"""The time of the morning: minutes after 08:00, so many of them in one minute of ours, or no waiting at all."""

import asyncio
import time

SECONDS = 60.0


class Pace:
    """Turns the morning's minutes into waiting. At speed 0 nobody waits for anything but the engine."""

    def __init__(self, speed: float) -> None:
        """Let the morning begin now."""
        self.speed = speed
        self._begun = time.monotonic()

    def begin(self) -> None:
        """Let the morning begin now, instead."""
        self._begun = time.monotonic()

    @property
    def real_seconds(self) -> float:
        """Seconds of ours since it began."""
        return time.monotonic() - self._begun

    @property
    def minute(self) -> float:
        """What the morning's clock says; at speed 0 it has none, and this is the real time since it began."""
        return self.real_seconds * (self.speed or 1.0) / SECONDS

    async def minutes(self, minutes: float) -> None:
        """Let so many minutes of the morning go by."""
        await self.seconds(minutes * SECONDS)

    async def seconds(self, seconds: float) -> None:
        """Let so many seconds of the morning go by."""
        await asyncio.sleep(seconds / self.speed if self.speed else 0)

    async def until(self, minute: float) -> None:
        """Return when the morning has come so far."""
        if self.speed:
            await asyncio.sleep(max(minute * SECONDS / self.speed - self.real_seconds, 0.0))


def clock(minute: float) -> str:
    """A minute of the morning as a clock shows it."""
    whole = int(minute)
    return f"{8 + whole // 60:02d}:{whole % 60:02d}"
