"""The command line as a whole: what each command is for, and where it lives."""

import re
from importlib.metadata import version
from typing import Any, Final

import typer
from typer.core import TyperGroup

from router.cli.later import Later
from router.cli.output import USED_WRONGLY, give_up, say

_EXAMPLE: Final = re.compile(r"Example: (firstcontact .+?)(?:\n\n|\Z)", re.DOTALL)

COMMANDS: Final = (
    Later("serve", "serving:serve", "Run the engine: web, workers, scheduler and poller, kept running until Ctrl-C."),
    Later(
        "demo",
        "demo:demo",
        "Play a morning: calls, texts, emails, chats and visits come in, colleagues answer. "
        "Exit code 1 if any is lost.",
    ),
    Later(
        "init",
        "init:init",
        "Write a landlord's configuration to start from: the sample's, with your name, which passes every check.",
    ),
    Later(
        "doctor",
        "doctor:doctor",
        "Check settings, record, Redis, rules and providers, and say what to do. Exit code 1 if something is wrong.",
    ),
    Later(
        "mailboxes",
        "mailboxes:mailboxes",
        "Say of every mailbox that is fetched how it fares. Exit code 1 if one is in trouble.",
    ),
    Later(
        "reconcile",
        "reconciling:reconcile",
        "Take in what the telephony provider has and the record does not. Exit code 1 if its lists cannot be read.",
    ),
    Later(
        "deliver",
        "delivering:deliver",
        "Take in one email from standard input, for a mail server's pipe. Exit code 75 asks it to try again later.",
    ),
    Later(
        "recognise",
        "recognising:recognise",
        "Say what texts are about: a text a line on standard input, a JSON line each on standard output.",
    ),
    Later(
        "report",
        "report:print_report",
        "Print a report over a period: first-contact, transfers, times and promises of enquiries, or of calls.",
    ),
    Later(
        "backup",
        "copies:backup",
        "Copy the embedded record into a file, as it is at one moment; what serves goes on serving.",
    ),
    Later(
        "restore",
        "copies:restore",
        "Put a back-up of the embedded record in its place; `serve` must not be running.",
    ),
    Later("rules", "rules:app", "The rules."),
    Later("calls", "calls:app", "What callers hear."),
    Later("customers", "customers:app", "The customer directory."),
    Later("email", "email:app", "Email."),
    Later("keys", "keys:app", "API keys."),
    Later("users", "users:app", "People who sign in to the web pages."),
)


class Commands(TyperGroup):
    """The commands; where one is given too little, what is missing is said as its help says it, with its example."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what was given; the version is an answer by itself."""
        if args[:1] == ["--version"]:
            say(f"Firstcontact {version('firstcontact')}")
            ctx.exit()
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as mistake:
            if mistake.message or mistake.param is None or mistake.ctx is None:
                raise
            give_up(_missing(mistake), USED_WRONGLY)


def _missing(mistake: Any) -> str:
    """What a command was not given."""
    what, about = mistake.format_message(), getattr(mistake.param, "help", "")
    told = [mistake.ctx.get_usage(), f"{what.rstrip('.')}: {about}" if about else what]
    if example := _EXAMPLE.search(mistake.ctx.command.help or ""):
        told.append(f"Example: {' '.join(example[1].split())}")
    return "\n".join(told)


app = Commands(
    name="firstcontact",
    help="Contact routing and first-contact resolution for a social landlord's customer hub.\n\n"
    "`firstcontact --version` says which version this is.",
    no_args_is_help=True,
    commands=COMMANDS,
)


def main() -> None:
    """Run the command line."""
    app()
