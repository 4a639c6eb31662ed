"""How else a landlord is reached, for who cannot chat: what the YAML has for it, and nothing made up."""

from dataclasses import replace
from typing import Any

import pytest

from router.web.ways import ways
from rules.phone_line import Entry
from tests.landlord import small_landlord

RULESET = small_landlord().ruleset
RING = 'ring <a href="tel:+441632960000">01632 960000</a>'
ABROAD = '<a href="tel:+48123456789">+48 12 345 67 89</a>'
WRITE = 'write to <a href="mailto:{0}">{0}</a>'


def calls(**changes: Any) -> Any:
    assert RULESET.calls is not None
    return replace(RULESET.calls, **changes)


@pytest.mark.parametrize(
    "changes,told",
    [
        ({"calls": None, "mailboxes": {}}, ""),
        ({"calls": calls(numbers=("+441632960000",), entries={}), "mailboxes": {}}, f"You can also {RING}."),
        (
            {
                "calls": calls(
                    numbers=("+441632960077", "+441632960000"), entries={"+441632960077": Entry(team="repairs")}
                ),
                "mailboxes": {"damp@a.example": {"journey": "damp"}, "us@a.example": {"name": "Us"}},
            },
            f"You can also {RING}, or {WRITE.format('us@a.example')}.",
        ),
        (
            {
                "calls": calls(
                    numbers=("+441632960000", "+48123456789"),
                    entries=dict.fromkeys(("+441632960000", "+48123456789"), Entry(team="repairs")),
                ),
                "mailboxes": {"damp@a.example": {"journey": "damp"}, "hub@a.example": {"team": "hub"}},
            },
            f"You can also {RING} or {ABROAD}, or {WRITE.format('hub@a.example')}.",
        ),
        ({"calls": None, "mailboxes": {"a&b@a.example": {"team": "repairs"}}},
         f"You can also {WRITE.format('a&amp;b@a.example')}."),
    ],
    ids=["neither", "a number", "what is for all", "each for something", "the only mailbox"],
)  # fmt: skip
def test_the_ways(changes: dict[str, Any], told: str) -> None:
    assert ways(replace(RULESET, digest="", **changes)) == told
