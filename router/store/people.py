"""Customers and their contact points in the record: found by exact contact point, written by imports."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from router.store import closed, sql
from router.store.bulk import insert_rows
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import contact_points, customers, failing_points

Point = tuple[str, str]
"""A contact point's kind and its canonical value."""

REFERENCE = "reference"

_BY_POINT = Prepared(
    select(contact_points.c.kind.label("point_kind"), contact_points.c.value.label("point_value"), customers)
    .join(customers, customers.c.id == contact_points.c.customer_id)
    .where(among(contact_points.c.value, "wanted"))
    .order_by(customers.c.id)
)
_BY_REFERENCE = Prepared(select(customers).where(among(customers.c.reference, "wanted")))
_FAILING = Prepared(select(failing_points).where(among(failing_points.c.value, "wanted")))
_POINTS = Prepared(
    select(contact_points)
    .where(among(contact_points.c.customer_id, "wanted"))
    .order_by(contact_points.c.customer_id, contact_points.c.position)
)


def party(customer_id: str) -> str:
    """Whose matters those of a customer are, as contacts and enquiries have it (`party`)."""
    return f"customer:{customer_id}"


def find(connection: Connection, points: Iterable[Point]) -> dict[Point, list[Row]]:
    """Customers by contact point, each with all its `points`, and what is `failing` or `closed` of them.

    A point that nobody has is not in the answer.
    """
    wanted = set(points)
    found: dict[Point, list[Row]] = {}
    values = [value for kind, value in wanted if kind != REFERENCE]
    for customer in _BY_POINT.rows(connection, wanted=values) if values else ():
        point = (customer.pop("point_kind"), customer.pop("point_value"))
        if point in wanted:
            found.setdefault(point, []).append(customer)
    references = [value for kind, value in wanted if kind == REFERENCE]
    for customer in _BY_REFERENCE.rows(connection, wanted=references) if references else ():
        found.setdefault((REFERENCE, customer["reference"]), []).append(customer)
    _add_points(connection, [customer for group in found.values() for customer in group])
    return found


def _add_points(connection: Connection, rows: Sequence[Row]) -> None:
    by_id: dict[str, list[tuple[str, str, str]]] = {row["id"]: [] for row in rows}
    for point in _POINTS.rows(connection, wanted=list(by_id)) if by_id else ():
        by_id[point["customer_id"]].append((point["kind"], point["value"], point["prefix"]))
    known = failing(connection, [(kind, value) for points in by_id.values() for kind, value, _ in points])
    values = (value for points in by_id.values() for _, value, _ in points)
    shut = closed.by_value(closed.of(connection, values))
    for row in rows:
        row["points"] = tuple(by_id[row["id"]])
        row["failing"] = {(kind, value) for kind, value, _ in row["points"] if (kind, value) in known}
        row["closed"] = [shut[value] for _, value, _ in row["points"] if value in shut]


def failing(connection: Connection, points: Iterable[Point]) -> dict[Point, Row]:
    """Those of these contact points from which what we sent came back for good, each with what is known of that."""
    wanted = set(points)
    values = [value for _, value in wanted if value]
    rows = _FAILING.rows(connection, wanted=values) if values else []
    found = {(row["kind"], row["value"]): row for row in rows}
    return {point: row for point, row in found.items() if point in wanted}


def mark_failing(connection: Connection, rows: Sequence[Row]) -> None:
    """Note that nothing arrives at these contact points: kind, value, since, status, intent_id and contact_id each."""
    insert_rows(connection, failing_points, rows, only_new=True)


def mark_working(connection: Connection, points: Iterable[Point]) -> None:
    """Note that these contact points work again."""
    for kind, value in points:
        mine = (failing_points.c.kind == kind, failing_points.c.value == value)
        connection.execute(delete(failing_points).where(*mine))


def get(connection: Connection, ids: Sequence[str]) -> dict[str, Row]:
    """Customers by id, each with its `points`."""
    statement = select(customers).where(customers.c.id.in_(list(ids)))
    rows = sql.mappings(connection.execute(statement).mappings())
    _add_points(connection, rows)
    return {row["id"]: row for row in rows}


def digests(connection: Connection, references: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each reference that the record knows: the customer's id, and the digest of the row it was written from."""
    wanted = customers.c.reference.in_(list(references))
    rows = connection.execute(
        select(customers.c.reference, customers.c.id, customers.c.source_digest).where(wanted),
    )
    return {row.reference: (row.id, row.source_digest) for row in rows}


def write(connection: Connection, items: list[Row]) -> list[None]:
    """Write customers, each a row plus its `points` (kind, value, relay prefix); a known reference is replaced."""
    known = digests(connection, [item["reference"] for item in items])
    rows = [{key: value for key, value in item.items() if key != "points"} for item in items]
    for row in rows:
        row["id"] = known.get(row["reference"], (row["id"], ""))[0]
    insert_rows(connection, customers, rows, only_new=True)
    changed = [{f"b_{key}": value for key, value in row.items()} for row in rows if row["reference"] in known]
    if changed:
        columns: dict[str, Any] = {key: bindparam(f"b_{key}") for key in rows[0] if key not in ("id", "reference")}
        connection.execute(update(customers).where(customers.c.id == bindparam("b_id")).values(**columns), changed)
    ids = [row["id"] for row in rows]
    connection.execute(delete(contact_points).where(contact_points.c.customer_id.in_(ids)))
    points = [
        {"customer_id": id_, "kind": kind, "value": value, "prefix": prefix, "position": position}
        for id_, item in zip(ids, items, strict=True)
        for position, (kind, value, prefix) in enumerate(item["points"])
    ]
    insert_rows(connection, contact_points, points, only_new=True)
    return [None] * len(items)
