"""One customer: how to reach and serve them, adjustments apart from wishes, and their enquiries on every channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from router.console import words
from router.console.addresses import closed_view, failing_view
from router.console.exchange import Answer, Ask, NotFoundError, Page
from router.console.serving import duties
from router.store import closed, enquiries, people
from router.store.rows import Row
from router.store.schema import enquiries as table
from rules.landlord import Ruleset

MOST = 100
SHOWN_APART = ("vulnerabilities",)


@dataclass(frozen=True, slots=True)
class Found:
    """A customer, their newest enquiries, and the ways to reach them that are failing or shut."""

    customer: Row
    enquiries: Sequence[Row]
    failing: Mapping[people.Point, Row]
    shut: Sequence[Row]


def show(ask: Ask) -> Answer:
    """The page of a customer, by id."""
    found = ask.read(lambda record: _find(record, ask.values["id"]))
    if found is None:
        raise NotFoundError("There is no customer with this id.")
    shown = {
        "shut": [closed_view(row, ask.ruleset) for row in found.shut],
        "failing": [failing_view(point, row) for point, row in found.failing.items()],
        "failing_back": f"/customers/{found.customer['id']}",
    }
    return Page("customer.html", view(found.customer, found.enquiries, ask.ruleset, ask.now) | shown)


def _find(record: Connection, customer_id: str) -> Found | None:
    customer = people.get(record, [customer_id]).get(customer_id)
    if customer is None:
        return None
    rows = enquiries.page(record, [table.c.party == people.party(customer_id)], None, MOST)
    points = [(kind, value) for kind, value, _ in customer["points"]]
    shut = closed.of(record, [value for _, value in points])
    return Found(customer, rows, people.failing(record, points), shut)


def view(customer: Row, rows: Sequence[Row], ruleset: Ruleset, now: datetime) -> dict[str, Any]:
    """What the page shows; the newest enquiries first."""
    facts = customer["facts"]
    return {
        "customer": customer,
        "points": [
            (words.plain(kind), words.address({"kind": kind, "value": value, "prefix": prefix}))
            for kind, value, prefix in customer["points"]
        ],
        "language": words.language(customer["language"]),
        "duties": duties(customer, ruleset),
        "wishes": [words.channel(each, ruleset) for each in customer["preferences"]],
        "vulnerabilities": [words.plain(each) for each in facts.get("vulnerabilities", ())],
        "facts": [(words.plain(name), _shown(value)) for name, value in facts.items() if name not in SHOWN_APART],
        "open": [enquiry_line(row, ruleset, now) for row in rows if row["state"] == "open"],
        "past": [enquiry_line(row, ruleset, now) for row in rows if row["state"] != "open"],
        "more": len(rows) == MOST,
    }


def enquiry_line(row: Row, ruleset: Ruleset, now: datetime) -> dict[str, Any]:
    """One enquiry in a list of somebody's."""
    due = row["due_at"] if row["due"] and row["state"] == "open" else None
    return {
        "reference": row["reference"],
        "what": words.journey(row["journey"], ruleset),
        "team": words.team(row["team"], ruleset),
        "opened": row["opened_at"],
        "resolved": row["resolved_at"],
        "due": due,
        "overdue": due is not None and due < now,
    }


def _shown(value: Any) -> str:
    return ", ".join(words.plain(str(each)) for each in (value if isinstance(value, list) else [value]))
