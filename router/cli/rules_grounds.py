"""What a landlord's folder was begun from, and whether the live version has something that it was begun without."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from sqlalchemy import Connection

from router import exported
from router.cli.output import USED_WRONGLY, complain, give_up
from router.cli.rules_comparing import say_changes
from router.exported import FolderRefusedError, Marker
from router.publishable import Checked
from router.services import Services
from router.store import rulesets, users
from router.store.engine import begin_read
from router.store.rows import Row
from router.store.rulesets import WHICHEVER, as_bytes
from router.views import time
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import digest, load

ORIGIN: Final = "folder"


@dataclass(frozen=True, slots=True)
class Ground:
    """The live version, and the version that a folder was begun from; each None where there is none that is known."""

    live: Row | None
    begun: Row | None

    @property
    def begun_from(self) -> int | None:
        """The number of the version that the folder was begun from."""
        return self.begun["version"] if self.begun else None

    @property
    def moved_on(self) -> bool:
        """Whether the live version has something that the folder was begun without, as far as can be known."""
        if self.live is None:
            return False
        if self.begun is None:
            return bool(self.live["origin"] != ORIGIN)
        return bool(self.live["digest"] != self.begun["digest"])


def ground_of(services: Services, folder: Path, base: str) -> Ground:
    """What a folder stands on; `base` says what it was begun from where that is given."""
    with begin_read(services.record) as record:
        number = rulesets.live_version(record)
        live = rulesets.version(record, number) if number is not None else None
        begun = _base(record, base) if base else _marked(record, folder)
        return Ground(users.signed(record, [live], "author")[0] if live else None, begun)


def _base(record: Connection, base: str) -> Row:
    """The version that `--base` names: by its number, or by a folder that has its files."""
    if base.isascii() and base.isdecimal() and not Path(base).exists():
        row = rulesets.version(record, min(int(base), rulesets.LARGEST))
    else:
        number = rulesets.by_digest(record, digest(read_folder(base)))
        row = rulesets.version(record, number) if number is not None else None
    if row is None:
        give_up(f"--base: {base} is no version that was ever live: see `firstcontact rules history`.", USED_WRONGLY)
    return row


def _marked(record: Connection, folder: Path) -> Row | None:
    try:
        marker = exported.read_marker(folder)
    except FolderRefusedError as refused:
        give_up(str(refused))
    row = rulesets.version(record, marker.version) if marker else None
    if marker and (row is None or row["digest"] != marker.digest):
        give_up(
            f"{folder / exported.MARKER} names version {marker.version} of another record. Take it away, and say with "
            "--onto which version to replace."
        )
    return row


def is_live(ground: Ground, checked: Checked, folder: Path) -> bool:
    """Whether the live version has exactly these files; then the folder's marker says so."""
    same = ground.live is not None and ground.live["digest"] == checked.ruleset.digest
    if same:
        mark(folder, Marker(number_of(ground.live), checked.ruleset.digest))
    return same


def seen_in(ground: Ground, checked: Checked, folder: Path, onto: int, *, force: bool) -> int | None:
    """The version that may be replaced; ends the command where the live one has what the folder was begun without."""
    live = ground.live["version"] if ground.live else None
    if force:
        return WHICHEVER
    if onto and onto != live:
        give_up(f"--onto: version {onto} is not live, but version {live}. Nothing was published.")
    if ground.moved_on and not onto:
        _conflict(ground, checked.ruleset, folder)
    if ground.live is not None and ground.begun is None:
        complain(f"The folder does not say which version it was begun from; it replaces {_told(ground.live)}.")
    return live


def _conflict(ground: Ground, ruleset: Ruleset, folder: Path) -> NoReturn:
    live = ground.live or {}
    complain(f"Nothing was published: the live rules have what {folder} was begun without.")
    complain(f"Live is {_told(live)}.")
    if ground.begun:
        complain(f"The folder was begun from version {ground.begun['version']}. Since then:")
        say_changes(load(as_bytes(ground.begun["files"])), load(as_bytes(live["files"])), complain)
    else:
        complain("The folder does not say which version it was begun from. Publishing it would change:")
        say_changes(load(as_bytes(live["files"])), ruleset, complain)
    number = live["version"]
    give_up(
        f"To keep that: `firstcontact rules export OTHER` writes version {number} to another folder; bring the two "
        f"together, and publish.\nTo take it back: `firstcontact rules publish {folder} --onto {number} --reason WHY`."
    )


def _told(row: Row) -> str:
    return f"version {row['version']}, published {time(row['at'])} by {row['author']}: {row['reason']}"


def number_of(row: Row | None) -> int:
    """The number of a version, 0 where there is none."""
    return int(row["version"]) if row else 0


def mark(folder: Path, marker: Marker) -> None:
    """Bring the marker of a folder that has one up to date."""
    if (folder / exported.MARKER).is_file():
        try:
            exported.write_marker(folder, marker)
        except OSError as error:
            complain(f"{folder / exported.MARKER} could not be written ({error.strerror}).")
