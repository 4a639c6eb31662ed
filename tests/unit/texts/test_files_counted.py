"""How many files a text says it has: what can be read of it is believed, and what cannot costs no words."""

from urllib.parse import urlencode

import pytest

from channels import twilio_sms
from channels.adapter import Request
from tests.landlord import TUESDAY

NAMED = {f"MediaUrl{index}": f"https://api.twilio.com/{index}" for index in range(12)}


@pytest.mark.parametrize(
    "declared, named, noted, uncounted",
    [
        ("0", 0, 0, False),
        ("", 0, 0, False),
        (" 2 ", 2, 2, False),
        ("10", 12, 10, False),
        ("9" * 5_000, 12, 10, False),
        ("many", 0, 0, True),
        ("-1", 0, 0, True),
        ("1.0", 1, 1, True),
        ("２", 2, 2, True),
        ("0x3", 12, 10, True),
    ],
)
def test_files_are_noted_as_far_as_they_are_known(declared: str, named: int, noted: int, uncounted: bool) -> None:
    fields = {"MessageSid": "SM1", "From": "+447700900123", "To": "+441632960001", "Body": "Look at this"}
    fields |= {"NumMedia": declared} | dict(list(NAMED.items())[:named])
    headers = {"content-type": "application/x-www-form-urlencoded"}
    url = ("https://hub.example/channels/twilio/sms",)
    text = twilio_sms.parse(Request("POST", url, headers, urlencode(fields).encode(), TUESDAY))
    assert text.text == "Look at this"
    assert sum(name.endswith("_url") for name in text.facts) == noted
    assert [mark for mark in text.marks if mark == "files-uncounted"] == ["files-uncounted"] * uncounted
    assert ("media-not-fetched" in text.marks) is bool(noted)
