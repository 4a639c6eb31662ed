"""The shapes of what a landlord is: hours, teams, journeys, adjustments, messages and calls, and the whole ruleset."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from rules.model import Mark, Priority, Rule, Span
from rules.words import Overlooked


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by kind of day: minutes from local midnight, ends excluded; an overnight range is split in two.

    `days` has monday … sunday; `holidays` replaces them on bank holidays, None leaving the weekday's in force.
    """

    key: str
    days: Mapping[str, tuple[tuple[int, int], ...]]
    holidays: tuple[tuple[int, int], ...] | None = ()

    def __hash__(self) -> int:
        """By name, so that what is worked out from hours can be kept; equal is only what opens alike."""
        return hash(self.key)


class News(StrEnum):
    """What a team is told of."""

    NEW = "new"
    TRANSFERRED = "transferred"
    """It is theirs now, and was another team's."""
    CONTACT = "contact"
    """The customer got in touch again."""
    ESCALATED = "escalated"
    """Nobody has acknowledged an emergency in time."""
    ASKED = "asked"
    """Another team asks for their part."""
    OVERDUE = "overdue"
    """A timescale is over."""
    CALLBACK = "callback"
    """A call was promised, and its time is over."""
    UNDELIVERED = "undelivered"
    """What we wrote to the customer did not arrive."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One address at which a team is told: of which priorities, in which hours, of what; each empty for all.

    `channel` is email, sms, phone or webhook.
    """

    channel: str
    address: str
    when: tuple[Priority, ...] = ()
    hours: str = ""
    what: tuple[News, ...] = ()


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone of a team: `reach` is number, sip or client, and `address` what it is reached by.

    `at_once` is how many calls it takes at a time; None for a switchboard, which has a queue of its own. `confirm` says
    that whoever answers has to press a key before a caller is put through, as a machine may answer.
    """

    reach: str
    address: str
    at_once: int | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """A role: what it is responsible for, when it is open, how it is reached and who takes over when it cannot."""

    key: str
    name: str
    role: str
    responsibilities: tuple[str, ...]
    hours: str
    channels: Mapping[str, str]
    """How colleagues of the team are reached: channel -> number or mailbox. `phone` is where calls are connected."""
    escalation: tuple[str, ...]
    notify: tuple[Notice, ...]
    mark: Mark
    acknowledge_within: int | None = None
    """Minutes in which it has to acknowledge an emergency, where it has its own."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Language code -> what it is called there, for messages in other languages."""
    phones: tuple[Phone, ...] = ()
    """Its telephones, in the order in which they are tried; where none are written, the one of its channel."""

    @property
    def telephones(self) -> tuple[Phone, ...]:
        """Where its calls are put through, in order."""
        number = self.channels.get("phone")
        return self.phones or ((Phone("number", number),) if number else ())


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a journey: what is done, by which team, by when (counted from receipt)."""

    does: str
    team: str
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A type of enquiry: how to recognise it, what to ask at first contact, its steps, timescales, and who has it."""

    key: str
    name: str
    team: str
    priority: Priority
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    ask: tuple[str, ...]
    hub_can_resolve: bool
    script: str
    steps: tuple[Step, ...]
    timescales: Mapping[str, Span]
    message: str | None
    mark: Mark
    names: Mapping[str, str] = field(default_factory=dict)
    """Language code -> what it is called there."""
    said_aloud: str = ""
    """What it may be called on the phone before it is certain who listens; "" for a journey that is not named there."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A duty in the catalogue: a constraint on how a customer who has it is served, on every channel.

    `never` and `only` name channels; `call_prefix` goes before every number dialled; `formats` are for written
    replies; `interpreter` names the language or "customer" for the customer's own; `needs_detail` says that the
    customer's record must carry a detail (which times, which advocate) and that without it a person decides.
    """

    key: str
    name: str
    means: str
    code: str = ""
    safety: bool = False
    never: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    call_prefix: str = ""
    interpreter: str = ""
    voicemail: bool = True
    recording: bool = True
    """Whether their calls may be recorded where the landlord records calls."""
    caller_identity: bool = True
    skip_menu: bool = False
    extra_time: bool = False
    slower_speech: bool = False
    times: bool = False
    """The detail is a range of local times, outside of which we do not get in touch."""
    needs_detail: bool = False
    instructions: tuple[str, ...] = ()
    mark: Mark = field(default_factory=lambda: Mark("", 1, 1))


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as the landlord offers it: what it is called, what sort of address it reaches, what it carries."""

    key: str
    name: str
    reaches: str
    """phone, email, session, reference or unknown: the PointKind that an address on it has."""
    spoken: bool
    outbound: bool
    reply_within: int | None = None
    """Minutes after somebody last wrote in which they may be written to freely, where the channel has such a rule."""
    send_between: tuple[tuple[int, int], ...] = ()
    """Ranges of minutes from local midnight within which what is not urgent goes out; empty for all day."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text we send: plain English, with other languages beside it; `{placeholders}` are filled from the intent."""

    key: str
    subject: str
    texts: Mapping[str, str]
    """Language code -> text; "en" is always there."""
    mark: Mark
    subjects: Mapping[str, str] = field(default_factory=dict)
    """Language code -> subject, for those that are translated; `subject` is the English one."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a colleague passes an enquiry on, or how one ended.

    `misroute` says that its first owner was wrong; what is not `counted` is left out of every figure.
    """

    key: str
    name: str
    misroute: bool = False
    counted: bool = True


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


@dataclass(frozen=True, slots=True)
class Landlord:
    """Who we are: name, time zone, whose bank holidays count, and the team that owns what nobody else does."""

    name: str
    zone: str
    country: str
    subdivision: str
    fallback: str
    repeat_days: int = 10
    """N of the no-repeat figure: working days within which another contact on the journey counts as a repeat."""
    acknowledge_within: int = 10
    """Minutes in which a person has to acknowledge an emergency, before the next team is told."""
    reopen_within: int = 14
    """Days after its resolution in which an answer of the customer's opens an enquiry again; later, a linked one."""
    text_answers_within: int = 3
    """Days after a text of ours in which a text from that number is taken for an answer to it, where it may be one."""
    acknowledgements_an_hour: int = 5
    """How many automatic acknowledgements one address gets in an hour, so that two machines cannot go on for ever."""
    reading_age: int = 11
    """The age from which on everybody should understand our messages; the check warns of those that are harder."""
    approval: str = "none"
    """`required` where a change of the rules needs a second person's approval before it lives."""
    ignore_case: bool = True
    ignore_accents: bool = True
    """Whether `mentions` finds a word in other case, or with other accents, as well."""

    @property
    def overlooked(self) -> Overlooked:
        """What `mentions` does not tell apart."""
        return Overlooked(self.ignore_case, self.ignore_accents)


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """One version of everything that decides: checked and published as a whole."""

    landlord: Landlord
    hours: Mapping[str, Hours]
    teams: Mapping[str, Team]
    channels: Mapping[str, Channel]
    journeys: Mapping[str, Journey]
    adjustments: Mapping[str, Adjustment]
    questions: Mapping[str, str]
    messages: Mapping[str, Message]
    transfer_reasons: Mapping[str, Reason]
    resolutions: Mapping[str, Reason]
    calls: CallFlow | None
    call_events: Mapping[str, Any]
    """How another telephone system's events are read: {fields: ours -> its names, events: its word -> ours, answer}."""
    mailboxes: Mapping[str, Mapping[str, str]]
    """Our mailboxes: address -> {journey or team, name; of one that is fetched: account, folder, after, since;
    of how it is answered: answer_from, plus_addressing, authentication}."""
    urgent: tuple[str, ...]
    """Words that put a waiting contact before routine ones, before anything else is known of it."""
    values: Mapping[str, tuple[str, ...]]
    """Allowed values of the landlord's own fields (customer.tenure, customer.household, …)."""
    owner: tuple[Rule, ...]
    handling: tuple[Rule, ...]
    digest: str
    """SHA-256 in hex over the source files' names and bytes."""

    def __hash__(self) -> int:
        """By content, so that what is worked out from a ruleset can be kept."""
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        """By content too, as its digest says; one that was made without files is only itself."""
        return self is other or (isinstance(other, Ruleset) and self.digest != "" and self.digest == other.digest)

    @property
    def needs_approval(self) -> bool:
        """Whether, while this ruleset is live, another one needs a second person's approval."""
        return self.landlord.approval == "required"

    @property
    def fallback(self) -> Team:
        """The team that owns whatever nobody else does."""
        return self.teams[self.landlord.fallback]
