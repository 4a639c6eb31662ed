"""Calls that go on now: which there are, and of one how far it is and what to know of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from channels.names import PHONE
from router.accounts import Role
from router.console import words
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, User
from router.console.serving import duties
from router.directory import Identity, identify
from router.planning import person_of
from router.store import brought_in, contacts, enquiries, live_calls, waiting
from router.store.calls import CONNECTING, TALKING, WAITING
from router.store.rows import Row
from router.telephony import recording, talks
from router.telephony.waiting import seen_since
from rules.constraints import constraints
from rules.landlord import Ruleset

ROOT: Final = "/calls"
SHOWN: Final = 100
STAGES: Final = {
    WAITING: ("Waiting", "yellow"),
    CONNECTING: ("Being put through", "blue"),
    TALKING: ("Talking", "green"),
}
ON_HOLD: Final = ("On hold", "yellow")
PRESSING: Final = ("emergency", "high")

THIRD: Final = {
    brought_in.RINGING: "is being rung",
    brought_in.HERE: "is in the call",
    brought_in.GONE: "did not answer, or has hung up",
}


RECORDING: Final = {recording.ON: "This call is recorded", recording.PAUSED: "Recording is paused"}


@dataclass(frozen=True, slots=True)
class Found:
    """A call that goes on: its row, its contact, who rings, and the enquiry that it is about, if it is known already.

    `before` is how many wait before the caller.
    """

    row: Row
    contact: Row
    caller: Identity
    enquiry: Row | None
    decision: Row | None
    before: int = 0


def every(ask: Ask) -> Answer:
    """The calls of the teams of whoever is signed in; a supervisor sees those of all."""
    teams = None if ask.person.may(Role.SUPERVISOR) else ask.person.teams
    found = ask.read(lambda record: _found(record, live_calls.going_on(record, teams, ask.now, SHOWN)))
    return Page("calls.html", {"calls": [line(each, ask.ruleset) for each in found]})


def page(ask: Ask, found: Found, *problems: Problem) -> Page:
    """The page of a call, and what kept something from being done with it."""
    return Page("call.html", view(ask, found), problems, 422 if problems else 200)


def one(ask: Ask) -> Found:
    """The call that a page is about; raises NotFoundError where it goes on no more."""
    since = seen_since(ask.services.live.current(), ask.now)

    def read(record: Connection) -> Found | None:
        rows = live_calls.of(record, [ask.values["id"]], ask.now)
        return next(iter(_found(record, rows, waiting.ahead(record, rows[0], since))), None) if rows else None

    found = ask.read(read)
    if found is None:
        raise NotFoundError("This call is over, or there was none. Its contact is still there: see the enquiry.")
    return found


def _found(record: Connection, rows: Sequence[Row], before: int = 0) -> list[Found]:
    ids = [row["contact_id"] for row in rows]
    loaded = {contact["id"]: contact for contact in contacts.load(record, ids)}
    who = dict(zip(loaded, identify(record, list(loaded.values())), strict=True))
    decided = {each["contact_id"]: each for each in enquiries.decisions_of(record, ids) if each["current"]}
    wanted = [each["enquiry_id"] for each in decided.values() if each["enquiry_id"]]
    known = {each["id"]: each for each in enquiries.get(record, wanted)}
    return [
        Found(
            row,
            loaded[row["contact_id"]],
            who[row["contact_id"]].sender,
            known.get(decided[row["contact_id"]]["enquiry_id"]) if row["contact_id"] in decided else None,
            decided.get(row["contact_id"]),
            before,
        )
        for row in rows
    ]


def on_the_line(ask: Ask, members: Sequence[Row]) -> list[dict[str, Any]]:
    """The calls among these contacts that go on now, as another page names them."""
    ids = [contact["id"] for contact in members if contact["channel"] == PHONE]
    rows = ask.read(lambda record: live_calls.of(record, ids, ask.now)) if ids else []
    return [
        {
            "href": f"{ROOT}/{row['contact_id']}",
            "stage": _stage(row),
            "phone": telephone(row["phone"]),
        }
        for row in rows
    ]


def _stage(row: Row) -> tuple[str, str]:
    """How far a call is, in words and colour: a caller who hears music is not talked to."""
    talk = talks.talk_of(dict(row)) if row["stage"] == TALKING else None
    return ON_HOLD if talk is not None and talk["mode"] == talks.HELD else STAGES[row["stage"]]


def is_theirs(found: Found, user: User) -> bool:
    """Whether somebody may have to do with a call: their team owns the enquiry or has the caller; supervisors may."""
    whose = {found.row["team"], found.row["also"], found.enquiry["team"] if found.enquiry else None}
    return user.may(Role.SUPERVISOR) or not whose.isdisjoint(user.teams)


def line(found: Found, ruleset: Ruleset) -> dict[str, Any]:
    """A call in few words: who, with whom, how far, since when."""
    row, customer = found.row, found.caller.customer
    return {
        "href": f"{ROOT}/{row['contact_id']}",
        "who": customer["name"] if customer else words.sender(found.contact["sender"]),
        "known": customer is not None,
        "what": words.journey(row["journey"], ruleset),
        "team": words.team(row["team"], ruleset),
        "also": words.team(row["also"], ruleset) if row["also"] else "",
        "stage": _stage(row),
        "priority": words.PRIORITIES[found.enquiry["priority"]] if found.enquiry else None,
        "pressing": _pressing(found),
        "since": row["since"],
        "phone": telephone(row["phone"]),
        "reference": found.enquiry["reference"] if found.enquiry else "",
    }


def _pressing(found: Found) -> tuple[str, str] | None:
    """Why a call stands above others, in words and colour; nothing of an everyday one."""
    priority = found.enquiry["priority"] if found.enquiry else ""
    return words.PRIORITIES[priority] if priority in PRESSING else None


def telephone(address: str | None) -> str:
    """A telephone of ours as people write it: numbers in groups, anything else as it is."""
    if not address:
        return ""
    return words.address({"kind": "phone", "value": address}) if address.startswith("+") else address


def view(ask: Ask, found: Found) -> dict[str, Any]:
    """What the page of a call shows; the interpreting service's code only to those whose call it is."""
    row, ruleset = found.row, ask.ruleset
    asked = constraints(person_of(found.caller), ruleset)
    flow = ruleset.calls
    service = flow.interpreter if flow else None
    moving = live_calls.moving_of(dict(row))
    return {
        **line(found, ruleset),
        "row": row,
        "address": words.address(found.contact["sender"]),
        "candidates": [(each["id"], each["name"]) for each in found.caller.candidates],
        "place": found.before + 1 if row["stage"] == WAITING else 0,
        "talking_since": row["seen_at"] if row["stage"] == TALKING and _waited(row) else None,
        "interpreter": words.language(asked.interpreter),
        "service": telephone(service.number) if service else "",
        "code": service.code if service and is_theirs(found, ask.person) else "",
        "prefix": asked.call_prefix,
        "duties": [duty for each in found.caller.candidates for duty in duties(each, ruleset)],
        "instructions": list(dict.fromkeys((*asked.unsettled, *asked.instructions, *_instructions(found)))),
        "because": found.decision["because"] if found.decision else "",
        "is_theirs": is_theirs(found, ask.person),
        "moving": words.team(moving["to"], ruleset) if moving else "",
        "talk": _talk(dict(row), ruleset),
        "recording": RECORDING.get(recording.state_of(dict(row)) or "", ""),
    }


def _waited(row: Row) -> bool:
    """Whether somebody was put through only a while after they rang: else both moments are the same to a reader."""
    return bool(row["seen_at"] - row["since"] >= timedelta(minutes=1))


def _talk(row: Row, ruleset: Ruleset) -> str:
    """Who is on hold, who is rung and who is there, in words; nothing while two talk as they always do."""
    talk = talks.talk_of(row)
    if talk is None:
        return ""
    third = talk.get("third")
    name = (words.team(third["to"], ruleset) if third["to"] else "The interpreter") if third else ""
    caller = "The caller is on hold." if talk["mode"] == talks.HELD else "The caller is in the call."
    return f"{caller} {name} {THIRD[third['stage']]}." if third else caller


def _instructions(found: Found) -> Sequence[str]:
    return found.decision["trail"]["instructions"] if found.decision else ()
