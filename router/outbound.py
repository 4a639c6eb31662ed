"""Saying it: intents leave the outbox through the one gate, planned and worded at the last moment, each once only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from channels.inbound import Address, PointKind
from channels.names import EMAIL, SMS
from channels.segments import economical
from channels.senders import OutboundMessage, Send
from router import directory, logs
from router.answering import headers
from router.directory import Identity
from router.enquiry.consequences import TEAM
from router.enquiry.state import EMERGENCY
from router.enquiry.wished import wishes_of
from router.live import LiveRuleset
from router.pacing import Pace
from router.planning import plan_for
from router.senders import REPEATABLE
from router.services import Services
from router.settlement import PERHAPS_SENT, Settlement, again, outcome_of, settle
from router.store import blobs, contacts, deliveries, enquiries, outbox
from router.store.engine import begin_read
from router.store.rows import Row
from router.telling import SENDERS, divided, is_over, is_whole, message_of, plan_of, standing_of
from router.wording import values_of
from rules.landlord import Message
from rules.plan import HandlingPlan, Intent, MissingValueError, Purpose, language_of, render

BATCH = 50
CLAIM = timedelta(seconds=15)
"""How long what was claimed is left to whoever claimed it, until it is begun."""

PATIENCE = timedelta(seconds=5)
"""How long is gone on with what was claimed, before it is looked whether something urgent has come."""

LEASE = timedelta(seconds=60)
"""How long sending one message may take before it counts as perhaps sent."""

NOT_CONFIGURED, NO_MESSAGE = "not-configured", "no-such-message"
NOBODY_TO_TELL, NO_ATTACHMENTS = "nobody-to-tell", "no-attachments-on-this-channel"
TOO_MANY = "too-many-acknowledgements"
LOOK_BACK = timedelta(days=8)
"""How far back it is looked when somebody last wrote: longer than any channel's own limit."""

LastHeard = Mapping[tuple[str, str], datetime]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A finished message, and the function that sends it."""

    message: OutboundMessage
    handling: HandlingPlan
    send: Send


def send_due(services: Services, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send everything in the outbox that is due, or until told to stop; gives how many intents were dealt with."""
    done, pace = 0, Pace(services)
    while rows := services.writer.submit(_claim, services.clock()).result():
        claimed = services.clock()
        for row in sorted(rows, key=_is_routine):
            if stopping():
                return done
            if _is_routine(row) and services.clock() - claimed > PATIENCE:
                break  # a provider is slow: look whether something urgent has come, and come back to this
            _say(services, row, pace)
            done += 1
    return done


def _is_routine(row: Row) -> bool:
    return not row["values"].get("urgent")


def _claim(connection: Connection, items: Sequence[datetime]) -> list[list[Row]]:
    return [outbox.claim(connection, BATCH, now, CLAIM) for now in items]


def _say(services: Services, row: Row, pace: Pace) -> None:
    """Plan and send one intent, and record what became of it."""
    try:
        ready = _prepare(services, row)
    except Exception as error:  # noqa: BLE001 - nothing has left yet, and what is wrong with one holds up no other
        logs.failed("intent.failed", error, intent=row["id"])
        ready = again(type(error).__name__, None, row, services.clock())
    if isinstance(ready, Settlement):
        return settle(services, row, ready, row["not_before"])
    if wait := pace.wait(ready.message, urgent=not _is_routine(row)):
        later = Settlement(outbox.PENDING, not_before=services.clock() + wait)
        return settle(services, row, later, row["not_before"])
    until = services.clock() + LEASE
    if not services.writer.submit(outbox.begin, (row, until)).result():
        return None  # it took so long to come to this one that somebody else has taken it up
    result = ready.send(ready.message)
    return settle(services, row, outcome_of(result, ready.message, ready.handling, row, services.clock()), until)


def _prepare(services: Services, row: Row) -> Settlement | _Ready:
    if row["audience"] == TEAM:
        return _to_team(services, row)
    live = services.live.current()
    identity, enquiry, heard = _whom(services, row)
    handling = plan_for(_intent(row, enquiry, heard), identity, live.ruleset, services.clock())
    if row["state"] == outbox.SENDING and not {row["channel"], handling.channel} <= REPEATABLE:
        # Whoever was sending it died, and nobody knows whether it had left: saying it twice is worse than asking.
        return Settlement(outbox.TO_PERSON, trouble=PERHAPS_SENT)
    if handling.to_person or handling.channel is None:
        return Settlement(outbox.TO_PERSON, trouble=(handling.to_person or "")[:200])
    if handling.not_before:
        return Settlement(outbox.PENDING, not_before=handling.not_before)
    return _ready(services, row, enquiry, identity, handling, live)


def _to_team(services: Services, row: Row) -> Settlement | _Ready:
    """A notice to a team: divided among its addresses first, then each is sent like any other message.

    One that perhaps left is sent again: for colleagues, hearing of something twice is better than never.
    """
    standing = standing_of(services, row)
    if is_over(row, standing):
        return Settlement(outbox.DROPPED)
    if is_whole(row):
        return _divided(divided(row, standing))
    send = services.senders.get(SENDERS[row["channel"]])
    if send is None:
        return Settlement(outbox.TO_PERSON, trouble=NOT_CONFIGURED)
    return _Ready(message_of(row, standing), plan_of(row), send)


def _divided(each: tuple[Row, ...]) -> Settlement:
    if not each:
        return Settlement(outbox.TO_PERSON, trouble=NOBODY_TO_TELL)
    return Settlement(outbox.SENT, sent={"channel": TEAM, "addresses": len(each), "provider_id": None}, divided=each)


def _whom(services: Services, row: Row) -> tuple[Identity, Row, LastHeard]:
    """Who is at the address now, the enquiry as it is now, and when its customer last wrote by which channel."""
    with begin_read(services.record) as record:
        enquiry = enquiries.get(record, [row["enquiry_id"]])[0]
        heard = contacts.last_heard(record, enquiry["party"], services.clock() - LOOK_BACK)
        return directory.at(record, row["address"]), enquiry, heard


def _intent(row: Row, enquiry: Row, heard: LastHeard) -> Intent:
    address = row["address"]
    return Intent(
        enquiry=enquiry["reference"],
        purpose=row["purpose"],
        template=row["template"],
        channel=row["channel"],
        address=address.get("value", ""),
        address_kind=address["kind"],
        prefix=address.get("prefix", ""),
        is_emergency=enquiry["priority"] == EMERGENCY,
        wishes=wishes_of(row["values"].get("wishes", {})),
        language=row["values"].get("language") or "",
        heard=heard,
        not_by=tuple(row["values"].get(deliveries.NOT_BY, ())),
    )


def _ready(
    services: Services, row: Row, enquiry: Row, identity: Identity, handling: HandlingPlan, live: LiveRuleset
) -> Settlement | _Ready:
    channel, now = handling.channel or "", services.clock()
    send, template = services.senders.get(channel), live.ruleset.messages.get(row["template"])
    if send is None or template is None:
        return Settlement(outbox.TO_PERSON, trouble=NOT_CONFIGURED if send is None else NO_MESSAGE)
    if row["values"].get("attachments") and channel != EMAIL:
        return Settlement(outbox.TO_PERSON, trouble=NO_ATTACHMENTS)
    if row["purpose"] == Purpose.ACKNOWLEDGEMENT and _too_many(services, handling.address or "", live, now):
        return Settlement(outbox.DROPPED, trouble=TOO_MANY)
    try:
        message = _worded(template, row, enquiry, identity, handling, live, now)
    except MissingValueError:
        return Settlement(outbox.TO_PERSON, trouble=NO_MESSAGE)
    if channel == EMAIL:
        message = _as_email(services, message, row, enquiry, live)
    return _Ready(message, handling, send)


def _worded(
    template: Message,
    row: Row,
    enquiry: Row,
    identity: Identity,
    handling: HandlingPlan,
    live: LiveRuleset,
    now: datetime,
) -> OutboundMessage:
    """The message in the customer's language and formats; raises MissingValueError."""
    channel, language = handling.channel or "", language_of(template, handling.language)
    values, english = (values_of(row, enquiry, identity, live, now, code) for code in (language, "en"))
    subject, text = render(template, language, values, handling.formats, english)
    return OutboundMessage(
        channel=channel,
        address=Address(PointKind(live.ruleset.channels[channel].reaches), handling.address or ""),
        text=economical(text) if channel == SMS else text,
        message_id=row["id"],
        subject=subject,
        language=language,
        formats=handling.formats,
        automatic=row["purpose"] == Purpose.ACKNOWLEDGEMENT,
    )


def _too_many(services: Services, address: str, live: LiveRuleset, now: datetime) -> bool:
    """Whether an address has had so many acknowledgements in an hour that a machine may be writing them."""
    with begin_read(services.record) as record:
        count = outbox.acknowledged(record, address, now - timedelta(hours=1))
    return count >= live.ruleset.landlord.acknowledgements_an_hour


def _as_email(
    services: Services, message: OutboundMessage, row: Row, enquiry: Row, live: LiveRuleset
) -> OutboundMessage:
    """The message with what only an email has: the mailbox that it comes from, its thread, and its attachments."""
    with begin_read(services.record) as record:
        answered = next(iter(contacts.load(record, [row["contact_id"]] if row["contact_id"] else [])), None)
        attached = blobs.attachments(record, row["values"].get("attachments", ()))
    found = headers(row, enquiry, answered, message.address.value, live.ruleset, services.settings)
    return replace(message, attachments=attached, **{each.name: getattr(found, each.name) for each in fields(found)})
