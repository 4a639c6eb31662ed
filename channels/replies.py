"""What we say to a provider in answer to its request, in nobody's dialect: an adapter puts it into the provider's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class NothingToSay:
    """The part is stored; there is nothing to say here (a text is answered by the outbox)."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak this text. `language` is a BCP 47 code; `voice` is a name that the provider knows, empty for its own.

    `slowly` is for who needs it, and where the voice can do it.
    """

    text: str
    language: str = "en-GB"
    voice: str = ""
    slowly: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """What may be said in place of a key: in this language, and likely some of these words."""

    language: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """Speak the prompts and wait for one of these keys; whatever happens then comes in at `action`.

    `action` is a place of the adapter's own, with its query: `menu?step=1` is told of the key, or of no key at all
    once the prompts have been spoken `repeat` times, each followed by `wait_seconds` of silence. With `speech` it is
    told of what was said as well, where no key was pressed. If it `goes_on`, silence is not told: the next step
    follows.
    """

    prompts: tuple[Say, ...]
    keys: tuple[str, ...]
    action: str
    wait_seconds: int = 8
    repeat: int = 1
    speech: Speech | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Keyed:
    """Speak the prompts and wait for digits, such as a number; they come in at `action`, as the key of a `Menu` does.

    The key # ends them, and so do `wait_seconds` of silence after the last one.
    """

    prompts: tuple[Say, ...]
    action: str
    wait_seconds: int = 8


class Reach(StrEnum):
    """How a telephone is reached."""

    NUMBER = "number"
    """By a number in E.164."""

    SIP = "sip"
    """By a SIP URI."""

    CLIENT = "client"
    """As a client of the provider's, by its name: a telephone in a browser."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Put the caller through to a telephone. If `then` is given, how that ended comes in there.

    `whisper` is the place that says what whoever answers hears before the two are connected, `told` where the leg's
    own events come in, `recorded` where a recording of the talk does: without it nothing is recorded. `about` goes with
    the call to a telephone that can read it: headers of a SIP call (their names without the X-), a client's parameters.
    `star_ends` lets whoever is put through end the talk with the star key, and go on at `then`.
    """

    number: str
    caller_id: str | None = None
    timeout_seconds: int = 20
    then: str = ""
    reach: Reach = Reach.NUMBER
    whisper: str = ""
    told: str = ""
    recorded: str = ""
    about: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    star_ends: bool = False


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Have the caller wait in a queue of the provider's; what is heard there is asked at `wait`, again and again.

    How the waiting ended comes in at `then`.
    """

    queue: str
    wait: str
    then: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Take the caller out of the provider's queue, from within what is heard there."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Say nothing for so long."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Play:
    """Play a recording at this URL, so many times."""

    url: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """Record what the caller says, until silence, a key or so many seconds; then go on at `then`.

    The recording comes in at `recorded` once it is there, and what the provider made of it in words at `transcribed`.
    """

    then: str
    recorded: str
    transcribed: str = ""
    most_seconds: int = 120
    silence_seconds: int = 5


@dataclass(frozen=True, slots=True)
class Conference:
    """Put the caller into a conference of this name, which whoever joins it shares; how that ended comes in at `then`.

    `ends` says that it is over for everybody when this one leaves, `told` where its own events come in. What is heard
    until somebody else is there is asked at `wait`, again and again.
    """

    name: str
    then: str = ""
    told: str = ""
    ends: bool = False
    wait: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ask the provider to call us again at this place, and to go on with what it is told there."""

    to: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What somebody answered on a call of ours: on which call, which key ("" for none), and to what, by our own id."""

    call: str
    key: str
    about: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a provider asks in the middle of a call, of which nothing is kept: what somebody on it hears now.

    `place` is the adapter's own, such as wait or whisper, `about` its query, by name; `leg` is the provider's id of the
    call that asks, which on the whisper is the colleague's and not the caller's.
    """

    place: str
    account: str
    call: str
    leg: str
    key: str = ""
    about: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a provider asks or tells of a call that we make, by our own id of it (`about`).

    `place` is the adapter's own, `call` the provider's id of the leg to the colleague, `status` how that stands. `dial`
    is how dialling the other end went, `bridged` says that the two talked, for `seconds`; `key` is what was pressed.
    """

    place: str
    call: str
    about: str
    status: str = ""
    key: str = ""
    dial: str = ""
    bridged: bool = False
    seconds: int = 0


Step = Say | Play | Pause | Menu | Keyed | Connect | Enqueue | Leave | Record | Conference | Redirect | Hangup


@dataclass(frozen=True, slots=True)
class CallSteps:
    """What happens on the call now, in order. After a Keyed, a Redirect, a Hangup or a Menu comes nothing.

    A Menu that `goes_on` is the exception.
    """

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a call is, for a telephone system that puts it through itself; `number` is in E.164, as of `Connect`.

    Without a number nobody is there to take it, and `announcement` is what the caller should hear.
    """

    team: str
    name: str
    number: str = ""
    announcement: str = ""
    priority: str = ""
    because: str = ""
    instructions: tuple[str, ...] = ()


Reply = NothingToSay | CallSteps | Whose
