"""Looking up by exactly what somebody says: a reference, a phone number or an email address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.addresses import mailbox
from channels.inbound import PointKind
from channels.numbers import REGION, read_number
from router.console import words
from router.console.customer import enquiry_line
from router.console.exchange import Answer, Ask, Page, Redirect
from router.references import normalise
from router.store import enquiries, people
from router.store.rows import Row
from router.store.schema import enquiries as table
from rules.landlord import Ruleset

MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """Who has what was typed, and the enquiries of an address that nobody known has."""

    customers: Sequence[Row]
    enquiries: Sequence[Row]


def show(ask: Ask) -> Answer:
    """The search page, with what was found for what was typed; an enquiry's reference leads straight to it."""
    typed = ask.query.get("q", "").strip()
    reference = normalise(typed)
    if reference and ask.read(lambda record: enquiries.by_reference(record, reference)):
        return Redirect(f"/enquiries/{reference}")
    points = points_of(typed, ask.ruleset.landlord.country or REGION)
    found = ask.read(lambda record: _find(record, points))
    return Page("search.html", view(typed, found, ask.ruleset, ask.now))


def points_of(typed: str, country: str) -> list[people.Point]:
    """What was typed as every contact point that it may be."""
    if not typed:
        return []
    points: list[people.Point] = [(people.REFERENCE, typed), (people.REFERENCE, typed.upper())]
    number = read_number(typed, country).address
    email = mailbox(typed)
    points += [(number.kind.value, number.value)] if number.kind is PointKind.PHONE else []
    points += [(email.kind.value, email.value)] if email.kind is PointKind.EMAIL else []
    return list(dict.fromkeys(points))


def _find(record: Connection, points: Sequence[people.Point]) -> Found:
    known = people.find(record, points)
    customers = {each["id"]: each for group in known.values() for each in group}
    parties = [f"{kind}:{value}" for kind, value in points]
    rows = [row for party in parties for row in enquiries.page(record, [table.c.party == party], None, MOST)]
    return Found(list(customers.values()), rows)


def view(typed: str, found: Found, ruleset: Ruleset, now: datetime) -> dict[str, Any]:
    """What the page shows."""
    return {
        "typed": typed,
        "customers": [
            {
                "id": each["id"],
                "name": each["name"],
                "reference": each["reference"],
                "needs": words.adjustments(each, ruleset),
            }
            for each in found.customers
        ],
        "lines": [enquiry_line(row, ruleset, now) for row in found.enquiries],
    }
