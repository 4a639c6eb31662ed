"""A contact to be, and a morning of them: what the plan makes, and the doors play."""

from dataclasses import dataclass
from enum import StrEnum

from channels.inbound import Kind
from router.demo.people import Person


class HangsUp(StrEnum):
    """When a caller loses patience."""

    NEVER = ""
    IN_MENU = "in-menu"
    WHILE_RINGING = "while-ringing"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One contact to be. `at` is minutes after 08:00; `journey` what it is truly about, "" where nobody could tell.

    `words` are a text, or the lines of a chat; a call has `keys` and says its words to whoever answers. `again` is the
    key of the contact that this one asks after, `times` how often it is delivered.
    """

    key: str
    at: float
    channel: str
    person: Person
    journey: str
    words: tuple[str, ...]
    kind: Kind = Kind.MESSAGE
    subject: str = ""
    to: str = ""
    keys: tuple[str, ...] = ()
    hangs_up: HangsUp = HangsUp.NEVER
    leg: str = "completed"
    looks: str = "plain"
    about: Person | None = None
    again: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A morning: the landlord's customers, and the arrivals in the order in which they come."""

    minutes: float
    people: tuple[Person, ...]
    arrivals: tuple[Arrival, ...]
