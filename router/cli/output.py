"""How commands speak: results on standard output, what is wrong on standard error, and exit codes 0, 1 and 2."""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import orjson
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from router.live import ExamplesFailedError, NoRulesetError
from router.settings import SettingsError
from router.store.trouble import OverloadedError, UnavailableError
from rules.problems import RulesetError

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
    """Print a table."""
    grid = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        grid.add_row(*(str(cell) for cell in row))
    Console().print(grid)


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
        except SettingsError as error:
            give_up(str(error), USED_WRONGLY)
        except RulesetError as error:
            for problem in error.problems:
                complain(str(problem))
            raise typer.Exit(FOUND_WANTING) from None
        except ExamplesFailedError as error:
            give_up("\n".join(error.failures))
        except NoRulesetError:
            give_up(
                "There is no live ruleset yet: start `firstcontact serve` once, or `firstcontact rules publish DIR`."
            )
        except (SQLAlchemyError, UnavailableError, OverloadedError) as error:
            give_up(
                f"The record cannot be used ({type(error).__name__}): is its server running, and DATABASE_URL right?"
            )

    return guarded
