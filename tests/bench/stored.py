"""A record with very many finished contacts, written straight into its tables as the engine would have left them.

`python -m tests.bench.stored [COUNT]` stores so many, 1,000,000 unless told, in a fresh record of either kind and
prints how long that took. A few hundred contacts are decided by the engine's own functions and then repeated, week
after week into the past and at the same hours. Three of ten join the enquiry that their party had opened before, and
two of a hundred enquiries, spread over every team, have not been resolved yet.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import Engine, Table

from router.live import LiveRuleset
from router.references import ALPHABET, LENGTH, check_character
from router.store.bulk import insert_rows
from router.store.engine import begin_write
from router.store.ids import new_id
from router.store.schema import (
    contact_points,
    contacts,
    customers,
    decisions,
    enquiries,
    enquiry_contacts,
    events,
    outbox,
    parts,
    timers,
)
from router.store.types import to_micros
from tests.bench.engine import RECORDS, record, services
from tests.bench.models import WEEK, Model, as_json, models

Rows = dict[Table, list[tuple[Any, ...]]]

TABLES = (contacts, parts, enquiries, enquiry_contacts, decisions, events, outbox, timers)
WEEKS = 78
CHUNK = 10_000
JOINS = (3, 6, 9)
"""Of ten contacts these join the enquiry of the one before."""

OPEN_EVERY = 50
RESOLVED_AFTER = timedelta(days=2)
EACH = 25
"""Contacts a party, on average: the same people come back, and those of tests/bench/engine.py are among them."""


def store(
    engine: Engine, live: LiveRuleset, count: int, now: datetime, *, open_every: int = OPEN_EVERY, weeks: int = WEEKS
) -> None:
    """Write so many finished contacts, received before `now`, and let the database know its tables."""
    write = _into_postgres if engine.dialect.name == "postgresql" else _into_sqlite
    rows: Rows = {table: [] for table in TABLES}
    opened = Opened(open_every)
    for number, (model, at) in enumerate(_moments(live, count, weeks, now - timedelta(days=1))):
        _add(rows, model, at, number, count, opened)
        if (number + 1) % CHUNK == 0 or number + 1 == count:
            write(engine, rows)
            rows = {table: [] for table in TABLES}
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze")
            connection.exec_driver_sql("checkpoint")  # else all of it is written to disk while something is measured


def store_customers(engine: Engine, count: int, now: datetime) -> None:
    """Write so many customers with a number each, of whom the first 100,000 ring as `load.call` does."""
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        with begin_write(engine) as connection:
            insert_rows(connection, customers, [_customer(number, now) for number in numbers])
            insert_rows(connection, contact_points, [_number_of(number) for number in numbers])


def _customer(number: int, now: datetime) -> dict[str, Any]:
    """Of fifty customers one calls by text relay."""
    return {
        "id": f"customer{number:018}",
        "reference": f"T{number}",
        "name": f"Tenant {number}",
        "kind": "tenant",
        "language": None,
        "facts": {"tenure": "general-needs"},
        "adjustments": {} if number % 50 else {"text-relay": ""},
        "preferences": {},
        "source_digest": "",
        "changed_at": now,
    }


def _number_of(number: int) -> dict[str, Any]:
    value = f"+447{700_900_000 + number:09d}"
    return {"customer_id": f"customer{number:018}", "kind": "phone", "value": value, "prefix": "", "position": 0}


def _moments(live: LiveRuleset, count: int, weeks: int, until: datetime) -> Iterator[tuple[Model, datetime]]:
    """Which contact came in when, oldest first: in each week the same sayings, each many times, a second apart."""
    for week in range(weeks):
        first, last = week * count // weeks, (week + 1) * count // weeks
        said = models(live, until - (weeks - week) * WEEK)
        for place, model in enumerate(said):
            again = (place + 1) * (last - first) // len(said) - place * (last - first) // len(said)
            for second in range(again):
                yield model, model.at + timedelta(seconds=second)


@dataclass(slots=True)
class Opened:
    """The enquiry that was opened last: what a contact that joins needs of it."""

    open_every: int
    """Of so many enquiries one is still open."""
    number: int = -1
    id: str = ""
    party: str = ""
    team: str = ""


def _add(rows: Rows, model: Model, at: datetime, number: int, count: int, opened: Opened) -> None:
    """Add one contact, with the enquiry that it opens unless it joins the one before."""
    key = partial(_id, new_id(at)[:10], number)
    received, decided = to_micros(at), to_micros(at) + 3_000_000
    joins = number % 10 in JOINS
    if not joins:
        opened.number, opened.id, opened.team = number, key(0), model.enquiry["team"]
        opened.party = _party(model, number * 7919 % (count // EACH + 1))
    how = "joined" if joins else "opened"
    contact_id = key(1)
    kind, _, address = opened.party.partition(":")
    rows[contacts].append(
        model.contact.copy(
            id=contact_id,
            conversation=f"stored-{number * 7919 % 1_000_003}-{number}",
            party=opened.party,
            team=opened.team,
            sender=as_json({"kind": kind, "value": address}),
            sender_value=address,
            received_at=received,
            not_before=received,
            decided_at=decided,
        )
    )
    rows[parts].append(model.part.copy(id=key(2), contact_id=contact_id, received_at=received))
    rows[decisions].append(
        model.decision.copy(
            id=key(3),
            contact_id=contact_id,
            parts_until=key(2),
            team=opened.team,
            how=how,
            at=decided,
            enquiry_id=opened.id,
        )
    )
    rows[enquiry_contacts].append((contact_id, opened.id, how, decided))
    data = model.told if joins else model.begun
    rows[events].append((key(4), decided, how, opened.id, contact_id, opened.team, "engine", data))
    if not joins:
        _add_enquiry(rows, model, at, key, opened)


def _add_enquiry(rows: Rows, model: Model, at: datetime, key: Callable[[int], str], opened: Opened) -> None:
    moment, ends = to_micros(at) + 3_000_000, at + RESOLVED_AFTER
    settled = None if opened.number % opened.open_every == 0 else to_micros(ends)
    rows[enquiries].append(
        model.enquiry.copy(
            id=opened.id,
            reference=_reference(opened.number),
            party=opened.party,
            state="resolved" if settled else "open",
            opened_at=moment,
            resolved_at=settled,
            first_contact_id=key(1),
        )
    )
    for sheet in model.outbox:
        times = {"not_before": moment, "created_at": moment, "settled_at": moment + 2_000_000}
        names = {"id": key(5), "key": f"acknowledgement:{opened.id}", "message_id": f"SM{opened.id}"}
        rows[outbox].append(sheet.copy(enquiry_id=opened.id, contact_id=key(1), **names, **times))
    for place, sheet in enumerate(model.timers, start=10):
        name = f"due:{opened.id}:{place}"
        rows[timers].append(sheet.copy(id=key(place), key=name, enquiry_id=opened.id))
    if settled:
        resolved = _id(new_id(ends)[:10], opened.number, 6)
        data = '{"at_first_contact":true,"how":"advice","note":""}'
        rows[events].append((resolved, settled, "resolved", opened.id, None, opened.team, "engine", data))


def _party(model: Model, number: int) -> str:
    by_text = model.contact["channel"] == "sms"
    return f"phone:+4477009{number:05}" if by_text else f"email:tenant{number}@home.example"


def _id(prefix: str, number: int, kind: int) -> str:
    """An id of a moment, given by its first ten characters, and of one of its contact's rows."""
    return f"{prefix}{number:012}{kind:04}"


def _reference(number: int) -> str:
    """A reference that no other number has, in no order."""
    mixed = (number * 387_420_489 + 1) % len(ALPHABET) ** LENGTH
    body = "".join(ALPHABET[mixed // len(ALPHABET) ** place % len(ALPHABET)] for place in range(LENGTH))
    return f"{body[:4]}-{body[4:]}-{check_character(body)}"


@cache
def _names(engine: Engine, table: Table) -> str:
    return ", ".join(map(engine.dialect.identifier_preparer.quote, table.c.keys()))


def _into_sqlite(engine: Engine, rows: Rows) -> None:
    with begin_write(engine) as connection:
        for table, values in rows.items():
            marks = ", ".join("?" * len(table.c))
            connection.exec_driver_sql(f"insert into {table.name} ({_names(engine, table)}) values ({marks})", values)


def _into_postgres(engine: Engine, rows: Rows) -> None:
    with begin_write(engine) as connection:
        driver: Any = connection.connection.driver_connection
        connection.exec_driver_sql("set local session_replication_role = replica")  # what is referred to comes with it
        for table, values in rows.items():
            with (
                driver.cursor() as cursor,
                cursor.copy(f"copy {table.name} ({_names(engine, table)}) from stdin") as copy,
            ):
                for row in values:
                    copy.write_row(row)


def main() -> None:
    """Print how long it takes on both records."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for kind in RECORDS:
        with record(kind) as (data, database), services(data, database) as tools:
            started = time.perf_counter()
            store(tools.record, tools.live.current(), count, tools.clock())
            print(f"{kind}: {count:,} stored, {count / (time.perf_counter() - started):,.0f} a second", flush=True)


if __name__ == "__main__":
    main()
