"""One enquiry as reports count it: what its events say of contacts, owners, times and promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from router.enquiry.happenings import MACHINES, OF_CONTACTS, Event, EventKind
from router.enquiry.orders import CUSTOMER
from router.enquiry.state import NOT_REACHED, SETTLED, State, after, moment


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as reports count it. `matter` says whose it is and about what, None where that is not known."""

    at: datetime
    channel: str
    matter: tuple[str, str] | None
    asked_for: bool = False
    """We had asked the customer for it, so it is no repeat."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of owner, and whether the first owner was wrong."""

    sender: str
    receiver: str
    reason: str
    misroute: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """A call that was promised: when the time for it was over, and when the customer was reached, or wanted none."""

    ends: datetime
    settled_at: datetime | None


@dataclass(slots=True)
class Case:
    """An enquiry in figures. `needs` are adjustments and vulnerabilities, None for somebody unknown to us."""

    id: str
    opened_at: datetime
    routed_team: str
    channel: str
    needs: tuple[str, ...] | None
    state: State
    contacts: list[Contact] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    taken_at: datetime | None = None
    replied_at: datetime | None = None
    missed: set[str] = field(default_factory=set)
    """The timescales that ran out while it was open."""
    declared: bool = False
    """Whether the colleague who resolved it first said that it was at first contact."""

    @property
    def received_at(self) -> datetime:
        """When the first contact came in."""
        return self.contacts[0].at

    @property
    def team(self) -> str:
        """The team that resolved it, or owns it now."""
        return self.state.team

    @property
    def resolved_at(self) -> datetime | None:
        """When it was resolved, if it is."""
        return self.state.resolution.at if self.state.resolution else None

    @property
    def promises(self) -> list[Promise]:
        """Every call that was promised."""
        given_up = {each.id for each in self.state.callbacks if each.outcome == NOT_REACHED}
        return [Promise(each.ends, None if each.id in given_up else each.settled_at) for each in self.state.callbacks]

    @property
    def unasked(self) -> list[Contact]:
        """The contacts that customers made by themselves."""
        return [contact for contact in self.contacts if not contact.asked_for]


def case_of(events: Sequence[Event]) -> Case | None:
    """One enquiry from all its events, oldest first; None where no person's contact is among them."""
    case: Case | None = None
    state = State()
    withdrawn = {event["data"]["reply"] for event in events if event["kind"] == EventKind.WITHDRAWN}
    for event in events:
        if event["id"] in withdrawn:
            continue  # what was taken back never reached anybody
        contact = contact_of(event, state)
        if contact is not None and case is None:
            case = _begun(event, contact)
        if case is not None:
            _note(case, event, contact)
        state = after(state, event)
    if case is not None:
        case.state = state
    return case


def contact_of(event: Event, before: State | None = None) -> Contact | None:
    """The contact that an event tells of; None where it tells of none, or of a machine's."""
    data = event["data"]
    if event["kind"] not in OF_CONTACTS or "received_at" not in data or data["kind"] in MACHINES:
        return None
    matter = (data["party"], data["journey"]) if data.get("journey") else None
    waited = before is not None and before.waiting is not None and before.waiting.on == CUSTOMER
    return Contact(moment(data["received_at"]), data["channel"], matter, waited)


def _begun(event: Event, contact: Contact) -> Case:
    needs = event["data"].get("needs")
    known = tuple(needs) if needs is not None else None
    return Case(event["enquiry_id"], event["at"], event["team"], contact.channel, known, State())


def _note(case: Case, event: Event, contact: Contact | None) -> None:
    data: Mapping[str, Any] = event["data"]
    if contact is not None:
        case.contacts.append(contact)
    match event["kind"]:
        case EventKind.TRANSFERRED:
            case.moves.append(Move(data["from"], data["to"], data["reason"], bool(data["misroute"])))
        case EventKind.TAKEN:
            case.taken_at = case.taken_at or event["at"]
        case EventKind.REPLIED:
            case.replied_at = case.replied_at or event["at"]
        case EventKind.TRIED if data["outcome"] in SETTLED - {NOT_REACHED}:
            case.replied_at = case.replied_at or event["at"]
        case EventKind.DUE:
            case.missed.add(data["timescale"])
        case EventKind.RESOLVED:
            case.declared = bool(data["at_first_contact"])
