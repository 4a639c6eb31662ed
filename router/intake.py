"""Intake: what an adapter made of a provider's message becomes a contact and a part, on disk before anybody answers."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channels.email import read
from channels.email_auth import Trusted
from channels.inbound import Address, Inbound, Kind, Progress
from router.live import LiveRuleset
from router.logs import log
from router.services import Services
from router.store import contacts, raw_mail
from router.store.contacts import Accepted, Arrival
from router.store.ids import new_id
from router.store.writer import Operation

DEFAULT_PATIENCE = timedelta(seconds=60)
"""How long a contact of which only a late or lone event is known may wait for more before it is decided."""


_TRUSTED = ("checked_by", "forwarded_by")

MESSAGE_CUT = "message-cut"
"""The mark of a raw message that is longer than what is read of one."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A lease for the process that will route the contact itself, because a person is waiting on the line."""

    token: str
    lasts: timedelta


def read_mail(
    services: Services,
    raw: bytes,
    received_at: datetime,
    mailbox: str = "",
    *,
    envelope_from: str | None = None,
    envelope_to: tuple[str, ...] = (),
) -> Inbound:
    """What a raw message says, of which the first `email_limit` bytes are read; one that is longer bears a mark.

    `mailbox` is the address of ours that it was fetched from; without one a mail server handed it over, with an
    envelope that says who sends it and to whom, if it says so.
    """
    limit = services.settings.email_limit
    trusted = trusted_at(services.live.current().ruleset.mailboxes, mailbox)
    inbound = read(raw[:limit], received_at, envelope_from=envelope_from, envelope_to=envelope_to, trusted=trusted)
    return replace(inbound, marks=(*inbound.marks, MESSAGE_CUT)) if len(raw) > limit else inbound


def trusted_at(mailboxes: Mapping[str, Mapping[str, str]], mailbox: str = "") -> Trusted:
    """Whose checks of senders count in a mailbox; without one, those named for mailboxes that are not fetched."""
    entries = (
        [mailboxes.get(mailbox, {})] if mailbox else [each for each in mailboxes.values() if "account" not in each]
    )
    named = {key: dict.fromkeys(" ".join(each.get(key, "") for each in entries).split()) for key in _TRUSTED}
    return Trusted(*(tuple(named[key]) for key in _TRUSTED))


def submit(services: Services, inbound: Inbound, hold: Hold | None = None) -> "Future[Accepted]":
    """Hand a part to the writer; the future is done once it is on disk, and raises what kept it from getting there."""
    return services.writer.submit(*entry(services, inbound, hold))


async def accept(services: Services, inbound: Inbound, hold: Hold | None = None) -> Accepted:
    """Store a part once only and wake a worker for it; returns after the commit, a repeat with the first one's ids."""
    accepted = await services.writer.write(*entry(services, inbound, hold))
    if hold is None and accepted.state == contacts.WAITING and not accepted.repeated:
        services.wake()
    log(
        "part.stored",
        contact=accepted.contact_id,
        part=accepted.part_id,
        channel=inbound.channel,
        outcome="repeated" if accepted.repeated else accepted.state,
    )
    return accepted


def entry(
    services: Services, inbound: Inbound, hold: Hold | None = None
) -> tuple[Operation[Arrival, Accepted], Arrival]:
    """What the writer is given for a part: the operation, and the rows."""
    keeps_raw = services.settings.raw_mail_days > 0
    return contacts.accept, arrival(inbound, services.live.current(), services.clock(), hold, keeps_raw=keeps_raw)


def arrival(
    inbound: Inbound, live: LiveRuleset, now: datetime, hold: Hold | None, *, keeps_raw: bool = True
) -> Arrival:
    """The rows that a part makes; every contact has an owner from its first moment, the fallback team."""
    contact_id = new_id()
    urgent = live.urgency.urgent(f"{inbound.subject}\n{inbound.text}")
    if urgent and inbound.progress is Progress.WAIT and inbound.kind is Kind.MESSAGE:
        inbound = replace(inbound, progress=Progress.ENOUGH)  # a piece of a text that has such words is not waited with
    decidable = inbound.progress in (Progress.ENOUGH, Progress.ENDED)
    contact = {
        "id": contact_id,
        "channel": inbound.channel,
        "provider": inbound.provider,
        "account": inbound.account,
        "conversation": inbound.conversation,
        "kind": str(inbound.kind),
        "state": contacts.WAITING if decidable else contacts.IN_PROGRESS,
        "urgency": contacts.URGENT if urgent else contacts.ROUTINE,
        "not_before": _not_before(inbound, now, hold if decidable else None),
        "lease": hold.token if hold and decidable else None,
        "attempts": 0,
        "trouble": None,
        "team": live.ruleset.landlord.fallback,
        "sender": _address(inbound.sender),
        "sender_value": inbound.sender.value,
        "recipients": [_address(each) for each in inbound.recipients],
        "about": _address(inbound.about) if inbound.about else None,
        "received_at": inbound.received_at,
        "claimed_at": inbound.claimed_at,
        "message_id": inbound.message_id or None,
        "references": list(inbound.references),
        "ended_at": inbound.received_at if inbound.progress is Progress.ENDED else None,
    }
    raw = raw_mail.row_of(inbound.raw, now) if inbound.raw and keeps_raw else None
    part = _part(inbound, contact_id, raw["digest"] if raw else None)
    return Arrival(contact, part, _blobs(inbound), str(inbound.progress), raw)


def _not_before(inbound: Inbound, now: datetime, hold: Hold | None) -> datetime:
    if hold is not None:
        return now + hold.lasts
    if inbound.progress in (Progress.ENOUGH, Progress.ENDED):
        return now
    return now + (inbound.patience or DEFAULT_PATIENCE)


def _part(inbound: Inbound, contact_id: str, raw: str | None) -> dict[str, object]:
    return {
        "id": new_id(),
        "contact_id": contact_id,
        "channel": inbound.channel,
        "account": inbound.account,
        "event": inbound.event if inbound.event != inbound.conversation else None,
        "part": inbound.part,
        "kind": str(inbound.kind),
        "outgoing": False,
        "received_at": inbound.received_at,
        "claimed_at": inbound.claimed_at,
        "subject": inbound.subject,
        "text": inbound.text,
        "whole": inbound.whole or None,
        "raw": raw,
        "facts": dict(inbound.facts),
        "marks": list(inbound.marks),
        "attachments": [
            {"name": each.name, "media_type": each.media_type, "digest": each.digest, "size": each.size}
            | ({"inline": True} if each.inline else {})
            for each in inbound.attachments
        ],
    }


def _blobs(inbound: Inbound) -> tuple[dict[str, object], ...]:
    return tuple(
        {"digest": each.digest, "size": each.size, "media_type": each.media_type, "content": each.content}
        for each in inbound.attachments
    )


def _address(address: Address) -> dict[str, str]:
    return {name: value for name, value in zip(Address._fields, address, strict=True) if value}
