"""`firstcontact calls`: check, draw and walk through what callers hear, and write what they hear when we are away."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from channels import twiml
from channels.inbound import Address, Inbound, Kind, PointKind, Progress
from channels.replies import CallSteps, Connect, Hangup, Menu, Record, Say, Step
from router import calls
from router.cli.output import FOUND_WANTING, USED_WRONGLY, forgiving, give_up, say
from router.cli.setting_up import live_or_folder
from router.live import LiveRuleset
from router.services import utc_now
from router.telephony import voicemail
from rules.call_drawing import as_svg, as_text
from rules.constraints import Constraints, constraints
from rules.decide import decide
from rules.folder import read_folder
from rules.load import load_checked
from rules.model import FactValue
from rules.plan import Person
from rules.problems import RulesetError
from rules.recognised import with_journey

QUESTIONS: Final = 10
"""Keys that are asked for at most in a trial."""

app = typer.Typer(help="What callers hear.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Argument(help="A landlord's folder, instead of the live ruleset.")]


@app.command()
@forgiving
def check(folder: Annotated[Path, typer.Argument(help="A landlord's folder of YAML files.")]) -> None:
    """Say what would leave callers in a circle, without an end, or far from help. Exit code 1 if something would.

    Example: firstcontact calls check config
    """
    try:
        ruleset, problems = load_checked(read_folder(folder))
    except RulesetError as error:
        for problem in error.problems:
            say(f"{problem.severity}: {problem}")
        raise typer.Exit(FOUND_WANTING) from None
    if ruleset.calls is None:
        give_up(f"{folder}: there is no section `calls`: callers are put through to the fallback team.")
    about = [problem for problem in problems if "menu" in problem.message or "voicemail" in problem.message]
    for problem in about:
        say(f"{problem.severity}: {problem}")
    say(f"{folder}: every key leads to a person, an answer or a question. Remarks: {len(about)}.")


@app.command()
@forgiving
def draw(
    folder: Folder = None,
    svg: Annotated[Path | None, typer.Option(help="Write a picture to this file instead.")] = None,
) -> None:
    """Draw what each number and each key leads to, as text or as a picture.

    Example: firstcontact calls draw config --svg calls.svg
    """
    ruleset = live_or_folder(folder).ruleset
    if ruleset.calls is None:
        give_up("There is no section `calls`: callers are put through to the fallback team.")
    if svg is None:
        return say(as_text(ruleset))
    try:
        svg.write_text(as_svg(ruleset), encoding="utf-8")
    except OSError as error:
        give_up(f"{svg}: cannot be written ({error.strerror})", USED_WRONGLY)
    return say(f"{svg} is written.")


@app.command()
@forgiving
def fallback(folder: Folder = None) -> None:
    """Write the document that the provider is to play while the engine is away: it puts callers through to a person.

    Example: firstcontact calls fallback config > fallback.xml
    """
    say(twiml.document(calls.to_person(live_or_folder(folder)), "").decode())


@app.command(name="try")
@forgiving
def try_out(
    folder: Folder = None,
    number: Annotated[str, typer.Option(help="The number of ours that is called; the first one unless told.")] = "",
    at: Annotated[datetime | None, typer.Option(help="When, in the landlord's time; now unless told.")] = None,
) -> None:
    """Walk through a call: hear what a caller hears, and type the keys. An empty line is no key. Nothing is stored.

    Example: firstcontact calls try config --at "2026-12-25 10:00"
    """
    live = live_or_folder(folder)
    flow = live.ruleset.calls
    ours = number or (flow.numbers[0] if flow and flow.numbers else "")
    if flow and ours not in flow.numbers:
        give_up(f"--number: {ours} is none of ours; they are {', '.join(flow.numbers)}.", USED_WRONGLY)
    moment = at.replace(tzinfo=ZoneInfo(live.calendar.zone)) if at else utc_now()
    _walk(live, ours, moment, constraints(Person(), live.ruleset))


def _walk(live: LiveRuleset, number: str, at: datetime, asked: Constraints) -> None:
    event = _event("call", number, at, {})
    for _ in range(QUESTIONS):
        paced = calls.paced(event, live)
        decision = _decision(live, paced, at) if paced.progress is Progress.ENOUGH else None
        heard = calls.reply(paced, decision, live, at, asked)
        menu = _hear(voicemail.unattended(heard, live, asked) if isinstance(heard, calls.Unattended) else heard)
        if menu is None:
            return
        key = typer.prompt("Key", default="", show_default=False).strip()
        place = dict(pair.split("=") for pair in menu.action.partition("?")[2].split("&") if pair)
        path = ".".join(each for each in (place.get("step", ""), key) if each)
        facts = {"menu": path} | ({"menu_again": "~"} if "again" in place else {})
        event = _event("menu-choice", number, at, facts) if key else _event("menu-timeout", number, at, {})


def _event(part: str, number: str, at: datetime, facts: dict[str, str]) -> Inbound:
    return Inbound(
        channel="phone", provider="trial", account="", conversation="trial", event="trial", part=part,
        kind=Kind.CALL_EVENT, sender=Address(PointKind.UNKNOWN, ""), recipients=(Address(PointKind.PHONE, number),),
        received_at=at, facts=facts, progress=Progress.WAIT if part == "call" else Progress.ENOUGH,
    )  # fmt: skip


def _decision(live: LiveRuleset, event: Inbound, at: datetime) -> dict[str, str]:
    facts: dict[str, FactValue] = {"channel": "phone", "kind": "call-event", "recipient": event.recipients[0].value}
    facts |= {"menu": event.facts["menu"]} if "menu" in event.facts else {}
    outcome = decide(live.compiled, with_journey(facts, live.ruleset, live.recogniser), at)
    say(f"[{live.ruleset.teams[outcome.team].name}, {outcome.priority.value}: rule “{outcome.rule}”]")
    return {"team": outcome.team, "priority": outcome.priority.value, "because": outcome.because}


def _said(step: Step) -> list[str]:
    match step:
        case Say():
            return [f"“{step.text}”"]
        case Menu():
            return [f"“{prompt.text}”" for prompt in step.prompts]
        case Record():
            return [f"[The tone; a message of at most {step.most_seconds} seconds]"]
        case Connect():
            return [f"[{step.number} rings]"]
        case Hangup():
            return ["[The call ends.]"]
        case _:
            return []


def _hear(reply: object) -> Menu | None:
    """Print what is said and done; gives the question that waits for a key, if one does."""
    for step in reply.steps if isinstance(reply, CallSteps | calls.Onward) else ():
        for line in _said(step):
            say(line)
        if isinstance(step, Menu) and not step.goes_on:
            return step
    if isinstance(reply, calls.Onward):
        say(f"[{reply.team.name}: the next of its telephones that is free rings; until then the caller waits]")
    return None
