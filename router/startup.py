"""Which ruleset serves after a start: the live version in the record, or a folder that is news; never silently."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from router.live import ExamplesFailedError, check, version_row
from router.store import rulesets
from router.store.engine import begin_read
from router.store.writer import Writer
from rules.folder import read_folder
from rules.load import digest
from rules.problems import RulesetError

FOLDER, AUTHOR = "folder", "start-up"


class NoGoodRulesetError(Exception):
    """There is no live ruleset yet, and the folder holds none that could be one: the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The version that serves, what to tell the person who starts the engine, and whether something is wrong."""

    version: int
    told: tuple[str, ...]
    troubled: bool = False


def choose(record: Engine, writer: Writer, folder: Path, at: datetime) -> Choice:
    """Settle which ruleset is live.

    The live version serves. A folder whose content was never a version is published, if the live version came from a
    folder too and the folder passes every check. A folder that is broken, older, or edited while somebody published
    otherwise, is left alone and told of. Raises NoGoodRulesetError where nothing can serve.
    """
    live = _live(record)
    try:
        files = read_folder(folder)
        known = _known(record, digest(files))
        if live is None or (known is None and live["origin"] == FOLDER):
            number = _publish(writer, files, folder, live["version"] if live else None, at)
            if number is None:
                return choose(record, writer, folder, at)
            return Choice(number, (f"Published {folder} as version {number} of the ruleset.",))
    except (RulesetError, ExamplesFailedError, OSError) as error:
        return _without_folder(live, folder, error)
    return Choice(live["version"], _difference(live, known, folder))


def _publish(writer: Writer, files: Mapping[str, bytes], folder: Path, seen: int | None, at: datetime) -> int | None:
    """The number of the new version; None where another process that starts was quicker."""
    row = version_row(check(files), FOLDER, AUTHOR, f"The folder {folder.name} at start-up", at)
    return writer.submit(rulesets.publish_over, (seen, row)).result()


def _live(record: Engine) -> dict[str, Any] | None:
    with begin_read(record) as connection:
        number = rulesets.live_version(connection)
        return rulesets.version(connection, number) if number is not None else None


def _known(record: Engine, digest: str) -> int | None:
    with begin_read(record) as connection:
        return rulesets.by_digest(connection, digest)


def _without_folder(live: Mapping[str, Any] | None, folder: Path, error: Exception) -> Choice:
    told = f"{folder} cannot be published:\n{error}"
    if live is None:
        raise NoGoodRulesetError(told) from error
    return Choice(live["version"], (told, f"Version {live['version']} of the ruleset stays live."), troubled=True)


def _difference(live: Mapping[str, Any], known: int | None, folder: Path) -> tuple[str, ...]:
    serving = f"Version {live['version']} of the ruleset is live"
    if known == live["version"]:
        return (f"{serving}; it is the one in {folder}.",)
    what = f"is version {known}" if known else f"differs, and version {live['version']} was not published from a folder"
    return (f"{serving}. {folder} {what}: `firstcontact rules publish {folder} --reason WHY` makes the folder live.",)
