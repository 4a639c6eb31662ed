"""What can happen to an enquiry: the kinds of events, and what each keeps in its `data`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from channels import inbound

Event = Mapping[str, Any]
"""A row of events: id, at, kind, enquiry_id, contact_id, team, actor and data."""


class EventKind(StrEnum):
    """The kinds of events. Those of contacts keep what reports need of them, so that no report asks anything else."""

    OPENED = "opened"
    """By the engine, or by splitting. data: `also`, `priority`, `due`, what every contact's event has, and beside that
    what the rules asked for: `queue`, `escalate`, `wishes` (router/enquiry/wished.py)."""
    JOINED = "joined"
    THREADED = "threaded"
    DECIDED_AGAIN = "decided-again"
    """Of a contact: data: `rule`, `journey`, `channel`, `kind`, `received_at`, `party` (a digest of whose matter it is)
    and `needs` (adjustments and vulnerabilities; null of somebody unknown)."""
    CHANGED = "changed"
    """Its priority, journey, due times or what the rules ask for became others. data: those that did."""

    TRANSFERRED = "transferred"
    """Another team owns it. data: `from`, `to`, `reason`, `misroute`, and a `note` or the `rule`."""
    TAKEN = "taken"
    """A colleague has it. data: `colleague`."""
    HANDED_BACK = "handed-back"
    """It is its team's again. data: `note`."""
    ACKNOWLEDGED = "acknowledged"
    """A person has seen that it is an emergency."""
    ESCALATED = "escalated"
    """Nobody has: the next in the escalation path is told too. data: `to`, `step`, and the `ladder` that it is of."""
    ASKED = "asked"
    """Another team contributes. data: `question` (its id), `to`, `text`."""
    ANSWERED = "answered"
    """data: `question`, `text`."""
    NOTED = "noted"
    """data: `text`."""
    REPLIED = "replied"
    """A reply is on its way to the customer. data: `text`, `channel`, `address`."""
    WAITING = "waiting"
    """Nothing can be done before. data: `until`, `on`, `why`."""
    RESUMED = "resumed"
    """It goes on. data: `because` (time, contact, colleague)."""
    PROMISED = "callback-promised"
    """data: `callback` (its id), `starts`, `ends`, and a `number` where it is not the one they got in touch from."""
    TRIED = "callback-tried"
    """data: `callback`, `outcome`."""
    OVERDUE = "callback-overdue"
    """The promised time is over, and nobody rang. data: `callback`."""
    RESOLVED = "resolved"
    """data: `at_first_contact`, `how`, `note`."""
    REOPENED = "reopened"
    """data: `why`, and `because` (reply) where the customer's answer did it."""
    LINKED = "linked"
    """data: `to` (the other's id), `reference`, `how` (related, duplicate, follows, unproven)."""
    SPLIT = "split"
    """data: `into` (the new one's id), `reference`."""

    DUE = "due"
    """A timescale is over. data: `timescale`."""
    RECORDED = "recorded"
    """A machine sent something about it. data: what every contact's event has."""
    RETURNED = "returned"
    """What we sent did not arrive. data: that, and `permanent`, `status`, and the `intent` where it is known."""
    WITHDRAWN = "reply-withdrawn"
    """A reply was taken back before it left. data: `reply` (the id of its event)."""
    MESSAGE_SENT = "message-sent"
    MESSAGE_FAILED = "message-failed"
    MESSAGE_TO_PERSON = "message-to-person"


MACHINES = frozenset(str(kind) for kind in inbound.MACHINES)
"""The kinds of contacts that come in without anybody having been in touch: they count nowhere, and nobody is told."""

OF_CONTACTS = (EventKind.OPENED, EventKind.JOINED, EventKind.THREADED)
"""What happens when a contact becomes part of an enquiry."""
