"""Parts that were missed, stored by the way that everything comes in: once only, so a late webhook is a repeat."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from channels.adapter import Malformed
from channels.inbound import Inbound
from channels.numbers import read_number
from channels.twilio_lists import Lists
from router import intake
from router.services import Services
from router.store.contacts import Accepted
from router.store.rows import Row

GRACE: Final = timedelta(minutes=2)
"""What is younger may be told by a webhook at this very moment, and is left to that."""

AT_ONCE: Final = 200
Read = TypeVar("Read")


@dataclass(slots=True)
class Work:
    """One run over the lists of an account: since when, until when, and how much of what was missed.

    What came before `met` and is not here is nothing that was missed, and stays away. `stopping` says that the run has
    to stop before its end.
    """

    services: Services
    lists: Lists
    since: datetime
    until: datetime
    met: datetime
    counts: Counter[str] = field(default_factory=Counter)
    stopping: Callable[[], bool] = lambda: False

    def read(self, read: Callable[[], Read]) -> Read | None:
        """What a row says; nothing of one that cannot be read, which is counted."""
        try:
            return read()
        except Malformed:
            self.counts["unreadable"] += 1
            return None

    def store(self, inbounds: Sequence[Inbound]) -> list[Accepted]:
        """Store parts in this order, many in one flush of the disk; raises what the writer raises."""
        stored: list[Accepted] = []
        for start in range(0, len(inbounds), AT_ONCE):
            if self.stopping():
                raise StoppedError
            futures = [intake.submit(self.services, each) for each in inbounds[start : start + AT_ONCE]]
            stored += [future.result() for future in futures]
        return stored

    def ours(self) -> frozenset[str]:
        """Every number that is ours, as far as the landlord's files and the settings say."""
        settings = self.services.settings
        return self.services.live.current().addresses | {settings.sms_from, settings.whatsapp_from, settings.voice_from}

    def is_to_us(self, row: Row, ours: frozenset[str]) -> bool:
        """Whether it came in to a number of ours; what came to another number of the account is counted."""
        called = read_number(str(row.get("to") or "").removeprefix("whatsapp:")).address.value
        if called not in ours:
            self.counts["to-other-numbers"] += 1
        return called in ours


class StoppedError(Exception):
    """Whoever reconciles was told to stop; what is stored is stored, and the rest is for the next time."""


def read_all(work: Work, each: Callable[[Row], Inbound], rows: Iterable[Row]) -> list[Inbound]:
    """What these rows tell, without those that cannot be read."""
    found = (work.read(partial(each, row)) for row in rows)
    return [inbound for inbound in found if inbound is not None]
