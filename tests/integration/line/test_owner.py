"""Every contact gets exactly one owner, with the reason in plain words, whatever it says and whoever sent it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.inbound import Address, Inbound, Kind, PointKind, Progress
from router.services import Services
from router.store import contacts, enquiries, history, people
from router.store.engine import begin_read
from router.store.schema import enquiries as enquiry_table
from tests.landlord import parts_of, publish_small, route_all, shown, take_in
from tests.messages import NOON, TENANT, call, mail, text_message

OWNERS = [
    (text_message("I can smell gas in my kitchen"), "emergency", "gas escape", "emergency"),
    (text_message("my boiler is broken"), "repairs", "everyone else", "normal"),
    (mail("I wish to complain about you"), "complaints", "everyone else", "normal"),
    (text_message("hello"), "hub", "everyone else", "normal"),
    (text_message(""), "hub", "everyone else", "normal"),
    (text_message("🐀🐀🐀 żółć שלום 你好"), "hub", "everyone else", "normal"),
    (text_message(" " * 1_000_000), "hub", "everyone else", "normal"),
    (call("CA1", "menu-choice", Progress.ENOUGH, menu="2"), "repairs", "everyone else", "normal"),
    (call("CA2", "menu-choice", Progress.ENOUGH, menu="0"), "hub", "everyone else", "normal"),
    (call("CA3", "menu-choice", Progress.ENOUGH, menu="9"), "hub", "everyone else", "normal"),
    (call("CA4", "menu-timeout", Progress.ENOUGH), "hub", "everyone else", "normal"),
    (
        mail("hello", recipients=(Address(PointKind.EMAIL, "repairs@mill-lane.example"),)),
        "repairs",
        "everyone else",
        "normal",
    ),
    (
        mail("hello", recipients=(Address(PointKind.EMAIL, "complaints@mill-lane.example"),)),
        "complaints",
        "everyone else",
        "normal",
    ),
    (mail("Out of office", kind=Kind.AUTOMATIC_REPLY), "hub", "everyone else", "normal"),
]


@pytest.mark.parametrize("inbound, team, rule, priority", OWNERS, ids=range(len(OWNERS)))
def test_owner_and_reason(services: Services, inbound: Inbound, team: str, rule: str, priority: str) -> None:
    accepted = take_in(services, inbound)
    assert shown(services, accepted.contact_id)["owner"]["key"] == "hub"
    assert route_all(services) == 1
    view = shown(services, accepted.contact_id)
    assert (view["state"], view["owner"]["key"]) == ("decided", team)
    assert (view["decision"]["rule"], view["decision"]["priority"]) == (rule, priority)
    assert view["explanation"]["proven"]
    assert view["explanation"]["sentences"]
    assert view["decision"]["trouble"] is None


def test_repeat_is_the_same_part(services: Services) -> None:
    inbound = text_message("my boiler is broken")
    with ThreadPoolExecutor(10) as pool:
        accepted = list(pool.map(lambda _: take_in(services, inbound), range(10)))
    assert len({each.contact_id for each in accepted}) == 1
    assert sum(not each.repeated for each in accepted) == 1
    assert route_all(services) == 1
    assert len(parts_of(services, accepted[0].contact_id)) == 1


def test_same_matter_joins_and_stays_with_its_owner(services: Services) -> None:
    first = take_in(services, text_message("my boiler is broken"))
    second = take_in(services, text_message("the boiler is still broken"))
    other = take_in(services, text_message("there are rats in my loft"))
    stranger = take_in(services, text_message("my boiler is broken", sender="+447700900002"))
    route_all(services)
    views = [shown(services, each.contact_id) for each in (first, second, other, stranger)]
    assert [view["decision"]["how"] for view in views] == ["opened", "joined", "opened", "opened"]
    assert views[0]["decision"]["enquiry"] == views[1]["decision"]["enquiry"]


def test_unknown_matters_and_withheld_numbers_never_join(services: Services) -> None:
    nobody = Address(PointKind.UNKNOWN, "anonymous")
    inbounds = [text_message("hello"), text_message("hello")]
    inbounds += [replace(text_message("boiler broken"), sender=nobody) for _ in range(2)]
    accepted = [take_in(services, inbound) for inbound in inbounds]
    route_all(services)
    assert {shown(services, each.contact_id)["decision"]["how"] for each in accepted} == {"opened"}


def test_contact_that_is_decided_again_is_no_repeat_of_itself(services: Services) -> None:
    take_in(services, text_message("my boiler is broken"))
    route_all(services)
    for key in "12":
        accepted = take_in(services, call("CA9", "menu-choice", Progress.ENOUGH, menu="2", again=key))
        route_all(services)
        assert shown(services, accepted.contact_id)["decision"]["rule"] == "everyone else"


def test_third_contact_is_taken_over(services: Services) -> None:
    contacts_ = []
    for _ in range(3):
        contacts_.append(take_in(services, text_message("my boiler is broken")))
        route_all(services)
    last = shown(services, contacts_[-1].contact_id)
    assert last["owner"]["key"] == "complaints"
    with begin_read(services.record) as record:
        happened = history.of_one(record, last["decision"]["enquiry"]["id"])
    transfer = next(event for event in happened if event["kind"] == "transferred")
    assert (transfer["data"]["from"], transfer["data"]["to"]) == ("repairs", "complaints")


def test_many_at_once_open_one_enquiry(services: Services) -> None:
    for number in range(40):
        take_in(services, text_message("my boiler is broken", sid=f"SM{number}"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: route_all(services), range(4)))
    with begin_read(services.record) as record:
        opened = record.execute(enquiry_table.select()).mappings().all()
    assert len(opened) == 1


def test_call_in_its_menu_is_left_alone(services: Services) -> None:
    opened = take_in(services, call("CA9", "call", Progress.WAIT))
    assert route_all(services) == 0
    assert shown(services, opened.contact_id)["state"] == "in-progress"
    take_in(services, call("CA9", "menu-choice", Progress.ENOUGH, menu="1"))
    assert route_all(services) == 1
    view = shown(services, opened.contact_id)
    assert (view["owner"]["key"], len(view["parts"])) == ("emergency", 2)


def test_abandoned_call_has_an_owner_after_its_end(services: Services) -> None:
    opened = take_in(services, call("CA8", "call", Progress.WAIT))
    take_in(services, call("CA8", "call-status", Progress.ENDED, call_status="completed"))
    route_all(services)
    view = shown(services, opened.contact_id)
    assert (view["state"], view["owner"]["key"]) == ("decided", "hub")
    assert view["ended_at"] is not None


def test_silent_call_is_decided_when_patience_ends(services: Services) -> None:
    opened = take_in(services, replace(call("CA7", "call", Progress.WAIT), patience=timedelta(seconds=30)))
    later = replace(services, clock=lambda: services.clock() + timedelta(seconds=31))
    assert route_all(services) == 0
    assert route_all(later) == 1
    assert shown(services, opened.contact_id)["state"] == "decided"


def test_later_part_decides_again_and_moves_the_owner(services: Services) -> None:
    opened = take_in(services, call("CA6", "menu-timeout", Progress.ENOUGH))
    route_all(services)
    take_in(services, call("CA6", "menu-choice", Progress.ENOUGH, menu="2"))
    route_all(services)
    view = shown(services, opened.contact_id)
    assert view["owner"]["key"] == "repairs"
    assert len(view["earlier_decisions"]) == 1
    with begin_read(services.record) as record:
        assert len(enquiries.get(record, contacts.enquiries_of(record, opened.contact_id))) == 1


def test_decided_by_the_version_that_is_live_when_it_is_written(services: Services) -> None:
    accepted = take_in(services, text_message("there are rats in my loft"))
    stale = replace(services, live=_Stuck(services))
    publish_small(services)
    assert route_all(stale) == 1
    assert shown(services, accepted.contact_id)["decision"]["ruleset_version"] == 2


class _Stuck:
    """A process that has not noticed the new version yet: it looks only when it is told to."""

    def __init__(self, services: Services) -> None:
        self._live = services.live
        self._old = services.live.current()
        self._looked = False

    def current(self) -> object:
        return self._live.current() if self._looked else self._old

    def look(self) -> None:
        self._looked = True
        self._live.look()


CUSTOMERS = [
    {
        "reference": "T1",
        "points": (("phone", TENANT, ""),),
        "adjustments": {"email-only": ""},
        "facts": {"household": ["young-child"]},
    },
    {
        "reference": "T2",
        "points": (("phone", TENANT, ""),),
        "adjustments": {"no-telephone": ""},
        "facts": {"tenure": "leaseholder"},
    },
]


def _customer(number: int) -> dict[str, object]:
    row = {"id": f"{number:026d}", "name": f"Customer {number}", "kind": "tenant", "language": None, "preferences": []}
    return row | {"source_digest": "", "changed_at": NOON} | CUSTOMERS[number]


@pytest.mark.parametrize(
    "known, identity, priority, to_person",
    [
        ((0,), "one", "high", True),
        ((1,), "one", "normal", True),
        ((0, 1), "ambiguous", "normal", True),
        ((), "none", "normal", False),
    ],
)
def test_who_it_is_decides_how_they_are_served(
    services: Services, known: tuple[int, ...], identity: str, priority: str, to_person: bool
) -> None:
    for number in known:
        services.writer.submit(people.write, _customer(number)).result()
    accepted = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    decision = shown(services, accepted.contact_id)["decision"]
    assert (decision["identity"], decision["priority"]) == (identity, priority)
    assert (decision["plan"]["to_person"] is not None) is to_person
    assert decision["plan"]["channel"] in (None, "sms" if not known else None)
