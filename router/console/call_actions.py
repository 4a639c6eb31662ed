"""Doing something with a call that goes on: what its page offers, the form of an action, and what came of it."""

from typing import Any, Final

from router.console import calls
from router.console.call_controls import CONTROLS, CallField, Control, turn_seen
from router.console.calls import Found
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect
from router.enquiry.actions import RefusedError
from router.store.calls import TALKING
from router.store.ids import new_id
from router.telephony import handing, moving

NOT_YET: Final = (
    "The colleague who has answered hears first what the call is about. As soon as they talk to the caller, the caller"
    " can be put on hold here, and somebody brought in. Look again in a moment."
)


def offered(ask: Ask, found: Found) -> list[dict[str, Any]]:
    """The actions that the page of a call offers: none to other teams, and none where the provider is not set up."""
    if not (calls.is_theirs(found, ask.person) and moving.can_move(ask.services, dict(found.row))):
        return []
    return [
        {
            "text": control.title if control.fields else control.button,
            "href": f"{calls.ROOT}/{found.row['contact_id']}/actions/{name}",
            "at_once": not control.fields,
            "key": new_id(),
        }
        for name, control in CONTROLS.items()
        if control.can(ask, found)
    ]


def live(ask: Ask) -> Answer:
    """The page of a call with what can be done."""
    found = calls.one(ask)
    return _live(ask, found)


def _live(ask: Ask, found: Found, *problems: Problem) -> Page:
    page = calls.page(ask, found, *problems)
    has_answered = found.row["stage"] == TALKING and not found.row["leg"]
    is_set_up = moving.can_move(ask.services, dict(found.row))
    more = {
        "actions": offered(ask, found),
        "why_not": "" if is_set_up and not has_answered else NOT_YET if is_set_up else handing.NOT_SET_UP,
    }
    return Page(page.template, {**page.values, **more}, page.problems, page.status)


def show(ask: Ask) -> Answer:
    """The form of an action."""
    return _form(ask, calls.one(ask), _control(ask))


def do(ask: Ask) -> Answer:
    """Do what the form says, and go back to the call; what keeps it from being done is said on the form."""
    found, control = calls.one(ask), _control(ask)
    problems = _missing(ask, found, control)
    if problems:
        return _form(ask, found, control, *problems)
    try:
        control.does(ask, found, f"{ask.person.id}:{ask.given('key') or new_id()}")
    except RefusedError as refusal:
        at = control.fields[0].name if control.fields else "call"
        problem = Problem(at, str(refusal))
        return _form(ask, found, control, problem) if control.fields else _live(ask, calls.one(ask), problem)
    return Redirect(f"{calls.ROOT}/{found.row['contact_id']}", control.said)


def _control(ask: Ask) -> Control:
    control = CONTROLS.get(ask.values["action"])
    if control is None:
        raise NotFoundError("There is no such action.")
    return control


def _missing(ask: Ask, found: Found, control: Control) -> list[Problem]:
    """What has to be chosen and was not, or is none of what was offered."""
    problems = []
    for field in control.fields:
        given, options = ask.given(field.name), dict(field.of_call(ask, found))
        if field.needs and not given:
            problems.append(Problem(field.name, field.needs))
        elif given and options and given not in options:
            problems.append(Problem(field.name, "Choose one of the options"))
    return problems


def _form(ask: Ask, found: Found, control: Control, *problems: Problem) -> Page:
    shown = {
        "title": control.title,
        "button": control.button,
        "who": calls.line(found, ask.ruleset)["who"],
        "back": f"{calls.ROOT}/{found.row['contact_id']}",
        "action": ask.path,
        "fields": [_shown(field, ask, found) for field in control.fields],
        "key": ask.given("key") or new_id(),
        "turn": turn_seen(ask, found),
    }
    return Page("call_action.html", shown, problems, 422 if problems else 200)


def _shown(field: CallField, ask: Ask, found: Found) -> dict[str, Any]:
    told = {"name": field.name, "label": field.label, "kind": field.kind, "hint": field.hint}
    return told | {"options": field.of_call(ask, found), "value": ask.given(field.name)}
