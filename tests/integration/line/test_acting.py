"""What colleagues do with enquiries, on both records: once only, in any order; the row is what the events make it."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.inbound import Inbound
from router.acting import Ordered, UnknownEnquiryError, act
from router.enquiry import orders
from router.enquiry.actions import Actor, RefusedError
from router.enquiry.orders import Order
from router.enquiry.state import State, fold
from router.scheduler import fire
from router.services import Services
from router.store import contacts, enquiries, history, outbox, queues
from router.store.engine import begin_read
from router.store.ids import new_id
from router.store.queues import QueueFilter
from tests.landlord import route_all, shown, take_in
from tests.messages import mail, text_message

ANA, BEN, BOSS = (
    Actor("user:ana", frozenset({"repairs"})),
    Actor("user:ben", frozenset({"repairs"})),
    Actor("user:boss", everywhere=True),
)
SOON = timedelta(hours=1)


def enquiry(services: Services, inbound: Inbound | None = None) -> str:
    """The id of the enquiry that a contact leads to."""
    accepted = take_in(services, inbound or text_message("my boiler is broken"))
    route_all(services)
    return str(shown(services, accepted.contact_id)["decision"]["enquiry"]["id"])


def done(services: Services, enquiry_id: str, order: Order, actor: Actor = ANA, key: str = "") -> State:
    return act(services, Ordered(enquiry_id, order, actor, key or new_id()))


def row(services: Services, enquiry_id: str) -> dict[str, Any]:
    with begin_read(services.record) as record:
        return enquiries.get(record, [enquiry_id])[0]


def events(services: Services, enquiry_id: str) -> list[dict[str, Any]]:
    with begin_read(services.record) as record:
        return history.of_one(record, enquiry_id)


def kinds(services: Services, enquiry_id: str) -> list[str]:
    return [event["kind"] for event in events(services, enquiry_id)]


def assert_projected(services: Services, enquiry_id: str) -> None:
    made = history.projection(fold(events(services, enquiry_id)))
    kept = row(services, enquiry_id)
    assert {name: kept[name] for name in made} == made


def later(services: Services, span: timedelta) -> Services:
    return replace(services, clock=lambda: services.clock() + span)


def test_taken_passed_on_resolved_and_reopened(services: Services) -> None:
    id_ = enquiry(services)
    done(services, id_, orders.Take())
    done(services, id_, orders.Transfer("hub", "wrong-team", "It is about rent"))
    with begin_read(services.record) as record:
        assert contacts.load(record, enquiries.contact_ids(record, id_))[0]["team"] == "hub"
    with pytest.raises(RefusedError, match="Only the team"):
        done(services, id_, orders.Resolve("done", at_first_contact=False))
    done(services, id_, orders.Resolve("done", at_first_contact=False), BOSS)
    assert row(services, id_)["resolved_at"] is not None
    state = done(services, id_, orders.Reopen("It drips again"), BOSS)
    assert (state.team, state.misroutes, state.reopened) == ("hub", 1, 1)
    assert kinds(services, id_) == ["opened", "taken", "transferred", "resolved", "reopened"]
    assert_projected(services, id_)


def test_an_order_with_the_same_key_is_done_once(services: Services) -> None:
    id_ = enquiry(services)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: done(services, id_, orders.Note("Rang twice"), key="form-1"), range(8)))
    assert kinds(services, id_) == ["opened", "noted"]


def test_two_colleagues_take_one_enquiry_and_one_has_it(services: Services) -> None:
    id_ = enquiry(services)

    def take(actor: Actor) -> bool:
        try:
            done(services, id_, orders.Take(), actor)
        except RefusedError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, (ANA, BEN))) == [False, True]
    assert kinds(services, id_) == ["opened", "taken"]


def test_waiting_ends_with_its_time(services: Services) -> None:
    id_ = enquiry(services)
    done(services, id_, orders.Wait(services.clock() + SOON, "third-party", "The part is ordered"))
    assert row(services, id_)["waiting_until"] is not None
    fire(later(services, 2 * SOON))
    assert row(services, id_)["waiting_until"] is None
    assert kinds(services, id_)[-1] == "resumed"
    assert_projected(services, id_)


def test_waiting_ends_with_a_contact_and_its_timer_then_says_nothing(services: Services) -> None:
    id_ = enquiry(services)
    done(services, id_, orders.Wait(services.clock() + SOON, "customer", "Which day?"))
    assert enquiry(services, text_message("the boiler is still broken")) == id_
    assert row(services, id_)["waiting_until"] is None
    assert kinds(services, id_)[-2:] == ["joined", "resumed"]
    fire(later(services, 2 * SOON))
    assert kinds(services, id_).count("resumed") == 1
    assert_projected(services, id_)


def test_a_team_finds_what_it_was_asked_until_it_has_answered(services: Services) -> None:
    id_, other = enquiry(services), enquiry(services, text_message("there are rats in my loft"))

    def asked(*teams: str) -> list[str]:
        with begin_read(services.record) as record:
            return [row["id"] for row in queues.asked(record, teams, 20)]

    for each in (id_, other):
        question = done(services, each, orders.Ask("hub", "Who lives there?")).questions[0]
    assert (asked("hub"), asked("repairs"), asked()) == ([id_, other], [], [])
    done(services, other, orders.Answer(question.id, "Sam"), Actor("user:cy", frozenset({"hub"})))
    assert asked("hub", "repairs") == [id_]
    done(services, id_, orders.Resolve("done", at_first_contact=False))
    assert asked("hub") == []


def test_what_waits_is_out_of_the_queue(services: Services) -> None:
    id_ = enquiry(services)
    done(services, id_, orders.Wait(services.clock() + SOON, "customer", "Which day?"))

    def queue(*, waiting: bool) -> list[str]:
        with begin_read(services.record) as record:
            return [row["id"] for row in queues.page(record, QueueFilter(("repairs",), waiting=waiting), 20)]

    assert (queue(waiting=False), queue(waiting=True)) == ([], [id_])
    done(services, id_, orders.Resume())
    assert (queue(waiting=False), queue(waiting=True)) == ([id_], [])


def test_a_promised_call_is_owed_until_it_is_made(services: Services) -> None:
    id_ = enquiry(services)
    now = services.clock()
    state = done(services, id_, orders.PromiseCallback(now, now + SOON))
    promise = state.promised[0].id
    assert row(services, id_)["callback_by"] == now + SOON
    done(services, id_, orders.TryCallback(promise, "no-answer"))
    fire(later(services, 2 * SOON))
    assert kinds(services, id_)[-1] == "callback-overdue"
    done(services, id_, orders.TryCallback(promise, "reached"))
    assert row(services, id_)["callback_by"] is None
    assert_projected(services, id_)


def test_a_reply_waits_in_the_outbox_for_the_address_of_the_latest_contact(services: Services) -> None:
    id_ = enquiry(services, mail("my boiler is broken"))
    done(services, id_, orders.Reply("We come on Friday."))
    with begin_read(services.record) as record:
        reply = outbox.of(record, enquiry_id=id_)[-1]
    assert (reply["purpose"], reply["channel"], reply["address"]["value"]) == ("reply", "email", "tenant@home.example")
    assert reply["values"]["in_reply_to"]


def test_one_contact_holds_two_enquiries_once_it_is_split(services: Services) -> None:
    id_ = enquiry(services, text_message("my boiler is broken, and there is something else"))
    done(services, id_, orders.Split("pests", "Also rats"))
    into = events(services, id_)[-1]["data"]["into"]
    fresh = row(services, into)
    assert (fresh["journey"], fresh["team"], fresh["state"]) == ("pests", "repairs", "open")
    assert "visit" in fresh["due"]
    with begin_read(services.record) as record:
        contact = enquiries.contact_ids(record, id_)
        assert enquiries.contact_ids(record, into) == contact
        assert sorted(contacts.enquiries_of(record, contact[0])) == sorted([id_, into])
    for each in (id_, into):
        assert_projected(services, each)


def test_links_go_both_ways(services: Services) -> None:
    first, second = enquiry(services), enquiry(services, text_message("there are rats in my loft"))
    reference = row(services, second)["reference"]
    done(services, first, orders.Link(reference.lower().replace("-", " ")))
    assert fold(events(services, first)).links == (second,)
    assert fold(events(services, second)).links == (first,)


def test_no_such_enquiry(services: Services) -> None:
    with pytest.raises(UnknownEnquiryError):
        done(services, new_id(), orders.Take())


def _random_order(dice: random.Random, services: Services, state: State) -> Order:
    now = services.clock()
    promised = [each.id for each in state.promised] or ["none"]
    asked = [each.id for each in state.questions] or ["none"]
    choices: Sequence[Order] = (
        orders.Take(colleague=dice.choice(("ana", "ben"))),
        orders.HandBack(),
        orders.Acknowledge(),
        orders.Transfer(dice.choice(("hub", "repairs", "complaints")), dice.choice(("wrong-team", "next-step"))),
        orders.Ask(dice.choice(("hub", "complaints")), "Who?"),
        orders.Answer(dice.choice(asked), "Sam"),
        orders.Note("Rang"),
        orders.Reply("Yes"),
        orders.Wait(now + SOON, "date", "x"),
        orders.Resume(),
        orders.PromiseCallback(now, now + SOON),
        orders.TryCallback(dice.choice(promised), dice.choice(("reached", "busy"))),
        orders.Resolve("done", at_first_contact=dice.random() < 0.5),
        orders.Reopen("x"),
        orders.Split("pests", "x"),
    )
    return dice.choice(choices)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_row_is_what_the_events_make_of_it_whatever_happens(services: Services, seed: int) -> None:
    dice = random.Random(seed)
    id_, state = enquiry(services), State()
    for step in range(60):
        if step % 9 == 8:
            take_in(services, text_message("the boiler is still broken"))
            route_all(services)
        if step % 13 == 12:
            fire(later(services, 2 * SOON))
        try:
            state = done(services, id_, _random_order(dice, services, state), BOSS)
        except RefusedError:
            continue
    assert len(events(services, id_)) > 10
    assert_projected(services, id_)
