"""What the rules asked for in how an enquiry is dealt with, as events, decisions and the outbox keep it. Pure.

Only what differs from the usual is kept, since most enquiries have none of it.
"""

from collections.abc import Mapping
from typing import Any

from rules.model import Outcome
from rules.outcomes import NO_WISHES, Escalation, Wishes

Kept = Mapping[str, Any]
ASKED = ("queue", "escalate", "wishes")
"""The names under which `kept_of` keeps things."""


def kept_wishes(wishes: Wishes) -> dict[str, Any]:
    """How the customer is to be served, as plain values; nothing where no rule asked for anything."""
    if wishes == NO_WISHES:
        return {}
    by = {} if wishes.by is None else {"by": list(wishes.by), "firm": wishes.firm}
    flags = {name: True for name in ("offer_callback", "skip_menu") if getattr(wishes, name)}
    return {**by, **flags}


def wishes_of(kept: Kept) -> Wishes:
    """What `kept_wishes` kept."""
    if not kept:
        return NO_WISHES
    by = tuple(kept["by"]) if "by" in kept else None
    return Wishes(by, kept.get("firm", False), kept.get("offer_callback", False), kept.get("skip_menu", False))


def kept_of(outcome: Outcome) -> dict[str, Any]:
    """What the history of an enquiry keeps of an outcome: `queue`, `escalate` and `wishes`, each only where asked."""
    kept: dict[str, Any] = {}
    if outcome.queue is not None:
        kept["queue"] = outcome.queue.value
    if outcome.escalate is not None:
        kept["escalate"] = {"to": list(outcome.escalate.to), "after": outcome.escalate.after}
    if outcome.wishes != NO_WISHES:
        kept["wishes"] = kept_wishes(outcome.wishes)
    return kept


def escalation_of(kept: Kept | None) -> Escalation | None:
    """The escalation that `kept_of` kept."""
    return Escalation(tuple(kept["to"]), kept["after"]) if kept else None
