"""Every page of the console and who may see it: the one list, which the tests hold against what is really served."""

from dataclasses import dataclass
from typing import Final

from router.accounts import LINK_PATH, Role
from router.console import (
    account,
    acting,
    addresses,
    as_sent,
    call_actions,
    calls,
    contact,
    customer,
    enquiry,
    figures,
    home,
    link,
    machines,
    phone_line,
    queue,
    relay,
    rules,
    rules_drafts,
    rules_learning,
    rules_publish,
    rules_replays,
    rules_second,
    rules_try,
    search,
    signing,
    sounds,
    users,
)
from router.console.exchange import View

EVERYBODY: Final[frozenset[Role] | None] = None
"""Also who has not signed in."""

SIGNED_IN: Final = frozenset(Role)
WORKERS: Final = frozenset({Role.COLLEAGUE, Role.SUPERVISOR})
SUPERVISORS: Final = frozenset({Role.SUPERVISOR})
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Route:
    """A page: its method and address, the function that makes it, and the roles of which one is needed.

    With `menu` it stands in the navigation of everybody who may see it.
    """

    method: str
    path: str
    view: View
    needs: frozenset[Role] | None
    menu: str = ""


ROUTES: Final = (
    Route("GET", "/", home.show, EVERYBODY),
    Route("GET", "/sign-in", signing.show, EVERYBODY),
    Route("POST", "/sign-in", signing.sign_in, EVERYBODY),
    Route("POST", "/sign-out", signing.sign_out, SIGNED_IN),
    Route("GET", LINK_PATH + "{token}", link.show, EVERYBODY),
    Route("POST", LINK_PATH + "{token}", link.use, EVERYBODY),
    Route("GET", "/queue", queue.show, WORKERS, menu="Queue"),
    Route("GET", "/calls", calls.every, WORKERS, menu="Calls"),
    Route("GET", "/calls/{id}", call_actions.live, WORKERS),
    Route("GET", "/calls/{id}/actions/{action}", call_actions.show, WORKERS),
    Route("POST", "/calls/{id}/actions/{action}", call_actions.do, WORKERS),
    Route("GET", "/search", search.show, WORKERS, menu="Search"),
    Route("GET", "/enquiries/{reference}", enquiry.show, WORKERS),
    Route("GET", "/enquiries/{reference}/actions/{action}", acting.show, WORKERS),
    Route("POST", "/enquiries/{reference}/actions/{action}", acting.do, WORKERS),
    Route("GET", "/contacts/{id}", contact.show, WORKERS),
    Route("GET", "/contacts/{id}/as-sent", as_sent.show, WORKERS),
    Route("GET", "/contacts/{id}/sounds/{digest}", sounds.play, WORKERS),
    Route("POST", "/contacts/{id}/transcripts", sounds.write_down, WORKERS),
    Route("POST", "/contacts/{id}/text-relay", relay.mark, WORKERS),
    Route("POST", "/contacts/{id}/by-person", machines.by_person, WORKERS),
    Route("GET", "/machines", machines.show, WORKERS),
    Route("GET", "/customers/{id}", customer.show, WORKERS),
    Route("POST", "/addresses/works-again", addresses.works_again, WORKERS),
    Route("GET", "/figures", figures.show, SUPERVISORS, menu="Figures"),
    Route("GET", "/phone-line", phone_line.show, SUPERVISORS, menu="Phone line"),
    Route("POST", "/phone-line/announcements", phone_line.switch, SUPERVISORS),
    Route("GET", "/rules", rules.show, WORKERS, menu="Rules"),
    Route("GET", "/rules/history", rules.history, WORKERS),
    Route("GET", "/rules/versions/{version}", rules.version, WORKERS),
    Route("GET", "/rules/versions/{version}/file", rules.version_file, WORKERS),
    Route("GET", "/rules/versions/{version}/roll-back", rules_publish.ask_to_roll_back, SUPERVISORS),
    Route("POST", "/rules/versions/{version}/roll-back", rules_publish.roll_back, SUPERVISORS),
    Route("GET", "/rules/try", rules_try.show, WORKERS),
    Route("POST", "/rules/try", rules_try.attempt, WORKERS),
    Route("POST", "/rules/drafts", rules_drafts.start, SUPERVISORS),
    Route("GET", "/rules/drafts/{id}", rules_drafts.show, SUPERVISORS),
    Route("GET", "/rules/drafts/{id}/file", rules_drafts.show_file, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/file", rules_drafts.save_file, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/files", rules_drafts.add_file, SUPERVISORS),
    Route("GET", "/rules/drafts/{id}/remove", rules_drafts.ask_to_remove, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/remove", rules_drafts.remove_file, SUPERVISORS),
    Route("GET", "/rules/drafts/{id}/difference", rules_publish.difference, SUPERVISORS),
    Route("GET", "/rules/drafts/{id}/publish", rules_publish.show, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/publish", rules_publish.publish, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/submit", rules_second.submit, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/decide", rules_second.decide, SUPERVISORS),
    Route("GET", "/rules/drafts/{id}/discard", rules_drafts.ask_to_discard, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/discard", rules_drafts.discard, SUPERVISORS),
    Route("GET", "/rules/drafts/{id}/replays", rules_replays.ask_for, SUPERVISORS),
    Route("POST", "/rules/drafts/{id}/replays", rules_replays.start, SUPERVISORS),
    Route("GET", "/rules/replays", rules_replays.every, SUPERVISORS),
    Route("GET", "/rules/replays/{id}", rules_replays.show, SUPERVISORS),
    Route("GET", "/rules/replays/{id}/{kind}/{number}", rules_replays.change, SUPERVISORS),
    Route("GET", "/rules/learning", rules_learning.show, SUPERVISORS),
    Route("POST", "/rules/learning", rules_learning.start, SUPERVISORS),
    Route("POST", "/rules/learning/{id}", rules_learning.answer, SUPERVISORS),
    Route("GET", "/users", users.show, ADMINISTRATORS, menu="People"),
    Route("GET", "/users/new", users.new, ADMINISTRATORS),
    Route("POST", "/users/new", users.add, ADMINISTRATORS),
    Route("GET", "/users/{id}", users.one, ADMINISTRATORS),
    Route("POST", "/users/{id}", users.change, ADMINISTRATORS),
    Route("POST", "/users/{id}/link", users.make_link, ADMINISTRATORS),
    Route("POST", "/users/{id}/disabled", users.disable, ADMINISTRATORS),
    Route("GET", "/account", account.show, SIGNED_IN, menu="Your account"),
    Route("POST", "/account/password", account.change_password, SIGNED_IN),
)
