"""What a colleague does with an enquiry, decided before it is done: a course of orders with the minutes before each."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rules.landlord import Ruleset

READING, TALKING, WRITING, WORKING, ASKED_FOR = 0.5, 3.0, 2.0, 6.0, 8.0
"""Minutes of the morning: to read an enquiry, to talk, to write, to do what is wanted, to hear from another team."""

REPLY = "Thank you for getting in touch. {said} If anything changes, tell us and name the reference."
ANSWER = "This is the answer to your question, and what you can do next."
BOOKED = "We have booked a visit, and will send you the day and the time."
ON_THE_WAY = "Somebody is on their way to you now."
RESOLVES_AT_ONCE, ASKS, PROMISES, BOOKS = 0.85, 0.2, 0.2, 0.45
NOT_REACHED = 0.3
MISROUTE = ("wrong-journey", "wrong-team")
PASSED_ON = ("next-step", "specialist")


@dataclass(frozen=True, slots=True)
class Case:
    """What a colleague sees of an enquiry, and what the customer tells them that the engine could not know.

    `right_team` is who should own it now that this is known; `recognised` whether the engine had found a journey, so
    that another owner means a misroute. `at_hub`: its owner is the team that takes every first contact. `unreached`:
    the customer rang, and has not talked to anybody.
    """

    team: str
    right_team: str
    journey: str
    recognised: bool
    emergency: bool
    spoken: bool
    at_hub: bool = False
    from_nobody: bool = False
    unreached: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One order, after so many minutes. `@question` and `@callback` stand for the id that the order before made.

    `by` is the team whose colleague gives it, where that is another than the owner; `until` is counted from the order.
    """

    after: float
    order: Mapping[str, Any]
    by: str = ""
    until: timedelta | None = None


def course(case: Case, ruleset: Ruleset, chance: random.Random) -> tuple[Move, ...]:
    """The orders that follow on taking an enquiry, up to its end or to where it waits or has another owner."""
    if case.from_nobody:
        return (_resolve(READING, ruleset, "not-for-us", first=False),)
    journey = ruleset.journeys.get(case.journey)
    at_once = journey is None or (journey.hub_can_resolve and chance.random() < RESOLVES_AT_ONCE)
    if case.team != case.right_team and not (case.at_hub and at_once):
        return (_transfer(case, ruleset),)
    if case.emergency:
        return tuple(_emergency(case, ruleset))
    if case.unreached:
        return (*_rung_back(chance), _resolve(READING, ruleset, "answered", first=at_once and not case.moved))
    if at_once and not case.moved:
        return (*_said(case, ANSWER), _resolve(READING, ruleset, "answered", first=True))
    return tuple(_longer(case, ruleset, chance))


def _transfer(case: Case, ruleset: Ruleset) -> Move:
    wanted = MISROUTE if case.recognised else PASSED_ON
    misroute = case.recognised
    known = [key for key in wanted if key in ruleset.transfer_reasons]
    alike = [key for key, reason in ruleset.transfer_reasons.items() if reason.misroute is misroute]
    reason = (known or alike or list(ruleset.transfer_reasons))[0]
    return Move(READING, {"action": "transfer", "to": case.right_team, "reason": reason})


def _said(case: Case, text: str) -> Iterator[Move]:
    """The customer hears it: on the line or at the counter, or in writing."""
    if case.spoken:
        yield Move(TALKING, {"action": "note", "text": "Talked it through with the customer."})
    else:
        yield Move(WRITING, {"action": "reply", "text": REPLY.format(said=text), "seen": "@seen"})


def _emergency(case: Case, ruleset: Ruleset) -> Iterator[Move]:
    yield from _said(case, ON_THE_WAY)
    yield _resolve(WORKING * 3, ruleset, "done", first=False)


def _longer(case: Case, ruleset: Ruleset, chance: random.Random) -> Iterator[Move]:
    others = _contributing(case, ruleset)
    if others and chance.random() < ASKS:
        other = chance.choice(others)
        yield Move(READING, {"action": "ask", "to": other, "text": "What do you know of this home?"})
        yield Move(ASKED_FOR, {"action": "answer", "question": "@question", "text": "All we know is noted."}, by=other)
    if chance.random() < PROMISES:
        yield from _rung_back(chance)
        yield _resolve(READING, ruleset, "answered", first=False)
        return
    yield from _said(case, BOOKED)
    if chance.random() < BOOKS:
        wait = {"action": "wait", "on": "date", "why": "The visit is booked."}
        yield Move(READING, wait, until=timedelta(days=3))
    else:
        yield _resolve(WORKING, ruleset, "done", first=False)


def _rung_back(chance: random.Random) -> Iterator[Move]:
    yield Move(READING, {"action": "promise-callback"}, until=timedelta(hours=2))
    if chance.random() < NOT_REACHED:
        yield Move(WORKING, {"action": "try-callback", "callback": "@callback", "outcome": "no-answer"})
    yield Move(WORKING, {"action": "try-callback", "callback": "@callback", "outcome": "reached"})


def _resolve(after: float, ruleset: Ruleset, how: str, *, first: bool) -> Move:
    known = how if how in ruleset.resolutions else next(iter(ruleset.resolutions))
    return Move(after, {"action": "resolve", "how": known, "at_first_contact": first, "seen": "@seen"})


def _contributing(case: Case, ruleset: Ruleset) -> Sequence[str]:
    """The other teams that have a step in the journey."""
    journey = ruleset.journeys.get(case.journey)
    return sorted({step.team for step in journey.steps} - {case.team}) if journey else ()
