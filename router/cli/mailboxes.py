"""`firstcontact mailboxes`: how each mailbox fares, and how far the taking in of many messages has come."""

import threading
from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from router.cli.output import FOUND_WANTING, JSON, forgiving, give_up, lines, table
from router.cli.setting_up import opened
from router.mailbox_figures import figures_of_mailboxes
from router.metrics import MailboxFigures
from router.services import Services
from router.views import time

EVERY_SECONDS: Final = 1.0


@forgiving
def mailboxes(
    *,
    watch: Annotated[bool, typer.Option(help="Show how far it is until nothing waits.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say of every mailbox that is fetched how it fares. Exit code 1 if one is in trouble.

    Example: firstcontact mailboxes --watch
    """
    with opened() as services:
        if watch:
            _watch(services)
        found = figures_of_mailboxes(services)
    if not found:
        give_up("No mailbox is fetched: docs/mailboxes.md says how to connect one.")
    rows = [_row(each) for each in found]
    if as_json:
        lines(rows)
    else:
        table(rows[0], [["" if value is None else value for value in row.values()] for row in rows])
    if any(each.trouble for each in found):
        raise typer.Exit(FOUND_WANTING)


def _row(each: MailboxFigures) -> dict[str, Any]:
    return {
        "mailbox": each.mailbox,
        "trouble": each.trouble,
        "trouble_since": time(each.trouble_since),
        "last_success_at": time(each.last_success_at),
        "waiting": each.waiting,
    }


def _watch(services: Services) -> None:
    """A bar for each mailbox, as long as messages wait in one; on a terminal it moves, elsewhere it is left out."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as progress:
        while _shown(progress, tasks, figures_of_mailboxes(services)):
            threading.Event().wait(EVERY_SECONDS)


def _shown(progress: Progress, tasks: dict[str, TaskID], found: Iterable[MailboxFigures]) -> bool:
    """Bring the bars up to date; gives whether anything waits yet."""
    waiting = {each.mailbox: each.waiting for each in found}
    for name, left in waiting.items():
        if name not in tasks:
            tasks[name] = progress.add_task(name, total=left)
        task = tasks[name]
        total = max(progress.tasks[progress.task_ids.index(task)].total or 0, left)
        progress.update(task, total=total, completed=total - left)
    return any(waiting.values())
