"""Texts in the console: how long a reply is before it is sent, and numbers to which a channel is closed."""

from collections.abc import Callable
from typing import Any

import pytest

from router.services import Services
from router.store import closed, enquiries, outbox, people
from router.store.engine import begin_read
from tests.integration.console.visitor import Visitor
from tests.integration.line.texting import tenant, text
from tests.landlord import route_all, shown, take_in
from tests.messages import TENANT, mail, text_message

Visit = Callable[..., Visitor]


def _enquiry(services: Services, inbound: Any) -> dict[str, Any]:
    accepted = take_in(services, inbound)
    route_all(services)
    return shown(services, accepted.contact_id)["decision"]["enquiry"]


def _contacts(services: Services, enquiry: dict[str, Any]) -> list[str]:
    with begin_read(services.record) as record:
        return enquiries.contact_ids(record, enquiry["id"])


def _replies(services: Services, enquiry: dict[str, Any]) -> list[str]:
    with begin_read(services.record) as record:
        rows = outbox.of(record, enquiry_id=enquiry["id"])
    return [row["values"]["text"] for row in rows if row["purpose"] == "reply"]


@pytest.mark.parametrize(
    "text, says",
    [
        ("We come tomorrow.", "sent as 1 text;"),
        ("x" * 200, "sent as 2 texts in one;"),
        ("Pani Łucja " + "x" * 100, "“Ł” makes each text hold 67 to 70 characters"),
        ("x" * 1_700, "sent as"),
    ],
)
def test_length_is_said_when_asked_and_nothing_is_sent(services: Services, visit: Visit, text: str, says: str) -> None:
    enquiry = _enquiry(services, text_message("my boiler is broken"))
    path = f"/enquiries/{enquiry['reference']}/actions/reply"
    ana = visit("colleague", teams=("repairs",))
    assert "lengths.js" in ana.get(path).text
    answer = ana.post(path, {"text": text, "check": "yes", "key": "one"})
    assert answer.status_code == 200
    assert says in answer.text
    assert text in answer.text
    assert _replies(services, enquiry) == []


def test_reply_that_no_text_can_hold_is_refused_in_words(services: Services, visit: Visit) -> None:
    enquiry = _enquiry(services, text_message("my boiler is broken"))
    ana = visit("colleague", teams=("repairs",))
    path = f"/enquiries/{enquiry['reference']}/actions/reply"
    answer = ana.post(path, {"text": "x" * 1_700, "key": "one"})
    assert answer.status_code == 422
    assert "characters too long" in answer.text
    assert _replies(services, enquiry) == []
    assert ana.post(path, {"text": "x" * 1_000, "key": "two"}).status_code == 303


def test_a_colleague_sees_that_files_may_have_come_which_nobody_counted(services: Services, visit: Visit) -> None:
    enquiry = _enquiry(services, text("my boiler is broken", NumMedia="many"))
    ana, told = visit("colleague", teams=("repairs",)), "Files may have come with it that were not fetched"
    assert told in ana.get(f"/enquiries/{enquiry['reference']}").text
    assert told in ana.get(f"/contacts/{_contacts(services, enquiry)[0]}").text


def test_email_has_no_such_length(services: Services, visit: Visit) -> None:
    enquiry = _enquiry(services, mail("my boiler is broken"))
    ana = visit("colleague", teams=("repairs",))
    path = f"/enquiries/{enquiry['reference']}/actions/reply"
    assert "lengths.js" not in ana.get(path).text
    assert ana.post(path, {"text": "x" * 1_700, "key": "one"}).status_code == 303


def test_who_stopped_texts_is_seen_where_a_reply_is_written(services: Services, visit: Visit) -> None:
    enquiry = _enquiry(services, text_message("my boiler is broken"))
    row = {"channel": "sms", "value": TENANT, "why": "opted-out", "since": services.clock(), "status": "STOP"}
    with services.record.begin() as connection:
        closed.close(connection, [row | {"intent_id": None, "contact_id": None}])
    page = visit("colleague", teams=("repairs",)).get(f"/enquiries/{enquiry['reference']}/actions/reply").text
    assert "They have stopped messages by text message" in page
    assert "lengths.js" not in page


@pytest.mark.parametrize(
    "why, status, says, reopens",
    [
        ("opted-out", "STOP", "They have stopped these", False),
        ("not-reached", "twilio-30006", "This is a landline", True),
    ],
)
def test_channel_that_is_closed_is_seen_on_the_customer(
    services: Services, visit: Visit, why: str, status: str, says: str, reopens: bool
) -> None:
    services.writer.submit(people.write, tenant(changed_at=services.clock())).result()
    row = {"channel": "sms", "value": TENANT, "why": why, "since": services.clock(), "status": status}
    with services.record.begin() as connection:
        closed.close(connection, [row | {"intent_id": None, "contact_id": None}])
    ana, path = visit("colleague", teams=("repairs",)), f"/customers/{tenant()['id']}"
    page = ana.get(path).text
    assert says in page
    assert ("It works again" in page) is reopens
    answer = ana.post("/addresses/works-again", {"kind": "phone", "value": TENANT, "back": path})
    assert answer.status_code == (303 if reopens else 404)
    assert (says in ana.get(path).text) is not reopens
