"""`firstcontact recognise`: what texts are about, by the live rules or a folder's."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from router.cli.output import forgiving, lines
from router.cli.setting_up import live_or_folder


@forgiving
def recognise(
    folder: Annotated[
        Path | None, typer.Option("--rules", help="A landlord's folder, instead of the live one.")
    ] = None,
) -> None:
    """Say what texts are about: a text a line on standard input, a JSON line each on standard output.

    Example: echo "there are rats in my loft" | firstcontact recognise
    """
    live = live_or_folder(folder)
    lines(
        {
            "text": text,
            "journey": found.journey,
            "confidence": round(found.confidence, 3),
            "runners_up": [{"journey": key, "confidence": round(score, 3)} for key, score in found.runners_up],
            "words": list(found.words),
        }
        for text in (line.decode(errors="replace").rstrip("\r\n") for line in sys.stdin.buffer)
        for found in (live.recogniser.recognise(text),)
    )
