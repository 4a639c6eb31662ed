"""What an order does: the events that it leads to, or why it cannot be done, in words for whoever ordered it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.inbound import PointKind
from channels.numbers import REGION, read_number
from router.enquiry import orders as order
from router.enquiry.happenings import EventKind
from router.enquiry.state import State
from rules.landlord import Ruleset

LONGEST_TEXT = 20_000
FARTHEST = timedelta(days=366)
"""How far ahead a colleague may wait or promise: past a year it is no longer the same enquiry."""


class RefusedError(Exception):
    """An order that cannot be done as things stand; the text says why, and what can be done instead."""


class NotYoursError(RefusedError):
    """An order of somebody whose teams have nothing to do with the enquiry."""


class ForeignFilesError(RefusedError):
    """A reply that names files which have nothing to do with its enquiry."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever orders something: a name for the history (`user:` or `key:` and an id), and the teams they act for.

    `everywhere` is true of supervisors and of API keys.
    """

    name: str
    teams: frozenset[str] = frozenset()
    everywhere: bool = False

    @property
    def user(self) -> str:
        """The id of the user, "" for a system."""
        kind, _, identifier = self.name.partition(":")
        return identifier if kind == "user" else ""


@dataclass(frozen=True, slots=True)
class Named:
    """An enquiry by its id and its public reference."""

    id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Fresh(Named):
    """An enquiry that does not exist yet: its owning team, its contact, and the data of the event that opens it."""

    team: str
    contact_id: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an action may look at beside the state: now (UTC), the ruleset, and what the record had to be asked.

    `new_id` is for what the order makes; `answers_to` has the channel and address of the latest contact, and its id;
    `other` is the enquiry that is to be linked; `fresh` the one that splitting makes, with its `data`; these three only
    where there is one. `waits` says that the reply which is to be taken back has not left, `missing` which files of a
    reply are not in the record, `foreign` how many of them neither came with this enquiry nor were added to it.
    """

    now: datetime
    ruleset: Ruleset
    new_id: str
    itself: Named
    answers_to: Mapping[str, Any] | None = None
    other: Named | None = None
    fresh: Fresh | None = None
    waits: bool = False
    missing: tuple[str, ...] = ()
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be: its kind and data; where it is another enquiry's, which, and of which team and contact."""

    kind: EventKind
    data: Mapping[str, Any]
    enquiry_id: str = ""
    team: str = ""
    contact_id: str | None = None


NewEvents = list[NewEvent]


def act(state: State, wanted: order.Order, actor: Actor, around: Circumstances) -> NewEvents:
    """The events that an order leads to in this state; raises RefusedError with the reason."""
    _check_right(state, wanted, actor)
    if not state.is_open and not isinstance(wanted, order.Reopen | order.Note | order.Link | order.Undo):
        raise RefusedError("This enquiry is resolved. Reopen it first.")
    return _ACTIONS[type(wanted)](state, wanted, actor, around)


def _check_right(state: State, wanted: order.Order, actor: Actor) -> None:
    involved = {state.team, *state.also, *state.told}
    if actor.everywhere or isinstance(wanted, order.Note | order.Link):
        return
    if not actor.teams & involved:
        raise NotYoursError("Only the teams of this enquiry can do that. Ask its owner, or write a note.")
    contributing = isinstance(wanted, order.Answer | order.Acknowledge | order.Take)
    if not contributing and state.team not in actor.teams:
        raise NotYoursError("Only the team that owns this enquiry can do that. Answer what you were asked, or take it.")


def _take(state: State, wanted: order.Take, actor: Actor, around: Circumstances) -> NewEvents:
    colleague = wanted.colleague or actor.user
    if not colleague:
        raise RefusedError("Say which colleague takes it: give the id of a user.")
    if state.colleague == colleague:
        raise RefusedError("This colleague has it already.")
    if state.colleague and not actor.everywhere:
        raise RefusedError("Another colleague has taken this. Ask them to hand it back, or ask a supervisor.")
    taken = NewEvent(EventKind.TAKEN, {"colleague": colleague})
    if actor.everywhere or state.team in actor.teams:
        return [taken]
    # Whoever answers an emergency that went up the escalation path takes it over for their team.
    told = [key for key in state.told if key in actor.teams]
    if not told:
        raise NotYoursError("Another team owns this. Answer what you were asked, or ask its owner to transfer it.")
    moved = {"from": state.team, "to": told[0], "reason": "escalated", "misroute": False, "note": ""}
    return [NewEvent(EventKind.TRANSFERRED, moved), taken]


def _hand_back(state: State, wanted: order.HandBack, actor: Actor, around: Circumstances) -> NewEvents:
    if state.colleague is None:
        raise RefusedError("No colleague has taken this, so there is nothing to hand back.")
    if state.colleague != actor.user and not actor.everywhere:
        raise RefusedError("Another colleague has this. Only they or a supervisor can hand it back.")
    return [NewEvent(EventKind.HANDED_BACK, {"note": _text(wanted.note, "note", wanted=False)})]


def _acknowledge(state: State, wanted: order.Acknowledge, actor: Actor, around: Circumstances) -> NewEvents:
    if not state.wants_acknowledging:
        raise RefusedError("There is nothing to acknowledge: a person has seen this, or it is no emergency.")
    return [NewEvent(EventKind.ACKNOWLEDGED, {})]


def _transfer(state: State, wanted: order.Transfer, actor: Actor, around: Circumstances) -> NewEvents:
    _check_team(wanted.to, around.ruleset)
    if wanted.to == state.team:
        raise RefusedError(f"{_name(wanted.to, around.ruleset)} owns this already.")
    reason = around.ruleset.transfer_reasons.get(wanted.reason)
    if reason is None:
        raise RefusedError(f"reason is none of {', '.join(around.ruleset.transfer_reasons)}")
    moved = {"from": state.team, "to": wanted.to, "reason": reason.key, "misroute": reason.misroute}
    return [NewEvent(EventKind.TRANSFERRED, moved | {"note": _text(wanted.note, "note", wanted=False)})]


def _ask(state: State, wanted: order.Ask, actor: Actor, around: Circumstances) -> NewEvents:
    _check_team(wanted.to, around.ruleset)
    if wanted.to == state.team:
        raise RefusedError(f"{_name(wanted.to, around.ruleset)} owns this. Ask another team, or write a note.")
    asked = {"question": around.new_id, "to": wanted.to, "text": _text(wanted.text, "text")}
    return [NewEvent(EventKind.ASKED, asked)]


def _answer(state: State, wanted: order.Answer, actor: Actor, around: Circumstances) -> NewEvents:
    question = next((each for each in state.questions if each.id == wanted.question), None)
    if question is None:
        raise RefusedError("There is no such question in this enquiry.")
    if question.answered:
        raise RefusedError("This question has been answered already. Write a note instead.")
    return [NewEvent(EventKind.ANSWERED, {"question": question.id, "text": _text(wanted.text, "text")})]


def _note(state: State, wanted: order.Note, actor: Actor, around: Circumstances) -> NewEvents:
    return [NewEvent(EventKind.NOTED, {"text": _text(wanted.text, "text")})]


def _reply(state: State, wanted: order.Reply, actor: Actor, around: Circumstances) -> NewEvents:
    _check_seen(state, wanted.seen)
    if around.answers_to is None:
        raise RefusedError("No contact of this enquiry left an address to reply to. Ring them, or write a letter.")
    if around.foreign:
        raise ForeignFilesError(
            f"attachments: {around.foreign} of these files did not come with this enquiry, nor were they added to a"
            " reply in it. Name files of its own contacts."
        )
    if around.missing:
        raise RefusedError(f"{len(around.missing)} of these files are not in the record. Add them again.")
    files = {"attachments": [asdict(each) for each in wanted.attachments]} if wanted.attachments else {}
    return [NewEvent(EventKind.REPLIED, {"text": _text(wanted.text, "text"), **around.answers_to, **files})]


def _undo(state: State, wanted: order.Undo, actor: Actor, around: Circumstances) -> NewEvents:
    if not around.waits:
        raise RefusedError("This reply has left already. Write another one that puts it right.")
    return [NewEvent(EventKind.WITHDRAWN, {"reply": wanted.reply})]


def _wait(state: State, wanted: order.Wait, actor: Actor, around: Circumstances) -> NewEvents:
    _check_moment(wanted.until, "until", around.now)
    data = {"until": wanted.until.isoformat(), "on": wanted.on, "why": _text(wanted.why, "why")}
    return [NewEvent(EventKind.WAITING, data)]


def _resume(state: State, wanted: order.Resume, actor: Actor, around: Circumstances) -> NewEvents:
    if state.waiting is None:
        raise RefusedError("This enquiry is not waiting for anything.")
    return [NewEvent(EventKind.RESUMED, {"because": "colleague"})]


def _promise(state: State, wanted: order.PromiseCallback, actor: Actor, around: Circumstances) -> NewEvents:
    _check_moment(wanted.ends, "ends", around.now)
    _check_aware(wanted.starts, "starts")
    if wanted.starts >= wanted.ends:
        raise RefusedError("starts has to be before ends: a call is promised between two times.")
    window = {"starts": wanted.starts.isoformat(), "ends": wanted.ends.isoformat()}
    number = {"number": _number(wanted.number, around.ruleset)} if wanted.number else {}
    return [NewEvent(EventKind.PROMISED, {"callback": around.new_id, **window, **number})]


def _try_callback(state: State, wanted: order.TryCallback, actor: Actor, around: Circumstances) -> NewEvents:
    if all(each.id != wanted.callback for each in state.promised):
        raise RefusedError("There is no call with this id that is still owed.")
    note = _text(wanted.note, "note", wanted=False)
    return [NewEvent(EventKind.TRIED, {"callback": wanted.callback, "outcome": wanted.outcome, "note": note})]


def _resolve(state: State, wanted: order.Resolve, actor: Actor, around: Circumstances) -> NewEvents:
    _check_seen(state, wanted.seen)
    if state.promised:
        raise RefusedError("A call back is still promised. Say first how it went.")
    if wanted.how not in around.ruleset.resolutions:
        raise RefusedError(f"how is none of {', '.join(around.ruleset.resolutions)}")
    note = _text(wanted.note, "note", wanted=False)
    data = {"at_first_contact": wanted.at_first_contact, "how": wanted.how, "note": note}
    return [NewEvent(EventKind.RESOLVED, data)]


def _reopen(state: State, wanted: order.Reopen, actor: Actor, around: Circumstances) -> NewEvents:
    if state.is_open:
        raise RefusedError("This enquiry is open already.")
    return [NewEvent(EventKind.REOPENED, {"why": _text(wanted.why, "why")})]


def _link(state: State, wanted: order.Link, actor: Actor, around: Circumstances) -> NewEvents:
    other = around.other
    if other is None:
        raise RefusedError("There is no enquiry with this reference.")
    if other.id == around.itself.id:
        raise RefusedError("An enquiry cannot be linked to itself.")
    if other.id in state.links:
        raise RefusedError("These two are linked already.")
    there = {"to": other.id, "reference": other.reference, "how": wanted.how}
    back = {"to": around.itself.id, "reference": around.itself.reference, "how": wanted.how}
    return [NewEvent(EventKind.LINKED, there), NewEvent(EventKind.LINKED, back, other.id)]


def _split(state: State, wanted: order.Split, actor: Actor, around: Circumstances) -> NewEvents:
    if wanted.journey not in around.ruleset.journeys:
        raise RefusedError("There is no such journey.")
    if wanted.team:
        _check_team(wanted.team, around.ruleset)
    if wanted.journey == state.journey:
        raise RefusedError("That is what this enquiry is about already. Split off what is about something else.")
    fresh = around.fresh
    if fresh is None:
        raise RefusedError("This enquiry has no contact that something could be split off from.")
    split = {"into": fresh.id, "reference": fresh.reference, "why": _text(wanted.why, "why")}
    origin = {"split_from": around.itself.reference}
    return [
        NewEvent(EventKind.SPLIT, split),
        NewEvent(EventKind.OPENED, {**fresh.data, **origin}, fresh.id, fresh.team, fresh.contact_id),
    ]


def _text(written: str, name: str, *, wanted: bool = True) -> str:
    text = written.strip()
    if wanted and not text:
        raise RefusedError(f"{name} is empty: write what colleagues need to know.")
    if len(text) > LONGEST_TEXT:
        raise RefusedError(f"{name} is longer than {LONGEST_TEXT:,} characters.")
    return text


def _number(written: str, ruleset: Ruleset) -> str:
    address, _ = read_number(written, ruleset.landlord.country or REGION)
    if address.kind is not PointKind.PHONE:
        raise RefusedError("number is no telephone number: write it with its area code, such as 0151 496 0000.")
    return address.value


def _check_team(key: str, ruleset: Ruleset) -> None:
    if key not in ruleset.teams:
        raise RefusedError(f"There is no such team: {', '.join(ruleset.teams)} are there.")


def _name(key: str, ruleset: Ruleset) -> str:
    return ruleset.teams[key].name


def _check_aware(at: datetime, name: str) -> None:
    if at.tzinfo is None:
        raise RefusedError(f"{name} has no time zone: write it as 2026-11-22T09:30:00Z.")


def _check_moment(at: datetime, name: str, now: datetime) -> None:
    _check_aware(at, name)
    if not now < at <= now + FARTHEST:
        raise RefusedError(f"{name} has to be a time to come, within a year.")


def _check_seen(state: State, seen: str) -> None:
    if seen and seen != state.last_contact:
        raise RefusedError("The customer has been in touch since you opened this page. Read that first.")


_Action = Callable[[State, Any, Actor, Circumstances], NewEvents]
_ACTIONS: Mapping[type[Any], _Action] = {
    order.Take: _take,
    order.HandBack: _hand_back,
    order.Acknowledge: _acknowledge,
    order.Transfer: _transfer,
    order.Ask: _ask,
    order.Answer: _answer,
    order.Note: _note,
    order.Reply: _reply,
    order.Undo: _undo,
    order.Wait: _wait,
    order.Resume: _resume,
    order.PromiseCallback: _promise,
    order.TryCallback: _try_callback,
    order.Resolve: _resolve,
    order.Reopen: _reopen,
    order.Link: _link,
    order.Split: _split,
}
