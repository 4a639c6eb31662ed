"""My team's queue: open enquiries in the order to take them up, and what the engine could not decide by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection

from router.accounts import Role
from router.console import words
from router.console.exchange import Answer, Ask, Page, User
from router.store import people, queues, users
from router.store.ids import time_of
from router.store.queues import QueueFilter, QueuePlace
from router.store.rows import Row
from router.store.types import from_micros, to_micros
from rules.landlord import Ruleset

PAGE, FEW = 25, 20
ROOT = "/queue"
MINE, ALL, NOBODY, WAITING = "mine", "all", "nobody", "waiting"


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """What of the queue is looked at: whose, about what, and who has it."""

    team: str
    journey: str
    has: str
    after: QueuePlace | None

    def address(self, after: QueuePlace | None = None) -> str:
        """The address of this choice, from after a place on."""
        chosen = {"team": self.team, "journey": self.journey, "has": self.has}
        given = {key: value for key, value in chosen.items() if value} | ({"after": written(after)} if after else {})
        return f"{ROOT}?{urlencode(given)}" if given else ROOT


@dataclass(frozen=True, slots=True)
class Found:
    """What the record has for a choice."""

    enquiries: Sequence[Row]
    count: int
    contacts: Mapping[str, Row]
    customers: Mapping[str, Row]
    colleagues: Mapping[str, str]
    set_aside: Sequence[Row]
    asked: Sequence[Row]


def show(ask: Ask) -> Answer:
    """The queue of the teams of whoever is signed in, or of another that they may see."""
    user, ruleset = ask.person, ask.ruleset
    teams = teams_of(user, ruleset)
    choice = chosen(ask.query, teams)
    wanted = wanted_by(choice, user)
    fallback = ruleset.landlord.fallback
    looks_after_it = choice.after is None and (wanted.teams is None or fallback in wanted.teams)
    asked = user.teams if choice.after is None else ()
    found = ask.read(lambda record: _find(record, wanted, choice.after, asked, with_set_aside=looks_after_it))
    return Page("queue.html", view(found, choice, teams, ruleset, ask.now))


def teams_of(user: User, ruleset: Ruleset) -> dict[str, str]:
    """The queues that somebody may choose from, by key, with their names: all their own, and each of them."""
    everywhere = user.may(Role.SUPERVISOR)
    keys = ruleset.teams if everywhere else user.teams
    all_of_them = {ALL: "All teams"} if everywhere else {}
    own = {MINE: "All my teams"} if len(user.teams) > 1 or (everywhere and user.teams) else {}
    return own | all_of_them | {key: words.team(key, ruleset) for key in keys}


def chosen(query: Mapping[str, str], teams: Mapping[str, str]) -> QueueChoice:
    """What the address asks for, as far as it may be had; the first of the queues where it does not say."""
    first = next(iter(teams), "")
    team = query.get("team", first)
    return QueueChoice(
        team=team if team in teams else first,
        journey=query.get("journey", ""),
        has=query.get("has", "") if query.get("has") in (MINE, NOBODY, WAITING) else "",
        after=place_of(query.get("after", "")),
    )


def wanted_by(choice: QueueChoice, user: User) -> QueueFilter:
    """The same, as the record is asked for it."""
    teams = {MINE: user.teams, ALL: None, "": ()}.get(choice.team, (choice.team,))
    colleague = {MINE: user.id, NOBODY: ""}.get(choice.has)
    return QueueFilter(teams, choice.journey or None, colleague, waiting=choice.has == WAITING)


def written(place: QueuePlace) -> str:
    """A place as it stands in an address."""
    return f"{place.rank}.{to_micros(place.due_at)}.{place.id}"


def place_of(text: str) -> QueuePlace | None:
    """The place that stands in an address; None where it is none, which is the beginning."""
    try:
        rank, micros, id_ = text.split(".")
        time_of(id_)
        return QueuePlace(int(rank[:2]), from_micros(int(micros[:18])), id_)
    except (ValueError, OverflowError):
        return None


def _find(
    record: Connection, wanted: QueueFilter, after: QueuePlace | None, asked: Sequence[str], *, with_set_aside: bool
) -> Found:
    rows = queues.page(record, wanted, PAGE + 1, after)
    return Found(
        enquiries=rows,
        count=queues.count(record, wanted),
        contacts=queues.first_contacts(record, rows),
        customers=people.get(record, [row["customer_id"] for row in rows if row["customer_id"]]),
        colleagues=users.names(record, [row["colleague"] for row in rows if row["colleague"]]),
        set_aside=queues.set_aside(record, FEW) if with_set_aside else (),
        asked=queues.asked(record, asked, FEW),
    )


def view(
    found: Found, choice: QueueChoice, teams: Mapping[str, str], ruleset: Ruleset, now: datetime
) -> dict[str, Any]:
    """What the page shows."""
    rows, more = found.enquiries[:PAGE], len(found.enquiries) > PAGE
    last = QueuePlace(rows[-1]["rank"], rows[-1]["due_at"], rows[-1]["id"]) if rows and more else None
    return {
        "name": teams.get(choice.team, ""),
        "teams": list(teams.items()),
        "journeys": [("", "Any journey"), *((each.key, each.name) for each in ruleset.journeys.values())],
        "having": [
            ("", "Whoever has it"),
            (MINE, "I have it"),
            (NOBODY, "Nobody has taken it"),
            (WAITING, "Waits for something"),
        ],
        "choice": choice,
        "count": f"more than {queues.COUNTED - 1:,}" if found.count == queues.COUNTED else f"{found.count:,}",
        "one": found.count == 1,
        "rows": [line(row, found, ruleset, now) for row in rows],
        "many_teams": choice.team in (MINE, ALL),
        "asked": [
            (row["reference"], words.journey(row["journey"], ruleset), words.team(row["team"], ruleset))
            for row in found.asked
        ],
        "set_aside": [aside(row, ruleset) for row in found.set_aside],
        "first": choice.address() if choice.after else "",
        "next": choice.address(last) if last else "",
    }


def line(row: Row, found: Found, ruleset: Ruleset, now: datetime) -> dict[str, Any]:
    """One enquiry in the queue."""
    contact = found.contacts.get(row["id"])
    customer = found.customers.get(row["customer_id"] or "")
    due = row["due_at"] if row["due"] else None
    return {
        "reference": row["reference"],
        "who": customer["name"] if customer else words.sender(contact["sender"]) if contact else words.NAMELESS,
        "known": customer is not None,
        "what": words.journey(row["journey"], ruleset),
        "channel": words.by_channel(contact["channel"], ruleset) if contact else "",
        "team": words.team(row["team"], ruleset),
        "priority": words.PRIORITIES[row["priority"]],
        "shows_priority": row["priority"] != "normal",
        "since": row["opened_at"],
        "due": due,
        "overdue": due is not None and due < now,
        "waiting": row["waiting_until"],
        "callback": row["callback_by"],
        "colleague": found.colleagues.get(row["colleague"] or "", "") if row["colleague"] else "",
        "adjustments": words.adjustments(customer, ruleset),
        "trouble": words.trouble(contact["trouble"] if contact else None),
    }


def aside(row: Row, ruleset: Ruleset) -> dict[str, Any]:
    """One contact that could not be decided."""
    return {
        "id": row["id"],
        "who": words.sender(row["sender"]),
        "channel": words.channel(row["channel"], ruleset),
        "since": row["received_at"],
        "trouble": words.trouble(row["trouble"]) or "It was tried again and again without an outcome",
    }
