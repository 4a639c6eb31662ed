"""`firstcontact doctor`: what is well and what is not, and what to do about it, a line each."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from router.cli.output import FOUND_WANTING, JSON, forgiving, lines, say
from router.doctor.findings import Finding, Level, wrong
from router.settings import SettingsError, load

WIDTH = 11
NamedFinding = tuple[str, Finding]


@forgiving
def doctor(*, as_json: Annotated[bool, JSON] = False) -> None:
    """Check settings, record, Redis, rules and providers, and say what to do. Exit code 1 if something is wrong.

    Nothing is changed, made or sent. A warning alone is exit code 0.

    Example: firstcontact doctor
    """
    found = list(_tell(_every(), as_json=as_json))
    if not as_json:
        say(_count(found))
    if any(finding.level is Level.WRONG for _, finding in found):
        raise typer.Exit(FOUND_WANTING)


def _every() -> Iterator[NamedFinding]:
    """Every finding; where the settings cannot be read there is nothing else to look at."""
    from router.doctor.look import look
    from router.doctor.table import examine

    try:
        settings = load()
    except SettingsError as error:
        return iter([("settings", wrong("; ".join(str(error).splitlines()) + ".", "See docs/configuration.md."))])
    return examine(look(settings))


def _tell(found: Iterable[NamedFinding], *, as_json: bool) -> Iterator[NamedFinding]:
    """Print each finding as it comes, and pass it on."""
    for name, finding in found:
        if as_json:
            lines([{"check": name, "level": finding.level.value, "said": finding.said, "do": finding.do}])
        else:
            say(f"{finding.level.value:<8} {name:<{WIDTH}}  {finding.said} {finding.do}".rstrip())
        yield name, finding


def _count(found: list[NamedFinding]) -> str:
    numbers = {level: sum(finding.level is level for _, finding in found) for level in Level}
    return ", ".join(f"{number} {level.value}" for level, number in numbers.items()) + "."
