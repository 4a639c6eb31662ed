"""Deciding about one contact, from what is known of it to a proposal that can be written: pure, and never at a loss."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.receipts import Closing
from router import facts as fact
from router.acknowledging import acknowledgement, message_of
from router.enquiry.wished import kept_of
from router.live import LiveRuleset
from router.logs import log
from router.planning import as_dict, plan_for
from router.recognising import Matter
from router.references import new_reference
from router.store.assign import OPEN, Proposal
from router.store.ids import new_id
from router.threads import UNPROVEN, chosen_by
from rules.decide import decide
from rules.model import Facts, Outcome, Priority
from rules.plan import Intent

SURE_OF_ANOTHER = 0.8
"""How sure it has to be that a text is about something else, for it not to be an answer to our latest one."""

RETURNING_CALLER = "returning-caller"
"""The mark of a call whose caller chose to go to the team that has their enquiry."""

BY_CHOICE = "The caller chose to go to the team that has their enquiry."
"""What is said of such a call, before what the rules say."""

JOINED_BY_TIME = "joined-by-time"
"""The mark of a text that was taken for an answer to our latest one only because it came so soon after it."""


def propose(matter: Matter, past: Mapping[str, int], live: LiveRuleset, now: datetime) -> Proposal:
    """Decide by the rules; if they fail, whatever the reason, the fallback team owns the contact and is told why."""
    facts: Facts = {**matter.facts, **past}
    try:
        outcome = decide(live.compiled, facts, matter.contact["received_at"])
        return _proposal(matter, facts, outcome, live, now)
    except Exception as error:  # noqa: BLE001 - always owned: no fault in a rule may leave a contact with nobody
        log("rules.failed", contact=matter.contact["id"], ruleset=live.version, error=type(error).__name__)
        return _proposal(matter, facts, _fallback(live), live, now, trouble="rules-failed")


def _fallback(live: LiveRuleset) -> Outcome:
    return Outcome(
        rule="fallback",
        because="The rules could not be applied to this contact, so the fallback team looks at it.",
        team=live.ruleset.landlord.fallback,
        also=(),
        priority=Priority.NORMAL,
        ask=(),
        instructions=(),
        due={},
        message=None,
        take_over=False,
        handling=(),
        near=(),
        digest="",
    )


def _proposal(
    matter: Matter,
    facts: Facts,
    outcome: Outcome,
    live: LiveRuleset,
    now: datetime,
    trouble: str = "",
) -> Proposal:
    customer = matter.who.subject.customer
    enquiry = _enquiry(matter, outcome, now)
    return Proposal(
        contact_id=matter.contact["id"],
        lease=matter.contact["lease"],
        at=now,
        customer_id=customer["id"] if customer else None,
        take_over=outcome.take_over,
        thread=_joins(matter, facts, outcome),
        about=matter.thread.about,
        apart=matter.doubted or matter.thread.about is not None,
        by_machine=matter.by_machine,
        returned=_returned(matter),
        works_again=_works_again(matter),
        decision=_decision(matter, facts, outcome, live, now) | {"due": enquiry["due"], "trouble": trouble or None},
        enquiry=enquiry,
        told=_told_of(matter, outcome.rule),
        ruleset=live.ruleset,
        outbox=acknowledgement(matter, outcome, enquiry, live, now),
        asked=kept_of(outcome),
    )


def _joins(matter: Matter, facts: Facts, outcome: Outcome) -> str | None:
    """The enquiry that a contact replies to: one that it names, else the one in which we wrote to it last.

    A new matter does not answer our latest text: it is about another journey and that is sure enough, or it is an
    emergency. In doubt it joins, marked: one conversation too few is seen at once, one answer too few is not.
    """
    perhaps = matter.thread.perhaps
    if perhaps is None or matter.thread.joins:
        return matter.thread.joins
    if matter.journey is not None and matter.journey == perhaps.journey:
        return perhaps.enquiry_id
    confidence = facts.get("confidence")
    sure = isinstance(confidence, float) and confidence >= SURE_OF_ANOTHER
    another = matter.journey is not None and perhaps.journey is not None and sure
    return None if another or outcome.priority is Priority.EMERGENCY else perhaps.enquiry_id


def _is_guess(matter: Matter, facts: Facts, outcome: Outcome) -> bool:
    """Whether nothing but the time says that a text answers our latest one."""
    perhaps = matter.thread.perhaps
    same = perhaps is not None and matter.journey == perhaps.journey
    return matter.thread.joins is None and not same and _joins(matter, facts, outcome) is not None


def _enquiry(matter: Matter, outcome: Outcome, now: datetime) -> dict[str, Any]:
    customer = matter.who.subject.customer
    return {
        "id": new_id(),
        "reference": new_reference(),
        "party": matter.who.party,
        "customer_id": customer["id"] if customer else None,
        "journey": matter.journey,
        "team": outcome.team,
        "also": list(outcome.also),
        "priority": outcome.priority.value,
        "due": {name: at.isoformat() for name, at in outcome.due.items()},
        "state": OPEN,
        "opened_at": now,
        "resolved_at": None,
        "first_contact_id": matter.contact["id"],
        "colleague": None,
        "waiting_until": None,
        "callback_by": None,
    }


def _works_again(matter: Matter) -> dict[str, Any] | None:
    """The address, and the channel, that was taken for one at which nothing arrives, and that somebody wrote from."""
    contact, sender = matter.contact, matter.who.sender
    way = (contact["channel"], contact["sender"].get("value", ""))
    lost = way in sender.closed.get(Closing.NOT_REACHED, ())
    if matter.by_machine or not (sender.failing or lost):
        return None
    return {**contact["sender"], "channel": contact["channel"]}


def _told_of(matter: Matter, rule: str) -> dict[str, Any]:
    """What the history keeps of a contact: whatever a report asks, and nothing that names anybody."""
    facts = matter.facts
    known = "customer.adjustments" in facts
    needs = [*_listed(facts, "customer.adjustments"), *_listed(facts, "customer.vulnerabilities")] if known else None
    return {
        "rule": rule,
        "journey": matter.journey,
        "channel": matter.contact["channel"],
        "kind": facts["kind"],
        "received_at": matter.contact["received_at"].isoformat(),
        "party": hashlib.blake2b(matter.who.party.encode(), digest_size=12).hexdigest(),
        "needs": needs,
        **({"chosen": True} if chosen_by(matter.contact) else {}),
    }


def _listed(facts: Facts, name: str) -> list[str]:
    value = facts.get(name)
    return sorted(value) if isinstance(value, frozenset) else []


def _decision(matter: Matter, facts: Facts, outcome: Outcome, live: LiveRuleset, now: datetime) -> dict[str, Any]:
    contact = matter.contact
    return {
        "id": new_id(),
        "contact_id": contact["id"],
        "current": True,
        "at": now,
        "ruleset_version": live.version,
        "routed_team": outcome.team,
        "also": list(outcome.also),
        "priority": outcome.priority.value,
        "journey": matter.journey,
        "confidence": facts.get("confidence"),
        "rule": outcome.rule,
        "because": f"{BY_CHOICE} {outcome.because}".strip() if chosen_by(contact) else outcome.because,
        "facts": fact.stored(facts),
        "parts_until": contact["parts"][-1]["id"],
        "trail": _trail(matter, facts, outcome, live),
        "plan": as_dict(plan_for(_intent(matter, outcome, live), matter.who.sender, live.ruleset, now)),
        "digest": outcome.digest,
    }


def _returned(matter: Matter) -> dict[str, Any] | None:
    """What a delivery report says of a message of ours; None of anything else, and of one that it cannot prove."""
    about = matter.thread.returned
    if about is None:
        return None
    said = fact.provider_facts(matter.contact)
    return {
        "intent": about["id"],
        "address": about["sent_to"],
        "status": said.get("bounce.status", ""),
        "permanent": said.get("bounce.permanent") == "yes",
    }


def _trail(matter: Matter, facts: Facts, outcome: Outcome, live: LiveRuleset) -> dict[str, Any]:
    return {
        "near": [{"rule": rule} for rule in outcome.near],
        "handling": list(outcome.handling),
        "ask": list(outcome.ask),
        "instructions": list(outcome.instructions),
        "marks": [
            *fact.marks_of(matter.contact, live.addresses),
            *([JOINED_BY_TIME] if _is_guess(matter, facts, outcome) else ()),
            *([RETURNING_CALLER] if chosen_by(matter.contact) else ()),
            *([UNPROVEN] if matter.thread.about and not matter.by_machine else ()),
        ],
        "identity": "ambiguous" if matter.who.sender.ambiguous else "one" if matter.who.sender.customer else "none",
        **kept_of(outcome),
    }


def _intent(matter: Matter, outcome: Outcome, live: LiveRuleset) -> Intent:
    """The intent to answer this contact: what the plan that people see is made for."""
    sender = matter.contact["sender"]
    return Intent(
        enquiry="",
        purpose="reply",
        template=message_of(outcome, live),
        channel=matter.contact["channel"],
        address=sender.get("value", ""),
        address_kind=sender["kind"],
        prefix=sender.get("prefix", ""),
        is_emergency=outcome.priority is Priority.EMERGENCY,
        wishes=outcome.wishes,
        heard={(matter.contact["channel"], sender.get("value", "")): matter.contact["received_at"]},
    )
