"""A version's files in a folder, byte for byte, and the marker beside them that says which version they are."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import orjson

from rules.folder import ENDINGS, read_folder
from rules.load import digest
from rules.problems import RulesetError

MARKER: Final = ".firstcontact-version.json"
"""Hidden, so that it is no part of the ruleset."""
LARGEST_MARKER: Final = 10_000


@dataclass(frozen=True, slots=True)
class Marker:
    """Which version the files of a folder were when they were written there, and the digest of its content."""

    version: int
    digest: str


class FolderRefusedError(Exception):
    """A folder that is not written to, or whose marker cannot be read; the text says why and what to do."""


def read_marker(folder: Path) -> Marker | None:
    """The marker of a folder, if it has one; raises FolderRefusedError where it cannot be read."""
    file = folder / MARKER
    if not file.is_file():
        return None
    try:
        with file.open("rb") as opened:
            found = orjson.loads(opened.read(LARGEST_MARKER))
        return Marker(int(found["version"]), str(found["digest"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise FolderRefusedError(f"{file} cannot be read: take it away, and say what to publish onto.") from None


def write_marker(folder: Path, marker: Marker) -> None:
    """Leave the marker in a folder."""
    written = orjson.dumps({"version": marker.version, "digest": marker.digest}, option=orjson.OPT_APPEND_NEWLINE)
    _replace(folder / MARKER, written)


def export(
    folder: Path, files: Mapping[str, bytes], version: int, is_kept: Callable[[str], bool], *, overwrite: bool = False
) -> None:
    """Make the YAML files of a folder exactly these, with the marker of their version.

    `is_kept` says of a digest whether the record has it as a version: what it does not have is overwritten only when
    told. Raises FolderRefusedError.
    """
    for name in files:
        _refuse_strange(name)
    present = _present(folder)
    changed = sorted(name for name in {*present, *files} if present.get(name) != files.get(name))
    lost = [name for name in changed if name in present]
    if lost and not overwrite and not is_kept(digest(present)):
        named = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")  # noqa: PLR2004 - a few
        raise FolderRefusedError(
            f"{folder} has changes that are no version: {named}. Publish or keep them first, name another folder, or "
            "overwrite them with --overwrite."
        )
    for name in changed:
        _settle(folder / name, files.get(name))
    if digest(_present(folder)) != digest(files):
        raise FolderRefusedError(f"{folder} cannot hold these files as they are: does it tell a from A in file names?")
    write_marker(folder, Marker(version, digest(files)))


def _present(folder: Path) -> dict[str, bytes]:
    """The YAML files that are in a folder; none where there is no such folder yet."""
    if folder.exists() and not folder.is_dir():
        raise FolderRefusedError(f"{folder} is no folder.")
    try:
        return read_folder(folder)
    except RulesetError as error:
        if folder.is_dir() and any(file.suffix.lower() in ENDINGS for file in folder.rglob("[!.]*")):
            raise FolderRefusedError(f"{folder} has files that cannot be read: {error}") from None
        return {}


def _refuse_strange(name: str) -> None:
    """A name that would lead out of the folder, or to a file that is not read back."""
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts)
    if path.is_absolute() or hidden or path.suffix.lower() not in ENDINGS or "\\" in name or "\0" in name:
        raise FolderRefusedError(f"This version has a file that cannot be written to a folder: {name!r}.")


def _settle(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        _replace(file, content)


def _replace(file: Path, content: bytes) -> None:
    """Write a file so that there is never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(file)
