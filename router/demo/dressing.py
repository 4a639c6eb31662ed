"""What a contact needs on its channel: words, keys to press, a subject and a mailbox, and how its letter looks."""

import random
from collections.abc import Sequence
from dataclasses import replace

from channels.inbound import Kind
from router.demo import words
from router.demo.arrivals import Arrival, HangsUp
from router.demo.people import Person, weighted
from rules.landlord import Ruleset
from rules.model import Priority

SLIPPING = 0.25
"""How many texts have slips of the finger in them."""

PRESSES = {"right": 84, "nothing": 6, "wrong": 3, HangsUp.IN_MENU.value: 4, HangsUp.WHILE_RINGING.value: 3}
LEGS = {"completed": 90, "no-answer": 7, "busy": 3}
LOOKS = {"plain": 55, "html": 25, "quoted": 14, "forwarded": 6}


def said(journey: str, channel: str, person: Person, ruleset: Ruleset, chance: random.Random) -> tuple[str, ...]:
    """What somebody says about a journey on a channel: one text, or the lines of a chat."""
    if abroad := words.ABROAD.get(person.language):
        return (chance.choice(abroad.get(journey) or abroad[""]),)
    phrases = phrases_of(journey, ruleset)
    slips = channel in ("sms", "chat", "email") and chance.random() < SLIPPING
    if channel != "chat":
        return (words.written(chance.choice(phrases), chance, greet=channel != "visit", slips=slips),)
    lines = [words.written(chance.choice(phrases), chance, greet=False, slips=slips)]
    return ("hello", *lines) if chance.random() < 0.6 else (*lines, "are you there?")  # noqa: PLR2004 - more than half


def phrases_of(journey: str, ruleset: Ruleset) -> Sequence[str]:
    """The phrases of a journey as people write them; of none, what says nothing."""
    known = ruleset.journeys.get(journey)
    return (known.phrases if known else ()) or ((known.name,) if known else words.NOTHING)


def dressed(arrival: Arrival, ruleset: Ruleset, chance: random.Random) -> Arrival:
    """The arrival with what its channel needs: keys to press, a subject and a mailbox, a number of ours."""
    match arrival.channel:
        case "phone":
            return _calling(arrival, ruleset, chance)
        case "email":
            subject = _subject(arrival, ruleset, chance)
            looks = weighted(LOOKS, chance) if arrival.kind is Kind.MESSAGE else "plain"
            return replace(arrival, subject=subject, to=_mailbox(arrival, ruleset, chance), looks=looks)
        case "sms":
            return replace(arrival, to=our_number(ruleset))
        case _:
            return arrival


def our_number(ruleset: Ruleset) -> str:
    """A number of the landlord's."""
    return ruleset.calls.numbers[0] if ruleset.calls else "+441632960000"


def _calling(arrival: Arrival, ruleset: Ruleset, chance: random.Random) -> Arrival:
    menu = {option.key: option for option in ruleset.calls.menu} if ruleset.calls else {}
    does = weighted(PRESSES, chance)
    key = right_key(arrival.journey, ruleset)
    if does == "nothing" or "straight-to-a-person" in arrival.person.adjustments:
        key = ""
    elif does == "wrong" and menu:
        key = chance.choice(list(menu))
    hangs_up = HangsUp(does) if does in (HangsUp.IN_MENU, HangsUp.WHILE_RINGING) else HangsUp.NEVER
    keys = (key,) if key else ()
    return replace(arrival, to=our_number(ruleset), keys=keys, hangs_up=hangs_up, leg=weighted(LEGS, chance))


def right_key(journey: str, ruleset: Ruleset) -> str:
    """The key that a sensible caller presses for a journey: its own, its team's, or the one for anything else."""
    menu = ruleset.calls.menu if ruleset.calls else ()
    known = ruleset.journeys.get(journey)
    if known is not None:
        own = [option.key for option in menu if option.journey == journey]
        near = [option.key for option in menu if option.journey and _alike(journey, option.journey, ruleset)]
        team = [option.key for option in menu if option.team == known.team]
        if fitting := own or near or team:
            return fitting[0]
    return next((option.key for option in menu if option.team == ruleset.landlord.fallback), "")


def _alike(one: str, other: str, ruleset: Ruleset) -> bool:
    a, b = ruleset.journeys[one], ruleset.journeys[other]
    return a.team == b.team and (a.priority is Priority.EMERGENCY) == (b.priority is Priority.EMERGENCY)


def _subject(arrival: Arrival, ruleset: Ruleset, chance: random.Random) -> str:
    if arrival.kind is Kind.AUTOMATIC_REPLY:
        return "Automatic reply: your message"
    if arrival.kind is Kind.BOUNCE:
        return "Undelivered Mail Returned to Sender"
    known = ruleset.journeys.get(arrival.journey)
    return chance.choice((known.name if known else "Hello", "Help please", "My home", "", "Question"))


def _mailbox(arrival: Arrival, ruleset: Ruleset, chance: random.Random) -> str:
    """The fitting mailbox half of the time, else the general one."""
    known = ruleset.journeys.get(arrival.journey)
    boxes = ruleset.mailboxes.items()
    fitting = [box for box, to in boxes if known and (to.get("team") == known.team or to.get("journey") == known.key)]
    general = [box for box, to in boxes if to.get("team") == ruleset.landlord.fallback] or list(ruleset.mailboxes)
    chosen = fitting if fitting and chance.random() < 0.5 else general or ["hello@landlord.example"]  # noqa: PLR2004 - half
    return chance.choice(chosen)
