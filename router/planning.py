"""From customers in the record to a handling plan: everything that goes out is planned here, by the one gate."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from router.directory import Customer, Identity
from rules.landlord import Ruleset
from rules.plan import HandlingPlan, Intent, Person, Point, merge_strictest, plan

_FIELDS = fields(HandlingPlan)


def person_of(identity: Identity) -> Person:
    """Whom we talk to, as the directory knows them now; where it is uncertain who it is, the strictest of all."""
    people = [_person(customer) for customer in identity.candidates]
    return merge_strictest([*people, Person()] if people and identity.doubted else people)


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
    )


def plan_for(intent: Intent, identity: Identity, ruleset: Ruleset, now: datetime) -> HandlingPlan:
    """How to serve this person this time."""
    known = replace(intent, address_failing=True) if identity.failing else intent
    return plan(known, person_of(identity), ruleset, now)


def as_dict(handling: HandlingPlan) -> dict[str, Any]:
    """A plan as the record keeps it and people are shown it."""
    kept = {each.name: getattr(handling, each.name) for each in _FIELDS}
    return kept | {"not_before": handling.not_before.isoformat() if handling.not_before else None}
