"""From customers in the record to a handling plan: everything that goes out is planned here, by the one gate."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.receipts import Closing
from router import directory
from router.directory import Customer, Identity
from router.store.closed import Way
from rules.constraints import Constraints, constraints
from rules.landlord import Ruleset
from rules.plan import HandlingPlan, Intent, Person, Point, merge_strictest, plan

NOBODY = Person()
"""Somebody of whom nothing is known."""


def person_of(identity: Identity) -> Person:
    """Whom we talk to, as the directory knows them now; where it is uncertain who it is, the strictest of all."""
    if not (identity.candidates or identity.closed):
        return NOBODY
    people = [_person(customer) for customer in identity.candidates]
    merged = merge_strictest([*people, Person()] if people and identity.doubted else people)
    out, lost = (_ways([identity.closed], why) for why in (Closing.OPTED_OUT, Closing.NOT_REACHED))
    return replace(merged, opted_out=merged.opted_out | out, not_reached=merged.not_reached | lost)


def _ways(closed: Iterable[Mapping[Closing, frozenset[Way]]], why: Closing) -> frozenset[Way]:
    """The ways that are closed for one reason."""
    return frozenset().union(*(each.get(why, frozenset()) for each in closed))


def _person(customer: Customer) -> Person:
    failing = customer.get("failing", ())
    return Person(
        name=customer["name"],
        language=customer["language"] or "",
        points=tuple(
            Point(kind, value, failing=(kind, value) in failing, prefix=prefix)
            for kind, value, prefix in customer["points"]
        ),
        adjustments=customer["adjustments"],
        preferences=tuple(customer["preferences"]),
        opted_out=_ways(customer.get("closed", ()), Closing.OPTED_OUT),
        not_reached=_ways(customer.get("closed", ()), Closing.NOT_REACHED),
    )


def asked_of_us(connection: Connection, address: Mapping[str, str], ruleset: Ruleset) -> Constraints:
    """What the adjustments of whoever has an address ask of us, as the record has them now; of several, all."""
    return constraints(person_of(directory.at(connection, address)), ruleset)


def plan_for(intent: Intent, identity: Identity, ruleset: Ruleset, now: datetime) -> HandlingPlan:
    """How to serve this person this time."""
    known = replace(intent, address_failing=True) if identity.failing else intent
    return plan(known, person_of(identity), ruleset, now)


def as_dict(handling: HandlingPlan) -> dict[str, Any]:
    """A plan as the record keeps it and people are shown it."""
    return handling._asdict() | {"not_before": handling.not_before.isoformat() if handling.not_before else None}
