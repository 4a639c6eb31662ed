"""The `teams` section: roles, how colleagues are reached, and where they are notified."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from rules.landlord import PHONE, SMS, Channel, News, Notice, Phone, Team
from rules.model import JOURNEY_TEAM, Priority
from rules.nodes import Map, Node, Scalar, quoted
from rules.points import client, email, phone, point, sip, webhook
from rules.read_messages import names
from rules.reading import Reading, Slot, flag, many, name_of, one_of, record, text, texts, whole, wrong

Channels = Mapping[str, Channel]


def read_team(channels: Channels, reading: Reading, key: Scalar, node: Node) -> Team:
    """One team."""
    if key.value == JOURNEY_TEAM:
        hint = "call the team something else"
        reading.findings.error(key.mark, "`journey` stands for the journey's own team in a rule", hint)
    slots = _TEAM | {
        "channels": Slot(partial(_addresses, channels), {}),
        "notify": Slot(many(_notice), ()),
    }
    values = record(reading, node, slots, f"team {quoted(key.value)}", key.mark)
    if key.value in values["escalation"]:
        message = f"team {quoted(key.value)} stands on its own escalation path"
        reading.findings.error(key.mark, message, "name who takes over when it cannot")
    return Team(key=key.value, mark=key.mark, **values)


def _addresses(channels: Channels, reading: Reading, node: Node) -> dict[str, str] | None:
    """Addresses by channel."""
    if not isinstance(node, Map):
        wrong(reading, node, "a mapping from channels to addresses", "such as {email: repairs@landlord.example}")
        return None
    found = {key.value: _address(channels, reading, key, value) for key, value in node.entries}
    return {channel: address for channel, address in found.items() if address is not None}


def _address(channels: Channels, reading: Reading, key: Scalar, node: Node) -> str | None:
    if key.value not in channels:
        reading.findings.unknown(key.mark, f"there is no channel {quoted(key.value)}", key.value, channels)
        return None
    return point(reading, node, channels[key.value].reaches)


def _notice(reading: Reading, node: Node) -> Notice | None:
    """Where the team is told: one address, and the priorities, hours and news that it is kept for."""
    if not isinstance(node, Map):
        wrong(reading, node, "a channel and an address", "such as {email: repairs-team@landlord.example}")
        return None
    if sum(key.value not in _KEPT_FOR for key, _ in node.entries) != 1:
        reading.findings.error(node.mark, "a notification goes to one address", "make one item of the list for each")
    values = record(reading, node, _KEPT_FOR | _ADDRESSES, "a notification")
    channel = next((name for name in _ADDRESSES if values[name]), "")
    when = tuple(Priority(each) for each in values["when"])
    if channel == PHONE and set(when) - {Priority.EMERGENCY}:
        reading.findings.error(
            node.mark, "a phone is rung for emergencies alone", "use `sms` or `email` for the others"
        )
    if channel == PHONE:
        when = (Priority.EMERGENCY,)
    what = tuple(News(each) for each in values["for"])
    return Notice(channel, values[channel], when, values["hours"], what) if channel else None


def _phone(reading: Reading, node: Node) -> Phone | None:
    """A telephone of the team's own: what it is reached by, and how many calls it takes at a time."""
    values = record(reading, node, _PHONE, "a telephone")
    reaches = [name for name in REACHES if values[name]]
    if len(reaches) != 1:
        hint = "give it a `number`, a `sip` address or a `client`; each telephone is an item of its own"
        reading.findings.error(node.mark, "a telephone is reached by one thing", hint)
        return None
    reach, at_once = reaches[0], values["at_once"]
    # A number that takes one call at a time is somebody's own telephone, and may have a mailbox.
    own = reach == "number" and at_once == 1
    return Phone(reach, values[reach], at_once, own if values["confirm"] is None else values["confirm"])


REACHES: Final = ("number", "sip", "client")
_PHONE: Final = {
    "number": Slot(phone),
    "sip": Slot(sip),
    "client": Slot(client),
    "at_once": Slot(whole(least=1, most=1000)),
    "confirm": Slot(flag),
}
_ADDRESSES: Final = {"email": Slot(email), SMS: Slot(phone), PHONE: Slot(phone), "webhook": Slot(webhook)}
_KEPT_FOR: Final = {
    "when": Slot(many(one_of(tuple(Priority), "priority")), ()),
    "hours": Slot(name_of("hours"), ""),
    "for": Slot(many(one_of(tuple(News), "kind of news")), ()),
}
_TEAM: Final = {
    "name": Slot(text, "", required="write what the team is called"),
    "role": Slot(text, "", wished="say in a sentence what the team is for"),
    "responsibilities": Slot(texts, (), wished="list what the team is responsible for"),
    "hours": Slot(name_of("hours"), "", required="name one of the `hours`, so that it is known when the team is open"),
    "escalation": Slot(many(name_of("team")), ()),
    "acknowledge_within": Slot(whole(least=1, most=1440)),
    "names": Slot(names, {}),
    "phones": Slot(many(_phone), ()),
}
