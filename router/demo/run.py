"""Runs the demo: makes the plan, starts an engine of its own, plays the morning in it, and tells what came of it."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from pydantic import SecretStr
from rich.console import Console

from router import logs
from router.clients import build
from router.days import Period
from router.demo.dressing import our_number
from router.demo.engine import data_folder, running, settings_for
from router.demo.morning import Morning, Summary, move_in
from router.demo.outside import outside
from router.demo.pace import Pace, clock
from router.demo.plan import plan
from router.demo.postbox import ACCOUNT, await_polling, postbox, with_mailbox
from router.demo.showing import showing
from router.demo.staff import desks_of, seat, way_in
from router.demo.telling import as_json, tell
from router.reports.reading import report
from router.reports.tables import REPORTS, flat
from router.services import Services
from router.store.engine import begin_read
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load

MAILBOX = "hello@landlord.example"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line. At speed 0 nobody waits; `data` is a folder to use, and keep."""

    minutes: float
    speed: float
    seed: int
    config: Path
    data: Path | None = None
    keep: bool = False
    stay: bool = False
    imap: SecretStr | None = None
    """The address of a mailbox to put emails into, where there is one for the demo."""


def run(wanted: Wanted, console: Console) -> tuple[Summary, dict[str, Any]]:
    """Run it to its end; gives what came of it, and the same as JSON. Raises CannotStartError and RulesetError."""
    ruleset = load(read_folder(wanted.config))
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        folder = stack.enter_context(data_folder(wanted.data, keep=wanted.keep))
        morning = _made_ready(stack, folder, wanted, ruleset)
        services, base = morning.services, morning.services.settings.address
        _say(console, _welcome(morning, base, way_in(services, ruleset, services.clock())))
        with showing(console, wanted.minutes, wanted.speed) as show:
            outcome = asyncio.run(morning.play(show))
        rows = _first_contact(services)
        tell(console, outcome, rows, ruleset, wanted.speed)
        if wanted.keep or wanted.data:
            _say(console, [f"The record is kept in {folder}."])
        if wanted.stay:
            _say(console, [f"Firstcontact still serves at {base}. Ctrl-C stops it."])
            _stay()
        return outcome, as_json(outcome, flat(rows[0]))


def _made_ready(stack: ExitStack, folder: Path, wanted: Wanted, ruleset: Ruleset) -> Morning:
    """Everything that a morning needs, running until the stack is closed."""
    world = stack.enter_context(outside(wanted.seed, wanted.speed))
    config = with_mailbox(wanted.config, folder / "config", ruleset.landlord.fallback) if wanted.imap else wanted.config
    sender = next(iter(ruleset.mailboxes), MAILBOX)
    settings = settings_for(folder, config, our_number(ruleset), sender, world, wanted.imap)
    box = stack.enter_context(postbox(settings.imap_accounts[ACCOUNT])) if wanted.imap else None
    stack.enter_context(running(settings))
    world.begin(settings)
    services = build(settings)
    stack.callback(services.close)
    logs.configure("demo", "json", "error")
    if box is not None:
        await_polling(services)
    planned = plan(ruleset, wanted.seed, wanted.minutes)
    move_in(services, planned)
    desks = seat(services, desks_of(planned, ruleset), wanted.seed, services.clock())
    return Morning(planned, services, world, desks, Pace(wanted.speed), wanted.seed, box)


def _welcome(morning: Morning, base: str, link: str) -> list[str]:
    known = sum(person.known for person in morning.plan.people)
    speed = f"{morning.pace.speed:g} times as fast as life" if morning.pace.speed else "as fast as the machine can"
    until = clock(morning.plan.minutes)
    counts = f"{len(morning.plan.arrivals)} contacts, {known} customers, {len(morning.desks)} colleagues"
    return [
        f"A morning at the hub, from 08:00 to {until}, {speed}: {counts} (seed {morning.seed}).",
        f"Watch it at {base}: sign in by this link, which is good once: {link}",
        "",
    ]


def _first_contact(services: Services) -> list[dict[str, Any]]:
    live, now = services.live.current(), services.clock()
    with begin_read(services.record) as record:
        day = Period(now - timedelta(days=1), now + timedelta(hours=1))
        return report(record, REPORTS["first-contact"], "none", day, live, now)


def _say(console: Console, lines: list[str]) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _stay(wait: Callable[[], object] = signal.pause) -> None:
    try:
        wait()
    except KeyboardInterrupt:
        return


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
