"""The state of an enquiry: a fold over its events, in the order they happened."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from router.enquiry.happenings import OF_CONTACTS, Event, EventKind
from router.enquiry.wished import escalation_of
from rules.outcomes import Escalation

EMERGENCY = "emergency"
REACHED = "reached"
NOT_REACHED = "not-reached"
SETTLED = frozenset({REACHED, "no-longer-wanted", NOT_REACHED})
"""The outcomes after which no call is owed any more; any other leaves the promise open."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why nothing can be done yet, and until when."""

    until: datetime
    on: str
    why: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A promised call: its window, how often it was tried, and when and how it was settled, once it is.

    `number` is "" for the one that they got in touch from, `order` the key of the order that promised it.
    """

    id: str
    starts: datetime
    ends: datetime
    tries: int = 0
    settled_at: datetime | None = None
    outcome: str = ""
    number: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What another team was asked, and whether it has answered."""

    id: str
    team: str
    text: str
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """How it ended: when, by which team, and what the colleague said of it."""

    at: datetime
    team: str
    at_first_contact: bool
    how: str


@dataclass(frozen=True, slots=True)
class State:
    """An enquiry as it is after some of its events.

    `contacts` counts what customers sent, `last_contact` is the id of the event of the latest of these, `orders` are
    the ids of what people have ordered, so that an order which comes twice is done once.
    """

    is_open: bool = False
    team: str = ""
    also: tuple[str, ...] = ()
    colleague: str | None = None
    journey: str | None = None
    priority: str = "normal"
    due: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    acknowledged: bool = False
    told: tuple[str, ...] = ()
    """The teams that an unacknowledged emergency was escalated to."""
    queue: str = ""
    """`first` or `last` among those of its priority, where a rule says so."""
    escalate: Escalation | None = None
    """What a rule says of who is told while nobody acknowledges it; then it need not be an emergency."""
    wishes: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What rules ask for in how the customer is served, as router/enquiry/wished.py keeps it."""
    ladder: str = ""
    """The id of the event from which on somebody has to acknowledge it, if it is an emergency."""
    step: int = 0
    """How often it was escalated since then."""
    waiting: Waiting | None = None
    callbacks: tuple[Callback, ...] = ()
    questions: tuple[Question, ...] = ()
    resolution: Resolution | None = None
    links: tuple[str, ...] = ()
    contacts: int = 0
    last_contact: str = ""
    transfers: int = 0
    misroutes: int = 0
    reopened: int = 0
    orders: frozenset[str] = frozenset()

    @property
    def promised(self) -> tuple[Callback, ...]:
        """The calls that are still owed."""
        return tuple(each for each in self.callbacks if each.settled_at is None)

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """What other teams were asked and have not answered."""
        return tuple(each for each in self.questions if not each.answered)

    @property
    def wants_acknowledging(self) -> bool:
        """Whether this is an emergency, or escalated by a rule, and no person has acknowledged it."""
        return self.is_open and self.is_pressing and not self.acknowledged

    @property
    def is_pressing(self) -> bool:
        """Whether somebody has to say that they have it."""
        return self.priority == EMERGENCY or self.escalate is not None


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """The state after these events, starting from another one where that is given; unknown kinds change nothing."""
    state = state or State()
    for event in events:
        state = after(state, event)
    return state


def after(state: State, event: Event) -> State:
    """The state after one more event."""
    apply = _APPLY.get(event["kind"])
    state = apply(state, event, event["data"]) if apply else state
    if event["kind"] in OF_CONTACTS and "received_at" in event["data"]:
        state = replace(state, contacts=state.contacts + 1, last_contact=event["id"])
    order = event["data"].get("order")
    return replace(state, orders=state.orders | {order}) if order else state


Data = Mapping[str, Any]


def _opened(state: State, event: Event, data: Data) -> State:
    return replace(
        state,
        is_open=True,
        team=event["team"],
        also=tuple(data.get("also", ())),
        journey=data.get("journey"),
        priority=data.get("priority", "normal"),
        due=data.get("due", {}),
        ladder=event["id"],
        **_of_rules(data),
    )


def _of_rules(data: Data) -> dict[str, Any]:
    """What the rules asked for, as far as an event says anything of it."""
    found = {name: data[name] for name in ("queue", "wishes") if name in data}
    return found | ({"escalate": escalation_of(data["escalate"])} if "escalate" in data else {})


def _changed(state: State, event: Event, data: Data) -> State:
    known = {name: data[name] for name in ("priority", "journey", "due") if name in data}
    anew = replace(state, **known | _of_rules(data))
    if anew.is_pressing and (not state.is_pressing or data.get("priority") == EMERGENCY != state.priority):
        # Whoever had it before had something that could wait.
        return replace(anew, acknowledged=False, told=(), ladder=event["id"], step=0)
    return anew


def _transferred(state: State, event: Event, data: Data) -> State:
    return replace(
        state,
        team=data["to"],
        also=tuple(key for key in state.also if key != data["to"]),
        colleague=None,
        acknowledged=False,
        told=(),
        ladder=event["id"],
        step=0,
        transfers=state.transfers + 1,
        misroutes=state.misroutes + bool(data.get("misroute")),
    )


def _taken(state: State, event: Event, data: Data) -> State:
    return replace(state, colleague=data["colleague"], acknowledged=True)


def _handed_back(state: State, event: Event, data: Data) -> State:
    return replace(state, colleague=None)


def _acknowledged(state: State, event: Event, data: Data) -> State:
    return replace(state, acknowledged=True)


def _escalated(state: State, event: Event, data: Data) -> State:
    told = state.told if data["to"] in state.told else (*state.told, data["to"])
    return replace(state, told=told, step=data["step"])


def _asked(state: State, event: Event, data: Data) -> State:
    also = state.also if data["to"] in state.also else (*state.also, data["to"])
    return replace(state, also=also, questions=(*state.questions, Question(data["question"], data["to"], data["text"])))


def _answered(state: State, event: Event, data: Data) -> State:
    answered = (replace(each, answered=True) if each.id == data["question"] else each for each in state.questions)
    return replace(state, questions=tuple(answered))


def _waiting(state: State, event: Event, data: Data) -> State:
    return replace(state, waiting=Waiting(moment(data["until"]), data["on"], data["why"]))


def _resumed(state: State, event: Event, data: Data) -> State:
    return replace(state, waiting=None)


def _promised(state: State, event: Event, data: Data) -> State:
    number, order = data.get("number", ""), data.get("order", "")
    promise = Callback(data["callback"], moment(data["starts"]), moment(data["ends"]), number=number, order=order)
    return replace(state, callbacks=(*state.callbacks, promise))


def _tried(state: State, event: Event, data: Data) -> State:
    settled_at = event["at"] if data["outcome"] in SETTLED else None
    tried = (
        replace(each, tries=each.tries + 1, settled_at=settled_at, outcome=data["outcome"])
        if each.id == data["callback"]
        else each
        for each in state.callbacks
    )
    return replace(state, callbacks=tuple(tried))


def _resolved(state: State, event: Event, data: Data) -> State:
    resolution = Resolution(event["at"], state.team, bool(data["at_first_contact"]), data["how"])
    return replace(state, is_open=False, acknowledged=True, waiting=None, resolution=resolution)


def _reopened(state: State, event: Event, data: Data) -> State:
    return replace(state, is_open=True, resolution=None, reopened=state.reopened + 1)


def _linked(state: State, event: Event, data: Data) -> State:
    return replace(state, links=(*state.links, data["to"]))


_APPLY: Mapping[str, Callable[[State, Event, Data], State]] = {
    EventKind.OPENED: _opened,
    EventKind.CHANGED: _changed,
    EventKind.TRANSFERRED: _transferred,
    EventKind.TAKEN: _taken,
    EventKind.HANDED_BACK: _handed_back,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.ESCALATED: _escalated,
    EventKind.ASKED: _asked,
    EventKind.ANSWERED: _answered,
    EventKind.WAITING: _waiting,
    EventKind.RESUMED: _resumed,
    EventKind.PROMISED: _promised,
    EventKind.TRIED: _tried,
    EventKind.RESOLVED: _resolved,
    EventKind.REOPENED: _reopened,
    EventKind.LINKED: _linked,
}


def moment(written: str) -> datetime:
    """A moment as events keep it: ISO 8601, aware."""
    return datetime.fromisoformat(written)
