"""Whose number a text is from: read as of the landlord's country, and taken in where nobody says."""

from urllib.parse import urlencode

import pytest

from channels import twilio_sms, twilio_voice
from channels.adapter import Request
from channels.inbound import Inbound, PointKind
from rules.load import load_checked
from tests.landlord import FOLDER, TUESDAY


def posted(fields: dict[str, str], region: str) -> Request:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Request("POST", ("https://hub.example/x",), headers, urlencode(fields).encode(), TUESDAY, {}, region)


@pytest.mark.parametrize("region,value", [("PL", "+48512345678"), ("GB", "+44512345678")])
def test_a_number_without_its_country_is_one_of_the_landlord_s(region: str, value: str) -> None:
    fields = {"MessageSid": "SM1", "CallSid": "CA1", "From": "512 345 678", "To": "512 345 679", "Body": "hello"}
    text = twilio_sms.parse(posted(fields, region))
    assert text.sender.value == value
    call = twilio_voice._call(posted(fields, region), fields)
    assert isinstance(call, Inbound)
    assert call.sender.value == text.sender.value
    assert call.recipients[0].kind is PointKind.PHONE


@pytest.mark.parametrize("never,warned", [
    ("[phone, sms]", True),
    ("[phone, sms, whatsapp]", False),
    ("[phone]", False),
    ("[sms], only: [email]", False),
])  # fmt: skip
def test_an_adjustment_that_forbids_texts_and_leaves_whatsapp_is_warned_of(never: str, warned: bool) -> None:
    text = (FOLDER / "landlord.yaml").read_text()
    assert "never: [phone, sms, whatsapp]" in text
    _, problems = load_checked(
        {"landlord.yaml": text.replace("never: [phone, sms, whatsapp]", f"never: {never}").encode()}
    )
    said = [each for each in problems if "forbids texts" in each.message]
    assert bool(said) is warned
    if warned:
        assert (said[0].severity, said[0].mark.line > 1) == ("warning", True)
        assert "`no-telephone` forbids texts, and messages by WhatsApp remain allowed" in said[0].message
