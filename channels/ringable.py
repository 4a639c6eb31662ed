"""Numbers that somebody is rung back at: which of those a caller may key in we ring, and how one is read out."""

import re
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

from channels.inbound import Address, PointKind
from channels.numbers import REGION, SHORT, read_number, spoken


class WhyNot(StrEnum):
    """Why a number is not rung back."""

    NO_NUMBER = "no-number"
    EMERGENCY = "emergency"
    SHORT = "short"
    PREMIUM = "premium"
    FOREIGN = "foreign"


_COSTLY: Final = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
    }
)
_COSTLY_IN: Final = {"GB": ("9", "70", "76", "84", "87")}
"""What a country's numbers begin with that cost more: its plan knows more of them than are given out."""

_FEWEST: Final = 8
"""Digits without trunk zero and country code that a whole number has; with fewer it is cut off, or one in a town."""

_GROUPS: Final = re.compile(r"\s+")


def keyed(digits: str, region: str = REGION) -> Address | WhyNot:
    """The number that somebody has keyed in, or why it is not rung."""
    if phonenumbers.is_emergency_number(digits, region):
        return WhyNot.EMERGENCY
    address, mark = read_number(digits, region)
    if mark == SHORT:
        return WhyNot.SHORT
    return address if (why := why_not(address, region)) is None else why


def why_not(address: Address, region: str = REGION) -> WhyNot | None:
    """Why an address is not rung back; None where it is: a number of this country that costs no more than others."""
    if address.kind is not PointKind.PHONE:
        return WhyNot.NO_NUMBER
    number = phonenumbers.parse(address.value, region)
    if number.country_code != phonenumbers.country_code_for_region(region):
        return WhyNot.FOREIGN
    written = phonenumbers.national_significant_number(number)
    if len(written) < _FEWEST or written.startswith("0"):
        return WhyNot.NO_NUMBER
    costly = written.startswith(_COSTLY_IN.get(region, ())) or phonenumbers.number_type(number) in _COSTLY
    return WhyNot.PREMIUM if costly else None


def dialled(number: str, region: str = REGION) -> str:
    """An E.164 number of this region as it is dialled within it: 07700900123."""
    return re.sub(r"\D", "", spoken(number, region))


def digit_by_digit(number: str, region: str = REGION) -> str:
    """An E.164 number as a voice reads it out, a digit at a time: 0 7 7 0 0, 9 0 0 1 2 3."""
    return ", ".join(" ".join(group) for group in _GROUPS.split(spoken(number, region)))
