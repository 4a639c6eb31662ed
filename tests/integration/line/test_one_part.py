"""What is stored without asking anything first is what the ordinary way stores, whatever comes together."""

import itertools
from concurrent.futures import Future
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from channels.adapter import Request
from channels.twilio_sms import parse
from router import intake
from router.services import Services
from router.store import contacts, one_part
from router.store.batch import Ticket, run_together
from router.store.contacts import Accepted, Arrival
from router.store.engine import begin_read, connect_to_write
from router.store.schema import contacts as contact_table
from router.store.schema import parts as part_table
from router.store.texts import Stored
from tests.messages import NOON

PIECE = "a" * 160
_accounts = itertools.count()


class Text(NamedTuple):
    """A text as it comes: its id, of which the two senders have every second, what it says, when, and its files."""

    sid: int
    body: str = "my boiler is broken"
    after: int = 0
    channel: str = ""
    files: int = 0


Batches = list[list[Text]]
TEXTS = st.builds(
    Text,
    st.integers(0, 5),
    st.sampled_from(["my boiler is broken", "I smell gas", PIECE, "STOP", "YES", ""]),
    st.integers(0, 15),
    st.sampled_from(["", "whatsapp:"]),
    st.sampled_from([0, 0, 0, 1]),
)


@pytest.mark.parametrize(
    "batches, at_once",
    [
        pytest.param([[Text(1), Text(2)]], [{0, 1}], id="new ones"),
        pytest.param([[Text(1)], [Text(1), Text(2)]], [{0}, {1}], id="one that was there"),
        pytest.param([[Text(1), Text(1)]], [{0}], id="one twice"),
        pytest.param([[Text(1, PIECE), Text(3, after=1)]], [set()], id="a piece and what follows, together"),
        pytest.param([[Text(1, PIECE)], [Text(3, after=1), Text(2)]], [set(), {1}], id="what follows a piece"),
        pytest.param([[Text(1, "STOP")], [Text(3, "YES")]], [set(), set()], id="words that are obeyed"),
        pytest.param([[Text(1, files=1), Text(2)]], [set()], id="files to fetch"),
    ],
)
def test_what_goes_at_once_and_that_it_makes_no_difference(
    services_on_both: Services, monkeypatch: pytest.MonkeyPatch, batches: Batches, at_once: list[set[int]]
) -> None:
    noted: list[set[int]] = []
    store = one_part.store

    def noting(connection: Connection, rows: list[Stored]) -> set[str]:
        stored = store(connection, rows)
        noted.append({at for at, (contact, _) in enumerate(rows) if contact["id"] in stored})
        return stored

    monkeypatch.setattr(one_part, "store", noting)
    assert outcome(services_on_both, batches, contacts.accept) == outcome(services_on_both, batches, ordinarily)
    assert noted == at_once


# Each example has senders of its own, of whom there are a thousand.
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=5), min_size=1, max_size=4))
def test_it_makes_no_difference(services_on_both: Services, batches: Batches) -> None:
    assert outcome(services_on_both, batches, contacts.accept) == outcome(services_on_both, batches, ordinarily)


def ordinarily(connection: Connection, arrivals: list[Arrival]) -> list[Accepted]:
    """What is done with those that are not stored at once, done with all."""
    return contacts.accept(connection, arrivals)


def outcome(services: Services, batches: Batches, operation: Any) -> list[Any]:
    """What is told of each, by where it stands among all, and what is stored, for an account that nobody else has."""
    account, told = next(_accounts), []
    connection = connect_to_write(services.record)
    for batch in batches:
        arrivals = [arrival(services, account, text) for text in batch]
        chunk = [Ticket(operation, each, Future(), None) for each in arrivals]
        assert run_together(connection, [chunk]) == 1
        told += [ticket.result for ticket in chunk]
    connection.close()
    contact_ids, part_ids = [each.contact_id for each in told], [each.part_id for each in told]
    return [
        [(contact_ids.index(one), part_ids.index(other), repeated, state) for one, other, repeated, state in told],
        stored(services, account, contact_table, contact_ids),
        stored(services, account, part_table, part_ids),
    ]


def arrival(services: Services, account: int, text: Text) -> Arrival:
    """The rows of a text, read as the provider posts it."""
    form = {
        "MessageSid": f"SM{account}-{text.sid}",
        "AccountSid": f"AC{account}",
        "From": f"{text.channel}+447700900{(account * 2 + text.sid % 2) % 1000:03d}",
        "To": f"{text.channel}+441632960000",
        "Body": text.body,
        "NumMedia": str(text.files),
        "MediaUrl0": "https://files.example/0" if text.files else "",
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    at = NOON + timedelta(seconds=text.after)
    request = Request("POST", ("https://hub.example/channels/twilio/sms",), headers, urlencode(form).encode(), at)
    return intake.arrival(parse(request), services.live.current(), NOON, None)


def stored(services: Services, account: int, table: Any, ids: list[str]) -> list[dict[str, Any]]:
    """The rows of an account, without what differs from one account to the next."""
    with begin_read(services.record) as record:
        rows = record.execute(select(table).where(table.c.account == f"AC{account}").order_by(table.c.id)).mappings()
        kept = [{name: row[name] for name in row if name in SAME} | {"which": ids.index(row["id"])} for row in rows]
    return sorted(kept, key=lambda row: row["which"])


SAME = {"channel", "kind", "state", "urgency", "not_before", "lease", "attempts", "team", "received_at"} | {
    "part",
    "outgoing",
    "text",
    "facts",
    "marks",
    "ended_at",
}
