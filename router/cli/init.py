"""`firstcontact init`: a landlord's folder to start from, made of the sample's files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from router.cli.output import USED_WRONGLY, forgiving, give_up, say
from router.cli.rules_schema import as_text
from router.publishable import check
from router.settings import sample_folder
from rules.folder import read_folder
from rules.load import load
from rules.problems import RulesetError
from rules.schema import FILE, NAME

LANDLORD = "landlord.yaml"
NEXT = """{folder} has a whole landlord in it, called {name}. Edit first:

  landlord.yaml   who you are, whose bank holidays count, which channels you offer
  hours.yaml      when you are open
  teams.yaml      your teams, with their numbers and mailboxes: the sample's reach nobody
  calls.yaml      your numbers, the greeting and the menu; fallback_number is answered by a person, always
  mailboxes.yaml  your mailboxes

Then, after every change:

  firstcontact rules check {folder}
  firstcontact rules test {folder}

And try it:

  echo "there are rats in my loft" | firstcontact recognise --rules {folder}
  FIRSTCONTACT_CONFIG={folder} firstcontact serve

`firstcontact doctor` names what is still the sample's; docs/landlord-configuration.md goes through every section."""


@forgiving
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it may be there if it is empty.")],
    name: Annotated[str, typer.Option(help="What the landlord is called.")],
    zone: Annotated[str, typer.Option(help="Its time zone.")] = "Europe/London",
) -> None:
    """Write a landlord's configuration to start from: the sample's, with your name, which passes every check.

    Example: firstcontact init mill-lane --name "Mill Lane Homes"
    """
    name = " ".join(name.split())
    if not name.isprintable() or not name:
        give_up("--name: write it in letters, such as --name 'Mill Lane Homes'.", USED_WRONGLY)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        give_up(f"{folder} is not empty: name a folder that is to be made.", USED_WRONGLY)
    files = _renamed(read_folder(sample_folder()), name, zone)
    try:
        check(files)
    except RulesetError as error:
        give_up(f"--name or --zone: {error}", USED_WRONGLY)
    files[NAME] = f"{as_text(FILE, load(files))}\n".encode()
    for file, content in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
    say(NEXT.format(folder=folder, name=name))


def _renamed(files: Mapping[str, bytes], name: str, zone: str) -> dict[str, bytes]:
    """The sample's files with another name and zone: quoted where they are a value, plain within a text."""
    landlord = load(files).landlord
    plain = {landlord.name: name}
    values = {
        f"  name: {landlord.name}\n": f"  name: {_quoted(name)}\n",
        f"  zone: {landlord.zone}\n": f"  zone: {_quoted(zone)}\n",
    }
    return {file: _replaced(content, values if file == LANDLORD else plain) for file, content in files.items()}


def _replaced(content: bytes, words: Mapping[str, str]) -> bytes:
    text = content.decode()
    for old, new in words.items():
        text = text.replace(old, new)
    return text.encode()


def _quoted(text: str) -> str:
    """A text as a YAML value, with quotation marks only where it needs them."""
    plain = text.replace(" ", "").replace("/", "").replace("_", "").isalpha()
    return text if plain else json.dumps(text, ensure_ascii=False)
