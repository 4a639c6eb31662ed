"""Misroutes in the record: the enquiries of a period whose first owner was wrong, as the live rules see them today."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, select

from router import facts as fact
from router.days import Period
from router.enquiry.happenings import EventKind
from router.live import LiveRuleset
from router.replays.deciding import Rules, Versions, is_first
from router.replays.past import ids_of, some
from router.services import Services
from router.store import sql
from router.store.engine import begin_read
from router.store.ids import lowest_id
from router.store.rows import Row
from router.store.schema import customers, enquiries, events, users
from rules.decide import decide
from rules.learning import Misroute
from rules.model import Facts
from rules.words import tokens

AT_ONCE: Final = 500
MOST: Final = 5_000
"""Misroutes that are learnt from: the latest ones."""


def misroutes(services: Services, period: Period, live: LiveRuleset, versions: Versions) -> tuple[list[Misroute], int]:
    """The misroutes that the live rules would make again, and how many there were in all.

    Each is the contact that opened the enquiry, with the team that the rules would give it to now and the one that it
    was passed on to, at last, as a misroute.
    """
    moved = dict(list(_moved(services, period).items())[-MOST:])
    found, total = [], 0
    for row, right in _opened(services, moved):
        facts, team, rule = seen_by(Rules(live), row, versions)
        total += 1
        if team != right:
            journey = facts.get("journey")
            about = str(journey) if journey is not None else None
            found.append(Misroute(row["id"], row["party"], team, right, about, rule, str(facts["text"]), facts))
    return found, total


def seen_by(rules: Rules, row: Row, versions: Versions) -> tuple[Facts, str, str]:
    """A contact's facts in terms of a ruleset, and the team and the rule that it gives."""
    facts = rules.facts(row, fact.restored(row["facts"], row), versions)
    outcome = decide(rules.live.compiled, facts, row["received_at"])
    return facts, outcome.team, outcome.rule


def was_right(row: Row) -> bool:
    """Whether a contact was with the right team at once: it opened an enquiry that its first owner resolved."""
    same = row["now"] == row["team"] == row["routed_team"]
    return bool(same and row["state"] == "resolved" and row["trouble"] is None and is_first(row))


def named(services: Services, words: frozenset[str]) -> frozenset[str]:
    """Which of these folded words are part of the name of a customer or a colleague."""
    with begin_read(services.record) as record:
        found = {token for name in _names(record) for token in tokens(name) if token in words}
    return frozenset(found)


def _names(record: Connection) -> Iterator[str]:
    for table in (users, customers):
        yield from record.execute(select(table.c.name), execution_options={"yield_per": 2_000}).scalars()


def _moved(services: Services, period: Period) -> dict[str, tuple[str, str]]:
    """The misroutes of the enquiries that a period opened, by enquiry: from whom at first, and to whom at last."""
    first, end = ids_of(period)
    moved: dict[str, tuple[str, str]] = {}
    after = lowest_id(period.since)
    columns = (events.c.id, events.c.enquiry_id, events.c.data)
    while True:
        wanted = (events.c.id > after, events.c.kind == EventKind.TRANSFERRED.value)
        mine = (events.c.enquiry_id >= first, events.c.enquiry_id < end)
        statement = select(*columns).where(*wanted, *mine).order_by(events.c.id).limit(AT_ONCE)
        with begin_read(services.record) as record:
            rows = sql.dicts(record.execute(statement))
        for row in rows:
            if row["data"].get("misroute"):
                begun = moved.pop(row["enquiry_id"], (row["data"]["from"], ""))[0]
                moved[row["enquiry_id"]] = (begun, row["data"]["to"])
        if len(rows) < AT_ONCE:
            return {key: pair for key, pair in moved.items() if pair[0] != pair[1]}
        after = rows[-1]["id"]


def _opened(services: Services, moved: Mapping[str, tuple[str, str]]) -> Iterator[tuple[Row, str]]:
    """The contacts that opened these enquiries, with the team that each should have gone to."""
    ids = list(moved)
    for start in range(0, len(ids), AT_ONCE):
        with begin_read(services.record) as record:
            wanted = select(enquiries.c.first_contact_id, enquiries.c.id).where(
                enquiries.c.id.in_(ids[start : start + AT_ONCE])
            )
            first = {row[0]: row[1] for row in record.execute(wanted)}
            rows = some(record, list(first))
        yield from ((row, moved[first[row["id"]]][1]) for row in rows)
