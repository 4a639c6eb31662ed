"""The shapes of a landlord's phone line: what callers hear and press, who waits how, and what is owed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class MenuOption:
    """One key of a call's menu: what it says, and what it stands for: a journey, a team or another menu.

    `information` is heard when the key is pressed: it may be all that somebody wanted to know. With `voicemail` they
    leave a message, which is about the journey or for the team.
    """

    key: str
    says: str
    journey: str | None = None
    team: str | None = None
    menu: str = ""
    information: str = ""
    voicemail: bool = False
    relay: bool = False
    """Whether who presses it calls by text relay."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A question: what is said before its keys, and the keys."""

    says: str
    options: tuple[MenuOption, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a number of ours stands for: a journey or a team, asked nothing; or a menu or a greeting of its own."""

    journey: str | None = None
    team: str | None = None
    menu: str = ""
    greeting: str = ""

    def __bool__(self) -> bool:
        """Whether it stands for anything."""
        return bool(self.journey or self.team or self.menu or self.greeting)


@dataclass(frozen=True, slots=True)
class Overflow:
    """From when on the telephones of the next team are tried as well: by the time waited, or by who wait before."""

    after_minutes: int = 10
    emergency_after_seconds: int = 60
    longer_than: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said of the key 1 to who has waited so long, on which they are called back and need not wait."""

    says: str
    after_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """What callers hear while nobody of their team is free, and how often; without it they are put to the fallback.

    `rest_seconds` is how long a telephone is left alone with a caller whom it did not answer. Who waits when their team
    closes is served for `serve_after_closing` minutes more, then by whoever of its escalation path is open; where
    nobody is, they hear `closed`, or what everybody hears who rings a closed team.
    """

    says: str
    position: bool = True
    every_seconds: int = 30
    music: str = ""
    rest_seconds: int = 20
    overflow: Overflow | None = None
    offer: Offer | None = None
    serve_after_closing: int = 15
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a supervisor can switch on for callers to hear: after the greeting, while they wait, or both.

    With `teams` or `journeys` only who is put through to one of these, or rings about one, hears it.
    """

    key: str
    says: str
    heard: tuple[str, ...] = ("greeting",)
    teams: tuple[str, ...] = ()
    journeys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """What callers hear whose talk is recorded; with `teams` only those who are put through to one of these."""

    says: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The service that interprets on calls: its number, the code of ours that it asks for, and what the caller hears.

    `code` is what is pressed once it answers: digits, * and #, and w for half a second before the next.
    """

    number: str
    code: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """Who is rung back, of those whom nobody talked to: not who hung up in their first seconds.

    `promise_within` is in how many open hours of the owning team.
    """

    not_under_seconds: int = 5
    promise_within: int = 4


@dataclass(frozen=True, slots=True)
class Speech:
    """That callers may say in the first question what it is about, what tells them so, and `hints` of further words."""

    says: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Returning:
    """What a caller who has an enquiry open is offered in the first question: the `key` for the team that has it.

    `says` may have {team} and {matter} in it. Enquiries of `not_teams` and `not_journeys` are never spoken of.
    """

    says: str
    key: str = "9"
    not_teams: tuple[str, ...] = ()
    not_journeys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyKey:
    """A key that leads from a place of its own to a journey that is an emergency, and what is said of it."""

    key: str
    says: str
    journey: str


@dataclass(frozen=True, slots=True)
class Voicemail:
    """Who may leave a message, and what they hear: `says` before the tone, `thanks` after it, `nothing` without one.

    `when` is closed, for who rings a closed team, and waiting, for who has waited for `after_minutes`; of all teams, or
    of these. The key of the emergency may be pressed before the tone and while the message is recorded.
    """

    says: str
    when: tuple[str, ...] = ("closed",)
    teams: tuple[str, ...] = ()
    after_minutes: int = 10
    waiting: str = "To leave a message and hang up, press 2."
    at_most_seconds: int = 120
    transcribed: bool = False
    emergency: EmergencyKey | None = None
    thanks: str = "Thank you. Your message is with the team now. Goodbye."
    nothing: str = "We have not heard a message. Your call is noted. Goodbye."

    def offers(self, when: str, team: str) -> bool:
        """Whether a caller of a team is offered it, closed or waiting."""
        return when in self.when and (not self.teams or team in self.teams)


@dataclass(frozen=True, slots=True)
class Trunk:
    """Where numbers are dialled that the provider cannot: a SIP trunk's host, and what it takes to withhold ours.

    `withhold` is dialled before a number, "" where the trunk cannot do it.
    """

    host: str
    withhold: str = ""


Ringable = Literal["missed", "colleague"]
OF_MISSED: Final = "missed"
OF_COLLEAGUES: Final = "colleague"


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The calls that people choose while they wait: `promise_within` is in how many open hours of the owning team.

    `slot_hours` is how long the times are that they choose from. Who is not reached is rung `attempts` times in all,
    `spacing_minutes` apart. `rings` says which other promises are rung by themselves: those of missed calls,
    and those that colleagues make.
    """

    promise_within: int = 4
    slot_hours: int = 2
    attempts: int = 3
    spacing_minutes: int = 30
    rings: tuple[Ringable, ...] = ()
    trunk: Trunk | None = None


@dataclass(frozen=True, slots=True)
class CallFlow:
    """What a caller to our numbers hears: greeting, menu, how long we wait for a key, and the other announcements."""

    numbers: tuple[str, ...]
    greeting: str
    menu: tuple[MenuOption, ...]
    wait_seconds: int
    closed: str
    connecting: str
    fallback_number: str
    voice: str = ""
    language: str = "en-GB"
    menus: Mapping[str, Menu] = field(default_factory=dict)
    """The menus that a key or a number leads to, by name."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    """The numbers that stand for something of their own."""
    waiting: Waiting | None = None
    voicemail: Voicemail | None = None
    missed: Missed | None = None
    """Without it nobody is promised a call back who did not reach anybody."""
    ring_seconds: int = 20
    """How long a telephone of a team rings, before the next one is tried."""
    announcements: Mapping[str, Announcement] = field(default_factory=dict)
    """What a supervisor can switch on, by name."""
    returning: Returning | None = None
    """Without it nobody is offered the team that has their enquiry."""
    speech: Speech | None = None
    """Without it callers press keys alone."""
    interpreter: Interpreter | None = None
    callbacks: Callbacks = Callbacks()
    recording: Recording | None = None
    """Without it no call is recorded."""
    on_hold: str = "Please hold the line. We will be back with you shortly."
    """What a caller hears again and again while a colleague has them on hold."""
