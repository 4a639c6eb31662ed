"""`firstcontact customers`: the directory, filled from files."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from router.cli.output import FOUND_WANTING, JSON, USED_WRONGLY, complain, forgiving, give_up, lines, read_bytes, say
from router.cli.setting_up import live_or_configured, opened
from router.importing import NotACustomerFileError, Sheet, read_customers
from router.services import Services
from router.store import people
from router.store.engine import begin_read

BATCH = 500
app = typer.Typer(help="The customer directory.", no_args_is_help=True, add_completion=False)
File = Annotated[Path, typer.Argument(help="A CSV file; - is standard input.")]


@app.command()
@forgiving
def preview(file: File, *, as_json: Annotated[bool, JSON] = False) -> None:
    """Say what `import` would do with a file, and what is wrong with it; nothing is stored.

    Example: firstcontact customers preview customers.csv
    """
    with opened() as services:
        sheet = _read(file, services)
        _tell(sheet, *_compare(services, sheet), as_json=as_json, done=False)


@app.command(name="import")
@forgiving
def import_customers(file: File, *, as_json: Annotated[bool, JSON] = False) -> None:
    """Take in customers from a CSV file; the same file again changes nothing. Bad rows are listed and left out.

    Columns: reference, name, kind, language, tenure, household, patch, vulnerabilities, adjustments, preferences,
    phones, emails; the first two are required, lists are separated by semicolons.

    Example: firstcontact customers import customers.csv
    """
    with opened() as services:
        sheet = _read(file, services)
        new, changed = _compare(services, sheet)
        wanted = [row for row in sheet.customers if row["reference"] in new | changed]
        with typer.progressbar(range(0, len(wanted), BATCH), label="Importing", file=sys.stderr) as starts:
            for start in starts:
                futures = [services.writer.submit(people.write, row) for row in wanted[start : start + BATCH]]
                for future in futures:
                    future.result()
    _tell(sheet, new, changed, as_json=as_json, done=True)


def _read(file: Path, services: Services) -> Sheet:
    try:
        return read_customers(read_bytes(file), live_or_configured(services).ruleset, services.clock())
    except NotACustomerFileError as error:
        give_up(f"{file}: {error}", USED_WRONGLY)


def _compare(services: Services, sheet: Sheet) -> tuple[set[str], set[str]]:
    """The references that are new, and those whose rows have changed."""
    new, changed = set(), set()
    with begin_read(services.record) as record:
        for start in range(0, len(sheet.customers), BATCH):
            rows = sheet.customers[start : start + BATCH]
            known = people.digests(record, [row["reference"] for row in rows])
            new |= {row["reference"] for row in rows if row["reference"] not in known}
            changed |= {
                row["reference"]
                for row in rows
                if known.get(row["reference"], ("", ""))[1] not in ("", row["source_digest"])
            }
    return new, changed


def _tell(sheet: Sheet, new: set[str], changed: set[str], *, as_json: bool, done: bool) -> None:
    left_out = sum(trouble.left_out for trouble in sheet.troubles)
    counts = {
        "new": len(new),
        "changed": len(changed),
        "unchanged": len(sheet.customers) - len(new) - len(changed),
        "left_out": left_out,
    }
    if as_json:
        lines([counts | {"problems": [str(trouble) for trouble in sheet.troubles]}])
    else:
        for trouble in sheet.troubles:
            complain(str(trouble))
        said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
        say(f"{'Imported' if done else 'Would import'}: {said}.")
    if left_out:
        raise typer.Exit(FOUND_WANTING)
