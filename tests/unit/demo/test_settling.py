"""What a morning waits for before it is accounted for: whatever is leaving or soon to leave, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, insert

from router.demo.morning import SOON, unsaid
from router.outbound import CLAIM, LEASE
from router.store.schema import outbox

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
INTENT = {
    "id": "i1",
    "key": "acknowledge e1",
    "enquiry_id": "e1",
    "contact_id": "c1",
    "audience": "customer",
    "purpose": "acknowledgement",
    "template": "acknowledgement",
    "values": {},
    "channel": "sms",
    "address": {},
    "attempts": 0,
    "created_at": NOW,
}


@pytest.mark.parametrize(
    "state,until,count",
    [
        ("pending", timedelta(0), 1),
        ("pending", CLAIM, 1),
        ("pending", SOON + timedelta(seconds=1), 0),
        ("sending", LEASE, 1),
        ("sending", -LEASE, 1),
        ("sent", timedelta(0), 0),
        ("to-person", timedelta(0), 0),
        ("withdrawn", timedelta(0), 0),
    ],
)
def test_what_is_leaving_is_waited_for(state: str, until: timedelta, count: int) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as record:
        outbox.create(record)
        record.execute(insert(outbox), INTENT | {"state": state, "not_before": NOW + until})
        assert record.execute(unsaid(NOW)).scalar_one() == count
    engine.dispose()
