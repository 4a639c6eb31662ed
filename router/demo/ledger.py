"""What the doors have promised: every part that was answered 2xx, under which ids; and what went wrong at a door."""

from collections import Counter
from dataclasses import dataclass, field

from router.demo.arrivals import Arrival


@dataclass(slots=True)
class Promise:
    """One contact that a door took in: by channel and conversation, with the ids that were answered."""

    channel: str
    conversation: str
    arrival: Arrival
    ids: set[str] = field(default_factory=set)
    parts: set[tuple[str, str]] = field(default_factory=set)
    """The parts that were answered, by kind and words."""


@dataclass(slots=True)
class Ledger:
    """Everything that was promised, and what the live display shows meanwhile."""

    promises: dict[tuple[str, str], Promise] = field(default_factory=dict)
    begun: Counter[str] = field(default_factory=Counter)
    taken_in: Counter[str] = field(default_factory=Counter)
    """Contacts by channel: those that somebody has begun to make, and those that were answered whole."""

    repeated: int = 0
    reconnected: int = 0
    odd: list[str] = field(default_factory=list)
    """What a door answered that was neither 2xx nor a request to come again: each is a contact that was refused."""

    def stored(self, arrival: Arrival, conversation: str, part: tuple[str, str], contact: str = "") -> None:
        """A part was answered 2xx; a repeat of it promises nothing more."""
        key = (arrival.channel, conversation)
        promise = self.promises.setdefault(key, Promise(*key, arrival))
        promise.parts.add(part)
        if contact:
            promise.ids.add(contact)

    def note(self, arrival: Arrival, problem: str) -> None:
        """Something went wrong at a door; the words of the customer are no part of it."""
        self.odd.append(f"{arrival.channel} {arrival.key}: {problem}")

    def arrival_of(self, channel: str, conversation: str) -> Arrival | None:
        """What a stored contact was meant to be."""
        promise = self.promises.get((channel, conversation))
        return promise.arrival if promise else None
