"""The queue: in the order to take things up, a page at a time by its place, and cheap however much there is."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from channels.email import parse
from router.console.queue import PAGE, place_of, written
from router.references import new_reference
from router.services import Services
from router.store import queues
from router.store.bulk import insert_rows
from router.store.engine import begin_read, begin_write
from router.store.ids import new_id
from router.store.queues import NEVER, QueueFilter, QueuePlace, place
from router.store.schema import contacts, enquiries
from tests.integration.console.visitor import Visitor
from tests.landlord import TUESDAY, publish_small, route_all, take_in
from tests.messages import mail, text_message

Visit = Callable[..., Visitor]
TEAMS = ("complaints", "emergency", "hub", "repairs")
ROW = re.compile(r'href="/enquiries/([\w-]+)"')


def enquiry(
    team: str = "repairs", priority: str = "normal", due: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """The row of an enquiry, open unless told."""
    moment = {"respond": due.isoformat()} if due else {}
    row = {
        "id": new_id(),
        "reference": new_reference(),
        "party": "phone:+447700900001",
        "customer_id": None,
        "journey": "repair",
        "team": team,
        "also": [],
        "state": "open",
        "opened_at": TUESDAY,
        "resolved_at": None,
        "first_contact_id": new_id(),
        "colleague": None,
        "waiting_until": None,
        "callback_by": None,
    }
    return row | place(priority, moment) | more


def put(services: Services, *rows: dict[str, Any]) -> None:
    with begin_write(services.record) as record:
        insert_rows(record, enquiries, rows)


def references(page: str) -> list[str]:
    return ROW.findall(page)


def soon(hours: int) -> datetime:
    return TUESDAY + timedelta(hours=hours)


def test_the_most_urgent_comes_first_then_what_is_due_soonest_then_the_oldest(visit: Visit, services: Services) -> None:
    rows = [
        enquiry(),
        enquiry(),
        enquiry(due=soon(5)),
        enquiry(due=soon(-1)),
        enquiry(priority="emergency", due=soon(9)),
        enquiry(priority="high"),
        enquiry(priority="low", due=soon(1)),
        enquiry(state="resolved", priority="emergency"),
        enquiry(team="hub", priority="emergency"),
    ]
    put(services, *rows)
    page = visit("colleague", teams=("repairs",)).get("/queue").text
    assert references(page) == [rows[at]["reference"] for at in (4, 5, 3, 2, 0, 1, 6)]
    assert page.count("Overdue") == 1
    assert "7 open enquiries" in page


def pages(visitor: Visitor, address: str) -> Iterator[str]:
    """Every page of a list, by its own links."""
    while address:
        page = visitor.get(address).text
        yield page
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""


def test_every_enquiry_is_on_exactly_one_page(visit: Visit, services: Services) -> None:
    rows = [
        enquiry(team, priority, soon(hour % 3) if hour % 2 else None)
        for team in ("repairs", "hub")
        for priority in ("emergency", "normal")
        for hour in range(20)
    ]
    put(services, *rows)
    everything = list(pages(visit("supervisor"), "/queue?team=all"))
    seen = [reference for page in everything for reference in references(page)]
    assert len(everything) == -(-len(rows) // PAGE)
    assert (len(seen), set(seen)) == (len(rows), {row["reference"] for row in rows})
    assert seen == [row["reference"] for row in sorted(rows, key=lambda row: (row["rank"], row["due_at"], row["id"]))]
    both = visit("colleague", teams=("repairs", "hub"))
    assert [reference for page in pages(both, "/queue") for reference in references(page)] == seen


@pytest.mark.parametrize(
    "address,expected",
    [
        ("/queue", ["mine", "open", "other"]),
        ("/queue?journey=pests", ["other"]),
        ("/queue?has=nobody", ["open", "other"]),
        ("/queue?has=mine", ["mine"]),
        ("/queue?has=everybody&journey=&team=nothing&after=no.place.at-all", ["mine", "open", "other"]),
        ("/queue?team=hub", ["mine", "open", "other"]),
    ],
)
def test_a_queue_is_narrowed_down(visit: Visit, services: Services, address: str, expected: list[str]) -> None:
    visitor = visit("colleague", teams=("repairs",))
    rows = {
        "mine": enquiry(colleague=visitor.user["id"]),
        "open": enquiry(),
        "other": enquiry(journey="pests"),
        "not ours": enquiry("hub"),
    }
    put(services, *rows.values())
    assert references(visitor.get(address).text) == [rows[name]["reference"] for name in expected]


@pytest.mark.parametrize(
    "roles,teams,choices",
    [
        (("colleague",), (), []),
        (("colleague",), ("hub",), []),
        (("colleague",), ("hub", "repairs"), ["mine", "hub", "repairs"]),
        (("supervisor",), (), ["all", "hub", "repairs", "emergency", "complaints"]),
        (("supervisor",), ("hub",), ["mine", "all", "hub", "repairs", "emergency", "complaints"]),
    ],
)
def test_whose_queues_one_may_choose_from(
    visit: Visit, roles: tuple[str, ...], teams: tuple[str, ...], choices: list[str]
) -> None:
    page = visit(*roles, teams=teams).get("/queue").text
    select = re.search(r'<select[^>]*id="team".*?</select>', page, re.DOTALL)
    assert re.findall(r'<option value="(\w+)"', select[0] if select else "") == choices
    assert ("You are in no team yet" in page) is (not teams and "supervisor" not in roles)


@pytest.mark.parametrize("at", [QueuePlace(0, NEVER, "0" * 26), QueuePlace(3, TUESDAY, "01m867fq30kgq1px6y3bwpw7jc")])
def test_a_place_comes_back_from_an_address(at: QueuePlace) -> None:
    assert place_of(written(at)) == at


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3", "x.2." + "0" * 26, "1.x." + "0" * 26, "1.9." + "9" * 26, "1." * 9]
)
def test_what_is_no_place_is_the_beginning(text: str) -> None:
    assert place_of(text) is None


def test_what_the_rules_decided_is_shown_with_who_it_is_and_what_they_need(visit: Visit, services: Services) -> None:
    take_in(services, text_message("My tap is dripping <b>badly</b>"))
    take_in(services, mail("There are rats in my loft", sender="someone@home.example"))
    route_all(services)
    page = visit("colleague", teams=("repairs",)).get("/queue").text
    assert "07700 900001" in page
    assert "someone@home.example" in page
    assert page.count("(not known to us)") == 2


def test_contacts_that_could_not_be_decided_are_shown_to_the_fallback_team(visit: Visit, services: Services) -> None:
    accepted = take_in(services, text_message("My tap is dripping"))
    with begin_write(services.record) as record:
        record.execute(contacts.update().values(state="set-aside", trouble="UnexpectedError"))
    place = f'href="/contacts/{accepted.contact_id}"'
    assert place in visit("colleague", teams=("hub",)).get("/queue").text
    assert place in visit("supervisor").get("/queue").text
    assert place not in visit("colleague", teams=("repairs",)).get("/queue").text
    page = visit("colleague", teams=("hub",)).get(f"/contacts/{accepted.contact_id}").text
    assert ("My tap is dripping" in page, "Needs a person" in page) == (True, True)


def test_the_whole_of_a_reply_can_be_opened_below_what_is_new(visit: Visit, services: Services) -> None:
    raw = Path("tests/cases/email/reply-gmail-english.eml").read_bytes()
    accepted = take_in(services, parse(raw, services.clock()))
    page = visit("colleague", teams=("hub",)).get(f"/contacts/{accepted.contact_id}").text
    new, _, whole = page.partition("The whole message, with what it quotes")
    assert "Yes, Tuesday morning is fine." in new
    assert "We can come on Tuesday" not in new
    assert "&gt; We can come on Tuesday between 8 and 12." in whole


def test_an_enquiry_of_a_team_that_is_no_more_is_in_the_queue_of_all(visit: Visit, services: Services) -> None:
    put(services, gone := enquiry("long-gone"))
    assert references(visit("supervisor").get("/queue?team=all").text) == [gone["reference"]]


def test_teams_with_open_enquiries_are_found(services_on_both: Services) -> None:
    with begin_read(services_on_both.record) as record:
        assert queues.open_teams(record) == []
    put(services_on_both, *(enquiry(team) for team in ("z", "a", "m", "a")), enquiry("gone", state="resolved"))
    with begin_read(services_on_both.record) as record:
        assert queues.open_teams(record) == ["a", "m", "z"]


def plan_of(record: Connection, wanted: QueueFilter, after: QueuePlace | None) -> str:
    """How the database goes about finding a page."""
    asked: list[Any] = []

    def remember(connection: Connection, statement: Any, *_: Any) -> None:
        asked.append(str(statement.compile(connection.engine, compile_kwargs={"literal_binds": True})))

    event.listen(record, "before_execute", remember)
    queues.page(record, wanted, PAGE, after)
    event.remove(record, "before_execute", remember)
    explain = "explain query plan" if record.dialect.name == "sqlite" else "explain"
    return "\n".join(str(row) for row in record.exec_driver_sql(f"{explain} {asked[-2]}"))


@pytest.mark.parametrize("after", [None, QueuePlace(2, TUESDAY, new_id())], ids=["first page", "later page"])
@pytest.mark.parametrize("teams", [None, ("repairs",), ("repairs", "hub")], ids=["all", "one", "two"])
def test_a_page_is_found_by_its_index_without_sorting_what_is_not_on_it(
    services_on_both: Services, teams: tuple[str, ...] | None, after: QueuePlace | None
) -> None:
    publish_small(services_on_both)
    put(services_on_both, *(enquiry(team) for team in TEAMS for _ in range(2_000)))
    with begin_write(services_on_both.record) as record:
        record.exec_driver_sql("analyze enquiries")
    with begin_read(services_on_both.record) as record:
        plan = plan_of(record, QueueFilter(teams), after)
    assert plan.count("ix_enquiries_queue") == len(teams or TEAMS)
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
