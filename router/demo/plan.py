"""The plan of a morning: who gets in touch, when, how, about what and in which words. The same seed, the same plan."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from channels.inbound import Kind
from router.demo import words
from router.demo.arrivals import Arrival, HangsUp, Plan
from router.demo.dressing import dressed, phrases_of, said
from router.demo.people import Person, made_up, stranger, weighted
from rules.landlord import Ruleset

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
UNCLEAR, UNKNOWN, FOLLOWED_UP, ABOUT_ANOTHER = 0.05, 0.06, 0.07, 0.05
AUTOMATIC, BOUNCED = 0.03, 0.015
TWICE, FIVE_TIMES = 0.06, 0.005


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
    first = _with_gas(first, ruleset, chance)
    arrivals = [*first, *_followed_up(first, ruleset, chance, minutes)]
    return Plan(minutes, people, tuple(sorted(arrivals, key=lambda each: (each.at, each.key))))


@dataclass(frozen=True, slots=True)
class _Maker:
    ruleset: Ruleset
    chance: random.Random
    people: Sequence[Person]
    journeys: Mapping[str, float]

    def arrivals(self, count: int, minutes: float) -> list[Arrival]:
        """So many arrivals, in no order."""
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
        again = (f"{chance.choice(words.AGAIN)} {chance.choice(phrases_of(first.journey, ruleset))}",)
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
