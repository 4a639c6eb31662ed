"""`firstcontact demo`: a morning of simulated customers, through the real doors of an engine of its own."""

from pathlib import Path
from typing import Annotated

import typer

from router.cli.output import FOUND_WANTING, JSON, USED_WRONGLY, complain, forgiving, give_up, lines
from router.settings import load

LONGEST = 240.0
FASTEST = 100_000.0
WIDTH = 100
"""Of the tables where there is no terminal that has one."""


@forgiving
def demo(
    minutes: Annotated[float, typer.Option(help="How many minutes from 08:00 on, 240 at most.")] = LONGEST,
    speed: Annotated[
        float, typer.Option(help="How many minutes go by in one of ours; 0 is as fast as can be.")
    ] = 120.0,
    seed: Annotated[int, typer.Option(help="The same seed is the same morning.")] = 1,
    data: Annotated[Path | None, typer.Option(help="A new folder for its record, which is kept.")] = None,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the record, and say where it is.")] = False,
    stay: Annotated[bool, typer.Option("--stay", help="Go on serving afterwards, until Ctrl-C.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Play a morning: calls, texts, emails, chats and visits come in, colleagues answer. Exit code 1 if any is lost.

    It has a record of its own, apart from the data of `serve`, and sends nothing to anybody.

    Example: firstcontact demo --minutes 30 --speed 60 --seed 7
    """
    if not 0 < minutes <= LONGEST:
        give_up(f"--minutes: give more than 0, and {LONGEST:g} at most.", USED_WRONGLY)
    if not (speed == 0 or 1 <= speed <= FASTEST):
        give_up("--speed: give 1 or more, or 0 for as fast as the machine can.", USED_WRONGLY)
    if data is not None and data.exists() and any(data.iterdir()):
        give_up(f"--data: {data} is not empty. The demo makes a record of its own: name a new folder.", USED_WRONGLY)
    from rich.console import Console

    from router.demo.engine import CannotStartError
    from router.demo.postbox import ACCOUNT
    from router.demo.run import Wanted, run

    console = Console(stderr=as_json)
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    try:
        settings = load()
        imap = next((url for name, url in settings.imap.items() if name.lower() == ACCOUNT), None)
        outcome, told = run(Wanted(minutes, speed, seed, settings.config, data, keep, stay, imap), console)
    except CannotStartError as error:
        give_up(str(error))
    except KeyboardInterrupt:
        complain("Stopped before the end.")
        raise typer.Exit(FOUND_WANTING) from None
    if as_json:
        lines([told])
    if not outcome.clean:
        raise typer.Exit(FOUND_WANTING)
