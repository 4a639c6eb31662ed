"""The plan of a morning: who gets in touch, when, how, about what and in which words. The same seed, the same plan."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from channels.inbound import Kind
from router.demo import words
from router.demo.caller import HangsUp
from router.demo.people import Person, made_up, stranger, weighted
from rules.model import Priority, Ruleset

MORNING = 240.0
"""Minutes from 08:00 to 12:00."""

WORKING_DAYS = 21.7
MORNING_SHARE = 0.42
"""How much of a day's contacts come before noon."""

CHANNELS = {
    "phone": 40_000,
    "email": 12_375,
    "reception": 2_050,
    "visit": 740,
    "portal": 1_500,
    "sms": 1_500,
    "chat": 1_000,
}
"""Contacts a month: the first four as one landlord counted them, the newcomers as they might be by now."""

HALF_HOURS = (9, 13, 17, 16, 14, 12, 10, 9)
JOURNEYS = {
    "repair-appointment": 12,
    "routine-repair": 10,
    "heating-and-hot-water": 9,
    "rent-account": 8,
    "water-leak": 5,
    "toilet-or-drain": 4,
    "electrics": 4,
    "benefits": 4,
    "rent-arrears": 4,
    "damp-and-mould": 4,
    "antisocial-behaviour": 4,
    "housing-application": 4,
    "change-of-details": 3,
    "complaint": 3,
    "pest-control": 2,
    "gas-escape": 0.6,
    "emergency-repair": 1.5,
    "domestic-abuse": 0.3,
    "safeguarding": 0.4,
    "complaint-review": 0.4,
}
"""How often each journey comes, beside OTHER_JOURNEY for one that is not here."""

OTHER_JOURNEY = 1.0
GAS = "gas-escape"
UNCLEAR, UNKNOWN, FOLLOWED_UP, ABOUT_ANOTHER, SLIPPING = 0.05, 0.06, 0.07, 0.05, 0.25
AUTOMATIC, BOUNCED = 0.03, 0.015
TWICE, FIVE_TIMES = 0.06, 0.005
PRESSES = {"right": 84, "nothing": 6, "wrong": 3, HangsUp.IN_MENU.value: 4, HangsUp.WHILE_RINGING.value: 3}
LEGS = {"completed": 90, "no-answer": 7, "busy": 3}
LOOKS = {"plain": 55, "html": 25, "quoted": 14, "forwarded": 6}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One contact to be. `at` is minutes after 08:00; `journey` what it is truly about, "" where nobody could tell.

    `words` are a text, or the lines of a chat; a call has `keys` and says its words to whoever answers. `again` is the
    key of the contact that this one asks after, `times` how often it is delivered.
    """

    key: str
    at: float
    channel: str
    person: Person
    journey: str
    words: tuple[str, ...]
    kind: Kind = Kind.MESSAGE
    subject: str = ""
    to: str = ""
    keys: tuple[str, ...] = ()
    hangs_up: HangsUp = HangsUp.NEVER
    leg: str = "completed"
    looks: str = "plain"
    about: Person | None = None
    again: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A morning: the landlord's customers, and the arrivals in the order in which they come."""

    minutes: float
    people: tuple[Person, ...]
    arrivals: tuple[Arrival, ...]


def expected(minutes: float) -> int:
    """How many contacts come in so many minutes from 08:00."""
    each = MORNING / len(HALF_HOURS)
    passed = sum(weight * min(max(minutes / each - number, 0.0), 1.0) for number, weight in enumerate(HALF_HOURS))
    return max(round(sum(CHANNELS.values()) / WORKING_DAYS * MORNING_SHARE * passed / sum(HALF_HOURS)), 1)


def plan(ruleset: Ruleset, seed: int, minutes: float) -> Plan:
    """The first so many minutes of the morning of this seed, for this landlord."""
    chance = random.Random(seed)
    count = expected(minutes)
    people = made_up(max(round(count * 0.7), 20), chance, ruleset)
    journeys = {key: JOURNEYS.get(key, OTHER_JOURNEY) for key in ruleset.journeys}
    first = _Maker(ruleset, chance, people, journeys).arrivals(round(count / (1 + FOLLOWED_UP)), minutes)
    arrivals = [*_with_gas(first, ruleset, chance), *_followed_up(first, ruleset, chance, minutes)]
    return Plan(minutes, people, tuple(sorted(arrivals, key=lambda each: (each.at, each.key))))


@dataclass(frozen=True, slots=True)
class _Maker:
    ruleset: Ruleset
    chance: random.Random
    people: Sequence[Person]
    journeys: Mapping[str, float]

    def arrivals(self, count: int, minutes: float) -> list[Arrival]:
        able = {channel: [each for each in self.people if _may(each, channel, self.ruleset)] for channel in CHANNELS}
        shares = {key: share for key, share in CHANNELS.items() if key in self.ruleset.channels and able[key]}
        return [
            self._arrival(number, weighted(shares, self.chance), able, _moment(self.chance, minutes))
            for number in range(count)
        ]

    def _arrival(self, number: int, channel: str, able: Mapping[str, Sequence[Person]], at: float) -> Arrival:
        chance = self.chance
        person = self._sender(number, channel, able[channel])
        kind = _kind(channel, chance)
        journey = "" if kind is not Kind.MESSAGE or chance.random() < UNCLEAR else weighted(self.journeys, chance)
        arrival = Arrival(
            key=f"{chance.getrandbits(128):032x}",
            at=at,
            channel=channel,
            person=person,
            journey=journey,
            words=said(journey, channel, person, self.ruleset, chance),
            kind=kind,
            times=_times(chance),
        )
        return self._about(dressed(arrival, self.ruleset, chance))

    def _sender(self, number: int, channel: str, able: Sequence[Person]) -> Person:
        if self.chance.random() < UNKNOWN and channel != "portal":
            return stranger(number, self.chance)
        drawn = self.chance.choice(able)
        return drawn if channel in drawn.preferences else self.chance.choice(able)

    def _about(self, arrival: Arrival) -> Arrival:
        """Some of what is written down for us is about another than whoever came."""
        if arrival.channel not in ("reception", "visit", "portal") or self.chance.random() >= ABOUT_ANOTHER:
            return arrival
        other = self.chance.choice(self.people)
        opening = words.OTHERS.format(name=other.name)
        return replace(arrival, about=other, words=(f"{opening} {arrival.words[0]}", *arrival.words[1:]))


def said(journey: str, channel: str, person: Person, ruleset: Ruleset, chance: random.Random) -> tuple[str, ...]:
    """What somebody says about a journey on a channel: one text, or the lines of a chat."""
    if abroad := words.ABROAD.get(person.language):
        return (chance.choice(abroad.get(journey) or abroad[""]),)
    phrases = _phrases(journey, ruleset)
    slips = channel in ("sms", "chat", "email") and chance.random() < SLIPPING
    if channel != "chat":
        return (words.written(chance.choice(phrases), chance, greet=channel != "visit", slips=slips),)
    lines = [words.written(chance.choice(phrases), chance, greet=False, slips=slips)]
    return ("hello", *lines) if chance.random() < 0.6 else (*lines, "are you there?")  # noqa: PLR2004 - more than half


def _phrases(journey: str, ruleset: Ruleset) -> Sequence[str]:
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
    chosen = fitting if fitting and chance.random() < 0.5 else general or ["hello@landlord.example"]  # noqa: PLR2004
    return chance.choice(chosen)


def _with_gas(arrivals: list[Arrival], ruleset: Ruleset, chance: random.Random) -> list[Arrival]:
    """At least one gas escape, as every morning should be ready for one."""
    if GAS not in ruleset.journeys or not arrivals or any(each.journey == GAS for each in arrivals):
        return arrivals
    at = len(arrivals) // 3
    found = replace(arrivals[at], journey=GAS, kind=Kind.MESSAGE, about=None, hangs_up=HangsUp.NEVER)
    found = replace(found, words=said(GAS, found.channel, found.person, ruleset, chance))
    return [*arrivals[:at], dressed(found, ruleset, chance), *arrivals[at + 1 :]]


def _followed_up(
    arrivals: Sequence[Arrival], ruleset: Ruleset, chance: random.Random, minutes: float
) -> Iterator[Arrival]:
    """Some ask again later, by whatever way they have."""
    for first in arrivals:
        at = first.at + chance.uniform(8, 60)
        if not first.journey or at >= minutes or not first.person.known or chance.random() >= FOLLOWED_UP * 1.3:
            continue
        ways = [key for key in CHANNELS if key in ruleset.channels and _may(first.person, key, ruleset)]
        channel = weighted({key: CHANNELS[key] for key in ways if key != "visit"} or {first.channel: 1}, chance)
        again = (f"{chance.choice(words.AGAIN)} {chance.choice(_phrases(first.journey, ruleset))}",)
        key = f"{chance.getrandbits(128):032x}"
        following = Arrival(key, at, channel, first.person, first.journey, again, again=first.key, times=_times(chance))
        yield dressed(following, ruleset, chance)


def _may(person: Person, channel: str, ruleset: Ruleset) -> bool:
    """Whether somebody can get in touch that way: has what it takes, and nothing in their record that rules it out."""
    has = {"sms": person.phone.startswith("+447"), "email": person.email, "chat": person.email, "portal": person.email}
    duties = [ruleset.adjustments[key] for key in person.adjustments]
    return bool(has.get(channel, True)) and all(
        channel not in duty.never and (not duty.only or channel in duty.only) for duty in duties
    )


def _moment(chance: random.Random, minutes: float) -> float:
    each = MORNING / len(HALF_HOURS)
    starts = [(number * each, weight) for number, weight in enumerate(HALF_HOURS) if number * each < minutes]
    begun = [(at, weight * min(minutes - at, each)) for at, weight in starts]
    start = chance.choices([at for at, _ in begun], [weight for _, weight in begun])[0]
    return chance.uniform(start, min(start + each, minutes))


def _kind(channel: str, chance: random.Random) -> Kind:
    drawn = chance.random() if channel == "email" else 1.0
    return Kind.AUTOMATIC_REPLY if drawn < AUTOMATIC else Kind.BOUNCE if drawn < AUTOMATIC + BOUNCED else Kind.MESSAGE


def _times(chance: random.Random) -> int:
    drawn = chance.random()
    return 5 if drawn < FIVE_TIMES else 2 if drawn < TWICE else 1
