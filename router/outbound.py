"""Saying it: intents leave the outbox through the one gate, planned and worded at the last moment, each once only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from channels.inbound import Address, PointKind
from channels.names import EMAIL, SMS
from channels.segments import count, economical
from channels.senders import OutboundMessage, Permanent, Result, Send, Sent, Temporary
from router import directory, logs, metrics
from router.answering import headers
from router.directory import Identity
from router.enquiry.consequences import TEAM, effects
from router.enquiry.state import EMERGENCY
from router.enquiry.wished import wishes_of
from router.live import LiveRuleset
from router.pacing import Pace
from router.planning import plan_for
from router.senders import REPEATABLE
from router.services import Services
from router.store import blobs, contacts, deliveries, enquiries, history, outbox
from router.store.engine import begin_read
from router.store.ids import new_id
from router.store.outbox import Settled
from router.store.rows import Row
from router.telling import SENDERS, Standing, divided, is_over, is_whole, message_of, plan_of
from router.wording import values_of
from rules.plan import HandlingPlan, Intent, MissingValueError, Purpose, language_of, render

BATCH = 50
CLAIM = timedelta(seconds=15)
"""How long what was claimed is left to whoever claimed it, until it is begun."""

PATIENCE = timedelta(seconds=5)
"""How long is gone on with what was claimed, before it is looked whether something urgent has come."""

LEASE = timedelta(seconds=60)
"""How long sending one message may take before it counts as perhaps sent."""

MAX_ATTEMPTS = 8
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200))

NOT_CONFIGURED, PERHAPS_SENT, NO_MESSAGE = "not-configured", "perhaps-sent", "no-such-message"
NOBODY_TO_TELL, NO_ATTACHMENTS = "nobody-to-tell", "no-attachments-on-this-channel"
TOO_MANY = "too-many-acknowledgements"
LOOK_BACK = timedelta(days=8)
"""How far back it is looked when somebody last wrote: longer than any channel's own limit."""

Heard = Mapping[tuple[str, str], datetime]


@dataclass(frozen=True, slots=True)
class _Settlement:
    """What became of an intent: its new state, when it is due again, what was sent, and what a person should know.

    `divided` are the intents that take its place.
    """

    state: str
    not_before: datetime | None = None
    sent: Mapping[str, Any] | None = None
    trouble: str | None = None
    divided: tuple[Row, ...] = ()
    refused: Address | None = None
    """The address that its own server said does not exist."""
    to: Address | None = None
    """The address that it would have gone to, and the channel."""
    by: str = ""


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
        ready = _again(type(error).__name__, None, row, services.clock())
    if isinstance(ready, _Settlement):
        return _settle(services, row, ready, row["not_before"])
    if wait := pace.wait(ready.message, urgent=not _is_routine(row)):
        later = _Settlement(outbox.PENDING, not_before=services.clock() + wait)
        return _settle(services, row, later, row["not_before"])
    until = services.clock() + LEASE
    if not services.writer.submit(outbox.begin, (row, until)).result():
        return None  # it took so long to come to this one that somebody else has taken it up
    result = ready.send(ready.message)
    return _settle(services, row, _outcome(result, ready.message, ready.handling, row, services.clock()), until)


def _prepare(services: Services, row: Row) -> _Settlement | _Ready:
    if row["audience"] == TEAM:
        return _to_team(services, row)
    live = services.live.current()
    identity, enquiry, heard = _whom(services, row)
    handling = plan_for(_intent(row, enquiry, heard), identity, live.ruleset, services.clock())
    if row["state"] == outbox.SENDING and not {row["channel"], handling.channel} <= REPEATABLE:
        # Whoever was sending it died, and nobody knows whether it had left: saying it twice is worse than asking.
        return _Settlement(outbox.TO_PERSON, trouble=PERHAPS_SENT)
    if handling.to_person or handling.channel is None:
        return _Settlement(outbox.TO_PERSON, trouble=(handling.to_person or "")[:200])
    if handling.not_before:
        return _Settlement(outbox.PENDING, not_before=handling.not_before)
    return _ready(services, row, enquiry, identity, handling, live)


def _to_team(services: Services, row: Row) -> _Settlement | _Ready:
    """A notice to a team: divided among its addresses first, then each is sent like any other message.

    One that perhaps left is sent again: for colleagues, hearing of something twice is better than never.
    """
    standing = _standing(services, row)
    if is_over(row, standing):
        return _Settlement(outbox.DROPPED)
    if is_whole(row):
        each = divided(row, standing)
        sent = {"channel": TEAM, "addresses": len(each), "provider_id": None}
        return (
            _Settlement(outbox.SENT, sent=sent, divided=each)
            if each
            else _Settlement(outbox.TO_PERSON, trouble=NOBODY_TO_TELL)
        )
    send = services.senders.get(SENDERS[row["channel"]])
    return (
        _Ready(message_of(row, standing), plan_of(row), send)
        if send
        else _Settlement(outbox.TO_PERSON, trouble=NOT_CONFIGURED)
    )


def _standing(services: Services, row: Row) -> Standing:
    with begin_read(services.record) as record:
        enquiry = enquiries.get(record, [row["enquiry_id"]])[0]
        state = history.state_of(record, enquiry["id"])
    return Standing(enquiry, state, services.live.current(), services.clock(), services.settings.outside_url)


def _whom(services: Services, row: Row) -> tuple[Identity, Row, Heard]:
    """Who is at the address now, the enquiry as it is now, and when its customer last wrote by which channel."""
    with begin_read(services.record) as record:
        enquiry = enquiries.get(record, [row["enquiry_id"]])[0]
        heard = contacts.last_heard(record, enquiry["party"], services.clock() - LOOK_BACK)
        return directory.at(record, row["address"]), enquiry, heard


def _intent(row: Row, enquiry: Row, heard: Heard) -> Intent:
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
) -> _Settlement | _Ready:
    send: Send | None = services.senders.get(handling.channel or "")
    template = live.ruleset.messages.get(row["template"])
    if send is None or template is None:
        return _Settlement(outbox.TO_PERSON, trouble=NOT_CONFIGURED if send is None else NO_MESSAGE)
    now = services.clock()
    if row["values"].get("attachments") and handling.channel != EMAIL:
        return _Settlement(outbox.TO_PERSON, trouble=NO_ATTACHMENTS)
    if row["purpose"] == Purpose.ACKNOWLEDGEMENT and _too_many(services, handling.address or "", live, now):
        return _Settlement(outbox.DROPPED, trouble=TOO_MANY)
    language = language_of(template, handling.language)
    try:
        values, english = (values_of(row, enquiry, identity, live, now, code) for code in (language, "en"))
        subject, text = render(template, language, values, handling.formats, english)
    except MissingValueError:
        return _Settlement(outbox.TO_PERSON, trouble=NO_MESSAGE)
    message = OutboundMessage(
        channel=handling.channel or "",
        address=Address(PointKind(live.ruleset.channels[handling.channel or ""].reaches), handling.address or ""),
        text=text,
        message_id=row["id"],
        subject=subject,
        language=language,
        formats=handling.formats,
        automatic=row["purpose"] == Purpose.ACKNOWLEDGEMENT,
    )
    if handling.channel == EMAIL:
        message = _as_email(services, message, row, enquiry, live)
    elif handling.channel == SMS:
        message = replace(message, text=economical(message.text))
    return _Ready(message, handling, send)


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


def _outcome(result: Result, message: OutboundMessage, handling: HandlingPlan, row: Row, now: datetime) -> _Settlement:
    match result:
        case Sent(provider_id):
            sent = {
                "channel": message.channel,
                "address": message.address.value,
                "provider_id": provider_id,
                "language": message.language,
                "formats": list(handling.formats),
                "subject": message.subject,
                "text": message.text,
                **({"segments": count(message.text).segments} if message.channel == SMS else {}),
            }
            return _Settlement(outbox.SENT, sent=sent)
        case Permanent(reason, address_at_fault):
            refused = message.address if address_at_fault else None
            return _Settlement(outbox.FAILED, trouble=reason, refused=refused, to=message.address, by=message.channel)
        case Temporary("timeout" | "no-answer") if row["audience"] != TEAM:
            return _Settlement(outbox.TO_PERSON, trouble=PERHAPS_SENT)
        case Temporary(reason, retry_after):
            return replace(_again(reason, retry_after, row, now), to=message.address, by=message.channel)


def _again(reason: str, retry_after: float | None, row: Row, now: datetime) -> _Settlement:
    tries = row["attempts"] + 1
    if tries >= MAX_ATTEMPTS:
        return _Settlement(outbox.FAILED, trouble=reason)
    pause = timedelta(seconds=retry_after) if retry_after else BACK_OFF[min(tries, len(BACK_OFF)) - 1]
    return _Settlement(outbox.PENDING, not_before=now + pause, trouble=reason)


def _settle(services: Services, row: Row, outcome: _Settlement, held: datetime) -> None:
    now = services.clock()
    settled = outcome.state != outbox.PENDING
    changed = row | {
        "state": outcome.state,
        "not_before": outcome.not_before or now,
        "attempts": row["attempts"] + (1 if settled or outcome.trouble else 0),
        "settled_at": now if settled else None,
        "sent": outcome.sent,
        "message_id": outcome.sent["provider_id"] if outcome.sent else None,
        "sent_to": outcome.sent.get("address") if outcome.sent else None,
        "trouble": outcome.trouble,
    }
    if outcome.divided:
        services.writer.submit(outbox.divide, (changed, held, outcome.divided)).result()
    else:
        event = _event(row, outcome, now) if settled and outcome.state != outbox.DROPPED else None
        follow = _notices(services, event, row, outcome), _failing(row, outcome, now), _closing(row, outcome, now)
        ruleset = services.live.current().ruleset
        services.writer.submit(deliveries.settle, (Settled(changed, held, event, *follow), ruleset)).result()
    if outcome.state != outbox.DROPPED:
        metrics.message_dealt_with(row["channel"] or TEAM, outcome.state)
    logs.log(
        "intent.settled", intent=row["id"], enquiry=row["enquiry_id"], purpose=row["purpose"], outcome=outcome.state
    )


def _notices(services: Services, event: Row | None, row: Row, outcome: _Settlement) -> tuple[Row, ...]:
    """The intents by which the owning team is told that a message to the customer never left, and it goes elsewhere."""
    if event is None or outcome.state != outbox.FAILED or row["audience"] == TEAM:
        return ()
    standing = _standing(services, row)
    follow = effects(event, standing.state, standing.live.ruleset)
    told = tuple(history.intent(say, row["enquiry_id"], event["at"]) for say in follow.say)
    again = deliveries.elsewhere(row | {"sent": {"channel": outcome.by}}, event["at"]) if outcome.by else None
    return (*told, again) if again else told


def _failing(row: Row, outcome: _Settlement, now: datetime) -> tuple[Row, ...]:
    if outcome.refused is None or row["audience"] == TEAM:
        return ()
    point = {"kind": outcome.refused.kind.value, "value": outcome.refused.value, "status": outcome.trouble or ""}
    return (point | {"since": now, "intent_id": row["id"], "contact_id": row["contact_id"]},)


def _closing(row: Row, outcome: _Settlement, now: datetime) -> tuple[Row, ...]:
    """What a provider's refusal says of a channel to a number: that they stopped it, or that nothing arrives there."""
    if outcome.state != outbox.FAILED or outcome.to is None or not outcome.trouble or row["audience"] == TEAM:
        return ()
    about = {"intent_id": row["id"], "contact_id": row["contact_id"]}
    return tuple(deliveries.closings_of([outcome.trouble], outcome.by, outcome.to.value, about, now)[0])


def _event(row: Row, outcome: _Settlement, now: datetime) -> Row:
    """What the history says of it: that it was said, by which way, or that a person has to see to it."""
    data = {"purpose": row["purpose"], "intent": row["id"], "trouble": outcome.trouble}
    if row["audience"] == TEAM:
        data |= {name: row["values"][name] for name in ("team", "news")}
    if outcome.sent:
        data["channel"] = outcome.sent["channel"]
    return {
        "id": new_id(),
        "at": now,
        "kind": f"message-{outcome.state}",
        "enquiry_id": row["enquiry_id"],
        "contact_id": row["contact_id"],
        "team": None,
        "actor": "engine",
        "data": data,
    }
