"""What follows from an event by itself: timers to set or to stop, and what is to be said to the customer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from router.enquiry.happenings import Event, Kind
from router.enquiry.state import SETTLED, moment
from rules.intent import Purpose
from rules.model import REPLY


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer to set: its key, when it is over (UTC), and the event that it then becomes."""

    key: str
    at: datetime
    kind: Kind
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Say:
    """An intent for the outbox: once only by its key."""

    key: str
    audience: str
    purpose: str
    template: str
    values: Mapping[str, Any]
    channel: str
    address: Mapping[str, str]
    contact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from one event. `stopped` are the keys of timers that no longer matter."""

    say: tuple[Say, ...] = ()
    timers: tuple[Timer, ...] = ()
    stopped: tuple[str, ...] = ()


def effects(event: Event) -> Effects:
    """What follows from an event; from most, nothing does."""
    follow = _EFFECTS.get(event["kind"])
    return follow(event, event["data"]) if follow else Effects()


def due_timers(enquiry_id: str, due: Mapping[str, str]) -> tuple[Timer, ...]:
    """A timer for each timescale of an enquiry, by its name and the moment it falls due (ISO 8601)."""
    return tuple(
        Timer(f"due:{enquiry_id}:{name}", moment(at), Kind.DUE, {"timescale": name}) for name, at in due.items()
    )


Data = Mapping[str, Any]


def _opened(event: Event, data: Data) -> Effects:
    return Effects(timers=due_timers(event["enquiry_id"], data["due"]))


def _waiting(event: Event, data: Data) -> Effects:
    over = Timer(f"waiting:{event['id']}", moment(data["until"]), Kind.RESUMED, {"because": "time"})
    return Effects(timers=(over,))


def _promised(event: Event, data: Data) -> Effects:
    key = f"callback:{data['callback']}"
    return Effects(timers=(Timer(key, moment(data["ends"]), Kind.OVERDUE, {"callback": data["callback"]}),))


def _tried(event: Event, data: Data) -> Effects:
    return Effects(stopped=(f"callback:{data['callback']}",) if data["outcome"] in SETTLED else ())


def _replied(event: Event, data: Data) -> Effects:
    reply = Say(
        key=f"reply:{event['id']}",
        audience="customer",
        purpose=Purpose.REPLY.value,
        template=REPLY,
        values={"text": data["text"], "in_reply_to": data["in_reply_to"]},
        channel=data["channel"],
        address=data["address"],
        contact_id=data["contact"],
    )
    return Effects(say=(reply,))


_EFFECTS: Mapping[str, Callable[[Event, Data], Effects]] = {
    Kind.OPENED: _opened,
    Kind.WAITING: _waiting,
    Kind.PROMISED: _promised,
    Kind.TRIED: _tried,
    Kind.REPLIED: _replied,
}
