"""Past contacts decided again on either record: exactly as then by the same rules, and as other rules would have it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.inbound import Progress
from router.days import Period
from router.enquiry import orders
from router.live import LiveRuleset, prepare
from router.replays import asking, deciding, executing, running, starting
from router.replays.asking import Source
from router.replays.running import LIVE, THEN, ReplayOrder
from router.services import Services
from router.store import drafts, replays
from router.store.engine import begin_read, begin_write
from router.store.ids import new_id
from router.store.schema import decisions
from rules.folder import read_folder
from rules.load import load
from tests.integration.line.test_acting import BOSS, done, enquiry
from tests.landlord import FOLDER, publish_small, route_all, take_in
from tests.messages import call, mail, text_message

HOUR = timedelta(hours=1)
FILES = {name: data.decode() for name, data in read_folder(FOLDER).items()}
PESTS_ELSEWHERE = ("name: Pests\n    team: repairs", "name: Pests\n    team: complaints")
SOONER = ("timescales: {visit: 48 hours}", "timescales: {visit: 24 hours}")
NO_TAKING_OVER = ("{team: complaints, take_over: true}", "{team: complaints}")
RATS_ARE_REPAIRS = (
    "words: [rats, mice, rat in the loft]\n    phrases: [there are rats in my loft, mice",
    "phrases: [mice",
)


def changed(*changes: tuple[str, str]) -> dict[str, str]:
    """The small landlord's files with these texts replaced."""
    text = FILES["landlord.yaml"]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {"landlord.yaml": text}


def rules(files: Mapping[str, str]) -> LiveRuleset:
    return prepare(0, load({name: text.encode() for name, text in files.items()}))


def replayed(services: Services, draft: LiveRuleset, against: str = LIVE) -> dict[str, Any]:
    now = services.clock()
    wanted = ReplayOrder(Period(now - HOUR, now + HOUR), draft, against, services.live.current())
    return running.replay(services, wanted, lambda _done, _total: None)


def said(services: Services, text: str, number: int) -> None:
    take_in(services, text_message(text, f"+4477009000{number:02d}", at=datetime.now(UTC)))
    route_all(services)


@pytest.fixture
def morning(services: Services) -> Services:
    """Contacts of every kind: by text, mail and a pressed key, joined, taken over, passed on and not recognised."""
    for number in range(4):
        said(services, "there are rats in my loft", number)
    for _ in range(4):  # the third about the same thing is taken over
        said(services, "the boiler is broken", 50)
    for _ in range(2):
        said(services, "there are mice in the kitchen", 60)
    said(services, "hello", 70)
    said(services, "I can smell gas in my kitchen", 71)
    take_in(services, mail("I wish to complain about you", received_at=datetime.now(UTC), subject="Complaint"))
    take_in(services, call("CA1", "menu", Progress.ENOUGH, menu="2"))
    route_all(services)
    moved = enquiry(services, text_message("rats in my loft again", "+447700900080", at=datetime.now(UTC)))
    done(services, moved, orders.Transfer("complaints", "wrong-team"), BOSS)
    return services


NOTHING_ELSE = ("owners", "priorities", "journeys", "due", "rules")


@pytest.mark.parametrize("against", [LIVE, THEN])
@pytest.mark.parametrize("read_again", [False, True])
def test_the_live_rules_change_nothing_about_their_own_contacts(
    morning: Services, against: str, read_again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if read_again:
        monkeypatch.setattr(deciding, "read_alike", lambda _one, _other: False)
    found = replayed(morning, morning.live.current(), against)
    assert {name: found[name] for name in NOTHING_ELSE} == {name: [] for name in NOTHING_ELSE}
    assert found["contacts"] == 15
    assert found["changed"] == 0
    assert found["passed_on"] == 3  # one by a colleague, two with the enquiry that a later contact took over
    assert found["how"]["joined"]["count"] == 4
    assert all(load["before"] == load["after"] for load in found["load"].values())


def test_a_journey_with_another_team_moves_its_contacts_and_those_that_joined(morning: Services) -> None:
    found = replayed(morning, rules(changed(PESTS_ELSEWHERE, SOONER)))
    (move,) = found["owners"]
    assert (move["from"], move["to"], move["count"]) == ("repairs", "complaints", 7)
    assert (move["opened"], move["passed_on"], move["agreed"]) == (6, 1, 1)
    assert move["by_journey"] == {"pests": 7}
    assert move["by_channel"] == {"sms": 7}
    assert len(move["examples"]) == 7
    assert {each["after"]["owner"] for each in move["examples"]} == {"complaints"}
    assert [(due["timescale"], due["turn"], due["count"]) for due in found["due"]] == [("visit", "tightened", 6)]
    assert sum(found["load"]["complaints"]["after"]) - sum(found["load"]["complaints"]["before"]) == 7


def test_what_was_taken_over_stays_with_its_owner_where_no_rule_takes_over(morning: Services) -> None:
    found = replayed(morning, rules(changed(NO_TAKING_OVER)))
    (move,) = found["owners"]
    assert (move["from"], move["to"], move["count"], move["opened"]) == ("complaints", "repairs", 2, 0)


def test_texts_are_read_again_where_the_words_of_journeys_differ(morning: Services) -> None:
    found = replayed(morning, rules(changed(RATS_ARE_REPAIRS)))
    assert [(each["from"], each["to"]) for each in found["journeys"]] == [("pests", "not known")]
    assert {each["to"] for each in found["owners"]} == {"hub"}


def test_contacts_of_an_earlier_version_are_compared_with_what_the_live_rules_make_of_them(morning: Services) -> None:
    files = changed(PESTS_ELSEWHERE)
    publish_small(morning, {name: text.encode() for name, text in files.items()})
    live = morning.live.current()
    assert replayed(morning, live, LIVE)["changed"] == 0
    assert replayed(morning, live, THEN)["changed"] == 7
    back = replayed(morning, rules(FILES), LIVE)
    assert [(each["from"], each["to"], each["count"]) for each in back["owners"]] == [("complaints", "repairs", 7)]
    assert back["versions"] == {"1": 15}


def test_what_no_rule_decided_is_counted_apart(morning: Services) -> None:
    with begin_write(morning.record) as record:
        record.execute(update(decisions).values(rule="no rule").where(decisions.c.journey == "gas-escape"))
        failed = update(decisions).values(rule="fallback", trouble="rules-failed", routed_team="hub", team="hub")
        record.execute(failed.where(decisions.c.journey == "service-complaint"))
    found = replayed(morning, morning.live.current())
    assert found["how"]["no-rule"] == {"count": 1, "changed": 0}
    assert found["how"]["failed"] == {"count": 1, "changed": 1}
    assert found["changed"] == 0
    assert found["owners"] == []


def test_contacts_outside_the_period_and_undecided_ones_are_left_out(morning: Services) -> None:
    take_in(morning, text_message("the boiler is broken", at=datetime.now(UTC)))
    assert replayed(morning, morning.live.current())["undecided"] == 1
    now = morning.clock()
    wanted = ReplayOrder(Period(now - 3 * HOUR, now - HOUR), morning.live.current(), LIVE, morning.live.current())
    assert running.replay(morning, wanted, lambda _done, _total: None)["contacts"] == 0


def asked(services: Services, files: Mapping[str, str]) -> str:
    live, now = services.live.current(), services.clock()
    row = asking.asked(Source("a test", files), Period(now - HOUR, now + HOUR), live, "tests", now)
    services.writer.submit(replays.add, row).result()
    return str(row["id"])


def kept(services: Services, replay_id: str) -> dict[str, Any]:
    with begin_read(services.record) as record:
        row = replays.get(record, replay_id)
    assert row is not None
    return row


def test_one_that_is_asked_for_is_run_once_and_kept(morning: Services) -> None:
    replay_id = asked(morning, changed(PESTS_ELSEWHERE))
    assert kept(morning, replay_id)["state"] == "waiting"
    assert executing.run_next(morning)
    assert not executing.run_next(morning)
    row = kept(morning, replay_id)
    assert (row["state"], row["done"], row["total"], row["trouble"]) == ("done", 15, 15, None)
    assert row["result"]["changed"] == 7
    assert row["digest"] == row["result"]["digest"]


def test_one_whose_process_is_told_to_stop_is_begun_anew(morning: Services) -> None:
    replay_id = asked(morning, changed(PESTS_ELSEWHERE))
    assert not executing.run_next(morning, lambda: True)
    assert kept(morning, replay_id)["state"] == "waiting"
    assert executing.run_next(morning)
    assert kept(morning, replay_id)["state"] == "done"


def test_one_that_fails_says_so_and_holds_up_no_other(morning: Services) -> None:
    broken, good = asked(morning, {"a.yaml": "teams: {"}), asked(morning, FILES)
    assert executing.run_next(morning)
    assert executing.run_next(morning)
    assert (kept(morning, broken)["state"], kept(morning, broken)["trouble"]) == ("failed", "RulesetError")
    assert kept(morning, good)["state"] == "done"


def test_one_that_ends_every_process_is_given_up(morning: Services) -> None:
    replay_id = asked(morning, FILES)
    for _ in range(replays.MAX_ATTEMPTS):
        now = morning.clock()
        assert morning.writer.submit(replays.claim, (now, -HOUR)).result()["id"] == replay_id
    with begin_read(morning.record) as record:
        assert replays.unfinished(record, morning.clock()) is not None
    assert not executing.run_next(morning)
    assert (kept(morning, replay_id)["state"], kept(morning, replay_id)["trouble"]) == ("failed", "given-up")


def test_the_scheduler_starts_what_no_worker_has(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setattr(starting, "start", lambda: started.append(True))
    asked(services, FILES)
    starting.sweep(services)
    assert started == []  # a worker may be about to
    later = replace(services, clock=lambda: services.clock() + 2 * starting.OVERLOOKED)
    starting.sweep(later)
    assert started == [True]
    assert services.writer.submit(replays.claim, (services.clock(), HOUR)).result() is not None
    starting.sweep(later)
    assert started == [True]  # somebody has it
    starting.sweep(replace(services, clock=lambda: services.clock() + 2 * HOUR))
    assert started == [True, True]  # whoever had it has died


def test_a_draft_is_replayed_as_it_was_when_it_was_asked_for(morning: Services) -> None:
    now = morning.clock()
    row = {"id": new_id(), "base_version": 1, "files": changed(PESTS_ELSEWHERE), "note": "pests", "author": "tests"}
    row |= {"created_at": now, "changed_by": "tests", "changed_at": now}
    morning.writer.submit(drafts.add, row).result()
    with begin_read(morning.record) as record:
        source = asking.of_draft(record, str(row["id"]))
    assert source is not None
    period = Period(now - HOUR, now + HOUR)
    wanted = asking.asked(source, period, morning.live.current(), "tests", now)
    morning.writer.submit(replays.add, wanted).result()
    change = drafts.FileChange(str(row["id"]), "landlord.yaml", source.files["landlord.yaml"], "teams: {", "tests", now)
    assert morning.writer.submit(drafts.change_file, change).result()
    assert executing.run_next(morning)
    assert kept(morning, wanted["id"])["result"]["changed"] == 7
    with begin_read(morning.record) as record:
        (found,) = replays.latest(record, replays.REPLAY, 5, draft=str(row["id"]))
    assert found["id"] == wanted["id"]
