"""What a caller hears: the questions, then the owning team, and whatever happens a person."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from channels.inbound import Inbound, Progress
from channels.names import PHONE
from channels.replies import CallSteps, Connect, Hangup, Menu, NothingToSay, Reach, Reply, Say, Step, Whose
from router import spoken
from router.live import LiveRuleset
from router.store.returning import CHOSEN
from router.store.rows import Row
from rules import call_flow
from rules.clock import is_open
from rules.constraints import Constraints
from rules.landlord import Team
from rules.model import Priority
from rules.phone_line import CallFlow, MenuOption

MENU, DIALLED = "menu", "dialled"
"""Places of a voice adapter where a key, and the end of a dialled leg, come in."""

RELAY = "relay"
"""The fact of a key by which a caller says that they call by text relay."""

RING_SECONDS = 20
ANSWERED = frozenset({"completed", "answered"})
"""How dialling ended where somebody answered."""

PATIENCE = timedelta(minutes=2)
"""How long a call may stay between two questions before it is decided on with what there is."""

SLOWER, HEARD = 2, 2
"""For who needs more time: how many times as long we wait for a key, and how often a question is heard."""

_SORRY = "Sorry, that key does not lead anywhere."
_NOT_UNDERSTOOD = "Sorry, we did not understand that. Please press a key."
_OR_A_PERSON = "To speak to a person, press 0. Otherwise you can hang up now."


@dataclass(frozen=True, slots=True)
class Onward:
    """What a caller hears, and then the team that they are put through to, with the priority of their contact."""

    steps: tuple[Step, ...]
    team: Team
    priority: str


@dataclass(frozen=True, slots=True)
class Unattended:
    """What a caller hears whom nobody of this team takes now, and who may leave a message; `chosen` if they want to."""

    steps: tuple[Step, ...]
    team: str
    chosen: bool = False


def say(flow: CallFlow | None, text: str) -> Say:
    """Words in the voice of the landlord's calls, or in the provider's own."""
    return Say(text, flow.language, flow.voice) if flow else Say(text)


def paced(inbound: Inbound, live: LiveRuleset) -> Inbound:
    """The event with how far the call is by our own questions, of which the provider knows nothing.

    Who calls a number that stands for something is asked nothing; a key that leads to another menu is no choice yet,
    and one that leads nowhere may be pressed again, once. What is said and not understood is followed by the keys.
    """
    flow = live.ruleset.calls
    if flow is not None and inbound.part == spoken.SAID:
        return spoken.understood(inbound, live, PATIENCE)
    if flow is None or inbound.part not in ("call", "menu-choice"):
        return inbound
    number = number_of(inbound)
    if inbound.part == "call":
        return inbound if call_flow.menu_at(flow, number, "") else replace(inbound, progress=Progress.ENOUGH)
    if CHOSEN in inbound.facts:
        return inbound
    option = call_flow.option_at(flow, number, inbound.facts["menu"])
    if option is not None and option.relay:
        inbound = replace(inbound, facts={**inbound.facts, RELAY: "yes"})
    goes_on = bool(option.menu) if option else _may_press_again(flow, inbound)
    return replace(inbound, progress=Progress.WAIT, patience=PATIENCE) if goes_on else inbound


def reply(
    inbound: Inbound, decision: Row | None, live: LiveRuleset, now: datetime, asked: Constraints
) -> Reply | Onward | Unattended:
    """What the caller hears next: after the call came in, after a key, after a leg was dialled."""
    match inbound.part:
        case "call":
            return opening(inbound, decision, live, now, asked)
        case "menu-choice" | spoken.SAID:
            follow = _after_key if inbound.part == "menu-choice" else _after_words
            return follow(inbound, decision, live, now, asked)
        case "menu-timeout" | "before-tone" | "voicemail":
            return connection(decision, live, now) if decision else to_person(live)
        case "call-leg":
            return after_dialling(inbound.facts.get("dial", ""), live)
        case "call-asked":
            return whose(decision, live, now)
        case _:
            return NothingToSay()


def opening(
    inbound: Inbound, decision: Row | None, live: LiveRuleset, now: datetime, asked: Constraints
) -> CallSteps | Onward | Unattended:
    """The greeting and the first question, or after the greeting the owner of who is asked nothing.

    A landlord without a call flow has its callers put through to the fallback team.
    """
    flow = live.ruleset.calls
    if flow is None:
        return to_person(live)
    number = number_of(inbound)
    greeting = say(flow, call_flow.entry_of(flow, number).greeting or flow.greeting)
    if inbound.progress is Progress.ENOUGH:
        onward = connection(decision, live, now) if decision else to_person(live)
        return replace(onward, steps=(greeting, *onward.steps))
    return CallSteps((spoken.asked_for(_question(flow, number, "", asked, greeting), number, live.ruleset),))


def _after_key(
    inbound: Inbound, decision: Row | None, live: LiveRuleset, now: datetime, asked: Constraints
) -> CallSteps | Onward | Unattended:
    """The next question, an announcement, the same question once more, or the owner."""
    flow = live.ruleset.calls
    number, path = number_of(inbound), inbound.facts["menu"]
    option = call_flow.option_at(flow, number, path) if flow else None
    if flow is None or CHOSEN in inbound.facts or (option is None and not _may_press_again(flow, inbound)):
        return connection(decision, live, now) if decision else to_person(live)
    if option is None:
        before = path.rpartition(call_flow.DOT)[0]
        return CallSteps((_question(flow, number, before, asked, say(flow, _SORRY), again=True),))
    if option.menu:
        return CallSteps((_question(flow, number, path, asked),))
    if option.information:
        return _announcement(flow, path, option, asked)
    if option.voicemail and decision and _may_leave_message(decision, flow, asked):
        return Unattended((), decision["team"], chosen=True)
    return connection(decision, live, now) if decision else to_person(live)


def _after_words(
    inbound: Inbound, decision: Row | None, live: LiveRuleset, now: datetime, asked: Constraints
) -> CallSteps | Onward | Unattended:
    """The owner of what it is about; the keys alone, where that was not understood."""
    flow = live.ruleset.calls
    if flow is not None and inbound.progress is Progress.WAIT:
        return CallSteps((_question(flow, number_of(inbound), "", asked, say(flow, _NOT_UNDERSTOOD), again=True),))
    return connection(decision, live, now) if decision else to_person(live)


def _question(flow: CallFlow, number: str, path: str, asked: Constraints, *first: Say, again: bool = False) -> Menu:
    """A menu, its question first; who needs more time gets it."""
    menu = call_flow.menu_at(flow, number, path)
    options = menu.options if menu else ()
    prompts = [say(flow, menu.says)] if menu and menu.says else []
    keys = (say(flow, spoken.spoken_key(option)) for option in options)
    place = {name: value for name, value in (("step", path), ("again", "1" if again else "")) if value}
    action = f"{MENU}?{urlencode(place)}" if place else MENU
    return Menu((*first, *prompts, *keys), tuple(option.key for option in options), action, *_pace(flow, asked))


def _announcement(flow: CallFlow, path: str, option: MenuOption, asked: Constraints) -> CallSteps:
    """What may be all that somebody wanted to know, and a person for whom it is not."""
    prompts = (say(flow, option.information), say(flow, _OR_A_PERSON))
    action = f"{MENU}?{urlencode({'step': path})}"
    return CallSteps((Menu(prompts, (call_flow.PERSON,), action, *_pace(flow, asked)), Hangup()))


def _pace(flow: CallFlow, asked: Constraints) -> tuple[int, int]:
    """How long we wait for a key, and how often the question is heard."""
    return (flow.wait_seconds * SLOWER, HEARD) if asked.extra_time else (flow.wait_seconds, 1)


def _may_press_again(flow: CallFlow, inbound: Inbound) -> bool:
    """Whether a key that leads nowhere was pressed for the first time in a menu that is there."""
    before = inbound.facts["menu"].rpartition(call_flow.DOT)[0]
    return "menu_again" not in inbound.facts and call_flow.menu_at(flow, number_of(inbound), before) is not None


def number_of(inbound: Inbound) -> str:
    """The number of ours that was called."""
    return inbound.recipients[0].value if inbound.recipients else ""


def _may_leave_message(decision: Row, flow: CallFlow, asked: Constraints) -> bool:
    """Whether a caller may leave a message at all: nobody with an emergency, and nobody whose adjustments forbid it."""
    return flow.voicemail is not None and asked.voicemail and decision["priority"] != Priority.EMERGENCY


def connection(decision: Row, live: LiveRuleset, now: datetime) -> CallSteps | Onward | Unattended:
    """Put the caller through to the team that owns the contact, or to whoever is open on its escalation path.

    If nobody is open, the caller hears so, and that the call is noted; an emergency always reaches the fallback number.
    A landlord whose callers do not wait has the team's first telephone rung, and then the fallback number.
    """
    owner = live.ruleset.teams.get(decision["team"])
    if owner is None:
        return to_person(live)
    team = first_open(owner, live, now)
    if team is None:
        urgent = decision["priority"] == Priority.EMERGENCY
        return to_person(live) if urgent else Unattended(_words(live, "closed"), owner.key)
    flow = live.ruleset.calls
    if flow is not None and flow.waiting is not None:
        return Onward(_words(live, "connecting"), team, decision["priority"])
    phone = team.telephones[0]
    ring = Connect(phone.address, timeout_seconds=RING_SECONDS, then=DIALLED, reach=Reach(phone.reach))
    return CallSteps((*_words(live, "connecting"), ring))


def whose(decision: Row | None, live: LiveRuleset, now: datetime) -> Whose:
    """Whose a call is and where to put it through, for a telephone system that does it itself; as `connection`."""
    owner = live.ruleset.teams.get(decision["team"]) if decision else None
    if decision is None or owner is None:
        fallback = live.ruleset.fallback
        return Whose(fallback.key, fallback.name, _person(live))
    team = first_open(owner, live, now)
    urgent = decision["priority"] == Priority.EMERGENCY
    number = team.telephones[0].address if team else _person(live) if urgent else ""
    flow = live.ruleset.calls
    return Whose(
        team=owner.key,
        name=owner.name,
        number=number,
        announcement="" if number or flow is None else flow.closed,
        priority=str(decision["priority"]),
        because=decision["because"],
        instructions=tuple(decision["plan"].get("instructions", ())),
    )


def after_dialling(outcome: str, live: LiveRuleset) -> CallSteps:
    """What follows a dialled leg: nothing if it was answered, else a person at the fallback number."""
    return CallSteps((Hangup(),)) if outcome in ANSWERED else to_person(live)


def to_person(live: LiveRuleset) -> CallSteps:
    """Straight to a person: the fallback number, or the fallback team's."""
    number = _person(live)
    ring = (Connect(number, timeout_seconds=RING_SECONDS * 3),) if number else ()
    return CallSteps((*_words(live, "connecting"), *ring, Hangup()))


def _person(live: LiveRuleset) -> str:
    """The number at which a person answers whatever happens; "" where a landlord has given none."""
    flow = live.ruleset.calls
    return flow.fallback_number if flow else live.ruleset.fallback.channels.get(PHONE, "")


def ring_seconds(live: LiveRuleset) -> int:
    """How long a colleague's telephone is rung."""
    flow = live.ruleset.calls
    return flow.ring_seconds if flow else RING_SECONDS


def first_open(owner: Team, live: LiveRuleset, now: datetime) -> Team | None:
    """The owner, or else the first on its escalation path, that is open and has a telephone."""
    path = (owner, *(live.ruleset.teams[key] for key in owner.escalation))
    hours = live.ruleset.hours
    return next((team for team in path if team.telephones and is_open(hours[team.hours], live.calendar, now)), None)


def _words(live: LiveRuleset, which: str) -> tuple[Step, ...]:
    flow = live.ruleset.calls
    text = getattr(flow, which) if flow else ""
    return (say(flow, text),) if flow and text else ()
