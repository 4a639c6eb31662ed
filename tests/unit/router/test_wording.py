"""What stands in the braces of our messages, as people say it on the landlord's own clock."""

from functools import cache
from typing import Any

import pytest

from router.directory import Identity
from router.live import LiveRuleset, prepare
from router.wording import NO_JOURNEY, NO_TIME, values_of, when
from tests.landlord import small_landlord
from tests.messages import NOON
from tests.unit.router.rows import customer

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
