"""An enquiry, a contact, a customer and what is searched for, as the engine left them in the record."""

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from router.acting import Ordered, act
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.services import Services
from router.store import enquiries, people
from router.store.engine import begin_read, begin_write
from router.store.ids import new_id
from router.store.schema import enquiries as table
from tests.integration.console.visitor import Clock, Visitor
from tests.landlord import TUESDAY, route_all, take_in
from tests.messages import TENANT, mail, text_message

Visit = Callable[..., Visitor]
CUSTOMER = "01" + "c" * 24
ANN: dict[str, Any] = {
    "id": CUSTOMER,
    "reference": "ML-7",
    "name": "Ann <Tenant>",
    "kind": "tenant",
    "language": "pl",
    "facts": {"tenure": "general-needs", "vulnerabilities": ["hearing"], "household": ["young-child"]},
    "adjustments": {"email-only": "", "times": "10:00-14:00", "not-in-the-catalogue": ""},
    "preferences": ["email", "a quiet room"],
    "source_digest": "",
    "points": (("phone", TENANT, "18001"), ("email", "ann@home.example", "")),
}


@pytest.fixture
def ann(services: Services) -> str:
    """A customer with two adjustments that the catalogue has and one that it has not."""
    services.writer.submit(people.write, ANN | {"changed_at": services.clock()}).result()
    return CUSTOMER


def routed(services: Services, *inbounds: Any) -> dict[str, Any]:
    """The enquiry that these contacts led to, the first of several."""
    for inbound in inbounds:
        take_in(services, inbound)
    route_all(services)
    with begin_read(services.record) as record:
        return enquiries.page(record, [table.c.id != ""], None, 50)[-1]


def shown(visitor: Visitor, path: str) -> str:
    """A page's text as a person reads it."""
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_enquiry_says_whose_it_is_why_and_what_was_said(visit: Visit, services: Services) -> None:
    first = text_message("There are rats in my loft", at=TUESDAY - timedelta(hours=2))
    second = text_message("The rats are still there", at=TUESDAY - timedelta(hours=1))
    enquiry = routed(services, first, second)
    page = shown(visit("colleague"), f"/enquiries/{enquiry['reference']}")
    for words in (
        f"Enquiry {enquiry['reference']}",
        "Pests",
        "What they said last",
        "07700 900001, not known to us",
        "Rule “everyone else” decides that it goes to Repairs",
        "Every journey has its team.",
        "Worked out again just now, it comes out the same.",
        "Had the journey been Gas escape",
        "Another contact about the same matter",
        "Opened with Repairs",
        "Due: visit",
    ):
        assert words in page
    places = [page.rindex(text) for text in ("There are rats", "The rats are still there", "Another contact about")]
    assert places == sorted(places)


@pytest.mark.parametrize("as_written", ["{}", " {} ", "{0[0]}{0[1]}{0[2]}{0[3]} {0[5]}{0[6]}{0[7]}{0[8]}{0[10]}"])
def test_enquiry_is_found_however_its_reference_is_written(visit: Visit, services: Services, as_written: str) -> None:
    enquiry = routed(services, text_message("There are rats in my loft"))
    written = as_written.format(enquiry["reference"]).lower()
    visitor = visit("colleague")
    found = visitor.get(f"/search?q={written}")
    assert (found.status_code, found.headers["location"]) == (303, f"/enquiries/{enquiry['reference']}")
    assert visitor.get(f"/enquiries/{enquiry['id']}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/enquiries/AAAA-BBBB-C", "/enquiries/%00", "/customers/x", "/contacts/x", "/enquiries/" + "9" * 3000]
)
def test_what_there_is_not_is_said_on_a_page(visit: Visit, path: str) -> None:
    answer = visit("colleague").get(path)
    assert (answer.status_code, "There is n" in answer.text) == (404, True)


def test_adjustments_stand_before_all_else_and_apart_from_wishes(visit: Visit, services: Services, ann: str) -> None:
    enquiry = routed(services, text_message("There are rats in my loft"))
    visitor = visit("colleague", teams=("repairs",))
    page = shown(visitor, f"/enquiries/{enquiry['reference']}")
    serve = page[page.index("How to serve them") : page.index("The steps") if "The steps" in page else None]
    for words in ("Email only", "We only ever write to them by email.", "Certain times: 10:00-14:00", "Polish"):
        assert words in serve
    assert "It is not in the catalogue: ask." in serve
    assert "A person has to answer." in serve
    customer = shown(visitor, f"/customers/{ann}")
    duties, wishes = customer.index("Adjustments"), customer.index("What they would like")
    assert duties < customer.index("Email only") < wishes < customer.index("A quiet room") < customer.index("Hearing")
    assert "18001 07700 900001" in customer
    assert enquiry["reference"] in customer[customer.index("Open enquiries") : customer.index("Past enquiries")]
    queue = shown(visitor, "/queue")
    assert ("Email only" in queue, "Certain times" in queue, "Ann <Tenant>" in queue) == (True, True, True)


@pytest.mark.parametrize("typed", ["07700 900001", "+44 7700 900001", "18001 07700900001", "ANN@home.example", "ml-7"])
def test_customer_is_found_by_exactly_what_they_say(visit: Visit, ann: str, typed: str) -> None:
    page = visit("colleague").send("GET", "/search", params={"q": typed}).text
    assert f'href="/customers/{ann}"' in page


@pytest.mark.parametrize("typed", ["", "  ", "0770", "ann", "%", "' or 1=1 --", "07700 900002", "ann@home", "\ud83d"])
def test_nobody_is_found_by_less(visit: Visit, ann: str, typed: str) -> None:
    answer = visit("colleague").send("GET", "/search", params={"q": typed.encode("utf-8", "replace").decode()})
    assert (answer.status_code, ann in answer.text) == (200, False)


def test_enquiries_of_somebody_unknown_are_found_by_their_address(visit: Visit, services: Services) -> None:
    enquiry = routed(services, mail("There are rats in my loft", sender="stranger@home.example"))
    assert enquiry["reference"] in visit("colleague").get("/search?q=stranger@home.example").text


def test_what_colleagues_did_is_on_the_timeline_under_their_names(
    visit: Visit, services: Services, clock: Clock
) -> None:
    enquiry = routed(services, text_message("There are rats in my loft"))
    visitor = visit("colleague", teams=("repairs",))
    actor = Actor(f"user:{visitor.user['id']}", frozenset({"repairs"}))
    for order in (
        orders.Take(),
        orders.Note("Look at <b>the roof</b>"),
        orders.Ask("complaints", "Is there a complaint?"),
        orders.Wait(services.clock() + timedelta(days=2), "customer", "They look for the hole"),
        orders.PromiseCallback(services.clock() + timedelta(hours=1), services.clock() + timedelta(hours=2)),
        orders.Reply("We come on Friday."),
    ):
        clock.move(timedelta(minutes=1))
        state = act(services, Ordered(enquiry["id"], order, actor, new_id()))
    page = shown(visitor, f"/enquiries/{enquiry['reference']}")
    for words in (
        "Taken by Sam Reed",
        "Look at <b>the roof</b>",
        "Complaints was asked",
        "Not answered yet",
        "They look for the hole",
        "A call was promised",
        "We come on Friday.",
        "Repairs, with Complaints",
    ):
        assert words in page
    assert enquiry["reference"] not in shown(visitor, "/queue?has=mine")
    queue = shown(visitor, "/queue?has=waiting")
    assert ("Call promised by" in queue, "Waits until" in queue, enquiry["reference"] in queue) == (True, True, True)
    for order in (
        orders.TryCallback(state.promised[0].id, "reached"),
        orders.Resolve("answered", at_first_contact=False),
    ):
        act(services, Ordered(enquiry["id"], order, actor, new_id()))
    assert "Resolved" in shown(visitor, f"/enquiries/{enquiry['reference']}")
    assert enquiry["reference"] not in shown(visitor, "/queue")


def test_an_enquiry_whose_rules_are_gone_is_shown_all_the_same(visit: Visit, services: Services) -> None:
    enquiry = routed(services, text_message("There are rats in my loft"))
    with begin_write(services.record) as record:
        record.execute(table.update().values(team="long-gone", journey="long-gone", also=["gone-too"]))
    page = shown(visit("supervisor"), f"/enquiries/{enquiry['reference']}")
    assert ("long-gone" in page, "gone-too" in page) == (True, True)


@pytest.mark.parametrize("auth, known", [("fail", False), ("pass", True)])
def test_a_mail_that_failed_its_checks_is_not_taken_to_be_from_the_customer(
    services: Services, visit: Visit, ann: str, auth: str, known: bool
) -> None:
    facts = {"spf": auth, "dkim": "none", "dmarc": auth, "auth": auth, "aligned": "no"}
    inbound = replace(mail("My rent", sender="ann@home.example"), facts=facts)
    enquiry = routed(services, inbound)
    assert (enquiry["customer_id"] == ann) is known
    page = shown(visit("colleague", teams=("hub",)), f"/enquiries/{enquiry['reference']}")
    assert ("may not come from the address it names" in page) is not known
    contact = shown(visit("colleague", teams=("hub",)), f"/contacts/{enquiry['first_contact_id']}")
    assert ("not proven, may be forged; SPF: fail" in contact) is not known
    assert ("proven; SPF: pass" in contact) is known
    assert "Ann <Tenant>" in contact
    assert "By email only" in contact or "Email only" in contact
