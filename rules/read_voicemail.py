"""The part `voicemail` of the section `calls`: who may leave a message, and what they hear."""

from typing import Final

from rules.nodes import Node
from rules.phone_line import EmergencyKey, Voicemail
from rules.reading import Reading, Slot, flag, many, name_of, one_of, record, text, whole

WHEN: Final = ("closed", "waiting")
KEYS: Final = tuple("1234567890")


def read_voicemail(reading: Reading, node: Node) -> Voicemail:
    """The `voicemail` of a landlord's calls."""
    values = record(reading, node, _VOICEMAIL, "`voicemail`")
    return Voicemail(**{name: value for name, value in values.items() if value is not None})


def _emergency(reading: Reading, node: Node) -> EmergencyKey | None:
    values = record(reading, node, _EMERGENCY, "the `emergency` of `voicemail`")
    return EmergencyKey(**values) if all(values.values()) else None


_EMERGENCY: Final = {
    "key": Slot(one_of(KEYS, "key of a telephone"), "1"),
    "says": Slot(text, "", required="write what the key is for, such as If it is an emergency, press 1"),
    "journey": Slot(name_of("journey"), required="name the journey of an emergency"),
}
_VOICEMAIL: Final = {
    "says": Slot(text, "", required="write what is heard before the tone"),
    "when": Slot(many(one_of(WHEN, "time at which it is offered"))),
    "teams": Slot(many(name_of("team"))),
    "after_minutes": Slot(whole(least=0, most=240)),
    "waiting": Slot(text),
    "at_most_seconds": Slot(whole(least=10, most=600)),
    "transcribed": Slot(flag),
    "emergency": Slot(_emergency),
    "thanks": Slot(text),
    "nothing": Slot(text),
}
