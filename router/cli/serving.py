"""`firstcontact serve`: the engine, in the place of the command that starts it."""

import os
import sys
from typing import Annotated

import typer

from router.cli.output import USED_WRONGLY, forgiving, give_up
from router.processes.supervisor import roles


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
    # In this process's place, not inside it: what a command needs would stay in memory for as long as it runs.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "router.processes.supervisor", only])  # noqa: S606 - our own
