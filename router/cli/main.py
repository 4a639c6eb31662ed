"""The commands that stand by themselves: serve, deliver, recognise; and the groups below."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from router.cli import customers, email, keys, rules
from router.cli.output import USED_WRONGLY, forgiving, give_up, lines, say
from router.cli.setting_up import live_or_folder, opened

app = typer.Typer(
    name="firstcontact",
    help="Contact routing and first-contact resolution for a social landlord's customer hub.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(rules.app, name="rules")
app.add_typer(customers.app, name="customers")
app.add_typer(email.app, name="email")
app.add_typer(keys.app, name="keys")

EX_TEMPFAIL = 75
"""sendmail's exit code for `try again later`, from sysexits.h."""


@app.command()
@forgiving
def serve(
    only: Annotated[str, typer.Option(help="Only these processes: web,worker,scheduler,poller.")] = "",
) -> None:
    """Run the engine: web, workers, scheduler and poller, kept running until Ctrl-C.

    Example: firstcontact serve --only worker
    """
    from router.processes import supervisor
    from router.settings import load

    try:
        chosen = supervisor.roles(only)
    except ValueError as error:
        give_up(f"--only: {error}", USED_WRONGLY)
    raise typer.Exit(supervisor.serve(load(), chosen))


@app.command()
@forgiving
def deliver() -> None:
    """Take in one email from standard input, for a mail server's pipe. Exit code 75 asks it to try again later.

    Example: firstcontact deliver < message.eml
    """
    from channels.email import parse
    from router import intake
    from router.store.trouble import OverloadedError, UnavailableError

    with opened() as services:
        raw = sys.stdin.buffer.read(services.settings.email_limit + 1)
        if not raw.strip():
            give_up("There was no message on standard input.", USED_WRONGLY)
        inbound = parse(raw, datetime.now(UTC))
        try:
            accepted = intake.submit(services, inbound).result()
        except (UnavailableError, OverloadedError):
            give_up("The record cannot be reached: the message was not taken in. Try again later.", EX_TEMPFAIL)
        services.wake.now()
    say(f"{accepted.contact_id} {'was taken in before' if accepted.repeated else 'taken in'}")


@app.command()
@forgiving
def recognise(
    folder: Annotated[
        Path | None, typer.Option("--rules", help="A landlord's folder, instead of the live one.")
    ] = None,
) -> None:
    """Say what texts are about: a text a line on standard input, a JSON line each on standard output.

    Example: echo "there are rats in my loft" | firstcontact recognise
    """
    live = live_or_folder(folder)
    lines(
        {
            "text": text.rstrip("\n"),
            "journey": found.journey,
            "confidence": round(found.confidence, 3),
            "runners_up": [{"journey": key, "confidence": round(score, 3)} for key, score in found.runners_up],
            "words": list(found.words),
        }
        for text in sys.stdin
        for found in (live.recogniser.recognise(text),)
    )


def main() -> None:
    """Run the command line."""
    app()
