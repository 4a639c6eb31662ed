"""The commands that stand by themselves: serve, deliver, recognise; and the groups below."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from router.cli import calls, customers, email, keys, rules, rules_changing, users
from router.cli.copies import backup, restore
from router.cli.demo import demo
from router.cli.doctor import doctor
from router.cli.init import init
from router.cli.mailboxes import mailboxes
from router.cli.output import USED_WRONGLY, forgiving, give_up, lines, say
from router.cli.report import print_report
from router.cli.setting_up import live_or_folder
from router.processes.supervisor import roles

app = typer.Typer(
    name="firstcontact",
    help="Contact routing and first-contact resolution for a social landlord's customer hub.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for changing in rules_changing.COMMANDS:
    rules.app.command()(changing)
app.add_typer(rules.app, name="rules")
app.add_typer(calls.app, name="calls")
app.add_typer(customers.app, name="customers")
app.add_typer(email.app, name="email")
app.add_typer(keys.app, name="keys")
app.add_typer(users.app, name="users")
app.command(name="report")(print_report)
for command in (init, demo, doctor, mailboxes, backup, restore):
    app.command()(command)


@app.command()
@forgiving
def serve(
    only: Annotated[str, typer.Option(help="Only these processes: web,worker,scheduler,poller.")] = "",
) -> None:
    """Run the engine: web, workers, scheduler and poller, kept running until Ctrl-C.

    Example: firstcontact serve --only worker
    """
    try:
        roles(only)
    except ValueError as error:
        give_up(f"--only: {error}", USED_WRONGLY)
    # In this process's place, not inside it: what the other commands need would stay in memory for as long as it runs.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "router.processes.supervisor", only])  # noqa: S606 - our own


@app.command()
@forgiving
def deliver() -> None:
    """Take in one email from standard input, for a mail server's pipe. Exit code 75 asks it to try again later.

    Example: firstcontact deliver < message.eml
    """
    from router.cli.delivering import deliver as take_in

    contact_id, repeated = take_in(sys.stdin.buffer)
    say(f"{contact_id} {'was taken in before' if repeated else 'taken in'}")


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
            "text": text,
            "journey": found.journey,
            "confidence": round(found.confidence, 3),
            "runners_up": [{"journey": key, "confidence": round(score, 3)} for key, score in found.runners_up],
            "words": list(found.words),
        }
        for text in (line.decode(errors="replace").rstrip("\r\n") for line in sys.stdin.buffer)
        for found in (live.recogniser.recognise(text),)
    )


def main() -> None:
    """Run the command line."""
    app()
