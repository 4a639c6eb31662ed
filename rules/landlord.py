"""The shapes of what a landlord is: hours, teams, journeys, adjustments, messages, and the whole ruleset."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from rules.model import Mark, Priority, Rule, Span
from rules.phone_line import CallFlow
from rules.words import Overlooked

PHONE: Final = "phone"
SMS: Final = "sms"
WHATSAPP: Final = "whatsapp"
"""The channels of which something is checked by name; a landlord may leave each of them out."""


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
        number = self.channels.get(PHONE)
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

    @property
    def within(self) -> str:
        """Its name within a sentence: it begins small, unless its first word is a name, as in “WhatsApp message”."""
        first = self.name.partition(" ")[0]
        return self.name if first[1:] != first[1:].lower() else f"{self.name[:1].lower()}{self.name[1:]}"


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
