"""What misroutes in either record teach: the smallest change that mends them, with its replay, or honestly nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from router.days import Period
from router.enquiry import orders
from router.publishable import look_over
from router.replays import asking, executing, learning
from router.replays.asking import Source
from router.replays.running import LIVE, ReplayOrder
from router.services import Services
from router.store import people, replays
from router.store.engine import begin_read
from router.store.ids import new_id
from router.store.rulesets import as_bytes
from rules.load import load
from tests.integration.line.test_acting import BOSS, done, enquiry
from tests.integration.line.test_replay import FILES, HOUR
from tests.landlord import publish_small, route_all, take_in
from tests.messages import text_message

WASPS = (
    "there is a wasp nest under the roof",
    "Wasps nests in the garden, Darren knows",
    "big wasp nest by the bins",
    "a wasp nest again at 12 Mill Lane",
    "we found a wasp nest. darren said ring you on 0161 496 0000",
    "wasp nest!!",
)


def customer(services: Services, number: int, **facts: Any) -> str:
    """A customer with a telephone number, which is given."""
    phone = f"+44770090{number:04}"
    row = {
        "id": new_id(),
        "reference": f"C{number}",
        "name": "Darren Nobody",
        "kind": "person",
        "language": "en",
        "facts": facts,
        "adjustments": {},
        "preferences": [],
        "source_digest": "",
        "changed_at": datetime.now(UTC),
        "points": (("phone", phone, ""),),
    }
    services.writer.submit(people.write, row).result()
    return phone


def passed_on(services: Services, text: str, phone: str, to: str) -> None:
    done(services, written(services, text, phone), orders.Transfer(to, "wrong-team"), BOSS)


def resolved(services: Services, text: str, phone: str) -> None:
    done(services, written(services, text, phone), orders.Resolve("done", at_first_contact=True), BOSS)


def written(services: Services, text: str, phone: str) -> str:
    return enquiry(services, text_message(text, phone, at=datetime.now(UTC)))


def learnt(services: Services) -> dict[str, Any]:
    live, now = services.live.current(), services.clock()
    wanted = ReplayOrder(Period(now - HOUR, now + HOUR), live, LIVE, live)
    return learning.learn(services, wanted, FILES, lambda _done, _total: None)


@pytest.fixture
def wasps(services: Services) -> Services:
    """Six customers with a wasps' nest, which no journey knows: they went to the hub, and from there to Repairs."""
    for number, text in enumerate(WASPS):
        passed_on(services, text, customer(services, number), "repairs")
    for number in range(10, 14):
        resolved(services, "hello, a question about the bins", customer(services, number))
    for number in range(20, 24):
        resolved(services, "the boiler is broken", customer(services, number))
    return services


def test_words_that_no_journey_knows_are_proposed_for_one_of_the_right_team(wasps: Services) -> None:
    found = learnt(wasps)
    (proposal,) = found["proposals"]
    assert (proposal["kind"], proposal["from"], proposal["to"]) == ("words", "hub", "repairs")
    assert "“wasp nest” speaks for" in proposal["title"]
    assert (proposal["mended"], proposal["harmed"], proposal["size"]) == (6, 0, 1)
    assert (proposal["misroutes"], proposal["customers"]) == (6, 6)
    assert [(each["from"], each["to"], each["count"]) for each in proposal["replay"]["owners"]] == [
        ("hub", "repairs", 6)
    ]
    assert [each["proposal"] for each in found["groups"]] == [proposal["key"]]


def test_a_proposal_can_be_published_as_it_stands_and_names_nobody(wasps: Services) -> None:
    (proposal,) = learnt(wasps)["proposals"]
    files = FILES | proposal["files"]
    assert look_over(as_bytes(files)).may_live
    lines = [line for line in files["landlord.yaml"].split("\n") if line not in FILES["landlord.yaml"].split("\n")]
    assert len(lines) == 2  # the journey's words, and an example of them
    for named in ("darren", "Darren", "Mill Lane,", "0161", "12"):
        assert not any(named in line for line in lines)
        assert named not in proposal["title"] + proposal["because"] or named == "12"
    publish_small(wasps, as_bytes(files))
    again = learnt(wasps)
    assert (again["misroutes"], again["mended_since"], again["proposals"], again["groups"]) == (6, 6, [], [])


def test_facts_that_tell_them_apart_are_proposed_as_a_rule(services: Services) -> None:
    for number in range(6):
        phone = customer(services, number, tenure="leaseholder")
        passed_on(services, "the boiler is broken", phone, "complaints")
    for number in range(10, 22):
        resolved(services, "the boiler is broken", customer(services, number, tenure="general-needs"))
    (proposal,) = learnt(services)["proposals"]
    assert (proposal["kind"], proposal["mended"], proposal["harmed"]) == ("rule", 6, 0)
    text = proposal["files"]["landlord.yaml"]
    assert "    when: {journey: repair, customer.tenure: leaseholder}\n    then: {team: complaints}\n" in text
    rule = next(each for each in load({"landlord.yaml": text.encode()}).owner if each.then.team == "complaints")
    assert len(rule.examples) == 1


def test_a_journey_that_belongs_elsewhere_is_given_there(services: Services) -> None:
    for number in range(7):
        passed_on(services, "there are rats in my loft", customer(services, number), "complaints")
    (proposal,) = learnt(services)["proposals"]
    assert (proposal["kind"], proposal["key"]) == ("team", "team:pests:complaints")


def test_a_rule_that_names_the_wrong_team_is_given_another(services: Services) -> None:
    for number in range(6):
        passed_on(services, "I can smell gas in my kitchen", customer(services, number), "repairs")
    take_in(services, text_message("there is a gas leak", "+447700900999", at=datetime.now(UTC)))
    route_all(services)
    (proposal,) = learnt(services)["proposals"]
    assert (proposal["kind"], proposal["size"], proposal["moved"]) == ("rule-team", 1, 1)
    assert "then: {team: repairs, priority: emergency}" in proposal["files"]["landlord.yaml"]


def test_what_was_refused_is_not_proposed_again(wasps: Services) -> None:
    keys = set()
    for _ in range(40):
        found = learnt(wasps)["proposals"]
        if not found:
            break
        keys.add(found[0]["key"])
        answer = {"key": found[0]["key"], "title": "", "answer": "refused", "reason": "no", "draft_id": None}
        wasps.writer.submit(replays.answer, answer | {"author": "tests", "at": wasps.clock()}).result()
    (group,) = learnt(wasps)["groups"]
    assert (group["proposal"], group["why"]) == (None, learning.REFUSED)
    assert len(keys) > 1


def test_too_few_customers_and_nothing_in_common_are_said_to_be_so(services: Services) -> None:
    for _ in range(8):
        passed_on(services, "there is a wasp nest", customer(services, 1), "repairs")
    words = ("alpha", "bravo", "cuckoo", "delta", "echoes", "foxtrot")
    for number, word in enumerate(words, 10):
        passed_on(services, f"{word}", customer(services, number), "complaints")
        for more in range(3):
            resolved(services, word, customer(services, 100 + 10 * number + more))
    found = learnt(services)
    assert found["proposals"] == []
    assert {each["why"] for each in found["groups"]} == {learning.TOO_FEW, learning.NOTHING}


def test_a_period_without_misroutes_teaches_nothing(services: Services) -> None:
    resolved(services, "the boiler is broken", customer(services, 1))
    assert learnt(services) == {"misroutes": 0, "mended_since": 0, "live_version": 1, "groups": [], "proposals": []}


def test_it_runs_as_a_job_and_keeps_no_text_of_a_customer(wasps: Services) -> None:
    live, now = wasps.live.current(), wasps.clock()
    period = Period(now - timedelta(hours=1), now + timedelta(hours=1))
    row = asking.asked_to_learn(Source("version 1", FILES), period, live, "tests", now)
    wasps.writer.submit(replays.add, row).result()
    assert executing.run_next(wasps)
    with begin_read(wasps.record) as record:
        kept = replays.get(record, row["id"])
    assert kept is not None
    assert kept["state"] == "done", kept["trouble"]
    assert len(kept["result"]["proposals"]) == 1
    assert not any(text in str(kept["result"]) for text in (*WASPS, "arren"))
