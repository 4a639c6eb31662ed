"""Facts as other systems write them: read by the documented fields, or refused with the field's name."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fields import FIELDS
from rules.given import WrongFactError, read_given
from tests.landlord import small_landlord

RULES = small_landlord().ruleset
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    "written,facts",
    [
        ({}, {}),
        ({"channel": "sms", "journey": None}, {"channel": "sms"}),
        ({"sender.known": True}, {"sender.known": True}),
        ({"sender": {"known": "no"}}, {"sender.known": False}),
        ({"customer": {"household": ["young-child"]}}, {"customer.household": frozenset({"young-child"})}),
        ({"customer.household": "young-child"}, {"customer.household": frozenset({"young-child"})}),
        ({"repeat_contacts": 2, "confidence": 0.5}, {"repeat_contacts": 2, "confidence": 0.5}),
        ({"menu": 1}, {"menu": "1"}),
        ({"says": "rats"}, {"text": "rats"}),
        ({"says": "rats", "text": "mice"}, {"text": "mice"}),
    ],
)
def test_facts_are_read(written: dict[str, Any], facts: dict[str, Any]) -> None:
    assert read_given(written, RULES).facts == facts


@pytest.mark.parametrize(
    "written,moment",
    [
        ("2026-01-05T09:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-07-06 09:00", datetime(2026, 7, 6, 8, tzinfo=UTC)),
        ("2026-07-06T09:00+02:00", datetime(2026, 7, 6, 7, tzinfo=UTC)),
        ("2026-07-06T09:00Z", datetime(2026, 7, 6, 9, tzinfo=UTC)),
        ("2026-07-06", datetime(2026, 7, 5, 23, tzinfo=UTC)),
        (None, None),
    ],
)
def test_moment_is_local_unless_it_has_a_zone(written: str | None, moment: datetime | None) -> None:
    assert read_given({"at": written}, RULES).at == moment


@pytest.mark.parametrize(
    "written,said",
    [
        ({"chanel": "sms"}, "chanel is no field; did you mean channel?"),
        ({"x" * 50: 1}, "is no field"),
        ({"weekday": "monday"}, "weekday is computed from the moment: give `at`"),
        ({"channel": True}, "channel is not text"),
        ({"channel": ["sms"]}, "channel is not text"),
        ({"customer": {"household": [1]}}, "customer.household is not a list of values"),
        ({"repeat_contacts": True}, "repeat_contacts is not a number"),
        ({"sender.known": "perhaps"}, "sender.known is neither true nor false"),
        ({"sender.known": 1}, "sender.known is neither true nor false"),
        ({"channel": "fax"}, "channel: fax is none of its values; there are"),
        ({"journey": "repairs"}, "journey: repairs is none of its values; did you mean repair?"),
        ({"customer.household": ["cat"]}, "customer.household: cat is none of its values"),
        ({"kind": "mesage"}, "kind: mesage is none of its values; did you mean message?"),
        ({"at": "soon"}, "at is not a time"),
        ({"at": 5}, "at is not a time"),
    ],
)
def test_wrong_fact_is_named(written: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongFactError, match=said.replace("?", r"\?")):
        read_given(written, RULES)


@given(st.dictionaries(st.sampled_from([*FIELDS, "at", "says", "customer", "sender"]) | st.text(max_size=8), ANYTHING))
def test_anything_is_read_or_refused(written: dict[str, Any]) -> None:
    try:
        given = read_given(written, RULES)
    except WrongFactError:
        return
    assert given.facts.keys() <= FIELDS.keys()
