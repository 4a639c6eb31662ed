"""TwiML as a provider reads it: the verbs of a document, in order."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass

TIMEOUT, RINGS = 5, 30
"""Seconds that the provider waits for a key, and lets a number ring, where a document does not say."""


class NotTwimlError(ValueError):
    """A document that a provider could not follow; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Say:
    """The caller hears this."""

    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """The caller hears nothing for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gather:
    """The caller hears the prompts, may press keys meanwhile, and has `seconds` after them.

    `digits` keys make an input complete (0: only silence or `finish` does). `reports_silence`: no key at all is
    reported to `action` too; else the document goes on with the next verb.
    """

    says: tuple[Say | Pause, ...]
    action: str
    seconds: float
    digits: int
    finish: str
    reports_silence: bool


@dataclass(frozen=True, slots=True)
class Dial:
    """The caller is put through; how it ended is reported to `action`, where there is one."""

    number: str
    action: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Redirect:
    """The document at this URL comes next."""

    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """The call ends."""


Verb = Say | Pause | Gather | Dial | Redirect | Hangup


def read(document: bytes) -> tuple[Verb, ...]:
    """The verbs of a document; raises NotTwimlError for what a provider would report as an error."""
    try:
        root = ET.fromstring(document)  # noqa: S314 - it comes from our own engine
    except ET.ParseError as error:
        raise NotTwimlError(f"the answer is not XML: {error}") from None
    if root.tag != "Response":
        raise NotTwimlError(f"the document is a {root.tag}, not a Response")
    return tuple(_verb(element) for element in root)


def _verb(element: ET.Element) -> Verb:
    read_verb = _VERBS.get(element.tag)
    if read_verb is None:
        raise NotTwimlError(f"there is no verb {element.tag}")
    return read_verb(element)


def _gather(element: ET.Element) -> Gather:
    says = tuple(_verb(each) for each in element)
    spoken = tuple(each for each in says if isinstance(each, Say | Pause))
    if len(spoken) < len(says):
        raise NotTwimlError("a Gather may hold only what is spoken")
    return Gather(
        spoken,
        element.get("action", ""),
        _number(element, "timeout", TIMEOUT),
        int(_number(element, "numDigits", 0)),
        element.get("finishOnKey", "#"),
        element.get("actionOnEmptyResult") == "true",
    )


def _dial(element: ET.Element) -> Dial:
    numbers = [_text(each) for each in element if each.tag == "Number"] or [_text(element)]
    if len(numbers) > 1 or not numbers[0]:
        raise NotTwimlError("a Dial has to name one number")
    return Dial(numbers[0], element.get("action", ""), _number(element, "timeout", RINGS))


def _number(element: ET.Element, name: str, default: float) -> float:
    try:
        return float(element.get(name, default))
    except ValueError:
        raise NotTwimlError(f"the {name} of a {element.tag} is no number") from None


def _text(element: ET.Element) -> str:
    return "".join(element.itertext()).strip()


_VERBS: Mapping[str, Callable[[ET.Element], Verb]] = {
    "Say": lambda element: Say(_text(element)),
    "Pause": lambda element: Pause(_number(element, "length", 1)),
    "Gather": _gather,
    "Dial": _dial,
    "Redirect": lambda element: Redirect(_text(element)),
    "Hangup": lambda _: Hangup(),
}
