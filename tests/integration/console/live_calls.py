"""A call that goes on, put into the record as the doors would have left it there."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from channels.inbound import Progress
from router.services import Services
from router.store.engine import begin_write
from router.store.schema import calls
from tests.landlord import route_all, shown, take_in
from tests.messages import call

PHONE = "+441632960002"


def going_on(services: Services, sid: str = "CA1", stage: str = "talking", **more: Any) -> dict[str, Any]:
    """A call about a repair: its contact as the API shows it."""
    accepted = take_in(services, call(sid, "menu-choice", Progress.ENOUGH, menu="2"))
    route_all(services)
    row = {"contact_id": accepted.contact_id, "provider": "twilio", "account": "AC1", "call": sid, "stage": stage}
    row |= {"team": "repairs", "rank": 2, "turn": 1, "tried": [], "journey": "repair"}
    now = services.clock()
    row |= {"since": now - timedelta(minutes=2), "not_before": now, "seen_at": now - timedelta(minutes=1)}
    row |= {"phone": None if stage == "waiting" else PHONE, "leg": "CAleg" if stage == "talking" else None}
    with begin_write(services.record) as record:
        record.execute(insert(calls), [row | more])
    return shown(services, accepted.contact_id)
