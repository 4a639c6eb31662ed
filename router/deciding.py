"""Deciding about one contact, from what is known of it to a proposal that can be written: pure, and never at a loss."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.inbound import Kind, PointKind
from channels.receipts import Closing
from channels.same_mailbox import without_tag
from channels.text_words import Word
from router import facts as fact
from router.directory import Contact, Who, is_doubted
from router.enquiry.consequences import Say
from router.enquiry.happenings import MACHINES
from router.enquiry.wished import kept_of, kept_wishes
from router.live import LiveRuleset
from router.logs import log
from router.planning import as_dict, plan_for
from router.references import new_reference
from router.store import history
from router.store.assign import OPEN, Proposal
from router.store.ids import new_id
from router.store.texts import CHANNELS as TEXTS
from router.threads import UNPROVEN, Thread, chosen_by
from rules.decide import decide
from rules.model import ACKNOWLEDGEMENT, RESPOND, Facts, Outcome, Priority
from rules.plan import Intent, Purpose
from rules.recognised import with_journey

NEVER_ANSWERED = frozenset(
    {"no-reply", "noreply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "bounce", "bounces"}
)
"""The names of mailboxes at which no person reads an acknowledgement."""


TEXT_HELP = "text-help"
"""The message that answers who texts HELP, where the landlord has one."""

SURE_OF_ANOTHER = 0.8
"""How sure it has to be that a text is about something else, for it not to be an answer to our latest one."""

RETURNING_CALLER = "returning-caller"
"""The mark of a call whose caller chose to go to the team that has their enquiry."""

BY_CHOICE = "The caller chose to go to the team that has their enquiry."
"""What is said of such a call, before what the rules say."""

JOINED_BY_TIME = "joined-by-time"
"""The mark of a text that was taken for an answer to our latest one only because it came so soon after it."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A contact on its way to a decision: who it is from, what it replies to, and what is known of it by itself."""

    contact: Contact
    who: Who
    thread: Thread
    facts: Facts

    @property
    def journey(self) -> str | None:
        """What it is about, as far as that is known."""
        journey = self.facts.get("journey")
        return journey if isinstance(journey, str) else None

    @property
    def by_machine(self) -> bool:
        """Whether no person wrote any of it."""
        return self.facts["kind"] in MACHINES

    @property
    def doubted(self) -> bool:
        """Whether our mail server found that somebody else may have sent it than it says."""
        return is_doubted(self.contact)


def recognise(contact: Contact, who: Who, thread: Thread, live: LiveRuleset) -> Matter:
    """Say what a contact is about: as given, else by its words, else by the way in, else not known."""
    facts = fact.facts_of(contact, who, live.ruleset)
    return Matter(contact, who, thread, with_journey(facts, live.ruleset, live.recogniser))


def propose(matter: Matter, past: Mapping[str, int], live: LiveRuleset, now: datetime) -> Proposal:
    """Decide by the rules; if they fail, whatever the reason, the fallback team owns the contact and is told why."""
    facts: Facts = {**matter.facts, **past}
    try:
        outcome = decide(live.compiled, facts, matter.contact["received_at"])
        return _proposal(matter, facts, outcome, live, now)
    except Exception as error:  # noqa: BLE001 - always owned: no fault in a rule may leave a contact with nobody
        log("rules-failed", contact=matter.contact["id"], ruleset=live.version, error=type(error).__name__)
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
        returned=returned(matter),
        works_again=_works_again(matter),
        decision=_decision(matter, facts, outcome, live, now) | {"due": enquiry["due"], "trouble": trouble or None},
        enquiry=enquiry,
        told=told_of(matter, outcome.rule),
        ruleset=live.ruleset,
        outbox=_acknowledgement(matter, outcome, enquiry, live, now),
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


def told_of(matter: Matter, rule: str) -> dict[str, Any]:
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


def returned(matter: Matter) -> dict[str, Any] | None:
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
        template=_message(outcome, live),
        channel=matter.contact["channel"],
        address=sender.get("value", ""),
        address_kind=sender["kind"],
        prefix=sender.get("prefix", ""),
        is_emergency=outcome.priority is Priority.EMERGENCY,
        wishes=outcome.wishes,
        heard={(matter.contact["channel"], sender.get("value", "")): matter.contact["received_at"]},
    )


def _message(outcome: Outcome, live: LiveRuleset) -> str:
    return outcome.message if outcome.message and outcome.message in live.ruleset.messages else ACKNOWLEDGEMENT


def _answer(matter: Matter, outcome: Outcome, live: LiveRuleset) -> str:
    """The message of an acknowledgement: who texts HELP is told how to get it, and that a person reads it too."""
    asks = fact.provider_facts(matter.contact).get("word") == Word.HELP
    wanted = asks and outcome.priority is not Priority.EMERGENCY and TEXT_HELP in live.ruleset.messages
    return TEXT_HELP if wanted else _message(outcome, live)


def _answered_by_provider(matter: Matter) -> bool:
    """Whether the provider has answered a HELP itself: a second answer would only be taken for a mistake."""
    said = fact.provider_facts(matter.contact)
    return said.get("word") == Word.HELP and bool(said.get("opt_out"))


def _promised(due: Mapping[str, str]) -> str | None:
    """By when the customer hears: the first answer where there is a time for it, else the earliest there is."""
    return due.get(RESPOND) or min(due.values(), default=None)


def _wishes(outcome: Outcome) -> dict[str, Any]:
    kept = kept_wishes(outcome.wishes)
    return {"wishes": kept} if kept else {}


def _acknowledgement(
    matter: Matter, outcome: Outcome, enquiry: Mapping[str, Any], live: LiveRuleset, now: datetime
) -> tuple[dict[str, Any], ...]:
    """The intent to tell the sender who has it; nothing for a machine, for a conversation by voice, or for nobody.

    Nor where a rule says that nobody is to be answered.
    """
    if outcome.wishes.by == ():
        return ()
    contact = matter.contact
    channel = live.ruleset.channels.get(contact["channel"])
    spoken = channel is not None and channel.spoken
    if (
        spoken
        or _answered_by_provider(matter)
        or _message(outcome, live) not in live.ruleset.messages
        or not _may_be_answered(matter, outcome, live)
    ):
        return ()
    say = Say(
        key=f"acknowledgement:{enquiry['id']}",
        audience="customer",
        purpose=Purpose.ACKNOWLEDGEMENT.value,
        template=_answer(matter, outcome, live),
        values={
            "reference": enquiry["reference"],
            "journey": matter.journey,
            "due": _promised(enquiry["due"]),
            "language": matter.facts.get("language"),
            **_wishes(outcome),
        },
        channel=contact["channel"],
        address=contact["sender"],
        contact_id=contact["id"],
        urgent=outcome.priority is Priority.EMERGENCY,
    )
    return (history.intent(say, enquiry["id"], now),)


def _may_be_answered(matter: Matter, outcome: Outcome, live: LiveRuleset) -> bool:
    """Whether a machine may answer it (RFC 3834): a person wrote it to us, and not from an address of ours.

    Who may have forged it gets none, so that nobody is sent thanks for what they never wrote; an emergency is answered.
    """
    contact, said = matter.contact, fact.provider_facts(matter.contact)
    if all(part["kind"] != Kind.MESSAGE for part in contact["parts"]) or said.get("automatic") or said.get("list"):
        return False
    address = contact["sender"].get("value", "")
    if contact["channel"] in TEXTS and contact["sender"]["kind"] == PointKind.UNKNOWN:
        return False
    if contact["channel"] == "email" and (
        contact["sender"]["kind"] != PointKind.EMAIL
        or address.partition("@")[0] in NEVER_ANSWERED
        or without_tag(address) in live.addresses
    ):
        return False
    return not matter.doubted or outcome.priority is Priority.EMERGENCY
