"""What follows from an event by itself: timers to set or to stop, and what is to be said to customer and teams."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from router.enquiry.happenings import MACHINES, Event, EventKind
from router.enquiry.ladder import next_told, patience
from router.enquiry.state import EMERGENCY, NOT_REACHED, SETTLED, State, moment
from rules.intent import Purpose
from rules.landlord import News, Ruleset
from rules.model import REPLY
from rules.notices import message_key

TEAM = "team"
"""The audience of what is said to colleagues."""

UNDO: Final = timedelta(seconds=10)
"""How long a colleague's reply waits, so that they can take it back."""

SESSION: Final = "session"


class Timer(NamedTuple):
    """A timer to set: its key, when it is over (UTC), and the event that it then becomes."""

    key: str
    at: datetime
    kind: EventKind
    data: Mapping[str, Any]


class Say(NamedTuple):
    """An intent for the outbox: once only by its key. What is `urgent` goes before whatever else waits.

    `after` is how long it waits at least, so that it can be taken back.
    """

    key: str
    audience: str
    purpose: str
    template: str
    values: Mapping[str, Any]
    channel: str
    address: Mapping[str, str]
    contact_id: str | None = None
    urgent: bool = False
    after: timedelta = timedelta(0)


class Effects(NamedTuple):
    """What follows from one event. `stopped` are the keys of timers that no longer matter, `withdrawn` of intents."""

    say: tuple[Say, ...] = ()
    timers: tuple[Timer, ...] = ()
    stopped: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


def effects(event: Event, state: State, ruleset: Ruleset) -> Effects:
    """What follows from an event, given the state that it is part of; from most, nothing does."""
    follow = _EFFECTS.get(event["kind"])
    return follow(event, event["data"], state, ruleset) if follow else Effects()


def together(events: Sequence[Event], state: State, ruleset: Ruleset) -> Effects:
    """What follows from events of one enquiry that happen at once: each team is told once, of the last of them."""
    if len(events) == 1:
        return effects(events[0], state, ruleset)
    all_ = [effects(event, state, ruleset) for event in events]
    said = {each.address["value"]: each for follows in all_ for each in follows.say}
    return Effects(tuple(said.values()), tuple(timer for follows in all_ for timer in follows.timers))


def escalation(state: State, timer: Mapping[str, Any], ruleset: Ruleset) -> Mapping[str, Any] | None:
    """The data of the event that a timer of the ladder becomes: who is told now; None where somebody has answered."""
    if not state.wants_acknowledging or (state.ladder, state.step + 1) != (timer["ladder"], timer["step"]):
        return None
    return {**timer, "to": next_told(state.team, timer["step"], ruleset, state.escalate)}


Data = Mapping[str, Any]


def _notice(event: Event, state: State, team: str, news: News, **values: str) -> Say:
    """Tell a team: what it is is said when it is sent, and the addresses are found then."""
    return Say(
        key=f"team:{event['id']}:{team}",
        audience=TEAM,
        purpose=Purpose.NOTIFICATION.value,
        template=message_key(news),
        values={"news": news.value, "team": team, **values},
        channel="",
        address={"kind": TEAM, "value": team},
        urgent=state.priority == EMERGENCY,
    )


def _watch(state: State, told: str, at: datetime, ruleset: Ruleset) -> tuple[Timer, ...]:
    """The time that a team which is told of an emergency has, before the next one is."""
    if not state.wants_acknowledging:
        return ()
    step = state.step + 1
    key = f"escalate:{state.ladder}:{step}"
    return (
        Timer(
            key,
            at + patience(told, ruleset, state.escalate),
            EventKind.ESCALATED,
            {"ladder": state.ladder, "step": step},
        ),
    )


def _due_timers(event: Event, data: Data) -> tuple[Timer, ...]:
    key = f"due:{event['enquiry_id']}"
    due: Mapping[str, str] = data.get("due", {})
    return tuple(Timer(f"{key}:{name}", moment(at), EventKind.DUE, {"timescale": name}) for name, at in due.items())


def _opened(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    # No machine is answered: what we send to a team might come back in as one's, and so on for ever.
    silent = data.get("kind") in MACHINES and not state.wants_acknowledging
    said = () if silent else (_notice(event, state, state.team, News.NEW),)
    return Effects(said, (*_due_timers(event, data), *_watch(state, state.team, event["at"], ruleset)))


def _contact(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    return Effects() if data.get("kind") in MACHINES else Effects((_notice(event, state, state.team, News.CONTACT),))


def _changed(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    if data.get("priority") != EMERGENCY and state.ladder != event["id"]:
        return Effects(timers=_due_timers(event, data))
    watch = _watch(state, state.team, event["at"], ruleset)
    return Effects((_notice(event, state, state.team, News.CONTACT),), (*_due_timers(event, data), *watch))


def _transferred(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    if state.colleague:
        return Effects()  # whoever took it in the same breath need not be told
    said = (_notice(event, state, data["to"], News.TRANSFERRED),)
    return Effects(said, _watch(state, data["to"], event["at"], ruleset))


def _escalated(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    said = (_notice(event, state, data["to"], News.ESCALATED),)
    return Effects(said, _watch(state, data["to"], event["at"], ruleset))


def _asked(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    return Effects((_notice(event, state, data["to"], News.ASKED),))


def _due(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    return Effects((_notice(event, state, state.team, News.OVERDUE, timescale=data["timescale"]),))


def _overdue(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    """Its owner is told, and the team that comes after it: nobody of the owner's rang in time."""
    told = dict.fromkeys((state.team, next_told(state.team, 1, ruleset)))
    about = {"callback": data["callback"], "owner": state.team}
    return Effects(tuple(_notice(event, state, team, News.CALLBACK, **about) for team in told))


def _waiting(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    over = Timer(f"waiting:{event['id']}", moment(data["until"]), EventKind.RESUMED, {"because": "time"})
    return Effects(timers=(over,))


def _promised(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    key = f"callback:{data['callback']}"
    return Effects(timers=(Timer(key, moment(data["ends"]), EventKind.OVERDUE, {"callback": data["callback"]}),))


def _tried(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    # Whoever was rung in vain, so often as it is tried, is reached another way by a person or not at all.
    said = (_notice(event, state, state.team, News.UNDELIVERED),) if data["outcome"] == NOT_REACHED else ()
    return Effects(said, stopped=(f"callback:{data['callback']}",) if data["outcome"] in SETTLED else ())


def _returned(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    return Effects((_notice(event, state, state.team, News.UNDELIVERED),)) if data.get("permanent") else Effects()


def _failed(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    # Of what a team is not told another team need not be told: it is shown where the enquiry is.
    return Effects() if "team" in data else Effects((_notice(event, state, state.team, News.UNDELIVERED),))


def _replied(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    files = {"attachments": data["attachments"]} if data.get("attachments") else {}
    # Who chats is there and waits; what another system orders was thought over there.
    hasty = event["actor"].startswith("user:") and data["address"].get("kind") != SESSION
    reply = Say(
        key=reply_key(event["id"]),
        audience="customer",
        purpose=Purpose.REPLY.value,
        template=REPLY,
        values={
            "text": data["text"],
            "in_reply_to": data["in_reply_to"],
            **({"wishes": dict(state.wishes)} if state.wishes else {}),
            **files,
        },
        channel=data["channel"],
        address=data["address"],
        contact_id=data["contact"],
        after=UNDO if hasty else timedelta(0),
    )
    return Effects(say=(reply,))


def reply_key(event_id: str) -> str:
    """The key of the intent that a reply became, by the id of its event."""
    return f"reply:{event_id}"


def _withdrawn(event: Event, data: Data, state: State, ruleset: Ruleset) -> Effects:
    return Effects(withdrawn=(reply_key(data["reply"]),))


_EFFECTS: Mapping[str, Callable[[Event, Data, State, Ruleset], Effects]] = {
    EventKind.OPENED: _opened,
    EventKind.JOINED: _contact,
    EventKind.THREADED: _contact,
    EventKind.CHANGED: _changed,
    EventKind.TRANSFERRED: _transferred,
    EventKind.ESCALATED: _escalated,
    EventKind.ASKED: _asked,
    EventKind.DUE: _due,
    EventKind.OVERDUE: _overdue,
    EventKind.WAITING: _waiting,
    EventKind.PROMISED: _promised,
    EventKind.TRIED: _tried,
    EventKind.REPLIED: _replied,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.RETURNED: _returned,
    EventKind.MESSAGE_FAILED: _failed,
}
