"""Contacts that are new and have one part, as most messages are, stored by a single statement of PostgreSQL's."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

from router.store import driver, recordings, texts
from router.store.bulk import given
from router.store.schema import contacts, parts
from router.store.spelling import names, records, recordset

Row = Mapping[str, Any]


def store(connection: Connection, rows: Sequence[tuple[Row, Row]]) -> set[str]:
    """Store contacts, each with its part, given as the rows of both; returns the ids of the contacts that it stored.

    Nothing is stored of a contact that is there already, or whose sender lately sent a piece of a text; and nothing at
    all when one of them brings more with it than its two rows.
    """
    if any(texts.brings_more(part) or recordings.speaks_of(part) for _, part in rows):
        return set()
    of_contacts = given(contacts, [contact for contact, _ in rows], "postgresql")
    of_parts = given(parts, [part for _, part in rows], "postgresql")
    statement = _statement(of_contacts.columns, of_parts.columns)
    return {row[0] for row in driver.fetch(connection, statement, (records(*of_contacts), records(*of_parts)))}


@cache
def _statement(of_contact: tuple[str, ...], of_part: tuple[str, ...]) -> str:
    contact, part = names(of_contact, "postgresql"), names(of_part, "postgresql")
    # Of two that are the same the first is to be stored; without an order a plan may turn them round.
    return (
        f"WITH stored AS (INSERT INTO contacts ({contact}) SELECT {contact} FROM {recordset(contacts, of_contact)}"  # noqa: S608
        " WHERE NOT EXISTS (SELECT FROM pieces WHERE pieces.account = r.account AND pieces.sender = r.sender_value)"
        f" ORDER BY r.id ON CONFLICT DO NOTHING RETURNING id), theirs AS (INSERT INTO parts ({part})"
        f" SELECT {part} FROM {recordset(parts, of_part)} WHERE r.contact_id IN (SELECT id FROM stored))"
        " SELECT id FROM stored"
    )
