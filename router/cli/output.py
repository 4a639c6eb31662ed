"""How commands speak: results on standard output, what is wrong on standard error, and exit codes 0, 1 and 2."""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import orjson
import typer

from router.settings import SettingsError

FOUND_WANTING, USED_WRONGLY = 1, 2
P = ParamSpec("P")
R = TypeVar("R")

JSON = typer.Option("--json", help="Print JSON lines.")


def say(text: str) -> None:
    """Print a line for the person who called."""
    typer.echo(text)


def complain(text: str) -> None:
    """Print a line about something wrong."""
    typer.echo(text, err=True)


def give_up(text: str, code: int = FOUND_WANTING) -> NoReturn:
    """Say what is wrong and what to do, and end with this exit code."""
    complain(text)
    raise typer.Exit(code)


def lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON object a line, as they come."""
    for row in rows:
        sys.stdout.buffer.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS))
    sys.stdout.buffer.flush()


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table, a row a line whatever the width, so that what is copied or piped from it is whole."""
    grid = [tuple(columns), *(tuple(str(cell) for cell in row) for row in rows)]
    widths = [max(map(len, cells)) for cells in zip(*grid, strict=True)]
    for row in grid:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def read_bytes(path: Path) -> bytes:
    """A file's content, standard input's for `-`; ends the command where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        give_up(f"{path}: cannot be read ({error.strerror})", USED_WRONGLY)


def forgiving(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose user sees what was wrong and what to do, never a traceback, for what users and servers do."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            told = what_to_tell(error)
            if not told:
                raise
            give_up(told, USED_WRONGLY if isinstance(error, SettingsError) else FOUND_WANTING)

    return guarded


def what_to_tell(error: Exception) -> str:
    """What to tell the user of something that users and servers do; nothing for a fault of ours."""
    from sqlalchemy.exc import SQLAlchemyError

    from router.live import NoRulesetError
    from router.publishable import ExamplesFailedError
    from router.store.migrate import NewerRecordError
    from router.store.trouble import WriterError, named
    from rules.problems import RulesetError

    told = ""
    match error:
        case SettingsError():
            told = str(error)
        case RulesetError():
            told = "\n".join(f"{problem.severity}: {problem}" for problem in error.problems)
        case ExamplesFailedError():
            told = "\n".join(error.failures)
        case NoRulesetError():
            told = "There is no live ruleset yet: start `firstcontact serve` once, or `firstcontact rules publish DIR`."
        case NewerRecordError():
            told = f"The record cannot be used: {error}."
        case SQLAlchemyError() | WriterError():
            what = named(error if isinstance(error, SQLAlchemyError) else error.__cause__ or error)
            told = f"The record cannot be used ({what}): `firstcontact doctor` says why, and what to do."
        case OSError() if error.filename:
            told = f"{error.filename}: {error.strerror}"
    return told
