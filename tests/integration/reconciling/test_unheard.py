"""What a colleague is told of a call of which nothing but the provider's list speaks: that its keys are not known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.inbound import Progress
from router import explaining
from router.reconciling import running
from router.services import Services
from router.store.engine import begin_read
from router.store.schema import contacts
from tests.integration.console.visitor import PASSWORD_HASH, Clock, Visitor
from tests.integration.reconciling.conftest import ago
from tests.integration.reconciling.test_lists import begun, called, exchange_of
from tests.landlord import route_all, shown, take_in
from tests.messages import call
from tests.servers.listed import Listing

TOLD = "known from the provider’s list alone"
KEY = "menu-choice"


@pytest.mark.parametrize(
    "before, late, says_so",
    [
        ((), (), True),
        (("call",), (), False),
        (("call", KEY), (), False),
        ((), (KEY,), False),
        ((), ("menu-timeout",), False),
    ],
    ids=["nothing came", "only its end is listed", "its key came", "its key came late", "its silence came late"],
)
def test_a_call_of_which_only_the_list_tells_says_so(
    services: Services, account: Listing, clock: Clock, before: tuple[str, ...], late: tuple[str, ...], says_so: bool
) -> None:
    begun(services, clock)
    leg = called(exchange_of(account), ago(clock, 30))
    for part in before:
        _came(services, account, leg.sid, part)
    assert running.from_mark(services) is not None
    route_all(services)
    for part in late:
        _came(services, account, leg.sid, part)
    clock.move(timedelta(minutes=3))
    route_all(services)
    colleague = Visitor(services).signed_in(["supervisor"], ["hub"], PASSWORD_HASH)
    [contact_id] = _contacts(services)
    contact = shown(services, contact_id)
    pages = (f"/contacts/{contact_id}", f"/enquiries/{contact['decision']['enquiry']['reference']}")
    assert [TOLD in colleague.get(page).text for page in pages] == [says_so, says_so]
    assert (explaining.UNHEARD in contact["explanation"]["sentences"]) is says_so


def _came(services: Services, account: Listing, sid: str, part: str) -> None:
    progress = Progress.WAIT if part == "call" else Progress.ENOUGH
    told = call(sid, part, progress, **({"menu": "2"} if part == KEY else {}))
    event = f"{sid}:call" if part == "call" else told.event
    take_in(services, replace(told, account=exchange_of(account).account, event=event))


def _contacts(services: Services) -> list[str]:
    with begin_read(services.record) as record:
        return list(record.execute(select(contacts.c.id)).scalars())
