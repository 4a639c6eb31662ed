"""How to serve a customer, for the colleague who is about to: adjustments first, then the plan as it holds now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from router.console import words
from router.directory import Identity
from router.enquiry.state import EMERGENCY, State
from router.enquiry.wished import wishes_of
from router.planning import plan_for
from router.store.rows import Row
from rules.landlord import Adjustment, Ruleset
from rules.model import ACKNOWLEDGEMENT
from rules.plan import HandlingPlan, Intent, Purpose


def plan_now(
    contact: Row, identity: Identity, state: State, ruleset: Ruleset, now: datetime, template: str = ACKNOWLEDGEMENT
) -> HandlingPlan:
    """How to answer this contact of an enquiry with a message of this key, by the gate that everything passes."""
    sender = contact["sender"]
    intent = Intent(
        enquiry="",
        purpose=Purpose.REPLY,
        template=template,
        channel=contact["channel"],
        address=sender.get("value", ""),
        address_kind=sender["kind"],
        prefix=sender.get("prefix", ""),
        is_emergency=state.priority == EMERGENCY,
        wishes=wishes_of(state.wishes),
        heard={(contact["channel"], sender.get("value", "")): contact["received_at"]},
    )
    return plan_for(intent, identity, ruleset, now)


def duties(customer: Mapping[str, Any] | None, ruleset: Ruleset) -> list[dict[str, str]]:
    """The adjustments of a customer: what each is called, what it means, and the detail on the record."""
    keys = customer["adjustments"] if customer else {}
    return [
        {
            "name": ruleset.adjustments[key].name if key in ruleset.adjustments else words.plain(key),
            "means": ruleset.adjustments[key].means
            if key in ruleset.adjustments
            else "It is not in the catalogue: ask.",
            "detail": _detail(str(detail or ""), ruleset.adjustments.get(key)),
        }
        for key, detail in keys.items()
    ]


def _detail(written: str, adjustment: Adjustment | None) -> str:
    return words.language(written) if adjustment and adjustment.interpreter else written


def plan_view(plan: HandlingPlan, ruleset: Ruleset) -> dict[str, Any]:
    """A plan in words; what goes without saying is left out."""
    point = {"kind": ruleset.channels[plan.channel].reaches if plan.channel else "", "value": plan.address or ""}
    return {
        "reply": words.channel(plan.channel, ruleset) if plan.channel else "",
        "address": words.address(point) if plan.channel else "",
        "language": words.language(plan.language) if plan.language != "en" else "",
        "interpreter": words.language(plan.interpreter),
        "formats": [words.plain(each) for each in plan.formats],
        "prefix": plan.call_prefix,
        "not_before": plan.not_before,
        "instructions": list(dict.fromkeys((*_cautions(plan), *plan.instructions))),
        "to_person": plan.to_person or "",
        "because": list(plan.because),
    }


def _cautions(plan: HandlingPlan) -> list[str]:
    said = {
        "Leave no voicemail.": not plan.voicemail,
        "Do not show our number when you ring.": not plan.caller_identity,
        "Allow extra time.": plan.extra_time,
        "Offer to ring them back.": plan.offer_callback,
    }
    return [text for text, holds in said.items() if holds]
