"""A message after the tone: who may leave one, what they hear, and how an emergency gets past it."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from channels.replies import CallSteps, Hangup, Menu, Record, Reply, Say, Step
from router.calls import Unattended, say, to_person
from router.live import LiveRuleset
from router.planning import asked_of_us
from router.services import Services
from router.store import contacts
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony.waiting import is_urgent
from rules.call_flow import MESSAGE
from rules.constraints import Constraints
from rules.phone_line import CallFlow, Voicemail

CLOSED, WAITING = "closed", "waiting"
MESSAGE_LEFT, BEFORE_TONE, RECORDED, TRANSCRIBED = "voicemail", "before-tone", "recorded", "transcribed"
"""Places of a voice adapter: where a message was left, a key was pressed before it, and what comes of it later."""

AT_THE_TONE = (MESSAGE_LEFT, BEFORE_TONE)
"""Places at which the key of an emergency comes in."""

TO_PRESS, SLOWER_TO_PRESS = 3, 8
"""Seconds after the words before the tone, in which a key can still be pressed: for most, and for who needs time."""


def unattended(heard: Unattended, live: LiveRuleset, asked: Constraints) -> CallSteps:
    """What a caller hears whom nobody takes: the words for that, and then a message where they may leave one."""
    flow = live.ruleset.calls
    voicemail = flow.voicemail if flow else None
    if flow and voicemail and asked.voicemail and (heard.chosen or voicemail.offers(CLOSED, heard.team)):
        return CallSteps((*heard.steps, *message(flow, voicemail, asked)))
    return to_person(live) if heard.chosen else CallSteps((*heard.steps, Hangup()))


def message(flow: CallFlow, voicemail: Voicemail, asked: Constraints) -> tuple[Step, ...]:
    """The words before the tone, with the key of an emergency, then the recording, and what is heard without one."""
    urgent = voicemail.emergency
    says = say(flow, voicemail.says)
    if urgent is None:
        return says, *record(flow, voicemail)
    wait = SLOWER_TO_PRESS if asked.extra_time else TO_PRESS
    prompts = (say(flow, urgent.says), says)
    return Menu(prompts, (urgent.key,), _place(BEFORE_TONE, voicemail), wait, goes_on=True), *record(flow, voicemail)


def record(flow: CallFlow, voicemail: Voicemail) -> tuple[Step, ...]:
    """The tone and the recording; whoever says nothing hears so."""
    words = TRANSCRIBED if voicemail.transcribed else ""
    left = Record(_place(MESSAGE_LEFT, voicemail), RECORDED, words, voicemail.at_most_seconds)
    return left, say(flow, voicemail.nothing), Hangup()


def after(part: str, live: LiveRuleset) -> Reply:
    """What follows a message, or a key before the tone that leads nowhere."""
    flow = live.ruleset.calls
    if flow is None or flow.voicemail is None:
        return CallSteps((Hangup(),))
    if part == BEFORE_TONE:
        return CallSteps(record(flow, flow.voicemail))
    return CallSteps((say(flow, flow.voicemail.thanks), Hangup()))


def is_offered(row: Row, live: LiveRuleset, now: datetime) -> bool:
    """Whether somebody has waited so long that they are offered to leave a message; nobody with an emergency is."""
    flow = live.ruleset.calls
    voicemail = flow.voicemail if flow else None
    if voicemail is None or is_urgent(row) or not voicemail.offers(WAITING, row["team"]):
        return False
    return bool(now - row["since"] >= timedelta(minutes=voicemail.after_minutes))


def beside(steps: tuple[Step, ...], live: LiveRuleset, offer: str) -> tuple[Step, ...]:
    """What is heard while waiting, with the key on which a message is left; it comes in at the place `offer`."""
    flow = live.ruleset.calls
    if flow is None or flow.voicemail is None:
        return steps
    says = say(flow, flow.voicemail.waiting)
    if steps and isinstance(steps[0], Menu):
        return (replace(steps[0], prompts=(*steps[0].prompts, says), keys=(*steps[0].keys, MESSAGE)), *steps[1:])
    every = flow.waiting.every_seconds if flow.waiting else TO_PRESS
    said = tuple(step for step in steps if isinstance(step, Say))
    return (Menu((*said, says), (MESSAGE,), offer, every),)


def asked_of(services: Services, row: Row, live: LiveRuleset) -> Constraints:
    """What the adjustments of whoever is on a call ask for, as the record has it now."""
    with begin_read(services.record) as record:
        contact = contacts.load(record, [row["contact_id"]])[0]
        return asked_of_us(record, contact["sender"], live.ruleset)


def _place(place: str, voicemail: Voicemail) -> str:
    """A place with the key of the emergency and where it leads, so that the request itself says so."""
    urgent = voicemail.emergency
    return f"{place}?{urlencode({'key': urgent.key, 'journey': urgent.journey})}" if urgent else place
