"""Text relay on a contact's page: how it is known, what to dial, and a colleague's word that a call came by it."""

from typing import Any

from channels.names import PHONE
from router.console.exchange import Answer, Ask, NotFoundError, Redirect
from router.directory import Identity
from router.planning import person_of
from router.store import relay
from router.store.rows import Row
from rules.constraints import constraints
from rules.landlord import Ruleset


def view(contact: Row, sender: Identity, ruleset: Ruleset) -> dict[str, Any] | None:
    """What the page of a call says of text relay; None for what is no call."""
    if contact["channel"] != PHONE:
        return None
    recorded, marked = constraints(person_of(sender), ruleset).call_prefix, contact["sender"].get("prefix", "")
    return {
        "prefix": " ".join(recorded or (relay.PREFIX if marked else "")),
        "recorded": bool(recorded),
        "marked": bool(marked),
        "action": f"/contacts/{contact['id']}/text-relay",
    }


def mark(ask: Ask) -> Answer:
    """Mark a call as one by text relay, or take the mark away."""
    id_, on = ask.values["id"], ask.given("relay") == "yes"
    said = relay.RelayMark(id_, relay=on, by=ask.person.actor, at=ask.now)
    if not ask.services.writer.submit(relay.mark, said).result():
        raise NotFoundError("There is no call with this id.")
    return Redirect(f"/contacts/{id_}", "Marked: this call came by text relay." if on else "The mark is taken away.")
