"""Which ruleset serves after a start: the live version in the record, or a folder that is news; never silently."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from router import publishing
from router.exported import MARKER, FolderRefusedError, Marker, read_marker, write_marker
from router.publishable import ExamplesFailedError, check
from router.publishing import By, ChangeRefusedError, Over
from router.store import rulesets
from router.store.engine import begin_read
from router.store.rows import Row
from router.store.rulesets import as_bytes
from router.store.writer import Writer
from rules.folder import read_folder
from rules.load import digest, load
from rules.problems import RulesetError

FOLDER, AUTHOR = "folder", "start-up"
_REFUSED = (
    "Version {version} of the ruleset is live, and this version of Firstcontact finds mistakes in it. "
    "`firstcontact rules export DIR` writes its files: put them right, `firstcontact rules publish DIR --reason WHY`, "
    "and start again."
)


class NoGoodRulesetError(Exception):
    """No ruleset can serve: none is live and the folder holds none that could be, or the live one has mistakes.

    The text says what is wrong.
    """


@dataclass(frozen=True, slots=True)
class Serving:
    """The version that serves, what to tell the person who starts the engine, and whether something is wrong."""

    version: int
    told: tuple[str, ...]
    troubled: bool = False


def choose(record: Engine, writer: Writer, folder: Path, at: datetime) -> Serving:
    """Settle which ruleset is live, as `_settle` does; raises NoGoodRulesetError where this program cannot serve by it.

    Checks become stricter: what an earlier version of this program published may have mistakes for this one.
    """
    choice = _settle(record, writer, folder, at)
    with begin_read(record) as connection:
        row = rulesets.version(connection, choice.version)
    try:
        load(as_bytes(row["files"] if row else {}))
    except RulesetError as error:
        raise NoGoodRulesetError(f"{_REFUSED.format(version=choice.version)}\n{error}") from error
    return choice


def _settle(record: Engine, writer: Writer, folder: Path, at: datetime) -> Serving:
    """Settle which ruleset is live.

    The live version serves. A folder whose content was never a version is published, if the live version came from a
    folder too, does not ask for approvals, is the one that the folder was begun from (where a marker says that), and
    the folder passes every check. A folder that is broken, older, or edited while somebody published otherwise, is
    left alone and told of. Raises NoGoodRulesetError where nothing can serve.
    """
    live = _live(record)
    try:
        files = read_folder(folder)
        known = _known(record, digest(files))
        marker = read_marker(folder) if folder.is_dir() else None
        if live is None or (known is None and not _kept_from(live, marker)):
            number = _publish(writer, files, folder, live["version"] if live else None, at)
            return Serving(number, (f"Published {folder} as version {number} of the ruleset.",))
    except (RulesetError, ExamplesFailedError, FolderRefusedError, OSError) as error:
        return _without_folder(live, folder, error)
    except ChangeRefusedError:
        return _settle(record, writer, folder, at)  # another process that starts was quicker
    return Serving(live["version"], (_difference(live, known, marker, folder),))


def _publish(writer: Writer, files: Mapping[str, bytes], folder: Path, seen: int | None, at: datetime) -> int:
    """The number of the new version; raises ChangeRefusedError where another is live by now."""
    checked, by = check(files), By(AUTHOR, f"The folder {folder.name} at start-up", at)
    number = publishing.publish(writer, checked, FOLDER, by, Over(seen, begun_from=seen))
    if (folder / MARKER).is_file():
        # A folder that cannot be written to keeps its old marker, and says so at the next start.
        with suppress(OSError):
            write_marker(folder, Marker(number, checked.ruleset.digest))
    return number


def _kept_from(live: Row, marker: Marker | None) -> str:
    """Why a folder that is news does not replace the live version by itself; empty where it does."""
    if live["needs_approval"]:
        return f"version {live['version']} asks for a second person's approval of every change"
    if live["origin"] != FOLDER:
        return f"version {live['version']} was not published from a folder"
    if marker and (marker.version, marker.digest) != (live["version"], live["digest"]):
        return f"was begun from version {marker.version}"
    return ""


def _live(record: Engine) -> dict[str, Any] | None:
    with begin_read(record) as connection:
        number = rulesets.live_version(connection)
        return rulesets.version(connection, number) if number is not None else None


def _known(record: Engine, digest: str) -> int | None:
    with begin_read(record) as connection:
        return rulesets.by_digest(connection, digest)


def _without_folder(live: Row | None, folder: Path, error: Exception) -> Serving:
    told = f"{folder} cannot be published:\n{error}"
    if live is None:
        raise NoGoodRulesetError(told) from error
    return Serving(live["version"], (told, f"Version {live['version']} of the ruleset stays live."), troubled=True)


def _difference(live: Row, known: int | None, marker: Marker | None, folder: Path) -> str:
    number = live["version"]
    serving = f"Version {number} of the ruleset is live"
    if known == number:
        return f"{serving}; it is the one in {folder}."
    what = f"is version {known}" if known else f"differs, and {_kept_from(live, marker)}"
    if live["needs_approval"]:
        how = f"`firstcontact rules submit {folder} --onto {number} --reason WHY` asks for it"
        return f"{serving}. {folder} {what}: {how}."
    how = f"`firstcontact rules publish {folder} --onto {number} --reason WHY` makes the folder live"
    return f"{serving}. {folder} {what}: {how}."
