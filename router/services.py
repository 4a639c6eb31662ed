"""What every process works with, built once from the settings: the record, its writer, the live ruleset, the queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis
from sqlalchemy import Engine

from channels.senders import Send
from router.live import Live
from router.queue import Wake
from router.settings import Settings
from router.store.writer import Writer

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, aware, in UTC: the clock that everything but tests runs on."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """The engine's tools. `record` is for reading; everything written goes through `writer`."""

    settings: Settings
    record: Engine
    writer: Writer
    live: Live
    wake: Wake
    redis: Redis | None
    senders: Mapping[str, Send]
    """How to send on each channel that is set up, by the channel's key."""

    clock: Clock = utc_now

    def close(self) -> None:
        """Finish what is being written and let go of every connection."""
        self.live.close()
        self.wake.close()
        self.writer.close()
        self.record.dispose()
        if self.redis is not None:
            self.redis.close()
