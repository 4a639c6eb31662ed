"""Which numbers a caller may be rung back at, and how one is read out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.inbound import Address, PointKind
from channels.ringable import WhyNot, digit_by_digit, keyed, why_not


@pytest.mark.parametrize(
    "digits,expected",
    [
        ("07700900123", "+447700900123"),
        ("01632960123", "+441632960123"),
        ("00447700900123", "+447700900123"),
        ("03001234567", "+443001234567"),
        ("08081570100", "+448081570100"),
        ("999", WhyNot.EMERGENCY),
        ("112", WhyNot.EMERGENCY),
        ("101", WhyNot.SHORT),
        ("118118", WhyNot.SHORT),
        ("60777", WhyNot.SHORT),
        ("09098790000", WhyNot.PREMIUM),
        ("09119790000", WhyNot.PREMIUM),
        ("07012345678", WhyNot.PREMIUM),
        ("08453000000", WhyNot.PREMIUM),
        ("08712300000", WhyNot.PREMIUM),
        ("0033123456789", WhyNot.FOREIGN),
        ("0012125550123", WhyNot.FOREIGN),
        ("0770090", WhyNot.NO_NUMBER),
        ("00000000000", WhyNot.NO_NUMBER),
        ("*1", WhyNot.NO_NUMBER),
        ("", WhyNot.NO_NUMBER),
    ],
)
def test_what_is_keyed_in(digits: str, expected: str) -> None:
    read = keyed(digits)
    assert (read.value if isinstance(read, Address) else read) == expected


@pytest.mark.parametrize("region,expected", [("GB", WhyNot.FOREIGN), ("FR", None)])
def test_what_is_foreign_depends_on_where_we_are(region: str, expected: WhyNot | None) -> None:
    assert why_not(Address(PointKind.PHONE, "+33123456789"), region) == expected


def test_who_withholds_their_number_cannot_be_rung_at_it() -> None:
    assert why_not(Address(PointKind.UNKNOWN, "withheld")) == WhyNot.NO_NUMBER


@given(st.text("0123456789*#", max_size=20))
def test_whatever_is_keyed_in_is_a_number_of_this_country_or_says_why_not(digits: str) -> None:
    read = keyed(digits)
    assert isinstance(read, WhyNot) or read.value.startswith("+44")


@pytest.mark.parametrize(
    "number,expected",
    [("+447700900123", "0 7 7 0 0, 9 0 0 1 2 3"), ("+441632960123", "0 1 6 3 2, 9 6 0 1 2 3")],
)
def test_a_number_is_read_out_a_digit_at_a_time(number: str, expected: str) -> None:
    assert digit_by_digit(number) == expected
