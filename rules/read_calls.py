"""The sections `calls`, of what a caller hears, and `call_events`, of how other telephone systems' events are read."""

import re
from typing import Any, Final

from rules.call_flow import with_numbers
from rules.nodes import Map, Node, Scalar, quoted
from rules.phone_line import (
    OF_COLLEAGUES,
    OF_MISSED,
    Announcement,
    Callbacks,
    CallFlow,
    Entry,
    Menu,
    MenuOption,
    Missed,
    Offer,
    Overflow,
    Returning,
    Speech,
    Trunk,
    Waiting,
)
from rules.points import phone, webhook
from rules.read_live_calls import read_interpreter, read_recording
from rules.read_voicemail import read_voicemail
from rules.reading import (
    Reading,
    Slot,
    flag,
    many,
    name_of,
    one_of,
    part,
    record,
    table,
    text,
    texts,
    whole,
    wrong,
)

MENU_KEYS: Final = (*"1234567890", "*", "#")


def read_calls(reading: Reading, node: Node) -> CallFlow:
    """The `calls` section."""
    values = record(reading, node, _CALLS, "`calls`")
    numbers: dict[str, Entry] = values.pop("numbers")
    return with_numbers(CallFlow(numbers=(), **values), numbers)


def read_call_events(reading: Reading, node: Node) -> dict[str, Any]:
    """The `call_events` section, as the adapter for call events takes it."""
    return record(reading, node, _CALL_EVENTS, "`call_events`")


def _numbers(reading: Reading, node: Node) -> dict[str, Entry] | None:
    """A number, a list of numbers, or numbers with what each stands for."""
    if not isinstance(node, Map):
        listed = many(phone)(reading, node)
        return dict.fromkeys(listed, Entry()) if listed else None
    found = {}
    for key, value in node.entries:
        number = phone(reading, key)
        what = f"number {quoted(key.value)}"
        values = record(reading, value, _ENTRY, what, key.mark) if isinstance(value, Map) else {}
        if values and sum(bool(values[name]) for name in _LEADS) > 1:
            reading.findings.error(key.mark, f"{what} leads to more than one thing", "keep one of them")
        if number:
            found[number] = Entry(**values)
    return found


def _menus(reading: Reading, node: Node) -> dict[str, Menu] | None:
    """Further menus by name, each with what is said before its keys."""
    found: dict[str, Menu] | None = table(_submenu, "menus by name")(reading, node)
    return found


def _submenu(reading: Reading, node: Node) -> Menu:
    values = record(reading, node, _SUBMENU, "a menu")
    return Menu(values["says"], values["keys"])


def _waiting(reading: Reading, node: Node) -> Waiting:
    return Waiting(**record(reading, node, _WAITING, "`waiting`"))


def _overflow(reading: Reading, node: Node) -> Overflow:
    return Overflow(**record(reading, node, _OVERFLOW, "`overflow`"))


def _offer(reading: Reading, node: Node) -> Offer:
    return Offer(**record(reading, node, _OFFER, "`offer`"))


def _announcement(reading: Reading, key: Scalar, node: Node) -> Announcement:
    """What can be switched on: by the name that stands before it."""
    values = record(reading, node, _ANNOUNCEMENT, f"announcement {quoted(key.value)}", key.mark)
    return Announcement(key.value, **values)


def _announcements(reading: Reading, node: Node) -> dict[str, Announcement] | None:
    if not isinstance(node, Map):
        wrong(reading, node, "announcements by name", "such as {high-volume: {says: We are very busy today.}}")
        return None
    return {key.value: _announcement(reading, key, value) for key, value in node.entries}


def _callbacks(reading: Reading, node: Node) -> Callbacks:
    return Callbacks(**record(reading, node, _CALLBACKS, "`callbacks`"))


def _trunk(reading: Reading, node: Node) -> Trunk:
    values = record(reading, node, _TRUNK, "`trunk`")
    if values["host"] and not _HOST.fullmatch(values["host"]):
        hint = "write it as sip.landlord.example or sip.landlord.example:5061"
        reading.findings.error(node.mark, f"{quoted(values['host'])} is no host", hint)
    if not set(values["withhold"]) <= set("0123456789*#"):
        reading.findings.error(node.mark, "`withhold` has other keys than a telephone", 'write it as "141"')
    return Trunk(**values)


def _missed(reading: Reading, node: Node) -> Missed:
    return Missed(**record(reading, node, _MISSED, "`missed`"))


def _returning(reading: Reading, node: Node) -> Returning:
    return Returning(**record(reading, node, _RETURNING, "`returning`"))


def _speech(reading: Reading, node: Node) -> Speech:
    return Speech(**record(reading, node, _SPEECH, "`speech`"))


def _menu(reading: Reading, node: Node) -> tuple[MenuOption, ...] | None:
    if not isinstance(node, Map):
        wrong(reading, node, "a menu by keys", 'such as {"1": {says: For repairs, team: repairs}}')
        return None
    return tuple(_option(reading, key, value) for key, value in node.entries)


def _option(reading: Reading, key: Scalar, node: Node) -> MenuOption:
    what = f"menu key {quoted(key.value)}"
    if key.value not in MENU_KEYS:
        reading.findings.error(key.mark, f"no telephone has the key {quoted(key.value)}", "use 0 to 9, * or #")
    says = {"says": Slot(text, "", required="write what the caller hears")}
    values = record(reading, node, says | GOES_TO | _FURTHER, what, key.mark)
    not_both(reading, key, what, values)
    if values["menu"] and any(values[name] for name in ("journey", "team", "information", "voicemail")):
        hint = "what it is about is asked there: keep the menu alone"
        reading.findings.error(key.mark, f"{what} leads to a menu and to something else", hint)
    if isinstance(node, Map) and not {*_LEADS, "information", "voicemail"} & {name.value for name, _ in node.entries}:
        hint = "give it a `journey`, a `team`, a `menu`, some `information` or `voicemail`"
        reading.findings.error(key.mark, f"{what} leads nowhere", hint)
    return MenuOption(key=key.value, **values)


def not_both(reading: Reading, key: Scalar, what: str, values: dict[str, Any]) -> None:
    """Report what stands for a journey and for a team at once."""
    if values["journey"] and values["team"]:
        hint = "keep the journey: its team follows from it"
        reading.findings.error(key.mark, f"{what} has a `journey` and a `team`", hint)


GOES_TO: Final = {"journey": Slot(name_of("journey")), "team": Slot(name_of("team"))}
_LEADS: Final = ("journey", "team", "menu")
_FURTHER: Final = {
    "menu": Slot(text, ""),
    "information": Slot(text, ""),
    "voicemail": Slot(flag, default=False),
    "relay": Slot(flag, default=False),
}
_ENTRY: Final = GOES_TO | {"menu": Slot(text, ""), "greeting": Slot(text, "")}
_SUBMENU: Final = {
    "says": Slot(text, "", required="write the question, such as Which repair is it?"),
    "keys": Slot(_menu, (), required="give it keys, as `menu` has them"),
}
HEARD: Final = ("greeting", "waiting")
_ANNOUNCEMENT: Final = {
    "says": Slot(text, "", required="write what callers hear while it is on"),
    "heard": Slot(many(one_of(HEARD, "place where it is heard")), ("greeting",)),
    "teams": Slot(many(name_of("team")), ()),
    "journeys": Slot(many(name_of("journey")), ()),
}
_OVERFLOW: Final = {
    "after_minutes": Slot(whole(least=0, most=120), 10),
    "emergency_after_seconds": Slot(whole(least=0, most=600), 60),
    "longer_than": Slot(whole(least=1, most=500)),
}
_OFFER: Final = {
    "says": Slot(text, "", required="write what the key 1 does, such as To be called back, press 1"),
    "after_seconds": Slot(whole(least=0, most=3600), 60),
}
_WAITING: Final = {
    "says": Slot(text, "", required="write what a caller hears while nobody of their team is free"),
    "position": Slot(flag, default=True),
    "every_seconds": Slot(whole(least=5, most=300), 30),
    "music": Slot(webhook, ""),
    "rest_seconds": Slot(whole(least=1, most=600), 20),
    "overflow": Slot(_overflow),
    "offer": Slot(_offer),
    "serve_after_closing": Slot(whole(least=0, most=240), 15),
    "closed": Slot(text, ""),
}
_MISSED: Final = {
    "not_under_seconds": Slot(whole(least=0, most=120), 5),
    "promise_within": Slot(whole(least=1, most=100), 4),
}
_RETURNING: Final = {
    "says": Slot(text, "", required="write what the key does, such as To go to the team that has your enquiry"),
    "key": Slot(one_of(MENU_KEYS, "key"), "9"),
    "not_teams": Slot(many(name_of("team")), ()),
    "not_journeys": Slot(many(name_of("journey")), ()),
}
_SPEECH: Final = {
    "says": Slot(text, "", required="write what tells callers so, such as Or say in a few words what it is about."),
    "hints": Slot(texts, ()),
}
RINGS: Final = (OF_MISSED, OF_COLLEAGUES)
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?")
_TRUNK: Final = {
    "host": Slot(text, "", required="give the host of the trunk, such as sip.landlord.example"),
    "withhold": Slot(text, ""),
}
_CALLBACKS: Final = {
    "promise_within": Slot(whole(least=1, most=100), 4),
    "slot_hours": Slot(whole(least=1, most=4), 2),
    "attempts": Slot(whole(least=1, most=10), 3),
    "spacing_minutes": Slot(whole(least=1, most=1440), 30),
    "rings": Slot(many(one_of(RINGS, "kind of promise")), ()),
    "trunk": Slot(_trunk),
}
_CALLS: Final = {
    "numbers": Slot(_numbers, {}, required="list the numbers that are ours"),
    "menus": Slot(_menus, {}),
    "greeting": Slot(text, "", required="write what a caller hears first"),
    "menu": Slot(_menu, ()),
    "wait_seconds": Slot(whole(least=1, most=60), 8),
    "closed": Slot(text, "The team that you need is closed now. We have noted your call."),
    "connecting": Slot(text, "We are putting you through now."),
    "fallback_number": Slot(phone, "", required="give the number of a person who answers whatever happens"),
    "voice": Slot(text, ""),
    "language": Slot(text, "en-GB"),
    "ring_seconds": Slot(whole(least=5, most=120), 20),
    "waiting": Slot(_waiting),
    "announcements": Slot(_announcements, {}),
    "voicemail": Slot(read_voicemail),
    "missed": Slot(_missed),
    "returning": Slot(_returning),
    "speech": Slot(_speech),
    "interpreter": Slot(read_interpreter),
    "callbacks": Slot(_callbacks, Callbacks()),
    "recording": Slot(read_recording),
    "on_hold": Slot(text, "Please hold the line. We will be back with you shortly."),
}
EVENT_FIELDS: Final = (
    "call", "original", "event", "id", "from", "to", "direction", "queue", "agent", "number", "cause", "menu",
    "diverted", "at",
)  # fmt: skip
"""What can be read off an event; the adapter has a name of its own for each (channels/call_event_fields.py)."""
CALL_EVENTS: Final = ("new", "asked", "answered", "transferred", "ended")
ANSWERS: Final = ("nothing", "decision")
_CALL_EVENTS: Final = {
    "fields": Slot(part({name: Slot(texts) for name in EVENT_FIELDS}, "the fields of an event"), {}),
    "events": Slot(table(one_of(CALL_EVENTS, "event of a call"), "events by the system's word for each"), {}),
    "answer": Slot(one_of(ANSWERS, "answer to a new call"), "nothing"),
}
