"""What people and other systems are shown of contacts and enquiries: rows put into words and names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.twilio_errors import meaning_of
from router.enquiry.state import State, fold
from router.enquiry.wished import ASKED
from router.explaining import explanation
from router.live import LiveRuleset
from router.store import contacts, enquiries, history, outbox
from router.store.rows import Row
from rules.landlord import Ruleset

View = dict[str, Any]


def contact_in_full(connection: Connection, contact_id: str, live: LiveRuleset) -> View | None:
    """One contact with its parts, owner, decisions, what was said about it, and the explanation in plain words."""
    ruleset = live.ruleset
    found = contacts.load(connection, [contact_id])
    if not found:
        return None
    contact = found[0]
    decided = enquiries.decisions_of(connection, [contact_id])
    current = next((row for row in decided if row["current"]), None)
    told = explanation(connection, contact, current, live) if current and current["digest"] else None
    return contact_summary(contact, ruleset) | {
        "parts": [part_view(part) for part in contacts.all_parts(connection, contact_id)],
        "decision": _decision(connection, current, told, ruleset) if current else None,
        "earlier_decisions": [_earlier(row) for row in decided if not row["current"]],
        "explanation": told,
        "messages": [message_view(row) for row in outbox.of(connection, contact_id=contact_id)],
    }


def contact_summary(contact: Row, ruleset: Ruleset) -> View:
    """One contact in a list: who, when, how, whose."""
    return {
        "id": contact["id"],
        "channel": contact["channel"],
        "conversation": contact["conversation"],
        "state": contact["state"],
        "owner": team_view(contact["team"], ruleset),
        "sender": contact["sender"],
        "recipients": contact["recipients"],
        "about": contact["about"],
        "customer": contact["customer_id"],
        "journey": contact["journey"],
        "received_at": time(contact["received_at"]),
        "decided_at": time(contact["decided_at"]),
        "ended_at": time(contact["ended_at"]),
        "trouble": contact["trouble"],
    }


def team_view(key: str, ruleset: Ruleset) -> View:
    """A team by its key and name."""
    team = ruleset.teams.get(key)
    return {"key": key, "name": team.name if team else key}


def part_view(part: Row) -> View:
    """One part of a contact."""
    return {
        "id": part["id"],
        "part": part["part"],
        "kind": part["kind"],
        "from_us": part["outgoing"],
        "received_at": time(part["received_at"]),
        "claimed_at": time(part["claimed_at"]),
        "subject": part["subject"],
        "text": part["text"],
        "whole": part["whole"],
        "facts": part["facts"],
        "marks": part["marks"],
        "attachments": part["attachments"],
    }


def _decision(connection: Connection, row: Row, told: View | None, ruleset: Ruleset) -> View:
    enquiry = next(iter(enquiries.get(connection, [row["enquiry_id"]])), None) if row["enquiry_id"] else None
    trail = row["trail"]
    return {
        "id": row["id"],
        "at": time(row["at"]),
        "enquiry": {key: enquiry[key] for key in ("id", "reference", "state")} if enquiry else None,
        "how": row["how"],
        "team": team_view(row["team"], ruleset),
        "routed_team": team_view(row["routed_team"], ruleset),
        "also": [team_view(key, ruleset) for key in row["also"]],
        "priority": row["priority"],
        "journey": row["journey"],
        "confidence": row["confidence"],
        "rule": row["rule"],
        "because": row["because"],
        "near": _near(trail, told),
        "handling": trail["handling"],
        "asked": {name: trail[name] for name in ASKED if name in trail},
        "ask": [ruleset.questions.get(key, key) for key in trail["ask"]],
        "instructions": trail["instructions"],
        "marks": trail["marks"],
        "identity": trail["identity"],
        "due": row["due"],
        "plan": row["plan"],
        "ruleset_version": row["ruleset_version"],
        "trouble": row["trouble"],
    }


def _near(trail: Row, told: View | None) -> list[View]:
    """The nearest losers that were kept with the decision, with what the explanation says that each failed on first."""
    failed = {lost["rule"]: lost["failed"][0] for lost in (told["lost"] if told else ())}
    return [{"rule": near["rule"], "failed": failed.get(near["rule"], "")} for near in trail["near"]]


def _earlier(row: Row) -> View:
    kept = ("id", "team", "rule", "because", "journey", "ruleset_version")
    return {key: row[key] for key in kept} | {"at": time(row["at"])}


def message_view(row: Row) -> View:
    """One message of ours: what it is for and what became of it."""
    return {
        "id": row["id"],
        "purpose": row["purpose"],
        "audience": row["audience"],
        "state": row["state"],
        "created_at": time(row["created_at"]),
        "settled_at": time(row["settled_at"]),
        "sent": row["sent"],
        "trouble": row["trouble"],
        "delivery": row["delivery"],
        "delivery_at": time(row["delivery_at"]),
        "delivery_reason": row["delivery_reason"],
        "explained": explained(row["delivery_reason"] or row["trouble"]),
    }


def explained(reason: str | None) -> str | None:
    """A provider's code in words, with what can be done; None where it is no such code."""
    meaning = meaning_of(reason or "")
    return f"{meaning.words}." if meaning else None


def enquiry_in_full(connection: Connection, enquiry: Row, ruleset: Ruleset) -> View:
    """One enquiry with its contacts, history and messages."""
    ids = enquiries.contact_ids(connection, enquiry["id"])
    members = contacts.load(connection, ids)
    events = history.of_one(connection, enquiry["id"])
    return (
        enquiry_summary(enquiry, ruleset)
        | _state_view(fold(events), ruleset)
        | {
            "contacts": [contact_summary(contact, ruleset) for contact in members],
            "history": [event_view(row) for row in events],
            "messages": [message_view(row) for row in outbox.of(connection, enquiry_id=enquiry["id"])],
        }
    )


def enquiry_summary(enquiry: Row, ruleset: Ruleset) -> View:
    """One enquiry in a list."""
    kept = ("id", "reference", "state", "journey", "priority", "due")
    return {key: enquiry[key] for key in kept} | {
        "owner": team_view(enquiry["team"], ruleset),
        "also": [team_view(key, ruleset) for key in enquiry["also"]],
        "customer": enquiry["customer_id"],
        "colleague": enquiry["colleague"],
        "waiting_until": time(enquiry["waiting_until"]),
        "callback_by": time(enquiry["callback_by"]),
        "opened_at": time(enquiry["opened_at"]),
        "resolved_at": time(enquiry["resolved_at"]),
    }


def _state_view(state: State, ruleset: Ruleset) -> View:
    """What an enquiry's history makes of it, beyond what a list shows."""
    ended = state.resolution
    return {
        "acknowledged": state.acknowledged,
        "seen": state.last_contact,
        "waiting": {"on": state.waiting.on, "why": state.waiting.why} if state.waiting else None,
        "callbacks": [
            {
                "id": each.id,
                "starts": time(each.starts),
                "ends": time(each.ends),
                "tries": each.tries,
                "outcome": each.outcome,
                "settled_at": time(each.settled_at),
                "number": each.number,
            }
            for each in state.callbacks
        ],
        "questions": [
            {"id": each.id, "team": team_view(each.team, ruleset), "text": each.text, "answered": each.answered}
            for each in state.questions
        ],
        "resolution": {"how": ended.how, "at_first_contact": ended.at_first_contact} if ended else None,
        "links": list(state.links),
    }


def event_view(row: Row) -> View:
    """One event of the history."""
    return {key: row[key] for key in ("id", "kind", "team", "actor", "data")} | {
        "at": time(row["at"]),
        "contact": row["contact_id"],
    }


def time(moment: datetime | None) -> str | None:
    """A moment as the API writes it: ISO 8601 in UTC."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def contacts_of(rows: Sequence[Row], limit: int, ruleset: Ruleset) -> View:
    """A page of contacts, with the key of the next one if there may be more."""
    return {"contacts": [contact_summary(row, ruleset) for row in rows], "next_before": _following(rows, limit)}


def enquiries_of(rows: Sequence[Row], limit: int, ruleset: Ruleset) -> View:
    """A page of enquiries, likewise."""
    return {"enquiries": [enquiry_summary(row, ruleset) for row in rows], "next_before": _following(rows, limit)}


def _following(rows: Sequence[Row], limit: int) -> str | None:
    return rows[-1]["id"] if len(rows) == limit else None
