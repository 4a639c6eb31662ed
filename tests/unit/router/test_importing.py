"""Customers from CSV: what a good row becomes, and what is said of each bad one."""

import csv
import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.importing import COLUMNS, NotACustomerFileError, Sheet, read_customers
from tests.landlord import TUESDAY, small_landlord

RULES = small_landlord().ruleset
CELL = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


def read(text: str | bytes) -> Sheet:
    return read_customers(text.encode() if isinstance(text, str) else text, RULES, TUESDAY)


def one(**cells: str) -> dict[str, Any]:
    """The customer that a row of these cells becomes."""
    cells = {"reference": "A1", "name": "Ada"} | cells
    sheet = read(",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert len(sheet.customers) == 1, sheet.troubles
    return sheet.customers[0]


@pytest.mark.parametrize(
    "cells,name,expected",
    [
        ({}, "kind", "tenant"),
        ({"kind": "household"}, "kind", "household"),
        ({}, "language", None),
        ({"language": "pl"}, "language", "pl"),
        ({"name": "  Ada   "}, "name", "Ada"),
        (
            {"tenure": "leaseholder", "household": "young-child; older-person"},
            "facts",
            {"tenure": "leaseholder", "household": ["young-child", "older-person"]},
        ),
        ({"adjustments": "times=10:00-14:00;email-only"}, "adjustments", {"times": "10:00-14:00", "email-only": ""}),
        ({"preferences": "sms;;email;"}, "preferences", ["sms", "email"]),
        (
            {"phones": "07700 900123;18001 01632 960301"},
            "points",
            (("phone", "+447700900123", ""), ("phone", "+441632960301", "18001")),
        ),
        ({"emails": "Ada@Home.example"}, "points", (("email", "ada@home.example", ""),)),
        ({}, "points", ()),
    ],
)
def test_row_becomes_a_customer(cells: dict[str, str], name: str, expected: object) -> None:
    assert one(**cells)[name] == expected


def test_digest_follows_what_was_written_and_nothing_else() -> None:
    digests = [one(**cells)["source_digest"] for cells in ({}, {}, {"language": "pl"}, {"language": " pl "})]
    assert digests[0] == digests[1] != digests[2] == digests[3]
    assert one()["id"] != one()["id"]


@pytest.mark.parametrize(
    "row,said,left_out",
    [
        ("A1,Ada,general-needs,,", [], 0),
        ("A1,Ada,palace,,", ["line 2, tenure: palace is not one of general-needs, leaseholder; it is kept"], 0),
        ("A1,Ada,,nonsense,", ["line 2, phones: cannot be read as a number, so it is not kept"], 0),
        ("A1,Ada,,withheld,", ["line 2, phones: cannot be read as a number, so it is not kept"], 0),
        ("A1,Ada,,,nonsense", ["line 2, emails: cannot be read as a mailbox, so it is not kept"], 0),
        (",,,,", ["line 2, reference: is empty (row left out)", "line 2, name: is empty (row left out)"], 1),
        ("A1,Ada,,,,,,", ["line 2, row: has more fields than the first line has columns (row left out)"], 1),
    ],
)
def test_what_is_said_of_a_row(row: str, said: list[str], left_out: int) -> None:
    sheet = read(f"reference,name,tenure,phones,emails\n{row}\nZ9,Zed,,,\n")
    assert [str(trouble) for trouble in sheet.troubles] == said
    assert len(sheet.customers) == 2 - left_out


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"name\n", b"reference\n", b"a;b\n", b"\x00", b"reference,name,fax\n"]
)
def test_file_as_a_whole_that_is_none(content: bytes) -> None:
    with pytest.raises(NotACustomerFileError):
        read(content)


@given(st.lists(st.lists(CELL, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=5))
def test_any_cells_are_taken_or_told_of(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *rows])
    try:
        sheet = read(out.getvalue())
    except NotACustomerFileError:
        return
    told = {trouble.line for trouble in sheet.troubles if trouble.left_out}
    assert len(sheet.customers) + len(told) <= len(rows)
    assert len({customer["reference"] for customer in sheet.customers}) == len(sheet.customers)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"reference,name\n"):
        with suppress(NotACustomerFileError):
            read(start + content)
