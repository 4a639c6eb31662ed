"""The morning's telephones: callers who ring us through the simulated provider, and the phones that are dialled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from router.demo.arrivals import Arrival, HangsUp
from router.demo.provider.people import ANSWERS
from router.demo.provider.simulator import Exchange, Leg, Person, in_turn, ring, text

CONTACT = "x-firstcontact-contact"
TALK_SECONDS = 240.0
PATIENCE: Mapping[HangsUp, Mapping[str, float]] = {
    HangsUp.NEVER: {},
    HangsUp.IN_MENU: {"hearing": 8.0, "menu": 8.0},
    HangsUp.WHILE_RINGING: {"ringing": 3.0, "queue": 20.0},
}
UNANSWERED: Mapping[str, float] = {"queue": 600.0}
"""Whom nobody ever answers gives up: the engine rings again by a clock that the demo does not hasten."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a call: the ids of its contact, whether one key was pressed and reported, and what went wrong."""

    contacts: frozenset[str]
    pressed: bool
    trouble: str


@dataclass(slots=True)
class Phones:
    """Everybody who rings us, and everybody whom we dial, by what the plan says of the call."""

    exchange: Exchange
    arrivals: dict[str, Arrival] = field(default_factory=dict)

    async def call(self, arrival: Arrival, sid: str) -> Played:
        """Play one call to its end."""
        exchange, key = self.exchange, sid
        self.arrivals[key] = arrival
        if arrival.times > 1:
            exchange.twice.add(sid)
        known = len(exchange.violations)
        bears = {**({} if arrival.leg == ANSWERS else UNANSWERED), **PATIENCE[arrival.hangs_up]}
        person = Person(arrival.person.phone, in_turn(*arrival.keys), patience_in=bears, talks=TALK_SECONDS)
        leg = ring(exchange, person, arrival.to, sid=sid)
        await leg.done.wait()
        del self.arrivals[key]
        return self._played(leg, exchange.violations[known:])

    async def text(self, arrival: Arrival, sid: str) -> httpx.Response:
        """Send a text; raises NotAnsweredError."""
        return await text(self.exchange, Person(arrival.person.phone), arrival.to, arrival.words[0], sid=sid)

    def answers(self, number: str, by: Leg | None) -> Person:
        """Who answers a number on this call, as the plan says."""
        arrival = self.arrivals.get(by.sid) if by else None
        answers = arrival.leg if arrival else ANSWERS
        return Person(number, answers=answers, answers_after=7.0, talks=TALK_SECONDS, reacts=lambda _: None)

    def _played(self, leg: Leg, violations: list[str]) -> Played:
        asked = self.exchange.asked_of(leg.sid)
        contacts = frozenset(each.headers[CONTACT] for each in asked if CONTACT in each.headers)
        failed = [f"answered {each.status}" for each in asked if not each.status or each.status >= 300]  # noqa: PLR2004 - no 2xx
        pressed = sum(bool(each.fields.get("Digits")) for each in asked) == 1 + (leg.sid in self.exchange.twice)
        return Played(contacts, pressed, "; ".join([*failed, *violations]))
