"""The `messages` section: what we send, in which languages, with which placeholders."""

import re
from collections.abc import Mapping
from typing import Any, Final

from rules.landlord import Message
from rules.model import REPLY, Mark
from rules.nodes import Map, Node, Scalar, quoted
from rules.notices import STANDARD_NOTICES
from rules.reading import Reader, Reading, Slot, record, text, wrong
from rules.render import KNOWN_PLACEHOLDERS, TEAM_PLACEHOLDERS

STANDARD_REPLY: Final = Message(
    REPLY,
    "Your enquiry {reference}",
    {"en": "{text}\n\n{team}, {landlord}\nYour reference is {reference}."},
    Mark("", 1, 1),
)
"""What a colleague's answer is put into where the landlord has no message `reply`."""

_IN_BRACES: Final = re.compile(r"\{([^{}\n]*)\}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_message(reading: Reading, key: Scalar, node: Node) -> Message:
    """One message."""
    what = f"message {quoted(key.value)}"
    values = record(reading, node, _TO_TEAMS if key.value in STANDARD_NOTICES else _MESSAGE, what, key.mark)
    single, by_language = values["text"], values["texts"]
    if isinstance(node, Map) and not single and not by_language:
        reading.findings.error(key.mark, f"{what} has no text", "write `text:`, or `texts:` by language")
    elif single and by_language:
        reading.findings.error(key.mark, f"{what} has `text` and `texts`", "put the one under `texts`, as `en`")
    subject, subjects = values["subject"], values["subjects"]
    if subject and subjects:
        reading.findings.error(
            key.mark, f"{what} has `subject` and `subjects`", "put the one under `subjects`, as `en`"
        )
    return Message(key.value, subjects.get("en", subject), by_language or {"en": single}, key.mark, others(subjects))


def others(by_language: Mapping[str, str]) -> dict[str, str]:
    """What is written in other languages than English."""
    return {code: written for code, written in by_language.items() if code != "en" and written}


def filled(known: frozenset[str]) -> Reader:
    """A text in which these placeholders may stand in braces."""

    def read(reading: Reading, node: Node) -> str | None:
        found = text(reading, node)
        for name in _IN_BRACES.findall(found or ""):
            if name not in known:
                message = f"nothing can be filled in for {quoted('{' + name + '}')}"
                reading.findings.unknown(node.mark, message, name, known)
        if set("{}").intersection(_IN_BRACES.sub("", found or "")):
            reading.findings.error(node.mark, "a brace without its other half", "write both, such as {reference}")
        return found

    return read


def _by_language(read: Reader) -> Reader:
    def read_all(reading: Reading, node: Node) -> dict[str, Any] | None:
        if not isinstance(node, Map):
            wrong(reading, node, "texts by language", "such as {en: Thank you, pl: Dziękujemy}")
            return None
        _check_languages(reading, node)
        written = {key.value: read(reading, value) or "" for key, value in node.entries}
        if "en" not in written:
            reading.findings.error(node.mark, "there is no English text", "add `en`: it is what everybody else gets")
        return written

    return read_all


def _check_languages(reading: Reading, node: Map) -> None:
    """Report keys that are no language codes."""
    for key, _ in node.entries:
        if not _LANGUAGE.fullmatch(key.value):
            message = f"{quoted(key.value)} is no language code"
            reading.findings.error(key.mark, message, "write its two or three letters, such as en or pl")


def names(reading: Reading, node: Node) -> dict[str, str] | None:
    """Names by language, for those other than English."""
    if isinstance(node, Map):
        _check_languages(reading, node)
        return others({key.value: text(reading, value) or "" for key, value in node.entries})
    wrong(reading, node, "names by language", "such as {pl: Naprawy, es: Reparaciones}")
    return None


def _slots(known: frozenset[str]) -> dict[str, Slot]:
    read = filled(known)
    by_language = Slot(_by_language(read), {})
    return {"subject": Slot(read, ""), "subjects": by_language, "text": Slot(read, ""), "texts": by_language}


_MESSAGE: Final = _slots(KNOWN_PLACEHOLDERS)
_TO_TEAMS: Final = _slots(TEAM_PLACEHOLDERS)
