"""`firstcontact email`: what the engine makes of raw messages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from channels.email import parse as parse_email
from channels.json_view import as_dict
from router.cli.output import forgiving, lines, read_bytes

app = typer.Typer(help="Email.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Email."""


@app.command()
@forgiving
def parse(
    files: Annotated[list[Path], typer.Argument(help="Raw messages; - is standard input.")],
) -> None:
    """Print what the engine makes of raw messages, a JSON line each; nothing is stored.

    Example: firstcontact email parse message.eml
    """
    lines(as_dict(parse_email(read_bytes(path), datetime.now(UTC))) | {"file": str(path)} for path in files)
