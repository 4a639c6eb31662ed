"""`firstcontact deliver`: one email from a pipe; whatever goes wrong before it is on disk asks for it again."""

import sys
from datetime import UTC, datetime
from typing import BinaryIO

import typer

from router import intake, logs
from router.cli.output import USED_WRONGLY, forgiving, give_up, say, what_to_tell
from router.cli.setting_up import opened
from router.services import Services
from router.store.contacts import Accepted

EX_TEMPFAIL = 75
"""sendmail's exit code for `try again later`, from sysexits.h: any other makes the mail server send the mail back."""

PIECE = 2**20


@forgiving
def deliver() -> None:
    """Take in one email from standard input, for a mail server's pipe. Exit code 75 asks it to try again later.

    Example: firstcontact deliver < message.eml
    """
    contact_id, repeated = _delivered(sys.stdin.buffer)
    say(f"{contact_id} {'was taken in before' if repeated else 'taken in'}")


def _delivered(pipe: BinaryIO) -> tuple[str, bool]:
    """The contact's id, and whether the message was taken in before; ends the command where it is not on disk."""
    try:
        with opened() as services:
            accepted = _take_in(services, pipe)
            services.wake.now()
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - the mail must not be lost, whatever it was
        logs.failed("intake.failed", error, door="deliver")
        told = what_to_tell(error) or "Something went wrong here. It has been noted."
        give_up(f"{told}\nThe message was not taken in. Try again later.", EX_TEMPFAIL)
    return accepted.contact_id, accepted.repeated


def _take_in(services: Services, pipe: BinaryIO) -> Accepted:
    limit = services.settings.email_limit
    raw = pipe.read(limit + 1)
    if not raw.strip():
        give_up("There was no message on standard input.", USED_WRONGLY)
    while pipe.read(PIECE):
        pass  # a mail server takes it for a failure if its pipe is closed before it has said everything
    return intake.submit(services, intake.read_mail(services, raw, datetime.now(UTC))).result()
