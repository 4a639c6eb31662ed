"""Customers from a CSV file: each row read and checked by itself, so that a bad one is listed and holds up nobody."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.addresses import mailbox
from channels.bounds import clean
from channels.inbound import PointKind
from channels.numbers import REGION, read_number
from router.store.ids import new_id
from rules.landlord import Ruleset

REQUIRED = ("reference", "name")
COLUMNS = (
    *REQUIRED,
    "kind",
    "language",
    "tenure",
    "household",
    "patch",
    "vulnerabilities",
    "adjustments",
    "preferences",
    "phones",
    "emails",
)
SETS = ("household", "vulnerabilities")
ONE = ("tenure", "patch")
LONGEST_FIELD = 10_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with a row: its line in the file, the column, what it is, and whether the row was left out."""

    line: int
    column: str
    problem: str
    left_out: bool

    def __str__(self) -> str:
        """Say it on a line of its own, without quoting what the row holds."""
        return f"line {self.line}, {self.column}: {self.problem}" + (" (row left out)" if self.left_out else "")


@dataclass(slots=True)
class Sheet:
    """What a file holds: rows to write, and everything that is wrong with it."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


class NotACustomerFileError(ValueError):
    """The file as a whole cannot be read; the text says why."""


def read_customers(content: bytes, ruleset: Ruleset, at: datetime) -> Sheet:
    """Read a CSV file with the columns of `COLUMNS` (the first two required); lists are separated by semicolons.

    `adjustments` may carry details, as in `certain-times=10:00-14:00`. Raises NotACustomerFileError.
    """
    rows = csv.DictReader(io.StringIO(_decoded(content), newline=""))
    _check_header(_header(rows))
    sheet = Sheet()
    seen: set[str] = set()
    for row in _rows(rows):
        line = rows.line_num
        troubles = list(_left_out(row, line, seen))
        if not troubles:
            seen.add(row["reference"])
            sheet.customers.append(_customer(row, line, ruleset.landlord.country or REGION, at, sheet.troubles))
            troubles = list(_doubtful(sheet.customers[-1], line, ruleset))
        sheet.troubles.extend(troubles)
    return sheet


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _header(rows: "csv.DictReader[str]") -> list[str]:
    try:
        return list(rows.fieldnames or ())
    except csv.Error as error:
        raise NotACustomerFileError(f"the first line cannot be read: {error}") from error


def _check_header(names: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        semicolons = " Save it with commas between the columns." if any(";" in name for name in names) else ""
        raise NotACustomerFileError(
            f"The first line has no column {' and none '.join(missing)}: {', '.join(COLUMNS)}.{semicolons}"
        )
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise NotACustomerFileError(f"No such column: {', '.join(unknown)}. There are {', '.join(COLUMNS)}.")


def _rows(reader: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    try:
        for row in reader:
            extra = {"": "too many"} if None in row else {}
            yield {name: clean(row.get(name) or "", LONGEST_FIELD + 1).strip() for name in COLUMNS} | extra
    except csv.Error as error:
        raise NotACustomerFileError(f"line {reader.line_num}: {error}") from error


def _left_out(row: Mapping[str, str], line: int, seen: set[str]) -> Iterator[Trouble]:
    if "" in row:
        yield Trouble(line, "row", "has more fields than the first line has columns", left_out=True)
    for name in REQUIRED:
        if not row[name]:
            yield Trouble(line, name, "is empty", left_out=True)
    if row["reference"] in seen:
        yield Trouble(line, "reference", "stands in an earlier row already", left_out=True)
    for name, value in row.items():
        if len(value) > LONGEST_FIELD:
            yield Trouble(line, name, f"is longer than {LONGEST_FIELD} characters", left_out=True)


def _doubtful(customer: Mapping[str, Any], line: int, ruleset: Ruleset) -> Iterator[Trouble]:
    """What is taken in, but somebody should look at."""
    for key in customer["adjustments"]:
        if key not in ruleset.adjustments:
            yield Trouble(
                line, "adjustments", f"{key} is not in the catalogue, so a person will decide", left_out=False
            )
    for name, value in (*customer["facts"].items(), ("language", customer["language"] or [])):
        known = ruleset.values.get(f"customer.{name}")
        for each in value if isinstance(value, list) else [value]:
            if known and each not in known:
                yield Trouble(line, name, f"{each} is not one of {', '.join(known)}; it is kept", left_out=False)


def _customer(row: Mapping[str, str], line: int, country: str, at: datetime, troubles: list[Trouble]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: row[name] for name in ONE if row[name]}
    facts |= {name: _list(row[name]) for name in SETS if row[name]}
    return {
        "id": new_id(),
        "reference": row["reference"],
        "name": row["name"],
        "kind": row["kind"] or "tenant",
        "language": row["language"] or None,
        "facts": facts,
        "adjustments": {key: detail for key, _, detail in (each.partition("=") for each in _list(row["adjustments"]))},
        "preferences": _list(row["preferences"]),
        "source_digest": hashlib.sha256("\x1f".join(row[name] for name in COLUMNS).encode()).hexdigest(),
        "changed_at": at,
        "points": tuple(_points(row, line, country, troubles)),
    }


def _points(row: Mapping[str, str], line: int, country: str, troubles: list[Trouble]) -> Iterator[tuple[str, str, str]]:
    for phone in _list(row["phones"]):
        address, mark = read_number(phone, country)
        if mark or address.kind is not PointKind.PHONE:
            troubles.append(Trouble(line, "phones", "cannot be read as a number, so it is not kept", left_out=False))
        else:
            yield address.kind.value, address.value, address.prefix
    for email in _list(row["emails"]):
        address = mailbox(email)
        if address.kind is PointKind.EMAIL:
            yield address.kind.value, address.value, ""
        else:
            troubles.append(Trouble(line, "emails", "cannot be read as a mailbox, so it is not kept", left_out=False))


def _list(written: str) -> list[str]:
    return [each for each in (piece.strip() for piece in written.split(";")) if each]
