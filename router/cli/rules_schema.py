"""`firstcontact rules schema`: what editors check and complete a landlord's files by."""

import json
from pathlib import Path
from typing import Annotated

import typer

from router.cli.output import USED_WRONGLY, forgiving, give_up, say
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load
from rules.problems import RulesetError
from rules.schema import FILE, MODELINE, NAME, NAMED, schema

Kind = Annotated[str, typer.Argument(help="`file` for any file of a folder, or a section for one that has it alone.")]


@forgiving
def print_schema(
    kind: Kind = FILE,
    rules: Annotated[Path | None, typer.Option("--rules", help="A folder whose own names are to be offered.")] = None,
    write: Annotated[Path | None, typer.Option("--write", help="Write it into this folder, for this folder.")] = None,
) -> None:
    """Print the JSON Schema of a file, or write it beside a landlord's files, where editors find it.

    Example: firstcontact rules schema --write mill-lane
    """
    if kind not in NAMED:
        give_up(f"There is no kind {kind}: there are {', '.join(NAMED)}.", USED_WRONGLY)
    if write is None:
        say(as_text(kind, _named(rules)))
        return
    if not write.is_dir():
        give_up(f"{write} is no folder.", USED_WRONGLY)
    (write / NAME).write_text(as_text(kind, _named(write)) + "\n", encoding="utf-8")
    say(f"{write / NAME} is written. Editors find it by the first line of a file:\n\n  {MODELINE}")


def as_text(kind: str, ruleset: Ruleset | None) -> str:
    """A schema as it is kept in a file."""
    return json.dumps(schema(kind, ruleset), indent=1, ensure_ascii=False)


def _named(folder: Path | None) -> Ruleset | None:
    """The ruleset of a folder; None where it cannot be read, since a schema is of use while it is put right."""
    try:
        return load(read_folder(folder)) if folder else None
    except RulesetError:
        return None
