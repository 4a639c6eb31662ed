"""`firstcontact email`: what the engine makes of raw messages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from channels.email import parse as parse_email
from channels.email import read
from channels.json_view import as_dict
from router.cli.output import USED_WRONGLY, forgiving, give_up, lines, read_bytes
from router.cli.setting_up import live_or_configured, opened
from router.intake import trusted_at
from router.store import contacts, raw_mail
from router.store.engine import begin_read

app = typer.Typer(help="Email.", no_args_is_help=True, add_completion=False)


@app.callback()
def group() -> None:
    """Email."""


@app.command()
@forgiving
def parse(
    files: Annotated[list[Path] | None, typer.Argument(help="Raw messages; - is standard input.")] = None,
    contact: Annotated[str, typer.Option(help="A contact's id: the messages that it came as are read again.")] = "",
) -> None:
    """Print what the engine makes of raw messages, a JSON line each; nothing is stored.

    Example: firstcontact email parse message.eml
    """
    if bool(files) == bool(contact):
        give_up("Name files, or a contact with --contact.", USED_WRONGLY)
    if contact:
        return lines(_again(contact))
    return lines(
        as_dict(parse_email(read_bytes(path), datetime.now(UTC))) | {"file": str(path)} for path in files or ()
    )


def _again(contact: str) -> list[dict[str, Any]]:
    """What is made of the messages of a contact today, where the checks of the mailbox that it came to count."""
    with opened() as services:
        with begin_read(services.record) as record:
            found, rows = raw_mail.of_contact(record, contact), contacts.load(record, [contact])
        ours = live_or_configured(services).ruleset.mailboxes
        sent_to = (each.get("value", "") for row in rows for each in row["recipients"])
        trusted = trusted_at(ours, next((each for each in sent_to if each in ours), ""))
    kept = [(part, at, raw) for part, at, raw in found if raw is not None]
    if found and not kept:
        give_up(f"The messages of contact {contact} are kept no longer: FIRSTCONTACT_RAW_MAIL_DAYS says how long.")
    if not found:
        give_up(f"There is no contact {contact} that came as an email.")
    return [as_dict(read(raw, at, trusted=trusted)) | {"contact": contact, "part": part} for part, at, raw in kept]
