"""Whether what callers are told to press is the key on which that is done, and whether anybody can ask for a call back.

A key of a menu and that of `returning` are read out by us; the others stand in the landlord's own words.
"""

import re
from collections.abc import Iterator
from typing import Final

from rules.call_flow import CALL_BACK, MESSAGE
from rules.phone_line import CallFlow
from rules.places import Places
from rules.reading import Reading

_WORDS: Final = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "star": "*", "hash": "#",
}  # fmt: skip
_KEY: Final = rf"([0-9*#](?!\w)|\b(?:{'|'.join(_WORDS)})\b)"
_VERBS: Final = "press|dial|push|hit|choose|enter|key|number"
_PRESSED: Final = re.compile(rf"\b(?:{_VERBS})\s+(?:the\s+)?(?:key\s+)?{_KEY}", re.IGNORECASE)
_ALONE: Final = re.compile(r"(?<![\w.,:*#])([0-9*#])(?![\w*#])(?![.,:][0-9])")


def keys_said(text: str) -> set[str]:
    """The keys that callers are told to press; where it does not say *press*, every number of one digit."""
    pressed = {_WORDS.get(found.lower(), found) for found in _PRESSED.findall(text)}
    return pressed or set(_ALONE.findall(text))


def check_keys(reading: Reading, flow: CallFlow, places: Places) -> None:
    """Warn of words that name another key than theirs, and of calls back that nobody can ask for."""
    for path, says, key in _said(flow):
        named = keys_said(says)
        if named and key not in named:
            what = " of ".join(f"`{name}`" for name in reversed(path))
            message = f"{what} tells callers to press {' or '.join(sorted(named))}, and the key for that is {key}"
            reading.findings.warning(places.at(*path), message, f"write {key} there")
    used = flow.callbacks.rings or flow.callbacks.trunk
    if places.has("callbacks") and not used and (flow.waiting is None or flow.waiting.offer is None):
        message = "`callbacks` is never used: nobody who waits is offered to be called back"
        hint = "give `waiting` an `offer`, say with `rings` which other promises are rung, or take `callbacks` out"
        reading.findings.warning(places.at("callbacks"), message, hint)


def _said(flow: CallFlow) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is said of a key: where it is written, the words, and the key that does it."""
    if flow.waiting and flow.waiting.offer:
        yield ("waiting", "offer", "says"), flow.waiting.offer.says, CALL_BACK
    if flow.voicemail is None:
        return
    if "waiting" in flow.voicemail.when:
        yield ("voicemail", "waiting"), flow.voicemail.waiting, MESSAGE
    if flow.voicemail.emergency:
        yield ("voicemail", "emergency", "says"), flow.voicemail.emergency.says, flow.voicemail.emergency.key
