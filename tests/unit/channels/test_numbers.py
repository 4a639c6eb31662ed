"""What callers are and people write, beside the address it must become."""

import json
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.inbound import PointKind
from channels.numbers import read_number, spoken
from tests.tables import try_each

ROWS = json.loads((Path(__file__).parents[2] / "cases" / "numbers" / "numbers.json").read_text("utf-8"))


def test_every_number_is_read_as_its_case_says() -> None:
    try_each(ROWS, is_read_as_it_says, lambda row: repr(row["raw"]))


def is_read_as_it_says(row: dict[str, str]) -> None:
    address, mark = read_number(row["raw"], row.get("region", "GB"))
    kept = (address.kind, address.value, address.prefix, address.extension, address.name, mark)
    assert kept == (row["kind"], row["value"], *(row.get(key, "") for key in ("prefix", "extension", "name", "mark")))


@given(st.from_regex(r"\+44[1-9][0-9]{9}", fullmatch=True))
def test_the_short_way_says_what_the_parser_says(raw: str) -> None:
    parsed = phonenumbers.parse(raw, "GB")
    assert phonenumbers.is_possible_number(parsed)
    assert read_number(raw).address.value == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@given(st.text(max_size=400))
def test_anything_at_all_is_kept(raw: str) -> None:
    address, mark = read_number(raw)
    assert (address.kind is PointKind.PHONE) == (mark == "")
    assert address.value


@given(st.text(alphabet="0123456789+()x#,;/ -.", max_size=40))
def test_what_is_a_number_stays_one(raw: str) -> None:
    address, mark = read_number(raw)
    if not mark:
        assert read_number(address.value).address.value == address.value


@pytest.mark.parametrize("filler", [" ", "0", "(", "+", "x", "a ", "/", "18001 ", "<", '"'])
def test_a_megabyte_costs_no_more_than_its_beginning(filler: str) -> None:
    assert len(read_number(filler * (1_000_000 // len(filler))).address.shown) <= 400


@pytest.mark.parametrize(
    "number, words",
    [
        ("+448001632960", "0800 163 2960"),
        ("+441632960001", "01632 960001"),
        ("+447700900123", "07700 900123"),
        ("+35315550123", "+353 1 555 0123"),
        ("withheld", "withheld"),
        ("", ""),
    ],
)
def test_a_number_is_written_as_people_of_the_region_say_it(number: str, words: str) -> None:
    assert spoken(number) == words


beginnings = st.sampled_from(
    ["+44", "0044", "00 44", "0", "+44 (0)", "+44(0)", "0044 (0) ", "0+44(0)", "(+44) ", "(0)"]
)
around = st.sampled_from([("", ""), ("  ", "\t"), ("\u202a", "\u202c"), ("tel:", ""), ("Tel. ", ""), ("<tel:", ">")])
after = st.sampled_from([("", ""), (" ext 12", "12"), (";ext=7", "7"), (" (x123)", "123"), (",,4", "4")])
relays = st.sampled_from([("", ""), ("18001 ", "18001"), ("18002-", "18002"), ("(18001) ", "18001")])
blanks = st.sampled_from([" ", "-", ".", "", "\u2011", "\u00a0"])


numbers = st.from_regex(r"[1-37][1-9][0-9]{8}", fullmatch=True).filter(lambda digits: len(set(digits)) > 1)


@given(numbers, beginnings, around, after, relays, blanks)
def test_whatever_is_put_around_a_number_it_is_the_same(
    digits: str,
    beginning: str,
    dress: tuple[str, str],
    extra: tuple[str, str],
    relay: tuple[str, str],
    between: str,
) -> None:
    raw = f"{dress[0]}{relay[0]}{beginning}{digits[:4]}{between}{digits[4:]}{extra[0]}{dress[1]}"
    address, mark = read_number(raw)
    assert (mark, address.value, address.extension, address.prefix) == ("", f"+44{digits}", extra[1], relay[1])
