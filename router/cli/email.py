"""`firstcontact email`: what the engine makes of raw messages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from channels.email import parse as parse_email
from channels.json_view import as_dict
from router.cli.output import USED_WRONGLY, forgiving, give_up, lines, read_bytes
from router.cli.setting_up import opened
from router.store import raw_mail
from router.store.engine import begin_read

app = typer.Typer(help="Email.", no_args_is_help=True)


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
    """What is made of the messages of a contact today."""
    with opened() as services, begin_read(services.record) as record:
        found = raw_mail.of_contact(record, contact)
    kept = [(part, at, raw) for part, at, raw in found if raw is not None]
    if found and not kept:
        give_up(f"The messages of contact {contact} are kept no longer: FIRSTCONTACT_RAW_MAIL_DAYS says how long.")
    if not found:
        give_up(f"There is no contact {contact} that came as an email.")
    return [as_dict(parse_email(raw, at)) | {"contact": contact, "part": part} for part, at, raw in kept]
