"""A call walked through in the terminal: what a caller hears, the keys that are typed, and the time that goes by."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

import typer

from channels.inbound import Address, Inbound, Kind, PointKind, Progress
from channels.names import PHONE
from channels.replies import CallSteps, Connect, Hangup, Menu, Pause, Play, Record, Reply, Say, Step
from router import calls, spoken
from router.calls import Onward, Unattended
from router.cli.output import say
from router.live import LiveRuleset
from router.store.calls import WAITING
from router.store.returning import CHOSEN
from router.store.rows import Row
from router.telephony import announcing, returning, voicemail, waiting
from rules.call_flow import CALL_BACK
from rules.constraints import Constraints
from rules.decide import decide
from rules.model import FactValue, Priority
from rules.recognised import with_journey

QUESTIONS: Final = 10
"""Keys that are asked for at most in a trial."""

ANNOUNCEMENTS: Final = 200
"""How often a caller hears where they stand, at most."""

HANG_UP: Final = "h"


@dataclass(frozen=True, slots=True)
class Trial:
    """A call to try: to which number, when, with what the caller's adjustments ask for, and which announcements are on.

    `has_open` is the journey of an enquiry that the caller has open; `busy` is how many wait before them while no
    telephone is free, None where one is.
    """

    number: str
    at: datetime
    asked: Constraints
    on: frozenset[str] = frozenset()
    has_open: str = ""
    busy: int | None = None


def walk(live: LiveRuleset, trial: Trial) -> None:
    """Print what is heard and ask for keys, until the call ends or is put through."""
    event = _event("call", trial, {})
    if trial.asked.skip_menu:
        event = replace(event, progress=Progress.ENOUGH)
    for _ in range(QUESTIONS):
        paced = event if event.progress is Progress.ENOUGH and event.part == "call" else calls.paced(event, live)
        decision = _decision(live, paced, trial) if paced.progress is Progress.ENOUGH else None
        heard = _with_more(calls.reply(paced, decision, live, trial.at, trial.asked), paced, decision, live, trial)
        menu = _hear(heard.steps if isinstance(heard, CallSteps | Onward) else ())
        if isinstance(heard, Onward):
            return _put_through(heard, decision, live, trial)
        if menu is None:
            return None
        event = _answered(menu, live, trial)
    return None


def _with_more(
    heard: Reply | Onward | Unattended,
    event: Inbound,
    decision: Row | None,
    live: LiveRuleset,
    trial: Trial,
) -> Reply | Onward:
    """What is heard with what is switched on, with the offer to somebody who has an enquiry open, and the tone."""
    heard = voicemail.unattended(heard, live, trial.asked) if isinstance(heard, Unattended) else heard
    if isinstance(heard, CallSteps):
        heard = _with_offer(heard, live, trial)
    heard = announcing.after_greeting(heard, trial.on, live) if event.part == "call" else heard
    return announcing.before_connecting(heard, decision, trial.on, live) if isinstance(heard, Onward) else heard


def _with_offer(heard: CallSteps, live: LiveRuleset, trial: Trial) -> CallSteps:
    flow, question = live.ruleset.calls, returning.first_question(heard)
    if flow is None or flow.returning is None or question is None or not trial.has_open:
        return heard
    row = {"journey": trial.has_open, "team": live.ruleset.journeys[trial.has_open].team}
    if not returning.is_offered(row, flow.returning, live, trial.at):
        return heard
    found = returning.Open("trial", returning.said_of(row, flow.returning, live.ruleset))
    return CallSteps(
        (returning.with_offer(question, found, flow.returning, trial.number, live.ruleset), *heard.steps[1:])
    )


def _answered(menu: Menu, live: LiveRuleset, trial: Trial) -> Inbound:
    """The event that what is typed makes: a key, words where they are taken, or nothing."""
    typed = typer.prompt("Key or words" if menu.speech else "Key", default="", show_default=False).strip()
    place = dict(parse_qsl(menu.action.partition("?")[2]))
    again = {"menu_again": "~"} if "again" in place else {}
    if not typed:
        return _event("menu-timeout", trial, {})
    if menu.speech and typed not in menu.keys and len(typed) > 1:
        return _event(spoken.SAID, trial, again, typed)
    chosen: dict[str, str] = {}
    flow = live.ruleset.calls
    if returning.OFFERED in place and flow and flow.returning and typed == flow.returning.key:
        team = live.ruleset.journeys[trial.has_open].team
        chosen = {CHOSEN: place[returning.OFFERED], "journey": trial.has_open, "chosen_team": team}
    path = ".".join(each for each in (place.get("step", ""), typed) if each)
    return _event("menu-choice", trial, {"menu": path} | again | chosen)


def _event(part: str, trial: Trial, facts: dict[str, str], text: str = "") -> Inbound:
    return Inbound(
        channel=PHONE, provider="trial", account="", conversation="trial", event="trial", part=part, text=text,
        kind=Kind.CALL_EVENT, sender=Address(PointKind.UNKNOWN, ""), received_at=trial.at, facts=facts,
        recipients=(Address(PointKind.PHONE, trial.number),),
        progress=Progress.WAIT if part == "call" else Progress.ENOUGH,
    )  # fmt: skip


def _decision(live: LiveRuleset, event: Inbound, trial: Trial) -> dict[str, Any]:
    facts: dict[str, FactValue] = {"channel": PHONE, "kind": "call-event", "recipient": trial.number}
    facts |= {name: event.facts[name] for name in ("menu", "journey", "chosen_team") if name in event.facts}
    facts |= {"text": event.text} if event.text else {}
    known = with_journey(facts, live.ruleset, live.recogniser)
    outcome = decide(live.compiled, known, trial.at)
    team = str(event.facts["chosen_team"]) if CHOSEN in event.facts and not outcome.take_over else outcome.team
    joins = "; the call joins the enquiry that is open" if CHOSEN in event.facts else ""
    say(f"[{live.ruleset.teams[team].name}, {outcome.priority.value}: rule “{outcome.rule}”{joins}]")
    return {
        "team": team,
        "priority": outcome.priority.value,
        "because": outcome.because,
        "journey": known.get("journey"),
    }


def _put_through(onward: Onward, decision: Row | None, live: LiveRuleset, trial: Trial) -> None:
    if trial.busy is None:
        return say(f"[{onward.team.name}: the next of its telephones that is free rings; until then the caller waits]")
    say(f"[{onward.team.name}: no telephone is free. Enter goes on waiting, {HANG_UP} hangs up]")
    row = {
        "contact_id": "trial",
        "stage": WAITING,
        "team": onward.team.key,
        "journey": decision.get("journey") if decision else None,
        "rank": Priority(onward.priority).rank,
        "since": trial.at,
    }
    return _wait(row, trial.busy, live, trial)


def _wait(row: Row, before: int, live: LiveRuleset, trial: Trial) -> None:
    """One announcement after the other, at the moments at which they would be heard."""
    now, also = trial.at, ""
    flow = waiting.flow_of(live)
    every = timedelta(seconds=flow.waiting.every_seconds if flow.waiting else 0)
    for _ in range(ANNOUNCEMENTS):
        if waiting.serving(row, live, now) is None and not waiting.is_urgent(row):
            said = (flow.waiting.closed if flow.waiting else "") or flow.closed
            say(f"[The team has closed]\n“{said}”\n[The call ends.]")
            return None
        over = waiting.turn(row, live, now, before).queues[1:]
        if over and over[0].team != also:
            also = over[0].team
            say(f"[After {_long(now - trial.at)} the telephones of {live.ruleset.teams[also].name} are tried as well]")
        menu = _hear(_heard_waiting(row, before, live, now, trial))
        typed = typer.prompt("Key", default="", show_default=False).strip()
        if typed == HANG_UP:
            return say("[The caller hangs up.]")
        if menu is not None and typed in menu.keys:
            return say("[The caller has chosen to be called back.]" if typed == CALL_BACK else "[The tone.]")
        now += every
    return None


def _heard_waiting(row: Row, before: int, live: LiveRuleset, now: datetime, trial: Trial) -> tuple[Step, ...]:
    offer = "offer" if waiting.is_offered(row, live, now) else ""
    heard = waiting.heard(row, before, trial.on, live, offer)
    may_leave = trial.asked.voicemail and voicemail.is_offered(row, live, now)
    return voicemail.beside(heard, live, "offer") if may_leave else heard


def _long(waited: timedelta) -> str:
    minutes, seconds = divmod(round(waited.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _hear(steps: tuple[Step, ...]) -> Menu | None:
    """Print what is said and done; gives the question that waits for a key, if one does."""
    for step in steps:
        for line in _lines(step):
            say(line)
        if isinstance(step, Menu) and not step.goes_on:
            return step
    return None


def _lines(step: Step) -> list[str]:
    match step:
        case Menu():
            said = [f"“{prompt.text}”" for prompt in step.prompts]
        case Say():
            said = [f"“{step.text}”"]
        case Record():
            said = [f"[The tone; a message of at most {step.most_seconds} seconds]"]
        case Connect():
            said = [f"[{step.number} rings]"]
        case Pause():
            said = [f"[{step.seconds} seconds of silence]"]
        case Play():
            said = ["[Music]"]
        case Hangup():
            said = ["[The call ends.]"]
        case _:
            said = []
    return said
