"""The forms by which colleagues work on an enquiry: each says what is missing, keeps what was typed, is done once."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from router.console.acting import offered
from router.console.exchange import User
from router.console.forms import FORMS
from router.enquiry.state import State
from router.services import Services
from router.store import enquiries, history
from router.store.engine import begin_read
from tests.integration.console.visitor import Visitor
from tests.landlord import route_all, shown, take_in
from tests.messages import mail, text_message

Visit = Callable[..., Visitor]
KEY = re.compile(r'name="key" value="(\w+)"')


@pytest.fixture
def enquiry(services: Services) -> dict[str, Any]:
    """An enquiry of Repairs, by email."""
    accepted = take_in(services, mail("my boiler is broken"))
    route_all(services)
    id_ = shown(services, accepted.contact_id)["decision"]["enquiry"]["id"]
    with begin_read(services.record) as record:
        return enquiries.get(record, [id_])[0]


def state(services: Services, enquiry: Mapping[str, Any]) -> State:
    with begin_read(services.record) as record:
        return history.state_of(record, enquiry["id"])


def form(enquiry: Mapping[str, Any], action: str) -> str:
    return f"/enquiries/{enquiry['reference']}/actions/{action}"


TOMORROW = {"day": "2026-03-04", "clock": "10:00"}
DONE: list[tuple[str, dict[str, str], Callable[[State], object], object]] = [
    ("take", {}, lambda state: state.colleague is not None, True),
    ("reply", {"text": "We come on Friday."}, lambda state: state.is_open, True),
    ("note", {"text": "Rang twice"}, lambda state: len(state.orders), 1),
    ("transfer", {"to": "hub", "reason": "wrong-team"}, lambda state: (state.team, state.misroutes), ("hub", 1)),
    ("ask", {"to": "hub", "text": "Who lives there?"}, lambda state: state.also, ("hub",)),
    ("wait", {"on": "customer", "why": "A date", **TOMORROW}, lambda state: state.waiting is not None, True),
    (
        "promise-callback",
        {"day": "04/03/2026", "starts": "9.30", "ends": "11:00"},
        lambda state: [f"{each.starts:%H:%M}" for each in state.promised],
        ["09:30"],
    ),
    ("resolve", {"how": "done", "at_first_contact": "yes"}, lambda state: state.is_open, False),
    ("split", {"journey": "pests", "why": "Also rats"}, lambda state: len(state.orders), 1),
]


@pytest.mark.parametrize("action,fields,seen,expected", DONE, ids=[row[0] for row in DONE])
def test_the_form_does_what_it_says(
    services: Services,
    visit: Visit,
    enquiry: dict[str, Any],
    action: str,
    fields: dict[str, str],
    seen: Callable[[State], object],
    expected: object,
) -> None:
    ana = visit("colleague", teams=("repairs",))
    page = ana.get(form(enquiry, action))
    assert (page.status_code, FORMS[action].title in page.text) == (200, True)
    key = KEY.findall(page.text)[0]
    for _ in range(2):  # the second is what a double click sends
        answer = ana.post(form(enquiry, action), {**fields, "key": key})
        assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"/enquiries/{enquiry['reference']}"
    assert seen(state(services, enquiry)) == expected


MISSING: list[tuple[str, dict[str, str], list[str]]] = [
    ("reply", {"text": "  "}, ["Enter your reply"]),
    ("note", {}, ["Enter a note"]),
    ("transfer", {"note": "It is about rent"}, ["Choose a team", "Choose why"]),
    ("transfer", {"to": "moon", "reason": "wrong-team"}, ["Choose one of the options"]),
    ("ask", {"to": "hub"}, ["Enter what you need"]),
    ("wait", {"on": "moods", "why": "x", **TOMORROW}, ["Choose one of the options"]),
    (
        "wait",
        {"on": "date", "why": "x", "day": "soon", "clock": "25:00"},
        ["Enter a day such as", "Enter a time such as"],
    ),
    ("wait", {"on": "date", "why": "x", "day": "2026-03-01", "clock": "10:00"}, ["time to come"]),
    ("promise-callback", {"day": "2026-03-04", "starts": "11:00", "ends": "10:00"}, ["before ends"]),
    ("resolve", {"how": "done"}, ["Choose yes or no"]),
    ("resolve", {"how": "done", "at_first_contact": "yes", "seen": "old"}, ["in touch since"]),
    ("link", {"to": "7K3M", "how": "related"}, ["no enquiry with this reference"]),
]


@pytest.mark.parametrize("action,fields,said", MISSING)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    services: Services, visit: Visit, enquiry: dict[str, Any], action: str, fields: dict[str, str], said: list[str]
) -> None:
    ana = visit("colleague", teams=("repairs",))
    answer = ana.post(form(enquiry, action), fields)
    assert answer.status_code == 422
    assert all(each in answer.text for each in said), answer.text
    assert all(value in answer.text for value in (fields.get("note", ""), fields.get("why", ""), fields.get("day", "")))
    assert not state(services, enquiry).orders


def test_another_team_is_told_whose_it_is(visit: Visit, enquiry: dict[str, Any]) -> None:
    ben = visit("colleague", teams=("complaints",))
    answer = ben.post(form(enquiry, "transfer"), {"to": "complaints", "reason": "next-step"})
    assert (answer.status_code, "Only the teams of this enquiry" in answer.text) == (422, True)


def test_the_reply_says_beforehand_which_way_it_goes(visit: Visit, enquiry: dict[str, Any]) -> None:
    page = visit("colleague", teams=("repairs",)).get(form(enquiry, "reply")).text
    assert "This goes to tenant@home.example." in page


@pytest.mark.parametrize("path", ["/enquiries/nothing/actions/take", "/enquiries/{}/actions/dance"])
def test_what_there_is_not_is_not_found(visit: Visit, enquiry: dict[str, Any], path: str) -> None:
    assert visit("supervisor").get(path.format(enquiry["reference"])).status_code == 404


def test_only_what_makes_sense_is_offered() -> None:
    ana = User("ana", "Ana", "ana@x.example", frozenset(), ("repairs",))
    stranger = User("cy", "Cy", "cy@x.example", frozenset(), ())
    fresh = State(is_open=True, team="repairs")
    assert [each["name"] for each in offered(fresh, "R", stranger)] == ["note", "link"]
    assert "acknowledge" in [each["name"] for each in offered(State(True, "repairs", priority="emergency"), "R", ana)]
    assert [each["name"] for each in offered(State(team="repairs"), "R", ana)] == ["reopen", "note", "link"]
    assert {each["name"] for each in offered(fresh, "R", ana)} <= set(FORMS)


@pytest.mark.parametrize(
    "query,status,said",
    [
        ("", 200, "within 10 working days"),
        ("?report=transfers&by=team", 200, "Resolved by another team"),
        ("?report=moods", 200, "How often people were helped at first contact"),
        ("?report=times&by=day", 422, "cannot be told apart by that"),
        ("?since=yesterday", 422, "yesterday is not a day such as"),
        ("?since=2026-03-03&until=2026-03-01", 422, "The first day is after the last one"),
        ("?since=0001-01-01", 422, "0001-01-01 is too far away"),
    ],
)
def test_figures(services: Services, visit: Visit, query: str, status: int, said: str) -> None:
    take_in(services, text_message("my boiler is broken"))
    route_all(services)
    page = visit("supervisor").get(f"/figures{query}")
    assert (page.status_code, said in page.text) == (status, True), page.text
