"""Reports from the events of either record: of what was opened in the period, and nothing else."""

from datetime import timedelta

import pytest

from router.enquiry import orders
from router.reports.reading import Period, report
from router.reports.tables import REPORTS, Share
from router.services import Services
from router.store.engine import begin_read
from tests.integration.line.test_acting import BOSS, done, enquiry
from tests.messages import text_message

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
    with begin_read(services.record) as record:
        helped = report(record, REPORTS["first-contact"], "team", period, live, now)
        transfers = report(record, REPORTS["transfers"], "moves", period, live, now)
    assert helped[0]["enquiries"] == counted
    if counted:
        assert helped[0]["declared"] == Share(1, 3)
        assert [row["group"] for row in transfers] == ["all", "repairs -> hub"]
        assert transfers[0]["misrouted"] == Share(1, 3)
