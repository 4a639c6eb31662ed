"""Waiting contacts: urgent before routine, poison by itself, nothing held up and nothing lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router import deciding, jobs, scheduler
from router.services import Services
from router.store import contacts
from router.store.contacts import MAX_ATTEMPTS
from router.store.engine import begin_read
from tests.landlord import route_all, shown, take_in
from tests.messages import mail, text_message


def _claim(services: Services, limit: int) -> list[dict[str, object]]:
    with services.record.begin() as connection:
        return contacts.claim(connection, limit, services.clock(), timedelta(seconds=30))


def test_urgent_before_routine(services: Services) -> None:
    for number in range(20):
        take_in(services, mail(f"routine number {number}"))
    urgent = take_in(services, text_message("I smell gas"))
    claimed = _claim(services, 5)
    assert claimed[0]["id"] == urgent.contact_id
    assert len({contact["id"] for contact in claimed}) == 5


def test_what_is_leased_is_not_claimed_again_until_the_lease_is_over(services: Services) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    assert len(_claim(services, 5)) == 1
    assert _claim(services, 5) == []
    later = replace(services, clock=lambda: services.clock() + timedelta(seconds=31))
    assert route_all(later) == 1
    assert shown(services, accepted.contact_id)["state"] == "decided"


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_a_backlog_is_routed_batch_by_batch_each_contact_once(
    services: Services, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(jobs, "BATCH", size)
    accepted = [take_in(services, text_message(f"my boiler is broken {number}")) for number in range(4)]
    assert route_all(services) == len(accepted)
    with begin_read(services.record) as record:
        found = contacts.load(record, [each.contact_id for each in accepted])
    assert [(row["state"], row["attempts"]) for row in found] == [("decided", 1)] * len(accepted)


@pytest.mark.parametrize("size", [2, 100])
def test_poison_is_set_aside_and_holds_up_nobody(
    services: Services, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(jobs, "BATCH", size)
    poison = take_in(services, text_message("poison"))
    others = [take_in(services, text_message(f"my boiler is broken {number}")) for number in range(5)]
    real = deciding.fact.marks_of

    def marks_of(contact: dict[str, object], ours: frozenset[str]) -> list[str]:
        if contact["id"] == poison.contact_id:
            raise MemoryError
        return real(contact, ours)

    monkeypatch.setattr(deciding.fact, "marks_of", marks_of)
    ahead = timedelta()
    for _ in range(MAX_ATTEMPTS):
        later = replace(services, clock=lambda ahead=ahead: services.clock() + ahead)
        jobs.drain_with(later)
        ahead += timedelta(hours=1)
    assert all(shown(services, each.contact_id)["state"] == "decided" for each in others)
    view = shown(services, poison.contact_id)
    assert (view["state"], view["owner"]["key"], view["trouble"]) == ("set-aside", "hub", "MemoryError")


def test_contact_that_kills_its_worker_is_set_aside(services: Services) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    for times in range(MAX_ATTEMPTS):
        later = replace(services, clock=lambda times=times: services.clock() + timedelta(minutes=times))
        assert len(_claim(later, 5)) == 1
    later = replace(services, clock=lambda: services.clock() + timedelta(hours=1))
    scheduler.sweep(later)
    view = shown(services, accepted.contact_id)
    assert (view["state"], view["owner"]["key"]) == ("set-aside", "hub")


def test_failing_rule_leaves_it_with_the_fallback_team(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    monkeypatch.setattr(deciding, "decide", _fails)
    assert route_all(services) == 1
    view = shown(services, accepted.contact_id)
    assert (view["state"], view["owner"]["key"], view["trouble"]) == ("decided", "hub", "rules-failed")


def _fails(*_: object) -> None:
    raise ZeroDivisionError


def test_sweeper_routes_without_redis(services: Services) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    assert not services.wake.now()
    scheduler.sweep(services)
    assert shown(services, accepted.contact_id)["state"] == "decided"


def test_waiting_counts_what_is_due(services: Services) -> None:
    for _ in range(3):
        take_in(services, mail("hello"))
    with begin_read(services.record) as record:
        assert contacts.waiting(record, services.clock())[0] == 3
    route_all(services)
    with begin_read(services.record) as record:
        assert contacts.waiting(record, services.clock()) == (0, None)
