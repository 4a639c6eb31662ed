"""A call's page: by text relay or not, and how it ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.inbound import Progress
from router.services import Services
from router.store import call_ends, relay
from router.store.call_ends import Ending, Heard
from router.store.engine import begin_read
from router.store.schema import contacts, events
from router.telephony.course import CallEnding
from tests.integration.console.live_calls import going_on
from tests.integration.console.visitor import PASSWORD_HASH, Visitor
from tests.landlord import TUESDAY, route_all, take_in
from tests.messages import call, text_message


@pytest.fixture
def colleague(services: Services) -> Visitor:
    return Visitor(services).signed_in(["colleague"], ["hub"], PASSWORD_HASH)


def a_call(services: Services) -> str:
    accepted = take_in(services, call("CA1", "call", Progress.ENOUGH))
    route_all(services)
    return accepted.contact_id


def test_an_enquiry_and_a_call_that_goes_on_lead_to_the_call_itself(services: Services, colleague: Visitor) -> None:
    contact = going_on(services)
    reference = contact["decision"]["enquiry"]["reference"]
    for path in (f"/calls/{contact['id']}", f"/enquiries/{reference}"):
        assert colleague.get(path).text.count(f'href="/contacts/{contact["id"]}">This call by itself') == 1, path


def test_a_colleague_marks_a_call_and_takes_the_mark_away(services: Services, colleague: Visitor) -> None:
    id_ = a_call(services)
    assert "1 8 0 0 2" not in colleague.get(f"/contacts/{id_}").text
    page = colleague.follow(colleague.post(f"/contacts/{id_}/text-relay", {"relay": "yes"})).text
    assert "dial 1 8 0 0 2 before the number" in page
    assert "The call came by text relay" in page
    colleague.post(f"/contacts/{id_}/text-relay", {"relay": "yes"})
    page = colleague.follow(colleague.post(f"/contacts/{id_}/text-relay", {"relay": "no"})).text
    assert "dial 1 8 0 0 2" not in page
    with begin_read(services.record) as record:
        told = record.execute(select(events.c.kind, events.c.actor).where(events.c.kind.startswith("text-relay"))).all()
        assert "prefix" not in record.execute(select(contacts.c.sender)).scalar_one()
    assert [row.kind for row in told] == [relay.MARKED, relay.UNMARKED]
    assert {row.actor for row in told} == {f"user:{colleague.user['id']}"}


def test_only_a_call_can_be_marked(services: Services, colleague: Visitor) -> None:
    text = take_in(services, text_message("My tap drips")).contact_id
    assert colleague.post(f"/contacts/{text}/text-relay", {"relay": "yes"}).status_code == 404
    assert "text relay" not in colleague.get(f"/contacts/{text}").text


ENDS = [
    (CallEnding.ANSWERED, 200, 65, ["a colleague talked to the caller", "Answered after 1 minute and 5 seconds",
                                 "The whole call took 3 minutes and 20 seconds"]),
    (CallEnding.ABANDONED_WAITING, 61, 61, ["hung up while they waited", "On the line for 1 minute and 1 second"]),
    (CallEnding.ABANDONED, 4, 4, ["before they were put through to anybody", "On the line for 4 seconds"]),
]  # fmt: skip


@pytest.mark.parametrize("outcome,seconds,waited,words", ENDS, ids=[case[0] for case in ENDS])
def test_how_a_call_ended_is_said_once(
    services: Services, colleague: Visitor, outcome: CallEnding, seconds: int, waited: int, words: list[str]
) -> None:
    id_ = a_call(services)
    for known in (Ending("failed", TUESDAY, 1, 1), Ending(str(outcome), TUESDAY, seconds, waited)):
        heard = Heard(id_, services.clock() + timedelta(seconds=1), lambda _, known=known: known)
        services.writer.submit(call_ends.settle, heard).result()
    with begin_read(services.record) as record:
        enquiry = record.execute(select(events.c.enquiry_id).where(events.c.enquiry_id.is_not(None))).scalars().first()
    for path in (f"/contacts/{id_}", f"/enquiries/{enquiry}"):
        page = colleague.get(path).text
        assert [each for each in words if each not in page] == []
        assert "The call broke down" not in page


@pytest.mark.parametrize("by,said", [
    ("none", "All"),
    ("hour", "12:00"),
    ("team", "(put through to nobody)"),
    ("adjusted", "fewer than 5"),
])  # fmt: skip
def test_the_report_is_a_page(services: Services, by: str, said: str) -> None:
    heard = Heard(a_call(services), services.clock(), lambda _: Ending("abandoned", TUESDAY, 9, 9))
    services.writer.submit(call_ends.settle, heard).result()
    supervisor = Visitor(services).signed_in(["supervisor"], [], PASSWORD_HASH)
    answer = supervisor.get(f"/figures?report=calls&by={by}&since=2026-03-01&until=2099-12-31")
    assert answer.status_code == 200
    page = answer.text
    for heading in ("Hung up at once", "Given up while waiting", "Called back", "Time to answer"):
        assert heading in page
    assert said in page
