"""What of the section `calls` is for a call that a colleague is having: the interpreting service, and recording."""

import re
from typing import Any, Final

from rules.nodes import Node, Scalar, quoted
from rules.phone_line import Interpreter, Recording
from rules.points import phone
from rules.reading import Reading, Slot, many, name_of, record, text, wrong

_KEYS: Final = re.compile(r"[0-9*#wW]{1,40}", re.ASCII)


def read_interpreter(reading: Reading, node: Node) -> Interpreter | None:
    """The interpreting service; None where it has no number."""
    values: dict[str, Any] = record(reading, node, _INTERPRETER, "`interpreter`")
    return Interpreter(**values) if values["number"] else None


def read_recording(reading: Reading, node: Node) -> Recording | None:
    """What is said before calls that are recorded, and whose; None where nothing is said."""
    values: dict[str, Any] = record(reading, node, _RECORDING, "`recording`")
    return Recording(**values) if values["says"] else None


def keys(reading: Reading, node: Node) -> str | None:
    """What is pressed on a telephone, without the blanks and hyphens that it may be written with."""
    if not isinstance(node, Scalar):
        wrong(reading, node, "the keys of a code")
        return None
    code = re.sub(r"[\s-]", "", node.value)
    if _KEYS.fullmatch(code):
        return code
    hint = "use 0 to 9, * and #, and w for each half second before the next, in quotes"
    reading.findings.error(node.mark, f"{quoted(node.value)} cannot be pressed on a telephone", hint)
    return None


_RECORDING: Final = {
    "says": Slot(text, "", required="write what callers hear before they are recorded, and why they are"),
    "teams": Slot(many(name_of("team")), ()),
}
_INTERPRETER: Final = {
    "number": Slot(phone, "", required="give the number of the interpreting service"),
    "code": Slot(keys, ""),
    "says": Slot(text, "Please hold the line. We are bringing in an interpreter."),
}
