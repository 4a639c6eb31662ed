"""Where legs meet: a bridge between two, a queue, and a conference."""

from dataclasses import dataclass, field
from datetime import datetime

from router.demo.provider.calls import Leg


@dataclass(slots=True, eq=False)
class Bridge:
    """Two legs that talk to each other, until one of them ends it."""

    one: Leg
    other: Leg
    began: datetime
    seconds: float = 0.0
    over: bool = False
    ended_by: str = ""
    joined: bool = False
    """Whether they talk already: before that, one of them hears something about the other."""

    def across(self, leg: Leg) -> Leg:
        """Whom this leg talks to."""
        return self.other if leg is self.one else self.one

    def join(self) -> None:
        """Let them talk."""
        self.joined = True
        self.tell()

    def end(self, by: str) -> None:
        """End it, and tell both."""
        if not self.over:
            self.over, self.ended_by = True, by
            self.tell()

    def tell(self) -> None:
        """Wake both up."""
        self.one.news.set()
        self.other.news.set()


@dataclass(slots=True, eq=False)
class Member:
    """A leg in a queue."""

    leg: Leg
    entered: datetime
    bridge: Bridge | None = None


@dataclass(slots=True, eq=False)
class Queue:
    """A queue of calls, first come first."""

    sid: str
    name: str
    most: int
    created: datetime
    members: list[Member] = field(default_factory=list)
    waiting: list[Leg] = field(default_factory=list)
    """Legs that wait for somebody to come into it."""

    def position(self, member: Member) -> int:
        """Where a member is, from 1."""
        return self.members.index(member) + 1

    def member(self, call: str) -> Member | None:
        """The member with a call, or the first for Front."""
        found = self.members if call == "Front" else [each for each in self.members if each.leg.sid == call]
        return found[0] if found else None

    def average(self, now: datetime) -> int:
        """How many seconds those who are in it have been waiting, on average."""
        times = [(now - each.entered).total_seconds() for each in self.members]
        return round(sum(times) / len(times)) if times else 0


@dataclass(slots=True, eq=False)
class Participant:
    """A leg in a conference."""

    leg: Leg
    entered: datetime
    label: str = ""
    starts: bool = True
    ends: bool = False
    muted: bool = False
    hold: bool = False
    hold_url: str = ""


@dataclass(slots=True, eq=False)
class Room:
    """A conference; it starts when two are in it, one of whom may start it."""

    sid: str
    name: str
    created: datetime
    status: str = "init"
    participants: dict[str, Participant] = field(default_factory=dict)
    callback: str = ""
    events: frozenset[str] = frozenset()
    sequence: int = 0
    reason: str = ""
    ended_by: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.status == "completed"

    def tell(self) -> None:
        """Wake everybody up."""
        for each in self.participants.values():
            each.leg.news.set()
