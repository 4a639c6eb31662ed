"""One enquiry: whose it is and why, how to serve the customer, what to ask, what to do, and all that happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.names import PHONE
from router import explaining
from router.console import calls, mentions, ringing, words
from router.console.acting import offered
from router.console.addresses import failing_view
from router.console.call_words import latest_ends
from router.console.exchange import Answer, Ask, NotFoundError, Page
from router.console.serving import duties, plan_now, plan_view
from router.console.timeline import Names, people_in, timeline
from router.deciding import JOINED_BY_TIME
from router.directory import Identity, Who, identify
from router.enquiry.consequences import TEAM, reply_key
from router.enquiry.happenings import MACHINES
from router.enquiry.state import EMERGENCY, State, fold
from router.live import LiveRuleset
from router.references import normalise
from router.store import contacts, enquiries, history, outbox, people, users
from router.store.call_ends import CALL_ENDED
from router.store.ids import new_id
from router.store.rows import Row
from router.threads import UNPROVEN
from rules.clock import Calendar, NeverOpenError, due
from rules.landlord import Ruleset

CUT = 1_500


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the record has of an enquiry; `contacts` have all their `parts`."""

    enquiry: Row
    contacts: Sequence[Row]
    decisions: Sequence[Row]
    events: Sequence[Row]
    messages: Sequence[Row]
    explanation: Mapping[str, Any] | None
    sender: Identity
    subject: Identity
    users: Mapping[str, str]
    links: Sequence[Row]
    mentions: Sequence[Row]
    failing: Mapping[people.Point, Row]


def show(ask: Ask) -> Answer:
    """The page of an enquiry, by its public reference or its id."""
    live = ask.services.live.current()
    found = ask.read(lambda record: find(record, ask.values["reference"], live))
    if found is None:
        raise NotFoundError("There is no enquiry with this reference.")
    state, reference = fold(found.events), found.enquiry["reference"]
    doing = {"actions": offered(state, reference, ask.person), "ring": ringing.href(ask, state, reference)}
    shown = view(found, live.ruleset, live.calendar, ask.now)
    return Page("enquiry.html", {**shown, **doing, "on_the_line": calls.on_the_line(ask, found.contacts)})


def find(record: Connection, written: str, live: LiveRuleset) -> Found | None:
    """All of an enquiry; None where there is none."""
    reference = normalise(written)
    by_id = next(iter(enquiries.get(record, [written])), None)
    enquiry = enquiries.by_reference(record, reference) if reference else by_id
    if enquiry is None:
        return None
    members = contacts.load(record, enquiries.contact_ids(record, enquiry["id"]))
    decided = enquiries.decisions_of(record, [contact["id"] for contact in members])
    events = history.of_one(record, enquiry["id"])
    state = fold(events)
    mentioned = people_in(events) | ({enquiry["colleague"]} - {None})
    people_wrote = [each for each in members if each["kind"] not in MACHINES] or members
    who = identify(record, people_wrote[-1:])
    whole = [contact | {"parts": contacts.all_parts(record, contact["id"])} for contact in members]
    return Found(
        enquiry=enquiry,
        contacts=whole,
        decisions=decided,
        events=[*events, *_of_calls(record, members)],
        messages=outbox.of(record, enquiry_id=enquiry["id"]),
        explanation=_explanation(record, members, decided, enquiry["first_contact_id"], live),
        sender=who[0].sender if who else Identity(),
        subject=who[0].subject if who else Identity(),
        users=users.names(record, sorted(mentioned)),
        links=enquiries.get(record, state.links),
        mentions=mentions.find(record, whole, [enquiry["id"], *state.links]),
        failing=people.failing(record, _points(people_wrote[-1:], who)),
    )


def _of_calls(record: Connection, members: Sequence[Row]) -> list[Row]:
    """How the calls among its contacts ended; whatever else they have of their own is the enquiry's already."""
    calls = [each["id"] for each in members if each["channel"] == PHONE]
    return latest_ends(history.of_contacts(record, calls, [CALL_ENDED]))


def _points(latest: Sequence[Row], who: Sequence[Who]) -> Iterator[people.Point]:
    """The addresses that an answer could go to: where they got in touch from, and those on their record."""
    for contact in latest:
        yield contact["sender"]["kind"], contact["sender"].get("value", "")
    for each in who:
        yield from ((kind, value) for one in each.sender.candidates for kind, value, _ in one["points"])


def _explanation(
    record: Connection, members: Sequence[Row], decided: Sequence[Row], first: str, live: LiveRuleset
) -> dict[str, Any] | None:
    """Why the contact that opened the enquiry was decided as it was; None where the rules did not decide it."""
    contact = next((each for each in members if each["id"] == first), None)
    decision = current(decided, first)
    if contact is None or decision is None or not decision["digest"]:
        return None
    return explaining.explanation(record, contact, decision, live)


def current(decided: Sequence[Row], contact_id: str) -> Row | None:
    """The decision on a contact that holds."""
    return next((row for row in decided if row["contact_id"] == contact_id and row["current"]), None)


def view(found: Found, ruleset: Ruleset, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """What the page shows."""
    enquiry, state = found.enquiry, fold(found.events)
    decision = current(found.decisions, enquiry["first_contact_id"])
    latest = latest_of(found.contacts)
    plan = plan_now(latest, found.sender, state, ruleset, now) if latest else None
    return {
        "enquiry": enquiry,
        "what": words.journey(enquiry["journey"], ruleset),
        "priority": words.PRIORITIES[enquiry["priority"]],
        "owner": words.team(enquiry["team"], ruleset),
        "also": [words.team(key, ruleset) for key in enquiry["also"]],
        "colleague": found.users.get(enquiry["colleague"] or "", ""),
        "due": dues(enquiry, now),
        "cautions": list(dict.fromkeys(cautions(found, state, decision, ruleset))),
        "waiting": state.waiting,
        "promised": state.promised,
        "questions": [(words.team(each.team, ruleset), each) for each in state.questions],
        "who": who(found, latest),
        "words": latest_words(found),
        "duties": [duty for each in found.subject.candidates for duty in duties(each, ruleset)],
        "plan": plan_view(plan, ruleset) if plan else None,
        "ask_for": [ruleset.questions.get(key, key) for key in decision["trail"]["ask"]] if decision else [],
        "instructions": decision["trail"]["instructions"] if decision else [],
        "script": script(enquiry["journey"], ruleset),
        "steps": steps(found, ruleset, calendar, now),
        "because": decision["because"] if decision else "",
        "explanation": found.explanation,
        "undoable": undoable(found.messages, enquiry),
        "mentions": mentions.view(found.mentions, ruleset, enquiry["reference"]),
        "failing": [failing_view(point, row) for point, row in found.failing.items()],
        "failing_back": f"/enquiries/{enquiry['reference']}",
        "links": [(row["reference"], words.journey(row["journey"], ruleset)) for row in found.links],
        "timeline": timeline(found.contacts, found.events, found.messages, Names(found.users, ruleset)),
    }


def latest_of(members: Sequence[Row]) -> Row | None:
    """The latest contact that a person wrote; a machine's only where there is no other."""
    written = [each for each in members if each["kind"] not in MACHINES] or members
    return written[-1] if written else None


def undoable(messages: Sequence[Row], enquiry: Row) -> list[dict[str, Any]]:
    """Replies that have not left yet: until when each may be taken back, and the form that does so."""
    waiting = [
        row
        for row in messages
        if row["key"].startswith(reply_key("")) and row["state"] == outbox.PENDING and not row["attempts"]
    ]
    return [
        {
            "until": row["not_before"],
            "action": f"/enquiries/{enquiry['reference']}/actions/undo",
            "reply": row["key"].partition(":")[2],
            "key": new_id(),
        }
        for row in waiting
    ]


def dues(enquiry: Row, now: datetime) -> list[dict[str, Any]]:
    """What is due when, the soonest first."""
    moments = sorted((datetime.fromisoformat(at), name) for name, at in enquiry["due"].items())
    is_open = enquiry["state"] == "open"
    return [{"what": words.plain(name), "at": at, "over": is_open and at < now} for at, name in moments]


def cautions(found: Found, state: State, decision: Row | None, ruleset: Ruleset) -> Iterator[str]:
    """What a colleague has to know before anything else."""
    if state.wants_acknowledging:
        what = "This is an emergency, and nobody" if state.priority == EMERGENCY else "Nobody"
        yield f"{what} has said yet that they have seen it."
    if decision and decision["trouble"]:
        yield f"{words.trouble(decision['trouble'])}."
    if decision and UNPROVEN in decision["trail"]["marks"]:
        yield "It names another enquiry, and it is not proven that its sender may write there, so it is kept apart."
    if any(JOINED_BY_TIME in each["trail"]["marks"] for each in found.decisions if each["current"]):
        yield words.JOINED_BY_TIME
    yield from words.relay(found.contacts)
    yield from (f"{words.MEDIA_LOST}: {mark}." for mark in words.lost_media(found.contacts))
    yield from (unknown for each in found.contacts for unknown in explaining.unheard(each["parts"]))
    yield from words.uncounted(found.contacts)
    if found.sender.doubted:
        yield words.DOUBTED
    if len(found.sender.candidates) > 1:
        names = " and ".join(each["name"] for each in found.sender.candidates)
        yield f"This address belongs to more than one customer ({names}): ask who it is."
    if found.contacts and decision and decision["journey"] and decision["journey"] not in ruleset.journeys:
        yield "Its journey is not among the live rules any more."
    for message in found.messages:
        if message["state"] in ("to-person", "failed"):
            why = words.trouble(message["trouble"]) or "It could not be sent"
            team = message["values"].get("team") if message["audience"] == TEAM else None
            what = f"{words.team(team, ruleset)} was not told" if team else words.plain(message["purpose"])
            yield f"{what}: {why.rstrip('.')}."


def who(found: Found, latest: Row | None) -> dict[str, Any]:
    """Who is in touch, and whom it is about where that is somebody else."""
    sender, subject = found.sender.customer, found.subject.customer
    about = latest["about"] if latest else None
    return {
        "sender": sender,
        "said": words.sender(latest["sender"]) if latest else words.NAMELESS,
        "address": words.address(latest["sender"]) if latest else "",
        "about": subject if about else None,
        "about_said": words.sender(about) if about else "",
    }


def latest_words(found: Found) -> dict[str, Any] | None:
    """The latest that the customer wrote or said, cut where it is long: the timeline has all of it."""
    written = (each for each in found.contacts if each["kind"] not in MACHINES)
    parts = [part for each in written for part in each["parts"] if part["text"] and not part["outgoing"]]
    if not parts:
        return None
    latest = max(parts, key=lambda part: part["id"])
    return {"text": latest["text"][:CUT], "is_cut": len(latest["text"]) > CUT, "at": latest["received_at"]}


def script(journey: str | None, ruleset: Ruleset) -> dict[str, Any] | None:
    """What the hub can say and do at first contact about this journey."""
    known = ruleset.journeys.get(journey or "")
    return {"can_resolve": known.hub_can_resolve, "says": known.script} if known and known.script else None


def steps(found: Found, ruleset: Ruleset, calendar: Calendar, now: datetime) -> list[dict[str, Any]]:
    """The journey's steps, with the team of each and by when it is to be done, counted from receipt."""
    known = ruleset.journeys.get(found.enquiry["journey"] or "")
    since = found.contacts[0]["received_at"] if found.contacts else found.enquiry["opened_at"]
    listed = []
    for step in known.steps if known else ():
        hours = ruleset.hours[ruleset.teams[step.team].hours]
        try:
            by = due(step.within, since, calendar, hours) if step.within else None
        except NeverOpenError:
            by = None
        past = by is not None and by < now and found.enquiry["state"] == "open"
        listed.append({"does": step.does, "team": words.team(step.team, ruleset), "by": by, "over": past})
    return listed
