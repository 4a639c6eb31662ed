"""`firstcontact backup` and `restore`: copies of the embedded record, taken while it serves."""

from pathlib import Path
from typing import Annotated

import typer

from router.cli.output import USED_WRONGLY, forgiving, give_up, say
from router.settings import Settings, load

ON_SERVERS = "The record is on PostgreSQL: use pg_dump and pg_restore, as docs/operations.md shows."


@forgiving
def backup(file: Annotated[Path, typer.Argument(help="The file to make; it must not be there yet.")]) -> None:
    """Copy the embedded record into a file, as it is at one moment; what serves goes on serving.

    Example: firstcontact backup /backups/firstcontact-monday.db
    """
    from router.store.copies import CopyError, copy_out

    record = _record(load())
    if not record.exists():
        give_up(f"There is no {record}: nothing to copy.")
    try:
        count = copy_out(record, file)
    except CopyError as error:
        give_up(f"{error}.")
    say(f"{file}: {count} contacts, {file.stat().st_size} bytes.")


@forgiving
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` made.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the record that is there; it is kept beside.")
    ] = False,
) -> None:
    """Put a back-up of the embedded record in its place; `serve` must not be running.

    Example: firstcontact restore /backups/firstcontact-monday.db
    """
    from router.processes import locks
    from router.processes.supervisor import ROLES
    from router.store.copies import CopyError, copy_in

    settings = load()
    record = _record(settings)
    if record.exists() and not replace:
        give_up(
            f"{record} is there. Move it away, or say --replace, which keeps it beside as firstcontact.db.replaced."
        )
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locks.held(settings.run_folder, ROLES):
            count = copy_in(file, record, replace=replace)
    except locks.TakenError as taken:
        give_up(f"Firstcontact runs on {settings.data} (process {taken.pid or 'unknown'}): stop it first.")
    except CopyError as error:
        give_up(f"{error}.")
    say(f"{record}: {count} contacts. `firstcontact serve` goes on from here.")


def _record(settings: Settings) -> Path:
    if not settings.embedded:
        give_up(ON_SERVERS, USED_WRONGLY)
    return settings.data / "firstcontact.db"
