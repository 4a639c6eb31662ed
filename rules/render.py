"""Messages filled in: `{placeholder}` and nothing else, and what is filled in is never read again."""

import re
from collections.abc import Mapping, Sequence

from rules.landlord import Message

KNOWN_PLACEHOLDERS = frozenset({"reference", "team", "journey", "due", "landlord", "name", "urgent_line", "text"})
"""What every intent has a value for; the check refuses a message that asks for another. `text` is what a colleague
wrote, in the message `reply`, and nothing in any other."""

TEAM_PLACEHOLDERS = frozenset(
    {"reference", "team", "owner", "journey", "priority", "due", "timescale", "what_next", "link", "landlord"}
)
"""The same for messages to teams, which never hold a customer's name or words. `team` is who is told, `owner` whose it
is."""

TRANSLATED = "translated"
"""The format that wants the customer's language, with the English beside it."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ENGLISH = "en"


class MissingValueError(ValueError):
    """A message asks for something that the intent has no value for."""


def placeholders(message: Message) -> frozenset[str]:
    """The names in braces in a message's subject and in all its texts."""
    written = (message.subject, *message.subjects.values(), *message.texts.values())
    return frozenset(name for text in written for name in _PLACEHOLDER.findall(text))


def language_of(message: Message, language: str) -> str:
    """The language that a message would go out in for somebody with this one: it, its main form, or English."""
    return next((code for code in (language, language.partition("-")[0]) if code in message.texts), _ENGLISH)


def render(
    message: Message,
    language: str,
    values: Mapping[str, str],
    formats: Sequence[str] = (),
    english: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """Subject and plain text in a language (English where it is missing); raises MissingValueError.

    `english` are the values for the English text that `translated` has beside the other; `values` where not given.
    """
    code = language_of(message, language)
    text = _filled(message, message.texts[code], values)
    if TRANSLATED in formats and code != _ENGLISH:
        text = f"{text}\n\n{_filled(message, message.texts[_ENGLISH], english or values)}"
    subject = _filled(message, message.subjects.get(code, message.subject), values)
    return " ".join(subject.split()), text


def _filled(message: Message, text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            raise MissingValueError(f"The message {message.key!r} wants {{{name}}}, and the intent has no such value.")
        return values[name]

    return _PLACEHOLDER.sub(value, text)
