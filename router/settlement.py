"""What became of an intent: made of what its sender said, and written down with what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from channels.inbound import Address
from channels.names import SMS
from channels.segments import count
from channels.senders import OutboundMessage, Permanent, Result, Sent, Temporary
from router import logs, metrics
from router.enquiry.consequences import TEAM, effects
from router.services import Services
from router.store import deliveries, history, outbox
from router.store.ids import new_id
from router.store.outbox import Settled
from router.store.rows import Row
from router.telling import standing_of
from rules.plan import HandlingPlan

PERHAPS_SENT: Final = "perhaps-sent"
MAX_ATTEMPTS: Final = 8
BACK_OFF: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200))


@dataclass(frozen=True, slots=True)
class Settlement:
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


def outcome_of(result: Result, message: OutboundMessage, handling: HandlingPlan, row: Row, now: datetime) -> Settlement:
    """What the result of a sender means for an intent."""
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
            return Settlement(outbox.SENT, sent=sent)
        case Permanent(reason, address_at_fault):
            refused = message.address if address_at_fault else None
            return Settlement(outbox.FAILED, trouble=reason, refused=refused, to=message.address, by=message.channel)
        case Temporary("timeout" | "no-answer") if row["audience"] != TEAM:
            return Settlement(outbox.TO_PERSON, trouble=PERHAPS_SENT)
        case Temporary(reason, retry_after):
            return replace(again(reason, retry_after, row, now), to=message.address, by=message.channel)


def again(reason: str, retry_after: float | None, row: Row, now: datetime) -> Settlement:
    """Another attempt, later each time, until there were enough."""
    tries = row["attempts"] + 1
    if tries >= MAX_ATTEMPTS:
        return Settlement(outbox.FAILED, trouble=reason)
    pause = timedelta(seconds=retry_after) if retry_after else BACK_OFF[min(tries, len(BACK_OFF)) - 1]
    return Settlement(outbox.PENDING, not_before=now + pause, trouble=reason)


def settle(services: Services, row: Row, became: Settlement, held: datetime) -> None:
    """Record what became of an intent, with its event, and with what it says of the address that it went to."""
    now = services.clock()
    settled = became.state != outbox.PENDING
    changed = row | {
        "state": became.state,
        "not_before": became.not_before or now,
        "attempts": row["attempts"] + (1 if settled or became.trouble else 0),
        "settled_at": now if settled else None,
        "sent": became.sent,
        "message_id": became.sent["provider_id"] if became.sent else None,
        "sent_to": became.sent.get("address") if became.sent else None,
        "trouble": became.trouble,
    }
    if became.divided:
        services.writer.submit(outbox.divide, (changed, held, became.divided)).result()
    else:
        event = _event(row, became, now) if settled and became.state != outbox.DROPPED else None
        follow = _notices(services, event, row, became), _failing(row, became, now), _closing(row, became, now)
        ruleset = services.live.current().ruleset
        services.writer.submit(deliveries.settle, (Settled(changed, held, event, *follow), ruleset)).result()
    if became.state != outbox.DROPPED:
        metrics.message_dealt_with(row["channel"] or TEAM, became.state)
    logs.log(
        "intent.settled", intent=row["id"], enquiry=row["enquiry_id"], purpose=row["purpose"], outcome=became.state
    )


def _notices(services: Services, event: Row | None, row: Row, became: Settlement) -> tuple[Row, ...]:
    """The intents by which the owning team is told that a message to the customer never left, and it goes elsewhere."""
    if event is None or became.state != outbox.FAILED or row["audience"] == TEAM:
        return ()
    standing = standing_of(services, row)
    follow = effects(event, standing.state, standing.live.ruleset)
    told = tuple(history.intent(say, row["enquiry_id"], event["at"]) for say in follow.say)
    other = deliveries.elsewhere(row | {"sent": {"channel": became.by}}, event["at"]) if became.by else None
    return (*told, other) if other else told


def _failing(row: Row, became: Settlement, now: datetime) -> tuple[Row, ...]:
    if became.refused is None or row["audience"] == TEAM:
        return ()
    point = {"kind": became.refused.kind.value, "value": became.refused.value, "status": became.trouble or ""}
    return (point | {"since": now, "intent_id": row["id"], "contact_id": row["contact_id"]},)


def _closing(row: Row, became: Settlement, now: datetime) -> tuple[Row, ...]:
    """What a provider's refusal says of a channel to a number: that they stopped it, or that nothing arrives there."""
    if became.state != outbox.FAILED or became.to is None or not became.trouble or row["audience"] == TEAM:
        return ()
    about = {"intent_id": row["id"], "contact_id": row["contact_id"]}
    return tuple(deliveries.closings_of([became.trouble], became.by, became.to.value, about, now)[0])


def _event(row: Row, became: Settlement, now: datetime) -> Row:
    """What the history says of it: that it was said, by which way, or that a person has to see to it."""
    data = {"purpose": row["purpose"], "intent": row["id"], "trouble": became.trouble}
    if row["audience"] == TEAM:
        data |= {name: row["values"][name] for name in ("team", "news")}
    if became.sent:
        data["channel"] = became.sent["channel"]
    return {
        "id": new_id(),
        "at": now,
        "kind": f"message-{became.state}",
        "enquiry_id": row["enquiry_id"],
        "contact_id": row["contact_id"],
        "team": None,
        "actor": "engine",
        "data": data,
    }
