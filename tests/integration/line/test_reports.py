"""Reports from the events of either record: of what was opened in the period, and nothing else."""

from datetime import timedelta

import pytest

from channels.inbound import Progress
from router.days import Period
from router.enquiry import orders
from router.reports import calls_reading
from router.reports.calls import BY_RELAY
from router.reports.figures import Share
from router.reports.keeping import keep
from router.reports.reading import report
from router.reports.tables import REPORTS
from router.services import Services
from router.store import call_ends, enquiries, relay
from router.store.call_ends import Ending, Heard
from router.store.engine import begin_read
from tests.integration.line.test_acting import BOSS, done, enquiry
from tests.landlord import route_all, take_in
from tests.messages import NOON, call, text_message

DAY = timedelta(days=1)


@pytest.mark.parametrize("since,until,counted", [(-1, 1, 3), (-2, -1, 0), (1, 2, 0)])
def test_report_of_a_period(services: Services, since: int, until: int, counted: int) -> None:
    first = enquiry(services)
    done(services, first, orders.Resolve("done", at_first_contact=True), BOSS)
    moved = enquiry(services, text_message("there are rats in my loft"))
    done(services, moved, orders.Transfer("hub", "wrong-team"), BOSS)
    enquiry(services, text_message("hello"))
    now, live = services.clock(), services.live.current()
    period = Period(now + since * DAY, now + until * DAY)
    assert keep(services, 60)
    with begin_read(services.record) as record:
        helped = report(record, REPORTS["first-contact"], "team", period, live, now)
        transfers = report(record, REPORTS["transfers"], "moves", period, live, now)
    assert helped[0]["enquiries"] == counted
    if counted:
        assert helped[0]["declared"] == Share(1, 3)
        assert [row["group"] for row in transfers] == ["all", "repairs -> hub"]
        assert transfers[0]["misrouted"] == Share(1, 3)


def test_report_on_calls_is_read_from_the_history(services: Services) -> None:
    ends = [("answered", 200, 20), ("abandoned", 3, 3), ("abandoned-waiting", 60, 60), ("abandoned", 30, 30)]
    ids = []
    for number, (outcome, seconds, waited) in enumerate(ends):
        accepted = take_in(services, call(f"CA{number}", "call", Progress.ENOUGH, f"+4477009001{number:02d}"))
        ids.append(accepted.contact_id)
        route_all(services)
        for known in (Ending("failed", NOON, 1, 1), Ending(outcome, NOON, seconds, waited)):
            heard = Heard(accepted.contact_id, services.clock(), lambda _, known=known: known)
            services.writer.submit(call_ends.settle, heard).result()
    services.writer.submit(relay.mark, relay.RelayMark(ids[2], relay=True, by="caller", at=services.clock())).result()
    with begin_read(services.record) as record:
        enquiry_of = {row["contact_id"]: row["enquiry_id"] for row in enquiries.decisions_of(record, ids)}
    now = services.clock()
    promised = done(services, enquiry_of[ids[3]], orders.PromiseCallback(now, now + DAY), BOSS)
    called = promised.callbacks[0].id
    done(services, enquiry_of[ids[3]], orders.TryCallback(called, "reached", ""), BOSS)
    assert keep(services, 60)
    with begin_read(services.record) as record:
        (whole,) = calls_reading.report(record, "none", Period(now - DAY, now + DAY))
        assert calls_reading.report(record, "none", Period(now + DAY, now + 2 * DAY))[0]["calls"] == 0
        by_need = calls_reading.sums(record, "need", Period(now - DAY, now + DAY))
    assert (whole["calls"], whole["short"], whole["answered"], whole["called_back"]) == (4, 1, Share(1, 3), Share(1, 2))
    assert [sums.numbers["calls"] for key, sums in by_need.items() if key and BY_RELAY in key] == [1]
