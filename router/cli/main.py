"""The command line as a whole: what each command is for, and where it lives."""

from typing import Final

from typer.core import TyperGroup

from router.cli.later import Later

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

app = TyperGroup(
    name="firstcontact",
    help="Contact routing and first-contact resolution for a social landlord's customer hub.",
    no_args_is_help=True,
    commands=COMMANDS,
)


def main() -> None:
    """Run the command line."""
    app()
