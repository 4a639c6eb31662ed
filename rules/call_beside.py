"""What callers hear beside the questions: while they wait, when their team closes, and what is switched on and off."""

from collections.abc import Iterable, Iterator

from rules.call_flow import CALL_BACK, MESSAGE
from rules.call_tree import Node
from rules.landlord import Ruleset
from rules.phone_line import Announcement, Overflow, Voicemail, Waiting


def beside(ruleset: Ruleset) -> list[Node]:
    """What may be heard after the questions, and what supervisors can switch on."""
    flow = ruleset.calls
    if flow is None:
        return []
    found = [Node("team closed", flow.closed, "", ())]
    if flow.waiting:
        after = tuple(_waiting(flow.waiting, flow.closed, _messages(flow.voicemail, ruleset, "waiting")))
        found.append(Node("nobody free", flow.waiting.says, f"again every {flow.waiting.every_seconds} seconds", after))
    if flow.voicemail:
        found += _messages(flow.voicemail, ruleset, "closed")
    announced = tuple(_announced(each, ruleset) for each in flow.announcements.values())
    return [*found, *([Node("switched on by a supervisor", "", "", announced)] if announced else [])]


def _waiting(waiting: Waiting, closed: str, messages: Iterable[Node]) -> Iterator[Node]:
    if waiting.position:
        yield Node("place", "You are number 3 in the queue.", "", ())
    if waiting.offer:
        leads = f"called back, from {waiting.offer.after_seconds} seconds on"
        yield Node(CALL_BACK, waiting.offer.says, leads, ())
    yield from messages
    if waiting.overflow:
        yield Node("overflow", "", _overflow(waiting.overflow), ())
    minutes = waiting.serve_after_closing
    leads = f"served for {minutes} minutes more, then by who is open, else the call ends; an emergency goes to a person"
    yield Node("closing", waiting.closed or closed, leads, ())


def _messages(voicemail: Voicemail | None, ruleset: Ruleset, when: str) -> Iterator[Node]:
    """Whether a message may be left then, and the key of an emergency there."""
    if voicemail is None or when not in voicemail.when:
        return
    whose = f" of {', '.join(ruleset.teams[key].name for key in voicemail.teams)}" if voicemail.teams else ""
    leads = f"a message after the tone of at most {voicemail.at_most_seconds} seconds"
    urgent = voicemail.emergency
    after = (Node(urgent.key, urgent.says, ruleset.journeys[urgent.journey].name, ()),) if urgent else ()
    if when == "closed":
        yield Node(f"team{whose} closed", voicemail.says, leads, after)
    else:
        waited = f"{leads}, from {voicemail.after_minutes} minutes on"
        yield Node(MESSAGE, voicemail.waiting, f"{waited}, for who waits{whose}", after)


def _overflow(overflow: Overflow) -> str:
    behind = f", or behind {overflow.longer_than} others" if overflow.longer_than else ""
    urgent = f"in an emergency after {overflow.emergency_after_seconds} seconds"
    return f"the next team is rung as well after {overflow.after_minutes} minutes, {urgent}{behind}"


def _announced(each: Announcement, ruleset: Ruleset) -> Node:
    teams = [ruleset.teams[key].name for key in each.teams if key in ruleset.teams]
    journeys = [ruleset.journeys[key].name for key in each.journeys if key in ruleset.journeys]
    whose = f", only for {', '.join([*teams, *journeys])}" if teams or journeys else ""
    where = {"greeting": "after the greeting", "waiting": "while waiting"}
    return Node(each.key, each.says, " and ".join(where[place] for place in each.heard) + whose, ())
