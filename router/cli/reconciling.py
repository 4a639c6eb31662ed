"""`firstcontact reconcile`: take in what the telephony provider has and the record does not."""

import re
from datetime import timedelta
from typing import Annotated, Final

import typer

from router.cli.output import FOUND_WANTING, JSON, USED_WRONGLY, forgiving, give_up, lines, say
from router.cli.setting_up import opened
from router.reconciling import running
from router.services import Services
from router.views import time

_SINCE: Final = re.compile(r"(\d{1,4})\s*(m|h|d)", re.ASCII)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
WHY: Final = {
    "not-authorised": "the provider does not know TWILIO_ACCOUNT_SID with this TWILIO_AUTH_TOKEN",
    "unreachable": "the provider cannot be reached",
    "timeout": "the provider did not answer in time",
    "too-many": "the provider is asked too often",
    "answer-unreadable": "the provider's answer broke off or cannot be read",
}


@forgiving
def reconcile(
    *,
    since: Annotated[str, typer.Option(help="How far back, such as 90m, 2h or 3d, instead of the mark.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Take in what the telephony provider has and the record does not. Exit code 1 if its lists cannot be read.

    Calls, their ends, recordings, texts and receipts; what is there already is left alone. It can be run at any time.

    Example: firstcontact reconcile --since 2h
    """
    back = _back(since)
    with opened() as services:
        if not running.is_set_up(services):
            give_up("There is no account: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.", USED_WRONGLY)
        outcome = _outcome(services, back)
    if as_json:
        lines([{"taken_in": dict(outcome.counts), "until": time(outcome.until), "trouble": outcome.trouble or None}])
    else:
        _tell(outcome)
    if outcome.trouble:
        raise typer.Exit(FOUND_WANTING)


def _outcome(services: Services, back: timedelta | None) -> running.Reconciled:
    whole = running.from_mark(services) if back is None else None
    return whole or running.run(services, services.clock() - (back or timedelta(0)))


def _tell(outcome: running.Reconciled) -> None:
    for name, count in outcome.counts.items():
        say(f"{count} {name.replace('-', ' ')}")
    if outcome.trouble:
        why = WHY.get(outcome.trouble, outcome.trouble)
        give_up(f"Not everything could be compared: {why}. What was found is kept; run it again.")
    say("Nothing was missing." if not outcome.counts else "Everything else was here.")


def _back(written: str) -> timedelta | None:
    if not written:
        return None
    found = _SINCE.fullmatch(written.strip())
    if found is None:
        give_up(f"--since: `{written}` is no time: write minutes, hours or days, such as 90m, 2h or 3d.", USED_WRONGLY)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
