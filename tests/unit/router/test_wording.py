"""What stands in the braces of our messages, as people say it on the landlord's own clock."""

from functools import cache
from typing import Any

import pytest

from router.directory import Identity
from router.live import LiveRuleset, prepare
from router.wording import values_of, when
from rules.load import load
from tests.landlord import small_landlord
from tests.messages import NOON
from tests.unit.router.rows import customer

NO_TIME, NO_JOURNEY = "the earliest time we can", "your enquiry"
ENQUIRY = {"reference": "7K3M-9Q2X-4", "team": "repairs", "journey": "repair"}


@cache
def live() -> LiveRuleset:
    return prepare(1, small_landlord().ruleset)


@pytest.mark.parametrize(
    "written,said",
    [
        ("2026-03-03T09:30:00+00:00", "09:30 on Tuesday 3 March"),
        ("2026-07-01T09:30:00+00:00", "10:30 on Wednesday 1 July"),
        ("2026-12-31T23:59:00+00:00", "23:59 on Thursday 31 December"),
        ("2026-06-30T23:30:00Z", "00:30 on Wednesday 1 July"),
        (None, NO_TIME),
        ("", NO_TIME),
    ],
)
def test_moment_is_said_on_the_landlords_clock(written: str | None, said: str) -> None:
    assert when(written, live()) == said


@pytest.mark.parametrize(
    "enquiry,identity,expected",
    [
        (ENQUIRY, Identity(), {"team": "Repairs", "journey": "Repair", "name": "", "reference": "7K3M-9Q2X-4"}),
        (ENQUIRY | {"journey": None}, Identity(), {"journey": NO_JOURNEY}),
        (ENQUIRY | {"journey": "gone", "team": "gone"}, Identity(), {"journey": NO_JOURNEY, "team": "gone"}),
        (ENQUIRY, Identity((customer(),)), {"name": "Ada Sample"}),
        (ENQUIRY, Identity((customer(), customer(id="k2"))), {"name": ""}),
        (ENQUIRY, Identity(), {"landlord": "Mill Lane Homes", "urgent_line": "01632 960000", "due": NO_TIME}),
    ],
)
def test_values(enquiry: dict[str, Any], identity: Identity, expected: dict[str, str]) -> None:
    values = values_of({"values": {}}, enquiry, identity, live(), NOON)
    assert values | expected == values
    assert all(isinstance(value, str) for value in values.values())


@pytest.mark.parametrize(
    "due, said",
    [("2026-03-03T12:00:01+00:00", "12:00 on Tuesday 3 March"), ("2026-03-03T12:00:00+00:00", NO_TIME)],
)
def test_a_time_that_is_over_is_not_promised(due: str, said: str) -> None:
    assert values_of({"values": {"due": due}}, ENQUIRY, Identity(), live(), NOON)["due"] == said


@pytest.mark.parametrize(
    "language, said",
    [
        ("en-GB", "17:30 on Tuesday 10 March"),
        ("pl", "10 marca (wtorek), 17:30"),
        ("es", "10 de marzo (martes), 17:30"),
        ("cy", "10 Mawrth (Dydd Mawrth), 17:30"),
        ("fr-CA", "10 mars (mardi), 17 h 30"),
        ("ar", "١٠ مارس (الثلاثاء), ٥:٣٠ م"),
        ("zh-Hans", "3月10日 (星期二), 17:30"),
        ("bfi", "17:30 on Tuesday 10 March"),
        ("no language", "17:30 on Tuesday 10 March"),
    ],
)
def test_moment_in_the_customers_language(language: str, said: str) -> None:
    shown = when("2026-03-10T17:30:00+00:00", live(), language)
    assert shown.replace("\u202f", " ").replace("\xa0", " ").translate(WESTERN) == said.translate(WESTERN)


WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


@pytest.mark.parametrize(
    "language, expected",
    [
        ("pl", {"team": "Naprawy", "journey": "Naprawa", "due": "jak najszybciej"}),
        ("pl-PL", {"team": "Naprawy", "journey": "Naprawa", "due": "jak najszybciej"}),
        ("es", {"team": "Repairs", "journey": "Repair", "due": NO_TIME}),
        ("en", {"team": "Repairs", "journey": "Repair", "due": NO_TIME}),
    ],
)
def test_names_and_words_are_translated_where_the_landlord_did(language: str, expected: dict[str, str]) -> None:
    files = dict(small_landlord().files)
    [name] = files
    added = files[name].replace(b"    name: Repairs\n", b"    name: Repairs\n    names: {pl: Naprawy}\n")
    added = added.replace(b"    name: Repair\n", b"    name: Repair\n    names: {pl: Naprawa}\n")
    added = added.replace(b"messages:\n", b"messages:\n  no-time: {texts: {en: soon, pl: jak najszybciej}}\n")
    ruleset = prepare(1, load({name: added.replace(b"en: soon", NO_TIME.join(("en: ", "")).encode())}))
    values = values_of({"values": {}}, ENQUIRY, Identity(), ruleset, NOON, language)
    assert values | expected == values
