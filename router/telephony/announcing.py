"""Announcements put into what a caller hears: after the greeting, or before they are put through to their team."""

from dataclasses import replace

from channels.replies import CallSteps, Menu, Reply, Say, Step
from router.calls import Onward
from router.live import LiveRuleset
from router.services import Services
from router.store import announcements
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony.waiting import announced

GREETING = "greeting"


def after_greeting(heard: Reply | Onward, on: frozenset[str], live: LiveRuleset) -> Reply | Onward:
    """The first thing that a caller hears, with the announcements that are for everybody right after the greeting."""
    flow = live.ruleset.calls
    said = announced(flow, on, GREETING) if flow else ()
    if not said or not isinstance(heard, CallSteps | Onward) or not heard.steps:
        return heard
    return replace(heard, steps=_with(heard.steps, said))


def before_connecting(onward: Onward, decision: Row | None, on: frozenset[str], live: LiveRuleset) -> Onward:
    """What is heard before a caller is put through, with the announcements that are for their team or journey alone."""
    flow = live.ruleset.calls
    if flow is None:
        return onward
    everybody = announced(flow, on, GREETING)
    journey = decision.get("journey") if decision else None
    said = announced(flow, on, GREETING, onward.team.key, journey)
    return replace(onward, steps=(*(each for each in said if each not in everybody), *onward.steps))


def _with(steps: tuple[Step, ...], said: tuple[Say, ...]) -> tuple[Step, ...]:
    """Within a question, so that a key can be pressed at once; else after the greeting."""
    first, *rest = steps
    if isinstance(first, Menu):
        greeting, *prompts = first.prompts
        return (replace(first, prompts=(greeting, *said, *prompts)), *rest)
    return (first, *said, *rest)


def switched_on(services: Services, live: LiveRuleset) -> frozenset[str]:
    """The announcements that are on; none are looked for where the landlord has none."""
    if live.ruleset.calls is None or not live.ruleset.calls.announcements:
        return frozenset()
    with begin_read(services.record) as record:
        return announcements.switched_on(record, services.clock())
