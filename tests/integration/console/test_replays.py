"""The pages about replays: a draft is replayed, looked at and published with it; misroutes are learnt from."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from router.replays import executing
from router.services import Services
from router.store import drafts, replays
from router.store.engine import begin_read
from tests.integration.console.test_rules import FILE, PESTS_TEAM, begin, field, publish, replaced, save, words
from tests.integration.console.visitor import Clock, Visitor
from tests.integration.line.test_learning import WASPS, customer, passed_on, resolved
from tests.landlord import route_all, take_in
from tests.messages import text_message

Visit = Callable[..., Visitor]
RATS = "there are rats in my loft, says <b>Kit</b>"


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still now: what comes in has an id of this moment."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def rats(services: Services) -> Services:
    for number in range(3):
        take_in(services, text_message(RATS, f"+4477009000{number:02}", at=services.clock()))
    route_all(services)
    return services


def replayed(visitor: Visitor, draft: str, services: Services, **more: str) -> str:
    """Have a draft replayed, as its form has it; the address of the replay that is done."""
    form = visitor.get(f"{draft}/replays").text
    days = {name: re.search(rf'name="{name}" type="date" value="([^"]*)"', form) for name in ("since", "until")}
    fields = {name: found[1] for name, found in days.items() if found}
    answer = visitor.post(f"{draft}/replays", {**fields, "against": "live", **more})
    assert answer.status_code == 303, words(answer)
    assert "It begins within a few seconds" in words(visitor.follow(answer))
    assert executing.run_next(services)
    return answer.headers["location"]


def test_a_draft_is_replayed_and_published_with_its_replay(rats: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(PESTS_TEAM))
    assert "has not been replayed" in words(ruth.get(f"{draft}/publish"))

    address = replayed(ruth, draft, rats)
    page = ruth.get(address)
    assert "3 of 3 contacts would have another owner" in words(page)
    assert "Repairs to The Hub 3 Pests (3)" in words(page)
    assert "Repairs 3 0" in words(page)
    assert "Kit" not in page.text
    examples = ruth.get(f"{address}/owners/0")
    assert "3 contacts" in words(examples)
    assert RATS in words(examples)
    assert "<b>Kit</b>" not in examples.text
    contact = re.search(r'href="(/contacts/\w+)"', examples.text)
    assert contact
    assert ruth.get(contact[1]).status_code == 200

    assert "The replay of exactly this draft" in words(ruth.get(f"{draft}/publish"))
    publish(ruth, draft)
    assert "version 2 was published with it" in words(ruth.get("/rules/replays"))
    assert "A replay of past contacts" in words(ruth.get("/rules/versions/2"))
    assert "(replayed before)" in words(ruth.get("/rules/history"))
    assert "Version 2" in words(ruth.get(address))
    with begin_read(rats.record) as record:
        assert replays.justifying(record) == {2: address.rpartition("/")[2]}


def test_a_replay_of_an_earlier_state_of_the_draft_does_not_justify_it(rats: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    replayed(ruth, draft, rats)
    save(ruth, draft, replaced(PESTS_TEAM))
    assert "as it was then" in words(ruth.get(f"{draft}/replays"))
    publish(ruth, draft)
    with begin_read(rats.record) as record:
        assert replays.justifying(record) == {}


def test_how_far_it_is_and_that_it_failed(rats: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, "teams: {")
    address = replayed(ruth, draft, rats)
    assert "It could not be run (RulesetError)" in words(ruth.get(address))
    answer = ruth.post(f"{draft}/replays", {})
    row = rats.writer.submit(replays.claim, (rats.clock(), executing.LEASE)).result()
    step = replays.ReplayStep(row["id"], 20_000, 52_000, rats.clock() + executing.LEASE)
    rats.writer.submit(replays.progress, step).result()
    assert "20,000 of 52,000 contacts are done" in words(ruth.get(answer.headers["location"]))


@pytest.mark.parametrize(
    "fields,said",
    [
        ({"since": "2026-02-30"}, "2026-02-30 is not a day such as"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "The first day is after the last one"),
        ({"until": "9999-01-01"}, "9999-01-01 is too far away"),
    ],
)
def test_days_that_cannot_be(rats: Services, visit: Visit, fields: dict[str, str], said: str) -> None:
    ruth = visit("supervisor")
    for address in (f"{begin(ruth)}/replays", "/rules/learning"):
        answer = ruth.post(address, fields)
        assert answer.status_code == 422
        assert said in words(answer)
    assert not executing.run_next(rats)


@pytest.mark.parametrize("place", ["owners/1", "owners/x", "nothing/0", "load/0", "owners/99999999999"])
def test_a_change_that_is_not_there(rats: Services, visit: Visit, place: str) -> None:
    ruth = visit("supervisor")
    address = replayed(ruth, begin(ruth), rats)
    assert ruth.get(f"{address}/{place}").status_code == 404
    assert ruth.get(f"/rules/replays/{'0' * 26}").status_code == 404


def looked_at(visitor: Visitor, services: Services) -> Any:
    visitor.post("/rules/learning", {})
    assert executing.run_next(services)
    return visitor.get("/rules/learning")


@pytest.fixture
def wasps(services: Services) -> Services:
    for number, text in enumerate(WASPS):
        passed_on(services, text, customer(services, number), "repairs")
    resolved(services, "hello", customer(services, 50))
    return services


@pytest.mark.parametrize("answer,leads_to", [("accept", ""), ("edit", "#files")])
def test_a_proposal_becomes_a_draft_and_nothing_more(wasps: Services, visit: Visit, answer: str, leads_to: str) -> None:
    ruth = visit("supervisor")
    page = looked_at(ruth, wasps)
    assert "6 misroutes would happen again" in words(page)
    assert "Would mend 6 misroutes" in words(page)
    assert "The Hub to Repairs 6" in words(page)
    run = re.search(r'action="(/rules/learning/\w+)"', page.text)
    assert run
    done = ruth.post(run[1], {"key": field(page.text, "key"), "answer": answer})
    assert done.headers["location"].endswith(leads_to)
    draft = done.headers["location"].partition("#")[0]
    assert "The check is content" in words(ruth.get(draft))
    with begin_read(wasps.record) as record:
        row = drafts.get(record, draft.rpartition("/")[2])
    assert row is not None
    assert "wasp nest" in row["files"][FILE]
    assert wasps.live.current().version == 1
    assert "Accepted" in words(ruth.get("/rules/learning"))


def test_a_refused_proposal_is_not_made_again(wasps: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    page = looked_at(ruth, wasps)
    run = re.search(r'action="(/rules/learning/\w+)"', page.text)
    assert run
    key = field(page.text, "key")
    without = ruth.post(run[1], {"key": key, "answer": "refuse"})
    assert without.status_code == 422
    assert "Enter why, so that others know" in words(without)
    refused = ruth.follow(ruth.post(run[1], {"key": key, "answer": "refuse", "reason-0": "Wasps are for the council"}))
    assert "“Wasps are for the council”, Sam Reed" in words(refused)
    again = looked_at(ruth, wasps)
    assert key not in re.findall(r'name="key" value="([^"]*)"', again.text)


def test_without_misroutes_it_says_so(rats: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    assert "Nothing is proposed. There are no misroutes to learn from" in words(looked_at(ruth, rats))
    assert ruth.post(f"/rules/learning/{'0' * 26}", {"key": "words:x", "answer": "accept"}).status_code == 404
