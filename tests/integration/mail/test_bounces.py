"""What comes back: which address no longer works, who is told, and which way the next answer goes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.inbound import Address, Kind, PointKind
from channels.senders import OutboundMessage, Result, Sent
from router import outbound, tokens
from router.acting import Ordered, act
from router.enquiry.actions import Actor
from router.enquiry.orders import Reply, Resolve
from router.services import Services
from router.store import enquiries, history, outbox, people
from router.store.engine import begin_read
from tests.landlord import route_all, shown, take_in
from tests.messages import NOON, mail
from tests.servers.postbox import Postbox

JO, PHONE = "jo@home.example", "+447700900001"
PORTAL = Actor("key:portal", everywhere=True)
PASS = {"auth": "pass"}
DAEMON = "mailer-daemon@mx.example"
GONE = {"bounce.permanent": "yes", "bounce.status": "5.1.1", "bounce.recipient": JO}
FULL = {"bounce.permanent": "no", "bounce.status": "4.2.2", "bounce.recipient": JO}


def comes_in(services: Services, inbound: Any) -> dict[str, Any]:
    accepted = take_in(services, inbound)
    route_all(services)
    return shown(services, accepted.contact_id)["decision"]


def known(services: Services) -> None:
    row = {"id": "0" * 26, "reference": "T1", "name": "Jo Sample", "kind": "tenant", "language": None, "facts": {}}
    row |= {"adjustments": {}, "preferences": [], "source_digest": "", "changed_at": NOON}
    points = (("email", JO, ""), ("phone", PHONE, ""))
    services.writer.submit(people.write, row | {"points": points}).result()


def failing(services: Services) -> list[str]:
    with begin_read(services.record) as record:
        return [value for _, value in people.failing(record, [("email", JO), ("email", "sam@home.example")])]


def begun(services: Services, postbox: tuple[Postbox, int]) -> tuple[dict[str, str], str]:
    """An enquiry of Jo's that was acknowledged, and the Message-ID of that."""
    enquiry = comes_in(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    outbound.send_due(services)
    [ours] = [each["Message-ID"].strip("<>") for each in postbox[0].letters if each["To"] == JO]
    return enquiry, ours


def report(about: str, facts: dict[str, str], **more: Any) -> Any:
    return mail("Not delivered", DAEMON, kind=Kind.BOUNCE, facts={**facts, "bounce.about": about}, **more)


def kinds(services: Services, enquiry: dict[str, str]) -> list[str]:
    with begin_read(services.record) as record:
        return [event["kind"] for event in history.of_one(record, enquiry["id"])]


def notices(services: Services, enquiry: dict[str, str]) -> list[str]:
    with begin_read(services.record) as record:
        rows = outbox.of(record, enquiry_id=enquiry["id"])
    whole = [row for row in rows if row["audience"] == "team" and not row["channel"]]
    return [row["values"]["news"] for row in whole]


@pytest.mark.parametrize(
    "facts, about, fails, told",
    [
        (GONE, "{ours}", True, True),
        (GONE, "<{ours}>", True, True),
        (FULL, "{ours}", False, False),
        # Nobody can say of an address that it does not work who does not have what was sent to it.
        (GONE, "", False, False),
        (GONE, "{other}", False, False),
    ],
)
def test_what_a_report_does(
    services: Services, postbox: tuple[Postbox, int], facts: dict[str, str], about: str, fails: bool, told: bool
) -> None:
    enquiry, ours = begun(services, postbox)
    other = "a" * 31 + ".01jdpx0000000000000000000a@mill-lane.example"
    decision = comes_in(services, report(about.format(ours=ours, other=other), facts))
    proven = "ours" in about
    assert decision["how"] == "recorded"
    assert (decision["enquiry"] or {}).get("id") == (enquiry["id"] if proven else None)
    assert failing(services) == ([JO] if fails else [])
    assert ("returned" in kinds(services, enquiry)) is proven
    assert ("undelivered" in notices(services, enquiry)) is told


def test_what_came_back_to_the_return_path_of_a_reply(services: Services) -> None:
    enquiry = comes_in(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    token = tokens.keys_of(services.settings).issue(enquiry["id"], enquiry["reference"], JO)
    to = (Address(PointKind.EMAIL, f"repairs+{token}@mill-lane.example"),)
    assert comes_in(services, report("", GONE, recipients=to))["enquiry"]["id"] == enquiry["id"]
    assert failing(services) == [JO]


def test_the_next_answer_goes_another_way(services: Services, postbox: tuple[Postbox, int]) -> None:
    known(services)
    texts: list[OutboundMessage] = []

    def text(message: OutboundMessage) -> Result:
        texts.append(message)
        return Sent("SM1")

    enquiry, ours = begun(services, postbox)
    comes_in(services, report(ours, GONE))
    act(services, Ordered(enquiry["id"], Reply("We come on Friday."), PORTAL, "1"))
    outbound.send_due(replace(services, senders={**services.senders, "sms": text}))
    [sent] = [each for each in texts if "Friday" in each.text]
    assert sent.address.value == PHONE
    assert not [each for each in postbox[0].letters if each["To"] == JO and "Friday" in str(each)]


def test_without_another_way_a_person_sees_to_it(services: Services, postbox: tuple[Postbox, int]) -> None:
    enquiry, ours = begun(services, postbox)
    comes_in(services, report(ours, GONE))
    act(services, Ordered(enquiry["id"], Reply("We come on Friday."), PORTAL, "1"))
    outbound.send_due(services)
    with begin_read(services.record) as record:
        [row] = [each for each in outbox.of(record, enquiry_id=enquiry["id"]) if each["purpose"] == "reply"]
    assert row["state"] == outbox.TO_PERSON
    assert "came back" in row["trouble"]


@pytest.mark.parametrize(
    "inbound, works",
    [
        (mail("I am here", JO, facts=PASS), True),
        (mail("I am away", JO, facts=PASS, kind=Kind.AUTOMATIC_REPLY), False),
        (mail("I am here", "sam@home.example", facts=PASS), False),
    ],
)
def test_mail_from_it_says_that_it_works_again(
    services: Services, postbox: tuple[Postbox, int], inbound: Any, works: bool
) -> None:
    _, ours = begun(services, postbox)
    comes_in(services, report(ours, GONE))
    comes_in(services, inbound)
    assert failing(services) == ([] if works else [JO])


def test_a_report_neither_reopens_nor_is_lost_on_the_team(services: Services, postbox: tuple[Postbox, int]) -> None:
    enquiry, ours = begun(services, postbox)
    act(services, Ordered(enquiry["id"], Resolve("done", True), PORTAL, "1"))
    comes_in(services, report(ours, GONE))
    with begin_read(services.record) as record:
        [row] = enquiries.get(record, [enquiry["id"]])
    assert row["state"] == "resolved"
    before = len(postbox[0].letters)
    outbound.send_due(services)
    told = [
        str(each["Subject"]) for each in postbox[0].letters[before:] if each["To"] == "repairs-team@mill-lane.example"
    ]
    assert [each.startswith("Did not arrive") for each in told].count(True) == 1


@pytest.mark.parametrize(
    "answer, state, fails, told",
    [
        ("550 5.1.1 no such user", outbox.FAILED, True, True),
        ("550 5.7.1 refused by policy", outbox.FAILED, False, True),
        ("451 4.7.1 try again later", outbox.PENDING, False, False),
    ],
)
def test_what_the_mail_server_says_at_once(
    services: Services, postbox: tuple[Postbox, int], answer: str, state: str, fails: bool, told: bool
) -> None:
    postbox[0].to_recipient = answer
    enquiry = comes_in(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    outbound.send_due(services)
    with begin_read(services.record) as record:
        rows = [each for each in outbox.of(record, enquiry_id=enquiry["id"]) if each["audience"] == "customer"]
    assert [row["state"] for row in rows] == [state]
    assert failing(services) == ([JO] if fails else [])
    assert ("undelivered" in notices(services, enquiry)) is told


def test_what_was_refused_for_now_leaves_once_it_is_taken(services: Services, postbox: tuple[Postbox, int]) -> None:
    postbox[0].to_recipient = "451 try again later"
    comes_in(services, mail("my boiler is broken", JO, facts=PASS))
    outbound.send_due(services)
    postbox[0].to_recipient = "250 OK"
    for seconds in (1, 4, 10, 600):
        outbound.send_due(replace(services, clock=lambda seconds=seconds: NOON + timedelta(seconds=seconds)))
    assert len([each for each in postbox[0].letters if each["To"] == JO]) == 1
