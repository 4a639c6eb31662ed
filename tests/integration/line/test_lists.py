"""Lists are found by an index, however many contacts are stored: reading them all would hold up who answers calls."""

from typing import Any

import pytest
from sqlalchemy import Connection, Select, event, text

from router.console import machines
from router.enquiry.happenings import MACHINES
from router.services import Services
from router.store import contacts, enquiries
from router.store.engine import begin_read, begin_write
from router.store.schema import OF_MACHINES
from router.store.schema import enquiries as of_enquiries
from tests.landlord import route_all, take_in
from tests.messages import mail

LISTS = {
    "contacts of a channel": (
        lambda record: contacts.page(record, contacts.of_channel("chat"), None, 50),
        "ix_contacts_rare",
    ),
    "what machines sent": (lambda record: machines._find(record, None), "ix_contacts_of_machines"),
    "contacts that wait": (
        lambda record: contacts.page(record, contacts.in_state("waiting"), None, 50),
        "ix_contacts_undecided",
    ),
    "contacts that are set aside": (
        lambda record: contacts.page(record, contacts.in_state("set-aside"), None, 50),
        "ix_contacts_set_aside",
    ),
    "enquiries of a customer": (
        lambda record: enquiries.page(record, [of_enquiries.c.party == "customer:x"], None, 50),
        "ix_enquiries_party",
    ),
}


def plan_of(record: Connection, read: Any) -> str:
    """How the database goes about the one statement of a list."""
    asked: list[str] = []

    def remember(connection: Connection, statement: Any, *_: Any) -> None:
        if isinstance(statement, Select):
            asked.append(str(statement.compile(connection.engine, compile_kwargs={"literal_binds": True})))

    event.listen(record, "before_execute", remember)
    read(record)
    event.remove(record, "before_execute", remember)
    explain = "explain query plan" if record.dialect.name == "sqlite" else "explain"
    return "\n".join(str(row) for row in record.exec_driver_sql(f"{explain} {asked[0]}"))


@pytest.mark.parametrize("read,index", LISTS.values(), ids=LISTS)
def test_a_list_is_found_by_its_index(services: Services, read: Any, index: str) -> None:
    for number in range(300):
        take_in(services, mail("My boiler is broken", f"tenant{number}@home.example"))
    route_all(services)
    with begin_write(services.record) as record:
        if record.dialect.name == "postgresql":  # nobody gathers statistics of the embedded record
            record.exec_driver_sql("analyze")
    with begin_read(services.record) as record:
        plan = plan_of(record, read)
    assert index in plan, plan
    assert "SCAN contacts USING INDEX sqlite_autoindex" not in plan, plan


def test_the_index_has_what_machines_send_and_nothing_else(services: Services) -> None:
    for kind in sorted({*MACHINES, "message", "call-event"}):
        take_in(services, mail("Hello", f"{kind}@home.example", kind=kind))
    with begin_read(services.record) as record:
        found = contacts.page(record, [text(OF_MACHINES)], None, 50)
    assert {row["kind"] for row in found} == MACHINES
