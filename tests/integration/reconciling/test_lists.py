"""What is listed and not in the record: taken in once, however long the list, whatever breaks, whoever stops it."""

import logging
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, insert, select

from channels.twilio_listed import begun as begun_row
from channels.twilio_listed import ended
from channels.twilio_lists import Lists
from channels.twilio_sender import TwilioConfig
from router.demo.provider.calls import Leg
from router.demo.provider.exchange import Recording
from router.demo.provider.simulator import TOKEN, Exchange, Message, Person
from router.reconciling import running
from router.reconciling.taking import Work, read_all
from router.services import Services
from router.store import reconciling as store
from router.store.engine import begin_read, begin_write
from router.store.schema import contacts, events, media, outbox, parts
from tests.integration.console.visitor import Clock, Visitor
from tests.integration.reconciling.conftest import ago
from tests.landlord import route_all, take_in
from tests.servers.listed import HALF, HANGS_UP, RETRY_AFTER, TOO_MANY, Listing

OURS, CALLER = "+441632960000", "+447700900123"
TEXT = "There is a leak under my sink"


def texted(exchange: Exchange, at: datetime, says: str = TEXT, *, to: str = OURS, **more: Any) -> Message:
    made = Message(exchange.sid("SM"), CALLER, to, says, "inbound", "received", at, **more)
    exchange.messages[made.sid] = made
    return made


def called(exchange: Exchange, at: datetime, seconds: int = 60, **more: Any) -> Leg:
    """A call that is over, or goes on without `seconds`."""
    parent = more.get("parent")
    leg = exchange.new_leg(Person(CALLER), CALLER, more.get("to", OURS), "outbound-dial" if parent else "inbound")
    leg.created, leg.parent, leg.answered, leg.seconds = at, parent, at, seconds
    leg.status = more.get("status", "completed" if seconds else "in-progress")
    leg.ended = at + timedelta(seconds=seconds) if seconds else None
    if leg.status in ("busy", "no-answer", "failed"):
        leg.answered = None
    return leg


def count(services: Services, what: Any = contacts) -> int:
    with begin_read(services.record) as record:
        return int(record.execute(select(func.count()).select_from(what)).scalar_one())


def mark(services: Services) -> dict[str, Any]:
    with begin_read(services.record) as record:
        found = store.read(record, services.settings.twilio_account_sid)
    assert found is not None
    return found


def begun(services: Services, clock: Clock) -> datetime:
    """Meet the account, and let an hour go by, in which nobody was here."""
    assert running.reconcile(services)
    met = clock()
    clock.move(timedelta(hours=1))
    return met


def exchange_of(account: Listing) -> Exchange:
    assert account.exchange is not None
    return account.exchange


def test_what_was_before_the_account_was_met_is_nothing_that_was_missed(
    services: Services, account: Listing, clock: Clock
) -> None:
    texted(exchange_of(account), ago(clock, 30))
    called(exchange_of(account), ago(clock, 30))
    begun(services, clock)
    assert running.reconcile(services)
    assert count(services) == 0


def test_what_came_meanwhile_is_taken_in_and_owned(services: Services, account: Listing, clock: Clock) -> None:
    begun(services, clock)
    exchange = exchange_of(account)
    written = texted(exchange, ago(clock, 30), media=(("image/png", b"\x89PNG\r\n\x1a\n"),))
    call = called(exchange, ago(clock, 20))
    called(exchange, ago(clock, 20), 40, parent=call, to="+441632960009")
    exchange.recordings["RE1"] = Recording("RE1", call.sid, ago(clock, 19), 9, "Ring me", "RecordVerb")
    outcome = running.from_mark(services)
    assert outcome is not None
    assert dict(outcome.counts) == {"calls": 1, "ends-of-calls": 1, "recordings": 1, "texts": 1}
    route_all(services)
    with begin_read(services.record) as record:
        found = {row.conversation: row for row in record.execute(select(contacts))}
        assert found.keys() == {written.sid, call.sid}
        assert {row.state for row in found.values()} == {"decided"}
        assert found[written.sid].received_at == written.created
        assert found[call.sid].sender_value == CALLER
        ends = record.execute(select(events.c.data).where(events.c.kind == "call-ended")).scalars().all()
        assert [(end["outcome"], end["seconds"]) for end in ends] == [("answered", 60)]
        urls = record.execute(select(media.c.url)).scalars().all()
    assert len(urls) == 2
    assert all(url.startswith(f"{account.url}/2010-04-01/Accounts/") for url in urls)
    assert mark(services)["until"] == clock() - timedelta(minutes=2)


@pytest.mark.parametrize(
    "leg,outcome", [("completed", "answered"), ("no-answer", "abandoned-waiting"), ("", "abandoned")]
)
def test_a_call_that_the_fallback_took_is_told_from_one_that_nobody_took(
    services: Services, account: Listing, clock: Clock, leg: str, outcome: str
) -> None:
    begun(services, clock)
    call = called(exchange_of(account), ago(clock, 30))
    if leg:
        called(exchange_of(account), ago(clock, 30), 30, parent=call, to="+441632960009", status=leg)
    running.from_mark(services)
    with begin_read(services.record) as record:
        ends = record.execute(select(events.c.data).where(events.c.kind == "call-ended")).scalars().all()
    assert [end["outcome"] for end in ends] == [outcome]


def test_a_call_whose_end_is_too_long_ago_for_the_list_is_closed(
    services: Services, account: Listing, clock: Clock
) -> None:
    exchange = exchange_of(account)
    call = called(exchange, ago(clock, 1), 0)
    row = {"sid": call.sid, "account_sid": exchange.account, "from": CALLER, "to": OURS, "direction": "inbound"}
    going = ended({**row, "status": "in-progress", "start_time": "Tue, 03 Mar 2026 09:59:00 +0000"})
    take_in(services, going)
    begun(services, clock)
    clock.move(timedelta(hours=9))
    with begin_write(services.record) as record:
        record.execute(store.reconciliations.update().values(until=clock() - timedelta(minutes=5)))
    call.status, call.ended, call.seconds = "completed", ago(clock, 500), 33
    outcome = running.from_mark(services)
    assert outcome is not None
    assert dict(outcome.counts) == {"ends-of-calls": 1}
    with begin_read(services.record) as record:
        assert record.execute(select(contacts.c.ended_at)).scalar_one() is not None


def test_what_is_young_and_what_went_to_others_is_left(services: Services, account: Listing, clock: Clock) -> None:
    begun(services, clock)
    texted(exchange_of(account), ago(clock, 1))
    called(exchange_of(account), ago(clock, 1.5), 10)
    texted(exchange_of(account), ago(clock, 30), to="+441632960999")
    outcome = running.from_mark(services)
    assert outcome is not None
    assert (dict(outcome.counts), count(services)) == ({"to-other-numbers": 1}, 0)
    clock.move(timedelta(minutes=5))
    again = running.from_mark(services)
    assert again is not None
    assert dict(again.counts) == {"calls": 1, "ends-of-calls": 1, "texts": 1, "to-other-numbers": 1}


def test_receipts_that_never_came_are_settled(services: Services, account: Listing, clock: Clock) -> None:
    begun(services, clock)
    sent = {"audience": "customer", "purpose": "reply", "template": "reply", "values": {}, "channel": "sms"}
    row = sent | {"id": "o" * 26, "key": "k", "address": {}, "state": "sent", "not_before": clock(), "attempts": 1}
    ours = Message("SM" + "a" * 32, OURS, CALLER, "Hello", "outbound-api", "delivered", ago(clock, 30))
    exchange_of(account).messages[ours.sid] = ours
    with begin_write(services.record) as record:
        row |= {"created_at": clock(), "message_id": ours.sid, "sent": {"channel": "sms"}, "sent_to": CALLER}
        record.execute(insert(outbox), [row])
    for expected in ({"receipts": 1}, {}):
        outcome = running.from_mark(services)
        assert outcome is not None
        assert dict(outcome.counts) == expected
    with begin_read(services.record) as record:
        assert record.execute(select(outbox.c.delivery)).scalar_one() == "delivered"


@pytest.mark.parametrize(
    "fault,trouble",
    [(401, "not-authorised"), (429, "too-many"), (500, "http-500"), (HALF, "unreachable"), (HANGS_UP, "unreachable")],
)
def test_what_breaks_is_said_and_tried_again_later(
    services: Services,
    account: Listing,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    fault: int | str,
    trouble: str,
) -> None:
    met = begun(services, clock)
    texted(exchange_of(account), ago(clock, 30))
    caplog.set_level(logging.DEBUG)
    account.faults.extend([None, None, fault])
    assert running.reconcile(services)
    row = mark(services)
    assert (row["trouble"], row["trouble_since"], row["until"]) == (trouble, clock(), met)
    standing = running.standing(services)
    assert standing is not None
    assert standing.trouble == trouble
    assert not running.reconcile(services)
    pause = timedelta(seconds=RETRY_AFTER) if fault == TOO_MANY else running.BACK_OFF[0]
    assert row["not_before"] - clock() == pause
    clock.move(pause)
    assert running.reconcile(services)
    assert mark(services)["trouble"] is None
    assert count(services) == 1
    said = " ".join(record.getMessage() + str(record.__dict__.get("ids")) for record in caplog.records)
    assert not any(word in said for word in (CALLER, "7700900123", "leak", OURS))


def test_health_says_how_it_stands(services: Services, account: Listing, clock: Clock) -> None:
    visitor = Visitor(services)
    assert visitor.get("/health/ready").json()["reconciliation"] is None
    met = begun(services, clock)
    account.faults.append(401)
    assert running.reconcile(services)
    said = visitor.get("/health/ready").json()
    assert said["reconciliation"]["status"] == "degraded"
    assert said["reconciliation"]["trouble"] == "not-authorised"
    assert datetime.fromisoformat(said["reconciliation"]["until"]) == met
    assert said["status"] in ("degraded", "down")


def test_it_waits_longer_the_more_often_it_fails(services: Services, account: Listing, clock: Clock) -> None:
    begun(services, clock)
    pauses = []
    for _ in range(len(running.BACK_OFF) + 2):
        account.faults.append(503)
        assert running.reconcile(services)
        pauses.append(mark(services)["not_before"] - clock())
        clock.move(pauses[-1])
    assert pauses == [*running.BACK_OFF, running.BACK_OFF[-1], running.BACK_OFF[-1]]


def test_a_list_of_thousands_is_read_to_its_end_and_goes_on_where_it_was_stopped(
    services: Services, account: Listing, clock: Clock
) -> None:
    begun(services, clock)
    for number in range(1_200):
        texted(exchange_of(account), ago(clock, 50 - number / 60), f"Number {number}")
    stops = iter([False, False, False, True])
    assert running.reconcile(services, stopping=lambda: next(stops))
    taken = count(services)
    assert (0 < taken < 1_200, mark(services)["trouble"]) == (True, "stopped")
    clock.move(running.BACK_OFF[0])
    assert running.reconcile(services)
    assert count(services) == count(services, parts) == 1_200
    assert mark(services)["trouble"] is None
    assert sum("Messages.json" in each for each in account.asked) >= 3


def test_a_next_page_somewhere_else_is_not_signed_in_to(services: Services, account: Listing, clock: Clock) -> None:
    begun(services, clock)
    exchange = exchange_of(account)
    for _ in range(600):
        texted(exchange, ago(clock, 30))
    exchange.account, before = "AC" + "2" * 32, exchange.account
    assert running.reconcile(services)
    assert mark(services)["trouble"] == "not-authorised"
    exchange.account = before


def test_only_one_of_several_looks_at_a_time(services: Services, clock: Clock) -> None:
    assert running.reconcile(services)
    assert not running.reconcile(services)
    clock.move(timedelta(minutes=9))
    assert not running.reconcile(services)
    clock.move(timedelta(minutes=1))
    assert running.reconcile(services)


def test_one_that_is_not_done_for_too_long_is_late(services: Services, clock: Clock) -> None:
    assert running.reconcile(services)
    standing = running.standing(services)
    assert standing is not None
    assert standing.trouble is None
    clock.move(timedelta(minutes=35))
    late = running.standing(services)
    assert late is not None
    assert late.trouble == "late"


def test_a_text_whose_sender_is_not_known_is_taken_in_all_the_same(
    services: Services, account: Listing, clock: Clock
) -> None:
    begun(services, clock)
    texted(exchange_of(account), ago(clock, 30)).from_ = ""
    texted(exchange_of(account), ago(clock, 29))
    outcome = running.from_mark(services)
    assert outcome is not None
    assert dict(outcome.counts) == {"texts": 2}


def test_what_cannot_be_read_is_left_and_counted(services: Services, account: Listing, clock: Clock) -> None:
    config = TwilioConfig(services.settings.twilio_account_sid, TOKEN, "", account.url)
    work = Work(services, Lists(config, httpx.Client()), clock(), clock(), clock())
    good = {"sid": "CA1", "from": CALLER, "to": OURS, "date_created": "Tue, 03 Mar 2026 10:00:00 +0000"}
    rows = [{"sid": "CA2"}, good, good | {"date_created": "yesterday"}]
    assert [each.conversation for each in read_all(work, begun_row, rows)] == ["CA1"]
    assert dict(work.counts) == {"unreadable": 2}
