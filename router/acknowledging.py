"""Who writes is told who has it, where anybody may be: never a machine, never an address of ours, never by voice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.inbound import Kind, PointKind
from channels.names import EMAIL, TEXTS
from channels.same_mailbox import without_tag
from channels.text_words import Word
from router import facts as fact
from router.enquiry.consequences import Say
from router.enquiry.wished import kept_wishes
from router.live import LiveRuleset
from router.recognising import Matter
from router.store import history
from router.store.rows import Row
from rules.model import ACKNOWLEDGEMENT, RESPOND, Outcome, Priority
from rules.plan import Purpose

NEVER_ANSWERED = frozenset(
    {"no-reply", "noreply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "bounce", "bounces"}
)
"""The names of mailboxes at which no person reads an acknowledgement."""

TEXT_HELP = "text-help"
"""The message that answers who texts HELP, where the landlord has one."""


def acknowledgement(
    matter: Matter, outcome: Outcome, enquiry: Row, live: LiveRuleset, now: datetime
) -> tuple[dict[str, Any], ...]:
    """The intent to tell the sender who has it; nothing for a machine, for a conversation by voice, or for nobody.

    Nor where a rule says that nobody is to be answered.
    """
    contact = matter.contact
    if not _is_to_be_told(matter, outcome, live):
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


def _is_to_be_told(matter: Matter, outcome: Outcome, live: LiveRuleset) -> bool:
    channel = live.ruleset.channels.get(matter.contact["channel"])
    return (
        outcome.wishes.by != ()
        and not (channel and channel.spoken)
        and not _answered_by_provider(matter)
        and message_of(outcome, live) in live.ruleset.messages
        and _may_be_answered(matter, outcome, live)
    )


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
    if contact["channel"] == EMAIL and (
        contact["sender"]["kind"] != PointKind.EMAIL
        or address.partition("@")[0] in NEVER_ANSWERED
        or without_tag(address) in live.addresses
    ):
        return False
    return not matter.doubted or outcome.priority is Priority.EMERGENCY


def message_of(outcome: Outcome, live: LiveRuleset) -> str:
    """The message that a contact is answered with: the one that its rule names, where there is such a one."""
    return outcome.message if outcome.message and outcome.message in live.ruleset.messages else ACKNOWLEDGEMENT


def _answer(matter: Matter, outcome: Outcome, live: LiveRuleset) -> str:
    """The message of an acknowledgement: who texts HELP is told how to get it, and that a person reads it too."""
    asks = fact.provider_facts(matter.contact).get("word") == Word.HELP
    wanted = asks and outcome.priority is not Priority.EMERGENCY and TEXT_HELP in live.ruleset.messages
    return TEXT_HELP if wanted else message_of(outcome, live)


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
