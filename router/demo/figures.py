"""The figures of a morning, out of its account: what came in, whose it is, how fast, and whether so for everyone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from router.demo.account import Account
from router.store.outbox import SENT
from router.store.rows import Row

WITH, WITHOUT, UNKNOWN = "with adjustments", "without", "not known to us"


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in milliseconds of real time."""

    count: int
    p50: int
    p95: int
    p99: int


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team: contacts that the rules gave it, enquiries that it has in the end, and what became of them."""

    team: str
    routed: int
    owns: int
    resolved: int
    at_first_contact: int
    passed_on_as_misroutes: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of customers: their contacts, how long until these had an owner, and what became of their enquiries."""

    group: str
    contacts: int
    to_owner: Spread
    enquiries: int
    resolved: int
    at_first_contact: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is told in the end."""

    contacts: Mapping[str, int]
    repeated: int
    reconnected: int
    came_again: int
    to_owner: Mapping[str, Spread]
    teams: tuple[TeamLine, ...]
    journeys: Mapping[str, int]
    groups: tuple[GroupLine, ...]
    enquiries: int
    taken: int
    misrouted: int
    resolved: int
    sent: Mapping[str, int]
    to_people: int


def figures(account: Account, came_again: int) -> Figures:
    """Work them all out."""
    rows = [row for _, row in account.pairs]
    kinds = {id_: Counter(event["kind"] for event in events) for id_, events in account.events.items()}
    intents = [row for rows in account.outbox.values() for row in rows]
    return Figures(
        contacts=_counted(row["channel"] for row in rows),
        repeated=account.ledger.repeated,
        reconnected=account.ledger.reconnected,
        came_again=came_again,
        to_owner={"all": _spread(account, rows), **_by_channel(account, rows)},
        teams=tuple(_teams(account)),
        journeys=_counted(row["journey"] or "(not known)" for row in rows),
        groups=tuple(_groups(account, rows)),
        enquiries=len(account.enquiries),
        taken=sum(bool(each["taken"]) for each in kinds.values()),
        misrouted=sum(_was_misrouted(account, id_) for id_ in account.enquiries),
        resolved=sum(row["state"] == "resolved" for row in account.enquiries.values()),
        sent=_counted(row["sent"]["channel"] for row in intents if row["state"] == SENT),
        to_people=sum(row["state"] == "to-person" for row in intents),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    """How often each is there, the most frequent first."""
    return dict(Counter(values).most_common())


def _by_channel(account: Account, rows: Sequence[Row]) -> dict[str, Spread]:
    channels = _counted(row["channel"] for row in rows)
    return {channel: _spread(account, [row for row in rows if row["channel"] == channel]) for channel in channels}


def _spread(account: Account, rows: Iterable[Row]) -> Spread:
    return spread([milliseconds for row in rows for milliseconds in _to_owner(account, row)])


def spread(values: Sequence[float]) -> Spread:
    """The percentiles by nearest rank; all zero where there is nothing."""
    ordered = sorted(values)
    if not ordered:
        return Spread(0, 0, 0, 0)
    p50, p95, p99 = (round(ordered[max(ceil(len(ordered) * part / 100), 1) - 1]) for part in (50, 95, 99))
    return Spread(len(ordered), p50, p95, p99)


def _to_owner(account: Account, row: Row) -> Iterator[float]:
    """From the receipt of what made it decidable (a text, the key pressed) until its first decision."""
    decisions = account.decisions.get(row["id"], ())
    if not decisions:
        return
    first = min(decisions, key=lambda each: (each["at"], each["id"]))
    received = next(
        (each["received_at"] for each in account.parts[row["id"]] if each["id"] == first["parts_until"]), None
    )
    if received is not None:
        yield max((first["at"] - received).total_seconds() * 1000, 0.0)


def _teams(account: Account) -> Iterator[TeamLine]:
    routed = Counter(each["routed_team"] for rows in account.decisions.values() for each in rows if each["current"])
    enquiries = list(account.enquiries.values())
    for team in sorted(account.ruleset.teams, key=lambda key: (-routed[key], key)):
        mine = [row for row in enquiries if row["team"] == team]
        if routed[team] or mine:
            ended = [row for row in mine if row["state"] == "resolved"]
            first = sum(_at_first_contact(account, row["id"]) for row in ended)
            lost = sum(_was_misrouted(account, row["id"], by=team) for row in enquiries)
            yield TeamLine(team, routed[team], len(mine), len(ended), first, lost)


def _was_misrouted(account: Account, enquiry: str, by: str = "") -> bool:
    moves = [each["data"] for each in account.events[enquiry] if each["kind"] == "transferred"]
    return any(move.get("misroute") and (not by or move["from"] == by) for move in moves)


def _at_first_contact(account: Account, enquiry: str) -> bool:
    return any(each["data"]["at_first_contact"] for each in account.events[enquiry] if each["kind"] == "resolved")


def _groups(account: Account, rows: Sequence[Row]) -> Iterator[GroupLine]:
    for group in (WITH, WITHOUT, UNKNOWN):
        contacts = [row for row in rows if _group(account, row) == group]
        enquiries = [row for row in account.enquiries.values() if _group(account, row) == group]
        ended = [row for row in enquiries if row["state"] == "resolved"]
        first = sum(_at_first_contact(account, row["id"]) for row in ended)
        yield GroupLine(group, len(contacts), _spread(account, contacts), len(enquiries), len(ended), first)


def _group(account: Account, row: Row) -> str:
    customer = account.customers.get(row["customer_id"] or "")
    return UNKNOWN if customer is None else WITH if customer["adjustments"] else WITHOUT
