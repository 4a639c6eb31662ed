"""The form of each action on an enquiry, and doing it: one page an action, so that each says what it will do."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection

from router.accounts import Role
from router.acting import Ordered, act
from router.console import lengths, words
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect, User
from router.console.forms import FORMS, Form, unknown_choices, values
from router.console.serving import plan_now
from router.console.typed import Typed
from router.console.uploads import TYPES
from router.directory import Identity, at
from router.enquiry.actions import Actor, RefusedError
from router.enquiry.happenings import EventKind
from router.enquiry.possible import possible
from router.enquiry.state import State, fold
from router.references import normalise
from router.store import blobs, contacts, enquiries, history
from router.store.ids import new_id
from router.store.rows import Row
from rules.landlord import Ruleset
from rules.model import REPLY
from rules.plan import HandlingPlan

ROOT = "/enquiries"
AT_ONCE = ("take", "acknowledge", "resume")
"""Actions that need nothing typed: a button on the enquiry's own page."""


@dataclass(frozen=True, slots=True)
class Found:
    """The enquiry that a page is about: its row and its state."""

    row: Row
    state: State

    @property
    def address(self) -> str:
        """Its own page."""
        return f"{ROOT}/{self.row['reference']}"


def actor_of(user: User) -> Actor:
    """Who somebody is when they act: their teams, and every team for a supervisor."""
    return Actor(user.actor, frozenset(user.teams), everywhere=user.may(Role.SUPERVISOR))


def offered(state: State, reference: str, user: User) -> list[dict[str, Any]]:
    """The actions that an enquiry's page offers: what each is called, where it leads, and whether a button does it."""
    return [
        {
            "name": name,
            "text": FORMS[name].button if name in AT_ONCE else FORMS[name].title,
            "href": f"{ROOT}/{reference}/actions/{name}",
            "at_once": name in AT_ONCE,
            "key": new_id(),
        }
        for name in possible(state, actor_of(user))
    ]


def show(ask: Ask) -> Answer:
    """The form of an action; that of a reply with the text of one that was taken back, where the address names it."""
    return _page(ask, enquiry_of(ask), _form(ask))


def do(ask: Ask) -> Answer:
    """Do what the form says, and go back to the enquiry; whatever keeps it from being done is said on the form."""
    found, form = enquiry_of(ask), _form(ask)
    typed = Typed(ask, ask.services.live.current().calendar)
    order = form.make(typed)
    problems = (*typed.problems, *unknown_choices(form, ask, found.state))
    key = f"{ask.person.id}:{ask.given('key') or new_id()}"
    done = Redirect(_then(ask, found), f"Done: {form.title[0].lower()}{form.title[1:]}.")
    if key in found.state.orders:
        return done  # a double click: things stand differently since the first
    if ask.given("check") and not problems:
        return _page(ask, found, form)
    problems = problems or _too_long(ask, found)
    if problems:
        return _page(ask, found, form, *problems)
    try:
        if typed.files:
            ask.services.writer.submit(blobs.keep, tuple(typed.files)).result()
        uploaded = frozenset(each.digest for each in typed.files)
        act(ask.services, Ordered(found.row["id"], order, actor_of(ask.person), key, uploaded))
    except RefusedError as refusal:
        return _page(ask, found, form, Problem(form.fields[0].name if form.fields else "action", str(refusal)))
    return done


def _then(ask: Ask, found: Found) -> str:
    """Where to go once it is done: to the enquiry, or to what was taken back, to change it."""
    if ask.values["action"] != "undo":
        return found.address
    return f"{found.address}/actions/reply?{urlencode({'again': ask.given('reply')})}"


def _form(ask: Ask) -> Form:
    form = FORMS.get(ask.values["action"])
    if form is None:
        raise NotFoundError("There is no such action.")
    return form


def enquiry_of(ask: Ask) -> Found:
    """The enquiry that the address names; raises NotFoundError."""
    reference = normalise(ask.values["reference"])
    row = ask.read(lambda record: enquiries.by_reference(record, reference)) if reference else None
    if row is None:
        raise NotFoundError("There is no enquiry with this reference.")
    events = ask.read(lambda record: history.of_one(record, row["id"]))
    return Found(row, fold(events))


def _page(ask: Ask, found: Found, form: Form, *problems: Problem) -> Page:
    identity, plan = _plan(ask, found) if ask.values["action"] == "reply" else (None, None)
    around = lengths.frame(ask, found.row, identity, plan) if identity else None
    fields = _again(ask, found, values(form, ask, found.state))
    shown = {
        "title": form.title,
        "button": form.button,
        "reference": found.row["reference"],
        "back": found.address,
        "action": f"{found.address}/actions/{ask.values['action']}",
        "fields": fields,
        "length": lengths.told(around, fields[0]["value"]) if around else None,
        "accept": ",".join(TYPES),
        "key": ask.given("key") or new_id(),
        "seen": ask.given("seen") or found.state.last_contact,
        "plan": plan,
        "goes_to": _where(plan, ask.ruleset) if plan else "",
    }
    return Page("action.html", shown, problems, 422 if problems else 200)


def _again(ask: Ask, found: Found, fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields with what was in the reply that was taken back: its text, and which files have to be added anew."""
    again = ask.query.get("again", "")
    if not again or ask.values["action"] != "reply":
        return fields
    events = ask.read(lambda record: history.of_one(record, found.row["id"]))
    data = next((event["data"] for event in events if (event["id"], event["kind"]) == (again, EventKind.REPLIED)), None)
    if data is None:
        return fields
    names = ", ".join(each["name"] for each in data.get("attachments", ()))
    had = {"files": {"hint": f"It had {names}: add them again, as a browser keeps no files."}} if names else {}
    return [
        field | {"text": {"value": field["value"] or data["text"]}, **had}.get(field["name"], {}) for field in fields
    ]


def _too_long(ask: Ask, found: Found) -> tuple[Problem, ...]:
    """Whether a reply that would go by text is too long for one."""
    if ask.values["action"] != "reply":
        return ()
    identity, plan = _plan(ask, found)
    return lengths.too_long(lengths.frame(ask, found.row, identity, plan), ask.given("text"))


def _where(plan: HandlingPlan, ruleset: Ruleset) -> str:
    """The address of a plan as people write it."""
    channel = ruleset.channels.get(plan.channel or "")
    return words.address({"kind": channel.reaches if channel else "", "value": plan.address or ""})


def _plan(ask: Ask, found: Found) -> tuple[Identity, HandlingPlan]:
    """To whom and how a reply would go out if it were sent now: by the same gate that it passes then."""

    def read(record: Connection) -> tuple[Row, Identity]:
        ids = enquiries.contact_ids(record, found.row["id"], by_people=True)
        latest = contacts.load(record, ids[-1:])[0]
        return latest, at(record, latest["sender"])

    latest, identity = ask.read(read)
    return identity, plan_now(latest, identity, found.state, ask.ruleset, ask.now, REPLY)
