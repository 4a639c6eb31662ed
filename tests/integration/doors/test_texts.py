"""The door for texts: who may knock, what is made of bad input, and that a repeat makes nothing new."""

import base64
import hmac
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode

import pytest

from channels.bounds import TEXT
from tests.integration.doors.client import FORM, OURS, SMS, Doors, contact_of, fresh, text_fields
from tests.integration.doors.conftest import PUBLIC
from tests.servers.process import until
from tests.servers.provider import TOKEN, signature

MEGABYTE = 2**20


def rows(doors: Doors) -> tuple[int, int]:
    """How many contacts there are on disk, and parts that came in: what earlier tests are answered may follow later."""
    came_in = "select (select count(*) from contacts), (select count(*) from parts where not outgoing)"
    with closing(sqlite3.connect(f"file:{doors.record}?mode=ro", uri=True)) as record:
        return record.execute(came_in).fetchone()


def test_text_is_owned_acknowledged_and_explained(doors: Doors) -> None:
    contact = doors.decided(contact_of(doors.text("I can smell gas in my kitchen")))
    assert contact["owner"] == {"key": "emergency", "name": "Emergency Line"}
    assert contact["decision"]["because"] == "A gas escape goes to the emergency line at any hour."
    assert contact["explanation"]["proven"] is True
    assert any("gas escape" in sentence for sentence in contact["explanation"]["sentences"])
    assert [message["purpose"] for message in contact["messages"]] == ["acknowledgement"]


@pytest.mark.parametrize(
    "how,reason",
    [
        ({"signed": ""}, "unsigned"),
        ({"signed": "bm9uZXNlbnNl"}, "wrong-signature"),
        ({"signed": "é" * 28}, "wrong-signature"),
        ({"token": "another-token"}, "wrong-signature"),
        ({"signed_for": "https://elsewhere.example" + SMS}, "wrong-signature"),
        ({"signed_for": PUBLIC + "/channels/twilio/voice"}, "wrong-signature"),
        ({"headers": {"X-Twilio-Webhooks-Signature-Settings": "algorithm=none"}}, "wrong-signature"),
    ],
)
def test_what_is_not_signed_by_the_provider_gets_403_and_a_counter_and_nothing_else(
    doors: Doors, how: Mapping[str, str], reason: str
) -> None:
    before, counted = rows(doors), doors.refusals("twilio-sms", reason)
    how = {**how, "signed": how["signed"].encode()} if "signed" in how and not how["signed"].isascii() else how
    answer = doors.form(SMS, text_fields(), **how)
    assert (answer.status_code, answer.content) == (403, b"")
    assert rows(doors) == before
    assert doors.refusals("twilio-sms", reason) == counted + 1


def test_signature_of_another_text_is_refused(doors: Doors) -> None:
    fields = text_fields()
    made = signature(doors.url + SMS, fields)
    assert doors.form(SMS, fields | {"Body": "Pay me instead"}, signed=made).status_code == 403


@pytest.mark.parametrize(
    "base,headers",
    [
        (PUBLIC, {}),
        (PUBLIC + ":443", {}),
        (None, {}),
        ("https://hub.example", {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "hub.example"}),
        (
            "https://hub.example:8443",
            {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "hub.example", "X-Forwarded-Port": "8443"},
        ),
        ("https://hub.example", {"X-Forwarded-Proto": "https, http", "X-Forwarded-Host": "hub.example, inner"}),
        ("https://hub.example", {"Forwarded": 'for=192.0.2.7;proto=https;host="hub.example", for=10.0.0.1'}),
    ],
)
def test_signature_covers_the_url_that_the_provider_called(
    doors: Doors, base: str | None, headers: Mapping[str, str]
) -> None:
    answer = doors.form(SMS, text_fields(), signed_for=(base or doors.url) + SMS, headers=headers)
    assert answer.status_code == 200


def test_a_text_of_whom_the_network_withholds_is_taken_in_and_owned(doors: Doors) -> None:
    answer = doors.text("My tap is dripping", From="")
    assert answer.status_code == 200
    place = f"/contacts/{answer.headers['x-firstcontact-contact']}"
    until(lambda: doors.get(place)["state"] == "decided", "it is decided")
    contact = doors.get(place)
    assert (contact["sender"]["kind"], contact["owner"]["key"]) == ("unknown", "repairs")
    assert "number-withheld" in contact["decision"]["marks"]
    assert [each for each in contact["messages"] if each["audience"] == "customer"] == []


def test_a_text_that_does_not_say_how_many_files_it_has_is_taken_in_and_counted_once(doors: Doors) -> None:
    counted = doors.media("files-uncounted")
    fields = text_fields() | {"NumMedia": "many"}
    contact = doors.decided(contact_of(doors.form(SMS, fields)))
    assert doors.form(SMS, fields).status_code == 200
    assert (contact["owner"]["key"], contact["parts"][0]["marks"]) == ("repairs", ["files-uncounted"])
    assert doors.media("files-uncounted") == counted + 1


@pytest.mark.parametrize(
    "change,named",
    [
        ({"MessageSid": ""}, "MessageSid"),
        ({"To": ""}, "To"),
    ],
)
def test_genuine_form_that_cannot_be_read_names_the_field(doors: Doors, change: dict[str, str], named: str) -> None:
    before = rows(doors)
    answer = doors.text(**change)
    assert answer.status_code == 422
    assert named in answer.text
    assert rows(doors) == before


@pytest.mark.parametrize(
    "body,headers,status",
    [
        (b'{"Body": "hello"}', {"Content-Type": "application/json"}, 403),
        (b"", FORM, 422),
    ],
)
def test_body_that_is_no_form_gets_an_answer(
    doors: Doors, body: bytes, headers: Mapping[str, str], status: int
) -> None:
    url = doors.url + SMS
    answer = doors.http.post(url, content=body, headers={**headers, "X-Twilio-Signature": signature(url, {})})
    assert answer.status_code == status


def test_a_text_that_is_not_all_utf8_is_taken_in_with_the_rest_of_its_words(doors: Doors) -> None:
    url, sid = doors.url + SMS, text_fields()["MessageSid"]
    body = f"Body=I+smell+gas+at+the+caf%E9&From=%2B447700900123&MessageSid={sid}&To=%2B441632960000"
    said = {"Body": "I smell gas at the caf\udce9", "From": "+447700900123", "MessageSid": sid, "To": OURS}
    headers = {**FORM, "X-Twilio-Signature": signature_of_bytes(url, said)}
    contact = doors.decided(contact_of(doors.http.post(url, content=body.encode(), headers=headers)))
    assert (contact["owner"]["key"], contact["parts"][0]["marks"]) == ("emergency", ["text-damaged"])
    assert contact["parts"][0]["text"] == "I smell gas at the caf\ufffd"


def signature_of_bytes(url: str, fields: Mapping[str, str]) -> str:
    """The signature of a form that is not UTF-8."""
    text = (url + "".join(name + fields[name] for name in sorted(fields))).encode("utf-8", "surrogateescape")
    return base64.b64encode(hmac.digest(TOKEN.encode(), text, "sha1")).decode()


@pytest.mark.parametrize(
    "method,path,status",
    [
        ("PUT", SMS, 405),
        ("DELETE", SMS, 405),
        ("POST", "/channels/twilio/fax", 404),
        ("POST", "/channels/", 404),
        ("GET", "/channels/twilio/sms/../voice/none", 404),
    ],
)
def test_door_that_is_not_there(doors: Doors, method: str, path: str, status: int) -> None:
    assert doors.http.request(method, doors.url + path).status_code == status


def test_text_may_come_by_get(doors: Doors) -> None:
    url = f"{doors.url}{SMS}?{urlencode(text_fields())}"
    answer = doors.http.get(url, headers={"X-Twilio-Signature": signature(url, {})})
    assert doors.contact(contact_of(answer))["channel"] == "sms"


def test_body_over_the_limit_gets_413(doors: Doors) -> None:
    counted = doors.refusals("twilio-sms", "too-large")
    assert doors.text("x" * (10 * MEGABYTE + 1)).status_code == 413
    assert doors.refusals("twilio-sms", "too-large") == counted + 1


ZALGO = "Z" + "\u0301" * 500


@pytest.mark.parametrize(
    "body,kept,marks",
    [
        (" " * MEGABYTE, " " * TEXT, ["text-cut"]),
        ("x" * (10 * MEGABYTE - 400), "x" * TEXT, ["text-cut"]),
        ("😀" * 1000, "😀" * 1000, []),
        ("दीवार पर फफूंद है", "दीवार पर फफूंद है", []),
        ("المياه تتسرب 水管漏水 Протікає кран", "المياه تتسرب 水管漏水 Протікає кран", []),
        ("e\u0301", "é", []),
        ("a\x00b\x07c\x1bd", "abcd", []),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour", []),
        (ZALGO, None, []),
        ("", "", []),
        ("<script>alert(1)</script>' or 1=1; --", "<script>alert(1)</script>' or 1=1; --", []),
    ],
    ids=["spaces", "ten-megabytes", "emoji", "hindi", "scripts", "nfc", "control", "lines", "zalgo", "empty", "code"],
)
def test_any_text_is_accepted_within_the_limits(doors: Doors, body: str, kept: str | None, marks: list[str]) -> None:
    contact = doors.decided(contact_of(doors.text(body)))
    part = contact["parts"][0]
    assert part["text"] == kept or (kept is None and part["text"].startswith("Ź"))
    assert part["marks"] == marks


def test_ten_repeats_at_once_make_one_contact(doors: Doors) -> None:
    fields = text_fields("The boiler is broken again")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: doors.form(SMS, fields), range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({contact_of(answer) for answer in answers}) == 1
    (contact,) = doors.stored(fields["MessageSid"])
    whole = doors.decided(contact["id"])
    assert (len(whole["parts"]), whole["earlier_decisions"], len(whole["messages"])) == (1, [], 1)


@pytest.mark.parametrize("to", ["+441632960999", "whatsapp:+15005550006", "01632 960999"])
def test_number_that_is_not_ours_is_taken_in_and_marked(doors: Doors, to: str) -> None:
    answer = doors.text("hello, are you there?", To=to, From="+447700900777", MessageSid=fresh("SM"))
    contact = doors.decided(contact_of(answer))
    assert contact["owner"]["key"] == "hub"
    assert "recipient-unknown" in contact["decision"]["marks"]


STATUS = "/channels/twilio/status"


def test_receipt_is_kept_before_its_message_is_known_and_repeats_make_nothing_new(doors: Doors) -> None:
    fields = {"MessageSid": fresh("SM"), "MessageStatus": "delivered", "AccountSid": "AC1"}
    for _ in range(3):
        assert doors.form(STATUS, fields).status_code == 200
    with closing(sqlite3.connect(f"file:{doors.record}?mode=ro", uri=True)) as record:
        count = "select count(*) from receipts where provider_id = ?"
        assert record.execute(count, (fields["MessageSid"],)).fetchone() == (1,)
    assert doors.form(STATUS, fields, signed="").status_code == 403
    assert doors.form(STATUS, fields | {"MessageSid": ""}).status_code == 422


def test_stop_is_obeyed_and_opens_no_enquiry(doors: Doors) -> None:
    contact = doors.decided(contact_of(doors.text("STOP", From="+447700900778")))
    assert (contact["decision"]["enquiry"], contact["messages"]) == (None, [])
    with closing(sqlite3.connect(f"file:{doors.record}?mode=ro", uri=True)) as record:
        found = record.execute("select channel, why from closed_points where value = '+447700900778'").fetchall()
    assert found == [("sms", "opted-out")]


@pytest.mark.parametrize("sender", ["anonymous", "+266696687", "AMAZON", "62226", "+999", "☎" * 400])
def test_sender_of_any_kind_is_taken_in(doors: Doors, sender: str) -> None:
    contact = doors.decided(contact_of(doors.text("My tap is dripping", From=sender)))
    assert contact["owner"]["key"] == "repairs"
