"""A TwiML document read as strictly as the provider documents it: its verbs, and everything that is wrong with it."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from router.demo.provider.verbs import SHAPES, SPEECH, TOP

LARGEST = 65_536
INVALID, TOO_LARGE, WRONG_TYPE = 12_100, 11_750, 12_300
TYPES = ("text/xml", "application/xml", "text/html")


class NotFollowedError(Exception):
    """A document that the provider cannot follow at all; `code` is its number for that."""

    def __init__(self, code: int, problem: str) -> None:
        """Remember the number."""
        super().__init__(problem)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb or a noun with what it bears."""

    name: str
    bears: Mapping[str, str]
    text: str
    inside: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.bears.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """An attribute that is a number, as far as it is one."""
        value = self.bears.get(name, "")
        return float(value) if value.isascii() and value.isdigit() else default

    def yes(self, name: str, *, default: bool = False) -> bool:
        """An attribute that is true or false."""
        return self.bears.get(name, str(default).lower()) == "true"


@dataclass(frozen=True, slots=True)
class Document:
    """What was answered: the verbs that can be followed, in order, and what is wrong with it."""

    verbs: tuple[Verb, ...]
    wrong: tuple[str, ...] = ()


def read(content: bytes, kind: str = "text/xml") -> Document:
    """Read an answer; raises NotFollowedError for what is no TwiML document."""
    if kind.partition(";")[0].strip().lower() not in TYPES:
        raise NotFollowedError(WRONG_TYPE, f"the answer is {kind or 'of no type'}, not XML")
    if len(content) > LARGEST:
        raise NotFollowedError(TOO_LARGE, f"the answer is larger than {LARGEST} bytes")
    try:
        root = ET.fromstring(content)  # noqa: S314 - it comes from our own engine
    except ET.ParseError as error:
        raise NotFollowedError(INVALID, f"the answer is not XML: {error}") from None
    if root.tag != "Response":
        raise NotFollowedError(INVALID, f"the document is a {root.tag}, not a Response")
    wrong = [*_wrong_text("Response", root, None, False), *(problem for each in root for problem in _wrong(each, TOP))]
    return Document(tuple(_verb(each) for each in root if each.tag in TOP), tuple(wrong))


def _verb(element: ET.Element) -> Verb:
    allowed = SHAPES[element.tag].inside - SPEECH
    inside = tuple(_verb(each) for each in element if each.tag in allowed)
    words = "".join(element.itertext()) if element.tag == "Say" else element.text or ""
    return Verb(element.tag, dict(element.attrib), " ".join(words.split()), inside)


def _wrong(element: ET.Element, allowed: frozenset[str], within: str = "Response") -> Iterator[str]:
    """Everything that is wrong with a verb and what it holds."""
    shape = SHAPES.get(element.tag)
    if element.tag not in allowed:
        yield f"there is no verb {element.tag}" if shape is None else f"a {within} may not hold a {element.tag}"
        return
    if shape is None:
        return
    for name, value in element.attrib.items():
        kind = shape.bears.get(name)
        problem = "is not known" if kind is None else kind(value)
        if problem:
            yield f"the {name} of a {element.tag} {problem}: {value[:80]}"
    yield from _wrong_text(element.tag, element, shape.says, "text" in shape.needs)
    for each in element:
        yield from _wrong(each, shape.inside, element.tag)
    if element.tag == "Dial":
        yield from _wrong_dial(element)


def _wrong_text(name: str, element: ET.Element, kind: object, needed: bool) -> Iterator[str]:  # noqa: FBT001 - a column
    words = "".join(element.itertext()) if name == "Say" else element.text or ""
    tails = "".join(each.tail or "" for each in element) if name != "Say" else ""
    words = words.strip()
    if tails.strip() or (words and kind is None):
        yield f"a {name} may hold no text"
    elif callable(kind) and (words or needed or name == "Say") and (problem := kind(words)):
        yield f"the text of a {name} {problem}"


def _wrong_dial(element: ET.Element) -> Iterator[str]:
    nouns = [each.tag for each in element]
    if not nouns and not (element.text or "").strip():
        yield "a Dial has to say whom"
    if len(nouns) > 1 and {"Queue", "Conference"} & {*nouns}:
        yield "a Dial to a Queue or a Conference may hold nothing else"
    if len(nouns) > 10:  # noqa: PLR2004 - the provider's bound
        yield "a Dial may call ten at most"
