"""Contacts that are new and have one part, as most messages do, stored without asking anything first."""

from collections.abc import Sequence
from functools import cache
from itertools import chain

from sqlalchemy import Connection, select

from router.store import driver, recordings, texts
from router.store.bulk import given, insert_rows, placeholders
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import contacts, parts
from router.store.spelling import names, records, recordset
from router.store.texts import Stored

_STORED = Prepared(select(contacts.c.id).where(among(contacts.c.id, "wanted")))


def store(connection: Connection, rows: Sequence[Stored]) -> set[str]:
    """Store contacts, each with its part, given as the rows of both; returns the ids of the contacts that it stored.

    Nothing is stored of a contact that is there already, or whose sender lately sent a piece of a text; and nothing at
    all when one of them brings more with it than its two rows.
    """
    if any(texts.brings_more(part) or recordings.speaks_of(part) for _, part in rows):
        return set()
    if connection.dialect.name == "postgresql":
        return _by_one_statement(connection, rows)
    stored = _store_contacts(connection, [contact for contact, _ in rows])
    insert_rows(connection, parts, [part for _, part in rows if part["contact_id"] in stored])
    return stored


def _store_contacts(connection: Connection, rows: Sequence[Row]) -> set[str]:
    columns, values = given(contacts, rows, "sqlite")
    count = driver.execute(connection, _for_sqlite(columns, len(rows)), tuple(chain.from_iterable(values)))
    ids = {row["id"] for row in rows}
    # To be told of each would cost more than the question, which is seldom asked.
    return ids if count == len(rows) else {row["id"] for row in _STORED.rows(connection, wanted=list(ids))}


@cache
def _for_sqlite(columns: tuple[str, ...], count: int) -> str:
    account, sender = (f"r.column{columns.index(name) + 1}" for name in ("account", "sender_value"))
    rows = f"(VALUES {placeholders(len(columns), count)}) AS r"
    return (
        f"INSERT INTO contacts ({names(columns, 'sqlite')}) SELECT * FROM {rows}"  # noqa: S608 - our names
        f" WHERE NOT EXISTS (SELECT 1 FROM pieces WHERE pieces.account = {account} AND pieces.sender = {sender})"
        " ON CONFLICT DO NOTHING"
    )


def _by_one_statement(connection: Connection, rows: Sequence[Stored]) -> set[str]:
    of_contacts = given(contacts, [contact for contact, _ in rows], "postgresql")
    of_parts = given(parts, [part for _, part in rows], "postgresql")
    statement = _for_postgres(of_contacts.columns, of_parts.columns)
    return {row[0] for row in driver.fetch(connection, statement, (records(*of_contacts), records(*of_parts)))}


@cache
def _for_postgres(of_contact: tuple[str, ...], of_part: tuple[str, ...]) -> str:
    contact, part = names(of_contact, "postgresql"), names(of_part, "postgresql")
    # Of two that are the same the first is to be stored; without an order a plan may turn them round.
    return (
        f"WITH stored AS (INSERT INTO contacts ({contact}) SELECT {contact} FROM {recordset(contacts, of_contact)}"  # noqa: S608 - our names
        " WHERE NOT EXISTS (SELECT FROM pieces WHERE pieces.account = r.account AND pieces.sender = r.sender_value)"
        f" ORDER BY r.id ON CONFLICT DO NOTHING RETURNING id), theirs AS (INSERT INTO parts ({part})"
        f" SELECT {part} FROM {recordset(parts, of_part)} WHERE r.contact_id IN (SELECT id FROM stored))"
        " SELECT id FROM stored"
    )
