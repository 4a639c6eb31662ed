"""Who is it? Exact identification by contact point: one customer, none, or several, and then never a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from channels.inbound import PointKind
from channels.receipts import Closing
from router.store import closed, people
from router.store.closed import Way

Contact = Mapping[str, Any]
"""A row of contacts with its parts, as `router.store.contacts.load` gives it."""

Customer = Mapping[str, Any]
"""A row of customers with its `points`, as `router.store.people.find` gives it."""

OF_NOBODY = (PointKind.UNKNOWN, PointKind.SESSION)
"""Kinds of address that two different people may share, so that they never say whose matter it is."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Everybody that an address may belong to."""

    candidates: tuple[Customer, ...] = ()
    doubted: bool = False
    """Whether the address may be forged: then nobody is identified by it, though their adjustments count."""
    failing: bool = False
    """Whether what we sent to this address came back for good."""
    closed: Mapping[Closing, frozenset[Way]] = field(default_factory=dict)
    """The channels that are not to be used to this address, and why."""

    @property
    def customer(self) -> Customer | None:
        """The customer, if there is exactly one, and no doubt."""
        return self.candidates[0] if len(self.candidates) == 1 and not self.doubted else None

    @property
    def ambiguous(self) -> bool:
        """Whether it may be a customer, and it is not certain which or whether."""
        return bool(self.candidates) and self.customer is None


@dataclass(frozen=True, slots=True)
class Who:
    """Who is in touch, and whom it is about: the same, unless the contact names another."""

    sender: Identity
    subject: Identity
    party: str
    """Whose matter it is: `customer:` and an id, or the address of somebody unknown."""


def identify(connection: Connection, contacts: Sequence[Contact]) -> list[Who]:
    """Identify the sender and the subject of each contact by their addresses, with one look-up for all."""
    addresses = [address for contact in contacts for address in (contact["sender"], contact["about"]) if address]
    points = {_point(address) for address in addresses}
    found = people.find(connection, points)
    failing = people.failing(connection, points)
    shut = closed.by_value(closed.of(connection, (value for _, value in points)))
    return [_who(contact, found, failing, shut) for contact in contacts]


def at(connection: Connection, address: Mapping[str, str]) -> Identity:
    """Everybody that one address may belong to."""
    point = _point(address)
    found = people.find(connection, [point]).get(point, ())
    shut = closed.by_value(closed.of(connection, [point[1]])).get(point[1], {})
    return Identity(tuple(found), failing=bool(people.failing(connection, [point])), closed=shut)


def _who(
    contact: Contact,
    found: Mapping[people.Point, Sequence[Customer]],
    failing: Mapping[people.Point, Any],
    shut: Mapping[str, Mapping[Closing, frozenset[Way]]],
) -> Who:
    point = _point(contact["sender"])
    sender = Identity(
        tuple(found.get(point, ())),
        doubted=is_doubted(contact),
        failing=point in failing,
        closed=shut.get(point[1], {}),
    )
    about = contact["about"]
    subject = Identity(tuple(found.get(_point(about), ()))) if about else sender
    return Who(sender, subject, _party(contact, subject))


def is_doubted(contact: Contact) -> bool:
    """Whether our own mail server found that somebody else sent this mail than it says (`channels.email_auth`)."""
    return any(part["facts"].get("auth") == "fail" for part in contact["parts"])


def _point(address: Mapping[str, str]) -> people.Point:
    return address["kind"], address.get("value", "")


def _party(contact: Contact, subject: Identity) -> str:
    if subject.customer is not None:
        return people.party(subject.customer["id"])
    address = contact["about"] or contact["sender"]
    if address["kind"] in OF_NOBODY or not address.get("value"):
        return f"contact:{contact['id']}"
    return f"{address['kind']}:{address['value']}"
