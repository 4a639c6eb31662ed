"""The `teams` section: roles, how colleagues are reached, and where they are notified."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from rules.model import JOURNEY_TEAM, Channel, Priority, Team
from rules.nodes import Map, Node, Scalar, quoted
from rules.points import point
from rules.reading import Reading, Slot, many, name_of, one_of, record, text, texts, wrong

Channels = Mapping[str, Channel]


def read_team(channels: Channels, reading: Reading, key: Scalar, node: Node) -> Team:
    """One team."""
    if key.value == JOURNEY_TEAM:
        hint = "call the team something else"
        reading.findings.error(key.mark, "`journey` stands for the journey's own team in a rule", hint)
    slots = _TEAM | {
        "channels": Slot(partial(_addresses, channels), {}),
        "notify": Slot(many(partial(_notice, channels)), ()),
    }
    values = record(reading, node, slots, f"team {quoted(key.value)}", key.mark)
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


def _notice(channels: Channels, reading: Reading, node: Node) -> dict[str, str] | None:
    """Where the team is told of new work: one address, and the priority that it is kept for."""
    if not isinstance(node, Map):
        wrong(reading, node, "a channel and an address", "such as {email: repairs-team@landlord.example}")
        return None
    when = {key.value: _priority(reading, value) for key, value in node.entries if key.value == "when"}
    addresses = tuple(entry for entry in node.entries if entry[0].value != "when")
    if len(addresses) != 1:
        reading.findings.error(node.mark, "a notification goes to one address", "make one item of the list for each")
    found: dict[str, Any] = when | (_addresses(channels, reading, Map(addresses, node.mark)) or {})
    return {name: value for name, value in found.items() if value is not None}


_priority: Final = one_of(tuple(Priority), "priority")
_TEAM: Final = {
    "name": Slot(text, "", required="write what the team is called"),
    "role": Slot(text, "", wished="say in a sentence what the team is for"),
    "responsibilities": Slot(texts, (), wished="list what the team is responsible for"),
    "hours": Slot(name_of("hours"), "", required="name one of the `hours`, so that it is known when the team is open"),
    "escalation": Slot(many(name_of("team")), ()),
}
