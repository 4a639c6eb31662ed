"""`firstcontact calls`: check, draw and walk through what callers hear, and write what they hear when we are away."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from channels import twiml
from router import calls
from router.cli.calls_trying import Trial, walk
from router.cli.output import FOUND_WANTING, USED_WRONGLY, forgiving, give_up, say
from router.cli.setting_up import live_or_folder
from router.services import utc_now
from rules.call_drawing import as_svg, as_text
from rules.constraints import constraints
from rules.folder import read_folder
from rules.load import load_checked
from rules.plan import Person
from rules.problems import RulesetError

NONE: Final[list[str]] = []
ABOUT_CALLS: Final = (
    "menu", "`waiting`", "overflow", "`returning`", "voice of `calls`", "announcement", "voicemail", "`callbacks`",
)  # fmt: skip
"""What is in every remark about what callers hear."""

app = typer.Typer(help="What callers hear.", no_args_is_help=True, add_completion=False)
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
    about = [problem for problem in problems if any(each in problem.message for each in ABOUT_CALLS)]
    for problem in about:
        say(f"{problem.severity}: {problem}")
    way_out = " Whoever waits has a way out." if ruleset.calls.waiting else ""
    say(f"{folder}: every key leads to a person, an answer or a question.{way_out} Remarks: {len(about)}.")


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
    busy: Annotated[int | None, typer.Option(min=0, help="No telephone is free, and so many wait before.")] = None,
    has_open: Annotated[str, typer.Option("--open", help="The caller has an enquiry open about this journey.")] = "",
    on: Annotated[list[str], typer.Option(help="An announcement that is switched on.")] = NONE,
    adjustment: Annotated[list[str], typer.Option(help="An adjustment that the caller has.")] = NONE,
) -> None:
    """Walk through a call: hear what a caller hears, and type the keys. An empty line is no key. Nothing is stored.

    Where callers may say what it is about, type it. Example: firstcontact calls try config --at "2026-12-25 10:00"
    """
    live = live_or_folder(folder)
    flow = live.ruleset.calls
    ours = number or (flow.numbers[0] if flow and flow.numbers else "")
    if flow and ours not in flow.numbers:
        give_up(f"--number: {ours} is none of ours; they are {', '.join(flow.numbers)}.", USED_WRONGLY)
    moment = at.replace(tzinfo=ZoneInfo(live.calendar.zone)) if at else utc_now()
    for name in on:
        if flow is None or name not in flow.announcements:
            give_up(f"--on: there is no announcement {name}{_known(flow.announcements if flow else ())}.", USED_WRONGLY)
    for key in adjustment:
        if key not in live.ruleset.adjustments:
            give_up(
                f"--adjustment: there is no {key} in the catalogue{_known(live.ruleset.adjustments)}.", USED_WRONGLY
            )
    if has_open and has_open not in live.ruleset.journeys:
        give_up(f"--open: there is no journey {has_open}{_known(live.ruleset.journeys)}.", USED_WRONGLY)
    asked = constraints(Person(adjustments=dict.fromkeys(adjustment, "")), live.ruleset)
    walk(live, Trial(ours, moment, asked, frozenset(on), has_open, busy))


def _known(names: Iterable[str]) -> str:
    """What there is, to choose from."""
    there = ", ".join(names)
    return f"; there are {there}" if there else ""
