"""What we say to a provider in answer to its request, in nobody's dialect: an adapter puts it into the provider's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The part is stored; there is nothing to say here (a text is answered by the outbox)."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak this text. `language` is a BCP 47 code; `voice` is a name that the provider knows, empty for its own."""

    text: str
    language: str = "en-GB"
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """Speak the prompts and wait for one of these keys; whatever happens then comes in at `action`.

    `action` is a place of the adapter's own, with its query: `menu?step=1` is told of the key, or of no key at all
    once the prompts have been spoken `repeat` times, each followed by `wait_seconds` of silence.
    """

    prompts: tuple[Say, ...]
    keys: tuple[str, ...]
    action: str
    wait_seconds: int = 8
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Connect:
    """Put the caller through to a number in E.164. If `then` is given, how that ended comes in there."""

    number: str
    caller_id: str | None = None
    timeout_seconds: int = 20
    then: str = ""


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


Step = Say | Menu | Connect | Redirect | Hangup


@dataclass(frozen=True, slots=True)
class CallSteps:
    """What happens on the call now, in order. Nothing after a Menu, a Redirect or a Hangup is reached."""

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


Reply = Accepted | CallSteps | Whose
