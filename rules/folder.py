"""A landlord's folder on disk: every YAML file below it, as bytes by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rules.model import Mark
from rules.problems import Problem, RulesetError

MOST_BYTES: Final = 10_000_000
"""All files together must stay below this."""
TOO_LARGE: Final = "these files have 10 MB or more in all"
MAKE_SMALLER: Final = "a ruleset is written by people: look for a file that does not belong here"
ENDINGS: Final = (".yaml", ".yml")
"""What the names of files that are read end in."""


def read_folder(path: Path | str) -> dict[str, bytes]:
    """Read every *.yaml and *.yml below a folder, or one such file; names are relative, with forward slashes.

    Raises RulesetError when there is no such folder or nothing in it, or when a file cannot be read.
    """
    root = Path(path)
    if not root.exists():
        raise RulesetError([_problem(root.name or str(path), "there is no such folder", "name a landlord's folder")])
    found = [root] if root.is_file() else sorted(_below(root))
    base = root.parent if root.is_file() else root
    if not found:
        raise RulesetError([_problem(root.name or ".", "there are no YAML files here", "they end in .yaml or .yml")])
    if others := [file for file in found if not file.is_file()]:
        name = others[0].relative_to(base).as_posix()
        hint = "look where its link leads, or move it"
        raise RulesetError([_problem(name, "this is no file that can be read", hint)])
    if sum(file.stat().st_size for file in found) >= MOST_BYTES:
        largest = max(found, key=lambda file: file.stat().st_size)
        raise RulesetError([_problem(largest.relative_to(base).as_posix(), TOO_LARGE, MAKE_SMALLER)])
    return {file.relative_to(base).as_posix(): _content(file, base) for file in found}


def _below(root: Path) -> Iterator[Path]:
    """Whatever has the name of one but folders, and nothing hidden: an editor's leavings are no part of a ruleset."""
    for file in root.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
        if file.suffix.lower() in ENDINGS and not hidden and not file.is_dir():
            yield file


def _content(file: Path, base: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        name = file.relative_to(base).as_posix()
        why = error.strerror or "unknown"
        raise RulesetError([_problem(name, f"this file cannot be read: {why}", "look at who may read it")]) from error


def _problem(name: str, message: str, hint: str) -> Problem:
    return Problem(Mark(name, 1, 1), message, hint)
